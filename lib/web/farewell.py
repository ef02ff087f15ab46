"""Hearing that this process is asked to end, beside the server's own handlers.

uvicorn closes idle connections and WebSockets by itself, then waits for every answer that is still
being given, and only afterwards runs the lifespan's end: too late for an answer without an end.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType


def before_exit(call: Callable[[], object]) -> None:
    """Have `call` made too when a signal to end arrives. Outside the main thread, or where no
    server listens to signals, there is nothing to be heard."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)
        if callable(before):
            signal.signal(number, _both(call, before))


def _both(
    call: Callable[[], object], before: Callable[[int, FrameType | None], object]
) -> Callable[[int, FrameType | None], None]:
    def handle(number: int, frame: FrameType | None) -> None:
        call()
        before(number, frame)

    return handle
