"""A real mail server on loopback that keeps what it gets."""

from __future__ import annotations

import queue
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.server import free_port

PATIENCE = 10.0


class Mailbox:
    """What has arrived. `refuse`: an answer to give in place of taking a mail."""

    def __init__(self) -> None:
        self._arrived: queue.Queue[EmailMessage] = queue.Queue()
        self.refuse = ""
        self.logins: list[tuple[str, str]] = []
        self.port = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            return self.refuse
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self._arrived.put(message)
        return "250 kept"

    def login(self, server: Any, session: Any, envelope: Any, how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"p:a/ss")

    def next(self) -> EmailMessage:
        """The next mail; queue.Empty when none comes in time."""
        return self._arrived.get(timeout=PATIENCE)

    def is_empty(self) -> bool:
        return self._arrived.empty()


@contextmanager
def mailbox(**how: Any) -> Iterator[Mailbox]:
    """The server, on a free port. how: further options of aiosmtpd's server."""
    box = Mailbox()
    box.port = free_port()
    controller = Controller(
        box, hostname="127.0.0.1", port=box.port, authenticator=box.login, **how
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def link_in(message: EmailMessage) -> str:
    """The secret of the link in a mail."""
    found = re.search(r"^http://localhost:8501/m#([\w-]{43})\r?$", message.get_content(), re.M)
    assert found
    return found.group(1)
