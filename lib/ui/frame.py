"""The frame that every page stands in, the guard at its door, and words carried between pages.

    with frame.page("reading") as me:      # heading and lead from interface/reading.toml
        ...

Top line (help link), heading, lead, what the page draws, foot: always in
this order and place, for everybody. The help link never depends on who looks or what they said.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import streamlit as st

from lib.errors import HalfwayError, SignedOut
from lib.services.accounts import Me
from lib.ui import look, registry, told, visitor, words

_PAGE, _NEXT, _FLASH, _WANTED = "frame.page", "frame.next", "frame.flash", "frame.wanted"


@contextmanager
def page(name: str, *, title: str | None = None, lead: str | None = None) -> Iterator[Me | None]:
    """Draw the frame of the page of that name and let its body draw inside; gives who is here.

    title, lead: keys of words, by default `interface.<name>.title` and `.lead`; lead="" for none.
    Refuses visitors that the registry does not let in, and turns every error into a sentence.
    """
    _arrive(name)
    look.apply()
    top, body, foot = st.container(key="frame-top"), st.container(), st.container(key="frame-foot")
    with top:
        _top_line()
    with foot:
        st.caption(words.text("interface.kit.foot"))
        link("privacy", "interface.privacy.link")
    with body, safely():
        me = guard(name)
        heading = words.text(title or f"interface.{name}.title")
        st.title(heading, anchor=False)
        look.move_focus(name, heading)
        _lead(f"interface.{name}.lead" if lead is None else lead)
        _flashed()
        yield me


@contextmanager
def safely() -> Iterator[None]:
    """Turn what goes wrong inside into a sentence and stop there; SignedOut leads to sign-in.

    `page` does this for the whole page; a fragment, which also runs without its page, needs its
    own `with frame.safely():` around its body.
    """
    try:
        yield
    except SignedOut:
        _sign_in_first()
    except HalfwayError as error:
        told.alert(told.sentence_for(error), key="page")
        st.stop()
    except Exception as error:
        told.alert(told.unexpected(error), key="page")
        st.stop()


def guard(name: str) -> Me | None:
    """Who is here; leads away, with a sentence, whoever the page of that name is not open to."""
    place = registry.place(name)
    me = visitor.me()
    if not place.open_to(signed_in=me is not None, together=me is not None and me.together):
        if me is None:
            want(name)
            _sign_in_first()
        if place.audience == "couple":
            flash("interface.state.needs_partner")
        go(registry.START[True])
    return me


def want(name: str) -> None:
    """Remember the page of that name as the one to be led to after signing in or signing up.

    It is kept on the server, not in the address, so that nobody can put another one there.
    """
    st.session_state[_WANTED] = name


def wanted() -> str:
    """The address of the page to lead to after signing in; "" is the start."""
    found = st.session_state.get(_WANTED)
    if found is None and visitor.invitation():
        found = "join"
    return "" if found in (None, registry.START[True]) else str(found)


def flash(key: str) -> None:
    """Say the words at `key` on top of the page that is shown next."""
    st.session_state[_NEXT] = key


def go(name: str) -> NoReturn:
    """Go to the page of that name, at once."""
    st.switch_page(registry.place(name).file)


def link(name: str, label: str, *, icon: str | None = None) -> None:
    """A link to a page of ours; label is a key of words."""
    st.page_link(registry.place(name).file, label=words.text(label), icon=icon)


def act(name: str, label: str, *, first: bool = False) -> None:
    """A link to a page that looks like a button; `first` marks the one to press next."""
    with st.container(key=f"{'first' if first else 'other'}-act-{name}-{label.rpartition('.')[2]}"):
        link(name, label)


def _arrive(name: str) -> None:
    if st.session_state.get(_PAGE) != name:
        st.session_state[_PAGE] = name
        st.session_state.pop(_FLASH, None)
        told.forget()


def _flashed() -> None:
    """Shown as long as the person stays on the page, so that a rerun does not take it away."""
    pending = st.session_state.pop(_NEXT, None)
    if pending:
        st.session_state[_FLASH] = pending
    if key := st.session_state.get(_FLASH):
        with st.container(key="notice-flash"):
            st.info(words.text(key))


def _top_line() -> None:
    with st.container(horizontal=True, horizontal_alignment="right", key="frame-line"):
        link("safety", "interface.kit.help_link")


def _lead(key: str) -> None:
    if key:
        with st.container(key="frame-lead"):
            st.markdown(words.text(key))


def _sign_in_first() -> NoReturn:
    over = visitor.token() is not None
    if _NEXT not in st.session_state:  # such as that the account is closed
        flash("interface.state.session_over" if over else "interface.state.sign_in_first")
    go("signin")
