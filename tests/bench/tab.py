"""One open tab as a browser holds it: it keeps what it was sent and sends back what it would."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.server import RunningServer
from tests.web.client import Tab

_EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN
_GOOD = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)

_AROUND = ("navigation", "logo", "page_config_changed")
_QUICK: int | None = getattr(socket, "TCP_QUICKACK", None)


class TimedTab(Tab):
    """A tab on one page, run once.

    deltas: the messages of that run that carry elements, in order. around: those that carry the
    navigation, the logo and the tab's title, by kind.
    """

    def __init__(
        self,
        server: RunningServer,
        page: str,
        *,
        query: str = "",
        token: str | None = None,
        source: str | None = None,
    ) -> None:
        super().__init__(server, token=token, source=source)
        self.deltas: list[ForwardMsg] = []
        self.around: dict[str, ForwardMsg] = {}
        self._page, self._query = page, query
        self._address = f"{server.url}/{page}"
        self._hash = ""
        self.rerun()

    def __enter__(self) -> TimedTab:
        return self

    def rerun(self, *, fragment: str = "", chosen: Mapping[str, str] | None = None) -> float:
        """Run the page, or a fragment of it, once; the seconds from asking to its end.

        chosen: widget id -> value of a text or a radio, as the person has just set it.
        """
        message = BackMsg()
        run = message.rerun_script
        run.page_script_hash, run.query_string, run.fragment_id = self._hash, self._query, fragment
        run.page_name = "" if self._hash else self._page
        run.context_info.url, run.context_info.timezone = self._address, "UTC"
        run.context_info.locale, run.context_info.color_scheme = "en-GB", "light"
        for widget, value in {**self._values(), **(chosen or {})}.items():
            run.widget_states.widgets.add(id=widget, string_value=value)
        began = time.perf_counter()
        self.send(message)
        return self._until_finished(whole=not fragment) - began

    def next(self) -> ForwardMsg:
        """The next message, acknowledged at once.

        Linux would put it off for 40 ms or not by what went before, and meanwhile the server's
        kernel holds back the rest: chance would decide which side of a comparison waits.
        """
        if _QUICK is not None:
            self.connection.socket.setsockopt(socket.IPPROTO_TCP, _QUICK, 1)
        return super().next()

    def _until_finished(self, *, whole: bool) -> float:
        received: list[ForwardMsg] = []
        while True:
            message = self.next()
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._hash = message.new_session.page_script_hash
                received.clear()
            elif kind in _AROUND:
                self.around.setdefault(kind, message)
                if kind == "navigation":
                    self._hash = message.navigation.page_script_hash
            elif kind in ("delta", "ref_hash"):
                received.append(message)
            elif kind == "auth_redirect":
                raise RuntimeError(f"{self._address} sends us away")
            elif kind == "script_finished" and message.script_finished != _EARLY:
                ended = time.perf_counter()
                if message.script_finished not in _GOOD:
                    raise RuntimeError(f"{self._address} failed")
                self._same_as_before(received, whole=whole)
                return ended

    def _same_as_before(self, received: list[ForwardMsg], *, whole: bool) -> None:
        """Keep the first run; a later one that brings less was not a run of this page."""
        if not self.deltas:
            self.deltas = received
        elif whole and len(received) != len(self.deltas):
            raise RuntimeError(f"{self._address} is another page when it is run again")

    def kinds(self) -> list[str]:
        """The kind of each element and container, in order."""
        found = []
        for message in self.deltas:
            part = getattr(message.delta, message.delta.WhichOneof("type") or "")
            found.append(part.WhichOneof("type"))
        return found

    def elements(self, kind: str) -> list[tuple[Any, str]]:
        """Content and fragment of each element of that kind."""
        parts = [(message.delta.new_element, message.delta.fragment_id) for message in self.deltas]
        return [
            (getattr(element, kind), fragment)
            for element, fragment in parts
            if element.WhichOneof("type") == kind
        ]

    def _values(self) -> dict[str, str]:
        """The values of fields that have one from the start, as a browser sends them each time."""
        return {
            content.id: content.default
            for kind in ("text_input", "text_area")
            for content, _ in self.elements(kind)
        }
