"""The engine for more than one machine: PostgreSQL, or what speaks as it does, by psycopg's pool.

Units run SERIALIZABLE, which gives what one writer at a time gives, and are run again when the
database asks for it. LISTEN and NOTIFY make the doorbell faster where there are any; without them a
listener hears that it may look once a second.
"""

from __future__ import annotations

import logging
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
from psycopg import Connection, IsolationLevel, errors
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from lib.errors import Damaged, HalfwayError, Refused, SettingsError
from lib.storage.gateway import Changes, Row, Unit
from lib.storage.snapshots import Snapshots

T = TypeVar("T")
_Connection = Connection[DictRow]
_log = logging.getLogger("halfway.storage")
BUSY_SECONDS = 5.0
REACH_SECONDS = 10.0
LARGEST_POOL = 10
POLL_SECONDS = 1.0
CHANNEL = "halfway"

# A literal, which may hold colons; a cast; or one of our placeholders.
_PLACE = re.compile(r"'(?:[^']|'')*'|::|:([a-z_][a-z0-9_]*)")
# Settings of a connection, as (name, value). A server that does not know one does without it.
_SETTINGS = (
    ("timezone", "UTC"),
    ("lock_timeout", "5s"),
    # Or a unit whose process was killed would go on, and keep its locks, as long as it computes.
    ("client_connection_check_interval", "1s"),
)
# The first letters of an SQLSTATE that decide; see postgresql.org/docs/current/errcodes-appendix.
_REFUSED = (
    ("53100", "storage_full"),
    ("42501", "storage_readonly"),
    ("08", "storage_busy"),
    ("53", "storage_busy"),
    ("55P03", "storage_busy"),
    ("57", "storage_busy"),
)
_DAMAGED = ("XX001", "XX002")


class _PostgresUnit:
    def __init__(self, connection: _Connection, *, notifies: bool) -> None:
        self._connection = connection
        self._notifies = notifies

    def one(self, sql: str, **values: object) -> Row | None:
        return self._execute(sql, values).fetchone()

    def all(self, sql: str, **values: object) -> list[Row]:
        return self._execute(sql, values).fetchall()

    def run(self, sql: str, **values: object) -> int:
        return max(0, self._execute(sql, values).rowcount)

    def hold(self, table: str) -> None:
        self._connection.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")

    def ring(self) -> None:
        if self._notifies:
            self._connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))

    def _execute(self, sql: str, values: dict[str, object]) -> psycopg.Cursor[DictRow]:
        return self._connection.execute(_translated_sql(sql), _storable(values))


