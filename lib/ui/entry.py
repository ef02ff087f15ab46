"""The forms at the door: signing in, creating an account, a new password by recovery code.

Every button is a callback, so that what goes wrong stands beside its field and nothing is lost.
"""

from __future__ import annotations

import streamlit as st

from lib.services import accounts, recovery
from lib.services.passwords import SHORTEST
from lib.ui import frame, posting, signin, suggesting, visitor, words
from lib.ui.told import beside, in_trouble, told


def sign_in() -> None:
    """Name and password, then the second factor of whoever has one; that leads to where the
    person was going."""
    if signin.wants_code():
        _second_step()
        return
    with st.form("signin", border=False):
        st.text_input(_label("signin.login_name"), key="login_name", autocomplete="username")
        beside("signin", "login_name")
        _password("signin.password", "password", new=False)
        beside("signin", "password")
        st.checkbox(
            _label("signin.trusted"),
            key="trusted",
            help=words.text("interface.signin.trusted_help"),
        )
        st.form_submit_button(_label("signin.send"), type="primary", on_click=_sign_in)
    _finish("signin")
    beside("signin")
    frame.link("signup", "interface.signin.no_account")
    frame.link("recover", "interface.signin.lost")


def sign_up() -> None:
    """A new account; it is signed in at once."""
    with st.form("signup", border=False):
        st.text_input(
            _label("signup.login_name"),
            key="login_name",
            autocomplete="username",
            help=words.text("interface.signup.login_name_help"),
        )
        beside("signup", "login_name")
        st.text_input(_label("signup.display_name"), key="display_name", autocomplete="given-name")
        beside("signup", "display_name")
        _password("signup.password", "password", new=True)
        beside("signup", "password")
        suggesting.password()
        with st.container(key="inset-stored"):
            st.header(_label("signup.what_is_stored"), anchor=False)
            st.markdown(words.text("interface.signup.stored"))
            frame.link("privacy", "interface.signup.more")
        st.checkbox(_label("signup.of_age"), key="of_age")
        beside("signup", "of_age")
        st.checkbox(_label("signup.consent"), key="consent")
        beside("signup", "consent")
        st.form_submit_button(_label("signup.send"), type="primary", on_click=_sign_up)
    _finish("signup")
    beside("signup")
    frame.link("signin", "interface.signup.have_account")


def recover() -> None:
    """A new password, proved by a recovery code."""
    with st.form("recover", border=False):
        st.text_input(_label("recover.login_name"), key="login_name", autocomplete="username")
        st.text_input(_label("recover.code"), key="code", autocomplete="off")
        beside("recover", "code")
        _password("recover.password", "password", new=True)
        beside("recover", "password")
        suggesting.password()
        sent = st.form_submit_button(_label("recover.send"), type="primary", on_click=_recover)
    beside("recover")
    if sent and not in_trouble("recover"):
        frame.flash("interface.recover.done")
        frame.go("signin")
    posting.forgot()
    frame.link("signin", "interface.recover.back")


def _second_step() -> None:
    st.markdown(_label("signin.code_text"))
    with st.form("signin-code", border=False):
        st.text_input(_label("signin.code"), key="second_code", autocomplete="one-time-code")
        beside("signin", rest=True)
        st.form_submit_button(_label("signin.code_send"), type="primary", on_click=_give_code)
    st.button(_label("signin.code_back"), key="back", type="tertiary", on_click=signin.start_again)


def _give_code() -> None:
    with told("signin"):
        signin.give_code(st.session_state["second_code"])


def _sign_in() -> None:
    with told("signin"):
        typed = st.session_state
        signin.sign_in(typed["login_name"], typed["password"], trusted=typed["trusted"])


def _sign_up() -> None:
    typed = st.session_state
    with told("signup"):
        name = accounts.sign_up(
            visitor.house(),
            visitor.asker(),
            login_name=typed["login_name"],
            display_name=typed["display_name"],
            password=typed["password"],
            of_age=typed["of_age"],
            consent=typed["consent"],
        )
        signin.sign_in(name, typed["password"])


def _recover() -> None:
    typed = st.session_state
    with told("recover"):
        recovery.recover(
            visitor.house(),
            visitor.asker(),
            login_name=typed["login_name"],
            code=typed["code"],
            password=typed["password"],
        )


def _finish(scope: str) -> None:
    """Go on with a ticket that was just given; what an earlier try said stays otherwise."""
    if signin.waiting():
        with told(scope):
            signin.finish(frame.wanted())


def _password(label: str, key: str, *, new: bool) -> None:
    st.text_input(
        _label(label),
        type="password",
        key=key,
        autocomplete="new-password" if new else "current-password",
        help=words.text("interface.signup.password_help", shortest=SHORTEST) if new else None,
    )


def _label(key: str) -> str:
    return words.text(f"interface.{key}")
