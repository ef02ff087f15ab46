"""The whole edge, put together: what `app.py` hands to Streamlit."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from lib.services import access, accounts
from lib.services.access import Asker
from lib.services.house import House
from lib.web import doorbell, headers, landing, shell
from lib.web.answers import Answers, Calm
from lib.web.crowd import Crowd
from lib.web.doorbell import Doorbell
from lib.web.exit import quick_exit
from lib.web.gate import Gate, Gatekeeper
from lib.web.live import LiveTabs
from lib.web.routes import Routes

# Look-ups of sessions for frames, apart from the threads that serve files.
_THREADS = 8


@dataclass(frozen=True, slots=True)
class Edge:
    """The arguments of `st.App` besides its script."""

    routes: tuple[Route, ...]
    middleware: tuple[Middleware, ...]
    exception_handlers: Mapping[Any, Callable[..., Any]]
    lifespan: Callable[[object], AbstractAsyncContextManager[None]]


def build(house: House, *, streamlit_files: Path) -> Edge:
    """The edge for this house. streamlit_files: the folder that holds Streamlit's index.html."""
    settings = house.settings
    answers = Answers(house.content.words.text)
    crowd, live = Crowd(), LiveTabs()
    bell = doorbell.Doorbell(house, answers, live)
    routes = (*Routes(house, answers, live).all(), Route(doorbell.PATH, bell))
    index = (streamlit_files / "index.html").read_text(encoding="utf-8")
    leaving = quick_exit(answers, settings.exit_url)
    html = shell.ours(index, no_script=answers.text("no_script"), leaving=leaving)
    keeper = Gatekeeper(
        settings=settings,
        who=lambda token, act: accounts.who(house, access.asker_of(token), act=act),
        digest=access.digest,
        crowd=crowd,
        live=live,
        answers=answers,
        threads=anyio.CapacityLimiter(_THREADS),
    )
    return Edge(
        routes=routes,
        middleware=(
            # Before all others, so that each sees where a request really comes from.
            Middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies)),
            Middleware(
                headers.SecurityHeaders,
                policy=headers.content_security_policy(html),
                secure=settings.secure,
            ),
            Middleware(Calm, answers=answers),
            Middleware(Gate, keeper=keeper),
            Middleware(
                shell.Shell,
                settings=settings,
                html=html,
                lost=landing.lost(answers, leaving),
                folder=streamlit_files,
                routes=frozenset(route.path for route in routes),
                crowd=crowd,
                answers=answers,
            ),
        ),
        exception_handlers={HTTPException: answers.of_http},
        lifespan=partial(_lifespan, house, live, bell),
    )


@asynccontextmanager
async def _lifespan(
    house: House, live: LiveTabs, bell: Doorbell, _app: object
) -> AsyncIterator[None]:
    """After start-up: watch the sessions of open tabs and what the doorbell rings for, and put what
    was loaded out of the way.

    Frozen objects are not gone through by the collector any more. Together with the pinned
    `runner.postScriptGC` this is the largest gain in speed there is: a quarter of the work.
    """
    watching = [
        asyncio.create_task(live.watch(partial(_alive, house))),
        asyncio.create_task(bell.watch()),
    ]
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        for task in watching:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def _alive(house: House, sessions: Collection[str]) -> set[str]:
    """Of these sessions, those that have not ended."""
    askers = [Asker(session) for session in sessions]
    living = house.gateway.read(lambda unit: access.versions(house, unit, askers))
    return {asker.session for asker in living if asker.session}
