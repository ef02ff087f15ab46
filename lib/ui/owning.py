"""The account page: names, password, recovery codes, signing out."""

from __future__ import annotations

import streamlit as st

from lib.services import accounts
from lib.services.accounts import Me
from lib.ui import (
    devices,
    leaving,
    people_text,
    posting,
    recovery,
    second_factor,
    signin,
    suggesting,
    visitor,
    words,
)
from lib.ui.told import beside, in_trouble, told


def account(me: Me) -> None:
    """Everything about one's own account."""
    _names(me)
    _password(me)
    recovery.section(me)
    posting.section()
    second_factor.section(me)
    devices.section()
    _sign_out()
    leaving.section()


def _names(me: Me) -> None:
    st.header(words.text("interface.account.names"), anchor=False)
    people_text.sentence("interface.account.login_name", name=me.login_name)
    with st.form("names", border=False):
        st.text_input(
            words.text("interface.account.display_name"),
            value=me.display_name,
            key="display_name",
            autocomplete="given-name",
        )
        beside("names", rest=True)
        sent = st.form_submit_button(words.text("interface.account.rename"), on_click=_rename)
    if sent and not in_trouble("names"):
        st.success(words.text("interface.account.renamed"))


def _password(me: Me) -> None:
    st.header(words.text("interface.account.password_title"), anchor=False)
    with st.form("password", border=False, clear_on_submit=False):
        for name, kind in (("old_password", "current-password"), ("new_password", "new-password")):
            st.text_input(
                words.text(f"interface.account.{name}"),
                type="password",
                key=name,
                autocomplete=kind,
            )
            beside("password", "password" if name == "new_password" else name)
        suggesting.password()
        sent = st.form_submit_button(words.text("interface.account.change"), on_click=_change)
    if sent and not in_trouble("password"):
        st.success(words.text("interface.account.changed"))


def _sign_out() -> None:
    st.header(words.text("interface.account.sign_out_title"), anchor=False)
    st.markdown(words.text("interface.account.sign_out_text"))
    signin.sign_out_button()


def _rename() -> None:
    with told("names"):
        name = st.session_state["display_name"]
        accounts.rename(visitor.house(), visitor.asker(), display_name=name)


def _change() -> None:
    typed = st.session_state
    with told("password"):
        accounts.change_password(
            visitor.house(),
            visitor.asker(),
            old=typed["old_password"],
            new=typed["new_password"],
        )
        suggesting.forget()
