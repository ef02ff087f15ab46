"""Which addresses this app answers to, and which pages may speak to it."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from lib.settings import Settings


def is_own_host(settings: Settings, scope: Scope) -> bool:
    """Whether the request's Host names this app, and no other name that was pointed at it."""
    host = Headers(scope=scope).get("host")
    parts = _split(f"//{host}") if host else None
    return parts is not None and (parts.hostname or "") in settings.allowed_hosts


def is_own_origin(settings: Settings, scope: Scope) -> bool:
    """Whether the request comes from a page of this app. A missing Origin is foreign.

    The public address always is our own; otherwise Origin and Host must name the same host and
    port, over TLS when the app is behind TLS.
    """
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin == "null" and scope["type"] == "http":
        # Our no-referrer makes browsers say this for a plain form of our own page, too; then only
        # they can say that it was ours, in a header that no page can set.
        return headers.get("sec-fetch-site") == "same-origin" and is_own_host(settings, scope)
    parts = _split(origin) if origin else None
    if parts is None or parts.path or parts.query or parts.fragment:
        return False
    if _origin(parts) == _origin(_split(settings.public_url)):
        return True
    schemes = {"https"} if settings.secure else {"http", "https"}
    return (
        parts.scheme in schemes
        and parts.netloc.lower() == headers.get("host", "").lower()
        and is_own_host(settings, scope)
    )


def is_own_fetch(settings: Settings, scope: Scope) -> bool:
    """Whether a request that only reads comes from a page of this app.

    Browsers send no Origin with it, and old ones nothing else that tells: then the session cookie
    does, which is Strict.
    """
    headers = Headers(scope=scope)
    if "origin" in headers:
        return is_own_origin(settings, scope)
    return headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _origin(parts: SplitResult | None) -> tuple[str, str | None, int] | None:
    if parts is None:
        return None
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises when it is no number
    except ValueError:
        return None
    return None if parts.username or parts.password else parts
