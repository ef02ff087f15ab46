"""The look: one style sheet on top of the theme in .streamlit/config.toml, the mark, the focus."""

from __future__ import annotations

import base64
from pathlib import Path

import streamlit as st

_SHEET = Path(__file__).with_name("look.css")
MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 28" width="44" height="28">'
    '<circle cx="15" cy="14" r="12" fill="#2f7a6b" fill-opacity=".85"/>'
    '<circle cx="29" cy="14" r="12" fill="#c27a45" fill-opacity=".8"/></svg>'
)
ICON = "data:image/svg+xml;base64," + base64.b64encode(MARK.encode()).decode()

# After a page change Streamlit leaves the focus on the link that was pressed: a person who listens
# does not learn that the page is another. On the first page of a tab the browser's own place stays.
_FOCUS = st.components.v2.component(
    "halfway_focus",
    js="""
export default function ({ data }) {
  document.documentElement.lang = data.language
  const before = window.halfwayPage
  window.halfwayPage = data.page
  if (before === undefined || before === data.page) return
  const started = performance.now()
  let waiting
  const look = () => {
    const heading = document.querySelector('[data-testid="stMain"] h1')
    if (heading && heading.textContent.trim() === data.heading) {
      heading.tabIndex = -1
      heading.focus({ preventScroll: true })
      document.querySelector('[data-testid="stMain"]').scrollTo(0, 0)
    } else if (performance.now() - started < 3000) waiting = requestAnimationFrame(look)
  }
  look()
  return () => cancelAnimationFrame(waiting)
}
""",
)


def apply() -> None:
    """Put the style sheet on the page."""
    st.html(_SHEET)


def move_focus(page: str, heading: str) -> None:
    """Move the keyboard's and the screen reader's place to the heading when the page changed."""
    with st.container(key="unseen-focus"):
        _FOCUS(
            key=f"focus-{page}",
            data={"page": page, "heading": heading, "language": "en"},
            height=1,
        )
