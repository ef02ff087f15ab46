from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain.comparison import Comparison, compare, correlation, set_aside, shown_themes
from lib.domain.questionnaire import THEMES, Question, Questionnaire, Theme
from tests.domain.couples import MIDDLE, WELL, loaded, sheet

USED = loaded().current
IDS = [question.id for question in USED.questions]
SHEETS = st.dictionaries(st.sampled_from(IDS), st.integers(1, 7))
FULL = st.fixed_dictionaries({item: st.integers(1, 7) for item in IDS})
# Four questions without reverse keys, so that every figure can be worked by hand.
PLAIN = Questionnaire(
    version=1,
    themes=(Theme("trust", 0.84, 1.5), Theme("heard", 0.75, 2.0)),
    questions=(
        Question("t1", "trust", reverse=False, typical=5.0),
        Question("t2", "trust", reverse=False, typical=6.0),
        Question("h1", "heard", reverse=False, typical=4.0),
        Question("h2", "heard", reverse=False, typical=5.0),
    ),
)
A = {"t1": 6, "t2": 7, "h1": 2, "h2": 5}
B = {"t1": 4, "t2": 4, "h1": 3, "h2": 5}


def golden() -> Comparison:
    return compare(A, B, PLAIN)


def test_gaps_by_hand() -> None:
    # trust: a (6+7)/2 = 6.5, b 4, gap 2.5; SEM 1.5 sqrt(.16) = .6; band 1.96 * .6 sqrt 2 = 1.66312
    # heard: a 3.5, b 4, gap -.5; SEM 2 sqrt(.25) = 1; band 1.96 sqrt 2 = 2.77186
    trust, heard = golden().themes
    assert (trust.first, trust.second, trust.gap, trust.clear) == (6.5, 4, 2.5, True)
    assert (heard.first, heard.second, heard.gap, heard.clear) == (3.5, 4, -0.5, False)
    assert trust.band == pytest.approx(1.66312, abs=1e-5)
    assert heard.band == pytest.approx(2.77186, abs=1e-5)


def test_profile_by_hand() -> None:
    # a = 6 7 2 5, mean 5, deviations 1 2 -3 0, sum of squares 14, Sa = 3.741657
    # b = 4 4 3 5, mean 4, deviations 0 0 -1 1, sum of squares 2, Sb = 1.414214
    # products 0 + 0 + 3 + 0 = 3; r = 3 / sqrt 28 = .566947
    # level 4 (5-4)^2 = 4; scatter (3.741657 - 1.414214)^2 = 5.416995
    # shape 2 sqrt 28 (1 - .566947) = 2 (5.291503 - 3) = 4.583005; in all 14 = 4 + 9 + 1 + 0
    profile = golden().profile
    assert profile.level == pytest.approx(4)
    assert profile.scatter == pytest.approx(5.416995, abs=1e-6)
    assert profile.shape == pytest.approx(4.583005, abs=1e-6)
    assert profile.similarity == pytest.approx(0.566947, abs=1e-6)


def test_distinctive_similarity_by_hand() -> None:
    # n = 5 6 4 5; a - n = 1 1 -2 0, mean 0, squares 6; b - n = -1 -2 -1 0, mean -1, deviations 0 -1
    # 0 1, squares 2; products 0 - 1 + 0 + 0 = -1; r = -1 / sqrt 12 = -.288675
    assert golden().profile.distinctive == pytest.approx(-0.288675, abs=1e-6)


def test_double_entry_by_hand() -> None:
    # g = (20 + 16) / 8 = 4.5; a - g = 1.5 2.5 -2.5 .5; b - g = -.5 -.5 -1.5 .5
    # products -.75 - 1.25 + 3.75 + .25 = 2; squares 15 and 3; 2 * 2 / 18 = .222222
    assert golden().profile.icc == pytest.approx(2 / 9)


def test_chance_is_told_of_all_eleven_whatever_was_answered() -> None:
    assert compare({}, {}, USED).expected_by_chance == pytest.approx(0.55)


