"""What a signed-in person may send that no page of ours would: over the real WebSocket.

In each case nothing is kept that is not valid, there is a sentence or nothing happens, the tab goes
on working, and what was sent does not reach the server's log.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lib.services import checkins
from tests.server import RunningServer
from tests.web.couple import Cast, playing
from tests.web.open_page import OpenPage, Value

CANARY = "canary-5b1e"
NOTE = "canary-note-91d0 nobody else reads this"
OUTSIDE = "Please choose one of the answers from 1 to 7."
NOT_SHOWN = "Please choose one of the answers shown."
NOTHING_HERE = "There is nothing to see here."


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    with RunningServer(tmp_path_factory.mktemp("forged")) as server, playing(server) as played:
        yield played


@pytest.fixture(autouse=True)
def nothing_private_in_the_log(cast: Cast) -> Iterator[None]:
    yield
    assert "canary" not in cast.server.output()


@pytest.fixture
def page(cast: Cast) -> Iterator[OpenPage]:
    """Ana's check-in, with its first question answered."""
    cast.fill("ana", 3, upto=1)
    with OpenPage(cast.server, "checkin", token=cast.tokens["ana"]) as opened:
        assert not opened.failed()
        yield opened


def first(cast: Cast) -> str:
    return cast.house.content.current.questions[0].id


def to(page: OpenPage, key: str) -> None:
    """Go on to the step that has a widget of that key."""
    for _ in range(12):
        if page.has(key):
            return
        page.press("next")
    raise AssertionError(f"no step has {key}")


def goes_on(page: OpenPage, cast: Cast) -> None:
    """The same tab still saves what is chosen in it."""
    question = first(cast)
    while not page.has(f"answer-{question}"):
        page.press("back" if page.has("back") else "change")
    for point in (5, 3):
        radio, _ = page.widget(f"answer-{question}")
        page.set(f"answer-{question}", radio.options[point - 1])
        assert cast.sheet("ana").answers[question] == point
    assert not page.sentences()
    assert not page.failed()


@pytest.mark.parametrize("value", [CANARY, "9", "", 99, 2.5, True, CANARY.encode()])
def test_an_answer_outside_its_scale_is_refused_beside_its_question(
    cast: Cast, page: OpenPage, value: Value
) -> None:
    page.set(f"answer-{first(cast)}", value)
    assert page.sentences() == [OUTSIDE]
    assert cast.sheet("ana").answers == {first(cast): 3}
    goes_on(page, cast)


@pytest.mark.parametrize("key", ["answer", "guess"])
def test_a_question_that_does_not_exist_is_not_answered(
    cast: Cast, page: OpenPage, key: str
) -> None:
    before = cast.sheet("ana")
    radio, fragment = page.widget(f"answer-{first(cast)}")
    forged = radio.id.replace(f"answer-{first(cast)}", f"{key}-{CANARY}")
    assert forged != radio.id
    page.send_value(forged, radio.options[0], fragment=fragment)
    assert cast.sheet("ana") == before
    goes_on(page, cast)


def test_what_is_not_shared_cannot_be_guessed(cast: Cast, page: OpenPage) -> None:
    words = cast.house.content.words
    hidden = [q.id for q in cast.house.content.current.questions if q.theme == "self_worth"]
    to(page, "guess-which")
    page.set("guess-which", [*(words.question(item) for item in hidden), *hidden, CANARY])
    assert not any(page.has(f"guess-{item}") for item in hidden)
    assert not cast.sheet("ana").guesses
    goes_on(page, cast)


def test_more_guesses_than_three_are_not_kept(cast: Cast, page: OpenPage) -> None:
    """Nor do they take away those that were."""
    guessed = first(cast)
    checkins.guess(cast.house, cast.asker("ana"), guessed, 2)
    to(page, "guess-which")
    which, _ = page.widget("guess-which")
    page.set("guess-which", list(which.options[1:6]))
    assert cast.sheet("ana").guesses == {guessed: 2}
    assert page.sentences() == [NOT_SHOWN]
    assert page.has(f"guess-{guessed}")
    checkins.guess(cast.house, cast.asker("ana"), guessed, None)
    page.forget(which.id)
    goes_on(page, cast)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            CANARY.ljust(501, "x"),
            "This has 501 characters; up to 500 can be kept. It is not lost: shorten it here.",
        ),
        (
            f"{CANARY}\x00\x1b[2J",
            "This text holds characters that cannot be shown. Please remove them.",
        ),
        (5, "Please enter a text."),
        ([CANARY], "Please enter a text."),
    ],
)
def test_a_text_that_cannot_be_kept_is_told_about(
    cast: Cast, page: OpenPage, typed: Value, sentence: str
) -> None:
    to(page, "writing-appreciation")
    page.set("writing-appreciation", typed)
    assert page.sentences() == [sentence]
    assert cast.sheet("ana").appreciation == ""
    page.set("writing-appreciation", "")
    goes_on(page, cast)


