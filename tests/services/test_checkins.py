"""The life of a check-in: answering, sealing, waiting, the reveal, running out, beginning again."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from lib.domain.checkins import MOST_GUESSES, TEXT_LIMITS, WINDOW, CheckIn
from lib.domain.questionnaire import PRIVATE_THEME, Questionnaire
from lib.errors import NotYours, Refused
from lib.services import access, checkins, couples, reviews
from lib.services.access import Asker
from lib.services.house import House
from lib.storage import checkins as rows
from lib.storage.gateway import Unit
from tests.services.conftest import (
    START,
    Cast,
    Clock,
    fill,
    first_guessable,
    join,
    pair,
    reveal,
    seal,
)
from tests.ui.hostile import TEXTS


def refused(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def stage(cast: Cast, asker: Asker) -> str:
    return checkins.desk(cast.house, asker).stage


def skip(house: House, asker: Asker, *themes: str) -> None:
    """Take back the first answer of each theme."""
    for theme in themes:
        question = house.content.current.of_theme(theme)[0]
        checkins.answer(house, asker, question.id, None)


# --- answering


def test_a_draft_is_kept_answer_by_answer_and_goes_on_elsewhere(cast: Cast) -> None:
    checkins.answer(cast.house, cast.ana, "closeness_1", 6)
    checkins.answer(cast.house, cast.ana, "heard_2", 1)
    checkins.answer(cast.house, cast.ana, "closeness_1", 5)
    checkins.write(cast.house, cast.ana, "note", "mine")
    desk = checkins.desk(cast.house, cast.ana)
    assert desk.stage == "answering"
    assert desk.checkin_id
    assert desk.sheet.answers == {"closeness_1": 5, "heard_2": 1}
    assert desk.sheet.note == "mine"
    assert not desk.sheet.sealed


def test_an_answer_can_be_taken_back(cast: Cast) -> None:
    checkins.answer(cast.house, cast.ana, "closeness_1", 6)
    for _ in range(2):
        checkins.answer(cast.house, cast.ana, "closeness_1", None)
    assert checkins.desk(cast.house, cast.ana).sheet.answers == {}


def test_looking_at_the_desk_opens_nothing(cast: Cast) -> None:
    assert checkins.desk(cast.house, cast.ana).checkin_id is None
    assert opened(cast) == []


def test_two_tabs_keep_what_each_answered_and_the_later_word_on_one_question(cast: Cast) -> None:
    """Each tab drew the page before the other's answer: neither overwrites the whole sheet."""
    checkins.desk(cast.house, cast.ana)
    checkins.answer(cast.house, cast.ana, "closeness_1", 2)
    checkins.answer(cast.house, cast.ana, "trust_1", 3)
    checkins.answer(cast.house, cast.ana, "closeness_1", 7)
    assert checkins.desk(cast.house, cast.ana).sheet.answers == {"closeness_1": 7, "trust_1": 3}


def test_two_tabs_in_the_same_instant_lose_nothing(cast: Cast) -> None:
    ids = [question.id for question in cast.house.content.current.questions]
    at_once(lambda part: [checkins.answer(cast.house, cast.ana, item, 4) for item in ids[part::4]])
    assert set(checkins.desk(cast.house, cast.ana).sheet.answers) == set(ids)
    assert len(opened(cast)) == 1


@pytest.mark.parametrize("value", [0, 8, -1, 10**30, True, False, "4", 4.0, 3.7, [4], {}, b"4"])
@pytest.mark.parametrize("act", [checkins.answer, checkins.guess])
def test_what_is_no_answer_is_refused_beside_its_question(
    cast: Cast, act: Callable[..., None], value: object
) -> None:
    error = refused(lambda: act(cast.house, cast.ana, "closeness_1", value))
    assert (error.code, error.field) == ("answer_outside", "closeness_1")
    assert checkins.desk(cast.house, cast.ana).checkin_id is None


@pytest.mark.parametrize("question", ["", "closeness_9", "closeness", "CLOSENESS_1", "' OR 1=1 --"])
@pytest.mark.parametrize("act", [checkins.answer, checkins.guess])
def test_an_unknown_question_is_refused(
    cast: Cast, act: Callable[..., None], question: str
) -> None:
    error = refused(lambda: act(cast.house, cast.ana, question, 4))
    assert error.code == "question_unknown"
    assert checkins.desk(cast.house, cast.ana).checkin_id is None