@given(SHEETS, SHEETS)
def test_swapping_swaps_the_labels_and_nothing_else(
    first: dict[str, int], second: dict[str, int]
) -> None:
    assert compare(first, second, USED).swapped() == compare(second, first, USED)


@given(SHEETS, SHEETS)
def test_the_parts_add_up(first: dict[str, int], second: dict[str, int]) -> None:
    profile = compare(first, second, USED).profile
    both = first.keys() & second.keys()
    if not both:
        assert profile.level is None
        return
    away = sum((USED.keyed(i, first[i]) - USED.keyed(i, second[i])) ** 2 for i in both)
    assert profile.level is not None
    assert profile.scatter is not None
    assert profile.shape is not None
    assert abs(profile.level + profile.scatter + profile.shape - away) < 1e-9


@given(SHEETS, SHEETS)
def test_a_skipped_answer_drops_its_pair(first: dict[str, int], second: dict[str, int]) -> None:
    both = first.keys() & second.keys()
    kept = {item: first[item] for item in both}, {item: second[item] for item in both}
    assert compare(first, second, USED).profile == compare(*kept, USED).profile
    for gap in compare(first, second, USED).themes:
        assert all(question.id in both for question in USED.of_theme(gap.id))


def test_a_gap_as_wide_as_the_band_is_not_clear() -> None:
    """Measured without error the band is nothing, and two who say the same differ by nothing."""
    exact = replace(USED, themes=tuple(replace(theme, reliability=1.0) for theme in USED.themes))
    for gap in compare(sheet(USED, MIDDLE), sheet(USED, MIDDLE), exact).themes:
        assert (gap.gap, gap.band, gap.clear) == (0, 0, False)


@given(SHEETS, SHEETS)
def test_clear_is_exactly_beyond_the_band(first: dict[str, int], second: dict[str, int]) -> None:
    for gap in compare(first, second, USED).themes:
        assert gap.gap == gap.first - gap.second
        assert gap.clear is (abs(gap.gap) > gap.band)


@given(FULL, st.integers(1, 7))
def test_a_flat_profile_has_no_correlation_and_no_made_up_zero(
    sheet_: dict[str, int], flat: int
) -> None:
    level = {item.id: 8 - flat if item.reverse else flat for item in USED.questions}
    profile = compare(sheet_, level, USED).profile
    assert profile.similarity is None
    assert profile.shape == pytest.approx(0, abs=1e-9)
    assert (profile.icc is None) is (
        compare(sheet_, level, USED).profile.level == 0 and _flat(sheet_)
    )


def _flat(answers: Mapping[str, int]) -> bool:
    return len({USED.keyed(item, value) for item, value in answers.items()}) == 1


@pytest.mark.parametrize(("first", "second"), [(1, 1), (7, 7), (1, 7), (7, 1), (4, 4)])
def test_everybody_at_an_end(first: int, second: int) -> None:
    ours, theirs = (sheet(USED, dict.fromkeys(THEMES, float(level))) for level in (first, second))
    result = compare(ours, theirs, USED)
    assert [gap.gap for gap in result.themes] == [first - second] * len(THEMES)
    assert result.profile.level == pytest.approx(22 * (first - second) ** 2)
    assert result.profile.icc == (None if first == second else pytest.approx(-1))
    assert result.profile.similarity is None


def test_being_the_typical_person_has_no_distinctive_similarity() -> None:
    typical = {item.id: item.typical for item in USED.questions}
    profile = compare(typical, sheet(USED, WELL), USED).profile
    assert profile.distinctive is None
    assert profile.similarity is not None


def test_one_shared_question_is_too_little_to_correlate() -> None:
    profile = compare({"t1": 3}, {"t1": 5}, PLAIN).profile
    assert (profile.similarity, profile.distinctive) == (None, None)
    assert (profile.level, profile.icc) == (4, -1)


