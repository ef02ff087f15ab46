"""The embedded engine: one SQLite file through sqlite-utils.

Writers take the lock at once (BEGIN IMMEDIATE): a deferred transaction that reads first and writes
then fails under load. Connections are kept for the next unit of work, whichever thread it is in:
Streamlit runs every script in a new thread, and to open a connection costs twenty times what a read
does. Two units never share a connection at the same time.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from lib.errors import Damaged, Refused, SettingsError
from lib.storage import filesystem
from lib.storage.gateway import Changes, Row, Unit
from lib.storage.signals import Listening, Signal
from lib.storage.snapshots import Snapshots

T = TypeVar("T")
_log = logging.getLogger("halfway.storage")
BUSY_SECONDS = 5.0
KEPT_CONNECTIONS = 8
# SQLite 3.7.0 to 3.51.2 can corrupt a WAL file when it is reset; see sqlite.org/wal.html.
_WAL_IS_SOUND_FROM = (3, 51, 3)
WAL_IS_SOUND: bool = sqlite3.sqlite_version_info >= _WAL_IS_SOUND_FROM
_PRAGMAS = ("foreign_keys=ON", "synchronous=FULL", "secure_delete=ON")

# SQLite's primary result codes, see sqlite.org/rescode.html.
_BUSY = 5
_REFUSED = {
    3: "storage_readonly",  # SQLITE_PERM
    _BUSY: "storage_busy",
    6: "storage_busy",  # SQLITE_LOCKED
    8: "storage_readonly",  # SQLITE_READONLY
    10: "storage_readonly",  # SQLITE_IOERR: a dying disk, but a used-up quota too
    13: "storage_full",  # SQLITE_FULL
    14: "storage_readonly",  # SQLITE_CANTOPEN
}
_DAMAGED = frozenset({11, 26})  # SQLITE_CORRUPT, SQLITE_NOTADB

_FileId = tuple[int, int]


class _SqliteUnit:
    def __init__(self, database: Database) -> None:
        self._database = database
        self.rings = False

    @property
    def changes(self) -> int:
        """How many rows this connection has touched since it was made."""
        touched: int = self._database.conn.total_changes
        return touched

    def one(self, sql: str, **values: object) -> Row | None:
        rows = self.all(sql, **values)
        return rows[0] if rows else None

    def all(self, sql: str, **values: object) -> list[Row]:
        # Not `Database.query`: it makes three statements of each SELECT, with a savepoint around.
        cursor = self._database.conn.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def run(self, sql: str, **values: object) -> int:
        touched: int = self._database.conn.execute(sql, values).rowcount
        return touched

    def hold(self, table: str) -> None:
        """A unit that writes is the only one that does."""

    def ring(self) -> None:
        self.rings = True


class _Version:
    """SQLite's `data_version`: another number after each commit that this connection did not make
    itself, so that it is kept for nothing else."""

    def __init__(self, path: Path, journal: str) -> None:
        self._path = path
        self._journal = journal
        self._kept: tuple[_FileId, Database] | None = None

    def look(self) -> tuple[_FileId, int]:
        with _translated(self._path):
            file = _identity(self._path)
            if self._kept is None or self._kept[0] != file:
                self.close()
                self._kept = file, _connect(self._path, self._journal)
            row = self._kept[1].conn.execute("PRAGMA data_version").fetchone()
            return file, int(row[0])

    def close(self) -> None:
        if self._kept:
            self._kept[1].close()
            self._kept = None


class SqliteGateway:
    """Units of work on one file. Build it with `open_file`, which checks and prepares the file."""

    def __init__(self, path: Path, journal: str) -> None:
        self._path = path
        self._journal = journal
        self._kept: deque[tuple[_FileId, Database]] = deque()
        self._here = threading.local()
        self._writing = threading.Lock()
        self._signal = Signal()
        self._snapshots = Snapshots(self._reading, self._read, failures=sqlite3.Error)

    def write(self, work: Callable[[Unit], T]) -> T:
        with self._alone_in_thread():
            self._snapshots.end()
            with self._turn(), self._transaction("BEGIN IMMEDIATE") as unit:
                result = work(unit)
        if unit.rings:
            self._signal.ring()
        return result

    def read(self, work: Callable[[Unit], T]) -> T:
        with self._alone_in_thread():
            return self._snapshots.read(work)

    def snapshot(self) -> AbstractContextManager[None]:
        return self._snapshots.lasting()

    def changes(self) -> Changes:
        version = _Version(self._path, self._journal)
        return Listening(self._signal, version.look, version.close)

    def checkpoint(self) -> bool:
        """Empty the write-ahead log; False when a unit that still runs reads in it."""
        with self._connected() as database:
            busy = database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    def close(self) -> None:
        """Close what is kept. Units still running close theirs."""
        while self._kept:
            self._kept.pop()[1].close()

    def _read(self, work: Callable[[Unit], T]) -> T:
        with self._reading() as unit:
            return work(unit)

    @contextmanager
    def _reading(self) -> Iterator[Unit]:
        with self._transaction("BEGIN") as unit:
            before = unit.changes
            yield unit
            if unit.changes != before:
                raise RuntimeError("a unit of work that was to read has written")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[_SqliteUnit]:
        with self._connected() as database:
            connection = database.conn
            connection.execute(begin)
            try:
                yield _SqliteUnit(database)
                connection.execute("COMMIT")
            except BaseException:
                # SQLite has rolled back by itself after some errors, a full disk among them.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _alone_in_thread(self) -> Iterator[None]:
        """A writer inside another unit would wait for itself until the lock times out."""
        if getattr(self._here, "busy", False):
            raise RuntimeError("a unit of work was begun inside another one")
        self._here.busy = True
        try:
            yield
        finally:
            self._here.busy = False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Writers of one process queue up here, those of other processes in SQLite.

        SQLite waits by trying again, in which one of eight busy threads can lose for a second.
        """
        if not self._writing.acquire(timeout=BUSY_SECONDS):
            raise Refused("storage_busy")
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def _connected(self) -> Iterator[Database]:
        """A connection for one unit; kept afterwards unless something went wrong in it."""
        with _translated(self._path):
            file, database = self._take()
            try:
                yield database
            except BaseException:
                database.close()
                raise
            if len(self._kept) < KEPT_CONNECTIONS:
                self._kept.append((file, database))
            else:
                database.close()

    def _take(self) -> tuple[_FileId, Database]:
        """A kept connection, or a new one.

        One whose file was removed or replaced is not used: it would write into nowhere.
        """
        file = _identity(self._path)
        while True:
            try:
                kept, database = self._kept.pop()
            except IndexError:
                return file, _connect(self._path, self._journal)
            if kept == file:
                return kept, database
            database.close()


