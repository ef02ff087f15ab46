"""Which openers each partner gets: fitting the tips, and never deeper than both want today."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from lib.domain.care import Care
from lib.domain.choosing import (
    Candidate,
    Past,
    bring_back,
    fresh,
    greedy,
    order,
    points,
    turned,
)
from lib.domain.facts import Facts, Seen
from lib.domain.questionnaire import THEMES
from lib.domain.rules import DEPTHS, Library, Opener, Rule, Tip

FEWEST, USUAL = 4, 6
_SHARED = 2
_FITS_TIP, _IN_GAP = 0.5, 0.3  # for a theme of a chosen tip; for a theme with a clear gap
_SALTS = {theme: crc32(theme.encode()) for theme in THEMES}


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
    care: tuple[Care, Care],
) -> tuple[ChosenOpener, ...]:
    """Six openers as a rule, four at least, an equal share of each depth up to `pace`, light first.

    Shared ones are chosen by what is shared, so that both find the same. care: the reader's, and
    that of both together.
    """
    depths = DEPTHS[: DEPTHS.index(pace) + 1]
    shared_themes = {theme for tip in tips if tip.item.shared for theme in tip.item.about}
    themes = {theme for tip in tips for theme in tip.item.about}
    picked: list[Candidate[Opener]] = []
    shelves = []
    turns = {theme: turned(turning, salt) / 2 for theme, salt in _SALTS.items()}
    if not seen.alone:
        ranked = _ranked(seen, shared_themes, turns)
        ours = _Shelf(library.shared_openers, seen.shared, past, turning, ranked, care[1])
        _walk(picked, ours, depths[-_SHARED:], _SHARED)
        shelves.append(ours)
    ranked = _ranked(seen, themes, turns)
    mine = _Shelf(library.own_openers, seen.own, past, turning, ranked, care[0])
    _walk(picked, mine, depths, USUAL)
    if len(picked) < FEWEST:
        every = order(one for shelf in (mine, *shelves) for one in shelf.every(depths))
        greedy(picked, [one for one in fresh(every, past) if not one.item.shared], FEWEST)
        bring_back(picked, every, past, FEWEST)
    picked.sort(key=lambda one: (DEPTHS.index(one.item.depth), -one.score, one.item.id))
    return tuple(
        ChosenOpener(one.item.id, one.item.theme, one.item.depth, one.item.shared) for one in picked
    )


def _ranked(seen: Seen, themes: Collection[str], turns: Mapping[str, float]) -> dict[str, float]:
    """Every theme with how much it matters, the most first: those of the chosen tips, those that
    show a clear gap, and for the rest in turns."""
    score = dict(turns)
    for theme in themes:
        score[theme] += _FITS_TIP
    for theme in seen.shown:
        if seen.compared[theme].clear:
            score[theme] += _IN_GAP
    return dict(sorted(score.items(), key=lambda pair: (-pair[1], pair[0])))


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Openers by depth and theme, and what it takes to see which of them fit a reader."""

    openers: Mapping[tuple[str, str], Sequence[Opener]]
    facts: Facts
    past: Past
    turning: int
    ranked: Mapping[str, float]
    care: Care

    def fitting(self, depth: str, theme: str) -> list[Candidate[Opener]]:
        """Those of a depth about a theme that hold and may be given, rested or not."""
        refused, matters, found = self.past.not_for_us, self.ranked[theme], []
        for opener in self.openers.get((depth, theme), ()):
            rule: Rule | None = opener.rule
            told = 0.0
            if not opener.rule.free:
                rule = _holding(opener, self.facts)
                told = points(rule, self.facts) if rule else 0.0
            if opener.does and not self.care.allows_opener(opener.does):
                continue
            if rule is not None and opener.id not in refused:
                score = matters + told + turned(self.turning, opener.salt)
                found.append(Candidate(opener, rule, score))
        return found

    def every(self, depths: Iterable[str]) -> list[Candidate[Opener]]:
        return [one for depth in depths for theme in THEMES for one in self.fitting(depth, theme)]


def _holding(opener: Opener, facts: Facts) -> Rule | None:
    if not opener.shared:
        return opener.rule if opener.rule.holds(facts) else None
    return opener.rule.either(opener.mirrored, facts)


def _walk(picked: list[Candidate[Opener]], shelf: _Shelf, depths: Sequence[str], upto: int) -> None:
    """Add to each depth until it has its share of `upto`: from the themes that were not used yet
    before the others, and among them from those that matter most, the best of each."""
    share = upto // len(depths)
    left = list(shelf.ranked)
    for one in picked:
        _to_the_end(left, one.item.theme)
    for depth in depths:
        there = sum(one.item.depth == depth for one in picked)
        for _ in range(min(upto - len(picked), share - there)):
            best = _next(picked, shelf, depth, left)
            if best is None:
                break
            picked.append(best)
            _to_the_end(left, best.item.theme)


def _to_the_end(themes: list[str], theme: str) -> None:
    themes.remove(theme)
    themes.append(theme)


def _next(
    picked: Sequence[Candidate[Opener]], shelf: _Shelf, depth: str, themes: Iterable[str]
) -> Candidate[Opener] | None:
    taken = {one.item.id for one in picked}
    for theme in themes:
        able = [
            one
            for one in fresh(shelf.fitting(depth, theme), shelf.past)
            if one.item.id not in taken
        ]
        if able:
            return min(able, key=lambda one: (-one.score, one.item.id))
    return None
