"""On the account page: a copy of one's own part, sent by a route and saved by the browser."""

from __future__ import annotations

import streamlit as st

from lib.errors import Refused
from lib.services import exports
from lib.ui import visitor, words
from lib.ui.told import beside, told

_TICKET, _DONE, _FORM = "exports.ticket", "exports.done", "exports-form"
_FORMS = ("page", "json", "table")

# The file comes as the answer to a script and is saved from memory: no address leads to it.
_SAVE = st.components.v2.component(
    "halfway_save",
    html='<p role="status"></p>',
    css="p { font: inherit; color: var(--st-text-color); margin: 0; }",
    js="""
export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.querySelector('p').textContent = data.label
  if (window.halfwayCopy === data.ticket) return
  window.halfwayCopy = data.ticket
  const save = async () => {
    const answer = await fetch('/account/copy', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ticket: data.ticket, form: data.form }),
    })
    if (!answer.ok) throw new Error('refused')
    const named = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') || '')
    const address = URL.createObjectURL(await answer.blob())
    const link = document.createElement('a')
    link.href = address
    link.download = named ? named[1] : 'halfway'
    link.click()
    setTimeout(() => URL.revokeObjectURL(address), 10000)
  }
  save().then(() => setTriggerValue('saved', true), () => setTriggerValue('failed', true))
}
""",
)


def section() -> None:
    """What the copy holds, in which form it comes, and the password."""
    st.markdown(_text("lead"))
    st.caption(_text("careful"))
    with st.form("copy", border=False, clear_on_submit=True):
        st.radio(
            _text("form"),
            _FORMS,
            key=_FORM,
            format_func=lambda form: _text(f"form_choice.{form}"),
        )
        st.text_input(
            words.text("interface.leaving.password"),
            type="password",
            key="copy-password",
            autocomplete="current-password",
        )
        beside("copy", rest=True)
        st.form_submit_button(_text("take"), on_click=_ask)
    _save()
    if st.session_state.pop(_DONE, False):
        st.success(_text("done"))


def _ask() -> None:
    typed = st.session_state
    with told("copy"):
        ticket = exports.ticket(visitor.house(), visitor.asker(), password=typed["copy-password"])
        typed[_TICKET] = (ticket, typed[_FORM])


def _save() -> None:
    if _TICKET not in st.session_state:
        return
    ticket, form = st.session_state[_TICKET]
    result = _SAVE(
        key="copy-save",
        data={"ticket": ticket, "form": form, "label": _text("under_way")},
        on_saved_change=lambda: None,
        on_failed_change=lambda: None,
    )
    if result.saved:
        del st.session_state[_TICKET]
        st.session_state[_DONE] = True
        st.rerun()
    if result.failed:
        del st.session_state[_TICKET]
        with told("copy"):
            raise Refused("ticket_spent")
        st.rerun()


def _text(key: str) -> str:
    return words.text(f"interface.exports.{key}")
