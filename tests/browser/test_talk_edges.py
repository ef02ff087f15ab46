"""Everything that can come in between in a talk, with two real browsers."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from lib.services import leaving, reviews, talks
from tests.browser.conftest import SHOTS
from tests.browser.couples import Two, at_the_talk, who_have_read
from tests.browser.people import DEADLINE, PASSWORD, PHONE, WIDE, Person, press_together
from tests.browser.talking import (
    Seat,
    at_turns,
    button,
    leave_out_until_the_openers,
    shot,
    title,
)
from tests.server import RunningServer

GONE = "What was shared last is no longer there. Nothing follows from it that you have to do."


@pytest.fixture(scope="module")
def server(site: RunningServer) -> RunningServer:
    return site


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


def test_both_press_the_same_thing_at_once(seat: Seat, two: Two) -> None:
    ana, ben = both = seat("Ana"), seat("Ben")
    second = seat("Ana")
    press_together(*(button(person, "Yes, I would like to talk") for person in both))
    for person in (*both, second):
        title(person, "First, something good")
    leave_out_until_the_openers(ana, ben)
    press_together(*(button(person, "I begin") for person in both))
    # Whoever was a moment earlier speaks, and the other listens.
    for person in (*both, second):
        expect(person.page.locator(".st-key-talk-step-turns h2")).to_have_text(
            re.compile("You speak|You listen"), timeout=DEADLINE
        )
    if button(ben, "Hand over").count():
        ben.press("Hand over")
    for person in (ana, second):
        title(person, "You speak")
    press_together(*(button(person, "Hand over") for person in (ana, second)))
    title(ben, "You speak")
    for person in (ana, second):
        title(person, "You listen")
    press_together(*(button(person, "Pause") for person in both))
    for person in (*both, second):
        title(person, "Paused")
    press_together(*(button(person, "I am ready to go on") for person in both))
    title(ben, "You speak")
    for person in (ana, second):
        title(person, "You listen")
    press_together(*(button(person, "Leave this out") for person in both))
    for person in (*both, second):
        title(person, "One small thing to try")


def test_both_write_and_both_say_yes_at_once(seat: Seat, two: Two) -> None:
    """One text stands, the same for both, and it holds by two words about that very text."""
    ana, ben = both = seat("Ana"), seat("Ben")
    at_turns(*both)
    ana.press("Leave this out")
    for person in both:
        title(person, "One small thing to try")
        person.fill("Your sentence", f"{person.name} brings the tea.")
    press_together(*(button(person, "Write it down") for person in both))
    cards = [person.page.locator(".st-key-card-agreement-written") for person in both]
    for card in cards:
        expect(card).to_contain_text("brings the tea.", timeout=DEADLINE)
    # Whoever was later has said yes to what stands, and the other is asked.
    review = reviews.review(two.house, two.askers["Ana"])
    assert review
    assert review.agreement
    reader = ben if review.agreement.yes_me else ana
    expect(button(reader, "Yes to this")).to_be_visible(timeout=DEADLINE)
    writer = ana if reader is ben else ben
    writer.idle()
    assert not button(writer, "Yes to this").count(), "only the other is asked"
    told = {card.locator(".st-key-people-written").inner_text() for card in cards}
    assert len(told) == 1
    # Who wrote it changes it in the moment in which the other says yes to what was there.
    writer.press("Change it")
    writer.fill("Your sentence", "Nobody brings anything.")
    press_together(button(reader, "Yes to this"), button(writer, "Change the sentence"))
    expect(cards[both.index(reader)]).to_contain_text("Nobody brings anything.", timeout=DEADLINE)
    reader.idle()
    review = reviews.review(two.house, two.askers[reader.name])
    assert review
    assert review.agreement
    assert not review.agreement.holds
    press_together(button(reader, "Yes to this"), button(reader, "Yes to this"))
    for person in both:
        person.sees("You both said yes.")


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
    """Both read the same: that it is gone, and not through whom or when."""
    ana, ben = seat("Ana", shots="talk"), seat("Ben", shots="talk")
    at_turns(ana, ben)
    leaving.delete_answers(two.house, two.askers["Ana"], password=PASSWORD)
    for person in (ana, ben):
        person.sees(GONE)
        person.idle()
        assert not person.page.locator(".st-key-talk-run").count()
        assert not person.page.locator('[data-testid="stAlert"]').count()
    said = [person.page.get_by_test_id("stMain").inner_text() for person in (ana, ben)]
    assert said[0] == said[1]
    for name in ("Ana", "Ben", "deleted"):
        assert name not in said[0]
    shot("gone", ana, ben)


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


@pytest.mark.parametrize("other", ["writes", "pauses"])
def test_letters_typed_just_before_the_other_acts_stay(seat: Seat, two: Two, other: str) -> None:
    """Sooner than a pause in typing hands them over."""
    ana, ben = seat("Ana"), seat("Ben")
    at_turns(ana, ben)
    ana.press("Leave this out")
    for person in (ana, ben):
        title(person, "One small thing to try")
    box = ana.page.locator("textarea").first
    box.click()
    ana.idle()
    ana.page.keyboard.type("We w")
    if other == "writes":
        reviews.write_agreement(
            two.house, two.askers["Ben"], checkin_id=two.checkin_id, text="Tea on Sunday."
        )
        ana.page.keyboard.type("alk")
        ana.sees("It holds when you say yes")
        ana.page.keyboard.type(" to")
        ana.idle()
        expect(box).to_be_focused()
        expect(box).to_have_value("We walk to")
        return
    talks.pause(two.house, two.askers["Ben"], checkin_id=two.checkin_id, kind="twenty")
    title(ana, "Paused")
    for person in (ana, ben):
        person.press("I am ready to go on")
    title(ana, "One small thing to try")
    expect(ana.page.locator("textarea").first).to_have_value("We w", timeout=DEADLINE)


def test_who_is_signed_out_gets_nothing_at_the_stream(seat: Seat) -> None:
    ana = seat("Ana")
    ana.context.clear_cookies()
    got = "fetch('/bell').then(async answer => [answer.status, await answer.text()])"
    assert ana.page.evaluate(got) == [401, ""]
