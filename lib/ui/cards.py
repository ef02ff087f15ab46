"""Cards: how a tip, an opener, an agreement and what one of the two wrote look.

What stands on a card comes from content/ and may use Markdown; what a person wrote goes through
`people_text`. All ids become keys of elements, so an id may stand only once on a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import streamlit as st

from lib.domain.checkins import MARKS
from lib.domain.readings import OpenerCard, TipCard
from lib.ui import copying, dates, people_text, words
from lib.ui.told import beside, told


@contextmanager
def card(key: str, *, kind: str = "plain") -> Iterator[None]:
    """A rounded card. kind: plain, tip, opener, agreement, choice, quote.

    look.css knows the kinds by the keys that begin `card-<kind>-`; also `inset-` for a tinted part
    of a card and `waiting-` for the one quiet panel of a page on which nothing can be done now.
    """
    with st.container(key=f"card-{kind}-{key}"):
        yield


def tip(tip_card: TipCard, below: Callable[[str], None] | None = None) -> None:
    """Draw one tip with everything that belongs to it, its because included.

    below(its id) draws what stands at the card's foot, such as its marks.
    """
    with card(tip_card.id, kind="tip"):
        _tags(words.text(f"interface.kit.family.{tip_card.family}"), shared=tip_card.shared)
        st.header(tip_card.heading, anchor=False)
        st.markdown(tip_card.text)
        with st.container(key=f"inset-{tip_card.id}"):
            st.markdown(f"**{words.text('interface.kit.this_week')}** {tip_card.try_this}")
        if tip_card.because:
            st.caption(words.text("interface.kit.because", facts=" ".join(tip_card.because)))
        st.caption(words.text("interface.kit.not_fit", when=tip_card.not_fit))
        if below:
            below(tip_card.id)


def opener(opener_card: OpenerCard, below: Callable[[str], None] | None = None) -> None:
    """Draw one opener, large as something to say aloud, with a button that copies it.

    below: as for `tip`.
    """
    with card(opener_card.id, kind="opener"):
        depth = words.text(f"interface.kit.depth.{opener_card.depth}")
        theme = opener_card.theme[:1].upper() + opener_card.theme[1:]
        _tags(f"{theme} \u00b7 {depth}", shared=opener_card.shared)
        st.markdown(opener_card.text)
        copying.button(opener_card.text, key=opener_card.id)
        if below:
            below(opener_card.id)


def marks(
    item: str,
    current: str | None,
    save: Callable[[str, str | None], None],
    *,
    alone: bool = False,
) -> None:
    """The four marks of a tip or opener: try, not_now, not_for_us, done; again takes it back.

    save(item, mark or None) runs as a callback, before the page is drawn again. alone: whether
    there is nobody whom "us" could mean.
    """
    key = f"mark-{item}"
    labels = "mark_alone" if alone else "mark"

    def keep() -> None:
        with told(key):
            save(item, st.session_state[key])

    if key not in st.session_state:
        st.session_state[key] = current
    st.pills(
        words.text("interface.kit.marks_label"),
        MARKS,
        key=key,
        format_func=lambda mark: words.text(f"interface.kit.{labels}.{mark}"),
        on_change=keep,
        label_visibility="collapsed",
    )
    beside(key, rest=True)


def agreement(
    text: str, *, key: str, label: str = "interface.kit.agreement", by: date | None = None
) -> None:
    """Draw an agreement; `text` was written by a person. by: the day until which it is meant."""
    with card(key, kind="agreement"):
        st.caption(words.text(label))
        people_text.show(text, key=key)
        if by is not None:
            st.caption(words.text("interface.talking.by_day", day=dates.near_day(by)))


@contextmanager
def quote(key: str, label: str, **names: object) -> Iterator[None]:
    """A card for what one of the two wrote: our sentence with a name above, their text inside.

    label: key of plain words; names: facts of it, shown as plain text.
    """
    with card(key, kind="quote"):
        people_text.sentence(label, **names)
        yield


def _tags(tag: str, *, shared: bool) -> None:
    both = f" \u00b7 {words.text('interface.kit.for_both')}" if shared else ""
    st.caption(tag + both)
