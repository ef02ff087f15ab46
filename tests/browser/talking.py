"""What two people do in a talk at their browsers, step by step."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.people import DEADLINE, Person

Seat = Callable[..., Person]


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


def leave_out_until_the_openers(*people: Person) -> None:
    """From the first step on, with the first of them pressing."""
    first = people[0]
    for heading in ("Here you are close", "One difference to look at"):
        first.press("Go on")
        for person in people:
            title(person, heading)
    first.press("Leave this out")
    for person in people:
        title(person, "A sentence to begin with")


def at_turns(*people: Person) -> None:
    """Both are at the turns and the first of them speaks."""
    first, second = people
    begin(*people)
    leave_out_until_the_openers(*people)
    first.press("I begin")
    title(first, "You speak")
    title(second, "You listen")


def button(person: Person, label: str) -> Locator:
    return person.page.get_by_role("button", name=label, exact=True)


def theme(person: Person, number: int) -> Locator:
    return person.page.locator('[data-testid="stRadioOption"]').nth(number)


def shot(name: str, *people: Person) -> None:
    for person in people:
        person.idle()
        person.shot(name)


def drawn(person: Person) -> str:
    """Everything on a page with the offer, once all of it is there."""
    expect(button(person, "Yes, I would like to talk")).to_be_visible(timeout=DEADLINE)
    person.sees("Nothing was changed since it was sealed")
    person.settle()
    return person.page.inner_text("body")
