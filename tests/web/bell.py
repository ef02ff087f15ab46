"""A listener at the doorbell, as a page is one: one open stream and what came over it."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from types import TracebackType

from lib.services import access
from lib.web import doorbell
from tests.server import RunningServer
from tests.web.client import PATIENCE, cookie_header

RING = b"data: changed\n\n"


class Bell:
    """`with Bell(server, token=...) as bell: bell.next_ring()`

    version: what the page was drawn from, as `couples.version` gives it. source: the address to
    come from, for many at once.
    """

    def __init__(
        self,
        server: RunningServer,
        *,
        token: str | None = None,
        version: str = "",
        headers: Mapping[str, str] | None = None,
        source: str = "127.0.0.1",
    ) -> None:
        sent = {"Host": f"localhost:{server.port}", **(headers or {})}
        if token:
            sent["Cookie"] = cookie_header({"halfway": token})
        self.socket = socket.create_connection(
            ("127.0.0.1", server.port), timeout=PATIENCE, source_address=(source, 0)
        )
        lines = [f"GET {doorbell.PATH}?seen={access.digest(version)} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in sent.items()]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.received = b""
        self.closed = False
        self._heard = 0
        self._read_until(lambda: b"\r\n\r\n" in self.received)
        self.status = int(self.received.split()[1])
        self.head, _, self.received = self.received.partition(b"\r\n\r\n")
        if self.status == 200:
            self._read_until(lambda: b"retry" in self.received)

    def __enter__(self) -> Bell:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.socket.close()

    def rings(self) -> int:
        """How often it rang, with all that has arrived by now."""
        self.socket.setblocking(False)
        try:
            while self._read():
                pass
        except BlockingIOError:
            pass
        finally:
            self.socket.settimeout(PATIENCE)
        return self.received.count(RING)

    def next_ring(self) -> float:
        """Wait for a ring that was not waited for yet; when it came, by `time.perf_counter`."""
        self._heard += 1
        self._read_until(lambda: self.received.count(RING) >= self._heard)
        return time.perf_counter()

    def end(self) -> float:
        """Wait until the server ends it; when that was."""
        self._read_until(lambda: self.closed or b"0\r\n\r\n" in self.received)
        return time.perf_counter()

    def _read_until(self, enough) -> None:  # type: ignore[no-untyped-def]
        while not enough():
            if not self._read():
                assert enough(), f"the stream ended with {self.received!r}"

    def _read(self) -> bool:
        data = self.socket.recv(65536)
        self.received += data
        self.closed = not data
        return bool(data)
