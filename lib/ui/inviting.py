"""Bringing the other in: making an invitation, and answering one."""

from __future__ import annotations

import base64
import io

import segno
import streamlit as st

from lib.errors import Refused
from lib.services import couples
from lib.services.couples import Situation
from lib.ui import copying, dates, frame, people_text, visitor, words
from lib.ui.told import alert, beside, told

_LINK, _CODE, _TYPED = "invite.link", "invite.code", "join.secret"
_GROUP = 5  # a code is read out in two halves


def invite() -> None:
    """The inviter's page: make, show and take back invitations; say who came."""
    now = couples.situation(visitor.house(), visitor.asker())
    beside("invite")
    beside("invite", "invitation")
    if now.stand == "together":
        st.success(words.text("interface.invite.connected"))
        frame.act("home", "interface.join.home")
    elif now.stand == "asked_to_confirm":
        _forget_shown()
        _guest(now.name or "")
    elif now.stand == "awaiting_confirmation":
        frame.act("join", "interface.home.see_awaiting")
    else:
        _by_link(now)
        _by_code(now)
        if now.stand == "inviting":
            st.button(words.text("interface.invite.withdraw"), key="withdraw", on_click=_withdraw)
        frame.link("join", "interface.invite.have_one")


def join() -> None:
    """The guest's page: see who invites, accept, wait for the inviter's word."""
    if visitor.me() is None:
        _sign_in_first()
        return
    now = couples.situation(visitor.house(), visitor.asker())
    if now.stand == "awaiting_confirmation":
        _awaiting(now.name or "")
    elif now.stand == "together" and st.session_state.get("join.accepted"):
        st.success(words.text("interface.invite.connected"))
        frame.act("home", "interface.join.home")
    elif now.stand == "together":
        # Whoever reloaded while they waited, or opens an old link, is told where they stand.
        people_text.sentence("interface.home.together_with", name=now.name or "")
        _not_for_two()
        frame.act("home", "interface.join.home")
    else:
        _answer_invitation()


def _by_link(now: Situation) -> None:
    with st.container(key="card-plain-link"):
        st.header(words.text("interface.invite.link_title"), anchor=False)
        st.markdown(words.text("interface.invite.link_text"))
        link = st.session_state.get(_LINK)
        if link and now.link_until:
            st.code(link, language=None, wrap_lines=True)
            copying.button(link, key="link")
            st.markdown(f"![{words.text('interface.invite.qr_alt')}]({_qr(link)})")
            st.caption(words.text("interface.invite.link_shown"))
            if visitor.house().settings.is_local:
                st.info(words.text("interface.invite.local_only"))
        elif now.link_until:
            st.caption(words.text("interface.invite.link_open", day=dates.day(now.link_until)))
        label = "link_again" if now.link_until else "link_make"
        st.button(words.text(f"interface.invite.{label}"), key="make-link", on_click=_make_link)


def _by_code(now: Situation) -> None:
    with st.container(key="card-plain-code"):
        st.header(words.text("interface.invite.code_title"), anchor=False)
        st.markdown(words.text("interface.invite.code_text"))
        code = st.session_state.get(_CODE)
        if now.code_until:
            until = dates.time(now.code_until)
            if code:
                st.code(f"{code[:_GROUP]} {code[_GROUP:]}", language=None)
                st.caption(words.text("interface.invite.code_until", time=until))
            else:
                st.caption(words.text("interface.invite.code_open", time=until))
        label = "code_again" if now.code_until else "code_make"
        st.button(words.text(f"interface.invite.{label}"), key="make-code", on_click=_make_code)


def _guest(name: str) -> None:
    with st.container(key="card-choice-guest"):
        st.header(words.text("interface.invite.guest_title"), anchor=False)
        people_text.sentence("interface.invite.guest", name=name)
        st.caption(words.text("interface.invite.guest_hint"))
        with st.container(horizontal=True):
            st.button(
                words.text("interface.invite.confirm"),
                key="confirm",
                type="primary",
                on_click=_confirm,
            )
            st.button(words.text("interface.invite.decline"), key="decline", on_click=_decline)