def test_at_most_three_guesses_and_one_may_be_changed_or_replaced(cast: Cast) -> None:
    items = first_guessable(cast.house)[: MOST_GUESSES + 1]
    for item in items[:MOST_GUESSES]:
        checkins.guess(cast.house, cast.ana, item, 2)
    checkins.guess(cast.house, cast.ana, items[0], 5)
    assert (
        refused(lambda: checkins.guess(cast.house, cast.ana, items[-1], 1)).code == "guesses_full"
    )
    checkins.guess(cast.house, cast.ana, items[1], None)
    checkins.guess(cast.house, cast.ana, items[-1], 1)
    kept = checkins.desk(cast.house, cast.ana).sheet.guesses
    assert kept == {items[0]: 5, items[2]: 2, items[3]: 1}


def test_kindness_to_oneself_cannot_be_guessed(cast: Cast) -> None:
    for question in cast.house.content.current.of_theme(PRIVATE_THEME):
        error = refused(lambda item=question.id: checkins.guess(cast.house, cast.ana, item, 4))
        assert error.code == "question_unknown"


@pytest.mark.parametrize("name", ["appreciation", "note"])
def test_a_text_is_kept_as_typed(cast: Cast, name: str) -> None:
    for text in TEXTS:
        checkins.write(cast.house, cast.ana, name, text)
        kept = getattr(checkins.desk(cast.house, cast.ana).sheet, name)
        assert kept == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("name", ["appreciation", "note"])
def test_a_text_has_a_limit_that_is_told(cast: Cast, name: str) -> None:
    limit = TEXT_LIMITS[name]
    checkins.write(cast.house, cast.ana, name, "\U0001f600" * limit)
    error = refused(lambda: checkins.write(cast.house, cast.ana, name, "x" * (limit + 1)))
    assert (error.code, error.field) == ("text_too_long", name)
    assert error.facts == {"limit": limit, "length": limit + 1}
    assert getattr(checkins.desk(cast.house, cast.ana).sheet, name) == "\U0001f600" * limit


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_control_characters_are_refused(cast: Cast, letter: str) -> None:
    error = refused(lambda: checkins.write(cast.house, cast.ana, "note", f"a{letter}b"))
    assert (error.code, error.field) == ("text_control_characters", "note")


@pytest.mark.parametrize("typed", [None, 4, b"x", ["x"]])
def test_what_is_no_text_is_refused(cast: Cast, typed: object) -> None:
    assert refused(lambda: checkins.write(cast.house, cast.ana, "note", typed)).code == "text_type"


def test_only_spaces_are_nothing(cast: Cast) -> None:
    checkins.write(cast.house, cast.ana, "appreciation", "thanks")
    checkins.write(cast.house, cast.ana, "appreciation", " \n\t ")
    assert checkins.desk(cast.house, cast.ana).sheet.appreciation == ""


def test_choices_that_are_not_offered_are_refused(cast: Cast) -> None:
    house, ana = cast.house, cast.ana
    kinds = house.content.support
    for act in (
        lambda: checkins.choose_pace(house, ana, "deeper"),
        lambda: checkins.choose_pace(house, ana, 3),
        lambda: checkins.choose_support(house, ana, (kinds[0], "made_up")),
        lambda: checkins.say_outcome(house, ana, "great"),
    ):
        assert refused(act).code == "choice_unknown"
    checkins.choose_support(house, ana, (kinds[1], kinds[0]))
    checkins.choose_pace(house, ana, "deep")
    sheet = checkins.desk(house, ana).sheet
    assert (sheet.support, sheet.pace) == (kinds[:2], "deep")


# --- sealing


def test_a_sealed_sheet_is_never_edited(cast: Cast) -> None:
    house, ana = cast.house, cast.ana
    fill(house, ana, 5)
    seal(house, ana)
    before = checkins.desk(house, ana).sheet
    for act in (
        lambda: checkins.answer(house, ana, "closeness_1", 1),
        lambda: checkins.answer(house, ana, "closeness_1", None),
        lambda: checkins.guess(house, ana, "closeness_1", 1),
        lambda: checkins.write(house, ana, "note", "later"),
        lambda: checkins.write(house, ana, "appreciation", "later"),
        lambda: checkins.choose_pace(house, ana, "deep"),
        lambda: checkins.choose_support(house, ana, house.content.support[:1]),
        lambda: checkins.say_unsafe(house, ana, True),
        lambda: checkins.say_outcome(house, ana, "kept"),
    ):
        assert refused(act).code == "sheet_sealed"
    checkins.bring_earlier(house, ana, keep=False)
    assert checkins.desk(house, ana).sheet == before


