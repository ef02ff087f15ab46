"""Recovery codes, offered to everybody: made when asked for, shown once."""

from __future__ import annotations

import streamlit as st

from lib.services import mail, recovery
from lib.services.accounts import Me
from lib.ui import copying, frame, visitor, words
from lib.ui.told import beside, told

_SHOWN, _LATER = "recovery.codes", "recovery.later"


def offer(me: Me) -> None:
    """A card on the start page until codes exist, or for this visit the person said "later"."""
    if st.session_state.get(_SHOWN):
        _show()
    elif not me.recovery_codes_left and not st.session_state.get(_LATER):
        with st.container(key="card-plain-codes"):
            st.header(words.text("interface.home.codes_title"), anchor=False)
            st.markdown(words.text(f"interface.home.codes_text{_other_way()}"))
            with st.container(horizontal=True):
                if me.codes_need_password:
                    frame.act("account", "interface.home.codes_show")
                else:
                    st.button(words.text("interface.home.codes_show"), key="codes", on_click=make)
                st.button(
                    words.text("interface.home.codes_later"),
                    key="codes-later",
                    type="tertiary",
                    on_click=_later,
                )
            beside("codes", rest=True)


def section(me: Me) -> None:
    """On the account page: how many are left, and new ones against the password."""
    st.header(words.text("interface.account.codes_title"), anchor=False)
    if st.session_state.get(_SHOWN):
        _show()
        return
    left = me.recovery_codes_left
    key = "codes_left" if left else f"codes_none{_other_way()}"
    st.markdown(words.text(f"interface.account.{key}", left=left))
    with st.form("codes", border=False):
        if me.codes_need_password:
            st.text_input(
                words.text("interface.account.codes_password"),
                type="password",
                key="codes_password",
                autocomplete="current-password",
            )
        beside("codes", rest=True)
        st.form_submit_button(words.text("interface.account.codes_make"), on_click=make)


def _other_way() -> str:
    """What besides a code leads back in here: the ending of the words that say so."""
    if not mail.is_offered(visitor.house(), visitor.asker()):
        return ""
    address = mail.address(visitor.house(), visitor.asker())
    return "_mail" if address and address.confirmed else "_mail_offered"


def make() -> None:
    """Make a new set and keep it for showing once."""
    with told("codes"):
        password = st.session_state.get("codes_password")
        codes = recovery.new_codes(visitor.house(), visitor.asker(), password=password)
        st.session_state[_SHOWN] = codes


def _show() -> None:
    with st.container(key="card-choice-codes"):
        st.markdown(words.text("interface.home.codes_shown"))
        text = "\n".join(st.session_state[_SHOWN])
        st.code(text, language=None)
        copying.button(text, key="codes")
        st.button(words.text("interface.home.codes_kept"), key="codes-kept", on_click=_kept)


def _kept() -> None:
    st.session_state.pop(_SHOWN, None)


def _later() -> None:
    st.session_state[_LATER] = True
