"""The talk with two real browsers: from the offer to an agreement, and everything that can come in
between. Ana sits at a laptop, Ben holds a phone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Locator, expect

from lib.services import leaving, talks
from tests.browser.conftest import SHOTS
from tests.browser.couples import Two, at_the_talk, who_have_read
from tests.browser.people import DEADLINE, PASSWORD, PHONE, WIDE, Person
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
    ben.sees("would like to talk it over with you")
    shot("1-asked", ben)
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
    ben.sees("It holds when you say yes")
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


# --- edges


def at_turns(*people: Person) -> None:
    """Both are at the turns and the first of them speaks."""
    first, second = people
    begin(*people)
    for heading in ("Here you are close", "One difference to look at"):
        first.press("Go on")
        for person in people:
            title(person, heading)
    first.press("Leave this out")
    for person in people:
        title(person, "A sentence to begin with")
    first.press("I begin")
    title(first, "You speak")
    title(second, "You listen")


def button(person: Person, label: str) -> Locator:
    return person.page.get_by_role("button", name=label, exact=True)


def drawn(person: Person) -> str:
    """Everything on a page with the offer, once all of it is there."""
    expect(button(person, "Yes, I would like to talk")).to_be_visible(timeout=DEADLINE)
    person.sees("Nothing was changed since it was sealed")
    person.settle()
    return person.page.inner_text("body")


def hears_again(person: Person, heard: int) -> None:
    """Wait until a page that lost its server gets something from the next one."""
    deadline = time.monotonic() + DEADLINE / 1000
    while len(person.frames) == heard and time.monotonic() < deadline:
        person.page.wait_for_timeout(100)
    assert len(person.frames) > heard, "the page did not come back by itself"
    person.idle()


def clock(person: Person) -> float:
    """What the clock of their device says, in seconds."""
    return float(person.page.evaluate("Date.now() / 1000"))


def left(person: Person) -> int:
    """Seconds left, as this person's own screen counts them."""
    return int(person.page.locator('[role="timer"]').get_attribute("data-left") or "")


def test_both_press_at_once_yes_meets_not_now_and_a_third_tab_keeps_up(
    seat: Seat, two: Two, server: RunningServer, browser: Browser
) -> None:
    ana, ben = seat("Ana"), seat("Ben")
    ana.press("Yes, I would like to talk")
    ana.sees("You have said yes.")
    third = seat("Ana")
    third.sees("You have said yes.")
    ben.sees("would like to talk it over with you")
    # Ana takes hers back in the moment in which Ben says his.
    button(third, "Not now after all").click(no_wait_after=True)
    button(ben, "Yes, I would like to talk").click(no_wait_after=True)
    ana.idle()
    ben.idle()
    stages = {name: talks.look(two.house, asker) for name, asker in two.askers.items()}
    seen = {name: found.seen.stage for name, found in stages.items() if found}
    assert seen in ({"Ana": "running", "Ben": "running"}, {"Ana": "offered", "Ben": "wished"})
    if seen["Ana"] == "offered":
        third.press("Yes, I would like to talk")
    for person in (ana, ben, third):
        title(person, "First, something good")
    # Both at once: one step, on three screens. Found first, or the bell would be quicker than Ben.
    for pressed in [button(person, "Go on").element_handle() for person in (ana, ben)]:
        pressed.dispatch_event("click")
    for person in (ana, ben, third):
        title(person, "Here you are close")
    third.press("Go on")
    for person in (ana, ben, third):
        title(person, "One difference to look at")


def test_a_closed_laptop_a_restarted_server_and_a_wrong_clock(
    seat: Seat, server: RunningServer, two: Two
) -> None:
    ana, ben = seat("Ana"), seat("Ben", clock_off_by=3600)
    assert abs(clock(ben) - clock(ana) - 3600) < 60, "the clock of Ben's phone is not wrong"
    at_turns(ana, ben)
    assert abs(left(ana) - left(ben)) <= 3, "the timer is the server's"
    ana.page.close()
    ben.press("Pause")
    title(ben, "Paused")
    ben.press("I am ready to go on")
    again = seat("Ana")
    title(again, "Paused")
    again.press("I am ready to go on")
    title(again, "You speak")
    title(ben, "You listen")
    server.kill()
    heard = {person.name: len(person.frames) for person in (again, ben)}
    server.start()
    for person, heading in ((again, "You speak"), (ben, "You listen")):
        hears_again(person, heard[person.name])
        title(person, heading)
    again.press("Hand over")
    title(ben, "You speak")


def test_who_deletes_their_part_ends_it_calmly_for_both(seat: Seat, two: Two) -> None:
    ana, ben = seat("Ana"), seat("Ben")
    at_turns(ana, ben)
    leaving.delete_answers(two.house, two.askers["Ana"], password=PASSWORD)
    for person in (ana, ben):
        person.sees("is no longer there")
        assert not person.page.locator(".st-key-talk-run").count()
        assert not person.page.locator('[data-testid="stAlert"]').count()


