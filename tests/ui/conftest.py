"""The kit's gallery and the app itself as real servers, and a house for what needs no browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.services import house as houses
from lib.services.house import House
from lib.settings import Settings
from tests.server import RunningServer

GALLERY = (
    *("-m", "streamlit", "run", "tests/ui/site/gallery.py"),
    *("--server.port", "{port}", "--server.headless", "true"),
)


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with RunningServer(tmp_path_factory.mktemp("gallery"), way=GALLERY) as server:
        yield server


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with RunningServer(tmp_path_factory.mktemp("app")) as server:
        yield server


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The house of this process, as pages find it."""
    settings = Settings.from_environment({"HALFWAY_DATA_DIR": str(tmp_path / "data")})
    yield houses.enter(houses.open_house(settings))
    houses.leave()
