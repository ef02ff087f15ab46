"""The engines that the storage contract is held against, and what other processes do with them.

A process gets the name of an engine and a folder, for it cannot be handed an open file. All are
forked from one server that has imported this module, so that one costs milliseconds.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from lib.errors import HalfwayError
from lib.settings import Settings
from lib.storage import open_storage, sqlite
from lib.storage.gateway import Gateway, Unit
from lib.storage.migrations import Migration, migrate
from lib.storage.postgres import open_url
from tests.storage import postgres

ENGINES: dict[str, Callable[[Path], Gateway]] = {
    "sqlite": lambda folder: sqlite.open_file(folder / "halfway.db"),
    "sqlite without WAL": lambda folder: sqlite.open_file(folder / "halfway.db", wal=False),
    "postgres": lambda folder: open_url(postgres.url_for(folder)),
}
STEPS = (
    Migration("first", ("CREATE TABLE first (id TEXT)", "INSERT INTO first VALUES ('a')")),
    Migration("second", ("CREATE TABLE second (id TEXT)",)),
    Migration("third", ("INSERT INTO second SELECT id FROM first",)),
)
NOBODY = 65534
Work = Callable[..., None]
_SECONDS = 60.0
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])


class Spawned:
    """A process that runs `work(line, *arguments)`; over the line both say what can be pickled."""

    def __init__(self, work: Work, *arguments: object) -> None:
        self._line, theirs = _PROCESSES.Pipe()
        self._process = _PROCESSES.Process(target=work, args=(theirs, *arguments), daemon=True)
        self._process.start()
        theirs.close()

    def say(self, what: object) -> None:
        self._line.send(what)

    def hear(self) -> object:
        """The next thing said; EOFError when it has ended, AssertionError when nothing comes."""
        assert self._line.poll(_SECONDS)
        return self._line.recv()

    def rest(self) -> list[object]:
        """All that is said until it ends."""
        said = []
        try:
            while True:
                said.append(self.hear())
        except (EOFError, ConnectionResetError):
            return said

    def end(self) -> int | None:
        """Wait for the end; the exit status, negative for a signal."""
        self._process.join(_SECONDS)
        return self._process.exitcode

    def alive(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process.is_alive():
            self._process.kill()
        self._process.join(_SECONDS)


def add_one(unit: Unit) -> None:
    """A unit that reads and then writes, as most of ours do."""
    row = unit.one("SELECT n FROM count WHERE id = :id", id="a")
    unit.run(
        "INSERT INTO count (id, n) VALUES (:id, :n) ON CONFLICT (id) DO UPDATE SET n = excluded.n",
        id="a",
        n=(row["n"] if row else 0) + 1,
    )


def _wait_for_go(line: Connection) -> None:
    line.send("ready")
    line.recv()


def count_up(line: Connection, engine: str, folder: Path) -> None:
    gateway = ENGINES[engine](folder)
    _wait_for_go(line)
    for _ in range(40):
        gateway.write(add_one)


def write_and_tell(line: Connection, engine: str, folder: Path) -> None:
    """Say each number after it was written, until killed."""
    gateway = ENGINES[engine](folder)
    for number in range(100_000):
        name = str(number)
        gateway.write(lambda unit, name=name: unit.run("INSERT INTO count VALUES (:i, 1)", i=name))
        line.send(name)


def write_once(line: Connection, engine: str, folder: Path) -> None:
    ENGINES[engine](folder).write(add_one)


def die_inside(line: Connection, engine: str, folder: Path) -> None:
    def work(unit: Unit) -> None:
        unit.run("INSERT INTO count VALUES ('half', 1)")
        os.kill(os.getpid(), signal.SIGKILL)

    ENGINES[engine](folder).write(work)


def open_new(line: Connection, engine: str, folder: Path) -> None:
    _wait_for_go(line)
    gateway = ENGINES[engine](folder)
    gateway.write(lambda unit: unit.run("CREATE TABLE IF NOT EXISTS count (id TEXT, n BIGINT)"))
    gateway.write(lambda unit: unit.run("INSERT INTO count VALUES ('a', 1)"))


def apply_steps(line: Connection, engine: str, folder: Path) -> None:
    gateway = ENGINES[engine](folder)
    _wait_for_go(line)
    migrate(gateway, STEPS)


def migrate_for_ever(line: Connection, engine: str, folder: Path) -> None:
    endless = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c"
    statements = ("CREATE TABLE half (n BIGINT)", f"INSERT INTO half {endless}")
    gateway = ENGINES[engine](folder)
    line.send("begun")
    migrate(gateway, (Migration("half", statements),))


def start(line: Connection, folder: Path) -> None:
    """All of a first start; says the id of the master key."""
    settings = Settings.from_environment({"HALFWAY_DATA_DIR": str(folder)})
    _wait_for_go(line)
    _, vault = open_storage(settings)
    line.send(vault.new_key("me").partition(b":")[0])


def write_past_quota(line: Connection, engine: str, folder: Path) -> None:
    """Say the refusal, then how many rows were saved and how many are found."""
    gateway = ENGINES[engine](folder)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    largest = max(file.stat().st_size for file in folder.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 20_000, resource.RLIM_INFINITY))
    saved = 0
    try:
        while True:
            text = f"{saved:05}" * 500
            gateway.write(lambda unit, t=text: unit.run("INSERT INTO count VALUES (:t, 1)", t=t))
            saved += 1
    except HalfwayError as error:
        line.send(str(error))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    found = gateway.read(lambda unit: unit.all("SELECT id FROM count"))
    line.send((saved, len(found)))


def write_where_not_allowed(line: Connection, engine: str, folder: Path) -> None:
    """Make a database, lose the right to write it, and say what a write and a start then get."""
    gateway = ENGINES[engine](folder)
    gateway.write(lambda unit: unit.run("CREATE TABLE count (id TEXT PRIMARY KEY, n BIGINT)"))
    gateway.close()
    for path, mode in ((folder / "halfway.db", 0o400), (folder, 0o500)):
        path.chmod(mode)
        if os.getuid() == 0:
            os.chown(path, NOBODY, -1)
    if os.getuid() == 0:
        os.setuid(NOBODY)
    for act in (
        lambda: gateway.write(lambda unit: unit.run("INSERT INTO count VALUES ('a', 1)")),
        lambda: ENGINES[engine](folder),
    ):
        try:
            act()
            line.send("nothing was refused")
        except HalfwayError as error:
            line.send(str(error))
