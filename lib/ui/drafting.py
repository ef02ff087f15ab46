"""Half-typed words are kept while they are typed: Streamlit hears of them only when the field is
left, and by then the other may have moved the page on.

    with drafting.kept("agree", on_begun=stay):
        st.text_area(..., on_change=save_draft)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

_PAUSE_MS = 600

# Ctrl and Enter is how a field of Streamlit's is told to hand over what is in it.
_LISTENER = st.components.v2.component(
    "halfway_drafting",
    js="""
export default function ({ data, setTriggerValue }) {
  const within = ({ target }) => target.closest && target.closest(`.st-key-draft-${data.name}`)
  let waiting, begun, last
  const hand = () => {
    if (!waiting) return
    clearTimeout(waiting)
    waiting = null
    last.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }))
  }
  const typed = event => {
    if (!within(event)) return
    clearTimeout(waiting)
    last = event.target
    waiting = setTimeout(hand, data.pause)
  }
  const entered = event => {
    if (begun || !within(event)) return
    begun = true
    setTriggerValue('begun', true)
  }
  // Streamlit itself hands over what is in a field that is left.
  const left = event => { if (within(event)) { clearTimeout(waiting); waiting = null } }
  document.addEventListener('input', typed)
  document.addEventListener('focusin', entered)
  document.addEventListener('focusout', left)
  document.addEventListener('halfway-looks', hand)
  return () => {
    clearTimeout(waiting)
    document.removeEventListener('input', typed)
    document.removeEventListener('focusin', entered)
    document.removeEventListener('focusout', left)
    document.removeEventListener('halfway-looks', hand)
  }
}
""",
)


@contextmanager
def kept(name: str, *, on_begun: Callable[[], None]) -> Iterator[None]:
    """Hand over what is typed into the field inside, whenever the typing pauses, and before the
    page looks at what is new (doorbell.js says so).

    on_begun: called when somebody goes into the field, so before the first letter.
    """
    with st.container(key=f"unseen-draft-{name}"):
        _LISTENER(
            key=f"drafting-{name}",
            data={"name": name, "pause": _PAUSE_MS},
            on_begun_change=on_begun,
            height=1,
        )
    with st.container(key=f"draft-{name}"):
        yield
