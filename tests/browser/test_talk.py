"""The talk with two real browsers: from the offer to an agreement, on two devices or on one. Ana
sits at a laptop, Ben holds a phone. What can come in between is in `test_talk_edges`."""

from __future__ import annotations

import re
import time

import pytest
from icalendar import Calendar
from playwright.sync_api import Download, expect

from tests.browser.couples import Two
from tests.browser.people import DEADLINE, Person
from tests.browser.talking import Seat, at_turns, button, drawn, shot, theme, title
from tests.server import RunningServer


@pytest.fixture(scope="module")
def server(site: RunningServer) -> RunningServer:
    return site


def test_from_the_offer_to_an_agreement(seat: Seat) -> None:
    ana, ben = seat("Ana", shots="talk"), seat("Ben", shots="talk")
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


def test_one_text_at_a_time_and_a_change_asks_the_other_again(seat: Seat, two: Two) -> None:
    ana, ben = seat("Ana", shots="talk"), seat("Ben", shots="talk")
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
    ana, ben = seat("Ana", shots="talk"), seat("Ben")
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


def test_the_timer_is_the_same_for_both_and_can_be_switched_off(seat: Seat) -> None:
    ana, ben = both = seat("Ana", shots="talk"), seat("Ben", shots="talk")
    at_turns(*both)
    ana.press("Timer")
    shot("6-timer", ana)
    ana.page.get_by_test_id("stRadioOption").filter(has_text="5 minutes").click()
    for person in both:
        person.sees("About 5 minutes left")
    ana.page.get_by_test_id("stRadioOption").filter(has_text="No timer").click()
    for person in both:
        expect(person.page.get_by_role("timer")).to_have_count(0, timeout=DEADLINE)
        assert not person.page.locator("audio, video").count()
    ana.page.keyboard.press("Escape")
    shot("6-no-timer", *both)
    title(ana, "You speak")
    title(ben, "You listen")


def test_it_rests_until_another_day_and_nobody_reads_whose_wish_that_was(seat: Seat) -> None:
    ana, ben = both = seat("Ana", shots="talk"), seat("Ben", shots="talk")
    at_turns(*both)
    ben.press("Pause")
    for person in both:
        title(person, "Paused")
    ben.press("Better another day")
    offers = [person.page.locator(".st-key-card-choice-talk") for person in both]
    for person in both:
        person.sees("Your talk rests until you both want to go on.")
    assert offers[0].inner_text() == offers[1].inner_text()
    shot("6-another-day", *both)
    ana.press("I am ready to go on")
    ana.sees("You are ready.")
    ben.sees("is ready to go on with it.")
    shot("6-another-day-ready", *both)
    ben.press("I am ready to go on")
    title(ana, "You speak")
    title(ben, "You listen")


def test_an_idea_becomes_the_agreement_and_goes_into_ones_own_calendar(seat: Seat) -> None:
    ana, ben = both = seat("Ana", shots="talk"), seat("Ben", shots="talk")
    at_turns(*both)
    ana.press("Leave this out")
    for person in both:
        title(person, "One small thing to try")
    ana.page.locator("summary", has_text="Ideas to start from").click()
    ideas = ana.page.locator('[class*="st-key-idea-"] button')
    expect(ideas.first).to_be_visible(timeout=DEADLINE)
    ana.idle()
    shot("7-agree-ideas", ana)
    idea = ideas.first.inner_text()
    ideas.first.click()
    expect(ana.page.locator("textarea")).to_have_value(idea, timeout=DEADLINE)
    ana.idle()
    ana.page.get_by_role("radio", name=re.compile("Sunday")).first.click()
    ana.idle()
    ana.press("Write it down")
    ben.sees(idea)
    ben.press("Yes to this")
    for person in both:
        person.sees("You both said yes.")
    assert calendar_entry(ben) == "Something to remember"
    assert calendar_entry(ana, in_words=True) == idea


def calendar_entry(person: Person, *, in_words: bool = False) -> str:
    """What the entry says in the file that their browser got."""
    got: list[Download] = []
    keep = lambda download: got.append(download)  # noqa: E731  (a bound method is refused)
    person.context.on("page", lambda opened: opened.on("download", keep))
    person.page.on("download", keep)
    person.press("Put it in my calendar")
    if in_words:
        person.page.locator("label", has_text="Write our sentence into it").click()
        person.idle()
    shot("7-agree-calendar", person)
    person.page.get_by_role("link", name="Get the file").click()
    deadline = time.monotonic() + DEADLINE / 1000
    while not got and time.monotonic() < deadline:
        person.page.wait_for_timeout(100)
    (event,) = Calendar.from_ical(got[0].path().read_bytes()).walk("VEVENT")
    return str(event["summary"])
