"""The first page for whoever is signed out: what this is and is not, and three ways on."""

import streamlit as st

from lib.ui import cards, frame, visitor, words

with frame.page("welcome"):
    if visitor.account_closed():
        with st.container(key="notice-closed"):
            st.info(words.text("interface.leaving.close.done"))
    with st.container(horizontal=True, key="actions-welcome"):
        if st.button(words.text("interface.welcome.sign_up"), type="primary"):
            frame.go("signup")
        if st.button(words.text("interface.welcome.sign_in")):
            frame.go("signin")
        if st.button(words.text("interface.welcome.example"), type="tertiary"):
            frame.go("example")
    st.header(words.text("interface.welcome.how.heading"), anchor=False)
    for step in ("first", "second", "third"):
        with cards.card(f"welcome-{step}"):
            st.markdown(words.text(f"interface.welcome.how.{step}"))
    st.header(words.text("interface.welcome.what.heading"), anchor=False)
    st.markdown(words.text("interface.welcome.what.text"))
