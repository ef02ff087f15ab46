"""The open tabs of each session, so that a session that ends empties them at once.

Whoever ends a session in this process may call `revoke`; `watch` finds, within a second, those that
ended by themselves, in another process, or inside a service function.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager

import anyio.to_thread

# The page of whoever has gone is to be empty within a second, and the browser needs half of it.
WATCH_SECONDS = 0.2

_log = logging.getLogger("halfway.web")


class LiveTabs:
    """Ends by session. All on one event loop, except `revoke`, which any thread may call."""

    def __init__(self) -> None:
        self._ends: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextmanager
    def open(self, session: str) -> Iterator[asyncio.Event]:
        """Register one tab while it is connected; the event is set when its session has ended."""
        self._loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        self._ends[session].add(ended)
        try:
            yield ended
        finally:
            self._ends[session].discard(ended)
            if not self._ends[session]:
                del self._ends[session]

    def revoke(self, session: str) -> None:
        """Empty and close every tab of this session. session: the SHA-256 of its token."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end, session)

    async def watch(self, alive: Callable[[Collection[str]], Collection[str]]) -> None:
        """Look for ever, five times a second, which of the sessions with open tabs have ended.

        alive: of the sessions given, those that have not ended; called in a worker thread. When
        the database cannot be read it is asked again: each frame is checked by itself anyway.
        """
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            watched = tuple(self._ends)
            if not watched:
                continue
            try:
                living = await anyio.to_thread.run_sync(alive, watched)
            except Exception as error:
                _log.error("sessions could not be watched: %s", type(error).__name__)
                continue
            self._end_all(set(watched) - set(living))

    def _end_all(self, sessions: Iterable[str]) -> None:
        for session in sessions:
            self._end(session)

    def _end(self, session: str) -> None:
        for ended in self._ends.get(session, ()):
            ended.set()
