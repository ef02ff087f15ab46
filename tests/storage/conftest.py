"""Engines to hold the storage contract against, one line for each; and real processes beside us."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lib.settings import PREFIX, PROJECT
from lib.storage import sqlite
from lib.storage.gateway import Gateway

Open = Callable[[Path], Gateway]
Spawn = Callable[..., "subprocess.Popen[str]"]

# The name of each engine -> how to open it in a folder. Also used by processes of their own, which
# have no more than the name.
ENGINES: dict[str, Open] = {
    "sqlite": lambda folder: sqlite.open_file(folder / "halfway.db"),
    "sqlite without WAL": lambda folder: sqlite.open_file(folder / "halfway.db", wal=False),
}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def gateway(engine: str, tmp_path: Path) -> Iterator[Gateway]:
    """An empty database with one table to count in."""
    opened = ENGINES[engine](tmp_path)
    opened.write(lambda unit: unit.run("CREATE TABLE count (id TEXT PRIMARY KEY, n BIGINT)"))
    yield opened
    opened.close()


@pytest.fixture
def spawn() -> Iterator[Spawn]:
    """Start Python processes that begin with the same imports; none outlives the test.

    `spawn(script, *arguments)`: the script finds them in `sys.argv[1:]`.
    """
    started: list[subprocess.Popen[str]] = []

    def begin(script: str, *arguments: object) -> subprocess.Popen[str]:
        environment = {
            name: text for name, text in os.environ.items() if not name.startswith(PREFIX)
        }
        process = subprocess.Popen(
            [sys.executable, "-c", _IMPORTS + script, *map(str, arguments)],
            cwd=PROJECT,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


_IMPORTS = """
import sys
from pathlib import Path
from lib.errors import HalfwayError
from tests.storage.conftest import ENGINES
"""


def start_together(processes: list[subprocess.Popen[str]]) -> list[tuple[int, str, str]]:
    """Let processes that wait for a line go on at once; status, output and errors of each."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [process.communicate(timeout=60) for process in processes]
    return [
        (process.returncode, said, complained)
        for process, (said, complained) in zip(processes, ended, strict=True)
    ]
