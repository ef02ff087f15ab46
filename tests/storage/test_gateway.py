"""The storage contract: what every engine promises, held against real files and real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3

from lib.errors import Damaged, Refused, SettingsError
from lib.storage import sqlite
from lib.storage.gateway import Gateway, Unit
from lib.storage.sqlite import SqliteGateway, file_system

PROJECT = Path(__file__).resolve().parents[2]


def add_one(unit: Unit) -> None:
    row = unit.one("SELECT n FROM count WHERE id = :id", id="a")
    unit.run(
        "INSERT INTO count (id, n) VALUES (:id, :n) ON CONFLICT (id) DO UPDATE SET n = excluded.n",
        id="a",
        n=(row["n"] if row else 0) + 1,
    )


def counted(gateway: Gateway) -> int:
    row = gateway.read(lambda unit: unit.one("SELECT n FROM count WHERE id = :id", id="a"))
    return row["n"] if row else 0


def test_a_unit_is_committed_when_write_returns(gateway: Gateway) -> None:
    assert gateway.write(lambda unit: unit.run("INSERT INTO count VALUES (:i, :n)", i="a", n=7))
    assert counted(gateway) == 7
    assert gateway.read(lambda unit: unit.all("SELECT * FROM count")) == [{"id": "a", "n": 7}]


def test_a_unit_that_fails_leaves_nothing(gateway: Gateway) -> None:
    def work(unit: Unit) -> None:
        add_one(unit)
        raise Refused("storage_busy")

    with pytest.raises(Refused):
        gateway.write(work)
    assert counted(gateway) == 0


def test_bytes_and_text_of_any_script_come_back_as_they_were(gateway: Gateway) -> None:
    gateway.write(lambda unit: unit.run("CREATE TABLE paper (id TEXT PRIMARY KEY, body BYTEA)"))
    body, name = bytes(range(256)), "it's محمد :id \U0001f600"
    gateway.write(lambda unit: unit.run("INSERT INTO paper VALUES (:id, :body)", id=name, body=body))
    row = gateway.read(lambda unit: unit.one("SELECT * FROM paper WHERE id = :id", id=name))
    assert row == {"id": name, "body": body}


def test_units_that_read_and_then_write_lose_nothing_with_eight_threads(gateway: Gateway) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: gateway.write(add_one), range(200)))
    assert counted(gateway) == 200


def test_a_reader_sees_one_state_while_another_writes(gateway: Gateway) -> None:
    gateway.write(add_one)

    def work(unit: Unit) -> tuple[int, int]:
        before = unit.all("SELECT n FROM count")[0]["n"]
        gateway.write(add_one)
        return before, unit.all("SELECT n FROM count")[0]["n"]

    assert gateway.read(work) == (1, 1)
    assert counted(gateway) == 2


_WRITER = """
import sys
from pathlib import Path
from lib.storage import sqlite
gateway = sqlite.open_file(Path(sys.argv[1]))
for number in range(100_000):
    gateway.write(lambda unit: unit.run("INSERT INTO count VALUES (:i, 1)", i=str(number)))
    print(number, flush=True)
"""


def test_a_killed_writer_loses_no_acknowledged_row(tmp_path: Path) -> None:
    path = tmp_path / "halfway.db"
    gateway = sqlite.open_file(path)
    gateway.write(lambda unit: unit.run("CREATE TABLE count (id TEXT PRIMARY KEY, n BIGINT)"))
    for _ in range(3):
        gateway.write(lambda unit: unit.run("DELETE FROM count"))
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, cwd=PROJECT
        )
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline() for _ in range(30)]
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged += writer.stdout.read().splitlines(keepends=True)
        writer.wait()
        whole = {line.strip().decode() for line in acknowledged if line.endswith(b"\n")}
        kept = {row["id"] for row in gateway.read(lambda unit: unit.all("SELECT id FROM count"))}
        assert len(whole) >= 30
        assert whole <= kept


def test_a_lock_held_for_long_becomes_busy_and_a_short_one_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "halfway.db"
    gateway = sqlite.open_file(path)
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.5)
    holder = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Refused) as caught:
        gateway.write(lambda unit: unit.run("CREATE TABLE a (b TEXT)"))
    assert caught.value.code == "storage_busy"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(gateway.write, lambda unit: unit.run("CREATE TABLE a (b TEXT)"))
        time.sleep(0.1)
        holder.execute("ROLLBACK")
        waiting.result(timeout=5)
    holder.close()


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "halfway.db"
    sqlite.open_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "halfway.db"
    path.write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(Damaged):
        sqlite.open_file(path)


def test_a_folder_that_cannot_be_made_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(SettingsError) as caught:
        sqlite.open_file(tmp_path / "data" / "halfway.db")
    assert caught.value.code == "data_not_writable"


def test_a_network_file_system_is_known_by_its_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("disk / ext4 rw 0 0\nserver:/home /srv/our\\040data nfs4 rw 0 0\n")
    assert file_system(Path("/srv/our data/halfway"), mounts) == "nfs4"
    assert file_system(Path("/srv/other"), mounts) == "ext4"
    assert file_system(Path("/srv"), tmp_path / "absent") == ""
    monkeypatch.setattr(sqlite, "file_system", lambda folder: "nfs4")
    with pytest.raises(SettingsError) as caught:
        sqlite.open_file(tmp_path / "halfway.db")
    assert caught.value.code == "data_on_network"


def test_sqlite_is_not_in_the_range_of_the_wal_bug_while_it_uses_wal(tmp_path: Path) -> None:
    sqlite.open_file(tmp_path / "halfway.db")
    connection = sqlite3.connect(str(tmp_path / "halfway.db"))
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    connection.close()
    assert (mode == "wal") == (sqlite3.sqlite_version_info >= (3, 51, 3))


def test_what_was_deleted_is_nowhere_in_the_files_after_a_checkpoint(tmp_path: Path) -> None:
    gateway = sqlite.open_file(tmp_path / "halfway.db")
    assert isinstance(gateway, SqliteGateway)
    gateway.write(lambda unit: unit.run("CREATE TABLE paper (body TEXT)"))
    gateway.write(lambda unit: unit.run("INSERT INTO paper VALUES (:b)", b="marker-7f3a" * 50))
    gateway.write(lambda unit: unit.run("DELETE FROM paper"))
    gateway.checkpoint()
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"marker-7f3a" not in held
