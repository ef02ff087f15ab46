"""A new master key: every data key is unwrapped with the former and wrapped with the new one.

The bodies stay as they are, for data keys do not change. It may be interrupted at any point and run
again: both keys are in the file from the first step to the last, and the former one is taken out
only in a unit of work in which nothing was found that needs it, alone among writers.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lib.errors import SettingsError
from lib.storage import keyfile
from lib.storage.gateway import Gateway, Unit
from lib.storage.schema import holding
from lib.storage.vault import Vault

BATCH = 500


def rotate(
    gateway: Gateway,
    path: Path,
    *,
    batch: int = BATCH,
    after_batch: Callable[[], None] = lambda: None,
) -> int:
    """Do it, or go on with what was begun; the number of keys wrapped anew.

    path: of the key file. batch: rows in one unit of work. Raises SettingsError, also when somebody
    else is at it, or Damaged; then everything can still be opened.
    """
    with keyfile.changing(path):
        return _rotate(gateway, path, batch, after_batch)


def _rotate(gateway: Gateway, path: Path, batch: int, after_batch: Callable[[], None]) -> int:
    keyfile.put_new_first(path)
    vault = Vault(keyfile.load(path, may_make=False))
    count = 0
    for table in holding("wrapped_key"):
        after: str | None = ""
        while after is not None:
            wrapped, after = gateway.write(_Batch(vault, table, after, batch))
            count += wrapped
            after_batch()
    gateway.write(lambda unit: _finish(unit, vault, path))
    return count


class _Batch:
    """One unit of work: the rows after an id, in the order of ids."""

    def __init__(self, vault: Vault, table: str, after: str, size: int) -> None:
        self._vault, self._table, self._after, self._size = vault, table, after, size

    def __call__(self, unit: Unit) -> tuple[int, str | None]:
        """How many were wrapped anew, and the last id, or None when there are no more."""
        rows = unit.all(
            f"SELECT id, wrapped_key FROM {self._table} "  # noqa: S608  (a name of ours)
            "WHERE id > :after ORDER BY id LIMIT :size",
            after=self._after,
            size=self._size,
        )
        count = 0
        for row in rows:
            anew = self._vault.rewrapped(bytes(row["wrapped_key"]), row["id"])
            if anew is not None:
                count += 1
                unit.run(
                    f"UPDATE {self._table} SET wrapped_key = :key WHERE id = :id",  # noqa: S608
                    key=anew,
                    id=row["id"],
                )
        return count, rows[-1]["id"] if len(rows) == self._size else None


def _finish(unit: Unit, vault: Vault, path: Path) -> None:
    """Take the former key out of the file. A writer that comes later reads the file first."""
    for table in holding("wrapped_key"):
        unit.hold(table)
    for table in holding("wrapped_key"):
        for row in unit.all(f"SELECT id, wrapped_key FROM {table}"):  # noqa: S608
            if vault.rewrapped(bytes(row["wrapped_key"]), row["id"]) is not None:
                raise SettingsError("key_still_needed", path=str(path))
    keyfile.keep_first(path)
