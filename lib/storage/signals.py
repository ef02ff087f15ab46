"""How one thread learns that another, or another process, has committed something."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LOOK_SECONDS = 0.1


class Signal:
    """What the commits of this process say to those that wait in it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rung = 0

    def ring(self) -> None:
        with self._changed:
            self._rung += 1
            self._changed.notify_all()

    def wait(self, heard: int, seconds: float) -> int:
        """How often it rang so far; waits until that is another number than `heard`."""
        with self._changed:
            self._changed.wait_for(lambda: self._rung != heard, seconds)
            return self._rung


class Listening:
    """Changes as `lib.storage.gateway` promises them: the signal of this process, and between
    whiles a look for what others committed.

    look: cheap; another value means that something was committed. close: gives back what it holds.
    """

    def __init__(
        self, signal: Signal, look: Callable[[], object], close: Callable[[], None]
    ) -> None:
        self._signal = signal
        self._look = look
        self.close = close
        self._heard = signal.wait(-1, 0)
        self._seen = look()

    def wait(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while True:
            left = until - time.monotonic()
            rung = self._signal.wait(self._heard, max(0.0, min(left, LOOK_SECONDS)))
            seen = self._look()
            changed = (rung, seen) != (self._heard, self._seen)
            self._heard, self._seen = rung, seen
            if changed or left <= LOOK_SECONDS:
                return changed
