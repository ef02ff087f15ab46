"""A real server process and a real Chromium for the browser tests; screenshots land in output/."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.couples import Two, at_the_talk, who_have_read
from tests.browser.people import PHONE, WIDE, Person
from tests.server import ROOT, RunningServer

SHOTS = ROOT / "output" / "screenshots"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for all tests of a file that take it as theirs: each makes people of its own."""
    with RunningServer(tmp_path_factory.mktemp("site")) as running:
        yield running
        print(running.output()[-4000:])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with RunningServer(tmp_path) as running:
        yield running
        print(running.output()[-4000:])  # pytest shows it when the test failed


@pytest.fixture
def visitor(browser: Browser, server: RunningServer) -> Iterator[Callable[..., Person]]:
    """Make people; what they saw when a test fails is in output/screenshots."""
    people: list[Person] = []

    def arrive(name: str, **how: object) -> Person:
        person = Person.arrive(browser, server.url, name, **how)  # type: ignore[arg-type]
        people.append(person)
        return person

    yield arrive
    for person in people:
        person.context.close()


@pytest.fixture
def two(server: RunningServer) -> Iterator[Two]:
    with who_have_read(server) as found:
        yield found


@pytest.fixture
def seat(browser: Browser, server: RunningServer, two: Two) -> Iterator[Callable[..., Person]]:
    """Somebody of the two at the page of the talk: Ana wide, Ben on a phone.

    shots: the folder of what they saw, if that is wanted; for the rest see `at_the_talk`.
    """
    with ExitStack() as open_contexts:

        def sit(name: str, *, shots: str = "", **how: object) -> Person:
            size, viewport = ("wide", WIDE) if name == "Ana" else ("phone", PHONE)
            folder = SHOTS / size / shots / name.lower() if shots else None
            how = {"viewport": viewport, "shots": folder, **how}
            person = at_the_talk(browser, server, two, name, **how)
            open_contexts.callback(person.context.close)
            return person

        yield sit
