"""The security headers, on every answer whatever made it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Streamlit's scripts and fonts: their names change with their content, and nothing in them is ours.
PUBLIC_FILES = "/static/"
NO_STORE = "no-store"

_ALWAYS: Mapping[str, str] = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        "X-Robots-Tag": "noindex",
    }
)
_WITHOUT_BODY = (204, 304)
_TRANSPORT = "max-age=31536000; includeSubDomains"
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc\b)[^>]*>(.*?)</script>", re.DOTALL)


def content_security_policy(shell: str) -> str:
    """As strict as Streamlit lets it be. shell: its index.html.

    The loosenings, each with its reason; SECURITY.md lists them too:
    - hashes of two inline scripts: Streamlit's one line, and `exit.js`, which must be there before
      anything else is;
    - `blob:` scripts: what inline components are loaded as;
    - inline styles: what Streamlit's styling library writes;
    - `data:` fonts and pictures, `blob:` pictures: Streamlit's tables and charts, our icon and QR
      codes, which must not stand at an address of their own.
    No eval, charts included.
    """
    scripts = " ".join(f"'sha256-{_sha256(script)}'" for script in _INLINE_SCRIPT.findall(shell))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: {scripts}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self' data:",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class SecurityHeaders:
    """ASGI middleware, the outermost one.

    secure: the app is behind TLS, so browsers may be told to insist on it, and every cookie,
    Streamlit's own included, is marked Secure.
    """

    def __init__(self, app: ASGIApp, *, policy: str, secure: bool) -> None:
        self._app = app
        self._secure = secure
        self._headers = {**_ALWAYS, "Content-Security-Policy": policy}
        if secure:
            self._headers["Strict-Transport-Security"] = _TRANSPORT

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dressed(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                message = dict(message, headers=list(message["headers"]))
                headers = MutableHeaders(scope=message)
                self._dress(headers, scope["path"])
                if message["status"] not in _WITHOUT_BODY:
                    headers.setdefault("Content-Type", "text/plain; charset=utf-8")
                message["headers"] = [self._cookie(pair) for pair in message["headers"]]
            await send(message)

        await self._app(scope, receive, dressed)

    def _dress(self, headers: MutableHeaders, path: str) -> None:
        headers.update(self._headers)
        is_kept = path.startswith(PUBLIC_FILES) and "immutable" in headers.get("Cache-Control", "")
        if not is_kept:
            headers["Cache-Control"] = NO_STORE

    def _cookie(self, pair: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
        name, value = pair
        if not self._secure or name.lower() != b"set-cookie" or b"; secure" in value.lower():
            return pair
        return name, value + b"; Secure"


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
