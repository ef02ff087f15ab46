"""The talk with two real browsers: from the offer to an agreement, and everything that can come in
between. Ana sits at a laptop, Ben holds a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import SHOTS
from tests.browser.couples import Two, at_the_talk, who_have_read
from tests.browser.people import DEADLINE, PHONE, WIDE, Person
from tests.server import RunningServer

Seat = Callable[..., Person]


@pytest.fixture
def two(server: RunningServer) -> Iterator[Two]:
    with who_have_read(server) as found:
        yield found


@pytest.fixture
def seat(browser: Browser, server: RunningServer, two: Two) -> Iterator[Seat]:
    """Somebody of the two at the page of the talk: Ana wide, Ben on a phone."""
    with ExitStack() as open_contexts:

        def sit(name: str, *, shots: str = "", **how: object) -> Person:
            size, viewport = ("wide", WIDE) if name == "Ana" else ("phone", PHONE)
            folder = SHOTS / size / "talk" / name.lower() if shots else None
            how = {"viewport": viewport, "shots": folder, **how}
            person = at_the_talk(browser, server, two, name, **how)
            open_contexts.callback(person.context.close)
            return person

        yield sit


def title(person: Person, text: str) -> None:
    """The heading of the step that this person sees."""
    found = person.page.locator(".st-key-talk-run h2").first
    expect(found).to_have_text(text, timeout=DEADLINE)
    person.idle()


def begin(*people: Person) -> None:
    for person in people:
        person.press("Yes, I would like to talk")
    for person in people:
        title(person, "First, something good")


def theme(person: Person, number: int) -> Locator:
    return person.page.locator('[data-testid="stRadioOption"]').nth(number)


def shot(name: str, *people: Person) -> None:
    for person in people:
        person.idle()
        person.shot(name)


def test_from_the_offer_to_an_agreement(seat: Seat) -> None:
    ana, ben = seat("Ana", shots="yes"), seat("Ben", shots="yes")
    both = ana, ben
    shot("1-offer", *both)
    ana.press("Yes, I would like to talk")
    shot("1-wished", ana)
    ben.press("Yes, I would like to talk")
    for person in both:
        title(person, "First, something good")
        person.sees("The tea you make early.")
    shot("2-appreciate", *both)
    ana.press("Go on")
    for person in both:
        title(person, "Here you are close")
    shot("3-close", *both)
    ben.press("Go on")
    for person in both:
        title(person, "One difference to look at")
    shot("4-difference", *both)
    theme(ana, 0).click()
    ana.sees("That is your choice.")
    shot("4-difference-said", ana)
    theme(ben, 0).click()
    for person in both:
        title(person, "You both chose")
    shot("4-difference-chosen", *both)
    ana.press("Go on")
    for person in both:
        title(person, "A sentence to begin with")
    shot("5-openers", *both)
    ana.press("Lighter from here")
    ana.press("Another one")
    shot("5-openers-lighter", ana)
    ben.press("I begin")
    title(ben, "You speak")
    title(ana, "You listen")
    ana.sees("About 3 minutes left")
    assert not ana.page.locator("textarea, input[type=text]").count()
    shot("6-turns", *both)
    ben.press("Hand over")
    title(ben, "You listen")
    title(ana, "You speak")
    ben.press("Pause")
    for person in both:
        title(person, "Paused")
    shot("6-paused", *both)
    ana.press("I am ready to go on")
    shot("6-paused-ready", ana)
    ben.press("I am ready to go on")
    title(ana, "You speak")
    ana.press("Leave this out")
    for person in both:
        title(person, "One small thing to try")
    shot("7-agree", *both)
    ana.fill("Your sentence", "We walk to the river, and Ben brings the tea.")
    ana.page.get_by_role("radio", name=re.compile("Sunday")).first.click()
    ana.idle()
    shot("7-agree-written", ana)
    ana.press("Write it down")
    ana.sees("It holds when your partner says yes")
    ben.sees("Your partner wrote this")
    shot("7-agree-asked", *both)
    ben.press("Yes to this")
    for person in both:
        person.sees("You both said yes.")
    shot("7-agree-holds", *both)
    ben.press("Go on")
    for person in both:
        title(person, "That was enough for today")
    shot("8-end", *both)
    ana.press("Close the talk")
    for person in both:
        title(person, "You have talked")
    shot("9-after", *both)
