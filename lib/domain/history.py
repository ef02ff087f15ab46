"""Over time: what has changed beyond noise, and who swings closer and away again.

Reliable change after Jacobson & Truax 1991.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from lib.domain.comparison import CONFIDENCE
from lib.domain.questionnaire import Questionnaire, Theme

_SWINGING = ("closeness", "space")


def reliable_change(theme: Theme, before: float, after: float) -> float:
    """(after - before) / (sqrt 2 SEM); a change beyond 1.96 either way is more than noise.

    Infinite with the sign of the change for a theme stated to be free of error.
    """
    sem = theme.sd * math.sqrt(1 - theme.reliability)
    if sem == 0:
        return math.copysign(math.inf, after - before) if after != before else 0.0
    return (after - before) / (math.sqrt(2) * sem)


def swings(theme: Theme, levels: Sequence[float]) -> bool:
    """Whether the levels, oldest first, go beyond reliable change one way and then back."""
    return any(
        _turned(theme, low, middle, high)
        for first, low in enumerate(levels)
        for second, middle in enumerate(levels[first + 1 :], first + 1)
        for high in levels[second + 1 :]
    )


def push_pull(questionnaire: Questionnaire, levels: Sequence[Mapping[str, float]]) -> bool:
    """Whether a partner's closeness or wish for room swung away and back over their check-ins.

    levels: theme id -> level of each check-in, the oldest first; a missing theme is left out.
    """
    themes = {theme.id: theme for theme in questionnaire.themes}
    return any(
        swings(themes[theme_id], [each[theme_id] for each in levels if theme_id in each])
        for theme_id in _SWINGING
        if theme_id in themes
    )


def _turned(theme: Theme, before: float, turn: float, after: float) -> bool:
    away, back = reliable_change(theme, before, turn), reliable_change(theme, turn, after)
    return abs(away) > CONFIDENCE and abs(back) > CONFIDENCE and away * back < 0
