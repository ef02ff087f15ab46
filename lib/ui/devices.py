"""On the account page: where somebody is signed in, and ending it there."""

from __future__ import annotations

import streamlit as st

from lib.services import devices
from lib.services.devices import SignedIn
from lib.ui import dates, visitor, words
from lib.ui.told import beside, told


def section() -> None:
    """Each browser with its day and a button, and one for all others."""
    st.header(words.text("interface.account.devices_title"), anchor=False)
    st.markdown(words.text("interface.account.devices_text"))
    found = devices.signed_in(visitor.house(), visitor.asker())
    for one in found:
        _row(one)
    beside("devices", rest=True)
    if len(found) > 2:
        st.button(words.text("interface.account.devices_end_all"), key="end-all", on_click=_end_all)


def _row(one: SignedIn) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"device-{one.handle}"):
        name = one.device or words.text("interface.account.device_unknown")
        key = "device_here" if one.here else "device_other"
        st.text(
            words.text(
                f"interface.account.{key}",
                name=name,
                since=dates.day(one.since),
                seen=dates.day(one.seen),
            )
        )
        if not one.here:
            st.button(
                words.text("interface.account.device_end"),
                key=f"end-{one.handle}",
                help=words.text("interface.account.device_end_help", name=name),
                on_click=_end,
                args=(one.handle,),
            )


def _end(handle: str) -> None:
    with told("devices"):
        devices.end(visitor.house(), visitor.asker(), handle=handle)


def _end_all() -> None:
    with told("devices"):
        devices.end_others(visitor.house(), visitor.asker())
