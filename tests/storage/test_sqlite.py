"""The embedded engine: its file, its locks, and what becomes of SQLite's errors."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils.utils import sqlite3

from lib.errors import Damaged, Refused, SettingsError
from lib.settings import PROJECT
from lib.storage import filesystem, sqlite
from lib.storage.gateway import Gateway, Unit
from lib.storage.sqlite import SqliteGateway
from tests.storage import processes
from tests.storage.conftest import Spawn
from tests.storage.processes import ENGINES

INSERT = "INSERT INTO count (id, n) VALUES (:id, 1)"


@pytest.fixture(params=[name for name in ENGINES if name.startswith("sqlite")])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "halfway.db"


def ids(gateway: Gateway) -> list[str]:
    return [row["id"] for row in gateway.read(lambda unit: unit.all("SELECT id FROM count"))]


@contextmanager
def lock_held(path: Path) -> Iterator[Any]:
    """Somebody else's connection that writes."""
    holder: Any = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield holder
    finally:
        holder.close()


def test_a_lock_held_for_long_becomes_busy(
    gateway: Gateway,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    gateway.close()
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.3)
    with lock_held(path), pytest.raises(Refused) as caught:
        gateway.write(lambda unit: unit.run(INSERT, id="a"))
    assert caught.value.code == "storage_busy"
    assert caught.value.__suppress_context__
    assert caplog.messages == ["the database answers SQLITE_BUSY"]
    gateway.write(lambda unit: unit.run(INSERT, id="b"))
    assert ids(gateway) == ["b"]


def test_a_lock_held_for_a_moment_is_waited_for(gateway: Gateway, path: Path) -> None:
    with lock_held(path) as holder, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(gateway.write, lambda unit: unit.run(INSERT, id="a"))
        time.sleep(0.2)
        assert not waiting.done()
        holder.execute("ROLLBACK")
        waiting.result(timeout=5)
    assert ids(gateway) == ["a"]


def test_writers_of_one_process_wait_for_each_other_no_longer_than_for_a_lock(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, done = threading.Event(), threading.Event()

    def linger(unit: Unit) -> None:
        unit.run(INSERT, id="a")
        writing.set()
        assert done.wait(10)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(gateway.write, linger)
        assert writing.wait(10)
        monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
        with pytest.raises(Refused) as caught:
            gateway.write(lambda unit: unit.run(INSERT, id="b"))
        done.set()
        first.result()
    assert caught.value.code == "storage_busy"
    gateway.write(lambda unit: unit.run(INSERT, id="c"))
    assert ids(gateway) == ["a", "c"]


def test_a_checkpoint_that_a_reader_holds_up_says_so(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
    gateway = sqlite.open_file(path, wal=True)
    gateway.write(lambda unit: unit.run("CREATE TABLE count (id TEXT, n BIGINT)"))
    reading, done = threading.Event(), threading.Event()

    def read(unit: Unit) -> None:
        unit.all("SELECT * FROM count")
        reading.set()
        assert done.wait(10)

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(gateway.read, read)
        assert reading.wait(10)
        gateway.write(lambda unit: unit.run(INSERT, id="a"))
        assert not gateway.checkpoint()
        done.set()
        reader.result()
    assert gateway.checkpoint()
    gateway.close()


def test_the_file_and_its_companions_are_its_owners_alone(engine: str, tmp_path: Path) -> None:
    folder = tmp_path / "made" / "data"
    before = os.umask(0)
    try:
        gateway = ENGINES[engine](folder)
        gateway.write(lambda unit: unit.run("CREATE TABLE count (id TEXT)"))
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    gateway.close()


def test_the_log_is_used_only_where_sqlite_is_sound(gateway: Gateway, engine: str) -> None:
    mode = gateway.read(lambda unit: unit.one("PRAGMA journal_mode"))
    sound = engine == "sqlite" and sqlite3.sqlite_version_info >= (3, 51, 3)
    assert mode == {"journal_mode": "wal" if sound else "truncate"}


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("foreign_keys", 1), ("synchronous", 2), ("secure_delete", 1), ("busy_timeout", 5000)],
)
def test_every_connection_has_its_pragmas(gateway: Gateway, pragma: str, value: int) -> None:
    def look(unit: Unit) -> object:
        row = unit.one(f"PRAGMA {pragma}")
        assert row is not None
        together.wait(timeout=10)
        return next(iter(row.values()))

    together = threading.Barrier(3)
    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(lambda _: gateway.read(look), range(3))) == {value}


