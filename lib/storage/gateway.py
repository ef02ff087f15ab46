"""The one way to the database: units of work over portable SQL.

A unit is a function that gets a `Unit` and may be run more than once (a distributed engine may ask
for it), so it must use natural keys and upserts and keep its effects inside the database.

What every engine promises is tested in tests/storage/test_gateway.py.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
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

    def hold(self, table: str) -> None:
        """Let nobody else write to a table of ours until this unit ends, and wait for those who
        do. Only as the first thing in a unit."""

    def ring(self) -> None:
        """Once this unit is committed, wake whoever waits for changes. Only makes that faster."""


class Changes(Protocol):
    """Hears that something was committed, by this process or another. For one thread at a time."""

    def wait(self, seconds: float) -> bool:
        """Whether something may have been committed since the last call; waits at most so long.

        What rang is heard at once, all else within a second.
        """

    def close(self) -> None:
        """Give back what is held open."""


class Gateway(Protocol):
    """An engine, for any number of threads.

    A unit cannot be begun inside another one. Both ways raise Refused("storage_busy"),
    ("storage_full") or ("storage_readonly") when the database cannot be used now; then nothing of
    the unit is kept.
    """

    def write(self, work: Callable[[Unit], T]) -> T:
        """Run `work` alone among writers; return after the commit, or roll back and raise."""

    def read(self, work: Callable[[Unit], T]) -> T:
        """Run `work` on one consistent state of the database; it must not write."""

    def snapshot(self) -> AbstractContextManager[None]:
        """While it lasts, the reads of this thread see one state, as of the first of them, and the
        same question is asked once; a write ends that state, and the next read begins another.

        For what is over soon, such as drawing a page: a connection is kept for it.
        """

    def changes(self) -> Changes:
        """A listener to what is committed from now on."""

    def checkpoint(self) -> bool:
        """After a deletion: leave nothing of it on the disk. False: try again later."""

    def close(self) -> None:
        """Give back what is held open."""
