"""Migrations: under a lock, all or nothing, and never past what the code knows."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlite_utils.utils import sqlite3

from lib.errors import SettingsError
from lib.storage.gateway import Gateway
from lib.storage.migrations import Migration, migrate
from lib.storage.schema import MIGRATIONS
from tests.storage import postgres, processes
from tests.storage.conftest import Spawn
from tests.storage.processes import ENGINES, STEPS


def exists(gateway: Gateway, table: str) -> bool:
    try:
        gateway.read(lambda unit: unit.all(f"SELECT * FROM {table}"))
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
        return False
    return True


def test_each_is_applied_once_in_order_and_written_down(gateway: Gateway) -> None:
    migrate(gateway, STEPS[:1])
    migrate(gateway, STEPS)
    migrate(gateway, STEPS)
    assert gateway.read(lambda unit: unit.all("SELECT id FROM second")) == [{"id": "a"}]
    assert gateway.read(lambda unit: unit.all("SELECT * FROM schema_migration")) == [
        {"number": 0, "name": "first"},
        {"number": 1, "name": "second"},
        {"number": 2, "name": "third"},
    ]


def test_our_own_can_be_applied_from_each_earlier_state(engine: str, tmp_path: Path) -> None:
    for begun in range(len(MIGRATIONS) + 1):
        gateway = ENGINES[engine](tmp_path / str(begun))
        migrate(gateway, MIGRATIONS[:begun])
        migrate(gateway, MIGRATIONS)
        assert exists(gateway, "sheet")
        gateway.close()


def test_our_own_have_each_a_name_of_their_own() -> None:
    assert len({migration.name for migration in MIGRATIONS}) == len(MIGRATIONS)


def test_a_newer_schema_than_the_code_is_refused(gateway: Gateway) -> None:
    migrate(gateway, STEPS)
    with pytest.raises(SettingsError) as caught:
        migrate(gateway, STEPS[:2])
    assert (caught.value.code, caught.value.facts) == ("schema_newer", {"found": 3, "known": 2})


def test_a_schema_that_went_another_way_is_refused_and_left_alone(gateway: Gateway) -> None:
    migrate(gateway, STEPS[:2])
    other = (STEPS[0], Migration("other", ()), Migration("more", ("CREATE TABLE more (id TEXT)",)))
    with pytest.raises(SettingsError) as caught:
        migrate(gateway, other)
    assert caught.value.code == "schema_differs"
    assert caught.value.facts == {"found": "second", "known": "other"}
    assert not exists(gateway, "more")


def test_one_that_breaks_leaves_the_schema_as_it_was(gateway: Gateway) -> None:
    migrate(gateway, STEPS[:1])
    broken = Migration("broken", ("CREATE TABLE half (id TEXT)", "CREATE TABLE half (id TEXT)"))
    with pytest.raises(Exception, match="half"):
        migrate(gateway, (*STEPS, broken))
    assert not exists(gateway, "half")
    assert not exists(gateway, "second")
    migrate(gateway, STEPS)
    assert exists(gateway, "second")


def test_six_processes_at_once_apply_each_once(engine: str, tmp_path: Path, spawn: Spawn) -> None:
    spawn.at_once(6, processes.apply_steps, engine, tmp_path)
    gateway = ENGINES[engine](tmp_path)
    assert gateway.read(lambda unit: unit.all("SELECT id FROM second")) == [{"id": "a"}]
    assert len(gateway.read(lambda unit: unit.all("SELECT * FROM schema_migration"))) == 3
    gateway.close()


def test_one_that_is_killed_halfway_leaves_the_schema_as_it_was(
    gateway: Gateway, engine: str, tmp_path: Path, spawn: Spawn
) -> None:
    process = spawn(processes.migrate_for_ever, engine, tmp_path)
    assert process.hear() == "begun"
    _wait_until_inside(engine, tmp_path)
    assert process.alive()
    process.kill()
    assert not exists(gateway, "half")
    assert not exists(gateway, "schema_migration")
    migrate(gateway, STEPS)
    assert exists(gateway, "second")


def _wait_until_inside(engine: str, folder: Path) -> None:
    """Until another process is in the middle of its migration."""
    if engine != "postgres":
        _wait_for_lock(folder / "halfway.db")
        return
    at_it = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'INSERT INTO h%'"
    deadline = time.monotonic() + 30
    with psycopg.connect(postgres.url_for(folder), autocommit=True) as other:
        while other.execute(at_it).fetchone() is None:
            assert time.monotonic() < deadline, "the migration never began"
            time.sleep(0.05)


def _wait_for_lock(path: Path) -> None:
    other: Any = sqlite3.connect(str(path), timeout=0, isolation_level=None)
    deadline = time.monotonic() + 30
    with closing(other):
        while time.monotonic() < deadline:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                time.sleep(0.2)
                return
            other.execute("ROLLBACK")
            time.sleep(0.05)
    raise AssertionError("the migration never began")