@pytest.mark.parametrize("value", [CANARY, 5, True])
def test_a_depth_that_does_not_exist_is_refused(cast: Cast, page: OpenPage, value: Value) -> None:
    to(page, "choice-pace")
    page.set("choice-pace", value)
    assert page.sentences() == [NOT_SHOWN]
    assert cast.sheet("ana").pace is None
    goes_on(page, cast)


@pytest.mark.parametrize("value", [CANARY, 5, True])
def test_a_forged_word_does_not_take_back_that_honesty_is_unsafe(
    cast: Cast, page: OpenPage, value: Value
) -> None:
    checkins.say_unsafe(cast.house, cast.asker("ana"), True)
    to(page, "choice-unsafe")
    page.set("choice-unsafe", value)
    assert page.sentences() == [NOT_SHOWN]
    assert cast.sheet("ana").unsafe is True
    checkins.say_unsafe(cast.house, cast.asker("ana"), False)
    goes_on(page, cast)


def test_a_kind_of_support_that_does_not_exist_is_not_kept(cast: Cast, page: OpenPage) -> None:
    to(page, "support")
    page.set("support", [CANARY])
    assert cast.sheet("ana").support == ()
    page.set("support", [])
    goes_on(page, cast)


@pytest.mark.parametrize("value", [[CANARY, "b"], CANARY, 5])
@pytest.mark.parametrize("key", ["answer", "guess-which", "support"])
def test_a_value_of_another_kind_changes_nothing(
    cast: Cast, page: OpenPage, key: str, value: Value
) -> None:
    """Some Streamlit cannot even read, and then it runs nothing in this tab; a new one goes on."""
    key = f"answer-{first(cast)}" if key == "answer" else key
    to(page, key)
    before = cast.sheet("ana")
    page.set(key, value)
    after = cast.sheet("ana")
    assert after == before or (key.startswith("answer") and after.answers == {first(cast): value})
    with OpenPage(cast.server, "checkin", token=cast.tokens["ana"]) as another:
        goes_on(another, cast)


def test_what_cannot_be_drawn_is_one_sentence_in_place_of_the_step(
    cast: Cast, page: OpenPage
) -> None:
    """A right answer sent as a number: it is kept, but Streamlit cannot draw the widget with it."""
    radio, _ = page.widget(f"answer-{first(cast)}")
    page.set(f"answer-{first(cast)}", 5)
    assert [said.partition(".")[0] for said in page.sentences()] == [
        "Something went wrong on our side"
    ]
    assert not page.failed()
    page.forget(radio.id)
    page.rerun()
    goes_on(page, cast)


FORGED_LINE = "2026-11-24 09:00:00.000 somebody signed in"


@pytest.mark.parametrize(
    "fragment", ["no-such-fragment", "0" * 32, "../" * 40, f"none\n{FORGED_LINE}\r{FORGED_LINE}\n"]
)
def test_a_fragment_that_does_not_exist_runs_nothing(
    cast: Cast, page: OpenPage, fragment: str
) -> None:
    before = cast.sheet("ana")
    page.rerun(fragment=fragment, follow=False)
    page.rerun()
    assert cast.sheet("ana") == before
    assert not page.failed()
    goes_on(page, cast)
    assert FORGED_LINE not in cast.server.output().splitlines()


def test_a_seal_that_is_not_on_the_page_seals_nothing(cast: Cast, page: OpenPage) -> None:
    button, fragment = page.widget("next")
    page.send_value(button.id.replace("-next", "-seal"), True, fragment=fragment)
    assert not cast.sheet("ana").sealed
    goes_on(page, cast)


def test_a_seal_of_a_sheet_with_too_little_in_it_is_refused(cast: Cast, page: OpenPage) -> None:
    to(page, "seal")
    page.press("seal")
    assert [said.partition(".")[0] for said in page.sentences()] == [
        "A few answers are still missing"
    ]
    assert not cast.sheet("ana").sealed
    goes_on(page, cast)


@pytest.mark.parametrize("name", ["past", "talk", "checkin", "home"])
@pytest.mark.parametrize("who", ["ben", "stranger"])
def test_a_check_in_in_the_address_gives_nothing_that_is_not_ones_own(
    cast: Cast, who: str, name: str
) -> None:
    checkins.write(cast.house, cast.asker("ana"), "note", NOTE)
    checkin_id = checkins.desk(cast.house, cast.asker("ana")).checkin_id
    assert checkin_id
    for asked in (checkin_id, f"{CANARY}%00'--", "x" * 5000):
        query = f"checkin={asked}"
        with OpenPage(cast.server, name, query=query, token=cast.tokens[who]) as page:
            assert b"canary-note" not in page.everything()
            assert not page.failed()
            assert page.sentences() == ([NOTHING_HERE] if name == "past" else [])
            page.rerun()
            assert not page.failed()
