"""Whoever was away is back at the step of both within two seconds of being reachable again, and
without doing anything. "At the step" means seen on the screen, and that its button works."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from lib.services import talks
from tests.browser.couples import Two, at_the_talk, who_have_read
from tests.browser.line import Line
from tests.browser.people import DEADLINE, PHONE, Person, at_best_of_three
from tests.server import RunningServer

SOON = 2.0
# Long enough for the front end's own tries to have become rare, and not the same moment each time.
OUTAGES = (2.0, 9.5, 13.0)
TITLES = {
    "appreciate": "First, something good",
    "close": "Here you are close",
    "difference": "One difference to look at",
    "openers": "A sentence to begin with",
}


@pytest.fixture(scope="module")
def server(site: RunningServer) -> RunningServer:
    return site


@pytest.fixture
def two(server: RunningServer) -> Iterator[Two]:
    with who_have_read(server) as found:
        for asker in found.askers.values():
            talks.say_yes(found.house, asker, checkin_id=found.checkin_id)
        yield found


@pytest.fixture
def line(server: RunningServer) -> Iterator[Line]:
    with Line(server.port) as found:
        yield found


@pytest.fixture
def ben(browser: Browser, server: RunningServer, line: Line, two: Two) -> Iterator[Person]:
    """Ben at his phone, in the middle of a talk, behind a line of his own."""
    with ExitStack() as opened:
        person = at_the_talk(browser, line, two, "Ben", viewport=PHONE)
        opened.callback(person.context.close)
        expect(step(person, "appreciate")).to_be_visible(timeout=DEADLINE)
        # What a first visit fetches is there: the wheel of the page has stopped for good.
        person.page.wait_for_load_state("load")
        person.idle()
        yield person


def step(person: Person, name: str):  # type: ignore[no-untyped-def]
    return person.page.locator(".st-key-talk-run h2", has_text=TITLES[name]).first


def ana_goes_on(two: Two) -> None:
    found = talks.look(two.house, two.askers["Ana"])
    assert found
    talks.go_on(two.house, two.askers["Ana"], checkin_id=two.checkin_id, at=found.seen.at)


def back_at_the_step(ben: Person, two: Two) -> float:
    """Seconds until the step that Ana led to is on the screen. His own button works, too: what he
    does arrives. Then both are back at the first step."""
    since = time.monotonic()
    expect(step(ben, "close")).to_be_visible(timeout=DEADLINE)
    took = time.monotonic() - since
    ben.idle()
    ben.press("Go on")
    expect(step(ben, "difference")).to_be_visible(timeout=DEADLINE)
    found = talks.look(two.house, two.askers["Ana"])
    assert found
    assert found.seen.step == "difference"
    for name in ("close", "appreciate"):
        ben.press("Back")
        expect(step(ben, name)).to_be_visible(timeout=DEADLINE)
    return took


@pytest.mark.parametrize("outage", OUTAGES)
def test_a_line_that_was_cut_and_is_mended(
    ben: Person, line: Line, two: Two, outage: float
) -> None:
    def once() -> float:
        line.cut()
        ana_goes_on(two)
        ben.page.wait_for_timeout(outage * 1000)
        line.mend()
        return back_at_the_step(ben, two)

    at_best_of_three(once, below=SOON)


@pytest.mark.parametrize("outage", OUTAGES)
def test_a_device_that_lost_its_network(ben: Person, line: Line, two: Two, outage: float) -> None:
    def once() -> float:
        ben.context.set_offline(True)
        # The browser's own switch leaves open what is open already; a network takes that with it.
        line.cut()
        ana_goes_on(two)
        ben.page.wait_for_timeout(outage * 1000)
        line.mend()
        ben.context.set_offline(False)
        return back_at_the_step(ben, two)

    at_best_of_three(once, below=SOON)
