"""What a process has: settings, storage, keys, content and a clock, opened once at start.

`open_house` is the only place that wires them together; everything else gets the house handed in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random, SystemRandom

from lib import content
from lib.content import Content
from lib.errors import SettingsError
from lib.settings import Settings
from lib.storage import open_storage
from lib.storage.gateway import Gateway
from lib.storage.vault import Vault

CONTENT_FOLDER = Path(__file__).resolve().parents[2] / "content"


@dataclass(frozen=True, slots=True)
class House:
    """The collaborators of every service function. `clock` gives the time in UTC, `chance`
    what nobody can foresee."""

    settings: Settings
    gateway: Gateway
    vault: Vault
    content: Content
    clock: Callable[[], datetime]
    chance: Random = field(default_factory=SystemRandom, compare=False)


_lock = threading.Lock()
_current: House | None = None


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_house(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    content_folder: Path = CONTENT_FOLDER,
) -> House:
    """Check and load everything; raises SettingsError or ContentError, each naming its remedy."""
    loaded = content.load(content_folder)
    gateway, vault = open_storage(settings)
    return House(settings=settings, gateway=gateway, vault=vault, content=loaded, clock=clock)


def enter(house: House) -> House:
    """Make `house` the one of this process."""
    global _current
    with _lock:
        _current = house
    return house


def current() -> House:
    """The house of this process, opened from the environment by whoever comes first."""
    global _current
    with _lock:
        if _current is None:
            _current = open_house(Settings.from_environment())
        return _current


def leave() -> None:
    """Close and forget the house of this process."""
    global _current
    with _lock:
        if _current is None:
            raise SettingsError("house_closed")
        _current.gateway.close()
        _current = None
