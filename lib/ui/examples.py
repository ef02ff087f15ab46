"""The made-up couple, computed by the real engine, read-only, from either side."""

from __future__ import annotations

import streamlit as st

from lib.services import readings
from lib.ui import frame, reviewing, visitor, words


def example() -> None:
    """Both sides of one comparison, for people without an account."""
    couple = visitor.house().content.example
    if couple is None:
        return
    names = {"first": couple.first.name, "second": couple.second.name}
    st.markdown(words.text("interface.example.lead", **names))
    side = st.segmented_control(
        words.text("interface.example.side"),
        list(names),
        default="first",
        required=True,
        key="example-side",
        format_func=names.__getitem__,
    )
    reading = readings.example(visitor.house(), side=side or "first")
    reviewing.read_only(reading)
    st.caption(words.text("interface.example.read_only"))
    if visitor.me() is None:
        frame.act("signup", "interface.example.sign_up")
