"""The routes that only HTTP can serve: signing in and out by cookie, and opening an invitation.

A cookie that no script can read has to be set by an answer of the server, and Streamlit's pages
have none. Each POST here is refused unless it comes from a page of our own.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Literal
from urllib.parse import parse_qs

import anyio.to_thread
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from lib.errors import HalfwayError, Refused
from lib.services import access, accounts, exports, leaving
from lib.services.access import Asker
from lib.services.house import House
from lib.services.mail import LINK_LIFETIME
from lib.web import agenda, landing, origins
from lib.web.answers import Answers
from lib.web.cookies import give, take_back
from lib.web.devices import device
from lib.web.exit import quick_exit
from lib.web.gate import OVER
from lib.web.live import LiveTabs

LONGEST_BODY = 4096
MOST_FIELDS = 8
INVITATION_KEPT = timedelta(hours=1)
SAID_FOR = timedelta(minutes=1)
_AFTER_ANSWER = 0.1
# What the services make for a link: never shown, stored or judged here.
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,128}")
# All are ours to answer: a request that a route does not take would go on to Streamlit's page.
_EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Endpoint = Callable[[Request], Awaitable[Response]]


class Routes:
    """The endpoints, with what they need."""

    def __init__(self, house: House, answers: Answers, live: LiveTabs) -> None:
        self._house = house
        self._answers = answers
        self._live = live
        self._landing = landing.pages(answers, quick_exit(answers, house.settings.exit_url))

    def all(self) -> tuple[Route, ...]:
        """The routes for `st.App`, which asks them before its own."""
        return (
            self._post("/auth/finish", self.finish),
            self._post("/auth/sign-out", self.sign_out),
            self._post("/i/open", self.open_invitation),
            self._post("/account/copy", self.copy),
            self._post("/m/open", self.open_mail),
            Route(OVER, self.over, methods=_EVERY_METHOD),
            Route(agenda.PATH, self.agreement, methods=_EVERY_METHOD),
            *(self._get(path, page) for path, page in self._landing),
        )

    async def finish(self, request: Request) -> Response:
        """Redeem the ticket that the sign-in page got, and give this browser its session."""
        settings = self._house.settings
        ticket = await _field(request, "ticket")
        nonce = request.cookies.get(settings.cookie_name("nonce"), "")
        before = self._asker(request)
        known = request.cookies.get(settings.cookie_name("device")) or access.new_token()

        def redeem() -> tuple[str, timedelta | None]:
            token = accounts.redeem(
                self._house,
                access.with_device(before, known),
                ticket=ticket,
                nonce=nonce,
                device=device(request.headers.get("user-agent", "")),
            )
            return token, accounts.stays(self._house, access.asker_of(token))

        token, stays = await anyio.to_thread.run_sync(redeem)
        response = self._done(request, ended=before)
        give(response, settings, "session", token, stays=stays)
        give(response, settings, "device", known, stays=access.KNOWN_FOR)
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session of this browser, empty its tabs, and clear what the browser kept."""
        asker = self._asker(request)
        await anyio.to_thread.run_sync(accounts.sign_out, self._house, asker)
        response = self._done(request, ended=asker)
        take_back(response, self._house.settings, "session")
        take_back(response, self._house.settings, "invitation")
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    async def over(self, request: Request) -> Response:
        """Where a tab is sent whose session has ended: its cookie goes, unless it lives again.

        Nothing is done for a request without one, such as any that comes from elsewhere.
        """
        if request.method not in ("GET", "HEAD"):
            return self._answers.plain("not_allowed", headers={"Allow": "GET, HEAD"})
        response = RedirectResponse("/", status_code=303)
        asker = self._asker(request)
        if asker.session is None:
            return response
        if await anyio.to_thread.run_sync(accounts.who, self._house, asker) is None:
            take_back(response, self._house.settings, "session")
            if leaving.was_closed(self._house, asker):
                give(response, self._house.settings, "said", "closed", stays=SAID_FOR)
        return response

    async def open_invitation(self, request: Request) -> Response:
        """Keep the secret of an invitation for the page that shows who invites."""
        return await self._keep(request, "invitation", INVITATION_KEPT)

    async def open_mail(self, request: Request) -> Response:
        """Keep the secret of a link from a mail for the page that it is for."""
        return await self._keep(request, "mail", LINK_LIFETIME)

    async def _keep(
        self, request: Request, what: Literal["invitation", "mail"], stays: timedelta
    ) -> Response:
        """Keep the secret of a link in a cookie.

        Whether it is a good one is said by the page, after the same work for all.
        """
        secret = await _field(request, what)
        if not _SECRET.fullmatch(secret):
            raise Refused("not_understood")
        response = Response(status_code=204)
        give(response, self._house.settings, what, secret, stays=stays)
        return response

    async def copy(self, request: Request) -> Response:
        """Send the copy of somebody's own part, against the ticket that their page got."""
        ticket, form = await _fields(request, "ticket", "form")
        asker = self._asker(request)
        made = await anyio.to_thread.run_sync(
            lambda: exports.take(self._house, asker, ticket=ticket, form=form)
        )
        return Response(
            made.body,
            media_type=made.media_type,
            headers={"Content-Disposition": f'attachment; filename="{made.name}"'},
        )

    async def agreement(self, request: Request) -> Response:
        """An agreement that holds, as a file for one's own calendar."""
        return await agenda.serve(self._house, self._answers, request)

    def _done(self, request: Request, *, ended: Asker) -> Response:
        """To the start page when a form was sent; nothing more to say when a script asked.

        The tabs of the ended session are emptied a moment after the answer, not before: being sent
        to the start page, the one that asked would drop the answer and keep its cookie.
        """
        if "text/html" in request.headers.get("accept", ""):
            response: Response = RedirectResponse("/", status_code=303)
        else:
            response = Response(status_code=204)
        if ended.session:
            response.background = BackgroundTask(self._empty_tabs, ended.session)
        return response

    async def _empty_tabs(self, session: str) -> None:
        await asyncio.sleep(_AFTER_ANSWER)
        self._live.revoke(session)

    def _asker(self, request: Request) -> Asker:
        name = self._house.settings.cookie_name("session")
        return access.asker_of(request.cookies.get(name))

    def _post(self, path: str, endpoint: Endpoint) -> Route:
        """Only for pages of our own, and with an answer in words for what is refused."""

        async def guarded(request: Request) -> Response:
            if request.method != "POST":
                return self._answers.plain("not_allowed", headers={"Allow": "POST"})
            if not origins.is_own_origin(self._house.settings, request.scope):
                return self._answers.plain("foreign_origin")
            try:
                return await endpoint(request)
            except HalfwayError as error:
                return self._answers.of_error(error)

        return Route(path, guarded, methods=_EVERY_METHOD)

    def _get(self, path: str, page: landing.Page) -> Route:
        async def serve(request: Request) -> Response:
            if request.method not in ("GET", "HEAD"):
                return self._answers.plain("not_allowed", headers={"Allow": "GET, HEAD"})
            return Response(page.body, media_type=page.media_type)

        return Route(path, serve, methods=_EVERY_METHOD)


async def _field(request: Request, name: str) -> str:
    """One field of a short form body; raises Refused("too_long")."""
    return (await _fields(request, name))[0]


async def _fields(request: Request, *names: str) -> list[str]:
    """Several of them, in the order asked for; "" for what is not there.

    Raises Refused("not_understood") for a field that is there twice: nobody is to wonder which
    counts.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise Refused("too_long")
    try:
        fields = parse_qs(
            body.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise Refused("not_understood") from None
    if any(len(values) > 1 for values in fields.values()):
        raise Refused("not_understood")
    return [fields.get(name, [""])[0] for name in names]
