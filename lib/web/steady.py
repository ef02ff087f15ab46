"""Keeps a tab on its page: a late look at the page before does not lead it back there.

A fragment can ask for a run while another run leads the tab on. Streamlit answers it afterwards,
finds the fragment gone, but has announced the page that it belonged to, and the browser empties the
new page to make room for the old one, which never comes (seen with Streamlit 1.67).
"""

from __future__ import annotations

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

# The announcement of a run is small; what is larger need not be read.
_LONGEST_ANNOUNCEMENT = 16 * 1024


class SteadyPage:
    """What one tab was last told about the page it is on."""

    def __init__(self) -> None:
        self._page: str | None = None

    def corrected(self, frame: bytes) -> bytes:
        """The frame as the tab should get it: a run of fragments belongs to the page it is on."""
        if len(frame) > _LONGEST_ANNOUNCEMENT:
            return frame
        message = ForwardMsg()
        message.ParseFromString(frame)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._page = message.navigation.page_script_hash
        if kind != "new_session":
            return frame
        if not message.metadata.run.fragment_ids:
            self._page = message.new_session.page_script_hash
        elif self._page not in (None, message.new_session.page_script_hash):
            message.new_session.page_script_hash = self._page
            return bytes(message.SerializeToString())
        return frame
