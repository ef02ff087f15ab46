"""The one HTML page that every address of a page answers with; Streamlit's scripts draw into it.

Streamlit would serve its own: titled "Streamlit" until a script has run, with its logo, pointing at
an API for programs that is switched off here.
"""

from __future__ import annotations

import re
import secrets
from html import escape
from http import HTTPStatus
from pathlib import Path

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.settings import Settings
from lib.web.answers import Answers
from lib.web.cookies import give
from lib.web.crowd import Crowd
from lib.web.exit import QuickExit
from lib.web.headers import PUBLIC_FILES

NAME = "Halfway"

_ROOT = '<div id="root"></div>'
_NOT_PAGES = ("/_stcore/", "/media/", "//")


def ours(index: str, *, no_script: str, leaving: QuickExit) -> str:
    """Streamlit's index.html under our name, with the quick exit around what Streamlit draws.

    no_script: the sentence for a browser without any.
    """
    index = re.sub(r"<title>.*?</title>", f"<title>{NAME}</title>", index, flags=re.DOTALL)
    index = re.sub(
        r"<noscript>.*?</noscript>",
        lambda _: f"<noscript><p>{escape(no_script)}</p></noscript>",
        index,
        flags=re.DOTALL,
    )
    index = re.sub(r'<link rel="service-desc"[^>]*>', "", index)
    index = index.replace('href="./favicon.png"', 'href="/icon.svg" type="image/svg+xml"')
    index = index.replace("</head>", f"{leaving.style}</head>")
    return index.replace(_ROOT, f"{leaving.first}{_ROOT}{leaving.last}")


class Shell:
    """ASGI middleware that answers the pages' addresses; all other requests go on.

    folder: Streamlit's own files, which are served under their names; for a name that is not among
    them Streamlit would serve its page. routes: the paths of ours. lost: the page for an address
    deeper than any page: Streamlit's scripts would look for its server there and stay white.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        html: str,
        lost: str,
        folder: Path,
        routes: frozenset[str],
        crowd: Crowd,
        answers: Answers,
    ) -> None:
        self._app = app
        self._settings = settings
        self._html = html
        self._lost = lost
        self._files = _paths(folder)
        self._routes = routes
        self._crowd = crowd
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._is_lost_file(scope):
            return await self._answers.plain("not_found")(scope, receive, send)
        if self._is_nested(scope):
            return await self._nothing_here(scope)(scope, receive, send)
        if not self._is_page(scope):
            return await self._app(scope, receive, send)
        # Say now that there is no room, in words; the page itself could only turn its wheel.
        self._crowd.check(scope["client"][0] if scope.get("client") else None)
        response = HTMLResponse(self._html)
        nonce = self._settings.cookie_name("nonce")
        if not HTTPConnection(scope).cookies.get(nonce):
            # Lax, not Strict: somebody who comes by a link must not lose the nonce of another tab.
            give(response, self._settings, "nonce", secrets.token_urlsafe(24), same_site="lax")
        return await response(scope, receive, send)

    def _is_lost_file(self, scope: Scope) -> bool:
        return (
            scope["type"] == "http"
            and scope["path"].startswith(PUBLIC_FILES)
            and scope["path"] not in self._files
        )

    def _is_nested(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return False
        path: str = scope["path"]
        return (
            "/" in path.strip("/")
            and path not in self._files
            and path not in self._routes
            and not path.startswith(_NOT_PAGES)
        )

    def _nothing_here(self, scope: Scope) -> Response:
        if "text/html" in HTTPConnection(scope).headers.get("accept", ""):
            return HTMLResponse(self._lost, status_code=HTTPStatus.NOT_FOUND)
        return self._answers.plain("not_found")

    def _is_page(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return False
        path: str = scope["path"]
        return (
            path not in self._files
            and path not in self._routes
            and not path.startswith(_NOT_PAGES)
            and (path == "/" or not path.endswith("/"))
        )


def _paths(folder: Path) -> frozenset[str]:
    """The addresses of the files in a folder, except its page."""
    files = (file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    return frozenset(f"/{file}" for file in files if file != "index.html")
