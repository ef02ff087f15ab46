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
# What each can be read from, the most telling theme first.
THEMES_OF: Mapping[str, tuple[str, ...]] = {
    "reassurance_circle": ("reassurance_received", "reassurance_offered", "reassurance_wanted"),
    "reach_and_step_back": ("space", "reassurance_wanted"),
    "one_sided_giving": ("reassurance_offered", "reassurance_received", "balance"),
    "both_step_back": ("space", "closeness", "openness"),
    "both_reach": ("reassurance_wanted", "reassurance_received"),
    "conflict_avoided": ("conflict",),
    "steady": ("closeness", "trust", "heard"),
}


Themes = tuple[str, ...]
"""What a pattern was read from; empty when it does not hold."""

_CORE = ("closeness", "trust", "heard")
_MIDDLE_OF_SCALE = 4.0


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern and the themes that it was read from, with the roles of first and second in it:
    none, one, or in a circle that goes both ways both."""

    pattern: str
    read: Themes
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

    def clear(self, theme: str) -> bool:
        gap = self.gaps.get(theme)
        return gap is not None and gap.clear

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
            read = tuple(theme for theme in THEMES_OF[pattern] if theme in {*mine, *theirs})
            if mine and theirs:
                result.append(Found(pattern, read, (one, other), (one, other)))
            elif mine:
                result.append(Found(pattern, read, (one,), (other,)))
            elif theirs:
                result.append(Found(pattern, read, (other,), (one,)))
        elif read := _ALIKE[pattern](here):
            result.append(Found(pattern, read))
    return tuple(result)


def pattern(comparison: Comparison) -> str | None:
    """The first pattern that holds, or None."""
    every = found(comparison)
    return every[0].pattern if every else None


def is_well(comparison: Comparison) -> bool:
    """Both rather close, trusting and heard, as far as they said; nothing that is good low, no
    clear gap on a shared theme, and no pattern but steady.

    False when two of these three could not be compared: of such a couple too little is known.
    """
    shared = [gap for gap in comparison.themes if gap.id != PRIVATE_THEME]
    core = [gap for gap in shared if gap.id in _CORE]
    good = all(min(gap.first, gap.second) > _MIDDLE_OF_SCALE for gap in core)
    if len(core) < len(_CORE) - 1 or not good or any(gap.clear for gap in shared):
        return False
    lacking = any(_low(gap.first) or _low(gap.second) for gap in shared if gap.id in GOOD_WHEN_HIGH)
    return not lacking and all(one.pattern == "steady" for one in found(comparison))


def _low(level: float | None) -> bool:
    return level is not None and level <= LOW


def _high(level: float | None) -> bool:
    return level is not None and level >= HIGH


def _gives_in_circle(pair: _Pair) -> Themes:
    """I offer much; my partner wants much and still receives little."""
    holds = (
        _high(pair.me("reassurance_offered"))
        and _high(pair.partner("reassurance_wanted"))
        and _low(pair.partner("reassurance_received"))
    )
    return THEMES_OF["reassurance_circle"] if holds else ()


def _reaches(pair: _Pair) -> Themes:
    """My partner wants much room, and I want clearly less. Wanting much reassurance adds to it, and
    alone is no reaching: two who want about the same room are told of no difference."""
    if not _high(pair.partner("space")) or _high(pair.me("space")) or not pair.clear("space"):
        return ()
    wants_much = _high(pair.me("reassurance_wanted"))
    return ("space", "reassurance_wanted") if wants_much else ("space",)


def _gives_alone(pair: _Pair) -> Themes:
    """I give much and clearly more than my partner, and what comes back to me is little or less."""
    if not (_high(pair.me("reassurance_offered")) and pair.clear_higher("reassurance_offered")):
        return ()
    received = pair.gaps.get("reassurance_received")
    less = received is not None and received.clear and received.gap < 0
    back: list[str] = []
    if less or _low(pair.me("reassurance_received")):
        back.append("reassurance_received")
    if _low(pair.me("balance")):
        back.append("balance")
    return ("reassurance_offered", *back) if back else ()


def _both_step_back(pair: _Pair) -> Themes:
    """Both want much room and not both feel close; or both feel far and keep feelings back. Two who
    would both like more time together do not step back, however far they feel."""
    if pair.both("space", _high) and not pair.both("closeness", _high):
        return ("space", "closeness") if "closeness" in pair.gaps else ("space",)
    far = pair.both("closeness", _low) and pair.both("openness", _low)
    return ("closeness", "openness") if far and not pair.both("space", _low) else ()


def _both_reach(pair: _Pair) -> Themes:
    """Both want much reassurance, neither much room, and neither gets much of what they want."""
    holds = (
        pair.both("reassurance_wanted", _high)
        and not _high(pair.me("space"))
        and not _high(pair.partner("space"))
        and not _high(pair.me("reassurance_received"))
        and not _high(pair.partner("reassurance_received"))
    )
    read = THEMES_OF["both_reach"] if "reassurance_received" in pair.gaps else ()
    return (read or ("reassurance_wanted",)) if holds else ()


def _conflict_avoided(pair: _Pair) -> Themes:
    return THEMES_OF["conflict_avoided"] if pair.both("conflict", _low) else ()


def _steady(pair: _Pair) -> Themes:
    """Close, trusting and heard on both sides, nothing lacking, no clear gap."""
    core = all(pair.both(theme, _high) for theme in _CORE)
    lacking = any(_low(pair.me(theme)) or _low(pair.partner(theme)) for theme in GOOD_WHEN_HIGH)
    calm = not any(gap.clear for gap in pair.gaps.values())
    return THEMES_OF["steady"] if core and calm and not lacking else ()


_SIDED: Mapping[str, Callable[[_Pair], Themes]] = {
    "reassurance_circle": _gives_in_circle,
    "reach_and_step_back": _reaches,
    "one_sided_giving": _gives_alone,
}
_ALIKE: Mapping[str, Callable[[_Pair], Themes]] = {
    "both_step_back": _both_step_back,
    "both_reach": _both_reach,
    "conflict_avoided": _conflict_avoided,
    "steady": _steady,
}
