"""A password that nobody guesses, offered wherever one is chosen."""

from __future__ import annotations

import streamlit as st

from lib.services import passwords
from lib.ui import visitor, words

_SUGGESTED = "suggesting.password"


def password() -> None:
    """A closed drawer with one suggestion, the same as long as this page stays open."""
    list_of_words = visitor.house().content.words.passphrase
    with st.expander(words.text("interface.kit.suggest")):
        if _SUGGESTED not in st.session_state:
            st.session_state[_SUGGESTED] = passwords.suggestion(list_of_words)
        st.code(st.session_state[_SUGGESTED], language=None, wrap_lines=True)
        ways = len(list_of_words) ** passwords.WORDS
        st.caption(
            words.text(
                "interface.kit.suggest_text",
                count=len(list_of_words),
                trillions=ways // 10**12,
            )
        )


def forget() -> None:
    """The suggestion may have been taken: the next one is another."""
    st.session_state.pop(_SUGGESTED, None)
