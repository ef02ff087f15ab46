"""Which openers each partner gets: fitting the tips, and never deeper than both want today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lib.domain.choosing import Candidate, Past, bring_back, greedy, points
from lib.domain.facts import Seen
from lib.domain.rules import DEPTHS, Library, Opener, Rule, Tip

FEWEST, USUAL = 4, 6
_SHARED = 2
_FITS_TIP, _IN_GAP = 0.5, 0.3  # for a theme of a chosen tip; for a theme with a clear gap


@dataclass(frozen=True, slots=True)
class ChosenOpener:
    """A sentence for one reader. depth: light, middle or deep. shared: both are meant to read
    it."""

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
    shared_themes = {theme for tip in tips if tip.item.shared for theme in tip.themes}
    themes = {theme for tip in tips for theme in tip.themes}
    both = _fitting(library.shared_openers, seen, past, turning, shared_themes)
    own = _fitting(library.own_openers, seen, past, turning, themes)
    picked: list[Candidate[Opener]] = []
    _by_depth(picked, both, depths[-_SHARED:], _SHARED)
    _by_depth(picked, own, depths, USUAL)
    able = [one for one in (*own, *both) if one.item.depth in depths]
    greedy(picked, [one for one in own if one in able and one.fresh], FEWEST)
    bring_back(picked, able, FEWEST)
    picked.sort(key=lambda one: (DEPTHS.index(one.item.depth), -one.score, one.item.id))
    return tuple(
        ChosenOpener(one.item.id, one.item.theme, one.item.depth, one.item.shared) for one in picked
    )


def _fitting(
    openers: Sequence[Opener], seen: Seen, past: Past, turning: int, themes: set[str]
) -> list[Candidate[Opener]]:
    """Openers that hold; those about the chosen tips' themes, and about clear gaps, count more."""
    found = []
    for opener in openers:
        if opener.id in past.not_for_us or (opener.shared and seen.alone):
            continue
        rule = _holding(opener, seen)
        if rule is None:
            continue
        gap = seen.compared.get(opener.theme) if opener.theme in seen.shown else None
        score = points(rule, seen.shared if opener.shared else seen.own)
        score += _FITS_TIP * (opener.theme in themes) + _IN_GAP * (gap is not None and gap.clear)
        found.append(Candidate.of(opener, rule, score, turning, past))
    return found


def _holding(opener: Opener, seen: Seen) -> Rule | None:
    if not opener.shared:
        return opener.rule if opener.rule.holds(seen.own) else None
    for rule in (opener.rule, opener.mirrored):
        if not rule.never.isdisjoint(seen.shared):
            return None
    for rule in (opener.rule, opener.mirrored):
        if rule.holds(seen.shared):
            return rule
    return None


def _by_depth(
    picked: list[Candidate[Opener]],
    fitting: Sequence[Candidate[Opener]],
    depths: Sequence[str],
    upto: int,
) -> None:
    """Add the best of each depth until each has its share of `upto`."""
    share = upto // len(depths)
    for depth in depths:
        there = sum(one.item.depth == depth for one in picked)
        able = [one for one in fitting if one.fresh and one.item.depth == depth]
        greedy(picked, able, min(upto, len(picked) + max(0, share - there)))
