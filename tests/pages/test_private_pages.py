"""The pages of somebody signed in, run through the router: alone, waiting, and after the reveal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.talks import STEPS
from lib.services import access, accounts, checkins, couples, leaving, reviews, talks
from lib.services import house as houses
from lib.services.access import SIGNED_OUT
from lib.services.house import House
from lib.settings import Settings
from lib.ui import registry, visitor, words
from tests.pages.test_open_pages import FOOT, markdown, visit

PASSWORD = "seven quiet herons by the weir"
PAGES = [place.name for place in registry.PLACES if place.audience in ("signed_in", "couple")]
STAGES = ("alone", "together", "waiting", "revealed", "talking")
HOSTILE = "![x](http://evil.example/a.png) <img src=x> $x^2$ :red[hi] www.evil.example **b**"


class Visitor:
    """Whose session cookie the pages see."""

    token: str | None = None


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(Visitor, "token", None)
    monkeypatch.setattr(
        visitor, "cookie", lambda kind: Visitor.token if kind == "session" else None
    )
    settings = Settings.from_environment({"HALFWAY_DATA_DIR": str(tmp_path / "data")})
    yield houses.enter(houses.open_house(settings))
    houses.leave()


def join(house: House, name: str) -> str:
    """Sign somebody up and in; the session token."""
    accounts.sign_up(
        house,
        SIGNED_OUT,
        login_name=name,
        display_name=name.capitalize(),
        password=PASSWORD,
        of_age=True,
        consent=True,
    )
    ticket = accounts.sign_in(house, SIGNED_OUT, login_name=name, password=PASSWORD, nonce="n")
    return accounts.redeem(house, SIGNED_OUT, ticket=ticket, nonce="n", device="test")


def answer_all(house: House, token: str, value: int) -> None:
    asker = access.asker_of(token)
    for question in house.content.current.questions:
        checkins.answer(house, asker, question.id, value)
    checkins.write(house, asker, "appreciation", HOSTILE)
    checkins.seal(house, asker, checkin_id=checkins.desk(house, asker).checkin_id)


def at(house: House, stage: str) -> None:
    """Bring Ana to that stage and make her the visitor."""
    ana, ben = join(house, "ana"), join(house, "ben")
    Visitor.token = ana
    if stage == "alone":
        return
    secret = couples.invite_by_link(house, access.asker_of(ana))
    couples.accept(house, access.asker_of(ben), secret=secret)
    couples.confirm(house, access.asker_of(ana))
    if stage in ("waiting", "revealed", "talking"):
        answer_all(house, ana, 6)
    if stage in ("revealed", "talking"):
        answer_all(house, ben, 2)
    if stage == "talking":
        for token in (ana, ben):
            asker = access.asker_of(token)
            found = talks.look(house, asker)
            assert found
            talks.say_yes(house, asker, checkin_id=found.checkin_id)


@pytest.mark.parametrize("stage", STAGES)
def test_every_page_draws_at_every_stage(house: House, stage: str) -> None:
    at(house, stage)
    for name in PAGES:
        app = visit(name)
        assert len(app.title) == 1, name
        assert FOOT in [caption.value for caption in app.caption], name
        assert not app.error, name


def test_waiting_says_the_one_sentence(house: House) -> None:
    at(house, "waiting")
    assert "Your answers are sealed." in markdown(visit("checkin"))


def test_what_a_partner_wrote_is_shown_as_typed_and_never_as_markdown(house: House) -> None:
    at(house, "revealed")
    app = visit("talk")
    assert HOSTILE in [text.value for text in app.text]
    assert "evil.example" not in markdown(app)


def test_every_step_of_a_talk_draws_for_both(house: House) -> None:
    at(house, "talking")
    asker = access.asker_of(Visitor.token)
    for step in STEPS:
        app = visit("talk")
        assert not app.error, step
        assert len(app.header) >= 1, step
        assert "evil.example" not in markdown(app), step
        found = talks.look(house, asker)
        assert found
        assert found.seen.step == step
        if step == "turns":
            talks.speak(house, asker, checkin_id=found.checkin_id, at=found.seen.at)
            assert "You speak" in [header.value for header in visit("talk").header]
            found = talks.look(house, asker)
            assert found
        talks.go_on(house, asker, checkin_id=found.checkin_id, at=found.seen.at)
    talks.close(house, asker, checkin_id=found.checkin_id, at=found.seen.at)
    assert "You have talked" in [header.value for header in visit("talk").header]


def test_an_answer_is_saved_as_it_is_given_and_comes_back(house: House) -> None:
    at(house, "together")
    app = visit("checkin")
    app.button(key="begin").click().run()
    first = app.radio[0]
    assert first.value is None
    first.set_value(3).run()
    asker = access.asker_of(Visitor.token)
    question = house.content.current.questions[0].id
    assert checkins.desk(house, asker).sheet.answers == {question: 3}
    again = visit("checkin")
    assert again.radio[0].value == 3


def test_a_bad_name_is_told_beside_its_field_and_stays_typed(house: House) -> None:
    at(house, "alone")
    app = visit("account")
    app.text_input(key="display_name").set_value("**Ana** \U0001f600")
    next(button for button in app.button if button.label == "Save the name").click().run()
    assert [error.value for error in app.error]
    assert app.text_input(key="display_name").value == "**Ana** \U0001f600"
    assert accounts.arrive(house, access.asker_of(Visitor.token)).display_name == "Ana"


def test_a_strangers_check_in_is_not_there(house: House) -> None:
    at(house, "revealed")
    checkin_id = checkins.desk(house, access.asker_of(Visitor.token)).checkin_id
    Visitor.token = join(house, "stranger")
    app = visit("past")
    app.query_params["checkin"] = str(checkin_id)
    app.run()
    assert not app.exception
    assert "There is nothing to see here" in "".join(error.value for error in app.error)
    assert "evil.example" not in "".join(text.value for text in app.text)


def enter_as_ben(house: House) -> str:
    """Ben signs in on one more device; the session token."""
    ticket = accounts.sign_in(house, SIGNED_OUT, login_name="ben", password=PASSWORD, nonce="n")
    return accounts.redeem(house, SIGNED_OUT, ticket=ticket, nonce="n", device="test")


def other_of(house: House) -> access.Asker:
    return access.asker_of(enter_as_ben(house))


def propose(house: House) -> None:
    ben = other_of(house)
    found = talks.look(house, ben)
    assert found
    talks.say_yes(house, ben, checkin_id=found.checkin_id)


ASKED = "would like to talk with you"


def sentences(app: AppTest) -> str:
    return "\n".join([markdown(app), *(text.value for text in app.text)])


def test_home_says_that_the_other_proposes_to_talk_until_it_is_put_aside(house: House) -> None:
    at(house, "revealed")
    ana = access.asker_of(Visitor.token)
    assert "You have both finished." in markdown(visit("home"))
    assert ASKED not in sentences(visit("home"))
    propose(house)
    assert ASKED in sentences(visit("home"))
    found = talks.look(house, ana)
    assert found
    talks.not_now(house, ana, checkin_id=found.checkin_id)
    assert ASKED not in sentences(visit("home"))


def test_home_proposes_nothing_to_whom_honesty_is_not_safe(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = checkins.seal

    def marked(house: House, asker: access.Asker, **given: object) -> None:
        checkins.say_unsafe(house, asker, True)
        sealed(house, asker, **given)

    monkeypatch.setattr(checkins, "seal", marked)
    at(house, "revealed")
    propose(house)
    found = talks.look(house, access.asker_of(Visitor.token))
    assert found
    assert found.seen.asked
    assert ASKED not in sentences(visit("home"))


def test_a_sheet_that_does_not_fit_its_fingerprint_is_called_out_in_place_of_all_else(
    house: House,
) -> None:
    at(house, "waiting")
    house.gateway.write(lambda unit: unit.run("DELETE FROM fingerprint"))
    answer_all(house, enter_as_ben(house), 2)
    app = visit("talk")
    assert words.text("interface.sealing.changed_title") in [one.value for one in app.header]
    assert not app.tabs
    assert not app.error


def test_what_the_other_deleted_is_told_as_no_longer_there(house: House) -> None:
    at(house, "revealed")
    leaving.delete_answers(house, other_of(house), password=PASSWORD)
    for name in ("talk", "home", "past"):
        app = visit(name)
        assert words.text("interface.leaving.gone") in markdown(app), name
        assert not app.tabs, name
        assert not app.error, name


def test_used_alone_the_page_has_its_own_heading_and_words(house: House) -> None:
    at(house, "alone")
    answer_all(house, str(Visitor.token), 3)
    app = visit("talk")
    assert app.title[0].value == words.text("interface.talk.alone_title")
    assert [tab.label for tab in app.tabs] == ["Where you are", "Ideas", "To begin with"]
    choices = {choice for pills in app.button_group for choice in pills.options}
    assert "Not for me" in choices
    assert "Not for us" not in choices


def test_a_past_check_in_shows_what_was_agreed_and_how_it_went_and_nothing_to_change(
    house: House,
) -> None:
    at(house, "revealed")
    ana, ben = access.asker_of(Visitor.token), other_of(house)
    first = reviews.review(house, ana)
    assert first
    assert first.newest
    for who in (ana, ben):
        reviews.write_agreement(house, who, checkin_id=first.checkin_id, text="A walk on Sunday")
    for who in (ana, ben):
        reviews.talked(house, who, checkin_id=first.checkin_id)
    for who in (ana, ben):
        for question in house.content.current.questions:
            checkins.answer(house, who, question.id, 4)
        checkins.say_outcome(house, who, "partly")
        checkins.seal(house, who, checkin_id=checkins.desk(house, who).checkin_id)
    app = visit("past")
    app.query_params["checkin"] = first.checkin_id
    app.run()
    assert not app.exception
    assert "What you agreed" in [one.value for one in app.header]
    assert "How it went" in [one.value for one in app.header]
    assert "A walk on Sunday" in [text.value for text in app.text]
    assert not app.text_area
    assert "Change the sentence" not in [button.label for button in app.button]


def test_who_is_not_safe_has_the_same_frame_as_everybody_one_press_from_the_whole_page(
    house: House,
) -> None:
    """Over the shoulder the first view tells nothing: the same titles, tabs and way on."""
    at(house, "together")
    ana = Visitor.token
    assert ana
    checkins.say_unsafe(house, access.asker_of(ana), True)
    answer_all(house, ana, 6)
    ben = enter_as_ben(house)
    answer_all(house, ben, 2)
    first, whole = {}, {}
    for token in (ana, ben):
        Visitor.token = token
        app = visit("talk")
        first[token] = ([tab.label for tab in app.tabs], app.button(key="view").label)
        app.button(key="view").click().run()
        whole[token] = "\n".join([sentences(app), *(one.value for one in app.header)])
        assert not app.tabs
    assert first[ana] == first[ben]
    review = reviews.review(house, access.asker_of(ana))
    assert review
    assert review.reading.help
    shown = {tip.heading for tip in review.reading.tips} | {
        opener.text for opener in review.reading.openers
    }
    assert not [text for text in shown if text not in whole[ana]]
