"""Engines to hold the storage contract against: one line for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lib.storage import sqlite
from lib.storage.gateway import Gateway

ENGINES: dict[str, Callable[[Path], Gateway]] = {
    "sqlite": lambda folder: sqlite.open_file(folder / "halfway.db"),
}


@pytest.fixture(params=ENGINES)
def gateway(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Gateway]:
    opened = ENGINES[request.param](tmp_path)
    opened.write(lambda unit: unit.run("CREATE TABLE count (id TEXT PRIMARY KEY, n BIGINT)"))
    yield opened
    opened.close()
