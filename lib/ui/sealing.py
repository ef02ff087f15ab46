"""Fingerprints of sealed answers: one's own to keep, and both beside each other at the reveal."""

from __future__ import annotations

import streamlit as st

from lib.domain.readings import Reading
from lib.ui import words


def kept(fingerprint: str | None) -> None:
    """On the waiting page: one's own fingerprint, and what it is for."""
    if fingerprint is None:
        return
    with st.container(key="inset-fingerprint"):
        st.markdown(f"**{_text('title')}**")
        st.code(fingerprint, language=None)
        st.caption(_text("keep"))


def compared(reading: Reading) -> None:
    """Both fingerprints, where both sheets are as they were sealed."""
    if reading.theirs is None or reading.theirs.seal is None:
        return
    with st.expander(_text("both_title")):
        st.markdown(_text("whole"))
        _both(reading)
        st.caption(_text("compare"))


def changed(reading: Reading) -> None:
    """In place of everything else, where a sheet is not as it was sealed."""
    with st.container(key="inset-changed"):
        st.header(_text("changed_title"), anchor=False)
        st.markdown(_text("changed"))
        _both(reading)
        st.caption(_text("changed_next"))


def _both(reading: Reading) -> None:
    for label, side in (("mine", reading.mine), ("theirs", reading.theirs)):
        if side is None or side.seal is None:
            continue
        st.markdown(f"**{_text(label)}**: {_text('fits' if side.seal.whole else 'fits_not')}")
        st.code(side.seal.fingerprint, language=None)


def _text(key: str) -> str:
    return words.text(f"interface.sealing.{key}")
