"""The check-in page as it is drawn, over the real WebSocket: what it keeps, names and refuses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from lib.services import checkins
from tests.server import RunningServer
from tests.web.couple import Cast, playing
from tests.web.open_page import OpenPage

_NAMES = map("".join, product("abcdefghij", repeat=2))
TOO_LONG = "x" * 501
NOT_KEPT = "This has 501 characters; up to 500 can be kept. It is not lost: shorten it here."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with RunningServer(tmp_path_factory.mktemp("checkin")) as running:
        yield running


@pytest.fixture
def cast(server: RunningServer) -> Iterator[Cast]:
    """New people for each test."""
    with playing(server, suffix=f"-{next(_NAMES)}") as played:
        yield played


def opened(cast: Cast) -> OpenPage:
    return OpenPage(cast.server, "checkin", token=cast.tokens["ana"])


def to(page: OpenPage, key: str) -> None:
    """Go on to the step that has a widget of that key."""
    for _ in range(12):
        if page.has(key):
            return
        page.press("next")
    raise AssertionError(f"no step has {key}")


@pytest.mark.parametrize("way", ["next", "back"])
def test_a_text_too_long_keeps_one_at_its_step(cast: Cast, way: str) -> None:
    cast.fill("ana")
    with opened(cast) as page:
        to(page, "writing-appreciation")
        page.set("writing-appreciation", TOO_LONG)
        page.press(way)
        assert page.has("writing-appreciation")
        assert page.sentences() == [NOT_KEPT]
        page.set("writing-appreciation", "your laugh")
        page.press(way)
        assert not page.has("writing-appreciation")
        assert cast.sheet("ana").appreciation == "your laugh"


@pytest.mark.parametrize(("unsafe", "shown"), [(False, "Nothing marked"), (True, "Yes")])
def test_the_private_question_is_never_answered_for_somebody(
    cast: Cast, unsafe: bool, shown: str
) -> None:
    cast.fill("ana")
    if unsafe:
        checkins.say_unsafe(cast.house, cast.asker("ana"), True)
    with opened(cast) as page:
        to(page, "seal")
        said = page.shown()
        assert shown in said
        assert ("Nothing marked" in said) is not unsafe


def test_the_questions_that_stand_open_are_named_and_led_to(cast: Cast) -> None:
    cast.fill("ana")
    for item in ("trust_2", "space_1", "heard_1", "self_worth_1"):
        checkins.answer(cast.house, cast.asker("ana"), item, None)
    with opened(cast) as page:
        to(page, "open-first")
        named = page.shown()
        words = cast.house.content.words
        for item in ("trust_2", "space_1", "heard_1"):
            assert f"“{words.question(item)}”" in named
        assert f"“{words.question('self_worth_1')}”" not in named
        page.press("open-first")
        assert page.has("answer-space_1")
        checkins.answer(cast.house, cast.asker("ana"), "space_1", 4)
        to(page, "seal")
        assert not page.has("open-first")
        page.press("seal")
        assert cast.sheet("ana").sealed


def test_what_was_changed_in_another_tab_is_not_sealed_unseen(cast: Cast) -> None:
    cast.fill("ana")
    with opened(cast) as page:
        to(page, "seal")
        checkins.write(cast.house, cast.asker("ana"), "appreciation", "from another tab")
        page.press("seal")
        assert page.sentences() == [
            "These answers were changed in another place meanwhile. Here they are as they are now. "
            "Please look them over, then seal them."
        ]
        assert "from another tab" in page.shown()
        assert not cast.sheet("ana").sealed
        page.press("seal")
        assert cast.sheet("ana").sealed


@pytest.mark.parametrize("value", ["canary", 5, ["canary"]])
def test_a_forged_word_about_opening_seals_nothing(
    cast: Cast, value: str | int | list[str]
) -> None:
    cast.fill("ana")
    with opened(cast) as page:
        to(page, "seal")
        page.set("hold-back", value)
        if page.has("seal"):
            page.press("seal")
        assert not cast.sheet("ana").sealed
    with opened(cast) as another:
        to(another, "seal")
        another.press("seal")
        assert cast.sheet("ana").sealed
        assert not cast.sheet("ana").hold_back


def test_a_guess_that_is_not_made_yet_says_that_it_is_left_out(cast: Cast) -> None:
    cast.fill("ana")
    with opened(cast) as page:
        to(page, "guess-which")
        which, _ = page.widget("guess-which")
        page.set("guess-which", [which.options[0]])
        guess, _ = page.widget("guess-closeness_1")
        assert guess.label.startswith("Your partner says: “I feel close")
        assert "Without an answer this guess is left out" in page.shown()
        page.set("guess-closeness_1", guess.options[3])
        assert cast.sheet("ana").guesses == {"closeness_1": 4}
