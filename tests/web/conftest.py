"""Two servers: the app itself, and a small site of known pages behind the same edge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lib.services.house import House, open_house
from tests.server import RunningServer
from tests.web.client import SITE


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """`python app.py`."""
    with RunningServer(tmp_path_factory.mktemp("app")) as server:
        yield server


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with RunningServer(tmp_path_factory.mktemp("site"), way=SITE) as server:
        yield server


@pytest.fixture(scope="session")
def house(site: RunningServer) -> Iterator[House]:
    """The database of `site`, opened a second time by the test."""
    opened = open_house(site.settings)
    yield opened
    opened.gateway.close()
