"""The tables as they stand in a real file: what is looked for is found without reading a table."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlite_utils import Database

from lib.storage.migrations import migrate
from lib.storage.schema import MIGRATIONS, OF_COUPLE, OF_PERSON_ALONE
from lib.storage.sqlite import open_file


@pytest.fixture
def database(tmp_path: Path) -> Database:
    gateway = open_file(tmp_path / "halfway.db")
    migrate(gateway, MIGRATIONS)
    gateway.close()
    return Database(tmp_path / "halfway.db")


def first_columns(database: Database, table: str) -> set[str]:
    """The columns by which rows of the table can be found at once."""
    return {index.columns[0] for index in database[table].indexes} | set(database[table].pks[:1])


def test_whatever_goes_with_a_person_is_found_by_the_person(database: Database) -> None:
    assert len(OF_PERSON_ALONE) > 5
    unfound = [
        table for table in OF_PERSON_ALONE if "partner_id" not in first_columns(database, table)
    ]
    assert unfound == []


def test_whatever_goes_with_a_couple_is_found_by_the_couple(database: Database) -> None:
    assert len(OF_COUPLE) > 5
    unfound = [table for table in OF_COUPLE if "couple_id" not in first_columns(database, table)]
    assert unfound == []