def test_sealing_twice_changes_nothing_neither_time_nor_holding_back(cast: Cast) -> None:
    fill(cast.house, cast.ana, 5)
    checkin_id = seal(cast.house, cast.ana)
    before = checkins.desk(cast.house, cast.ana)
    cast.clock.forward(minutes=5)
    checkins.seal(cast.house, cast.ana, checkin_id=checkin_id, hold_back=True)
    assert checkins.desk(cast.house, cast.ana) == before


def test_sealing_again_after_the_reveal_changes_nothing(cast: Cast) -> None:
    checkin_id = reveal(cast)
    before = [reviews.review(cast.house, who) for who in (cast.ana, cast.ben)]
    version = couples.version(cast.house, cast.ana)
    for who in (cast.ana, cast.ben):
        checkins.seal(cast.house, who, checkin_id=checkin_id)
    assert [reviews.review(cast.house, who) for who in (cast.ana, cast.ben)] == before
    assert couples.version(cast.house, cast.ana) == version


def test_sealing_with_nothing_answered_says_that_it_is_not_complete(cast: Cast) -> None:
    refusal = refused(lambda: checkins.seal(cast.house, cast.ana, checkin_id=None))
    assert (refusal.code, refusal.field) == ("sheet_incomplete", "seal")


def test_a_check_in_of_somebody_else_or_of_nobody_cannot_be_sealed(cast: Cast) -> None:
    fill(cast.house, cast.ana)
    fill(cast.house, cast.stranger)
    anas = checkins.desk(cast.house, cast.ana).checkin_id
    strangers = checkins.desk(cast.house, cast.stranger).checkin_id
    for asker, checkin_id in (
        (cast.stranger, anas), (cast.ana, strangers), (cast.ana, ""),
        (cast.ana, "0" * 32),
    ):  # fmt: skip
        for act in (checkins.seal, checkins.release):
            with pytest.raises(NotYours):
                act(cast.house, asker, checkin_id=checkin_id)
    assert stage(cast, cast.ana) == stage(cast, cast.stranger) == "answering"


def test_a_stale_page_cannot_seal_what_has_run_out(lasting: Cast) -> None:
    house, ana = lasting.house, lasting.ana
    fill(house, ana)
    stale = checkins.desk(house, ana).checkin_id
    lasting.clock.forward(days=14)
    error = refused(lambda: checkins.seal(house, ana, checkin_id=stale))
    assert (error.code, error.field) == ("checkin_over", "seal")
    assert not reviews.own_sheet(house, ana, checkin_id=stale or "")[0].sealed


def test_two_themes_may_be_left_out_and_a_third_may_not(cast: Cast) -> None:
    fill(cast.house, cast.ana)
    skip(cast.house, cast.ana, "trust", "heard", "space")
    checkin_id = checkins.desk(cast.house, cast.ana).checkin_id
    error = refused(lambda: checkins.seal(cast.house, cast.ana, checkin_id=checkin_id))
    assert (error.code, error.field) == ("sheet_incomplete", "seal")
    assert error.facts == {"missing": 3, "allowed": 2}
    assert stage(cast, cast.ana) == "answering"
    checkins.answer(cast.house, cast.ana, "space_1", 4)
    checkins.seal(cast.house, cast.ana, checkin_id=checkin_id)
    assert stage(cast, cast.ana) == "waiting"


def test_kindness_to_oneself_does_not_count_among_what_is_left_out(cast: Cast) -> None:
    fill(cast.house, cast.ana)
    for question in cast.house.content.current.of_theme(PRIVATE_THEME):
        checkins.answer(cast.house, cast.ana, question.id, None)
    skip(cast.house, cast.ana, "trust", "heard")
    seal(cast.house, cast.ana)
    assert stage(cast, cast.ana) == "waiting"


