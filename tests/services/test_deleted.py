"""What is left of what was deleted, on both engines.

SQLite: not one byte, in any file of the data folder, whichever journal it writes. PostgreSQL: no
row of any table, and not the key of its owner. Its pages, log, replicas and backups can hold copies
until they are renewed; that is not ours to empty, and SECURITY.md says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from lib.services import accounts, leaving
from lib.services.house import House
from lib.storage import sqlite
from tests.services.conftest import (
    PASSWORD,
    Cast,
    Clock,
    Prepared,
    fill,
    house_at,
    join,
    pair,
    prepare,
    reveal,
    seal,
)
from tests.services.test_leaving import everything

Stored = Callable[[House], bytes]


def in_files(house: House) -> bytes:
    """Every byte of every file in the data folder: database, write-ahead log, journal."""
    folder = house.settings.data_dir
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file())


def in_tables(house: House) -> bytes:
    """Every value of every row of every table that is in the database, ours or not."""
    found: list[bytes] = []
    with psycopg.connect(house.settings.database_url) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for name in tables:
            rows = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(*name)))
            found += [_as_bytes(value) for row in rows for value in row]
    return b"\n".join(found)


def _as_bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


STORED: dict[str, Stored] = {"sqlite": in_files, "postgres": in_tables}


@pytest.fixture(scope="module", params=list(STORED))
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def prepared(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("prepared"), engine=engine)


@pytest.fixture
def house(engine: str, tmp_path: Path, clock: Clock) -> Iterator[House]:
    opened = house_at(tmp_path, clock, engine=engine)
    yield opened
    opened.gateway.close()


@pytest.fixture
def stored(engine: str) -> Stored:
    return STORED[engine]


def found_in(secret: bytes, data: bytes, *, size: int = 24) -> bool:
    """A long body lies on several pages of a file, so it is looked for in pieces."""
    pieces = (secret[start : start + size] for start in range(0, len(secret) - size + 1, size))
    return secret in data or any(piece in data for piece in pieces)


def key_and_bodies(house: House, partner_id: str) -> list[bytes]:
    """A person's wrapped key, and the sealed bodies that are theirs."""
    rows = [
        row
        for table in everything(house).values()
        for row in table
        if row.get("partner_id") == partner_id or row.get("id") == partner_id
    ]
    assert any("wrapped_key" in row for row in rows)
    return [value for row in rows for value in row.values() if isinstance(value, bytes)]


def test_nothing_of_a_closed_account_is_left_not_even_its_key(house: House, stored: Stored) -> None:
    ana, ben = join(house, "quokkaana"), join(house, "wombatben")
    pair(house, ana, ben)
    accounts.rename(house, ana, display_name="Quokka Canary")
    for who in (ana, ben):
        fill(house, who)
        seal(house, who)
    me = accounts.arrive(house, ana).id
    secrets = key_and_bodies(house, me)
    names = [b"quokkaana", b"Quokka Canary", me.encode()]
    there = stored(house)
    assert all(found_in(secret, there) for secret in (*secrets, *names))
    leaving.close(house, ana, password=PASSWORD)
    left = stored(house)
    assert not [name for name in names if name in left]
    assert not [secret for secret in secrets if found_in(secret, left)]
    assert b"wombatben" in left


def test_nothing_of_deleted_answers_is_left(cast: Cast, stored: Stored) -> None:
    checkin_id = reveal(cast)
    rows = everything(cast.house)
    mine = accounts.arrive(cast.house, cast.ana).id
    gone = [
        row["body"]
        for table in ("sheet", "reading", "marks", "agreement", "fingerprint")
        for row in rows[table]
        if table in ("reading", "marks", "agreement") or row["partner_id"] == mine
    ]
    assert len(gone) == 4
    before = stored(cast.house)
    assert all(isinstance(body, bytes) and found_in(body, before) for body in gone)
    leaving.delete_answers(cast.house, cast.ana, password=PASSWORD, checkin_id=checkin_id)
    left = stored(cast.house)
    assert not [body for body in gone if isinstance(body, bytes) and found_in(body, left)]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True, scope="module")
def test_the_other_journal_keeps_nothing_either(cast: Cast) -> None:
    """Where the write-ahead log is unsound or not to be had, SQLite writes a plain journal."""
    cast.house.gateway.close()
    gateway = sqlite.open_file(cast.house.settings.database, wal=False)
    house = replace(cast.house, gateway=gateway)
    me = accounts.arrive(house, cast.stranger).id
    secrets = [*key_and_bodies(house, me), b"stranger"]
    assert all(found_in(secret, in_files(house)) for secret in secrets)
    leaving.close(house, cast.stranger, password=PASSWORD)
    assert not [secret for secret in secrets if found_in(secret, in_files(house))]
    gateway.close()
