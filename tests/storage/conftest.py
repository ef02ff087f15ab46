"""The engines as fixtures, and real processes beside the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.storage.gateway import Gateway
from tests.storage import postgres
from tests.storage.processes import ENGINES, Spawned, Work


@pytest.fixture
def postgres_server() -> postgres.Server:
    return postgres.server()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        postgres.url_for(tmp_path)
    return str(request.param)


@pytest.fixture
def gateway(engine: str, tmp_path: Path) -> Iterator[Gateway]:
    """An empty database with one table to count in."""
    opened = ENGINES[engine](tmp_path)
    opened.write(lambda unit: unit.run("CREATE TABLE count (id TEXT PRIMARY KEY, n BIGINT)"))
    yield opened
    opened.close()


class Spawn:
    """`spawn(work, ...)` begins a process, as `Spawned` does; none outlives the test."""

    def __init__(self) -> None:
        self.begun: list[Spawned] = []

    def __call__(self, work: Work, *arguments: object) -> Spawned:
        self.begun.append(Spawned(work, *arguments))
        return self.begun[-1]

    def at_once(self, many: int, work: Work, *arguments: object) -> list[object]:
        """Let `many` go on together from the moment they wait for it; what each said last."""
        begun = [self(work, *arguments) for _ in range(many)]
        for process in begun:
            assert process.hear() == "ready"
        for process in begun:
            process.say("go")
        said = [process.rest()[-1:] for process in begun]
        assert [process.end() for process in begun] == [0] * many
        return [last[0] if last else None for last in said]


@pytest.fixture
def spawn() -> Iterator[Spawn]:
    spawning = Spawn()
    yield spawning
    for process in spawning.begun:
        process.kill()
