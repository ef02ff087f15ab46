"""A page of the app in one tab, by Streamlit's protocol: what it shows, and any message one likes.

Unlike a browser, it sends whatever a test tells it to send.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed

from tests.server import RunningServer
from tests.web.client import Tab

_EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN
_FRAGMENT = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
Value = str | int | float | bool | bytes | list[str] | None


class OpenPage(Tab):
    """`with OpenPage(server, "checkin", token=token) as page: ... page.shown()`

    A press, a choice or a text goes to the server with all that was chosen before, as a browser
    sends it. `received`: every message so far.
    """

    def __init__(
        self, server: RunningServer, page: str, *, query: str = "", token: str | None = None
    ) -> None:
        super().__init__(server, token=token)
        self.received: list[ForwardMsg] = []
        self._elements: dict[tuple[int, ...], tuple[Any, str]] = {}
        self._values: dict[str, Value] = {}
        self._page, self._query = page, query
        self._address = f"{server.url}/{page}"
        self._hash = ""
        self.rerun()

    def __enter__(self) -> OpenPage:
        return self

    def rerun(self, *, fragment: str = "", follow: bool = True) -> None:
        """Run the page or a fragment of it, and follow it to where it leads.

        follow: False for a message that the server is expected not to answer.
        """
        message = BackMsg()
        run = message.rerun_script
        run.page_script_hash, run.query_string, run.fragment_id = self._hash, self._query, fragment
        run.page_name = "" if self._hash else self._page
        run.context_info.url, run.context_info.timezone = self._address, "UTC"
        run.context_info.locale, run.context_info.color_scheme = "en-GB", "light"
        for widget, value in self._values.items():
            _put(run.widget_states.widgets.add(id=widget), value)
        self.send(message)
        if follow:
            self._follow(fragment)
            self._drop_values_of_what_is_gone()

    def send_value(self, widget: str, value: Value, *, fragment: str = "") -> None:
        """Send one widget's value, whatever it is and whether or not there is such a widget."""
        self._values[widget] = value
        self.rerun(fragment=fragment)

    def set(self, key: str, value: Value) -> None:
        """Give the widget of that key a value, inside its fragment if it has one."""
        element, fragment = self.widget(key)
        self.send_value(element.id, value, fragment=fragment)

    def press(self, key: str) -> None:
        element, fragment = self.widget(key)
        self._values[element.id] = True
        self.rerun(fragment=fragment)
        self.forget(element.id)

    def has(self, key: str) -> bool:
        """Whether a widget of that key is shown."""
        return any(_is_of(content, key) for content, _ in self._contents())

    def widget(self, key: str) -> tuple[Any, str]:
        """The shown widget of that key, and its fragment."""
        return next(
            (content, fragment) for content, fragment in self._contents() if _is_of(content, key)
        )

    def shown(self) -> str:
        """Everything that stands on the page now, as text: also labels, values and links."""
        return "\n".join(str(content) for content, _ in self._contents())

    def forget(self, widget: str) -> None:
        """Send that widget no more."""
        self._values.pop(widget, None)

    def sentences(self) -> list[str]:
        """The errors that stand on the page now, as words."""
        return [
            _plain(content.body)
            for content, _ in self._contents()
            if content.DESCRIPTOR.name == "Alert" and content.format == content.ERROR
        ]

    def failed(self) -> list[str]:
        """What Streamlit itself complains of: an exception that no sentence was made of."""
        return [
            content.message
            for content, _ in self._contents()
            if content.DESCRIPTOR.name == "Exception"
        ]

    def leads_to(self) -> set[str]:
        """The names of the pages that the navigation on top leads to; "" for the start page."""
        listed = [m.navigation for m in self.received if m.WhichOneof("type") == "navigation"]
        pages = listed[-1].app_pages if listed else ()
        return {
            "" if page.is_default else page.url_pathname for page in pages if not page.is_hidden
        }

    def everything(self) -> bytes:
        """All bytes that the server sent."""
        return b"".join(message.SerializeToString() for message in self.received)

    def next(self) -> ForwardMsg:
        try:
            message = super().next()
        except TimeoutError:
            kinds = [message.WhichOneof("type") for message in self.received]
            raise AssertionError(f"{self._address}: no answer after {kinds}") from None
        self.received.append(message)
        return message

    def _contents(self) -> Iterator[tuple[Any, str]]:
        for path in sorted(self._elements):
            element, fragment = self._elements[path]
            yield getattr(element, element.WhichOneof("type")), fragment

    def _follow(self, asked: str) -> None:
        """Read until the page stands, or the server has closed. asked: the fragment to be run."""
        drawn: set[tuple[int, ...]] = set()
        try:
            while True:
                message = self.next()
                kind = message.WhichOneof("type")
                if kind == "new_session":
                    self._hash = message.new_session.page_script_hash
                    drawn.clear()
                elif kind == "navigation":
                    self._hash = message.navigation.page_script_hash
                elif kind == "delta":
                    self._draw(message, drawn)
                elif kind == "script_finished" and message.script_finished != _EARLY:
                    whole = message.script_finished != _FRAGMENT
                    self._drop_stale(drawn, None if whole else asked)
                    return
        except ConnectionClosed:
            self._elements.clear()

    def _drop_values_of_what_is_gone(self) -> None:
        shown = {str(getattr(content, "id", "")) for content, _ in self._contents()}
        self._values = {widget: value for widget, value in self._values.items() if widget in shown}

    def _drop_stale(self, drawn: set[tuple[int, ...]], fragment: str | None) -> None:
        """Forget what this run of the page, or of that fragment, did not draw again."""
        self._elements = {
            path: element
            for path, element in self._elements.items()
            if path in drawn or (fragment is not None and element[1] != fragment)
        }

    def _draw(self, message: ForwardMsg, drawn: set[tuple[int, ...]]) -> None:
        path, delta = tuple(message.metadata.delta_path), message.delta
        drawn.add(path)
        self._elements.pop(path, None)
        if delta.WhichOneof("type") == "new_element" and delta.new_element.WhichOneof("type"):
            self._elements[path] = (delta.new_element, delta.fragment_id)


def _is_of(content: Any, key: str) -> bool:
    return str(getattr(content, "id", "")).endswith(f"-{key}")


def _put(state: WidgetState, value: Value) -> None:
    if isinstance(value, bool):
        state.trigger_value = value
    elif isinstance(value, str):
        state.string_value = value
    elif isinstance(value, int):
        state.int_value = value
    elif isinstance(value, float):
        state.double_value = value
    elif isinstance(value, bytes):
        state.bytes_value = value
    elif isinstance(value, list):
        state.string_array_value.data.extend(value)


def _plain(body: str) -> str:
    """The words of an error, which stands in Markdown as character references."""
    return html.unescape(body).replace("\u2060", "")
