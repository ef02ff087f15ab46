"""The whole journey as two people go it, with a stranger at the door: wide, and on phones."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SHOTS
from tests.browser.people import DEADLINE, PHONE, WIDE, Person

Visitor = Callable[..., Person]
APPRECIATION = "the **tea** you make :red[every] $morning$ <b>early</b>"
NOTE = "canary-note-4f1c only for me"
BEN_APPRECIATION = "canary-ben-77aa your laugh"


def connect(ana: Person, ben: Person) -> None:
    """Ana invites by link, Ben opens it before he has an account, Ana confirms."""
    ana.go("invite")
    ana.press("Make a link")
    ana.shot("invite")
    link = ana.page.locator("code").first.inner_text().strip()
    ben.page.goto(link)
    ben.settle()
    ben.shot("join-signed-out")
    assert link.split("#")[1] not in ben.page.url
    ben.sign_up()
    ben.sees(re.compile("Ana.* invites you"))
    ben.shot("join")
    ben.press("Accept")
    ben.sees("You have said yes")
    ana.sees("Somebody has come")
    ana.shot("guest")
    ana.press("Yes, this is my partner")
    ana.sees("You two are connected")
    ben.sees("You two are connected")


@pytest.mark.parametrize(("size", "viewport"), [("wide", WIDE), ("phone", PHONE)])
def test_the_whole_journey(visitor: Visitor, size: str, viewport: dict[str, int]) -> None:
    shots = SHOTS / size
    ana = visitor("Ana", viewport=viewport, shots=shots / "ana")
    ben = visitor("Ben", viewport=viewport, shots=shots / "ben")
    stranger = visitor("Stranger", viewport=viewport)
    look_around(ana)
    ana.sign_up()
    keep_recovery_codes(ana)
    stranger.sign_up()
    connect(ana, ben)
    check_in_and_reveal(ana, ben, stranger)
    read_together(ana, ben)
    agree_and_go_on(ana, ben)
    stranger_gets_nothing(stranger, ana)


def look_around(ana: Person) -> None:
    ana.heading("Meet each other halfway")
    ana.shot("welcome")
    ana.go("example")
    ana.sees("Where you are close")
    ana.shot("example")
    ana.page.get_by_role("tab", name="Ideas").click()
    ana.sees("This week:")
    ana.go("reading")
    ana.shot("reading")
    ana.go("safety")
    ana.page.get_by_text("United Kingdom").first.click()
    ana.sees(re.compile("0808 2000 247"))
    ana.shot("safety")


def keep_recovery_codes(ana: Person) -> None:
    ana.heading("Good to see you")
    ana.shot("home-new")
    ana.press("Show my recovery codes")
    codes = ana.page.locator("code").first.inner_text().split()
    assert len(set(codes)) == 10
    ana.press("I have kept them")


def check_in_and_reveal(ana: Person, ben: Person, stranger: Person) -> None:
    ana.check_in(6, appreciation=APPRECIATION, note=NOTE)
    ana.sees("All your answers")
    ana.shot("look-over")
    ana.seal()
    ana.sees("Yours is done")
    ana.shot("waiting")
    # Ben stops in the middle and goes on where he was.
    ben.go("checkin")
    ben.press("Begin")
    ben.answer_step(2)
    ben.shot("checkin")
    ben.go("home")
    ben.sees("You have begun")
    ben.check_in(2, appreciation=BEN_APPRECIATION)
    sealed = b"".join(ben.frames)
    assert b"tea" not in sealed, "Ana's words reached Ben before the reveal"
    assert b"canary-ben" not in b"".join(ana.frames)
    ben.seal()
    began = time.monotonic()
    ana.heading("Read it together")
    assert time.monotonic() - began < 3
    ben.heading("Read it together")


def read_together(ana: Person, ben: Person) -> None:
    for person in (ana, ben):
        person.sees("Where you differ clearly")
        person.sees(APPRECIATION)
        person.sees(BEN_APPRECIATION)
        expect(person.page.locator("canvas, svg.marks").first).to_be_visible(timeout=DEADLINE)
        person.shot("talk-picture")
        assert NOTE.encode() not in b"".join(ben.frames)
        person.page.get_by_role("tab", name="Ideas").click()
        person.sees("Why this is here:")
        person.shot("talk-ideas")
    mark_one_thing(ana, ben)
    ana.page.get_by_role("tab", name="To begin with").click()
    ana.shot("talk-openers")
    ana.idle()
    openers = ana.page.locator('[class*="st-key-card-opener-"]')
    openers.first.get_by_role("button", name="Copy", exact=True).click()
    ana.sees("Copied")
    copied = ana.page.evaluate("navigator.clipboard.readText()")
    assert copied
    assert ana.page.get_by_text(copied).count()


def mark_one_thing(ana: Person, ben: Person) -> None:
    """One's marks stay one's own until both said "let's try" to a tip for both."""
    shared = ana.page.locator('[class*="st-key-card-tip-"]', has_text="for both of you").first
    heading = shared.locator("h2").inner_text()
    before = len(ben.frames)
    press_mark(ana, heading)
    ben.page.wait_for_timeout(2500)
    assert "You both want to try" not in ben.page.inner_text("body")
    assert b"Both" not in b"".join(ben.frames[before:])
    press_mark(ben, heading)
    ben.sees("You both want to try")
    ana.sees("You both want to try")
    ana.shot("talk-both-try")


def press_mark(person: Person, heading: str) -> None:
    card = person.page.locator('[class*="st-key-card-tip-"]', has_text=heading).first
    key = (card.get_attribute("class") or "").split("st-key-card-tip-")[1].split()[0]
    person.page.locator(f".st-key-mark-{key}").get_by_text("Let's try").click()
    person.idle()


def agree_and_go_on(ana: Person, ben: Person) -> None:
    for person in (ana, ben):
        person.page.get_by_role("tab", name="Agree").click()
    ana.fill("Your sentence", "We drink tea together on Sunday, and Ben makes it.")
    ana.press("Write it down")
    ana.sees("It holds when your partner says yes")
    ben.sees("It holds when you say yes")
    ben.press("Yes to this")
    ben.sees("You both said yes")
    ana.sees("You both said yes")
    ana.shot("talk-agreed")
    for person in (ana, ben):
        person.press("We have talked")
    ana.sees("You have talked this one over")
    ana.go("checkin")
    ana.press("Begin")
    ana.sees("What you agreed last time")
    ana.sees("We drink tea together on Sunday")
    ana.shot("checkin-agreement")
    ana.go("past")
    ana.press("Read")
    ana.sees(BEN_APPRECIATION)
    ana.shot("past")


def stranger_gets_nothing(stranger: Person, ana: Person) -> None:
    ana.go("past")
    ana.press("Read")
    address = ana.page.url
    assert "checkin=" in address
    stranger.page.goto(address)
    stranger.settle()
    stranger.sees("There is nothing to see here")
    got = b"".join(stranger.frames)
    for secret in (b"canary-ben", b"tea on Sunday", NOTE.encode()):
        assert secret not in got
