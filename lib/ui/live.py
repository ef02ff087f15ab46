"""A page that changes by itself when something that its reader may see has changed.

    live.watch(lambda: couples.version(house, asker))     # before reading what the page shows

Now a small fragment looks every two seconds; a doorbell can take its place behind `watch`. Only
the fragment runs; when the key is another, the whole page runs, and half-typed text stays, for its
field keeps its identity.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from lib.errors import HalfwayError
from lib.ui import words


def watch(
    key: Callable[[], str],
    *,
    on_change: Literal["rerun", "notice"] = "rerun",
    every: float = 2.0,
) -> None:
    """Draw the page again, or offer to, when `key()` differs from what it was at this call.

    key: cheap, checks its asker itself, and changes only with what the reader may see. Call `watch`
    before reading what is shown, or a change in between would be missed. Once a page.
    every: seconds between two looks.
    """
    seen = key()

    @st.fragment(run_every=every)
    def look() -> None:
        with st.container(key="live-notice"):
            if _now(key) == seen:
                return
            if on_change == "rerun":
                st.rerun()
            st.info(words.text("interface.kit.changed"))
            if st.button(words.text("interface.kit.show_changes"), key="live-show"):
                st.rerun()

    look()


def _now(key: Callable[[], str]) -> str | None:
    """The key now; None when it can no longer be had, which the page itself will explain."""
    try:
        return key()
    except HalfwayError:
        return None
