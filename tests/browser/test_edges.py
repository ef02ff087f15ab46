"""Two tabs, two people in one instant, half-typed words, and words that look like code."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser, Locator, Request, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from lib.services import access, accounts, checkins, reviews
from tests.browser.people import DEADLINE, SCALE, Person, press_together
from tests.server import RunningServer
from tests.web.couple import Cast, playing

_NAMES = map("".join, product("abcdefghij", repeat=2))
Arrive = Callable[[str], Person]
SEALED = "Your answers are sealed."
HOSTILE = (
    "\U0001f469\u200d\U0001f680 \u05e9\u05dc\u05d5\u05dd e\u0301\u0323 <b>bold</b> "
    "<img src=http://evil.example/a.png> ![x](http://evil.example/b.png) $x^2$ :red[hi] "
    "www.evil.example **stars**\n# no heading"
)
NOTE = f"for me: {HOSTILE}"


@pytest.fixture(scope="module")
def server(site: RunningServer) -> RunningServer:
    return site


@pytest.fixture
def cast(server: RunningServer) -> Iterator[Cast]:
    with playing(server, suffix=f"-{next(_NAMES)}") as played:
        yield played


@pytest.fixture
def arrive(browser: Browser, cast: Cast) -> Iterator[Arrive]:
    """Somebody of the cast at a browser, already signed in. Requests to strangers fail the test."""
    people: list[Person] = []
    strangers: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((cast.server.url, "data:", "blob:")):
            strangers.append(request.url)

    def come(name: str) -> Person:
        person = Person.arrive(browser, cast.server.url, name, token=cast.tokens[name])
        person.context.on("request", note)
        people.append(person)
        return person

    yield come
    for person in people:
        person.context.close()
    assert not strangers


def another_tab(person: Person) -> Person:
    return Person(person.name, person.url, person.context, person.context.new_page())


def rating(tab: Person, number: int) -> Locator:
    return tab.page.locator('[class*="st-key-question-answer-"]').nth(number)


def chosen(question: Locator) -> Locator:
    return question.locator("label:has(input:checked)")


def seal_button(tab: Person) -> Locator:
    return tab.page.get_by_role("button", name="Seal my answers", exact=True)


def test_two_tabs_of_one_person_seal_one_sheet_and_both_tell_so(cast: Cast, arrive: Arrive) -> None:
    one = arrive("ana")
    other, late = another_tab(one), another_tab(one)
    for tab in (one, other):
        tab.go("checkin")
        tab.press("Begin")
    one.choose(rating(one, 0), SCALE[5])
    other.choose(rating(other, 0), SCALE[1])
    one.choose(rating(one, 1), SCALE[3])
    expect(chosen(rating(one, 0))).to_have_text(SCALE[1])
    first, second = (question.id for question in cast.house.content.current.questions[:2])
    assert cast.sheet("ana").answers == {first: 2, second: 4}
    for question in cast.house.content.current.questions[2:]:
        checkins.answer(cast.house, cast.asker("ana"), question.id, 5)
    for tab in (one, other, late):
        tab.go("checkin")
        tab.look_over()
    other.page.get_by_text("Wait until I say so").click()
    other.idle()
    press_together(seal_button(one), seal_button(other))
    for tab in (one, other):
        tab.sees(SEALED)
    sealed = cast.sheet("ana")
    assert sealed.sealed
    assert (sealed.answers[first], sealed.answers[second]) == (2, 4)
    # The last tab does not know yet, and would not hold back.
    if seal_button(late).count():
        press_together(seal_button(late))
    late.sees(SEALED)
    assert cast.sheet("ana") == sealed
    for tab in (one, other, late):
        tab.idle()
        release = tab.page.get_by_role("button", name="It may open now", exact=True)
        expect(release).to_have_count(int(sealed.hold_back))
        tab.page.get_by_text("What I answered").click()
        expect(tab.page.get_by_text(SCALE[1])).to_have_count(1)


def test_both_seal_in_the_same_instant_and_it_opens_once_for_both(
    cast: Cast, arrive: Arrive
) -> None:
    for name in ("ana", "ben"):
        cast.fill(name, 3 if name == "ana" else 6)
    people = [arrive(name) for name in ("ana", "ben")]
    for person in people:
        began = time.monotonic()
        person.go("checkin")
        drawn = time.monotonic() - began
        person.look_over()
    press_together(*(seal_button(person) for person in people))
    began = time.monotonic()
    for person in people:
        expect(person.page.locator("h1").first).to_have_text("Read it together", timeout=DEADLINE)
    # Who sealed first waits for the next look, 2 s at most, and is then led on.
    assert time.monotonic() - began < max(3, 2 + 2 * drawn)
    ana, ben = (reviews.review(cast.house, cast.asker(name)) for name in ("ana", "ben"))
    assert ana is not None
    assert ben is not None
    assert (ana.checkin_id, ana.revealed_at) == (ben.checkin_id, ben.revealed_at)
    assert len(reviews.past(cast.house, cast.asker("ana"))) == 1


def test_a_half_typed_agreement_stays_when_something_appears_above_it(
    cast: Cast, arrive: Arrive
) -> None:
    for name in ("ana", "ben"):
        cast.fill(name, 4)
    cast.seal("ana")
    checkin_id = cast.seal("ben")
    review = reviews.review(cast.house, cast.asker("ana"))
    assert review
    theirs = reviews.review(cast.house, cast.asker("ben"))
    assert theirs
    item = sorted(set(review.reading.items()) & set(theirs.reading.items()))[0]
    reviews.mark(cast.house, cast.asker("ana"), checkin_id=checkin_id, item=item, mark="try")
    ana = arrive("ana")
    ana.go("talk")
    ana.page.get_by_role("tab", name="Agree").click()
    box = ana.page.locator("textarea").first
    box.press_sequentially("On Sundays we")
    reviews.mark(cast.house, cast.asker("ben"), checkin_id=checkin_id, item=item, mark="try")
    ana.sees("You both want to try")
    ana.idle()
    expect(box).to_be_focused()
    box.press_sequentially(" walk")
    expect(box).to_have_value("On Sundays we walk")
    ana.press("Write it down")
    ana.sees("It holds when your partner says yes")
    assert b"On Sundays we walk" in b"".join(ana.frames)


@pytest.mark.parametrize("name", ["appreciation", "note"])
def test_half_typed_words_of_a_check_in_stay_when_the_page_is_drawn_again(
    cast: Cast, arrive: Arrive, name: str
) -> None:
    ana = at_the_words(cast, arrive)
    if name == "note":
        ana.next_step()
        ana.next_step()
    label = "One thing you appreciate" if name == "appreciation" else "A note to yourself"
    box = ana.page.locator(f'textarea[aria-label^="{label}"]')
    box.press_sequentially("half a sen")
    before = len(ana.frames)
    accounts.rename(cast.house, cast.asker("ben"), display_name="Benjamin")
    wait_for_whole_run(ana, before)
    expect(box).to_be_focused()
    box.press_sequentially("tence")
    expect(box).to_have_value("half a sentence")
    box.blur()
    ana.idle()
    assert getattr(cast.sheet("ana"), name) == "half a sentence"


def test_words_that_look_like_something_else_are_shown_as_typed(cast: Cast, arrive: Arrive) -> None:
    ana = at_the_words(cast, arrive)
    kept = unicodedata.normalize("NFC", HOSTILE)
    ana.fill("One thing you appreciate", HOSTILE)
    ana.next_step()
    ana.next_step()
    ana.fill("A note to yourself", NOTE)
    ana.press("Look it all over")
    ana.sees("All your answers")
    assert shown(ana, "review_appreciation") == kept
    assert shown(ana, "review_note") == unicodedata.normalize("NFC", NOTE)
    cast.fill("ben", 2)
    cast.seal("ben")
    ana.seal()
    ana.heading("Read it together")
    ben = arrive("ben")
    ben.go("talk")
    assert shown(ben, "appreciation-theirs") == kept
    assert b"for me" not in b"".join(ben.frames)


def test_words_that_cannot_be_kept_are_told_about_beside_their_field_and_stay(
    cast: Cast, arrive: Arrive
) -> None:
    ana = at_the_words(cast, arrive)
    box = ana.page.locator('textarea[aria-label^="One thing you appreciate"]')
    trouble = ana.page.locator(".st-key-question-writing-appreciation [role=alert]")
    for typed, said in (
        ("x" * 501, "This has 501 characters; up to 500 can be kept"),
        ("a bell\x07", "This text holds characters that cannot be shown"),
    ):
        ana.fill("One thing you appreciate", typed)
        expect(trouble).to_contain_text(said)
        expect(box).to_have_value(typed)
        assert cast.sheet("ana").appreciation == ""
    ana.fill("One thing you appreciate", "   ")
    expect(trouble).to_have_count(0)
    assert cast.sheet("ana").appreciation == ""


def test_a_name_is_shown_as_typed_or_refused_beside_its_field(cast: Cast, arrive: Arrive) -> None:
    ana = arrive("ana")
    ana.go("account")
    label = "Your name, as your partner sees it"
    box = ana.page.locator(f'input[aria-label^="{label}"]')
    for typed in (
        "<b>Ana</b>",
        "![Ana](http://evil.example/a.png)",
        "$Ana$",
        ":red[Ana]",
        "\U0001f600",
    ):
        ana.fill(label, typed)
        ana.press("Save the name")
        ana.sees(re.compile("This name can have letters, spaces"))
        expect(box).to_have_value(typed)
    for typed, said in (("   ", "Please enter the name"), ("n" * 300, "This name can have up to")):
        ana.fill(label, typed)
        ana.press("Save the name")
        ana.sees(re.compile(said))
        expect(box).to_have_value(typed)
    name = "\u05d0\u05e0\u05d4 Zoe\u0308"
    ana.fill(label, name)
    ana.press("Save the name")
    ana.sees("Your name is saved.")
    ben = arrive("ben")
    ben.go("home")
    ben.sees(re.compile(unicodedata.normalize("NFC", name)))
    assert accounts.arrive(cast.house, access.asker_of(cast.tokens["ana"])).display_name == (
        unicodedata.normalize("NFC", name)
    )


def at_the_words(cast: Cast, arrive: Arrive) -> Person:
    """Ana at the step of the appreciation, with everything before it answered."""
    questions = cast.house.content.current.questions
    cast.fill("ana", 4, upto=len(questions) - 1)
    ana = arrive("ana")
    ana.go("checkin")
    checkins.answer(cast.house, cast.asker("ana"), questions[-1].id, 4)
    ana.next_step()
    return ana


def shown(person: Person, key: str) -> str:
    """What stands in the place of somebody's words, as the browser reads it out."""
    place = person.page.locator(f".st-key-people-{key}").first
    expect(place).to_be_visible(timeout=DEADLINE)
    assert place.locator("img, a, b, strong, h1, .katex, span[style*=color]").count() == 0
    return place.inner_text()


def wait_for_whole_run(person: Person, since: int) -> None:
    """Wait until the server has drawn the whole page again, with its heading."""
    deadline = time.monotonic() + DEADLINE / 1000
    while time.monotonic() < deadline:
        if any(_draws_heading(frame) for frame in person.frames[since:]):
            return person.idle()
        person.page.wait_for_timeout(100)
    raise AssertionError("the page did not change by itself")


def _draws_heading(frame: bytes) -> bool:
    message = ForwardMsg()
    message.ParseFromString(frame)
    return message.delta.new_element.heading.tag == "h1"
