"""Bringing a database to the schema of this code, under a lock, one migration after the other.

All of it happens in one unit of work, so that processes that start at once queue up, and an
interruption leaves the schema as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lib.errors import SettingsError
from lib.storage.gateway import Gateway, Unit

_TABLE = (
    "CREATE TABLE IF NOT EXISTS schema_migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: a name for people, and portable SQL statements."""

    name: str
    statements: tuple[str, ...]


def migrate(gateway: Gateway, migrations: Sequence[Migration]) -> None:
    """Apply what is missing. Raises SettingsError when the database is newer than the code."""

    def work(unit: Unit) -> None:
        unit.run(_TABLE)
        done = [row["number"] for row in unit.all("SELECT number FROM schema_migration")]
        if len(done) > len(migrations):
            raise SettingsError("schema_newer", found=len(done), known=len(migrations))
        for number in range(len(done), len(migrations)):
            for statement in migrations[number].statements:
                unit.run(statement)
            unit.run(
                "INSERT INTO schema_migration (number, name) VALUES (:number, :name)",
                number=number,
                name=migrations[number].name,
            )

    gateway.write(work)
