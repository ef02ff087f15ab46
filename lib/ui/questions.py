"""Questions as they are asked: below each other, nothing chosen beforehand, saved when chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from lib.ui import words
from lib.ui.told import beside, in_trouble, told


def steps(now: int, total: int) -> str:
    """Where one is: step `now` of `total`, counted from 1. Gives the words that say so."""
    said = words.text("interface.kit.step", now=now, total=total)
    st.progress(now / total, text=said)
    return said


def rating(
    question: str,
    label: str,
    *,
    labels: Sequence[str],
    value: int | None,
    save: Callable[[str, int], None],
    kind: str = "answer",
) -> None:
    """Ask for a value from 1 to len(labels); labels[0] belongs to 1.

    question: its id; kind keeps an answer and a guess about one question apart. save(question,
    value) runs as a callback as soon as something is chosen; a Refused shows below the question.
    Call it inside a fragment, so that choosing redraws the step and not the whole page.
    """
    key = f"{kind}-{question}"

    def keep() -> None:
        chosen = st.session_state[key]
        with told(key):
            if chosen is not None:
                save(question, chosen)
        _drop_unless(key, points)

    points = range(1, len(labels) + 1)
    _start(key, value, follow=True)
    with st.container(key=f"question-{key}"):
        st.radio(
            label,
            points,
            index=None,
            key=key,
            format_func=lambda point: labels[point - 1],
            on_change=keep,
        )
        beside(key, rest=True)


def choice(
    name: str,
    label: str,
    options: Sequence[str],
    *,
    words_at: str,
    value: str | None,
    save: Callable[[str], None],
) -> None:
    """Ask for one of `options`, whose words lie at `<words_at>.<option>`; saved when chosen."""
    key = f"choice-{name}"

    def keep() -> None:
        chosen = st.session_state[key]
        with told(key):
            if chosen is not None:
                save(chosen)
        _drop_unless(key, options)

    _start(key, value, follow=value is not None)
    with st.container(key=f"question-{key}"):
        st.radio(
            label,
            options,
            index=None,
            key=key,
            format_func=lambda option: words.text(f"{words_at}.{option}"),
            on_change=keep,
        )
        beside(key, rest=True)


def writing(
    name: str,
    label: str,
    *,
    value: str,
    limit: int,
    save: Callable[[str], None],
    help_line: str | None = None,
) -> None:
    """A field for a person's own words, saved when they leave it; says how long it may be.

    A text that cannot be kept stays with the visit, and is in the field again whenever it is drawn.
    """
    key = f"writing-{name}"

    def keep() -> None:
        typed = st.session_state[key]
        st.session_state.pop(_unkept(name), None)
        with told(key):
            save(typed)
        if not isinstance(typed, str):
            del st.session_state[key]
        elif in_trouble(key):
            st.session_state[_unkept(name)] = typed

    if key not in st.session_state and unkept(name):
        st.session_state[key] = st.session_state[_unkept(name)]
        keep()  # says again why not
    _start(key, value)
    with st.container(key=f"question-{key}"):
        st.text_area(label, key=key, on_change=keep, height=140)
        st.caption(help_line or words.text("interface.kit.limit", limit=limit))
        beside(key, rest=True)


def unkept(name: str) -> bool:
    """Whether the field of that name holds a text that could not be kept."""
    return _unkept(name) in st.session_state


def _unkept(name: str) -> str:
    return f"unkept-{name}"


def _start(key: str, value: object, *, follow: bool = False) -> None:
    """Begin with what is stored; afterwards the widget knows better than the last reading.

    follow: take over what is stored whenever it is drawn, for another tab may have changed it; but
    not while the last choice could not be saved.
    """
    state = st.session_state
    if key not in state or (follow and state[key] != value and not in_trouble(key)):
        state[key] = value


def _drop_unless(key: str, options: Sequence[object]) -> None:
    """Forget a choice that no page offers: only a forged message brings it, and not every widget
    can be drawn with it."""
    chosen = st.session_state[key]
    if chosen is not None and not any(
        type(one) is type(chosen) and one == chosen for one in options
    ):
        del st.session_state[key]
