"""The care rules hold against tips whose rules would let them through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from lib.domain.advice import Advice, Past, Voice, advise, advise_alone
from lib.domain.comparison import compare
from lib.domain.patterns import found
from lib.domain.rules import Library, Rule, Tip
from tests.domain.couples import MIDDLE, WELL, loaded, sheet

USED = loaded().current
FILL = ("balance", "talking", "pace", "appreciation", "self_kindness")


def tip(name: str, *does: str, family: str = "talking", when: tuple[str, ...] = ()) -> Tip:
    return Tip(name, family, False, Rule(when), frozenset(does), ("trust",), "row 1", 3)


def told(tips: list[Tip], me: Mapping[str, float], other: Mapping[str, float]) -> set[str]:
    """Ids of all that the first reads."""
    one, _ = advise(
        Library(tuple(tips), ()), USED, Voice(sheet(USED, me)), Voice(sheet(USED, other))
    )
    return {chosen.id for chosen in one.tips}


PRESSING = [
    tip("talk", "invites_talk"),
    tip("talk with room", "invites_talk", "gives_space", family="pace"),
    tip("ask", "asks_needs", family="support"),
    tip("comfort", "gives_reassurance", family="reassurance"),
    tip("together", "joint_exercise", family="balance"),
]
GENTLE = [
    tip("ask gently", "asks_needs", "slows_pace", family="support"),
    tip("comfort and leave", "gives_reassurance", "gives_space", family="reassurance"),
]


@pytest.mark.parametrize(
    ("me", "other"),
    [
        ({}, {"space": 5}),  # much, though not clearly more
        ({"space": 1}, {"space": 3.5}),  # clearly more, though not much
        ({"space": 6}, {"space": 6}),
    ],
)
def test_who_wants_room_is_not_pursued(me: Mapping[str, float], other: Mapping[str, float]) -> None:
    said = told([*PRESSING, *GENTLE], {**MIDDLE, **me}, {**MIDDLE, **other})
    assert said == {"ask gently", "comfort and leave"}


def test_nobody_is_pursued_of_whom_it_is_not_known() -> None:
    unknown = {theme: level for theme, level in MIDDLE.items() if theme != "space"}
    assert told(PRESSING, MIDDLE, unknown) == told(PRESSING, unknown, MIDDLE) == set()
    alone = advise_alone(Library(tuple(PRESSING), ()), USED, Voice(sheet(USED, MIDDLE)))
    assert alone.tips == ()


def test_who_wants_room_may_themselves_begin() -> None:
    assert "talk" in told(PRESSING, {**MIDDLE, "space": 6.5}, MIDDLE)


def test_a_shared_tip_pursues_nobody_either() -> None:
    ours = [replace(one, shared=True) for one in PRESSING]
    near, far = {**MIDDLE, "space": 2}, {**MIDDLE, "space": 6}
    assert told(ours, near, far) == told(ours, far, near) == set()
    assert told(ours, MIDDLE, MIDDLE)


def test_who_gives_much_is_not_asked_for_more() -> None:
    more = [tip("comfort", "gives_reassurance"), tip("rest", "self_kindness", family="pace")]
    assert told(more, {**MIDDLE, "reassurance_offered": 5}, MIDDLE) == {"rest"}
    assert told(more, {**MIDDLE, "reassurance_offered": 4.5}, MIDDLE) == {"comfort", "rest"}


WANTER = {**MIDDLE, "reassurance_wanted": 6, "reassurance_received": 2}
GIVER = {**MIDDLE, "reassurance_offered": 6}


def test_in_the_circle_nobody_is_asked_for_more() -> None:
    more = [tip("comfort", "gives_reassurance"), tip("rest", "self_kindness", family="pace")]
    assert told(more, WANTER, GIVER) == told(more, GIVER, WANTER) == {"rest"}


def test_in_the_circle_both_get_what_is_owed_before_what_is_more_telling() -> None:
    names = [one.pattern for one in found(compare(sheet(USED, WANTER), sheet(USED, GIVER), USED))]
    assert names == ["reassurance_circle"]
    loud = ("pattern reassurance_circle", "gap.reassurance_received clear")
    tips = [tip(f"loud {family}", "slows_pace", family=family, when=loud) for family in FILL]
    owed = [
        tip("limit", "limits_reassurance", family="reassurance", when=("role giving",)),
        tip("last", "self_kindness", family="reassurance", when=("role wanting",)),
        tip("ask", "asks_needs", family="support"),
        tip("help", "outside_help", family="support"),
    ]
    assert {"limit", "ask", "help"} <= told([*tips, *owed], GIVER, WANTER)
    assert {"last", "ask", "help"} <= told([*tips, *owed], WANTER, GIVER)
    assert "limit" not in told([*tips, *owed], WANTER, GIVER)


def test_who_reaches_gets_patience_before_what_is_more_telling() -> None:
    loud = ("pattern reach_and_step_back", "gap.space clear")
    tips = [tip(f"loud {family}", "slows_pace", family=family, when=loud) for family in FILL]
    wait = tip("wait", "gives_space", family="patience")
    near, far = {**MIDDLE, "space": 2}, {**MIDDLE, "space": 6}
    assert "wait" in told([*tips, wait], near, far)
    assert "wait" not in told([*tips, wait], far, near)


def test_a_couple_that_is_well_needs_neither_patience_nor_help() -> None:
    tips = [
        tip("wait", "slows_pace", family="patience"),
        tip("help", "outside_help", family="support"),
        tip("thanks", "shows_appreciation", family="appreciation"),
        *(tip(f"more {n}", "slows_pace", family="pace", when=("couple well",)) for n in range(6)),
    ]
    said = told(tips, WELL, WELL)
    assert "thanks" in said
    assert said.isdisjoint({"wait", "help"})
    less = {**WELL, "heard": 2}
    assert {"wait", "help"} <= told([one for one in tips if "more" not in one.id], less, WELL)


def test_help_for_whom_honesty_is_unsafe_is_what_was_written_for_them() -> None:
    for_them = ("unsafe",)
    tips = [
        tip("help", "outside_help", family="support", when=for_them),
        tip("kind", "self_kindness", family="self_kindness", when=for_them),
        tip("kind to all", "self_kindness", family="self_kindness"),
        tip("help for two", "outside_help", family="support"),
        tip("help and talk", "outside_help", "invites_talk", family="support", when=for_them),
        tip(
            "kind and share", "self_kindness", "shares_self", family="self_kindness", when=for_them
        ),
        tip("wait", "self_kindness", family="patience", when=for_them),
        replace(tip("ours", "outside_help", family="support", when=for_them), shared=True),
    ]
    library = Library(tuple(tips), ())
    unsafe = Voice(sheet(USED, MIDDLE), unsafe=True)
    for advice in (
        advise(library, USED, unsafe, Voice(sheet(USED, WELL)))[0],
        advise_alone(library, USED, unsafe),
    ):
        assert [one.id for one in advice.tips] == ["help", "kind"]


def test_who_is_safe_does_not_read_what_was_written_for_the_others() -> None:
    only = Library((tip("help", "outside_help", family="support", when=("unsafe",)),), ())
    me = Voice(sheet(USED, MIDDLE))
    assert advise(only, USED, me, me) == (Advice((), ()), Advice((), ()))


def test_the_longest_unseen_comes_back_first_and_what_is_done_last() -> None:
    families = dict(
        zip("abcdef", ("pace", "talking", "pace", "balance", "talking", "pace"), strict=True)
    )
    library = Library(
        tuple(replace(tip(name, "slows_pace", family=family), cool_down=9)
              for name, family in families.items()), ()
    )  # fmt: skip
    me = Voice(sheet(USED, MIDDLE))

    def back(past: Past) -> set[str]:
        return {one.id for one in advise(library, USED, me, me, pasts=(past, Past()))[0].tips}

    seen = {"a": 9, "b": 5, "c": 6, "d": 7, "e": 8, "f": 9}
    assert back(Past(10, seen)) == {"b", "c", "d"}
    assert back(Past(10, seen, done=frozenset("bc"))) >= {"d", "e"}
    assert back(Past(10, seen, done=frozenset("bc"))).isdisjoint("bc")
    assert back(Past(10, seen, done=frozenset("bcdf"))) == {"e", "a", "b"}
    assert back(Past(10, seen, not_for_us=frozenset("bcd"))).isdisjoint("bcd")