def test_the_reveal_comes_with_the_second_seal(cast: Cast) -> None:
    fill(cast.house, cast.ana)
    fill(cast.house, cast.ben)
    first = seal(cast.house, cast.ana)
    assert reviews.review(cast.house, cast.ana) is None
    assert stage(cast, cast.ana) == "waiting"
    assert stage(cast, cast.ben) == "answering"
    second = seal(cast.house, cast.ben)
    assert first == second
    for who in (cast.ana, cast.ben):
        review = reviews.review(cast.house, who)
        assert review
        assert review.checkin_id == first
        assert stage(cast, who) == "resting"


@pytest.mark.parametrize("holder", ["ana", "ben"])
def test_who_holds_back_waits_like_the_other_until_released(cast: Cast, holder: str) -> None:
    holding, other = (cast.ana, cast.ben) if holder == "ana" else (cast.ben, cast.ana)
    fill(cast.house, holding)
    fill(cast.house, other)
    checkin_id = seal(cast.house, holding, hold_back=True)
    seal(cast.house, other)
    assert stage(cast, holding) == stage(cast, other) == "waiting"
    assert reviews.review(cast.house, other) is None
    checkins.release(cast.house, holding, checkin_id=checkin_id)
    assert stage(cast, holding) == stage(cast, other) == "resting"
    checkins.release(cast.house, holding, checkin_id=checkin_id)


def test_releasing_first_reveals_nothing_until_the_other_seals(cast: Cast) -> None:
    fill(cast.house, cast.ana)
    fill(cast.house, cast.ben)
    checkin_id = seal(cast.house, cast.ana, hold_back=True)
    checkins.release(cast.house, cast.ana, checkin_id=checkin_id)
    assert not checkins.desk(cast.house, cast.ana).sheet.hold_back
    assert stage(cast, cast.ana) == "waiting"
    seal(cast.house, cast.ben)
    assert stage(cast, cast.ana) == "resting"


def test_both_holding_back_need_both_words(cast: Cast) -> None:
    for who in (cast.ana, cast.ben):
        fill(cast.house, who)
        checkin_id = seal(cast.house, who, hold_back=True)
    checkins.release(cast.house, cast.ana, checkin_id=checkin_id)
    assert stage(cast, cast.ben) == stage(cast, cast.ana) == "waiting"
    checkins.release(cast.house, cast.ben, checkin_id=checkin_id)
    assert stage(cast, cast.ben) == stage(cast, cast.ana) == "resting"


def test_a_draft_cannot_be_released(cast: Cast) -> None:
    fill(cast.house, cast.ana)
    checkin_id = checkins.desk(cast.house, cast.ana).checkin_id
    error = refused(lambda: checkins.release(cast.house, cast.ana, checkin_id=checkin_id))
    assert error.code == "not_sealed"


def test_releasing_what_has_run_out_reveals_nothing(lasting: Cast) -> None:
    fill(lasting.house, lasting.ana)
    fill(lasting.house, lasting.ben)
    checkin_id = seal(lasting.house, lasting.ana, hold_back=True)
    seal(lasting.house, lasting.ben)
    lasting.clock.forward(days=14)
    checkins.release(lasting.house, lasting.ana, checkin_id=checkin_id)
    assert reviews.review(lasting.house, lasting.ana) is None
    assert reviews.review(lasting.house, lasting.ben) is None


@pytest.mark.parametrize("turn", range(5))
def test_both_sealing_in_the_same_instant_make_one_reveal(cast: Cast, turn: int) -> None:
    fill(cast.house, cast.ana, 6)
    fill(cast.house, cast.ben, 2)
    before = version_number(cast)
    who = (cast.ana, cast.ben, cast.ana, cast.ben)
    ids = [checkins.desk(cast.house, asker).checkin_id for asker in who]
    at_once(lambda part: checkins.seal(cast.house, who[part], checkin_id=ids[part]))
    assert version_number(cast) == before + 1
    ana, ben = (reviews.review(cast.house, asker) for asker in (cast.ana, cast.ben))
    assert ana
    assert ben
    assert ana.checkin_id == ben.checkin_id
    assert [(line.id, line.mine, line.theirs) for line in ana.reading.themes] == [
        (line.id, line.theirs, line.mine) for line in ben.reading.themes
    ]


