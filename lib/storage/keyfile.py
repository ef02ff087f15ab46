"""The file of master keys: text lines `<key id> <base64 of 32 bytes>`, the first one current.

It lies beside the data folder, never in it, so that what is stolen or backed up with the data does
not open it. It is made only while the database is empty.
"""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lib.errors import SettingsError

KEY_BYTES = 32
_MODE = 0o600


def load(path: Path, *, may_make: bool) -> Mapping[str, bytes]:
    """The master keys by id, the current one first.

    may_make: whether the database holds nothing yet, so that a new key loses nothing. Raises
    SettingsError when the file is missing otherwise, readable by others, or malformed.
    """
    if may_make:
        _make(path)
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read()
    except FileNotFoundError:
        raise SettingsError("key_missing", path=str(path)) from None
    except OSError:
        raise SettingsError("key_unreadable", path=str(path)) from None
    if mode & 0o077:
        raise SettingsError("key_open_to_others", path=str(path), mode=f"{mode:o}")
    keys = _parse(content)
    if not keys:
        raise SettingsError("key_malformed", path=str(path))
    return keys


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """While the master key is changed: one process at a time, for of two new keys one would be lost
    with what it wrapped. Raises SettingsError when another is at it; one that was killed is not."""
    try:
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError:
        raise SettingsError("key_missing", path=str(path)) from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise SettingsError("key_change_running", path=str(path)) from None
    finally:
        os.close(folder)


def put_new_first(path: Path) -> bool:
    """Begin a change of the master key: a new one as the current, before the one that is there.

    False when there are several already: a change was begun and is to be gone on with.
    """
    keys = load(path, may_make=False)
    if len(keys) > 1:
        return False
    new = {secrets.token_hex(4): secrets.token_bytes(KEY_BYTES)}
    _replace(path, {**new, **keys})
    return True


def keep_first(path: Path) -> None:
    """End a change of the master key: only the current one stays."""
    keys = load(path, may_make=False)
    current = next(iter(keys))
    _replace(path, {current: keys[current]})


def _replace(path: Path, keys: Mapping[str, bytes]) -> None:
    """The file anew, whole or not at all: whoever reads it meanwhile has the old or the new one."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        _write(draft, "".join(map(_line, keys.items())))
        draft.replace(path)
        _sync(path.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise SettingsError("key_not_writable", path=str(path), reason=error.strerror) from None


def _line(key: tuple[str, bytes]) -> str:
    return f"{key[0]} {base64.b64encode(key[1]).decode()}\n"


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    try:
        os.write(handle, text.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _make(path: Path) -> None:
    """Write a new key, whole or not at all; of two processes at once one writes, both read."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(draft, _line((secrets.token_hex(4), secrets.token_bytes(KEY_BYTES))))
        _publish(draft, path)
    except OSError as error:
        raise SettingsError("key_not_writable", path=str(path), reason=error.strerror) from None


def _publish(draft: Path, path: Path) -> None:
    """Give the draft its name unless another process was first."""
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync(path.parent)


def _sync(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _parse(content: bytes) -> dict[str, bytes]:
    """The keys by id, or none at all when any line is not as it should be."""
    keys: dict[str, bytes] = {}
    for line in filter(None, map(bytes.strip, content.splitlines())):
        try:
            key_id, encoded = line.decode("ascii").split()
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            return {}
        if len(key) != KEY_BYTES or not key_id.isalnum() or key_id in keys:
            return {}
        keys[key_id] = key
    return keys
