"""The privacy notice: what is stored and who sees it, and who runs this server."""

from __future__ import annotations

import streamlit as st

from lib.ui import people_text, visitor, words

_PARTS = ("what", "see", "rights")


def notice() -> None:
    """The same for everybody; what only the operator can say comes from the settings."""
    st.header(words.text("interface.privacy.who"), anchor=False)
    said = visitor.house().settings.operator
    for name, value in said.items():
        if value:
            people_text.sentence(f"interface.privacy.{name}", **{name: value})
    if not all(said.values()):
        st.markdown(words.text("interface.privacy.unfilled"))
    for part in _PARTS:
        st.header(words.text(f"interface.privacy.{part}.heading"), anchor=False)
        st.markdown(words.text(f"interface.privacy.{part}.text"))