def test_both_releasing_in_the_same_instant_make_one_reveal(cast: Cast) -> None:
    for who in (cast.ana, cast.ben):
        fill(cast.house, who)
        checkin_id = seal(cast.house, who, hold_back=True)
    before = version_number(cast)
    askers = (cast.ana, cast.ben, cast.ana, cast.ben)
    at_once(lambda part: checkins.release(cast.house, askers[part], checkin_id=checkin_id))
    assert version_number(cast) == before + 1
    assert reviews.review(cast.house, cast.ana)
    assert reviews.review(cast.house, cast.ben)


def test_a_reveal_that_fails_half_way_leaves_the_seal_undone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One unit of work: never a sealed pair without its readings."""
    fill(cast.house, cast.ana)
    fill(cast.house, cast.ben)
    seal(cast.house, cast.ana)
    with monkeypatch.context() as broken:
        broken.setattr(couples.couples, "raise_version", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            seal(cast.house, cast.ben)
    assert stage(cast, cast.ben) == "answering"
    assert stage(cast, cast.ana) == "waiting"
    seal(cast.house, cast.ben)
    assert reviews.review(cast.house, cast.ana)


# --- time


@pytest.mark.parametrize("begun", [0, 3, 13.9])
def test_a_check_in_runs_out_for_both_on_the_day_both_can_know(lasting: Cast, begun: float) -> None:
    """Fourteen days from the day they became a couple, whenever the first answer was given."""
    lasting.clock.forward(days=begun)
    fill(lasting.house, lasting.ana)
    seal(lasting.house, lasting.ana)
    lasting.clock.now = START + WINDOW - timedelta(seconds=1)
    assert stage(lasting, lasting.ana) == "waiting"
    lasting.clock.forward(seconds=1)
    for who in (lasting.ana, lasting.ben):
        desk = checkins.desk(lasting.house, who)
        assert (desk.stage, desk.checkin_id, desk.sheet.answers) == ("answering", None, {})


def test_ones_own_sheet_stays_readable_to_its_owner_only(lasting: Cast) -> None:
    fill(lasting.house, lasting.ana, 6)
    checkins.answer(lasting.house, lasting.ben, "trust_1", 2)
    checkin_id = seal(lasting.house, lasting.ana)
    lasting.clock.forward(days=14)
    (line,) = reviews.past(lasting.house, lasting.ana)
    assert (line.checkin_id, line.kind) == (checkin_id, "own")
    sheet, version = reviews.own_sheet(lasting.house, lasting.ana, checkin_id=checkin_id)
    assert set(sheet.answers.values()) == {6}
    assert version == lasting.house.content.current.version
    mine, _ = reviews.own_sheet(lasting.house, lasting.ben, checkin_id=checkin_id)
    assert mine.answers == {"trust_1": 2}
    for who in (lasting.ana, lasting.ben):
        with pytest.raises(NotYours):
            reviews.review(lasting.house, who, checkin_id=checkin_id)
    with pytest.raises(NotYours):
        reviews.own_sheet(lasting.house, lasting.stranger, checkin_id=checkin_id)


def test_what_ran_out_can_be_brought_along_as_a_draft(lasting: Cast) -> None:
    house, ana = lasting.house, lasting.ana
    fill(house, ana, 6)
    seal(house, ana, hold_back=True)
    lasting.clock.forward(days=20)
    assert checkins.desk(house, ana).earlier
    assert not checkins.desk(house, lasting.ben).earlier
    checkins.bring_earlier(house, ana, keep=True)
    desk = checkins.desk(house, ana)
    assert set(desk.sheet.answers.values()) == {6}
    assert (desk.stage, desk.sheet.sealed, desk.sheet.hold_back) == ("answering", False, False)
    assert not desk.earlier
    fill(house, lasting.ben)
    seal(house, lasting.ben)
    assert stage(lasting, lasting.ben) == "waiting"
    seal(house, ana)
    assert stage(lasting, lasting.ben) == "resting"


def test_bringing_along_is_offered_once_and_never_over_new_answers(lasting: Cast) -> None:
    house, ana = lasting.house, lasting.ana
    fill(house, ana, 6)
    lasting.clock.forward(days=15)
    checkins.answer(house, ana, "closeness_1", 2)
    assert not checkins.desk(house, ana).earlier
    checkins.bring_earlier(house, ana, keep=True)
    assert checkins.desk(house, ana).sheet.answers == {"closeness_1": 2}


def test_nothing_from_before_the_last_reveal_is_brought_along(lasting: Cast) -> None:
    reveal(lasting)
    lasting.clock.forward(days=8)
    for who in (lasting.ana, lasting.ben):
        desk = checkins.desk(lasting.house, who)
        assert (desk.stage, desk.earlier, desk.sheet.answers) == ("answering", False, {})


def test_the_next_check_in_begins_a_week_after_the_reveal(lasting: Cast) -> None:
    reveal(lasting)
    lasting.clock.forward(days=7, seconds=-1)
    for who in (lasting.ana, lasting.ben):
        desk = checkins.desk(lasting.house, who)
        assert desk.stage == "resting"
        assert desk.next_from == START + timedelta(days=7)
        error = refused(lambda who=who: checkins.answer(lasting.house, who, "closeness_1", 4))
        assert error.code == "checkin_not_yet"
    lasting.clock.forward(seconds=1)
    assert stage(lasting, lasting.ana) == stage(lasting, lasting.ben) == "answering"
    first = reviews.review(lasting.house, lasting.ana)
    second = reveal(lasting, 2, 2)
    assert first
    assert second != first.checkin_id


def test_the_next_check_in_begins_at_once_when_both_have_talked(lasting: Cast) -> None:
    checkin_id = reveal(lasting)
    lasting.clock.forward(days=1)
    reviews.talked(lasting.house, lasting.ana, checkin_id=checkin_id)
    assert stage(lasting, lasting.ana) == stage(lasting, lasting.ben) == "resting"
    reviews.talked(lasting.house, lasting.ben, checkin_id=checkin_id)
    assert stage(lasting, lasting.ana) == stage(lasting, lasting.ben) == "answering"
    lasting.clock.forward(hours=1)
    assert reveal(lasting) != checkin_id


def test_talking_late_does_not_move_the_next_windows(lasting: Cast) -> None:
    """A day on which only the later of two spoke must not set when a sheet runs out."""
    checkin_id = reveal(lasting)
    lasting.clock.forward(days=10)
    for who in (lasting.ana, lasting.ben):
        reviews.talked(lasting.house, who, checkin_id=checkin_id)
    fill(lasting.house, lasting.ana)
    lasting.clock.now = START + timedelta(days=7) + WINDOW
    assert checkins.desk(lasting.house, lasting.ana).checkin_id is None


def test_a_check_in_keeps_the_questionnaire_that_it_was_opened_with(lasting: Cast) -> None:
    checkins.answer(lasting.house, lasting.ana, "closeness_1", 4)
    newer = with_newer_questions(lasting)
    old = lasting.house.content.current
    assert checkins.desk(newer.house, newer.ana).questionnaire is old
    for who in (newer.ana, newer.ben):
        for question in old.questions:
            checkins.answer(newer.house, who, question.id, 4)
        assert (
            refused(lambda who=who: checkins.answer(newer.house, who, "closeness_3", 4)).code
            == "question_unknown"
        )
        checkin_id = seal(newer.house, who)
    assert reviews.own_sheet(newer.house, newer.ana, checkin_id=checkin_id)[1] == old.version
    newer.clock.forward(days=7)
    assert checkins.desk(newer.house, newer.ana).questionnaire.version == old.version + 1


def test_who_begins_second_after_the_questions_were_renewed_comes_to_the_older_ones(
    lasting: Cast,
) -> None:
    """Before that they see the newer ones, as if the other had not begun."""
    checkins.answer(lasting.house, lasting.ana, "closeness_1", 4)
    newer = with_newer_questions(lasting)
    house, ben, old = newer.house, newer.ben, lasting.house.content.current
    assert checkins.desk(house, ben).questionnaire is house.content.current
    checkins.answer(house, ben, "closeness_3", 4)
    assert checkins.desk(house, ben).questionnaire is old
    assert checkins.desk(house, ben).sheet.answers == {}
    checkins.answer(house, ben, "closeness_1", 6)
    assert checkins.desk(house, ben).sheet.answers == {"closeness_1": 6}


def test_answers_brought_along_keep_only_what_is_still_asked(lasting: Cast) -> None:
    """An old question's answer or guess in a new check-in would break its reveal."""
    checkins.guess(lasting.house, lasting.ana, "closeness_1", 2)
    checkins.guess(lasting.house, lasting.ana, "trust_1", 3)
    fill(lasting.house, lasting.ana, 5)
    lasting.clock.forward(days=14)
    newer = with_newer_questions(lasting)
    checkins.bring_earlier(newer.house, newer.ana, keep=True)
    sheet = checkins.desk(newer.house, newer.ana).sheet
    assert "closeness_1" not in sheet.answers
    assert sheet.answers["trust_1"] == 5
    assert sheet.guesses == {"trust_1": 3}
    assert reveal(newer)


