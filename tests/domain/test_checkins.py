"""Windows on a grid, stages, what may be put on a sheet, and when it may be sealed."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.checkins import (
    MOST_GUESSES,
    MOST_INCOMPLETE_THEMES,
    REST_AFTER_REVEAL,
    TEXT_LIMITS,
    WINDOW,
    CheckIn,
    Sheet,
    brought_along,
    check_answer,
    check_choice,
    check_guess,
    check_sealable,
    check_text,
    guessable,
    incomplete_themes,
    next_anchor,
    opens_together,
    window_start,
)
from lib.domain.questionnaire import PRIVATE_THEME
from lib.errors import Refused
from tests.domain.couples import loaded

NOW = loaded().current
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ALL = {question.id: 4 for question in NOW.questions}
SHARED = [theme.id for theme in NOW.themes if theme.shareable]
CONTROLS = st.characters(categories=["Cc", "Cs"], exclude_characters="\n\t")
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=1000)).map(lambda passed: START + passed)


def checkin(**times: datetime) -> CheckIn:
    return CheckIn("couple", "id", 1, **{"opened_at": START, **times})


@given(MOMENTS)
def test_the_window_holds_now_and_depends_on_the_anchor_only(now: datetime) -> None:
    start = window_start(START, now)
    assert start <= now < start + WINDOW
    assert (start - START) % WINDOW == timedelta(0)


@given(MOMENTS, MOMENTS)
def test_two_moments_of_one_window_give_the_same_start(one: datetime, other: datetime) -> None:
    same = (one - START) // WINDOW == (other - START) // WINDOW
    assert (window_start(START, one) == window_start(START, other)) == same


def test_a_clock_that_stepped_back_stays_in_the_first_window() -> None:
    assert window_start(START, START - timedelta(minutes=5)) == START


@pytest.mark.parametrize(
    ("days", "times", "stage"),
    [
        (0, {}, "open"),
        (13.99, {}, "open"),
        (14, {}, "expired"),
        (20, {"revealed_at": START}, "revealed"),
        (20, {"revealed_at": START, "talked_at": START}, "talked_over"),
    ],
)
def test_stages(days: float, times: dict[str, datetime], stage: str) -> None:
    assert checkin(**times).stage(START + timedelta(days=days)) == stage


def test_the_next_one_is_anchored_in_what_both_know() -> None:
    revealed = START + timedelta(days=3)
    soon, late = revealed + timedelta(days=1), revealed + timedelta(days=9)
    week = revealed + REST_AFTER_REVEAL
    assert next_anchor(None, START) == START
    assert next_anchor(checkin(), START) == START
    assert next_anchor(checkin(revealed_at=revealed), START) == week
    assert next_anchor(checkin(revealed_at=revealed, talked_at=soon), START) == soon
    assert next_anchor(checkin(revealed_at=revealed, talked_at=late), START) == week


@given(st.sets(st.sampled_from(list(ALL))))
def test_at_most_two_shareable_themes_may_be_incomplete(skipped: set[str]) -> None:
    sheet = Sheet(answers={item: 4 for item in ALL if item not in skipped})
    touched = {NOW.question(item).theme for item in skipped} - {PRIVATE_THEME}
    assert set(incomplete_themes(sheet, NOW)) == touched
    if len(touched) <= MOST_INCOMPLETE_THEMES:
        check_sealable(sheet, NOW)
    else:
        with pytest.raises(Refused) as caught:
            check_sealable(sheet, NOW)
        assert caught.value.facts == {"missing": len(touched), "allowed": 2}


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_sheets_open_together_when_both_are_sealed_and_neither_holds_back(
    one_sealed: bool, other_sealed: bool, one_holds: bool, other_holds: bool
) -> None:
    one = Sheet(sealed_at=START if one_sealed else None, hold_back=one_holds)
    other = Sheet(sealed_at=START if other_sealed else None, hold_back=other_holds)
    due = one_sealed and other_sealed and not one_holds and not other_holds
    assert opens_together(one, other) == opens_together(other, one) == due
    assert not opens_together(one, None)
    assert not opens_together(None, None)


@given(st.integers() | st.booleans() | st.floats() | st.text() | st.none())
def test_an_answer_is_a_whole_number_from_one_to_seven(value: object) -> None:
    good = type(value) is int and 1 <= value <= 7
    if good:
        assert check_answer(NOW, "trust_1", value) == value
        assert check_guess(NOW, "trust_1", value, {}) == value
        return
    for check in (
        lambda: check_answer(NOW, "trust_1", value),
        lambda: check_guess(NOW, "trust_1", value, {}),
    ):
        with pytest.raises(Refused) as caught:
            check()
        assert (caught.value.code, caught.value.field) == ("answer_outside", "trust_1")


def test_every_question_but_kindness_to_oneself_can_be_guessed_three_at_a_time() -> None:
    items = [item.id for item in guessable(NOW)]
    assert {NOW.question(item).theme for item in items} == set(SHARED)
    assert PRIVATE_THEME not in SHARED
    full = dict.fromkeys(items[:MOST_GUESSES], 4)
    assert check_guess(NOW, items[0], 2, full) == 2
    with pytest.raises(Refused, match="guesses_full"):
        check_guess(NOW, items[MOST_GUESSES], 2, full)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=500))
def test_text_without_control_characters_is_kept_as_typed(typed: str) -> None:
    kept = check_text("appreciation", typed[:400])
    assert kept == (unicodedata.normalize("NFC", typed[:400]) if typed[:400].strip() else "")
    assert kept == check_text("appreciation", kept)


@given(
    st.text(max_size=20),
    st.characters(categories=["Cc", "Cs"]).filter(lambda letter: letter not in "\n\t\r"),
)
def test_control_characters_and_half_letters_are_refused(typed: str, letter: str) -> None:
    with pytest.raises(Refused) as caught:
        check_text("note", typed + letter + "x")
    assert (caught.value.code, caught.value.field) == ("text_control_characters", "note")


@pytest.mark.parametrize("name", sorted(TEXT_LIMITS))
def test_a_text_is_as_long_as_its_limit_at_most(name: str) -> None:
    limit = TEXT_LIMITS[name]
    assert len(check_text(name, "x" * limit)) == limit
    with pytest.raises(Refused) as caught:
        check_text(name, "x" * (limit + 1))
    assert caught.value.facts == {"limit": limit, "length": limit + 1}


def test_line_ends_of_other_systems_are_made_ours() -> None:
    assert check_text("note", "a\r\nb\tc") == "a\nb\tc"


@pytest.mark.parametrize("value", ["", "DEEP", None, 1, ["deep"]])
def test_a_choice_is_one_of_those_offered(value: object) -> None:
    with pytest.raises(Refused) as caught:
        check_choice("pace", value, ("light", "deep"))
    assert (caught.value.code, caught.value.field) == ("choice_unknown", "pace")


def test_what_is_brought_along_is_a_draft_of_what_is_still_asked() -> None:
    sheet = Sheet(
        answers={**ALL, "gone_1": 3},
        guesses={"trust_1": 2, "gone_1": 3, "self_worth_1": 4},
        note="mine",
        hold_back=True,
        sealed_at=START,
    )
    assert brought_along(sheet, NOW) == Sheet(answers=ALL, guesses={"trust_1": 2}, note="mine")
