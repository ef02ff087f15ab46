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
    ("reach_and_step_back", {"space": 4, "reassurance_wanted": 6}, {"space": 5.5}),
    (None, {"space": 2}, {"space": 4.5}),
    (None, {"space": 4}, {"space": 5}),
    ("both_step_back", {"space": 6}, {"space": 6.5}),
    ("both_step_back", {"closeness": 2, "openness": 2}, {"closeness": 3, "openness": 2}),
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
    assert found(circle) == (Found("reassurance_circle", ("wanting",), ("giving",)),)
    reach = couple({"space": 6}, {"space": 2})
    assert found(reach) == (Found("reach_and_step_back", ("stepping_back",), ("reaching",)),)


def test_a_circle_that_goes_both_ways_has_both_roles() -> None:
    both = {"reassurance_wanted": 6, "reassurance_offered": 6, "reassurance_received": 2}
    assert found(couple(both, both))[0] == Found(
        "reassurance_circle", ("giving", "wanting"), ("giving", "wanting")
    )


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
    assert here == tuple(Found(one.pattern, one.second, one.first) for one in there)
    assert is_well(couple(first, second)) is is_well(couple(second, first))
