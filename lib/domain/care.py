"""Care as hard rules: what nobody is told, whatever a rule says, and what some must be told.

Judged by what a tip does and by its family, so that an author's mistake cannot get past them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from lib.domain.facts import Facts, Seen
from lib.domain.questionnaire import HIGH
from lib.domain.rules import Tip

_ROOM = frozenset({"gives_space", "slows_pace"})
_PRESSING = frozenset({"asks_needs", "gives_reassurance", "joint_exercise"})
_HELPS = (
    ("support", frozenset({"outside_help"})),
    ("self_kindness", frozenset({"self_kindness"})),
)

Slot = Callable[[Tip], bool]


@dataclass(frozen=True, slots=True)
class Care:
    """What holds about a reader. room_wanted: the partner wants room, or it is not known."""

    room_wanted: bool
    gives_much: bool
    circle: bool
    well: bool

    def allows(self, tip: Tip) -> bool:
        """Whether `tip` may be told to this reader."""
        if not self.allows_opener(tip.does):
            return False
        if (self.gives_much or self.circle) and "gives_reassurance" in tip.does:
            return False
        return not (self.well and (tip.family == "patience" or "outside_help" in tip.does))

    def allows_opener(self, does: frozenset[str]) -> bool:
        """Whether an opener that does this may be given to this reader."""
        return not (self.room_wanted and _pursues(does))

    def together(self, other: Care) -> Care:
        """What holds when both read: a caution for either is a caution for both."""
        return Care(
            room_wanted=self.room_wanted or other.room_wanted,
            gives_much=self.gives_much or other.gives_much,
            circle=self.circle or other.circle,
            well=self.well or other.well,
        )


def of_reader(seen: Seen) -> Care:
    """What holds about one reader. Space and reassurance count whether or not they are shown."""
    space = seen.compared.get("space")
    given = seen.levels.get("reassurance_offered")
    return Care(
        room_wanted=space is None or space.second >= HIGH or (space.clear and space.gap < 0),
        gives_much=given is not None and given >= HIGH,
        circle="pattern reassurance_circle" in seen.own,
        well="couple well" in seen.own,
    )


def helps_unsafe(tip: Tip) -> bool:
    """Whether `tip` may be read by somebody who marked that honesty is not safe."""
    if tip.shared or "unsafe" not in tip.rule.asked:
        return False
    return (tip.family, tip.does) in _HELPS


def slots(facts: Facts) -> tuple[Slot, ...]:
    """Kinds of tips of which this reader must get one each, if there is any that fits."""
    if "couple well" in facts:
        return (_appreciates,)
    must: list[Slot] = []
    if "pattern reassurance_circle" in facts:
        must += [_limits] if "role giving" in facts else []
        must += [_finds_what_lasts] if "role wanting" in facts else []
        must += [_asks, _brings_help]
    if "role reaching" in facts:
        must.append(_is_patient)
    return tuple(must)


def shared_slots(facts: Facts) -> tuple[Slot, ...]:
    """The same for what both are to read."""
    return (_asks, _brings_help) if "pattern reassurance_circle" in facts else ()


def is_owed(slot: Slot) -> bool:
    """Whether a tip that rests or is done comes back for this slot when no other can fill it. What
    the circle calls for, and what keeps a couple well, never rests altogether; patience may."""
    return slot is not _is_patient


@cache  # of the few sets that the content knows
def _pursues(does: frozenset[str]) -> bool:
    return "invites_talk" in does or (bool(does & _PRESSING) and not does & _ROOM)


def _appreciates(tip: Tip) -> bool:
    return tip.family == "appreciation"


def _limits(tip: Tip) -> bool:
    return tip.family == "reassurance" and "limits_reassurance" in tip.does


def _finds_what_lasts(tip: Tip) -> bool:
    return tip.family == "reassurance" and "role wanting" in tip.rule.asked


def _asks(tip: Tip) -> bool:
    return "asks_needs" in tip.does


def _brings_help(tip: Tip) -> bool:
    return "outside_help" in tip.does


def _is_patient(tip: Tip) -> bool:
    return tip.family == "patience"
