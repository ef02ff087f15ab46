"""Where the keyboard and the screen reader are: at what is new, and never taken from what is typed.

A press of "Next" puts another step in the old one's place. Whoever does not see that is led to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import DEADLINE, PHONE, Person
from tests.browser.talking import Seat, button, title

LONG = "word " * 120


def step(page: Page, number: int) -> Locator:
    return page.get_by_text(re.compile(rf"^Step {number} of \d+$"))


def at_the_first_step(visitor: Callable[..., Person]) -> Person:
    ana = visitor("Ana", viewport=PHONE)
    ana.sign_up()
    ana.go("checkin")
    ana.press("Begin")
    return ana


def test_the_next_step_of_a_check_in_is_led_to_and_the_first_question_is_one_tab_away(
    visitor: Callable[..., Person],
) -> None:
    ana = at_the_first_step(visitor)
    for number in (1, 2):
        expect(step(ana.page, number)).to_be_focused(timeout=DEADLINE)
        ana.answer_step(4)
        ana.page.get_by_role("button", name="Next", exact=True).press("Enter")
    said = step(ana.page, 3)
    expect(said).to_be_focused(timeout=DEADLINE)
    expect(said).to_be_in_viewport()
    ana.page.keyboard.press("Tab")
    expect(ana.page.locator(".st-key-step-2 input[type=radio]").first).to_be_focused()


def test_a_text_that_cannot_be_kept_is_led_to_by_every_press_of_next(
    visitor: Callable[..., Person],
) -> None:
    ana = at_the_first_step(visitor)
    while ana.answer_step(4):
        ana.next_step()
    ana.fill("One thing you appreciate", LONG)
    for _ in range(2):
        ana.page.get_by_role("button", name="Next", exact=True).press("Enter")
        trouble = ana.page.locator("[class*=st-key-step-] [data-testid=stAlert]")
        expect(trouble).to_be_focused(timeout=DEADLINE)
        expect(trouble).to_be_in_viewport()
        ana.page.locator("textarea").first.focus()
    ana.fill("One thing you appreciate", "short")
    before = ana.page.get_by_text(re.compile(r"^Step \d+ of \d+$")).first
    number = int(before.inner_text().split()[1])
    ana.page.get_by_role("button", name="Next", exact=True).press("Enter")
    expect(step(ana.page, number + 1)).to_be_focused(timeout=DEADLINE)


def test_a_step_of_the_talk_that_the_other_led_to_is_led_to_on_both_devices(seat: Seat) -> None:
    ana, ben = seat("Ana"), seat("Ben")
    for person in (ana, ben):
        person.press("Yes, I would like to talk")
    for heading in ("First, something good", "Here you are close"):
        for person in (ana, ben):
            title(person, heading)
            expect(person.page.locator(".talk-where")).to_be_focused(timeout=DEADLINE)
        button(ana, "Go on").press("Enter")