@given(st.lists(st.tuples(st.floats(1, 7), st.floats(1, 7)), min_size=2, max_size=30))
def test_a_correlation_stays_within_its_limits(pairs: list[tuple[float, float]]) -> None:
    found = correlation([one for one, _ in pairs], [other for _, other in pairs])
    assert found is None or -1 <= found <= 1


def test_a_theme_without_error_has_gaps_of_any_size() -> None:
    exact = Questionnaire(1, (Theme("trust", 1.0, 1.0),), (Question("t1", "trust", False, 4.0),))
    gap = compare({"t1": 4}, {"t1": 5}, exact).themes[0]
    assert gap.clear
    assert gap.size == math.inf
    assert compare({"t1": 4}, {"t1": 4}, exact).themes[0].size == 0


@given(FULL, FULL)
def test_six_themes_are_shown_the_same_to_both_and_never_kindness_to_oneself(
    first: dict[str, int], second: dict[str, int]
) -> None:
    shown = shown_themes(compare(first, second, USED), USED)
    assert len(shown) == len({gap.id for gap in shown}) == 6
    assert "self_worth" not in {gap.id for gap in shown}
    mirrored = shown_themes(compare(second, first, USED), USED)
    assert [gap.swapped() for gap in mirrored] == list(shown)


def test_the_most_telling_are_shown_and_some_of_the_closest() -> None:
    other = {**MIDDLE, "trust": 1.0, "heard": 6.9, "space": 7.0, "conflict": 2.0, "balance": 5.0}
    shown = [
        gap.id for gap in shown_themes(compare(sheet(USED, MIDDLE), sheet(USED, other), USED), USED)
    ]
    assert set(shown[:4]) == {"trust", "heard", "space", "conflict"}
    assert "balance" not in shown


SHAREABLE = [theme for theme in THEMES if theme != "self_worth"]


@given(FULL, FULL, st.permutations(SHAREABLE))
def test_any_six_themes_can_be_shown_whatever_the_two_answered(
    first: dict[str, int], second: dict[str, int], order: list[str]
) -> None:
    """So no absence proves that something was skipped, however telling it would have been."""
    six, four = order[:6], order[6:]
    compared = compare(first, second, USED)
    assert {gap.id for gap in shown_themes(compared, USED, aside=four)} == set(six)


def test_the_lot_leaves_out_every_theme_often_and_every_four_sometimes() -> None:
    chance = Random(3)
    lots = [set_aside(USED, chance) for _ in range(4000)]
    assert {len(set(lot)) for lot in lots} == {2, 3, 4}
    assert sum(len(lot) == 4 for lot in lots) > 600
    for theme in SHAREABLE:
        assert 0.22 < sum(theme in lot for lot in lots) / len(lots) < 0.30
    assert all("self_worth" not in lot for lot in lots)


def test_a_theme_that_had_to_rank_first_is_missing_about_as_often_as_any() -> None:
    """From one's own level alone one can know that it would be shown: with it skipped or not, its
    absence must be nothing rare."""
    first, chance = {**MIDDLE, "trust": 1.0}, Random(5)
    missing = 0
    for _ in range(1000):
        second = {theme: chance.uniform(3, 5) for theme in THEMES}
        compared = compare(sheet(USED, first), sheet(USED, second), USED)
        ranked = shown_themes(compared, USED)
        assert ranked[0].id == "trust"
        lot = set_aside(USED, chance)
        missing += "trust" not in {gap.id for gap in shown_themes(compared, USED, aside=lot)}
    assert missing > 200


@settings(max_examples=30)
@given(FULL, FULL, st.sets(st.sampled_from(SHAREABLE), max_size=4), st.integers(0, 2**32))
def test_six_are_shown_with_as_much_missing_as_sealing_allows(
    first: dict[str, int], second: dict[str, int], missing: set[str], lot: int
) -> None:
    kept = {item: v for item, v in first.items() if USED.question(item).theme not in missing}
    for aside in ((), set_aside(USED, Random(lot))):
        shown = shown_themes(compare(kept, second, USED), USED, aside=aside)
        assert len(shown) == 6
        assert missing.isdisjoint(gap.id for gap in shown)
