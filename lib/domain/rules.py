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
    """All of `when`, one of `any` if there are any, none of `never`; in the author's order."""

    when: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    asked: tuple[str, ...] = field(init=False)  # what can be a reason: `when`, then `any`
    free: bool = field(init=False)  # asks for nothing, so it holds for everybody

    def __post_init__(self) -> None:
        object.__setattr__(self, "free", not (self.when or self.any or self.never))
        object.__setattr__(self, "asked", (*self.when, *self.any))

    def holds(self, facts: Mapping[str, float]) -> bool:
        """Whether it holds for a reader of whom `facts` are true."""
        for one in self.when:
            if one not in facts:
                return False
        if self.any and not any(one in facts for one in self.any):
            return False
        return not self.never or not any(one in facts for one in self.never)

    def either(self, mirrored: Rule, facts: Mapping[str, float]) -> Rule | None:
        """This rule or itself from the other side, whichever holds; None when neither does, or when
        one of the two sides is what it must never be."""
        if self.never and any(one in facts for one in (*self.never, *mirrored.never)):
            return None
        return self if self.holds(facts) else mirrored if mirrored.holds(facts) else None


@dataclass(frozen=True, slots=True)
class Tip:
    """One piece of advice. shared: it holds for the couple and both read it. cool_down: how many
    check-ins pass before it is shown again. about: theme ids. mirrored: its rule from the other
    side."""

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
    kind: str = field(init=False)
    about: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        _derive(self, self.family, self.themes)


@dataclass(frozen=True, slots=True)
class Opener:
    """A sentence to start a conversation with. Fields as in `Tip`; does: empty, or what care must
    know of it."""

    id: str
    theme: str
    depth: str
    shared: bool
    rule: Rule
    source: str
    cool_down: int = 1
    does: frozenset[str] = frozenset()
    mirrored: Rule = field(init=False)
    salt: int = field(init=False)
    kind: str = field(init=False)
    about: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        _derive(self, self.theme, (self.theme,))


def _derive(item: Tip | Opener, kind: str, about: tuple[str, ...]) -> None:
    """What choosing needs, computed once: what not to repeat, and a number of the item's own."""
    set_once = object.__setattr__
    set_once(item, "mirrored", mirror_rule(item.rule))
    set_once(item, "salt", crc32(item.id.encode()))
    set_once(item, "kind", kind)
    set_once(item, "about", about)


OpenersBy = Mapping[tuple[str, str], tuple[Opener, ...]]


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that can be shown, in the order of the files, split once by who reads it.

    own_openers, shared_openers: (depth, theme) -> openers.
    """

    tips: tuple[Tip, ...]
    openers: tuple[Opener, ...]
    own_tips: tuple[Tip, ...] = field(init=False)
    shared_tips: tuple[Tip, ...] = field(init=False)
    _by_first: Mapping[str, tuple[Tip, ...]] = field(init=False, repr=False, compare=False)
    own_openers: OpenersBy = field(init=False)
    shared_openers: OpenersBy = field(init=False)

    def __post_init__(self) -> None:
        set_once = object.__setattr__
        set_once(self, "own_tips", tuple(tip for tip in self.tips if not tip.shared))
        set_once(self, "shared_tips", tuple(tip for tip in self.tips if tip.shared))
        by_first: dict[str, tuple[Tip, ...]] = {}
        for tip in self.own_tips:
            first = tip.rule.when[0] if tip.rule.when else ""
            by_first[first] = (*by_first.get(first, ()), tip)
        set_once(self, "_by_first", by_first)
        set_once(self, "own_openers", _by_depth_and_theme(self.openers, shared=False))
        set_once(self, "shared_openers", _by_depth_and_theme(self.openers, shared=True))

    def own_tips_of(self, facts: Mapping[str, float]) -> list[Tip]:
        """The own tips whose first condition holds: few enough to try one by one."""
        found = list(self._by_first.get("", ()))
        for first, tips in self._by_first.items():
            if first in facts:
                found += tips
        return found


def _by_depth_and_theme(openers: tuple[Opener, ...], *, shared: bool) -> OpenersBy:
    found: dict[tuple[str, str], tuple[Opener, ...]] = {}
    for one in openers:
        if one.shared == shared:
            key = one.depth, one.theme
            found[key] = (*found.get(key, ()), one)
    return found


_PRIVATE = frozenset(("guess", "agreement", "agreements", "talk", "alone", "unsafe"))


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
    words |= {"swing me", "swing partner", "agreements slip", "couple well"}
    words |= {"together", "alone", "unsafe"}
    words |= {"talk not_safe", "talk not_useful"}
    return frozenset(words)


def is_private(condition: str) -> bool:
    """Whether a condition is one person's own, so that nothing shared may depend on it."""
    kind = condition.split(" ")[0]
    return kind in _PRIVATE or kind.endswith(f".{PRIVATE_THEME}")


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
        tuple(map(mirror, rule.when)), tuple(map(mirror, rule.any)), tuple(map(mirror, rule.never))
    )
