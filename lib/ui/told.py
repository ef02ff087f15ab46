"""Errors become sentences here, once: beside the field they belong to, or calmly on the page.

    def send() -> None:                       # on_click or on_change: runs before the page is drawn
        with told("rename"):
            accounts.rename(house, asker, display_name=st.session_state["display_name"])

    st.text_input(..., key="display_name")
    beside("rename", "display_name")          # right after the field
    st.button(..., on_click=send)
    beside("rename")                          # what belongs to no field

What is half typed stays where it is. An unexpected error shows one sentence with a random
reference, and that reference with the error's kind and place goes to the log; its message does not,
for it could hold what somebody wrote.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from lib.errors import HalfwayError, NotYours, Refused, SignedOut
from lib.ui import people_text, words

_log = logging.getLogger("halfway.ui")
_TROUBLES = "told.troubles"
_REFERENCE_ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"

Trouble = dict[str | None, str]
"""The sentence for each field; None for what belongs to no field."""


@contextmanager
def told(scope: str) -> Iterator[None]:
    """Do one thing for a person; what goes wrong is remembered under `scope` for `beside`."""
    troubles = _troubles()
    troubles.pop(scope, None)
    try:
        yield
    except HalfwayError as error:
        troubles[scope] = _trouble_of(error)
    except Exception as error:
        troubles[scope] = {None: unexpected(error)}


def beside(scope: str, field: str | None = None, *, rest: bool = False) -> bool:
    """Show what `told(scope)` remembered for this field; whether there was anything.

    Without a field: what belongs to none. rest: whatever there is, for a scope of one field.
    """
    trouble = _troubles().get(scope, {})
    sentences = list(trouble.values()) if rest else [trouble[field]] if field in trouble else []
    if sentences:
        alert(" ".join(sentences), key=f"{scope}-{field or 'all'}")
    return bool(sentences)


def in_trouble(scope: str) -> bool:
    """Whether the last try under this scope went wrong."""
    return scope in _troubles()


def forget() -> None:
    """Forget all troubles; the frame calls it when a person goes to another page."""
    _troubles().clear()


def alert(sentence: str, *, key: str) -> None:
    """A finished sentence as an error: read aloud at once, shown as plain text."""
    with st.container(key=f"trouble-{key}"):
        st.error(people_text.escaped(sentence), icon=":material/error:")


def sentence_for(error: HalfwayError) -> str:
    """The words for an expected error, and for a damaged or impossible state the general ones."""
    if isinstance(error, Refused | NotYours | SignedOut):
        return words.of_error(error)
    return unexpected(error)


def unexpected(error: Exception) -> str:
    """Log kind and place of an error under a random reference, and say so in one sentence."""
    reference = "".join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(6))
    code = error.code if isinstance(error, HalfwayError) else ""
    frames = traceback.extract_tb(error.__traceback__)
    place = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-6:]))
    _log.error("unexpected %s %s %s at %s", reference, type(error).__name__, code, place)
    return words.text("interface.errors.unexpected", reference=reference)


def _trouble_of(error: HalfwayError) -> Trouble:
    if not isinstance(error, Refused):
        return {None: sentence_for(error)}
    return {wrong.field: sentence_for(wrong) for wrong in (error, *error.also)}


def _troubles() -> dict[str, Trouble]:
    found: dict[str, Trouble] = st.session_state.setdefault(_TROUBLES, {})
    return found
