"""The gate that every request passes before Streamlit sees it.

Over HTTP it lets through what the app needs and answers 404 to the rest of what Streamlit serves.
Over the WebSocket it lets only our own pages in, says by a header of its own whose session it is,
lets only known messages through, checks the session at every frame, empties the tab when the
session has ended, and keeps it on its page (`lib.web.steady`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

import anyio
import anyio.to_thread
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from lib.settings import Settings
from lib.web import origins
from lib.web.answers import Answers
from lib.web.crowd import Crowd, TooMany
from lib.web.live import LiveTabs
from lib.web.logs import kind_and_place
from lib.web.pins import IDENTITY_HEADER
from lib.web.steady import SteadyPage

# What the pages send. Not among them, although Streamlit would obey: clear_cache empties every
# cache for everybody, backend_operation_request can write files on the server, file_urls_request
# opens uploads, set_run_on_save and the debug messages are for developers.
KNOWN_MESSAGES = frozenset({"rerun_script", "stop_script", "app_heartbeat"})
LONGEST_FRAME = 1024 * 1024
OVER = "/auth/over"
STREAM = "/_stcore/stream"
OPEN_TO_ALL = frozenset({"/_stcore/health", "/_stcore/host-config"})
# How Streamlit calls what the doorbell of a page tells it; it is in a frame only when it rang.
DOORBELL = "-doorbell__events"
COMPONENT_FILES = "/_stcore/bidi-components/"
# The rest of Streamlit's core, wherever it stands: its API for programs, metrics, uploads. A page
# at /two asks for /two/_stcore/health first, and must hear that it is not there.
CORE = "/_stcore/"
# Old-style components and Streamlit's own sign-in.
CLOSED = ("/component/", "/auth/login", "/auth/logout", "/oauth2callback")
MEDIA = "/media/"

_POLICY, _NOT_BINARY, _TROUBLE = 1008, 1003, 1011
_log = logging.getLogger("halfway.web")
_HEADER = IDENTITY_HEADER.lower().encode()

Who = Callable[[str | None, bool], str | None]
"""A session token to the id of the person it belongs to, or None when it has ended; and whether
that person has just done something, so that the session is not idle."""


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """What the gate asks: the settings, who is behind a token, and who else is here.

    digest: a token to the name of its session, which is no secret.
    """

    settings: Settings
    who: Who
    digest: Callable[[str], str]
    crowd: Crowd
    live: LiveTabs
    answers: Answers
    threads: anyio.CapacityLimiter

    async def is_live(self, token: str | None, *, act: bool = False) -> bool:
        if not token:
            return False
        who = await anyio.to_thread.run_sync(self.who, token, act, limiter=self.threads)
        return who is not None


class Gate:
    """ASGI middleware; see the module."""

    def __init__(self, app: ASGIApp, *, keeper: Gatekeeper) -> None:
        self._app = app
        self._keeper = keeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        scope = dict(scope, headers=[pair for pair in scope["headers"] if pair[0] != _HEADER])
        if scope["type"] == "websocket":
            return await self._websocket(scope, receive, send)
        refusal = await self._http_refusal(scope)
        if refusal is not None:
            return await self._keeper.answers.plain(refusal)(scope, receive, send)
        return await self._app(scope, receive, send)

    async def _http_refusal(self, scope: Scope) -> str | None:
        """The code of the answer that this request gets in place of the app, if any."""
        path: str = scope["path"]
        if path in OPEN_TO_ALL:
            return None
        if not origins.is_own_host(self._keeper.settings, scope):
            return "wrong_host"
        if path.startswith(CLOSED) or (CORE in path and not path.startswith(COMPONENT_FILES)):
            return "not_found"
        if path.startswith(MEDIA) and not await self._keeper.is_live(self._token(scope)):
            return "not_found"
        return None

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        keeper = self._keeper
        if scope["path"] != STREAM:
            return await keeper.answers.deny("not_found", scope, receive, send)
        if not origins.is_own_origin(keeper.settings, scope):
            return await keeper.answers.deny("foreign_origin", scope, receive, send)
        try:
            token = self._token(scope)
            token = token if await keeper.is_live(token) else None
            place = keeper.crowd.join(scope["client"][0] if scope.get("client") else None)
        except TooMany as error:
            return await keeper.answers.deny(error.code, scope, receive, send)
        except Exception as error:
            _log.error("a session could not be looked up: %s", kind_and_place(error))
            return await keeper.answers.deny("failed", scope, receive, send)
        with place:
            return await self._admitted(token, scope, receive, send)

    async def _admitted(
        self, token: str | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        session = self._keeper.digest(token) if token else None
        if session:
            scope["headers"].append((_HEADER, session.encode()))
        with self._ended(session) as ended:
            back = _comes_back(scope)
            line = _Line(self._keeper, token, ended, receive, send, back=back)
            try:
                await self._app(scope, line.receive, line.send)
            finally:
                line.hang_up()

    @contextmanager
    def _ended(self, session: str | None) -> Iterator[asyncio.Event]:
        with self._keeper.live.open(session) if session else nullcontext(asyncio.Event()) as ended:
            yield ended

    def _token(self, scope: Scope) -> str | None:
        return HTTPConnection(scope).cookies.get(self._keeper.settings.cookie_name("session"))


class _Line:
    """One open tab: what Streamlit receives from it and sends to it, while the session lives."""

    def __init__(
        self,
        keeper: Gatekeeper,
        token: str | None,
        ended: asyncio.Event,
        receive: Receive,
        send: Send,
        *,
        back: bool,
    ) -> None:
        self._back = back
        self._keeper = keeper
        self._token = token
        self._receive = receive
        self._send = send
        self._page = SteadyPage()
        self._accepted = False
        self._closed = False
        self._end = asyncio.ensure_future(ended.wait())

    async def receive(self) -> Message:
        """The next message that Streamlit may see."""
        while not self._closed:
            message = await self._next()
            if message is not None and message["type"] != "websocket.receive":
                return message
            frame = _read(message.get("bytes")) if message else None
            if message is None or not await self._still_signed_in(act=self._is_act(frame)):
                await self._empty()
            elif self._closed:
                break
            elif message.get("bytes") is None:
                await self._close(_NOT_BINARY)
            elif frame is None or frame.WhichOneof("type") in KNOWN_MESSAGES:
                return message
        return {"type": "websocket.disconnect", "code": _POLICY}

    async def send(self, message: Message) -> None:
        """Pass on what Streamlit says; nothing more once the session has ended."""
        if self._closed:
            return
        self._accepted = self._accepted or message["type"] == "websocket.accept"
        self._closed = message["type"] == "websocket.close"
        if message.get("bytes"):
            message = dict(message, bytes=self._page.corrected(message["bytes"]))
        await self._send(message)

    def hang_up(self) -> None:
        self._end.cancel()

    async def _next(self) -> Message | None:
        """The next message from the browser, or None when the session ended while waiting."""
        arriving = asyncio.ensure_future(self._receive())
        try:
            await asyncio.wait({arriving, self._end}, return_when=asyncio.FIRST_COMPLETED)
            return None if self._end.done() else arriving.result()
        finally:
            arriving.cancel()

    def _is_act(self, frame: BackMsg | None) -> bool:
        """Whether a person has done something, or has just come.

        Timers of a page say that they are timers, a doorbell rings at what the other has done, and
        a tab whose line broke asks for its page again by itself.
        """
        if frame is None or frame.WhichOneof("type") != "rerun_script":
            return False
        rerun = frame.rerun_script
        rung = any(widget.id.endswith(DOORBELL) for widget in rerun.widget_states.widgets)
        by_itself = rerun.is_auto_rerun or rung or self._back
        self._back = False
        return not by_itself

    async def _still_signed_in(self, *, act: bool) -> bool:
        """Closes the line when that cannot be found out; the browser then tries to come back."""
        try:
            return self._token is None or await self._keeper.is_live(self._token, act=act)
        except Exception as error:
            _log.error("a session could not be looked up: %s", kind_and_place(error))
            await self._close(_TROUBLE)
            return True

    async def _empty(self) -> None:
        """Send the tab to the start page, past where its dead cookie is taken back, which leaves
        nothing private on screen, and close.

        Closing alone would leave the page standing, greyed, for as long as it tries to reconnect.
        """
        leave = ForwardMsg()
        leave.auth_redirect.url = OVER
        if self._accepted:
            await self.send({"type": "websocket.send", "bytes": leave.SerializeToString()})
        await self._close(_POLICY)

    async def _close(self, code: int) -> None:
        await self.send({"type": "websocket.close", "code": code})


def _read(frame: bytes | None) -> BackMsg | None:
    """What a frame says; None for a broken one, on which Streamlit itself closes the line."""
    if frame is None or len(frame) > LONGEST_FRAME:
        return None
    message = BackMsg()
    try:
        message.ParseFromString(frame)
    except Exception:  # DecodeError, of a package without types
        return None
    return message


def _comes_back(scope: Scope) -> bool:
    """Whether this tab had a line before: then it names its Streamlit session, too."""
    return len(scope.get("subprotocols", ())) > 2
