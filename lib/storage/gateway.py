"""The one way to the database: units of work over portable SQL.

A unit is a function that gets a `Unit` and may be run more than once (a distributed engine may ask
for it), so it must use natural keys and upserts and keep its effects inside the database.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Row = dict[str, Any]


class Unit(Protocol):
    """One transaction. Placeholders are written `:name` whatever the engine."""

    def one(self, sql: str, **values: object) -> Row | None:
        """The first row, or None."""

    def all(self, sql: str, **values: object) -> list[Row]:
        """Every row."""

    def run(self, sql: str, **values: object) -> int:
        """Write; the number of rows touched."""


class Gateway(Protocol):
    """An engine. `write` returns only after the commit."""

    def write(self, work: Callable[[Unit], T]) -> T:
        """Run `work` alone among writers and commit, or roll back and raise."""

    def read(self, work: Callable[[Unit], T]) -> T:
        """Run `work` on one consistent state of the database."""

    def close(self) -> None:
        """Give back what is held open."""
