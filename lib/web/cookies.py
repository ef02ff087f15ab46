"""How this app sets and takes back its cookies. Their names are `Settings.cookie_name(...)`."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from starlette.responses import Response

from lib.settings import Cookie, Settings


def give(
    response: Response,
    settings: Settings,
    cookie: Cookie,
    value: str,
    *,
    same_site: Literal["lax", "strict"] = "strict",
    stays: timedelta | None = None,
) -> None:
    """Set a cookie that no script can read. stays: None keeps it until the browser closes.

    Strict serves a page reached by a link from elsewhere, too: the page itself needs no cookie, and
    the WebSocket that it opens then is its own.
    """
    response.set_cookie(
        settings.cookie_name(cookie),
        value,
        max_age=None if stays is None else int(stays.total_seconds()),
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite=same_site,
    )


def take_back(response: Response, settings: Settings, cookie: Cookie) -> None:
    """Delete a cookie."""
    response.delete_cookie(
        settings.cookie_name(cookie),
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="strict",
    )