# --- alone


def test_alone_a_finished_sheet_is_read_at_once_and_never_runs_out(
    house: House, clock: Clock
) -> None:
    asker = join(house, "solo")
    fill(house, asker, 3)
    seal(house, asker)
    desk = checkins.desk(house, asker)
    assert desk.stage == "read_alone"
    review = reviews.review(house, asker)
    assert review
    assert review.alone
    assert review.reading.theirs is None


def test_alone_a_new_one_begins_when_the_last_was_talked_over(lasting: Cast) -> None:
    house, solo = lasting.house, lasting.stranger
    fill(house, solo, 3)
    first = seal(house, solo)
    lasting.clock.forward(days=30)
    assert stage(lasting, solo) == "read_alone"
    reviews.talked(house, solo, checkin_id=first)
    assert checkins.desk(house, solo).sheet.answers == {}
    fill(house, solo, 5)
    second = seal(house, solo)
    assert second != first
    assert [line.kind for line in reviews.past(house, solo)] == ["alone", "alone"]


def test_a_sheet_sealed_alone_is_sealed_for_the_other_only_by_a_new_seal(
    house: House, clock: Clock
) -> None:
    ana, ben = join(house, "ana"), join(house, "ben")
    fill(house, ana, 6)
    checkins.write(house, ana, "note", "mine")
    alone = seal(house, ana)
    pair(house, ana, ben)
    cast = Cast(house, clock, ana, ben, ben)
    assert checkins.desk(house, ana).earlier
    checkins.bring_earlier(house, ana, keep=True)
    desk = checkins.desk(house, ana)
    assert (desk.stage, desk.sheet.sealed) == ("answering", False)
    fill(house, ben, 2)
    seal(house, ben)
    assert stage(cast, ben) == "waiting"
    seal(house, ana)
    assert stage(cast, ben) == "resting"
    assert [line.kind for line in reviews.past(house, ana)] == ["together", "alone"]
    assert [line.kind for line in reviews.past(house, ben)] == ["together"]
    with pytest.raises(NotYours):
        reviews.review(house, ben, checkin_id=alone)
    with pytest.raises(NotYours):
        reviews.own_sheet(house, ben, checkin_id=alone)


