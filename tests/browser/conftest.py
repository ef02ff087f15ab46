"""A real server process and a real Chromium for the browser tests; screenshots land in output/."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.people import Person
from tests.server import ROOT, RunningServer

SHOTS = ROOT / "output" / "screenshots"


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
