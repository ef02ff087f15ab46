"""Two partners' answers, compared: gaps beyond noise, and the shape of two profiles.

Formulas: Cronbach & Gleser (level, scatter, shape), double-entry intraclass correlation,
distinctive similarity against typical answers, standard errors from reliability. A comparison is
symmetric: with the partners swapped the gaps change sign and nothing else changes. The profile's
figures choose words; they are never displayed, and neither is any percentage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from operator import mul, sub
from random import Random

from lib.domain.questionnaire import (
    CHANCE,
    GOOD_WHEN_HIGH,
    HIGH,
    LOW,
    WANTED,
    Answers,
    Questionnaire,
)

SHOWN = 6
_MOST_TELLING = 4
_SET_ASIDE = (2, 2, 2, 3, 4)  # how many, each as likely; with four, every six can be shown
_MIDDLE = (LOW + HIGH) / 2
_FLAT = 1e-9  # answers closer together than this are the same; correlating them means nothing


@dataclass(frozen=True, slots=True)
class ThemeGap:
    """One theme that both answered. Levels 1..7; gap = first - second; clear = abs(gap) > band."""

    id: str
    first: float
    second: float
    gap: float
    band: float
    clear: bool

    def swapped(self) -> ThemeGap:
        return ThemeGap(self.id, self.second, self.first, -self.gap, self.band, self.clear)

    @property
    def size(self) -> float:
        """The gap in bands, without its sign: beyond 1 it is a finding."""
        return abs(self.gap) / self.band if self.band else (float("inf") if self.gap else 0.0)

    @property
    def telling(self) -> float:
        """How much there is to say: the gap in bands, or how far either side is from being well,
        1 where a level counts as low (of what is good) or as high (of what is wanted)."""
        if self.id in GOOD_WHEN_HIGH:
            need = (_MIDDLE - min(self.first, self.second)) / (_MIDDLE - LOW)
        elif self.id in WANTED:
            need = (max(self.first, self.second) - _MIDDLE) / (HIGH - _MIDDLE)
        else:
            need = 0.0
        return max(self.size, need)


@dataclass(frozen=True, slots=True)
class Profile:
    """Over the k questions that both answered, keyed. None where undefined, never a made-up zero.

    level + scatter + shape = sum of (a - b)^2. similarity: r(a, b). distinctive: r(a - n, b - n).
    icc: double-entry intraclass correlation.
    """

    level: float | None
    scatter: float | None
    shape: float | None
    similarity: float | None
    distinctive: float | None
    icc: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All themes that both answered in full, in the questionnaire's order.

    expected_by_chance: how many of all the questionnaire's themes would pass their bands by chance
    alone. It does not depend on what was answered.
    """

    themes: tuple[ThemeGap, ...]
    profile: Profile
    expected_by_chance: float

    def swapped(self) -> Comparison:
        themes = tuple(gap.swapped() for gap in self.themes)
        return Comparison(themes, self.profile, self.expected_by_chance)


def compare(first: Answers, second: Answers, questionnaire: Questionnaire) -> Comparison:
    """Compare two sheets: question id -> answer 1..7, as chosen. What one skipped drops the
    pair."""
    ours, theirs = questionnaire.levels(first), questionnaire.levels(second)
    themes = []
    for theme in questionnaire.themes:
        if theme.id in ours and theme.id in theirs:
            one, other = ours[theme.id], theirs[theme.id]
            gap, band = one - other, theme.band
            themes.append(ThemeGap(theme.id, one, other, gap, band, abs(gap) > band))
    return Comparison(
        themes=tuple(themes),
        profile=_profile(first, second, questionnaire),
        expected_by_chance=CHANCE * len(questionnaire.themes),
    )


def set_aside(questionnaire: Questionnaire, chance: Random) -> tuple[str, ...]:
    """Themes that this couple is not shown this time, whatever was answered: two to four, by lot.

    Either partner may know that a theme would rank first, for their own answer to it alone is
    telling; were rank all that decides, its absence would prove that the other skipped it. chance:
    nothing that either of the two can foresee.
    """
    shareable = [theme.id for theme in questionnaire.themes if theme.shareable]
    return tuple(chance.sample(shareable, chance.choice(_SET_ASIDE)))


