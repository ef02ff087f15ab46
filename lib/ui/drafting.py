"""Half-typed words are kept while they are typed: Streamlit hears of them only when the field is
left, and by then the other may have moved the page on.

    with drafting.kept("agree"):
        st.text_area(..., on_change=save_draft)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

_PAUSE_MS = 600

# Ctrl and Enter is how a field of Streamlit's is told to hand over what is in it.
_LISTENER = st.components.v2.component(
    "halfway_drafting",
    js="""
export default function ({ data }) {
  let waiting
  const hand = field => field.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }))
  const typed = ({ target }) => {
    if (!target.closest || !target.closest(`.st-key-draft-${data.name}`)) return
    clearTimeout(waiting)
    waiting = setTimeout(hand, data.pause, target)
  }
  document.addEventListener('input', typed)
  return () => { clearTimeout(waiting); document.removeEventListener('input', typed) }
}
""",
)


@contextmanager
def kept(name: str) -> Iterator[None]:
    """Hand over what is typed into the field inside, whenever the typing pauses."""
    with st.container(key=f"unseen-draft-{name}"):
        _LISTENER(key=f"drafting-{name}", data={"name": name, "pause": _PAUSE_MS}, height=1)
    with st.container(key=f"draft-{name}"):
        yield
