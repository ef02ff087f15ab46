"""One sentence about the shown picture as a whole, chosen by figures that are never displayed.

It is a function of the six levels that both see anyway and of nothing else, so that it tells
nothing of a theme that is not shown, skipped or private; and it is the same for both. Nothing is
said where a figure is undefined, or where noise could have made it.
"""

from __future__ import annotations

from collections.abc import Sequence

from lib.domain.comparison import SHOWN, Profile, ThemeGap, profile
from lib.domain.questionnaire import NORMAL_95, Questionnaire

PICTURES = ("level", "scatter", "shape", "own", "common")
# 95 % point of chi square with ten degrees of freedom, one for each shareable theme: the six are
# chosen from ten for being telling, so what ten reach by chance is the measure.
_BEYOND_NOISE = 18.31
_LIKE = 0.73  # more than six pairs reach by chance in one case of twenty
_UNLIKE = 0.5
_MOST = 0.5  # of the whole distance


def told(shown: Sequence[ThemeGap], questionnaire: Questionnaire) -> str | None:
    """One of PICTURES, or None when there is nothing to say.

    level, scatter, shape: the two differ beyond noise, and most of it is overall, in how strongly,
    or in what. own, common: they are alike, in a way of their own or as most people are.
    """
    if len(shown) < SHOWN:
        return None
    typical = questionnaire.levels({item.id: item.typical for item in questionnaire.questions})
    figures = profile(
        [gap.first for gap in shown],
        [gap.second for gap in shown],
        [typical[gap.id] for gap in shown],
    )
    # Each gap in standard errors of a difference; squared and added up, chance makes chi square.
    away = sum((NORMAL_95 * gap.size) ** 2 for gap in shown)
    if away > _BEYOND_NOISE:
        return _difference(figures)
    return None if any(gap.clear for gap in shown) else _likeness(figures)


def _difference(figures: Profile) -> str | None:
    parts = {"level": figures.level, "scatter": figures.scatter, "shape": figures.shape}
    sizes = {name: part for name, part in parts.items() if part is not None}
    whole = sum(sizes.values())
    return next((name for name, part in sizes.items() if part > _MOST * whole), None)


def _likeness(figures: Profile) -> str | None:
    """Alike in height, in how strongly and in what; and then whether it goes beyond what is
    typical, or stands on it."""
    alike = (figures.icc, figures.similarity)
    if any(one is None or one < _LIKE for one in alike) or figures.distinctive is None:
        return None
    if figures.distinctive >= _LIKE:
        return "own"
    return "common" if figures.distinctive < _UNLIKE else None
