"""From the reveal through a talk to the next check-in, as two people go it: Ana at a laptop, Ben at
a phone. Not one page is loaded again. What each step looks like lands in output/screenshots."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from lib.services import checkins
from tests.browser.couples import Two, answer_all, who_have_answered
from tests.browser.people import DEADLINE, Person
from tests.browser.talking import Seat, button, shot, theme, title
from tests.server import RunningServer

AGREED = "We walk on Sunday, and Ben brings the tea."
CHANGED = "We walk on Saturday, and Ben brings the tea."


@pytest.fixture
def two(server: RunningServer) -> Iterator[Two]:
    with who_have_answered(server) as found:
        yield found


def test_from_the_reveal_to_a_kept_agreement_without_a_reload(seat: Seat, two: Two) -> None:
    ana, ben = both = [seat(name, path="checkin", shots="comes-back") for name in ("Ana", "Ben")]
    for person in both:
        person.page.evaluate("window.same = true")
        to_the_end(person)
    ana.seal()
    shot("00-waiting", ana)
    ben.seal()
    for person in both:
        person.heading("Read it together")
    shot("01-revealed", *both)
    through_the_steps(ana, ben)
    they_agree(ana, ben)
    they_close(ana, ben)
    next_check_in(ana, ben, two)
    for person, theirs, mine in ((ana, "Kept in part", "Kept"), (ben, "Kept", "Kept in part")):
        person.heading("Read it together")
        person.sees("What you agreed last time")
        person.sees(f"You: {mine}")
        person.sees(f"Your partner: {theirs}")
        person.sees("A part is a start.")
    shot("12-how-it-went", *both)
    for person in both:
        assert person.page.evaluate("window.same") is True, "a page was loaded again"


def through_the_steps(ana: Person, ben: Person) -> None:
    both = ana, ben
    ana.press("Yes, I would like to talk")
    ben.sees("would like to talk it over with you")
    shot("02-asked", ben)
    ben.press("Yes, I would like to talk")
    for presser, heading in ((None, "First, something good"), (ana, "Here you are close")):
        if presser:
            presser.press("Go on")
        for person in both:
            title(person, heading)
    ben.press("Go on")
    for person in both:
        title(person, "One difference to look at")
        theme(person, 1).click()
    for person in both:
        title(person, "You both chose")
    ben.press("Go on")
    for person in both:
        title(person, "A sentence to begin with")
    ana.press("I begin")
    title(ana, "You speak")
    title(ben, "You listen")
    ana.press("Hand over")
    title(ben, "You speak")
    title(ana, "You listen")
    shot("05-turns", *both)
    ana.press("Pause")
    for person in both:
        title(person, "Paused")
        person.press("I am ready to go on")
    title(ben, "You speak")
    ben.press("Leave this out")


def they_agree(ana: Person, ben: Person) -> None:
    both = ana, ben
    for person in both:
        title(person, "One small thing to try")
    ana.fill("Your sentence", AGREED)
    ana.press("Write it down")
    ben.sees("It holds when you say yes")
    ben.press("Change it")
    ben.fill("Your sentence", CHANGED)
    ben.press("Change the sentence")
    card = ana.page.locator(".st-key-card-agreement-written")
    expect(card).to_contain_text(CHANGED, timeout=DEADLINE)
    expect(button(ana, "Yes to this")).to_be_visible(timeout=DEADLINE)
    ana.idle()
    shot("06-changed", *both)
    ana.press("Yes to this")
    for person in both:
        person.sees("You both said yes.")
        person.sees(CHANGED)
    shot("07-holds", *both)


def they_close(ana: Person, ben: Person) -> None:
    both = ana, ben
    ana.press("Go on")
    for person in both:
        title(person, "That was enough for today")
    ben.press("Close the talk")
    for person in both:
        title(person, "You have talked")
        for question in ("felt-safe", "felt-useful"):
            yes = person.page.locator(f".st-key-question-{question} button", has_text="Yes")
            yes.click()
            person.idle()
        shot("08-after", person)
        person.press("Done")
        person.page.get_by_role("tab", name="Agree").click()
        person.idle()
        shot("09-agreed", person)


def next_check_in(ana: Person, ben: Person, two: Two) -> None:
    """It begins by asking each how it went, and opens when both have sealed."""
    for person, outcome in ((ana, "Kept"), (ben, "Kept in part")):
        person.follow("To the next check-in")
        person.heading("Your check-in")
        person.press("Begin")
        person.sees("What you agreed last time")
        person.sees(CHANGED)
        shot("10-asks-how-it-went", person)
        person.choose(person.page.locator(".st-key-question-choice-outcome"), outcome)
        assert checkins.desk(two.house, two.askers[person.name]).sheet.outcome
        answer_all(two, person.name)
        to_the_end(person)
        if person is ana:
            person.seal()
            person.sees("Your answers are sealed")
            shot("11-sealed", person)
    for person in (ana, ben):
        assert "You: " not in person.page.inner_text("body"), "nothing is told before both sealed"
    ben.seal()


def to_the_end(person: Person) -> None:
    over = button(person, "Look it all over")
    for _ in range(20):
        if over.count():
            break
        person.next_step()
    person.press("Look it all over")
    person.sees("All your answers")