class PostgresGateway:
    """Units of work on one database. Build it with `open_url`, which tries to reach it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: ConnectionPool[_Connection] | None = None
        self._opening = threading.Lock()
        self._here = threading.local()
        self._notifies = False
        self._snapshots = Snapshots(self._reading, self._read, failures=psycopg.Error)

    def write(self, work: Callable[[Unit], T]) -> T:
        with self._alone_in_thread():
            self._snapshots.end()
            try:
                return self._repeat(work, read_only=False)
            except errors.ReadOnlySqlTransaction:
                raise Refused("storage_readonly") from None

    def read(self, work: Callable[[Unit], T]) -> T:
        with self._alone_in_thread():
            return self._snapshots.read(work)

    def snapshot(self) -> AbstractContextManager[None]:
        return self._snapshots.lasting()

    def changes(self) -> Changes:
        return _PostgresChanges(self._url, listens=self._notifies)

    def checkpoint(self) -> bool:
        """PostgreSQL frees what was deleted by itself. Copies can stay in its pages, log, replicas
        and backups: unreadable, when the key of their owner went with them."""
        return True

    def close(self) -> None:
        with self._opening:
            if self._pool is not None:
                self._pool.close()
                self._pool = None

    def reach(self) -> None:
        """Connect for the first time; raises SettingsError when that cannot be done."""
        try:
            self._opened().wait(REACH_SECONDS)
            with self._connected() as connection:
                connection.autocommit = True
                self._notifies = _can_notify(connection)
                connection.autocommit = False
        except (PoolTimeout, psycopg.Error):
            self.close()
            raise SettingsError("database_unreachable", name="HALFWAY_DATABASE_URL") from None

    def _read(self, work: Callable[[Unit], T]) -> T:
        try:
            return self._repeat(work, read_only=True)
        except errors.ReadOnlySqlTransaction:
            raise RuntimeError("a unit of work that was to read has written") from None

    @contextmanager
    def _reading(self) -> Iterator[Unit]:
        with _refusing(), self._transaction(read_only=True) as unit:
            yield unit

    def _repeat(self, work: Callable[[Unit], T], *, read_only: bool) -> T:
        """Run the unit until the database lets it be, or until that takes too long."""
        until = time.monotonic() + BUSY_SECONDS
        longest = 0.002
        with _refusing():
            while True:
                try:
                    return self._once(work, read_only=read_only)
                except psycopg.Error as error:
                    if not _asks_for_another_run(error):
                        raise
                    if time.monotonic() > until:
                        raise Refused("storage_busy") from None
                # Those who met would meet again, if they came back together.
                time.sleep(random.uniform(0, longest))  # noqa: S311
                longest = min(longest * 2, 0.1)

    def _once(self, work: Callable[[Unit], T], *, read_only: bool) -> T:
        with self._transaction(read_only=read_only) as unit:
            return work(unit)

    @contextmanager
    def _transaction(self, *, read_only: bool) -> Iterator[Unit]:
        with self._connected() as connection:
            connection.isolation_level = (
                IsolationLevel.REPEATABLE_READ if read_only else IsolationLevel.SERIALIZABLE
            )
            connection.read_only = read_only
            with connection.transaction():
                yield _PostgresUnit(connection, notifies=self._notifies)

    def _connected(self) -> Any:
        return self._opened().connection()

    def _opened(self) -> ConnectionPool[_Connection]:
        with self._opening:
            if self._pool is None:
                self._pool = ConnectionPool(
                    self._url,
                    connection_class=_Connection,
                    kwargs={"row_factory": dict_row, "application_name": "halfway"},
                    min_size=1,
                    max_size=LARGEST_POOL,
                    timeout=BUSY_SECONDS,
                    configure=_configure,
                    check=ConnectionPool.check_connection,
                    open=True,
                )
            return self._pool

    @contextmanager
    def _alone_in_thread(self) -> Iterator[None]:
        """A writer inside another unit could wait for itself."""
        if getattr(self._here, "busy", False):
            raise RuntimeError("a unit of work was begun inside another one")
        self._here.busy = True
        try:
            yield
        finally:
            self._here.busy = False


class _PostgresChanges:
    """LISTEN on a connection of its own; and without, or whatever it says, a look each second."""

    def __init__(self, url: str, *, listens: bool) -> None:
        self._url = url
        self._listens = listens
        self._kept: psycopg.Connection | None = None
        self._due = time.monotonic() + POLL_SECONDS
        self._hear(0)

    def wait(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        if self._hear(max(0.0, min(until, self._due) - time.monotonic())):
            return True
        if time.monotonic() < self._due:
            return False
        self._due = time.monotonic() + POLL_SECONDS
        return True

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _hear(self, seconds: float) -> bool:
        """Whether somebody rang within that time."""
        if not self._listens:
            time.sleep(seconds)
            return False
        try:
            if self._kept is None:
                self._kept = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
                self._kept.execute(f"LISTEN {CHANNEL}")
            return any(True for _ in self._kept.notifies(timeout=seconds, stop_after=1))
        except psycopg.Error as error:
            _log.error("the database does not let us listen: %s", type(error).__name__)
            self.close()
            time.sleep(seconds)
            return False


def open_url(url: str) -> PostgresGateway:
    """Reach the database behind the address; SettingsError, with the remedy, when that fails.

    url: `postgresql://user:password@host:port/database`, with libpq's parameters if need be.
    """
    gateway = PostgresGateway(url)
    gateway.reach()
    return gateway


def _configure(connection: _Connection) -> None:
    connection.autocommit = True
    for name, value in _SETTINGS:
        try:
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        except (errors.UndefinedObject, errors.InvalidParameterValue, errors.FeatureNotSupported):
            _log.info("the database has no %s", name)
    connection.autocommit = False


def _can_notify(connection: _Connection) -> bool:
    try:
        connection.execute(f"LISTEN {CHANNEL}")
        connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
        connection.execute(f"UNLISTEN {CHANNEL}")
    except psycopg.Error:
        return False
    return True


def _asks_for_another_run(error: psycopg.Error) -> bool:
    """A conflict with another unit, or two that made the same table at the same time."""
    return isinstance(error, errors.SerializationFailure | errors.DeadlockDetected) or (
        isinstance(error, errors.UniqueViolation) and error.diag.schema_name == "pg_catalog"
    )


@lru_cache(maxsize=1024)
def _translated_sql(sql: str) -> Any:
    """`:name` as psycopg writes it."""

    def place(found: re.Match[str]) -> str:
        return f"%({found[1]})s" if found[1] else found[0]

    return _PLACE.sub(place, sql.replace("%", "%%"))


def _storable(values: dict[str, object]) -> dict[str, object]:
    """PostgreSQL's text has no NUL. Nor has what we store, so that a key with one finds nothing."""
    return {
        name: value.replace("\0", "\ufffd") if isinstance(value, str) else value
        for name, value in values.items()
    }


@contextmanager
def _refusing() -> Iterator[None]:
    """PostgreSQL's errors in our codes; its messages can name private things and stay behind."""
    try:
        yield
    except HalfwayError:
        raise
    except PoolTimeout:
        _log.error("no connection to the database")
        raise Refused("storage_busy") from None
    except errors.ReadOnlySqlTransaction:
        raise
    except psycopg.Error as error:
        state = error.sqlstate or ("08" if isinstance(error, psycopg.OperationalError) else "")
        if state in _DAMAGED:
            _log.error("the database answers %s", state)
            raise Damaged("database_damaged", path="PostgreSQL") from None
        for prefix, code in _REFUSED:
            if state.startswith(prefix):
                _log.error("the database answers %s", state)
                raise Refused(code) from None
        raise
