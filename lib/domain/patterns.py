"""What two people do together, from levels and clear gaps only; never a label for one of them.

More than one can hold; the order of PATTERNS says which is named first. All are symmetric.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lib.domain.comparison import Comparison, ThemeGap
from lib.domain.questionnaire import GOOD_WHEN_HIGH, HIGH, LOW, PRIVATE_THEME

PATTERNS = (
    "reassurance_circle",
    "reach_and_step_back",
    "one_sided_giving",
    "both_step_back",
    "both_reach",
    "conflict_avoided",
    "steady",
)
ROLES: Mapping[str, tuple[str, str]] = {
    "reassurance_circle": ("giving", "wanting"),
    "reach_and_step_back": ("reaching", "stepping_back"),
    "one_sided_giving": ("giving", "wanting"),
}
# What each was read from, the most telling theme first.
THEMES_OF: Mapping[str, tuple[str, ...]] = {
    "reassurance_circle": ("reassurance_received", "reassurance_offered", "reassurance_wanted"),
    "reach_and_step_back": ("space", "reassurance_wanted"),
    "one_sided_giving": ("reassurance_offered", "reassurance_received", "balance"),
    "both_step_back": ("space", "closeness"),
    "both_reach": ("reassurance_wanted", "reassurance_received"),
    "conflict_avoided": ("conflict",),
    "steady": ("closeness", "trust", "heard"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern, with the roles of first and second in it: none, one, or in a circle that goes both
    ways both."""

    pattern: str
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Pair:
    """A comparison seen from one side. Questions about a theme not compared are answered False."""

    gaps: Mapping[str, ThemeGap]

    def me(self, theme: str) -> float | None:
        gap = self.gaps.get(theme)
        return gap.first if gap else None

    def partner(self, theme: str) -> float | None:
        gap = self.gaps.get(theme)
        return gap.second if gap else None

    def clear_higher(self, theme: str) -> bool:
        gap = self.gaps.get(theme)
        return gap is not None and gap.clear and gap.gap > 0

    def both(self, theme: str, test: Callable[[float | None], bool]) -> bool:
        return test(self.me(theme)) and test(self.partner(theme))


def found(comparison: Comparison) -> tuple[Found, ...]:
    """All patterns that hold, the most telling first."""
    here = _Pair({gap.id: gap for gap in comparison.themes if gap.id != PRIVATE_THEME})
    there = _Pair({theme: gap.swapped() for theme, gap in here.gaps.items()})
    result = []
    for pattern in PATTERNS:
        if pattern in _SIDED:
            mine, theirs = _SIDED[pattern](here), _SIDED[pattern](there)
            one, other = ROLES[pattern]
            if mine and theirs:
                result.append(Found(pattern, (one, other), (one, other)))
            elif mine:
                result.append(Found(pattern, (one,), (other,)))
            elif theirs:
                result.append(Found(pattern, (other,), (one,)))
        elif _ALIKE[pattern](here):
            result.append(Found(pattern))
    return tuple(result)


def pattern(comparison: Comparison) -> str | None:
    """The first pattern that holds, or None."""
    every = found(comparison)
    return every[0].pattern if every else None


def is_well(comparison: Comparison) -> bool:
    """Nothing that is good low, no clear gap on a shared theme, and no pattern but steady.

    False when nothing could be compared: of such a couple nothing is known.
    """
    shared = [gap for gap in comparison.themes if gap.id != PRIVATE_THEME]
    if not shared or any(gap.clear for gap in shared):
        return False
    lacking = any(_low(gap.first) or _low(gap.second) for gap in shared if gap.id in GOOD_WHEN_HIGH)
    return not lacking and all(one.pattern == "steady" for one in found(comparison))


def _low(level: float | None) -> bool:
    return level is not None and level <= LOW


def _high(level: float | None) -> bool:
    return level is not None and level >= HIGH


def _gives_in_circle(pair: _Pair) -> bool:
    """I offer much; my partner wants much and still receives little."""
    return (
        _high(pair.me("reassurance_offered"))
        and _high(pair.partner("reassurance_wanted"))
        and _low(pair.partner("reassurance_received"))
    )


def _reaches(pair: _Pair) -> bool:
    """My partner wants much room; I want clearly less, or much reassurance and not much room."""
    if not _high(pair.partner("space")) or _high(pair.me("space")):
        return False
    wants_less = pair.gaps["space"].clear
    return wants_less or _high(pair.me("reassurance_wanted"))


def _gives_alone(pair: _Pair) -> bool:
    """I give much and clearly more than my partner, and what comes back to me is little or less."""
    if not (_high(pair.me("reassurance_offered")) and pair.clear_higher("reassurance_offered")):
        return False
    received = pair.gaps.get("reassurance_received")
    less_comes_back = received is not None and received.clear and received.gap < 0
    return less_comes_back or _low(pair.me("reassurance_received")) or _low(pair.me("balance"))


def _both_step_back(pair: _Pair) -> bool:
    """Both want much room and not both feel close; or both feel far and keep feelings back."""
    far = pair.both("closeness", _low) and pair.both("openness", _low)
    return far or (pair.both("space", _high) and not pair.both("closeness", _high))


def _both_reach(pair: _Pair) -> bool:
    """Both want much reassurance, neither much room, and neither gets much of what they want."""
    return (
        pair.both("reassurance_wanted", _high)
        and not _high(pair.me("space"))
        and not _high(pair.partner("space"))
        and not _high(pair.me("reassurance_received"))
        and not _high(pair.partner("reassurance_received"))
    )


def _conflict_avoided(pair: _Pair) -> bool:
    return pair.both("conflict", _low)


def _steady(pair: _Pair) -> bool:
    """Close, trusting and heard on both sides, nothing lacking, no clear gap."""
    core = all(pair.both(theme, _high) for theme in ("closeness", "trust", "heard"))
    lacking = any(_low(pair.me(theme)) or _low(pair.partner(theme)) for theme in GOOD_WHEN_HIGH)
    return core and not lacking and not any(gap.clear for gap in pair.gaps.values())


_SIDED: Mapping[str, Callable[[_Pair], bool]] = {
    "reassurance_circle": _gives_in_circle,
    "reach_and_step_back": _reaches,
    "one_sided_giving": _gives_alone,
}
_ALIKE: Mapping[str, Callable[[_Pair], bool]] = {
    "both_step_back": _both_step_back,
    "both_reach": _both_reach,
    "conflict_avoided": _conflict_avoided,
    "steady": _steady,
}
