"""A gentle timer: counts on by itself from what the server said is left, and makes no sound.

It goes by the browser's running time and not by its clock, so that a device whose clock is wrong
shows what the other shows; each run of the page sets it right again.
"""

from __future__ import annotations

import streamlit as st

from lib.ui import words

_TIMER = st.components.v2.component(
    "halfway_timer",
    html='<div class="track"><i></i></div><p role="timer"></p>',
    css="""
.track { height: .5rem; border-radius: 1rem; overflow: hidden; background: var(--st-border-color);
  opacity: .55; }
i { display: block; height: 100%; width: 0; border-radius: 1rem;
  background: var(--st-primary-color); }
p { font: inherit; font-size: 1rem; margin: .5rem 0 0; text-align: center;
  color: var(--st-text-color); }
""",
    js="""
export default function ({ data, parentElement }) {
  const bar = parentElement.querySelector('i')
  const text = parentElement.querySelector('p')
  const began = performance.now()
  const show = () => {
    const left = data.left - (performance.now() - began) / 1000
    bar.style.width = `${Math.min(100, Math.max(0, 100 * (1 - left / data.of)))}%`
    const minutes = Math.ceil(left / 60)
    const some = minutes === 1 ? data.last : data.minutes.replace('#', minutes)
    const said = left <= 0 ? data.over : some
    if (text.textContent !== said) text.textContent = said
    text.dataset.left = Math.round(left)
  }
  show()
  const ticking = setInterval(show, 1000)
  return () => clearInterval(ticking)
}
""",
)


def show(left: float, *, of: float) -> None:
    """The time that is left of a turn. left, of: seconds; at 0 and below the time is up."""
    _TIMER(
        key="talk-timer",
        data={
            "left": left,
            "of": of,
            "minutes": words.text("interface.talking.left_minutes", minutes="#"),
            "last": words.text("interface.talking.left_last"),
            "over": words.text("interface.talking.left_over"),
        },
    )
