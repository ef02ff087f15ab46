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

# After a change of page or step Streamlit leaves the focus on what was pressed, or on nothing: a
# person who listens does not learn that another is here. What comes first in a tab moves nothing,
# for the browser has its own place then, and a step that the other led to takes no field away.
_FOCUS = st.components.v2.component(
    "halfway_focus",
    js="""
const lead = (found, data) => {
  found.tabIndex = -1
  found.focus({ preventScroll: true })
  found.style.scrollMarginTop = '8.5rem'  // what lies fixed on top of the page
  if (data.scope === 'page') document.querySelector('[data-testid="stMain"]').scrollTo(0, 0)
  else found.scrollIntoView({ block: data.middle ? 'center' : 'start' })
}
export default function ({ data }) {
  document.documentElement.lang = data.language
  const places = (window.halfwayPlaces ??= {})
  const here = location.pathname, before = places[data.scope]
  if (before && before.place === data.place) return
  places[data.scope] = { place: data.place, page: here }
  // Whichever of the two comes first: a step of the page before tells nothing about this one.
  if (data.scope === 'page' && places.step && places.step.page !== here) delete places.step
  if (!before || (data.scope === 'step' && before.page !== here)) return
  let until = performance.now() + 3000, led = false, waiting
  const look = () => {
    const found = document.querySelector(data.selector), at = document.activeElement
    const there = found && (!data.text || found.textContent.trim() === data.text)
    if (there && !led) {
      if (data.scope === 'step' && at.matches('textarea, input[type=text]')) return
      led = true
      until = performance.now() + 1000
      lead(found, data)
    } else if (there && at === document.body) lead(found, data)  // it was put elsewhere meanwhile
    if (performance.now() < until) waiting = requestAnimationFrame(look)
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
    _move("page", page, selector='[data-testid="stMain"] h1', text=heading)


def follow(place: str, *, selector: str, text: str = "", middle: bool = False) -> None:
    """Move them to what `selector` finds first, and show it, when the place in the page changed.

    place: any name of the step shown. text: what stands there, for what stood there before may be
    found first. middle: with what is above it. Drawn by everything that takes turns in a place, so
    that the first step is told from what was there before it.
    """
    _move("step", place, selector=selector, text=text, middle=middle)


def _move(scope: str, place: str, *, selector: str, text: str, middle: bool = False) -> None:
    with st.container(key=f"unseen-focus-{scope}"):
        _FOCUS(
            key=f"focus-{scope}",
            data={
                "scope": scope,
                "place": place,
                "selector": selector,
                "text": text,
                "middle": middle,
                "language": "en",
            },
            height=1,
        )
