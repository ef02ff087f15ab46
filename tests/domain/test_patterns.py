from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.comparison import Comparison, compare
from lib.domain.patterns import PATTERNS, Found, found, is_well, pattern
from lib.domain.questionnaire import THEMES
from tests.domain.couples import MIDDLE, WELL, loaded, sheet

USED = loaded().current
LEVELS = st.fixed_dictionaries(
    {theme: st.sampled_from((1.0, 3.0, 4.0, 5.0, 7.0)) for theme in THEMES}
)


def couple(
    first: Mapping[str, float], second: Mapping[str, float], ground: Mapping[str, float] = MIDDLE
) -> Comparison:
    return compare(sheet(USED, {**ground, **first}), sheet(USED, {**ground, **second}), USED)


CASES: tuple[tuple[str | None, Mapping[str, float], Mapping[str, float]], ...] = (
    ("reach_and_step_back", {"space": 2}, {"space": 6}),
    # Wanting much reassurance is no reaching where the gap lies inside its band.
    (None, {"space": 4, "reassurance_wanted": 6}, {"space": 5.5}),
    (None, {"space": 4.9, "reassurance_wanted": 5}, {"space": 5, "reassurance_wanted": 5}),
    (None, {"space": 2}, {"space": 4.5}),
    (None, {"space": 4}, {"space": 5}),
    ("both_step_back", {"space": 6}, {"space": 6.5}),
    ("both_step_back", {"closeness": 2, "openness": 2}, {"closeness": 3, "openness": 2}),
    # Far and silent, and both would like more time together: nobody steps back.
    (
        None,
        {"closeness": 2, "openness": 2, "space": 2},
        {"closeness": 2, "openness": 2, "space": 1},
    ),
    ("both_reach", {"reassurance_wanted": 6}, {"reassurance_wanted": 6}),
    (None, {"reassurance_wanted": 6, "reassurance_received": 6}, {"reassurance_wanted": 6}),
    (
        "reassurance_circle",
        {"reassurance_wanted": 6.5, "reassurance_received": 2},
        {"reassurance_offered": 6},
    ),
    (None, {"reassurance_wanted": 6.5, "reassurance_received": 3.5}, {"reassurance_offered": 6}),
    ("conflict_avoided", {"conflict": 2}, {"conflict": 3}),
    (None, {"conflict": 2}, {"conflict": 4}),
    (
        "one_sided_giving",
        {"reassurance_offered": 6.5, "reassurance_received": 2},
        {"reassurance_offered": 2, "reassurance_received": 6},
    ),
    ("one_sided_giving", {"reassurance_offered": 6.5, "balance": 2}, {"reassurance_offered": 3}),
    (None, {"reassurance_offered": 6.5}, {"reassurance_offered": 3}),
    (None, {}, {}),
)


@pytest.mark.parametrize(("expected", "first", "second"), CASES)
def test_patterns_from_levels_and_clear_gaps(
    expected: str | None, first: Mapping[str, float], second: Mapping[str, float]
) -> None:
    assert pattern(couple(first, second)) == expected
    assert pattern(couple(second, first)) == expected


def test_a_couple_that_is_well_is_steady_and_well() -> None:
    comparison = couple({}, {"trust": 6}, WELL)
    assert pattern(comparison) == "steady"
    assert is_well(comparison)


@pytest.mark.parametrize(
    "away", [{"heard": 2.5}, {"trust": 3}, {"space": 6.5}, {"openness": 3}, {"balance": 2}]
)
def test_a_lack_or_a_clear_gap_is_not_called_well(away: Mapping[str, float]) -> None:
    assert not is_well(couple(away, {}, WELL))
    assert not is_well(couple({}, away, WELL))


@pytest.mark.parametrize("level", [3.5, 4])
def test_two_who_feel_half_and_half_about_everything_are_not_called_well(level: float) -> None:
    everything = dict.fromkeys(THEMES, level)
    assert not is_well(couple({}, {}, everything))
    assert is_well(couple({}, {}, dict.fromkeys(THEMES, 4.5)))
    assert not is_well(couple({"trust": level}, {}, WELL))
    only = sheet(USED, {"space": 4})
    assert not is_well(compare(only, only, USED)), "too little is known"


def test_nobody_is_called_well_of_whom_nothing_is_known() -> None:
    assert not is_well(compare({}, {}, USED))
    assert pattern(compare({}, {}, USED)) is None


def test_being_hard_on_oneself_does_not_change_what_holds_of_two() -> None:
    low = couple({"self_worth": 1}, {}, WELL)
    assert is_well(low)
    assert pattern(low) == "steady"


def test_roles_say_who_does_what() -> None:
    circle = couple(
        {"reassurance_wanted": 6, "reassurance_received": 2}, {"reassurance_offered": 6}
    )
    (one,) = found(circle)
    assert (one.pattern, one.first, one.second) == (
        "reassurance_circle", ("wanting",), ("giving",)
    )  # fmt: skip
    (one,) = found(couple({"space": 6}, {"space": 2}))
    assert (one.pattern, one.first, one.second) == (
        "reach_and_step_back", ("stepping_back",), ("reaching",)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "first", "second", "read"),
    [
        ("reach_and_step_back", {"space": 6}, {"space": 2}, {"space"}),
        (
            "reach_and_step_back",
            {"space": 6},
            {"space": 2, "reassurance_wanted": 6},
            {"space", "reassurance_wanted"},
        ),
        (
            "one_sided_giving",
            {"reassurance_offered": 6.5, "balance": 2},
            {"reassurance_offered": 3},
            {"reassurance_offered", "balance"},
        ),
        (
            "both_step_back",
            {"closeness": 2, "openness": 2},
            {"closeness": 3, "openness": 2},
            {"closeness", "openness"},
        ),
        ("both_step_back", {"space": 6}, {"space": 6.5}, {"space", "closeness"}),
    ],
)
def test_a_pattern_names_what_it_was_read_from_and_no_other_theme(
    pattern: str, first: Mapping[str, float], second: Mapping[str, float], read: set[str]
) -> None:
    one = found(couple(first, second))[0]
    assert (one.pattern, set(one.read)) == (pattern, read)


def test_a_circle_that_goes_both_ways_has_both_roles() -> None:
    both = {"reassurance_wanted": 6, "reassurance_offered": 6, "reassurance_received": 2}
    one = found(couple(both, both))[0]
    assert one.pattern == "reassurance_circle"
    assert one.first == one.second == ("giving", "wanting")


def test_the_circle_is_named_before_what_goes_with_it() -> None:
    comparison = couple(
        {"reassurance_wanted": 6, "reassurance_received": 2, "space": 2, "conflict": 2},
        {"reassurance_offered": 6, "space": 6, "conflict": 2},
    )
    names = [one.pattern for one in found(comparison)]
    assert names == ["reassurance_circle", "reach_and_step_back", "conflict_avoided"]
    assert names == [name for name in PATTERNS if name in names]


@given(LEVELS, LEVELS)
def test_patterns_are_symmetric(first: dict[str, float], second: dict[str, float]) -> None:
    here, there = found(couple(first, second)), found(couple(second, first))
    assert here == tuple(Found(one.pattern, one.read, one.second, one.first) for one in there)
    assert is_well(couple(first, second)) is is_well(couple(second, first))
