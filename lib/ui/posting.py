"""Mail: an address on the account page, asking for a link, and the page that a link leads to."""

from __future__ import annotations

import streamlit as st

from lib.services import mail
from lib.ui import frame, suggesting, visitor, words
from lib.ui.told import beside, in_trouble, told

_CONFIRMED, _DONE = "posting.confirmed", "posting.done"


def section() -> None:
    """On the account page: one's address, where this Halfway can send mail."""
    house, asker = visitor.house(), visitor.asker()
    if not mail.is_offered(house, asker):
        return
    st.header(_text("account_title"), anchor=False)
    mine = mail.address(house, asker)
    if mine is None:
        st.markdown(_text("account_none"))
    else:
        st.markdown(_text("account_confirmed" if mine.confirmed else "account_waiting"))
        st.text(mine.text)
    with (
        st.expander(_text("account_change" if mine else "account_open")),
        st.form("mail", border=False),
    ):
        st.text_input(_text("address"), key="mail_address", autocomplete="email")
        beside("mail", "address")
        st.text_input(
            _text("account_password"),
            type="password",
            key="mail_password",
            autocomplete="current-password",
        )
        beside("mail", "password")
        with st.container(horizontal=True):
            st.form_submit_button(_text("save"), on_click=_add)
            if mine:
                st.form_submit_button(_text("remove"), on_click=_remove)
    beside("mail")


def forgot() -> None:
    """Asking for a link, below the form for recovery codes; the same answer to every name."""
    if not mail.is_offered(visitor.house(), visitor.asker()):
        return
    st.header(_text("forgot_title"), anchor=False)
    st.markdown(_text("forgot_text"))
    with st.form("forgot", border=False):
        st.text_input(_text("forgot_name"), key="forgot_name", autocomplete="username")
        beside("forgot", rest=True)
        sent = st.form_submit_button(_text("forgot_send"), on_click=_forgot)
    if sent and not in_trouble("forgot"):
        st.success(_text("forgot_sent"))


def arrived() -> None:
    """Where a link leads: confirming an address, or a new password."""
    if st.session_state.pop(_DONE, False):
        frame.flash("interface.mail.done")
        frame.go("signin")
    token = visitor.mail_link()
    what = mail.purpose(visitor.house(), visitor.asker(), token=token) if token else None
    if st.session_state.get(_CONFIRMED):
        st.success(_text("confirmed"))
        frame.link("home" if visitor.me() else "welcome", "interface.mail.home")
    elif what == "confirm":
        st.markdown(_text("confirm_text"))
        st.button(_text("confirm"), key="confirm-address", type="primary", on_click=_confirm)
        beside("mail-link", rest=True)
    elif what == "reset" or in_trouble("mail-reset"):
        _new_password()
    else:
        st.markdown(_text("nothing"))
        frame.link("recover", "interface.mail.ask")


def _new_password() -> None:
    st.markdown(_text("reset_text"))
    with st.form("mail-reset", border=False):
        st.text_input(
            _text("password"), type="password", key="mail_new", autocomplete="new-password"
        )
        beside("mail-reset", rest=True)
        suggesting.password()
        st.form_submit_button(_text("reset"), type="primary", on_click=_reset)


def _add() -> None:
    typed = st.session_state
    with told("mail"):
        mail.add(
            visitor.house(),
            visitor.asker(),
            address=typed["mail_address"],
            password=typed["mail_password"],
        )


def _remove() -> None:
    with told("mail"):
        mail.remove(visitor.house(), visitor.asker(), password=st.session_state["mail_password"])


def _forgot() -> None:
    with told("forgot"):
        mail.forgot(visitor.house(), visitor.asker(), login_name=st.session_state["forgot_name"])


def _confirm() -> None:
    with told("mail-link"):
        mail.confirm(visitor.house(), visitor.asker(), token=visitor.mail_link() or "")
        st.session_state[_CONFIRMED] = True


def _reset() -> None:
    with told("mail-reset"):
        mail.reset(
            visitor.house(),
            visitor.asker(),
            token=visitor.mail_link() or "",
            password=st.session_state["mail_new"],
        )
        suggesting.forget()
        st.session_state[_DONE] = True


def _text(key: str) -> str:
    return words.text(f"interface.mail.{key}")
