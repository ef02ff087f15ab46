"""The doorbell: a stream of Server-Sent Events on which an open page hears that it may look again.

It says "changed" and nothing else, and only when what this very person may see has changed: it
rings by `access.versions`, which a draft, a first seal or a mark made by one alone leaves as it is.
One watcher feeds all streams of this process. Nothing may need the bell: without a stream a page
looks by itself, slowly.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from lib.services import access
from lib.services.access import Asker
from lib.services.house import House
from lib.storage.gateway import Changes
from lib.web import farewell, origins
from lib.web.answers import Answers
from lib.web.live import LiveTabs

PATH = "/bell"
# A browser has six connections a host for all its tabs; with six streams open no page would load.
PER_BROWSER = 4
KEEP_ALIVE_SECONDS = 15.0
# How long the watcher waits before it sees whether anybody is left, and between two rings.
_WAIT_SECONDS = 0.5
_REST_SECONDS = 0.03
_TROUBLE_SECONDS = 2.0

_BEGIN = b"retry: 2000\n\n"
_RING = b"data: changed\n\n"
_KEEP_ALIVE = b": here\n\n"
_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}
_log = logging.getLogger("halfway.web")


class _Stream:
    """One open stream. `stirred` is set when it has to ring or to end."""

    def __init__(self, seen: str) -> None:
        self.stirred = asyncio.Event()
        self.over = False
        self._rings = False
        self._seen = seen
        self._couple: str | None = None

    def hear(self, version: str | None) -> None:
        """The version is now this one; None when the session has ended.

        Ends when the couple is another one, after a last ring: the page comes back by itself.
        """
        if version is None:
            self.end()
            return
        digest, couple = access.digest(version), version.partition(":")[0]
        if digest != self._seen:
            self._seen, self._rings = digest, True
            self.stirred.set()
        if self._couple not in (None, couple):
            self.end()
        self._couple = couple

    def end(self) -> None:
        self.over = True
        self.stirred.set()

    async def next(self) -> bytes:
        """What to send now, which may be nothing; waits for it at most until the next sign of life
        is due."""
        try:
            await asyncio.wait_for(self.stirred.wait(), KEEP_ALIVE_SECONDS)
        except TimeoutError:
            return _KEEP_ALIVE
        self.stirred.clear()
        rings, self._rings = self._rings, False
        return _RING if rings else b""


class Doorbell:
    """The ASGI endpoint at `PATH`, and its watcher. All on one event loop."""

    def __init__(self, house: House, answers: Answers, live: LiveTabs) -> None:
        self._house = house
        self._answers = answers
        self._live = live
        self._streams: defaultdict[Asker, set[_Stream]] = defaultdict(set)
        self._thread = anyio.CapacityLimiter(1)
        self._somebody = asyncio.Event()
        self._told_of_exit = False

    def open_streams(self) -> int:
        """How many streams are open now."""
        return sum(map(len, self._streams.values()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. `?seen=`: the SHA-256 of the version that its page was drawn from."""
        request = Request(scope, receive)
        asker = self._asker(request)
        refusal = self._refusal(request, asker)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        with self._stream(asker, request.query_params.get("seen", "")) as stream:
            # In this order, so that what changes meanwhile is heard.
            await self._tell((asker,))
            if stream.over:
                await Response(status_code=401)(scope, receive, send)
            else:
                with self._live.open(asker.session or "") as ended:
                    await _send_all(stream, ended, receive, send)

    async def watch(self) -> None:
        """Feed all streams, for ever."""
        changes: Changes | None = None
        try:
            while True:
                await self._somebody.wait()
                try:
                    if changes is None:
                        changes = await anyio.to_thread.run_sync(self._house.gateway.changes)
                    if await anyio.to_thread.run_sync(
                        changes.wait, _WAIT_SECONDS, limiter=self._thread
                    ):
                        await self._tell(tuple(self._streams))
                        await asyncio.sleep(_REST_SECONDS)
                except Exception as error:
                    # Each page looks by itself meanwhile.
                    _log.error("the doorbell could not look: %s", type(error).__name__)
                    await asyncio.sleep(_TROUBLE_SECONDS)
        finally:
            if changes is not None:
                changes.close()

    def end_all(self) -> None:
        """End every stream, or a server that is asked to end would wait for them."""
        for streams in self._streams.values():
            for stream in streams:
                stream.end()

    def _refusal(self, request: Request, asker: Asker) -> Response | None:
        if request.method != "GET":
            return self._answers.plain("not_allowed", headers={"Allow": "GET"})
        if not origins.is_own_fetch(self._house.settings, request.scope):
            return self._answers.plain("foreign_origin")
        if asker.session is None:
            return Response(status_code=401)
        if len(self._streams.get(asker, ())) >= PER_BROWSER:
            return self._answers.plain("too_many_here")
        return None

    @contextmanager
    def _stream(self, asker: Asker, seen: str) -> Iterator[_Stream]:
        self._end_all_at_exit()
        stream = _Stream(seen)
        self._streams[asker].add(stream)
        self._somebody.set()
        try:
            yield stream
        finally:
            self._streams[asker].discard(stream)
            if not self._streams[asker]:
                del self._streams[asker]
            if not self._streams:
                self._somebody.clear()

    async def _tell(self, askers: Collection[Asker]) -> None:
        """Look once for all of these, and let their streams hear what there is."""
        found = await anyio.to_thread.run_sync(
            lambda: self._house.gateway.read(
                lambda unit: access.versions(self._house, unit, askers)
            )
        )
        for asker in askers:
            for stream in self._streams.get(asker, ()):
                stream.hear(found.get(asker))

    def _end_all_at_exit(self) -> None:
        """Not before the first stream: by then the server has put its own handlers in place."""
        if not self._told_of_exit:
            self._told_of_exit = True
            loop = asyncio.get_running_loop()
            farewell.before_exit(lambda: loop.call_soon_threadsafe(self.end_all))

    def _asker(self, request: Request) -> Asker:
        name = self._house.settings.cookie_name("session")
        return access.asker_of(request.cookies.get(name))


async def _send_all(stream: _Stream, ended: asyncio.Event, receive: Receive, send: Send) -> None:
    """Send until the tab has gone or the stream is over."""
    ends = [asyncio.ensure_future(_gone(receive)), asyncio.ensure_future(ended.wait())]
    for end in ends:
        end.add_done_callback(lambda _: stream.end())
    try:
        headers = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        chunk = _BEGIN
        while chunk or not stream.over:
            if chunk:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            if stream.over:
                break
            chunk = await stream.next()
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        for end in ends:
            end.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
