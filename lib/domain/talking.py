"""Which openers each partner gets: fitting the tips, and never deeper than both want today."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lib.domain.choosing import (
    Candidate,
    Past,
    bring_back,
    fresh,
    greedy,
    points,
    turned,
)
from lib.domain.facts import Facts, Seen
from lib.domain.questionnaire import THEMES
from lib.domain.rules import DEPTHS, Library, Opener, Rule, Tip

FEWEST, USUAL = 4, 6
_SHARED = 2
_FITS_TIP, _IN_GAP = 0.5, 0.3  # for a theme of a chosen tip; for a theme with a clear gap


@dataclass(frozen=True, slots=True)
class ChosenOpener:
    """A sentence for one reader. depth: light, middle, deep. shared: both are meant to read it."""

    id: str
    theme: str
    depth: str
    shared: bool


def lower_pace(one: str, other: str) -> str:
    """The lower of two paces; nobody is told whose it was."""
    return min(one, other, key=DEPTHS.index)


def choose(
    library: Library,
    seen: Seen,
    *,
    past: Past,
    turning: int,
    pace: str,
    tips: Sequence[Candidate[Tip]],
) -> tuple[ChosenOpener, ...]:
    """Six openers as a rule, four at least, an equal share of each depth up to `pace`, light first.

    Shared ones are chosen by what is shared, so that both find the same.
    """
    depths = DEPTHS[: DEPTHS.index(pace) + 1]
    shared_themes = {theme for tip in tips if tip.item.shared for theme in tip.item.about}
    themes = {theme for tip in tips for theme in tip.item.about}
    picked: list[Candidate[Opener]] = []
    if not seen.alone:
        ours = _Shelf(
            library.shared_openers, seen.shared, past, turning, _bonus(seen, shared_themes)
        )
        _by_depth(picked, ours, depths[-_SHARED:], _SHARED)
    mine = _Shelf(library.own_openers, seen.own, past, turning, _bonus(seen, themes))
    _by_depth(picked, mine, depths, USUAL)
    if len(picked) < FEWEST:
        every = [one for depth in depths for one in mine.fitting(depth, THEMES)]
        greedy(picked, fresh(every, past), FEWEST)
        if not seen.alone:
            every += [one for depth in depths for one in ours.fitting(depth, THEMES)]
        bring_back(picked, every, past, FEWEST)
    picked.sort(key=lambda one: (DEPTHS.index(one.item.depth), -one.score, one.item.id))
    return tuple(
        ChosenOpener(one.item.id, one.item.theme, one.item.depth, one.item.shared) for one in picked
    )


def _bonus(seen: Seen, themes: Collection[str]) -> dict[str, float]:
    """What an opener gains by its theme: being a chosen tip's, and showing a clear gap."""
    bonus = dict.fromkeys(sorted(themes), _FITS_TIP)
    for theme, gap in seen.compared.items():
        if gap.clear and theme in seen.shown:
            bonus[theme] = bonus.get(theme, 0.0) + _IN_GAP
    return bonus


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Openers by depth and theme, and what it takes to see which of them fit a reader."""

    openers: Mapping[tuple[str, str], Sequence[Opener]]
    facts: Facts
    past: Past
    turning: int
    bonus: Mapping[str, float]

    def fitting(self, depth: str, themes: Iterable[str]) -> list[Candidate[Opener]]:
        """Those of a depth about `themes` that hold."""
        facts, refused = self.facts, self.past.not_for_us
        found = []
        for theme in themes:
            gain = self.bonus.get(theme, 0.0)
            for opener in self.openers.get((depth, theme), ()):
                score = gain + turned(self.turning, opener.salt)
                if not opener.rule.free:
                    rule = _holding(opener, facts)
                    if rule is None:
                        continue
                    score += points(rule, facts)
                if opener.id not in refused:
                    found.append(Candidate(opener, opener.rule, score))
        return found


def _holding(opener: Opener, facts: Facts) -> Rule | None:
    if not opener.shared:
        return opener.rule if opener.rule.holds(facts) else None
    return opener.rule.either(opener.mirrored, facts)


def _by_depth(
    picked: list[Candidate[Opener]], shelf: _Shelf, depths: Sequence[str], upto: int
) -> None:
    """Add the best of each depth until each has its share of `upto`: about the themes in question
    if there are enough of them, and about anything otherwise."""
    share = upto // len(depths)
    for depth in depths:
        there = sum(one.item.depth == depth for one in picked)
        count = min(upto, len(picked) + max(0, share - there))
        for themes in (tuple(shelf.bonus), THEMES):
            if len(picked) < count:
                greedy(picked, fresh(shelf.fitting(depth, themes), shelf.past), count)
