"""Why something is shown: the facts that led to it, as kinds for which content has the words.

A gap within its noise band is never a reason. Where nothing else can be said, that two are close on
a theme can be. The partner's kindness to themselves is never one: it is not among the facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from lib.domain.facts import Facts, Seen
from lib.domain.patterns import PATTERNS, THEMES_OF
from lib.domain.picture import PICTURES
from lib.domain.questionnaire import PRIVATE_THEME, THEMES
from lib.domain.rules import Rule

MOST = 3
THEME_KINDS = (
    "me_low", "me_middle", "me_high", "partner_low", "partner_middle", "partner_high",
    "gap_me_higher", "gap_partner_higher", "gap_close", "me_rose", "me_fell", "partner_rose",
    "partner_fell",
)  # fmt: skip
PLAIN_KINDS = (
    *(f"pattern_{name}" for name in PATTERNS),
    "role_reaching", "role_stepping_back", "role_giving", "role_wanting", "swing_me",
    "swing_partner",
    "guess_knew", "guess_alike", "guess_off", "agreement_kept", "agreement_partly", "agreement_not",
    "agreement_no_longer_fits", "agreements_slip", "wish_me", "wish_partner",
    "couple_well", "alone", "general", "talk_not_safe",
    "talk_not_useful", "for_you",
    *(f"picture_{name}" for name in PICTURES),
)  # fmt: skip
_OF_ROLE: Mapping[str, tuple[str, ...]] = {
    "role_reaching": ("space",),
    "role_stepping_back": ("space",),
    "role_giving": ("reassurance_offered",),
    "role_wanting": ("reassurance_received",),
}
_OF_THEMES = frozenset((*_OF_ROLE, *(f"pattern_{name}" for name in THEMES_OF)))
_WORTH_SAYING = (
    ("gap", "me_higher"),
    ("gap", "partner_higher"),
    ("me", "low"),
    ("partner", "low"),
    ("me", "high"),
    ("partner", "high"),
)
_ALONE_ENOUGH = frozenset(("alone", "together", "unsafe"))
_WEAK = ("not_low", "not_high", "middle")


@dataclass(frozen=True, slots=True)
class Because:
    """One fact. theme None when it is of no single theme; facts: what its sentence's placeholders
    need.

    kind: one of THEME_KINDS (with a theme) or PLAIN_KINDS (without); its words lie in because.toml.
    """

    theme: str | None
    kind: str
    facts: Mapping[str, str] = field(default_factory=dict)


FOR_YOU = Because(None, "for_you")


def reasons(rule: Rule, facts: Facts, seen: Seen, themes: Iterable[str]) -> tuple[Because, ...]:
    """Up to three facts by which `rule` holds, the most telling first, and at least one.

    facts: the set that the rule was tried on; themes: what the item is about.
    """
    held = [one for one in rule.asked if one in facts]
    held.sort(key=lambda one: -facts[one])
    strong = [one for one in held if not one.endswith(_WEAK) and one not in _ALONE_ENOUGH]
    found: list[Because] = []
    for one in strong:
        told = _told(one, facts)
        if told not in found and len(found) < MOST:
            found.append(told)
    if not any(one.theme or one.kind in _OF_THEMES for one in found):
        asked = (_theme_of(one) for one in held)
        near = tuple(theme for theme in (*asked, *themes) if theme)
        about = _about(facts, seen, near) or _about(facts, seen, THEMES)
        if about and len(found) < MOST:
            found.append(about)
    if not found:
        found.append(Because(None, "alone" if seen.alone else "general"))
    return tuple(found)


def themes_of(
    because: Iterable[Because],
    compared: Collection[str] = THEMES,
    read: Mapping[str, tuple[str, ...]] = THEMES_OF,
) -> tuple[str, ...]:
    """The themes that reasons speak of, each once. compared: ids of those that both answered.
    read: pattern -> what it was read from with this couple, by default all that it can be."""
    named: list[str] = []
    for one in because:
        pattern = one.kind.removeprefix("pattern_")
        themes = read.get(pattern, _OF_ROLE.get(one.kind, ()))
        named += [one.theme] if one.theme else [theme for theme in themes if theme in compared]
    return tuple(dict.fromkeys(named))


def _theme_of(condition: str) -> str:
    """The theme that a condition is about; "" when it is of none."""
    return condition.partition(" ")[0].partition(".")[2]


def _told(condition: str, facts: Facts) -> Because:
    if condition.endswith(" clear"):
        gap = condition.removesuffix("clear")
        condition = gap + ("me_higher" if f"{gap}me_higher" in facts else "partner_higher")
    return _said(condition)


@cache  # of the few conditions that the content asks for
def _said(condition: str) -> Because:
    head, _, tail = condition.partition(" ")
    kind, dot, theme = head.partition(".")
    if dot:
        return Because(theme, f"{kind}_{tail}")
    if kind == "wish":
        who, _, what = tail.partition(" ")
        return Because(None, f"wish_{who}", {"support": what})
    return Because(None, condition.replace(" ", "_"))


def _about(facts: Facts, seen: Seen, themes: Iterable[str]) -> Because | None:
    """The first thing worth saying about the first theme of which there is any: a clear gap, a low
    or high level; when no theme has those, on what the two are closest; and else one's own level.
    """
    every = [theme for theme in dict.fromkeys(themes) if theme != PRIVATE_THEME]
    for theme in every:
        for who, what in _WORTH_SAYING:
            if f"{who}.{theme} {what}" in facts:
                return Because(theme, f"{who}_{what}")
    close = [theme for theme in every if f"gap.{theme} close" in facts]
    if close:
        return Because(min(close, key=lambda theme: seen.compared[theme].size), "gap_close")
    middle = (theme for theme in every if f"me.{theme} middle" in facts)
    return next((Because(theme, "me_middle") for theme in middle), None)
