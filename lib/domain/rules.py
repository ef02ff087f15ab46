"""Tips and openers as data, and the small language in which they say whom they fit.

A condition is a string such as "me.trust low"; content/README.md documents them all. What is true
of a reader is a set of such strings (`lib.domain.facts`), so a rule holds when its `when` is a
subset of it. Which rules can never hold is decided in `lib.domain.impossible`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from zlib import crc32

from lib.domain.patterns import PATTERNS, ROLES
from lib.domain.questionnaire import PRIVATE_THEME, THEMES

FAMILIES = (
    "balance", "patience", "reassurance", "pace", "talking", "self_kindness", "appreciation",
    "support",
)  # fmt: skip
DOES = (
    "invites_talk", "gives_space", "slows_pace", "gives_reassurance", "limits_reassurance",
    "asks_needs", "shares_self", "shows_appreciation", "eases_conflict", "self_kindness",
    "joint_exercise", "outside_help", "checks_guess",
)  # fmt: skip
DEPTHS = ("light", "middle", "deep")
LEVELS = ("low", "middle", "high", "not_low", "not_high")
GAPS = ("me_higher", "partner_higher", "clear", "close")
OUTCOMES = ("kept", "partly", "not", "no_longer_fits")
GUESSES = ("knew", "alike", "off")
ROWS = tuple(f"row {number}" for number in range(1, 14))
_ROLE_NAMES = tuple(dict.fromkeys(role for pair in ROLES.values() for role in pair))
_MIRRORED = {
    "me_higher": "partner_higher",
    "partner_higher": "me_higher",
    "reaching": "stepping_back",
    "stepping_back": "reaching",
    "giving": "wanting",
    "wanting": "giving",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """All of `when`, one of `any` if there are any, none of `never`."""

    when: frozenset[str] = frozenset()
    any: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    asked: tuple[str, ...] = ()  # `when` then `any`, as the author ordered them

    def holds(self, facts: Mapping[str, float]) -> bool:
        """Whether it holds for a reader of whom `facts` are true."""
        known = facts.keys()
        return (
            self.when <= known
            and (not self.any or not self.any.isdisjoint(known))
            and self.never.isdisjoint(known)
        )


@dataclass(frozen=True, slots=True)
class Tip:
    """One piece of advice. `shared`: it holds for the couple and both read it. `cool_down`: how
    many check-ins pass before it is shown again. `mirrored`: its rule from the other side."""

    id: str
    family: str
    shared: bool
    rule: Rule
    does: frozenset[str]
    themes: tuple[str, ...]
    source: str
    cool_down: int
    mirrored: Rule = field(init=False)
    salt: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mirrored", mirror_rule(self.rule))
        object.__setattr__(self, "salt", crc32(self.id.encode()))


@dataclass(frozen=True, slots=True)
class Opener:
    """A sentence to start a conversation with. Fields as in `Tip`."""

    id: str
    theme: str
    depth: str
    shared: bool
    rule: Rule
    source: str
    cool_down: int = 1
    mirrored: Rule = field(init=False)
    salt: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mirrored", mirror_rule(self.rule))
        object.__setattr__(self, "salt", crc32(self.id.encode()))


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that can be shown, in the order of the files, split once by who reads it."""

    tips: tuple[Tip, ...]
    openers: tuple[Opener, ...]
    own_tips: tuple[Tip, ...] = field(init=False)
    shared_tips: tuple[Tip, ...] = field(init=False)
    own_openers: tuple[Opener, ...] = field(init=False)
    shared_openers: tuple[Opener, ...] = field(init=False)

    def __post_init__(self) -> None:
        set_once = object.__setattr__
        set_once(self, "own_tips", tuple(tip for tip in self.tips if not tip.shared))
        set_once(self, "shared_tips", tuple(tip for tip in self.tips if tip.shared))
        set_once(self, "own_openers", tuple(item for item in self.openers if not item.shared))
        set_once(self, "shared_openers", tuple(item for item in self.openers if item.shared))


def vocabulary(support: Collection[str]) -> frozenset[str]:
    """Every condition that exists, given the ids of the kinds of support."""
    shareable = [theme for theme in THEMES if theme != PRIVATE_THEME]
    words = {f"me.{theme} {level}" for theme in THEMES for level in LEVELS}
    words |= {f"partner.{theme} {level}" for theme in shareable for level in LEVELS}
    words |= {f"gap.{theme} {gap}" for theme in shareable for gap in GAPS}
    words |= {f"pattern {pattern}" for pattern in PATTERNS}
    words |= {f"role {role}" for role in _ROLE_NAMES}
    words |= {f"guess {verdict}" for verdict in GUESSES}
    words |= {f"agreement {outcome}" for outcome in OUTCOMES}
    words |= {f"wish {who} {kind}" for who in ("me", "partner") for kind in support}
    words |= {"swing me", "swing partner", "couple well", "together", "alone", "unsafe"}
    return frozenset(words)


def is_private(condition: str) -> bool:
    """Whether a condition is one person's own, so that nothing shared may depend on it."""
    kind = condition.split(" ")[0]
    return kind in ("guess", "agreement", "alone", "unsafe") or kind.endswith(f".{PRIVATE_THEME}")


def mirror(condition: str) -> str:
    """The same condition, told from the other side."""
    head, _, tail = condition.partition(" ")
    kind, dot, theme = head.partition(".")
    if dot:
        kind = {"me": "partner", "partner": "me"}.get(kind, kind)
        return f"{kind}.{theme} {_MIRRORED.get(tail, tail)}"
    if kind in ("wish", "swing"):
        who, _, what = tail.partition(" ")
        other = "partner" if who == "me" else "me"
        return f"{kind} {other} {what}".rstrip()
    if kind == "role":
        return f"role {_MIRRORED[tail]}"
    return condition


def mirror_rule(rule: Rule) -> Rule:
    return Rule(
        when=frozenset(map(mirror, rule.when)),
        any=frozenset(map(mirror, rule.any)),
        never=frozenset(map(mirror, rule.never)),
        asked=tuple(map(mirror, rule.asked)),
    )
