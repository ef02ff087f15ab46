"""The same person over time: change beyond noise, swinging there and back, agreements kept.

Reliable change: Jacobson & Truax. Slow or no change is ordinary, so nothing here counts as better
or worse, and nothing is added up to a score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from lib.domain.questionnaire import Questionnaire, Theme

RELIABLE = 1.96
SWINGING = ("closeness", "space")
_LOOK_BACK = 6  # check-ins: a swing of a year ago says nothing about today
_LAST_AGREEMENTS = 3
_SLIPPED = 2


@dataclass(frozen=True, slots=True)
class Change:
    """One theme at two times. Levels 1..7; rc in standard errors of a difference; reliable: |rc| >
    1.96."""

    theme: str
    before: float
    after: float
    rc: float
    reliable: bool


def reliable_change(theme: Theme, before: float, after: float) -> float:
    """RC = (after - before) / (sqrt 2 SEM), SEM in scale points; infinite without any error."""
    error = sqrt(2) * theme.error
    if error == 0:
        return 0.0 if after == before else float("inf") if after > before else float("-inf")
    return (after - before) / error


def changes(
    before: Mapping[str, float], after: Mapping[str, float], questionnaire: Questionnaire
) -> tuple[Change, ...]:
    """Change by theme, for themes with a level both times. before, after: theme id -> level."""
    found = []
    for theme in questionnaire.themes:
        if theme.id in before and theme.id in after:
            then, now = before[theme.id], after[theme.id]
            rc = reliable_change(theme, then, now)
            found.append(Change(theme.id, then, now, rc, abs(rc) > RELIABLE))
    return tuple(found)


def push_pull(levels: Sequence[Mapping[str, float]], questionnaire: Questionnaire) -> bool:
    """Whether closeness or space swung beyond reliable change and back, in the last six check-ins.

    levels: theme id -> level, oldest first, today's last.
    """
    themes = [theme for theme in questionnaire.themes if theme.id in SWINGING]
    recent = levels[-_LOOK_BACK:]
    return any(
        _swings(theme, [row[theme.id] for row in recent if theme.id in row]) for theme in themes
    )


def agreements_kept(outcomes: Iterable[str | None]) -> Mapping[str, int]:
    """How often each outcome was said (kept, partly, not, no_longer_fits); unsaid ones left out."""
    return Counter(outcome for outcome in outcomes if outcome is not None)


def agreements_slip(outcomes: Sequence[str | None]) -> bool:
    """Whether of the last three agreements two were not kept and none was. Oldest first."""
    said = [outcome for outcome in outcomes if outcome is not None]
    kept = agreements_kept(said[-_LAST_AGREEMENTS:])
    return kept.get("not", 0) >= _SLIPPED and not kept.get("kept")


def _swings(theme: Theme, row: Sequence[float]) -> bool:
    """A reliable rise after a reliable fall, or the other way round."""
    for turn in range(1, len(row) - 1):
        there = [reliable_change(theme, before, row[turn]) for before in row[:turn]]
        back = [reliable_change(theme, row[turn], after) for after in row[turn + 1 :]]
        rose, fell = max(there) > RELIABLE, min(there) < -RELIABLE
        if (rose and min(back) < -RELIABLE) or (fell and max(back) > RELIABLE):
            return True
    return False