def _sign_in_first() -> None:
    frame.want("join")
    st.markdown(words.text("interface.join.first"))
    with st.container(horizontal=True):
        frame.act("signup", "interface.join.signup", first=True)
        frame.act("signin", "interface.join.signin")


def _answer_invitation() -> None:
    secret = st.session_state.get(_TYPED) or visitor.invitation()
    if secret and not st.session_state.get("join.other"):
        try:
            name = couples.look(visitor.house(), visitor.asker(), secret=secret)
        except Refused as refused:
            alert(words.of_error(refused), key="join-link")
            if refused.code == "invitation_own":
                frame.link("invite", "interface.join.own")
        else:
            _inviter(name)
            return
    st.markdown(words.text("interface.join.no_cookie"))
    with st.form("join", border=False):
        st.text_input(words.text("interface.join.code"), key="typed_code", autocomplete="off")
        beside("join", rest=True)
        st.form_submit_button(words.text("interface.join.look"), type="primary", on_click=_type)


def _not_for_two() -> None:
    """Somebody in a couple who was led here by the invitation of a third is told what it means."""
    if secret := visitor.invitation():
        try:
            couples.look(visitor.house(), visitor.asker(), secret=secret)
        except Refused as refused:
            if refused.code == "invitation_in_couple":
                alert(words.of_error(refused), key="join-link")


def _inviter(name: str) -> None:
    with st.container(key="card-choice-inviter"):
        people_text.sentence("interface.join.inviter", name=name)
        people_text.sentence("interface.join.accept_text", name=name)
        beside("join", rest=True)
        with st.container(horizontal=True):
            st.button(
                words.text("interface.join.accept"), key="accept", type="primary", on_click=_accept
            )
            st.button(words.text("interface.join.other"), key="other", on_click=_use_other)


def _awaiting(name: str) -> None:
    with st.container(key="waiting-confirmation"):
        st.header(words.text("interface.join.accepted_title"), anchor=False)
        people_text.sentence("interface.join.accepted", name=name)
        st.caption(words.text("interface.join.stays"))
        frame.act("checkin", "interface.join.checkin")
        st.button(words.text("interface.join.back_out"), key="back-out", on_click=_withdraw)


def _make_link() -> None:
    with told("invite"):
        secret = couples.invite_by_link(visitor.house(), visitor.asker())
        address = visitor.house().settings.public_url.rstrip("/")
        st.session_state[_LINK] = f"{address}/i#{secret}"


def _make_code() -> None:
    with told("invite"):
        st.session_state[_CODE] = couples.invite_by_code(visitor.house(), visitor.asker())


def _withdraw() -> None:
    with told("invite"):
        couples.withdraw(visitor.house(), visitor.asker())
        _forget_shown()


def _confirm() -> None:
    with told("invite"):
        couples.confirm(visitor.house(), visitor.asker())


def _decline() -> None:
    with told("invite"):
        couples.decline(visitor.house(), visitor.asker())


def _type() -> None:
    typed = st.session_state["typed_code"]
    # Whoever types has turned away from the link that led here: what was wrong with it is over.
    _use_other()
    with told("join"):
        couples.look(visitor.house(), visitor.asker(), secret=typed)
        st.session_state[_TYPED] = typed
        st.session_state.pop("join.other", None)


def _accept() -> None:
    secret = st.session_state.get(_TYPED) or visitor.invitation() or ""
    with told("join"):
        couples.accept(visitor.house(), visitor.asker(), secret=secret)
        st.session_state["join.accepted"] = True


def _use_other() -> None:
    st.session_state["join.other"] = True
    st.session_state.pop(_TYPED, None)


def _forget_shown() -> None:
    for shown in (_LINK, _CODE):
        st.session_state.pop(shown, None)


def _qr(link: str) -> str:
    """The link as an inline image: a file under /media could be fetched without any cookie."""
    picture = io.BytesIO()
    segno.make(link, error="m").save(picture, kind="png", scale=6, border=3)
    return "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode()
