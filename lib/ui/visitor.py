"""Who looks at this page. The cookie is read in one function, which tests replace."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from lib.errors import SignedOut
from lib.services import access, accounts
from lib.services import house as houses
from lib.services.access import Asker
from lib.services.accounts import Me
from lib.services.house import House
from lib.settings import Cookie

_ARRIVED = "visitor.me"


def cookie(kind: Cookie) -> str | None:
    """The value of a cookie of ours, as it was when this page was opened.

    Under AppTest `st.context.cookies` is a mock: replace this.
    """
    found = st.context.cookies.get(house().settings.cookie_name(kind))
    return found if isinstance(found, str) and found else None


def token() -> str | None:
    """The session cookie's value."""
    return cookie("session")


def nonce() -> str:
    """What binds a sign-in to this browser; "" when its cookie is missing, which fits no ticket."""
    return cookie("nonce") or ""


def invitation() -> str | None:
    """The secret of the invitation link that led here, if one did."""
    return cookie("invitation")


def mail_link() -> str | None:
    """The secret of the link in a mail that led here, if one did."""
    return cookie("mail")


def account_closed() -> bool:
    """Whether this browser has just closed its account."""
    return cookie("said") == "closed"


def house() -> House:
    """The house of this process."""
    return houses.current()


def address() -> str:
    """Where this browser is, as the gate has it from the server or a trusted proxy; "" here."""
    found = st.context.ip_address
    return found if isinstance(found, str) else ""


def asker() -> Asker:
    """Whoever holds this browser's session cookie, to be handed to every service call."""
    return access.asker_of(token(), address=address(), device=cookie("device"))


def arrive() -> Me | None:
    """The person here, or None when signed out, once a run: for the router, at its very beginning.

    A run is no act of theirs: pages run by themselves, too. The gate sees what a person does.
    """
    who = asker()
    found = None
    if who.session is not None:
        with suppress(SignedOut):
            found = accounts.arrive(house(), who)
    st.session_state[_ARRIVED] = found
    return found


def me() -> Me | None:
    """The person whom the router found in this run."""
    found = st.session_state.get(_ARRIVED)
    return found if isinstance(found, Me) else None