_OLD_DRIVER = """
import sys
sys.modules["pysqlite3"] = None
import sqlite3
from pathlib import Path
from lib.storage import sqlite
assert sqlite.sqlite3 is sqlite3
gateway = sqlite.open_file(Path(sys.argv[1]))
gateway.write(lambda unit: unit.run("CREATE TABLE count (id TEXT PRIMARY KEY, n BIGINT)"))
gateway.write(lambda unit: unit.run("INSERT INTO count VALUES ('a', 1)"))
mode = gateway.read(lambda unit: unit.one("PRAGMA journal_mode"))["journal_mode"]
print(mode == ("wal" if sqlite3.sqlite_version_info >= (3, 51, 3) else "truncate"))
"""


def test_the_driver_of_python_will_do(path: Path) -> None:

    said = subprocess.run(
        [sys.executable, "-c", _OLD_DRIVER, str(path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout == "True\n", said.stderr
    assert ids(sqlite.open_file(path)) == ["a"]


def test_six_processes_can_open_a_new_file_at_once(
    engine: str, tmp_path: Path, spawn: Spawn
) -> None:
    for number in range(5):
        folder = tmp_path / str(number)
        spawn.at_once(6, processes.open_new, engine, folder)
        gateway = ENGINES[engine](folder)
        assert ids(gateway) == ["a"] * 6
        gateway.close()


def test_a_file_that_others_use_with_a_log_is_not_taken_from_them(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sqlite.open_file(path, wal=True)
    first.write(lambda unit: unit.run("CREATE TABLE count (id TEXT, n BIGINT)"))
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
    with pytest.raises(Refused) as caught:
        sqlite.open_file(path, wal=False)
    assert caught.value.code == "storage_busy"
    first.close()
    second = sqlite.open_file(path, wal=False)
    assert ids(second) == []
    second.close()


def test_no_more_connections_are_kept_than_said(gateway: Gateway) -> None:
    assert isinstance(gateway, SqliteGateway)
    many = sqlite.KEPT_CONNECTIONS + 4
    together = threading.Barrier(many)
    with ThreadPoolExecutor(many) as pool:
        list(pool.map(lambda _: gateway.read(lambda __: together.wait(10)), range(many)))
    assert len(gateway._kept) == sqlite.KEPT_CONNECTIONS


def test_a_connection_in_which_something_failed_is_not_kept(gateway: Gateway) -> None:
    assert isinstance(gateway, SqliteGateway)
    gateway.close()
    with pytest.raises(sqlite3.OperationalError):
        gateway.read(lambda unit: unit.all("SELECT * FROM nowhere"))
    assert not gateway._kept


def test_a_file_that_was_removed_is_noticed_and_not_made_again(
    gateway: Gateway, path: Path
) -> None:
    gateway.write(lambda unit: unit.run(INSERT, id="a"))
    for file in list(path.parent.iterdir()):
        file.unlink()
    with pytest.raises(Refused) as caught:
        gateway.write(lambda unit: unit.run(INSERT, id="b"))
    assert caught.value.code == "storage_readonly"
    assert not path.exists()


def test_a_file_that_was_put_back_from_a_backup_is_used(gateway: Gateway, path: Path) -> None:
    gateway.write(lambda unit: unit.run(INSERT, id="a"))
    gateway.checkpoint()
    backup = path.with_name("backup")
    shutil.copy(path, backup)
    gateway.write(lambda unit: unit.run(INSERT, id="b"))
    gateway.checkpoint()
    backup.replace(path)
    gateway.write(lambda unit: unit.run(INSERT, id="c"))
    assert ids(gateway) == ["a", "c"]


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(path: Path) -> None:
    text = b"this is not a database, whatever its name says" * 100
    path.write_bytes(text)
    with pytest.raises(Damaged) as caught:
        sqlite.open_file(path)
    assert (caught.value.code, caught.value.facts) == ("database_damaged", {"path": str(path)})
    assert path.read_bytes() == text


@pytest.mark.parametrize("page", [2, 5])
def test_a_file_with_a_damaged_page_is_refused(path: Path, page: int) -> None:
    gateway = sqlite.open_file(path)
    gateway.write(lambda unit: unit.run("CREATE TABLE count (id TEXT PRIMARY KEY, n BIGINT)"))
    for number in range(200):
        gateway.write(lambda unit, number=number: unit.run(INSERT, id=str(number) * 40))
    gateway.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : (page - 1) * 4096 + 200] = b"\xff" * 200
    path.write_bytes(content)
    with pytest.raises(Damaged) as caught:
        sqlite.open_file(path)
    assert caught.value.code == "database_damaged"


def test_a_full_disk_is_told_and_loses_nothing_saved(gateway: Gateway) -> None:
    """SQLite says the same of a file that may not grow as of a disk without room."""
    gateway.write(lambda unit: unit.run(INSERT, id="a"))

    def grow(unit: Unit) -> None:
        unit.all("PRAGMA max_page_count = 3")
        unit.run(INSERT, id="b" * 100_000)

    with pytest.raises(Refused) as caught:
        gateway.write(grow)
    assert caught.value.code == "storage_full"
    assert ids(gateway) == ["a"]
    gateway.write(lambda unit: unit.run(INSERT, id="c" * 100_000))


def test_a_used_up_quota_is_told_and_loses_nothing_saved(
    gateway: Gateway, engine: str, tmp_path: Path, spawn: Spawn
) -> None:
    process = spawn(processes.write_past_quota, engine, tmp_path)
    assert process.hear() == "storage_readonly"
    saved, found = process.hear()
    assert saved == found == len(ids(gateway)) > 0


def test_a_disk_that_cannot_be_written_is_told(engine: str, spawn: Spawn) -> None:
    # Not in tmp_path, which nobody but its maker may enter.
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        data = folder / "data"
        assert spawn(processes.write_where_not_allowed, engine, data).rest() == [
            "storage_readonly",
            f"data_not_writable (path={str(data)!r}, reason='Permission denied')",
        ]
    finally:
        shutil.rmtree(folder)


def test_a_folder_that_cannot_be_made_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(SettingsError) as caught:
        sqlite.open_file(tmp_path / "data" / "halfway.db")
    assert caught.value.code == "data_not_writable"
    assert caught.value.facts["path"] == str(tmp_path / "data")


def test_a_network_file_system_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk / ext4 rw 0 0\nserver:/srv {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr(filesystem.kind_of, "__defaults__", (mounts,))
    with pytest.raises(SettingsError) as caught:
        sqlite.open_file(tmp_path / "data" / "halfway.db")
    assert caught.value.code == "data_on_network"
    assert caught.value.facts["kind"] == "nfs4"
    assert not (tmp_path / "data").exists()


def test_what_was_deleted_is_nowhere_in_the_files_after_a_checkpoint(
    gateway: Gateway, tmp_path: Path
) -> None:
    mark = "marker-7f3a" * 50
    gateway.write(lambda unit: unit.run("INSERT INTO count VALUES (:m, 1)", m=mark))
    gateway.write(lambda unit: unit.run("DELETE FROM count"))
    assert gateway.checkpoint()
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"marker-7f3a" not in held