# --- what these tests need


def at_once(act: Callable[[int], object], threads: int = 4) -> None:
    """Run act(0), act(1) ... in as many threads, all let go together; raises what any raised."""
    gate = Barrier(threads)

    def run(part: int) -> None:
        gate.wait()
        act(part)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, range(threads)))


def version_number(cast: Cast) -> int:
    return int(couples.version(cast.house, cast.ana).split(":")[1])


def opened(cast: Cast) -> list[CheckIn]:
    """The check-ins that the couple has, as stored."""

    def look(unit: Unit) -> list[CheckIn]:
        return rows.all_of(unit, access.place(cast.house, unit, cast.ana).couple.id)

    return cast.house.gateway.read(look)


def with_newer_questions(cast: Cast) -> Cast:
    """The same house after its author reworded one question, which so got a new id."""
    content = cast.house.content
    old = content.current
    questions = tuple(
        replace(item, id="closeness_3") if item.id == "closeness_1" else item
        for item in old.questions
    )
    newer = Questionnaire(old.version + 1, old.themes, questions, old.assumed)
    words = replace(
        content.words, questions={**content.words.questions, "closeness_3": "Reworded?"}
    )
    changed = replace(
        content,
        questionnaires={**content.questionnaires, newer.version: newer},
        current=newer,
        words=words,
    )
    return replace(cast, house=replace(cast.house, content=changed))
