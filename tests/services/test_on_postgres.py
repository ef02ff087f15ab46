"""A part of the services' tests once more, on PostgreSQL: who may reach what, becoming a couple,
leaving, and what follows a reveal. All of them: `TEST_ENGINE=postgres pytest tests/services`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.services.house import House
from tests.services.conftest import Clock, Prepared, house_at, prepare
from tests.services.test_access import *  # noqa: F403
from tests.services.test_couples import *  # noqa: F403
from tests.services.test_leaving import *  # noqa: F403
from tests.services.test_reviews import *  # noqa: F403


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("prepared"), engine="postgres")


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    opened = house_at(tmp_path, clock, engine="postgres")
    yield opened
    opened.gateway.close()
