"""Patterns of the two together, read from theme levels and clear gaps; never a label of a person.

A pattern may have roles, which only choose who reads which tip and are never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lib.domain.comparison import Comparison, ThemeGap

LOW, HIGH = 3.0, 5.0
GOOD_THEMES = (
    "closeness",
    "openness",
    "reassurance_received",
    "trust",
    "conflict",
    "balance",
    "heard",
)
PATTERNS = (
    "reassurance_circle",
    "reach_and_step_back",
    "conflict_avoided",
    "one_sided_giving",
    "both_step_back",
    "both_reach",
    "steady",
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern with the themes it was read from; roles belong to the first and the second."""

    id: str
    themes: tuple[str, ...]
    first_role: str | None = None
    second_role: str | None = None

    def swapped(self) -> Pattern:
        return Pattern(self.id, self.themes, self.second_role, self.first_role)


Themes = Mapping[str, ThemeGap]


def pattern(comparison: Comparison) -> Pattern | None:
    """The most telling pattern that holds, or None. Symmetric: swapping swaps the roles."""
    themes = {theme.id: theme for theme in comparison.themes if theme.id != "self_worth"}
    mirrored = {theme_id: theme.swapped() for theme_id, theme in themes.items()}
    for find in _FINDERS:
        found = find(themes)
        if found:
            return found
        found = find(mirrored)
        if found:
            return found.swapped()
    return None


def is_well(comparison: Comparison) -> bool:
    """Nothing rather low, nobody wanting much more room, no clear gap, and a good level in all."""
    themes = {theme.id: theme for theme in comparison.themes if theme.id != "self_worth"}
    good = [themes[theme_id] for theme_id in GOOD_THEMES if theme_id in themes]
    if not good or any(theme.clear for theme in themes.values()):
        return False
    if any(min(theme.first, theme.second) <= LOW for theme in good):
        return False
    space = themes.get("space")
    if space and max(space.first, space.second) >= HIGH:
        return False
    middle = (LOW + HIGH) / 2
    return all(
        sum(side) / len(side) > middle
        for side in ([theme.first for theme in good], [theme.second for theme in good])
    )


def _circle(themes: Themes) -> Pattern | None:
    wanted, offered, received = (
        themes.get(f"reassurance_{part}") for part in ("wanted", "offered", "received")
    )
    if not (wanted and offered and received):
        return None
    if wanted.first >= HIGH and offered.second >= HIGH and received.first <= LOW:
        ids = (wanted.id, offered.id, received.id)
        return Pattern("reassurance_circle", ids, "wanting", "giving")
    return None


def _reach_and_step_back(themes: Themes) -> Pattern | None:
    """The first reaches, the second wants clearly more room, or much room where the first wants
    much reassurance."""
    space, wanted = themes.get("space"), themes.get("reassurance_wanted")
    if space is None or space.second < HIGH or space.first >= HIGH:
        return None
    if space.clear:
        return Pattern("reach_and_step_back", ("space",), "reaching", "stepping_back")
    if wanted and wanted.first >= HIGH > wanted.second:
        ids = ("space", "reassurance_wanted")
        return Pattern("reach_and_step_back", ids, "reaching", "stepping_back")
    return None


def _conflict_avoided(themes: Themes) -> Pattern | None:
    conflict = themes.get("conflict")
    if conflict and max(conflict.first, conflict.second) <= LOW:
        return Pattern("conflict_avoided", ("conflict",))
    return None


def _one_sided(themes: Themes) -> Pattern | None:
    """The first gives: clearly less fair for them, or clearly more reassurance from them."""
    balance, offered = themes.get("balance"), themes.get("reassurance_offered")
    if balance and balance.clear and balance.first <= LOW:
        return Pattern("one_sided_giving", ("balance",), "giving", "wanting")
    if offered and offered.clear and offered.first >= HIGH and offered.second <= LOW:
        return Pattern("one_sided_giving", ("reassurance_offered",), "giving", "wanting")
    return None


def _both_step_back(themes: Themes) -> Pattern | None:
    space, closeness = themes.get("space"), themes.get("closeness")
    if space and min(space.first, space.second) >= HIGH:
        return Pattern("both_step_back", ("space",))
    openness = themes.get("openness")
    if closeness and openness and max(_both(closeness) + _both(openness)) <= LOW:
        return Pattern("both_step_back", ("closeness", "openness"))
    return None


def _both_reach(themes: Themes) -> Pattern | None:
    wanted, space = themes.get("reassurance_wanted"), themes.get("space")
    if wanted is None or min(_both(wanted)) < HIGH:
        return None
    if space is None or max(_both(space)) >= HIGH:
        return None
    return Pattern("both_reach", ("reassurance_wanted", "space"))


def _steady(themes: Themes) -> Pattern | None:
    good = [themes[theme_id] for theme_id in GOOD_THEMES if theme_id in themes]
    if len(good) < len(GOOD_THEMES) - 2 or any(theme.clear for theme in themes.values()):
        return None
    if any(min(_both(theme)) < HIGH for theme in good):
        return None
    space = themes.get("space")
    if space and max(_both(space)) >= HIGH:
        return None
    return Pattern("steady", tuple(theme.id for theme in good[:3]))


def _both(theme: ThemeGap) -> tuple[float, float]:
    return theme.first, theme.second


_FINDERS: tuple[Callable[[Themes], Pattern | None], ...] = (
    _circle,
    _reach_and_step_back,
    _conflict_avoided,
    _one_sided,
    _both_step_back,
    _both_reach,
    _steady,
)