def test_half_typed_words_survive_whatever_the_other_does(seat: Seat) -> None:
    ana, ben = seat("Ana"), seat("Ben")
    at_turns(ana, ben)
    ana.press("Leave this out")
    for person in (ana, ben):
        title(person, "One small thing to try")
    box = ana.page.locator("textarea").first
    box.press_sequentially("We walk to the ri")
    ben.fill("Your sentence", "Tea on Sunday.")
    ben.press("Write it down")
    ana.sees("It holds when you say yes")
    expect(box).to_have_value("We walk to the ri")
    ben.press("Pause")
    title(ana, "Paused")
    for person in (ana, ben):
        person.press("I am ready to go on")
    title(ana, "One small thing to try")
    expect(ana.page.locator("textarea").first).to_have_value("We walk to the ri", timeout=DEADLINE)


def test_one_text_at_a_time_and_a_change_asks_the_other_again(seat: Seat, two: Two) -> None:
    ana, ben = seat("Ana", shots="yes"), seat("Ben", shots="yes")
    at_turns(ana, ben)
    ana.press("Leave this out")
    for person in (ana, ben):
        title(person, "One small thing to try")
        expect(person.page.locator("textarea")).to_have_count(1)
    ana.fill("Your sentence", "Tea on Sunday.")
    ana.press("Write it down")
    written = [person.page.locator(".st-key-card-agreement-written") for person in (ana, ben)]
    expect(written[0]).to_contain_text("You wrote", timeout=DEADLINE)
    expect(written[1]).to_contain_text(re.compile(r"Ana\W+wrote"), timeout=DEADLINE)
    for person in (ana, ben):
        expect(person.page.locator("textarea")).to_have_count(0)
        shot("7-agree-one-thing", person)
    ben.sees("A changed sentence holds when your partner says yes to it again.")
    ben.press("Change it")
    assert not button(ben, "Yes to this").count()
    expect(ben.page.locator("textarea")).to_have_value("Tea on Sunday.")
    shot("7-agree-changing", ben)
    ben.press("Leave it as it is")
    expect(ben.page.locator("textarea")).to_have_count(0)
    ben.press("Yes to this")
    for person in (ana, ben):
        person.sees("You both said yes.")
    ana.press("Change it")
    ana.fill("Your sentence", "Tea on Saturday.")
    ana.press("Change the sentence")
    expect(button(ben, "Yes to this")).to_be_visible(timeout=DEADLINE)
    expect(written[1]).to_contain_text("Tea on Saturday.")
    assert not ben.page.get_by_text("You both said yes.").count()
    ben.press("Yes to this")
    for person in (ana, ben):
        person.sees("You both said yes.")


def test_on_one_device_it_is_passed_over(seat: Seat, two: Two) -> None:
    ana, ben = seat("Ana", shots="yes"), seat("Ben")
    before = drawn(ben)
    ana.press("We share this device")
    title(ana, "First, something good")
    for heading in ("Here you are close", "One difference to look at"):
        ana.press("Go on")
        title(ana, heading)
    theme(ana, 1).click()
    title(ana, "You both chose")
    ana.press("Go on")
    title(ana, "A sentence to begin with")
    ana.shot("one-device-openers")
    ana.press("I begin")
    title(ana, "Whoever holds this speaks")
    ana.shot("one-device-turns")
    ana.press("Pass it over")
    title(ana, "Whoever holds this speaks")
    ben.page.reload()
    assert drawn(ben) == before, "it shows on no screen of Ben's"


@pytest.mark.parametrize("marked", ["Ana"])
def test_who_is_not_safe_is_offered_no_talk_and_the_other_sees_no_more_than_not_now(
    browser: Browser, server: RunningServer, marked: str
) -> None:
    with who_have_read(server, unsafe=marked) as two, ExitStack() as open_contexts:
        people = []
        for name, viewport in (("Ana", WIDE), ("Ben", PHONE)):
            person = at_the_talk(
                browser,
                server,
                two,
                name,
                viewport=viewport,
                shots=SHOTS / "wide" / "talk" / "unsafe",
            )
            open_contexts.callback(person.context.close)
            people.append(person)
        ana, ben = people
        ana.sees("Talk it over together")
        assert not button(ana, "Yes, I would like to talk").count()
        ana.shot("help-first")
        ben.press("Yes, I would like to talk")
        ben.sees("You have said yes.")
        assert not ana.page.get_by_text("would like to talk it over with you").count()
        assert not button(ana, "Yes, I would like to talk").count()
        ana.press("Show everything on one page")
        expect(button(ana, "Yes, I would like to talk")).to_have_count(1, timeout=DEADLINE)