def open_file(path: Path, *, wal: bool = WAL_IS_SOUND) -> SqliteGateway:
    """Check the folder and the file, make them when missing, and choose the journal.

    path: absolute and resolved. wal: whether to use the write-ahead log. Raises SettingsError, with
    the remedy, for a network file system or a folder that cannot be written, and Damaged when
    SQLite's own check finds the file broken.
    """
    _prepare(path)
    with _translated(path):
        database = _connect(path)
        try:
            journal = _choose_journal(database.conn, wal=wal)
            if database.conn.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise Damaged("database_damaged", path=str(path))
        finally:
            database.close()
    return SqliteGateway(path, journal)


def _prepare(path: Path) -> None:
    kind = filesystem.kind_of(path.parent)
    if filesystem.is_network(kind):
        raise SettingsError("data_on_network", path=str(path.parent), kind=kind)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise SettingsError(
            "data_not_writable", path=str(path.parent), reason=error.strerror
        ) from None


def _choose_journal(connection: Any, *, wal: bool) -> str:
    """Use the log, or, where it is unsound or the file system cannot have it, a plain journal."""
    for mode in ("wal", "truncate") if wal else ("truncate",):
        if _set_journal(connection, mode) == mode:
            return mode
    raise Refused("storage_busy")


def _set_journal(connection: Any, mode: str) -> str:
    """Ask for a journal and say which one there is.

    To change it a process must be alone with the file, and SQLite does not wait for that.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return str(connection.execute(f"PRAGMA journal_mode={mode}").fetchone()[0])
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != _BUSY or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def _connect(path: Path, journal: str = "") -> Database:
    """A connection that never makes the file, so that a lost one is not taken for an empty one.

    journal: the one that was chosen for the file; the file itself remembers WAL only.
    """
    connection: Any = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        for pragma in (*_PRAGMAS, *([f"journal_mode={journal}"] if journal else [])):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        return Database(connection, execute_plugins=False)
    except BaseException:
        connection.close()
        raise


def _identity(path: Path) -> _FileId:
    try:
        found = path.stat()
    except OSError:
        raise Refused("storage_readonly") from None
    return found.st_dev, found.st_ino


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """SQLite's errors in our codes; its messages, which can name private things, stay behind."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _REFUSED or code in _DAMAGED:
            _log.error("the database answers %s", error.sqlite_errorname)
        if code in _REFUSED:
            raise Refused(_REFUSED[code]) from None
        if code in _DAMAGED:
            raise Damaged("database_damaged", path=str(path)) from None
        raise
