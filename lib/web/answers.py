"""Errors become HTTP here, once: a status and one calm sentence."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.errors import HalfwayError, NotYours, Refused, SignedOut
from lib.web.logs import kind_and_place

_log = logging.getLogger("halfway.web")

_STATUS: Mapping[str, int] = MappingProxyType(
    {
        "not_found": HTTPStatus.NOT_FOUND,
        "not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
        "foreign_origin": HTTPStatus.FORBIDDEN,
        "wrong_host": HTTPStatus.MISDIRECTED_REQUEST,
        "too_long": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "not_understood": HTTPStatus.BAD_REQUEST,
        "too_many_here": HTTPStatus.TOO_MANY_REQUESTS,
        "too_many_in_all": HTTPStatus.SERVICE_UNAVAILABLE,
        "failed": HTTPStatus.INTERNAL_SERVER_ERROR,
    }
)
_BY_STATUS: Mapping[int, str] = MappingProxyType({status: code for code, status in _STATUS.items()})
_RETRY_SECONDS = "60"


class Answers:
    """Plain answers in words from content.

    words: a key such as `interface.web.not_found`, and facts, to a sentence.
    """

    def __init__(self, words: Callable[..., str]) -> None:
        self._words = words

    def text(self, key: str) -> str:
        """A sentence of this room."""
        return self._words(f"interface.web.{key}")

    def plain(
        self, code: str, *, status: int | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """The answer for a code of this room, in its own status unless another is given."""
        status = status or _STATUS[code]
        if code.startswith("too_many"):
            headers = {"Retry-After": _RETRY_SECONDS}
        return PlainTextResponse(self.text(code) + "\n", status_code=status, headers=headers)

    def of_error(self, error: HalfwayError) -> Response:
        """The answer for an expected error that reached a route."""
        if error.code in _STATUS:
            return self.plain(error.code)
        if isinstance(error, NotYours):
            return self.plain("not_found")
        if not isinstance(error, Refused | SignedOut):
            return self.plain("failed")
        status = HTTPStatus.UNAUTHORIZED if isinstance(error, SignedOut) else HTTPStatus.BAD_REQUEST
        sentence = self._words(f"interface.errors.{error.code}", **error.facts)
        return PlainTextResponse(sentence + "\n", status_code=status)

    async def of_http(self, request: Request, error: Exception) -> Response:
        """In place of Starlette's own words for 404, 405 and the like."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        code = _BY_STATUS.get(status, "not_understood")
        return self.plain(code, status=status, headers=getattr(error, "headers", None))

    async def deny(self, code: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a WebSocket before it is accepted, with a status and a sentence."""
        if "websocket.http.response" not in scope.get("extensions", {}):
            await receive()
            return await send({"type": "websocket.close", "code": 1008})
        # A response knows how to answer a WebSocket scope with the denial extension.
        return await self.plain(code)(scope, receive, send)


class Calm:
    """ASGI middleware: no error leaves as a traceback, and each answer has our words."""

    def __init__(self, app: ASGIApp, *, answers: Answers) -> None:
        self._app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started = False

        async def noticing(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noticing)
        except Exception as error:
            response = self._answer(error)
            if not started:
                await response(scope, receive, send)

    def _answer(self, error: Exception) -> Response:
        if isinstance(error, HalfwayError):
            return self._answers.of_error(error)
        _log.error("unexpected %s", kind_and_place(error))
        return self._answers.plain("failed")
