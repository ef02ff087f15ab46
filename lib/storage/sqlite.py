"""The embedded engine: one SQLite file through sqlite-utils.

A connection belongs to its thread and Streamlit runs every script in a new one, so each unit of work
opens its own. Writers take the lock at once (BEGIN IMMEDIATE): a deferred transaction that reads
first and writes then fails under load.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3

from lib.errors import Damaged, Refused, SettingsError
from lib.storage.gateway import Row

T = TypeVar("T")
BUSY_SECONDS = 5.0
# SQLite 3.7.0 to 3.51.2 can corrupt a WAL file when it is reset; see sqlite.org/wal.html.
_WAL_IS_SOUND_FROM = (3, 51, 3)
_NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs"}
)


class _SqliteUnit:
    def __init__(self, database: Database) -> None:
        self._database = database

    def one(self, sql: str, **values: object) -> Row | None:
        rows = self.all(sql, **values)
        return rows[0] if rows else None

    def all(self, sql: str, **values: object) -> list[Row]:
        return list(self._database.query(sql, values))

    def run(self, sql: str, **values: object) -> int:
        touched: int = self._database.conn.execute(sql, values).rowcount
        return touched


class SqliteGateway:
    """Units of work on one file. Build it with `open_file`, which checks and prepares the file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, work: Callable[[Any], T]) -> T:
        return self._run("BEGIN IMMEDIATE", work)

    def read(self, work: Callable[[Any], T]) -> T:
        return self._run("BEGIN", work)

    def close(self) -> None:
        """Nothing is held between units of work."""

    def checkpoint(self) -> None:
        """Empty the write-ahead log, so that what was deleted is nowhere on the disk."""
        with self._connected() as database:
            database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _run(self, begin: str, work: Callable[[Any], T]) -> T:
        with self._connected() as database:
            connection = database.conn
            connection.execute(begin)
            try:
                result = work(_SqliteUnit(database))
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return result

    @contextmanager
    def _connected(self) -> Iterator[Database]:
        with _translated():
            connection = sqlite3.connect(
                str(self._path), timeout=BUSY_SECONDS, isolation_level=None
            )
            try:
                for pragma in ("foreign_keys=ON", "synchronous=FULL", "secure_delete=ON"):
                    connection.execute(f"PRAGMA {pragma}").fetchall()
                yield Database(connection, execute_plugins=False)
            finally:
                connection.close()


def open_file(path: Path) -> SqliteGateway:
    """Check the folder and the file, make them when missing, and choose the journal.

    Raises SettingsError, with the remedy, for a network file system or a folder that cannot be
    written, and Damaged when SQLite's own check finds the file broken.
    """
    _prepare(path)
    with _translated():
        connection = sqlite3.connect(str(path), timeout=BUSY_SECONDS, isolation_level=None)
        try:
            wanted = "WAL" if sqlite3.sqlite_version_info >= _WAL_IS_SOUND_FROM else "TRUNCATE"
            connection.execute(f"PRAGMA journal_mode={wanted}").fetchall()
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise Damaged("database_damaged", path=str(path))
        finally:
            connection.close()
    return SqliteGateway(path)


def _prepare(path: Path) -> None:
    kind = file_system(path.parent)
    if kind in _NETWORK_FILE_SYSTEMS:
        raise SettingsError("data_on_network", path=str(path.parent), kind=kind)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise SettingsError(
            "data_not_writable", path=str(path.parent), reason=error.strerror
        ) from None


def file_system(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """The kind of file system that holds `folder`, or "" where that cannot be known (macOS)."""
    try:
        lines = mounts.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    points = [(fields[1].replace("\\040", " "), fields[2]) for fields in map(str.split, lines)]
    inside = [
        (len(point), kind)
        for point, kind in points
        if Path(point) == folder or Path(point) in folder.parents
    ]
    return max(inside)[1] if inside else ""


@contextmanager
def _translated() -> Iterator[None]:
    """SQLite's errors in our codes; its messages, which can name private things, stay behind."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = str(error)
        if "locked" in said or "busy" in said:
            raise Refused("storage_busy") from None
        if "full" in said:
            raise Refused("storage_full") from None
        if "readonly" in said or "unable to open" in said:
            raise Refused("storage_readonly") from None
        raise
    except sqlite3.DatabaseError as error:
        if "malformed" in str(error) or "not a database" in str(error):
            raise Damaged("database_damaged", path="") from None
        raise
