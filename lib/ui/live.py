"""A page that changes by itself when something that its reader may see has changed.

    live.watch(lambda: couples.version(house, asker))     # before reading what the page shows

A small fragment listens to the doorbell (`lib.web.doorbell`) and looks when it rings. It looks by
itself, too: now and then when it got no stream, and very slowly when it has one. Only the fragment
runs; when the key is another, the whole page runs, and half-typed text stays, for its field keeps
its identity.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st

from lib.errors import HalfwayError
from lib.services import access
from lib.ui import words

# Seconds between two looks that nobody rang for: of a page that has a stream, which costs as many
# reruns as there are idle tabs, and of one that got none.
SAFETY_NET = 300.0
WITHOUT_BELL = 30.0

_BELL = st.components.v2.component(
    "halfway_doorbell", js=Path(__file__).with_name("doorbell.js").read_text(encoding="utf-8")
)


def watch(
    key: Callable[[], str],
    *,
    on_change: Literal["rerun", "notice"] = "rerun",
    every: float = SAFETY_NET,
) -> None:
    """Draw the page again, or offer to, when `key()` differs from what it was at this call.

    key: cheap, checks its asker itself, and changes only with what the reader may see; the bell
    rings for what changes `couples.version`. Call `watch` before reading what is shown, or a change
    in between would be missed. Once a page.
    every: seconds between two looks that nobody rang for.
    """
    seen, first = key(), True

    @st.fragment(run_every=every)
    def look() -> None:
        nonlocal first
        with st.container(key="unseen-doorbell"):
            _BELL(
                key="doorbell",
                data={
                    "seen": access.digest(seen),
                    "again": int(min(every, WITHOUT_BELL) * 1000),
                },
                on_rung_change=_heard,
                height=1,
            )
        with st.container(key="live-notice"):
            # The first pass belongs to the run in which `seen` was just read.
            now, first = seen if first else _now(key), False
            if now == seen:
                return
            if on_change == "rerun":
                st.rerun()
            st.info(words.text("interface.kit.changed"))
            if st.button(words.text("interface.kit.show_changes"), key="live-show"):
                st.rerun()

    # In a place of its own. A look that begins while the run before is still on its way takes away
    # what that drew of this fragment (Streamlit 1.67), and what stands after it would move up and
    # be drawn over.
    with st.container(key="live"):
        look()


def _heard() -> None:
    """The component needs somebody to tell; the fragment runs by itself."""


def _now(key: Callable[[], str]) -> str | None:
    """The key now; None when it can no longer be had, which the page itself will explain."""
    try:
        return key()
    except HalfwayError:
        return None
