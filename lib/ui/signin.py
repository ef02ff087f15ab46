"""Signing in: streamlit-authenticator's controller checks, our own session follows.

The controller is handed exactly the one account that was looked up, so that its cost does not grow
with the number of accounts, and the password as it was typed, which it would otherwise strip. Its
cookie is never used: the one-time ticket that a right password brings is posted to a route, which
sets a cookie that no script can read.
"""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit_authenticator.controllers import AuthenticationController
from streamlit_authenticator.models import AuthenticationModel

from lib.errors import Refused
from lib.services import accounts, second_factor
from lib.ui import visitor, words

_TICKET, _CODE = "signin.ticket", "signin.code"
_LEFT_BEHIND = ("authentication_status", "username", "name", "email", "roles", "password_hint")

_FINISH = st.components.v2.component(
    "halfway_finish",
    html='<p role="status"></p>',
    css="p { font: inherit; color: var(--st-text-color); margin: 0; }",
    js="""
export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.querySelector('p').textContent = data.label
  if (window.halfwayTicket === data.ticket) return
  window.halfwayTicket = data.ticket
  fetch('/auth/finish', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ticket: data.ticket }),
  }).then((answer) => {
    if (answer.ok) window.location.replace(data.next)
    else setTriggerValue('failed', true)
  }, () => setTriggerValue('failed', true))
}
""",
)


_SIGN_OUT = st.components.v2.component(
    "halfway_sign_out",
    html='<button type="button"></button>',
    css="""
button { font: inherit; color: var(--st-text-color); cursor: pointer; background: transparent;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
  min-height: 2.5rem; padding: .35rem .9rem; }
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
""",
    js="""
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector('button')
  button.textContent = data.label
  button.onclick = () => {
    button.disabled = true
    fetch('/auth/sign-out', { method: 'POST', credentials: 'same-origin' })
      .finally(() => window.location.replace('/'))
  }
}
""",
)


class _OneAccount(AuthenticationModel):  # type: ignore[misc]
    """The package's model over a single account; whether the password is right is ours to say."""

    def __init__(self, login_name: str, password: str, *, trusted: bool) -> None:
        super().__init__({"usernames": {}}, auto_hash=False)
        self._typed = (login_name, password)
        self._trusted = trusted
        self.ticket: str | None = None
        self.refused = Refused("sign_in_wrong", field="password")

    def check_credentials(self, username: str, password: str) -> bool:
        login_name, typed = self._typed
        nonce = visitor.nonce()
        try:
            self.ticket = accounts.sign_in(
                visitor.house(),
                visitor.asker(),
                login_name=login_name,
                password=typed,
                nonce=nonce,
                trusted=self._trusted,
            )
        except Refused as refused:
            self.refused = refused
            return False
        account: dict[str, Any] = {"name": username, "email": None, "roles": None}
        self.credentials["usernames"] = {username: account}
        return True


def sign_in(login_name: str, password: str, *, trusted: bool = False) -> None:
    """Check name and password; a right one brings a ticket, which `finish` redeems.

    trusted: whether the person wants to stay signed in here. Raises as `accounts.sign_in` does.
    """
    model = _OneAccount(login_name, password, trusted=trusted)
    controller = AuthenticationController({"usernames": {}}, auto_hash=False)
    controller.authentication_model = model
    # An empty name would make the controller look for its cookie, which does not exist here.
    right = controller.login(login_name.strip() or " ", password or " ")
    for left in _LEFT_BEHIND:
        st.session_state.pop(left, None)
    if not right or model.ticket is None:
        raise model.refused
    st.session_state[_TICKET] = model.ticket
    st.session_state[_CODE] = second_factor.is_wanted(
        visitor.house(), visitor.asker(), ticket=model.ticket, nonce=visitor.nonce()
    )


def wants_code() -> bool:
    """Whether the password was right and a second factor has to follow."""
    return bool(st.session_state.get(_CODE))


def give_code(code: str) -> None:
    """The second factor; raises what `second_factor.pass_with` raises."""
    try:
        second_factor.pass_with(
            visitor.house(),
            visitor.asker(),
            ticket=st.session_state[_TICKET],
            nonce=visitor.nonce(),
            code=code,
        )
    except Refused as refused:
        if refused.code == "ticket_spent":
            start_again()
        raise
    st.session_state[_CODE] = False


def start_again() -> None:
    """Forget the ticket, and with it that the password was right."""
    for kept in (_TICKET, _CODE):
        st.session_state.pop(kept, None)


def waiting() -> bool:
    """Whether a ticket waits to be redeemed."""
    return _TICKET in st.session_state and not wants_code()


def finish(next_page: str) -> None:
    """Redeem the waiting ticket from the browser and go on to that page; "" is the start.

    Raises Refused("ticket_spent") when that failed, and forgets the ticket.
    """
    result = _FINISH(
        key="signin-finish",
        data={
            "ticket": st.session_state[_TICKET],
            "next": f"/{next_page}",
            "label": words.text("interface.signin.under_way"),
        },
        on_failed_change=lambda: None,
    )
    if result.failed:
        start_again()
        raise Refused("ticket_spent")


def sign_out_button() -> None:
    """A button that ends the session; every open tab of it empties at once.

    It posts from a script: a plain form takes the browser longer to leave the other tabs.
    """
    _SIGN_OUT(key="sign-out", data={"label": words.text("interface.account.sign_out")})
