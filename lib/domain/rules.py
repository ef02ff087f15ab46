"""The rule language: conditions as short strings, and the facts of one reader that make them true.

A reader's facts are a set of the conditions that hold for them, so that a rule holds when its
`when` is a part of that set. content/README.md explains the language to authors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from lib.domain.patterns import HIGH, LOW, PATTERNS
from lib.domain.questionnaire import THEMES

PRIVATE_THEME = "self_worth"
FAMILIES = (
    "balance",
    "patience",
    "reassurance",
    "pace",
    "talking",
    "self_kindness",
    "appreciation",
    "support",
)
DOES = (
    "invites_talk",
    "gives_space",
    "slows_pace",
    "gives_reassurance",
    "limits_reassurance",
    "asks_needs",
    "shares_self",
    "shows_appreciation",
    "eases_conflict",
    "self_kindness",
    "joint_exercise",
    "outside_help",
    "checks_guess",
)
DEPTHS = ("light", "middle", "deep")
_LEVELS = {
    "low": {"low"},
    "middle": {"middle"},
    "high": {"high"},
    "not_low": {"middle", "high"},
    "not_high": {"low", "middle"},
}
_GAPS = {
    "me_higher": {"me_higher"},
    "partner_higher": {"partner_higher"},
    "clear": {"me_higher", "partner_higher"},
    "close": {"close"},
}
ROLES = ("reaching", "stepping_back", "giving", "wanting")
GUESSES = {"knew": "knew", "assumed you are alike": "alike", "off, in one direction": "off"}
OUTCOMES = ("kept", "partly", "not", "no_longer_fits")
_SIDES = {"me": "partner", "partner": "me", "me_higher": "partner_higher"}
_OTHER_ROLE = dict(zip(ROLES, ("stepping_back", "reaching", "wanting", "giving"), strict=True))


@dataclass(frozen=True, slots=True)
class Rule:
    """When something is for a reader: all of `when`, one of `any` if given, none of `never`."""

    when: frozenset[str] = frozenset()
    any: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()

    def holds(self, facts: frozenset[str] | set[str]) -> bool:
        return (
            self.when <= facts
            and (not self.any or not self.any.isdisjoint(facts))
            and self.never.isdisjoint(facts)
        )

    def met(self, facts: frozenset[str]) -> tuple[str, ...]:
        """The conditions that made it hold, sorted."""
        return tuple(sorted(self.when | (self.any & facts)))


@dataclass(frozen=True, slots=True)
class Tip:
    """One piece of advice. us: both read it. cool_down: check-ins before it may come back."""

    id: str
    family: str
    us: bool
    rule: Rule
    does: frozenset[str]
    source: str
    cool_down: int


@dataclass(frozen=True, slots=True)
class Opener:
    """One sentence to start with, about a theme, of one depth."""

    id: str
    theme: str
    depth: str
    us: bool
    rule: Rule
    source: str


@dataclass(frozen=True, slots=True)
class Library:
    """All rules, in the order of their files."""

    tips: tuple[Tip, ...]
    openers: tuple[Opener, ...]


def vocabulary(support: Iterable[str]) -> frozenset[str]:
    """Every condition that exists; support: the ids of kinds of support."""
    others = [theme for theme in THEMES if theme != PRIVATE_THEME]
    return frozenset(
        [f"me.{theme} {level}" for theme, level in product(THEMES, _LEVELS)]
        + [f"partner.{theme} {level}" for theme, level in product(others, _LEVELS)]
        + [f"gap.{theme} {gap}" for theme, gap in product(others, _GAPS)]
        + [f"pattern {pattern}" for pattern in PATTERNS]
        + [f"role {role}" for role in ROLES]
        + [f"swing {side}" for side in ("me", "partner")]
        + [f"guess {verdict}" for verdict in GUESSES.values()]
        + [f"agreement {outcome}" for outcome in OUTCOMES]
        + [f"wish {side} {kind}" for side in ("me", "partner") for kind in support]
        + ["couple well", "alone", "together", "unsafe"]
    )


def possible(rule: Rule) -> bool:
    """Whether some reader's facts could make this rule hold."""
    allowed = _narrowed(rule.when)
    if allowed is None:
        return False
    if rule.any and all(_narrowed(rule.when | {choice}) is None for choice in rule.any):
        return False
    return not any(_certain(forbidden, allowed) for forbidden in rule.never)


def theme_of(condition: str) -> str | None:
    """The theme that a condition is about, if it is about one."""
    subject, dot, rest = condition.partition(".")
    return rest.split()[0] if dot and subject in ("me", "partner", "gap") else None


def flipped(condition: str) -> str | None:
    """The same fact as the other of the two sees it; None when it is not theirs to know."""
    subject, _, rest = condition.partition(" ")
    if subject in ("guess", "agreement", "unsafe"):
        return None
    if subject == "role":
        return f"role {_OTHER_ROLE[rest]}"
    if subject == "swing":
        return f"swing {_SIDES[rest]}"
    if subject == "wish":
        side, kind = rest.split()
        return f"wish {_SIDES[side]} {kind}"
    if subject.startswith("gap."):
        turned = {"me_higher": "partner_higher", "partner_higher": "me_higher"}
        return f"{subject} {turned.get(rest, rest)}"
    side, dot, theme = subject.partition(".")
    if not dot:
        return condition
    return None if theme == PRIVATE_THEME else f"{_SIDES[side]}.{theme} {rest}"


def level_facts(side: str, levels: Mapping[str, float]) -> list[str]:
    """The level conditions that hold for `me` or `partner`; levels: theme id -> 1..7."""
    facts = []
    for theme, level in levels.items():
        if level <= LOW:
            names = ("low", "not_high")
        elif level >= HIGH:
            names = ("high", "not_low")
        else:
            names = ("middle", "not_low", "not_high")
        facts += [f"{side}.{theme} {name}" for name in names]
    return facts


def _narrowed(conditions: Iterable[str]) -> dict[str, set[str]] | None:
    """What each subject may still be under these conditions; None when nothing is left."""
    allowed: dict[str, set[str]] = {}
    for condition in _implied(set(conditions)):
        subject, values = _meaning(condition)
        allowed[subject] = allowed.get(subject, values) & values
        if not allowed[subject]:
            return None
    return allowed


def _implied(conditions: set[str]) -> set[str]:
    """With what follows: facts about two need two, and being well leaves little room."""
    more = set(conditions)
    two = ("partner.", "gap.", "pattern ", "role ", "swing partner", "guess ", "agreement ")
    if any(c.startswith(two) or c.startswith("wish partner") or c == "couple well" for c in more):
        more.add("together")
    if "couple well" in more:
        more.add("gap.space close")
        more |= {f"gap.{theme_of(c)} close" for c in conditions if c.startswith("gap.")}
        more |= {f"{side}.{theme} not_low" for side in ("me", "partner") for theme in ("trust",)}
    return more


def _meaning(condition: str) -> tuple[str, set[str]]:
    subject, _, rest = condition.partition(" ")
    if subject.startswith(("me.", "partner.")):
        return subject, _LEVELS[rest]
    if subject.startswith("gap."):
        return subject, _GAPS[rest]
    if condition in ("alone", "together"):
        return "company", {condition}
    if subject in ("pattern", "role", "guess", "agreement"):
        return subject, {rest}
    return condition, {"yes"}


def _certain(forbidden: str, allowed: Mapping[str, set[str]]) -> bool:
    """Whether a forbidden condition holds in every case that is left."""
    subject, values = _meaning(forbidden)
    return subject in allowed and allowed[subject] <= values
