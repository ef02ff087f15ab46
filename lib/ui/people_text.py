"""The one way in which a text written by a person gets onto a page: as plain text.

Streamlit reads Markdown in nearly every place that takes a string (labels, titles, captions,
tables, toasts, errors, help), and so an image in a partner's sentence would call a stranger's
server, a formula would stretch the page and a bare link would become a link. `st.text` does none
of that. So: `show` for a text of its own, `sentence` for a name inside one of our sentences, and
nothing else. `escaped` is the second wall, for facts of errors; do not use it to get round this.
"""

from __future__ import annotations

import unicodedata

import streamlit as st

from lib.ui import words

# Unpaired ones could turn the words around them; isolates around a name keep it to itself.
_ISOLATE, _POP = "\u2068", "\u2069"
_LOOKED_AT_AGAIN = ".:/@$-+_<>"
_BIDIRECTIONAL = dict.fromkeys(
    [0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069]
)


def show(text: str, *, key: str | None = None) -> None:
    """Show what a person wrote as they typed it: line breaks kept, direction by its first letter.

    A text of spaces only shows nothing. `key` names the element, for CSS and tests.
    """
    if not text.strip():
        return
    with st.container(key=f"people-{key}" if key else None):
        st.text(_visible(text), width="stretch")


def sentence(key: str, **facts: object) -> None:
    """Show one of our sentences with names in it, such as `interface.state.invited_by`.

    Every fact is put in as plain text; the words themselves must then be plain too (no Markdown).
    """
    plain = {name: _isolated(str(fact)) for name, fact in facts.items()}
    st.text(words.text(key, **plain), width="stretch")


def escaped(text: str) -> str:
    """`text` so that Streamlit's Markdown shows exactly it: no emphasis, link, image or formula.

    Each mark becomes a character reference, between word joiners where the renderer looks again
    for links, shortcodes and directives after it has decoded references.
    """
    one_line = " ".join(text.split())
    return "".join(_reference(letter) for letter in one_line)


def _reference(letter: str) -> str:
    if letter.isascii() and not letter.isalnum() and letter != " ":
        joiner = "\u2060" if letter in _LOOKED_AT_AGAIN else ""
        return f"{joiner}&#{ord(letter)};{joiner}"
    return letter


def _isolated(text: str) -> str:
    return f"{_ISOLATE}{_visible(' '.join(text.split()))}{_POP}"


def _visible(text: str) -> str:
    """Without direction overrides and control characters, which could hide or reorder words."""
    kept = text.translate(_BIDIRECTIONAL)
    return "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cs") or c in "\n\t")
