"""Reads that see one state of the database and ask each question once, for every engine.

What draws a page asks many services, and each looks up again who is asking. Inside a snapshot that
costs one transaction and one look.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Protocol, TypeVar

from lib.errors import HalfwayError
from lib.storage.gateway import Row, Unit

T = TypeVar("T")
_Wrote = RuntimeError("a unit of work that was to read has written")


class _Remembering:
    """A unit that reads, and asks the database nothing twice."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._found: dict[object, list[Row]] = {}

    def one(self, sql: str, **values: object) -> Row | None:
        rows = self.all(sql, **values)
        return rows[0] if rows else None

    def all(self, sql: str, **values: object) -> list[Row]:
        question = sql, tuple(values.items())
        if question not in self._found:
            self._found[question] = self._unit.all(sql, **values)
        # Who was given a row may do with it what they like.
        return [dict(row) for row in self._found[question]]

    def run(self, sql: str, **values: object) -> int:
        raise _Wrote

    def hold(self, table: str) -> None:
        raise _Wrote

    def ring(self) -> None:
        raise _Wrote


class _Read(Protocol):
    def __call__(self, work: Callable[[Unit], T], /) -> T: ...


class Snapshots:
    """The snapshot that each thread is in, if any.

    begin: a transaction that reads, open as long as its context. read: runs a unit in one of its
    own. failures: what the driver raises.
    """

    def __init__(
        self,
        begin: Callable[[], AbstractContextManager[Unit]],
        read: _Read,
        *,
        failures: type[Exception],
    ) -> None:
        self._begin, self._read, self._failures = begin, read, failures
        self._here = threading.local()

    @contextmanager
    def lasting(self) -> Iterator[None]:
        """The context of `Gateway.snapshot`. One inside another is the same."""
        if self._lasts:
            yield
            return
        self._here.lasts = True
        try:
            yield
        finally:
            self._here.lasts = False
            self.end()

    def read(self, work: Callable[[Unit], T]) -> T:
        if not self._lasts:
            return self._read(work)
        try:
            return work(self._unit())
        except self._failures:
            # A unit can be run again, and alone the engine says what is wrong, or repeats it.
            self.end()
            return self._read(work)

    def end(self) -> None:
        """Leave this state, such as before a write: it would wait for its own thread to be done."""
        opened: ExitStack | None = getattr(self._here, "opened", None)
        self._here.opened = self._here.unit = None
        if opened is not None:
            with suppress(self._failures, HalfwayError):
                opened.close()

    @property
    def _lasts(self) -> bool:
        return getattr(self._here, "lasts", False)

    def _unit(self) -> Unit:
        if getattr(self._here, "unit", None) is None:
            opened = ExitStack()
            self._here.unit = _Remembering(opened.enter_context(self._begin()))
            self._here.opened = opened
        unit: Unit = self._here.unit
        return unit