def shown_themes(
    comparison: Comparison, questionnaire: Questionnaire, *, aside: Sequence[str] = ()
) -> tuple[ThemeGap, ...]:
    """The six themes that a couple is shown: the four most telling and the two closest of the rest.

    aside: left out first, the last of them only where enough others are left (see `set_aside`).
    Whichever six they are, lot and ordinary answers could have left out the other four, so that one
    that is missing proves to nobody that it was skipped. Never a theme that is not shareable; fewer
    than six only when fewer exist. Symmetric.
    """
    shareable = {theme.id for theme in questionnaire.themes if theme.shareable}
    gaps = {gap.id: gap for gap in comparison.themes if gap.id in shareable}
    for theme in aside:
        if len(gaps) > SHOWN:
            gaps.pop(theme, None)
    ranked = sorted(gaps.values(), key=lambda gap: -gap.telling)
    rest = sorted(ranked[_MOST_TELLING:], key=lambda gap: gap.size)
    return (*ranked[:_MOST_TELLING], *rest[: SHOWN - _MOST_TELLING])


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Pearson's r of two rows of equal length; None when either is flat or has fewer than two."""
    if len(one) < 2 or _flat(one) or _flat(other):
        return None
    mine, theirs = _centred(one), _centred(other)
    spread = sqrt(_product(mine, mine)) * sqrt(_product(theirs, theirs))
    return max(-1.0, min(1.0, _product(mine, theirs) / spread))


def _profile(first: Answers, second: Answers, questionnaire: Questionnaire) -> Profile:
    shared = [item.id for item in questionnaire.questions if item.id in first and item.id in second]
    if not shared:
        return Profile(None, None, None, None, None, None)
    keyed = questionnaire.keyed
    return profile(
        [keyed(item, first[item]) for item in shared],
        [keyed(item, second[item]) for item in shared],
        [questionnaire.typical(item) for item in shared],
    )


def profile(one: Sequence[float], other: Sequence[float], typical: Sequence[float]) -> Profile:
    """The figures of two rows of one length, at least one, beside the typical row."""
    level, scatter, shape = _parts(one, other)
    return Profile(
        level=level,
        scatter=scatter,
        shape=shape,
        similarity=correlation(one, other),
        distinctive=correlation(list(map(sub, one, typical)), list(map(sub, other, typical))),
        icc=_double_entry(one, other),
    )


def _parts(one: Sequence[float], other: Sequence[float]) -> tuple[float, float, float]:
    """Level, scatter and shape; they add up to the squared distance, flat rows included, because
    2 Sa Sb (1 - r) is written without r as 2 (Sa Sb - sum of products of deviations)."""
    count = len(one)
    mine, theirs = _centred(one), _centred(other)
    spread_one, spread_other = sqrt(_product(mine, mine)), sqrt(_product(theirs, theirs))
    level = count * (sum(one) / count - sum(other) / count) ** 2
    scatter = (spread_one - spread_other) ** 2
    shape = 2 * (spread_one * spread_other - _product(mine, theirs))
    return level, scatter, max(0.0, shape)


def _double_entry(one: Sequence[float], other: Sequence[float]) -> float | None:
    middle = (sum(one) + sum(other)) / (2 * len(one))
    if max(*one, *other) - min(*one, *other) <= _FLAT:
        return None
    mine, theirs = [value - middle for value in one], [value - middle for value in other]
    both = _product(mine, mine) + _product(theirs, theirs)
    return 2 * _product(mine, theirs) / both


def _flat(row: Sequence[float]) -> bool:
    return max(row) - min(row) <= _FLAT


def _centred(row: Sequence[float]) -> list[float]:
    middle = sum(row) / len(row)
    return [value - middle for value in row]


def _product(one: Sequence[float], other: Sequence[float]) -> float:
    return float(sum(map(mul, one, other)))
