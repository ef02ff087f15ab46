"""Who looks at this page. The cookie is read in one function, which tests replace."""

from __future__ import annotations

import streamlit as st

from lib.errors import SignedOut
from lib.services import access, accounts
from lib.services import house as houses
from lib.services.access import Asker
from lib.services.accounts import Me
from lib.services.house import House

COOKIES = ("__Host-halfway", "halfway")


def token() -> str | None:
    """The session cookie's value. Under AppTest `st.context.cookies` is a mock: replace this."""
    for name in COOKIES:
        found = st.context.cookies.get(name)
        if isinstance(found, str) and found:
            return found
    return None


def house() -> House:
    """The house of this process."""
    return houses.current()


def asker() -> Asker:
    """Whoever holds this browser's session cookie, to be handed to every service call."""
    return access.asker_of(token())


def me() -> Me | None:
    """The person here, or None when signed out. Counts as activity of theirs: not for timers."""
    who = asker()
    if who.session is None:
        return None
    try:
        return accounts.arrive(house(), who)
    except SignedOut:
        return None
