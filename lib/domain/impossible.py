"""Which rules can never hold, so that an author hears of it when the content is loaded.

Each theme's conditions are tried against every pair of levels that two people can have, after
everything that a pattern, a role or `couple well` implies has been spelt out.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from lib.domain.care import helps_unsafe
from lib.domain.facts import gap_conditions, level_conditions
from lib.domain.patterns import PATTERNS
from lib.domain.questionnaire import GOOD_WHEN_HIGH, PRIVATE_THEME, THEMES, Questionnaire
from lib.domain.rules import Rule, Tip, mirror

_SHAREABLE = tuple(theme for theme in THEMES if theme != PRIVATE_THEME)
_STEPS = tuple(1 + step / 2 for step in range(13))
_ONE_OF_A_KIND = ("guess", "agreement")
_NEEDS_TWO = ("partner.", "gap.", "pattern ", "role ", "couple ", "swing partner", "wish partner",
              "guess ", "agreement ", "agreements ", "together")  # fmt: skip


def _each(sides: Iterable[str], themes: Iterable[str], level: str) -> frozenset[str]:
    names = tuple(themes)
    return frozenset(f"{side}.{theme} {level}" for side in sides for theme in names)


_BOTH = ("me", "partner")
# What cannot hold beside these.
_BARRED = dict.fromkeys(
    ("couple well", "pattern steady"),
    frozenset(f"gap.{theme} clear" for theme in _SHAREABLE),
)
_NOTHING_LOW = _each(_BOTH, GOOD_WHEN_HIGH, "not_low")

Ways = tuple[frozenset[str], ...]
"""Of which one must hold."""


def _mirrored(ways: Ways) -> Ways:
    return tuple(frozenset(map(mirror, way)) for way in ways)


_REACHING: Ways = (
    frozenset({"partner.space high", "me.space not_high", "gap.space partner_higher"}),
)
_CIRCLE: Ways = (
    frozenset({
        "me.reassurance_offered high", "partner.reassurance_wanted high",
        "partner.reassurance_received low",
    }),
)  # fmt: skip
_ONE_SIDED: Ways = tuple(
    frozenset({"me.reassurance_offered high", "gap.reassurance_offered me_higher", less})
    for less in ("gap.reassurance_received partner_higher", "me.reassurance_received low",
                 "me.balance low")
)  # fmt: skip
# What each needs, as lib.domain.patterns and lib.domain.facts have it. What a pattern says of roles
# is said below, for more than one pattern gives them.
_NEEDS: dict[str, Ways] = {
    "couple well": (_NOTHING_LOW,),
    "pattern steady": (_NOTHING_LOW | _each(_BOTH, ("closeness", "trust", "heard"), "high"),),
    "pattern conflict_avoided": (_each(_BOTH, ("conflict",), "low"),),
    "pattern both_reach": (
        _each(_BOTH, ("reassurance_wanted",), "high")
        | _each(_BOTH, ("space", "reassurance_received"), "not_high"),
    ),
    "pattern both_step_back": (
        _each(_BOTH, ("closeness", "openness"), "low"),
        _each(_BOTH, ("space",), "high") | {"me.closeness not_high"},
        _each(_BOTH, ("space",), "high") | {"partner.closeness not_high"},
    ),
    "pattern reach_and_step_back": _REACHING + _mirrored(_REACHING),
    "role reaching": _REACHING,
    "role stepping_back": _mirrored(_REACHING),
    "pattern reassurance_circle": _CIRCLE + _mirrored(_CIRCLE),
    "pattern one_sided_giving": _ONE_SIDED + _mirrored(_ONE_SIDED),
}
_GIVEN = {"pattern reassurance_circle": _CIRCLE, "pattern one_sided_giving": _ONE_SIDED}
_ROLE_NEEDS = {"role reaching": "pattern reach_and_step_back",
               "role stepping_back": "pattern reach_and_step_back"}  # fmt: skip


def why_never(rule: Rule, questionnaire: Questionnaire, *, shared: bool) -> str | None:
    """Why `rule` can never hold, as a clause for its author; None when it can."""
    when, never = frozenset(rule.when), frozenset(rule.never)
    if shared:
        never |= frozenset(map(mirror, never))
    if {"together", "alone"} <= never:
        return '`never_when` says "together" and "alone", and one of them always holds'
    for condition in sorted(when & never):
        return f'"{condition}" stands in `when` and in `never_when`'
    reason = _clash(when, never, questionnaire, shared)
    if reason:
        return reason
    for option in rule.any:
        reason = _clash(when | {option}, never, questionnaire, shared)
        if reason:
            return f'with "{option}" from `any`, {reason}'
    return None


def why_withheld(tip: Tip) -> str | None:
    """Why the care rules never let `tip` through, whatever else holds; None when they can."""
    if "unsafe" in tip.rule.when and not helps_unsafe(tip):
        return (
            "who marks that honesty is unsafe reads outside help and self-kindness only; "
            "take out `unsafe`, or write a tip of the family support or self_kindness that does "
            "outside_help or self_kindness"
        )
    asks = spelt_out(tip.rule.when)
    if tip.shared:
        asks |= frozenset(map(mirror, asks))
    if "invites_talk" in tip.does and asks & {"partner.space high", "gap.space partner_higher"}:
        return "the partner wants room, and it invites a talk; take out one or the other"
    if "gives_reassurance" in tip.does and asks & {
        "me.reassurance_offered high",
        "pattern reassurance_circle",
    }:
        return "it gives reassurance where much is given already; take out one or the other"
    if "couple well" in asks and (tip.family == "patience" or "outside_help" in tip.does):
        return (
            "a couple that is well gets neither patience nor outside help; take out `couple well`"
        )
    return None


def spelt_out(conditions: Iterable[str]) -> frozenset[str]:
    """The conditions and all that they imply in every case."""
    known = frozenset(conditions)
    return known.union(frozenset.intersection(*_worlds(known, frozenset())))


def _worlds(known: frozenset[str], never: frozenset[str]) -> Ways:
    """The conditions with everything they need, spelt out each possible way."""
    causes = [_NEEDS[cause] for cause in sorted(known) if cause in _NEEDS]
    given = tuple(way for name, ways in _GIVEN.items() if name not in never for way in ways)
    if "role giving" in known:
        causes.append(given)
    if "role wanting" in known:
        causes.append(_mirrored(given))
    patterns = {_ROLE_NEEDS[role] for role in known & _ROLE_NEEDS.keys()}
    return tuple(known.union(patterns, *chosen) for chosen in product(*causes))


def _clash(
    asked: frozenset[str], never: frozenset[str], questionnaire: Questionnaire, shared: bool
) -> str | None:
    reason: str | None = "the role comes from no other pattern than those in `never_when`"
    if "together" in never:
        asked |= {"alone"}
    for world in _worlds(asked, never):
        reason = _clash_in(world, never, questionnaire, shared)
        if reason is None:
            return None
    return reason


def _clash_in(
    known: frozenset[str], never: frozenset[str], questionnaire: Questionnaire, shared: bool
) -> str | None:
    for condition in sorted(known & never):
        return f'`never_when` says "{condition}", which always holds with the others'
    reason = _clash_of_words(known, shared)
    if reason:
        return reason
    for calm, barred_by_it in _BARRED.items():
        never = never | barred_by_it if calm in known else never
    for theme in questionnaire.themes:
        mine = [one for one in known if one.split(" ")[0].endswith(f".{theme.id}")]
        barred = [one for one in never if one.split(" ")[0].endswith(f".{theme.id}")]
        if mine and not _possible(theme.id, theme.band, mine, barred):
            said = ", ".join(f'"{one}"' for one in sorted(mine))
            return f"these exclude each other: {said}" + (" (with `never_when`)" if barred else "")
    return None


def _clash_of_words(known: frozenset[str], shared: bool) -> str | None:
    two = [one for one in sorted(known) if one.startswith(_NEEDS_TWO)]
    if "alone" in known and (two or shared):
        return f'"alone" excludes "{two[0]}"' if two else '"alone" excludes `for = "us"`'
    for kind in _ONE_OF_A_KIND:
        said = [one for one in sorted(known) if one.startswith(f"{kind} ")]
        if len(said) > 1:
            return f'"{said[0]}" excludes "{said[1]}"'
    if {"role reaching", "role stepping_back"} <= known:
        return '"role reaching" excludes "role stepping_back"'
    calm = known & {"couple well", "pattern steady"}
    roles = [one for one in sorted(known) if one.startswith("role ")]
    loud = [
        f"pattern {name}" for name in PATTERNS if name != "steady" and f"pattern {name}" in known
    ]
    if calm and (loud or roles):
        return f'"{min(calm)}" excludes "{(loud or roles)[0]}"'
    return None


def _possible(theme: str, band: float, asked: list[str], barred: list[str]) -> bool:
    """Whether two levels exist for which all of `asked` and none of `barred` hold."""
    for me in _STEPS:
        mine = set(level_conditions("me", theme, me))
        for partner in _STEPS:
            held = mine.union(level_conditions("partner", theme, partner))
            held.update(gap_conditions(theme, me - partner, band))
            if held.issuperset(asked) and held.isdisjoint(barred):
                return True
    return False
