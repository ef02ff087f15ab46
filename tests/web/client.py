"""Speaking to a server as a browser would, and as one would not: by HTTP and by WebSocket."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from lib.services import access, accounts
from lib.services.access import SIGNED_OUT
from lib.services.house import House
from tests.server import RunningServer

PASSWORD = "seven quiet herons by the weir"
SITE = ("-m", "tests.web.site.launch")
PATIENCE = 10.0


@dataclass(frozen=True)
class Answer:
    """Status, headers in lower case (those given twice joined by a line break), and text."""

    status: int
    headers: Mapping[str, str]
    text: str


def ask(
    server: RunningServer,
    path: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    fields: Mapping[str, str] | None = None,
    body: str | None = None,
) -> Answer:
    """One request to the server, from 127.0.0.1. body: of a form, in place of fields."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    sent = {"Host": f"localhost:{server.port}", **(headers or {})}
    if fields is not None or body is not None:
        body = urlencode(fields or {}) if body is None else body
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body=body, headers=sent)
    response = connection.getresponse()
    received: dict[str, str] = {}
    for name, value in response.getheaders():
        lower = name.lower()
        received[lower] = f"{received[lower]}\n{value}" if lower in received else value
    answer = Answer(response.status, received, response.read().decode("utf-8", "replace"))
    connection.close()
    return answer


def post(
    server: RunningServer,
    path: str,
    fields: Mapping[str, str] | None = None,
    *,
    cookies: Mapping[str, str] | None = None,
    origin: str | None = "own",
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
) -> Answer:
    """A POST as a script of our own page would send it, unless another origin is given."""
    sent = dict(headers or {})
    if origin is not None:
        sent["Origin"] = server.url if origin == "own" else origin
    if cookies:
        sent["Cookie"] = cookie_header(cookies)
    return ask(server, path, method="POST", headers=sent, fields=fields or {}, body=body)


def cookie_header(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def cookie_of(answer: Answer, name: str) -> str | None:
    """The value of a cookie that the answer sets."""
    found = re.search(rf"^{re.escape(name)}=([^;]*)", answer.headers.get("set-cookie", ""), re.M)
    return found.group(1) if found else None


def has_account(house: House, name: str) -> None:
    """Make the account unless it is there."""
    if accounts.verify(house, SIGNED_OUT, login_name=name, password=PASSWORD) is None:
        accounts.sign_up(
            house,
            SIGNED_OUT,
            login_name=name,
            display_name=name.capitalize(),
            password=PASSWORD,
            of_age=True,
            consent=True,
        )


def ticket_for(house: House, name: str, nonce: str) -> str:
    has_account(house, name)
    return accounts.sign_in(house, SIGNED_OUT, login_name=name, password=PASSWORD, nonce=nonce)


def sign_in(server: RunningServer, house: House, name: str, *, before: str | None = None) -> str:
    """Sign in through the route, as the page does; the session cookie's value.

    before: the session cookie that this browser already has.
    """
    nonce = cookie_of(ask(server, "/"), "halfway_nonce")
    assert nonce
    cookies = {"halfway_nonce": nonce} | ({"halfway": before} if before else {})
    answer = post(
        server, "/auth/finish", {"ticket": ticket_for(house, name, nonce)}, cookies=cookies
    )
    assert answer.status == 204, answer
    token = cookie_of(answer, "halfway")
    assert token
    return token


def session_of(token: str) -> str:
    """What the gate calls the session of this token."""
    return access.digest(token)


def handshake(
    server: RunningServer,
    *,
    origin: str | None = "own",
    headers: Mapping[str, str] | None = None,
    path: str = "/_stcore/stream",
) -> Answer:
    """How the server answers somebody who asks for a WebSocket; meant for those it refuses."""
    sent = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        **(headers or {}),
    }
    if origin is not None:
        sent["Origin"] = server.url if origin == "own" else origin
    return ask(server, path, headers=sent)


class Tab:
    """One open tab, as far as Streamlit's protocol goes."""

    def __init__(
        self,
        server: RunningServer,
        *,
        token: str | None = None,
        origin: str | None = "own",
        resume: str | None = None,
        headers: Mapping[str, str] | None = None,
        path: str = "/_stcore/stream",
        source: str | None = None,
    ) -> None:
        """source: the address of this machine to come from."""
        sent = dict(headers or {})
        if token:
            sent["Cookie"] = cookie_header({"halfway": token})
        protocols = [Subprotocol("streamlit"), Subprotocol("no-token")]
        if resume:
            protocols.append(Subprotocol(resume))
        self._open = ExitStack()
        self.connection: ClientConnection = self._open.enter_context(
            connect(
                f"ws://localhost:{server.port}{path}",
                origin=Origin(server.url if origin == "own" else origin) if origin else None,
                additional_headers=sent,
                subprotocols=protocols,
                proxy=None,
                open_timeout=PATIENCE,
                **({"source_address": (source, 0)} if source else {}),
            )
        )
        self.session_id = ""
        self.page = ""
        self.fragment = ""
        self.redirect: str | None = None

    def __enter__(self) -> Tab:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def send(self, message: BackMsg) -> None:
        self.connection.send(message.SerializeToString())

    def run(self, page: str = "", *, query: str = "") -> str:
        """Ask for a run of the script and give back its texts, one a line."""
        self.ask(page, query=query)
        return self.texts()

    def ask(self, page: str, *, query: str = "") -> None:
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        self.send(message)

    def texts(self) -> str:
        """The texts that arrive until a run of the script has finished."""
        texts: list[str] = []
        while True:
            message = self.next()
            kind = message.WhichOneof("type")
            if kind == "new_session":
                texts.clear()
                self.session_id = message.new_session.initialize.session_id
            elif kind == "delta":
                self.fragment = message.delta.fragment_id or self.fragment
                element = message.delta.new_element
                texts += [element.text.body, element.heading.body, element.exception.message]
            elif kind == "script_finished":
                return "\n".join(text for text in texts if text)

    def next(self) -> ForwardMsg:
        """The next message; raises ConnectionClosed when the server has closed."""
        message = ForwardMsg()
        data = self.connection.recv(timeout=PATIENCE)
        assert isinstance(data, bytes)
        message.ParseFromString(data)
        kind = message.WhichOneof("type")
        if kind == "auth_redirect":
            self.redirect = message.auth_redirect.url
        elif kind == "navigation":
            self.page = message.navigation.page_script_hash
        elif kind == "new_session":
            self.page = message.new_session.page_script_hash
        return message

    def wait_until_closed(self, kinds: list[str | None] | None = None) -> float:
        """Read on until the server closes; the seconds it took. kinds: gets what came."""
        began = time.monotonic()
        try:
            while True:
                kind = self.next().WhichOneof("type")
                if kinds is not None:
                    kinds.append(kind)
        except ConnectionClosed:
            return time.monotonic() - began
