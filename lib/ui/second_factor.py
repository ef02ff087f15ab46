"""The second factor: turning it on and off on the account page."""

from __future__ import annotations

import base64
import io

import segno
import streamlit as st

from lib.services import second_factor
from lib.services.accounts import Me
from lib.ui import visitor, words
from lib.ui.told import beside, in_trouble, told

_ENROLMENT = "second_factor.enrolment"


def section(me: Me) -> None:
    """What it is, and a form to turn it on or off against the password."""
    st.header(_text("title"), anchor=False)
    if second_factor.is_on(visitor.house(), visitor.asker()):
        st.session_state.pop(_ENROLMENT, None)
        st.markdown(_text("is_on"))
        if not me.recovery_codes_left:
            st.info(_text("no_codes"))
        _password_form("off", _end)
    elif st.session_state.get(_ENROLMENT):
        _enrolment(st.session_state[_ENROLMENT])
    else:
        st.markdown(_text("is_off"))
        _password_form("on", _begin)


def _enrolment(enrolment: second_factor.Enrolment) -> None:
    with st.container(key="card-choice-factor"):
        st.markdown(_text("scan"))
        st.markdown(f"![{_text('qr_alt')}]({_picture(enrolment.uri)})")
        st.markdown(_text("or_type"))
        st.code(_in_fours(enrolment.secret), language=None, wrap_lines=True)
        with st.form("factor-code", border=False):
            st.text_input(_text("first_code"), key="factor_code", autocomplete="one-time-code")
            beside("factor", rest=True)
            st.form_submit_button(_text("confirm"), type="primary", on_click=_confirm)
        st.button(_text("not_now"), key="factor-not-now", type="tertiary", on_click=_forget)


def _password_form(which: str, act: object) -> None:
    with st.expander(_text(f"turn_{which}")), st.form(f"factor-{which}", border=False):
        st.text_input(
            _text("password"),
            type="password",
            key="factor_password",
            autocomplete="current-password",
        )
        beside("factor", rest=True)
        sent = st.form_submit_button(_text(f"turn_{which}"), on_click=act)  # type: ignore[arg-type]
    if sent and which == "on" and not in_trouble("factor"):
        st.success(_text("turned_off"))


def _begin() -> None:
    with told("factor"):
        st.session_state[_ENROLMENT] = second_factor.begin(
            visitor.house(), visitor.asker(), password=st.session_state["factor_password"]
        )


def _confirm() -> None:
    with told("factor"):
        second_factor.confirm(
            visitor.house(), visitor.asker(), code=st.session_state["factor_code"]
        )


def _end() -> None:
    with told("factor"):
        second_factor.end(
            visitor.house(), visitor.asker(), password=st.session_state["factor_password"]
        )


def _forget() -> None:
    st.session_state.pop(_ENROLMENT, None)


def _picture(uri: str) -> str:
    """As an inline image: a file under /media could be fetched without any cookie."""
    picture = io.BytesIO()
    segno.make(uri, error="m").save(picture, kind="png", scale=5, border=3)
    return "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode()


def _in_fours(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _text(key: str) -> str:
    return words.text(f"interface.account.factor.{key}")
