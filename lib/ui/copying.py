"""A button that copies one of our sentences, says so aloud, and works by keyboard and under CSP."""

from __future__ import annotations

import streamlit as st

from lib.ui import words

_COPY = st.components.v2.component(
    "halfway_copy",
    html='<button type="button"></button><span role="status"></span>',
    css="""
button { font: inherit; font-size: .875rem; color: var(--st-text-color); cursor: pointer;
  background: transparent; border: 1px solid var(--st-border-color); min-height: 2.25rem;
  border-radius: var(--st-button-radius); padding: .35rem .9rem; }
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
span { margin-left: .75rem; font-size: .875rem; color: var(--st-primary-color); }
""",
    js="""
async function copied(text) {
  try { await navigator.clipboard.writeText(text); return true } catch { /* not a secure page */ }
  const field = document.createElement('textarea')
  field.value = text
  field.style.position = 'fixed'
  document.body.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  return done
}
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector('button')
  const status = parentElement.querySelector('span')
  let timer
  button.textContent = data.label
  button.onclick = async () => {
    status.textContent = await copied(data.text) ? data.done : data.failed
    button.focus()
    clearTimeout(timer)
    timer = setTimeout(() => { status.textContent = '' }, 4000)
  }
  return () => clearTimeout(timer)
}
""",
)


def button(text: str, *, key: str) -> None:
    """Draw the button; `text` is what lands in the clipboard. Also for links made by the app."""
    _COPY(
        key=f"copy-{key}",
        data={
            "text": text,
            "label": words.text("interface.kit.copy"),
            "done": words.text("interface.kit.copied"),
            "failed": words.text("interface.kit.copy_failed"),
        },
    )
