"""Bringing a database to the schema of this code, under a lock, one migration after the other.

All of it happens in one unit of work: processes that start at once queue up at one row, and an
interruption or a failing statement leaves the schema as it was. A migration that has been given to
anybody is never changed; a new one is added at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lib.errors import SettingsError
from lib.storage.gateway import Gateway, Unit

# One row that whoever migrates writes first: where there can be many writers, the next one waits.
_LOCK = (
    "CREATE TABLE IF NOT EXISTS schema_lock (id TEXT PRIMARY KEY, taken BIGINT NOT NULL)",
    "INSERT INTO schema_lock (id, taken) VALUES ('schema', 0) ON CONFLICT (id) DO NOTHING",
)
_TAKE = "UPDATE schema_lock SET taken = taken + 1 WHERE id = 'schema'"
_TABLE = (
    "CREATE TABLE IF NOT EXISTS schema_migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: a name for people, and portable SQL statements."""

    name: str
    statements: tuple[str, ...]


def migrate(gateway: Gateway, migrations: Sequence[Migration]) -> None:
    """Apply what is missing.

    Raises SettingsError when the database is newer than the code, or went another way.
    """

    def work(unit: Unit) -> None:
        unit.run(_TAKE)
        unit.run(_TABLE)
        rows = unit.all("SELECT name FROM schema_migration ORDER BY number")
        done = [row["name"] for row in rows]
        if len(done) > len(migrations):
            raise SettingsError("schema_newer", found=len(done), known=len(migrations))
        for found, migration in zip(done, migrations, strict=False):
            if found != migration.name:
                raise SettingsError("schema_differs", found=found, known=migration.name)
        for number in range(len(done), len(migrations)):
            for statement in migrations[number].statements:
                unit.run(statement)
            unit.run(
                "INSERT INTO schema_migration (number, name) VALUES (:number, :name)",
                number=number,
                name=migrations[number].name,
            )

    gateway.write(lambda unit: [unit.run(statement) for statement in _LOCK])
    gateway.write(work)
