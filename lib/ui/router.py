"""The navigation: every page is always there, listed only for whom it is meant.

A page that is not listed can still be reached by its address; its own guard decides then.
"""

from __future__ import annotations

import re
from copy import copy
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from lib.ui import look, registry, visitor, words

_PAGES = Path(__file__).resolve().parents[2] / "pages"
_BARE = "start.page"  # no address that `_ADDRESS` lets through
_ADDRESS = re.compile(r"[A-Za-z0-9_-]{1,64}")


def run() -> None:
    """Build the navigation for who is here and run the page, on one state of the database."""
    with visitor.house().gateway.snapshot():
        _run()


def _run() -> None:
    st.logo(look.MARK, size="medium")
    me = visitor.arrive()
    start = registry.START[me is not None]
    pages = [copy(page) for page in _pages(me is not None, bool(me and me.together), start)]
    if extra := extra_address(st.context.url or "", start):
        name = start if extra == start else "lost"
        title = words.text(registry.place(name).title_key)
        file = _PAGES / registry.place(name).file
        pages.append(st.Page(file, title=title, url_path=extra, visibility="hidden"))
    page = st.navigation(pages, position="top")
    # No icons for single pages: Streamlit would fetch them from a stranger's server for the tab.
    st.set_page_config(page_icon=look.ICON)
    page.run()


def extra_address(url: str, start: str) -> str | None:
    """The last part of an address that no page answers to; a page is put there for this visitor.

    The start page answers to the bare address only, so its own name is such a one too.
    """
    path = urlsplit(url).path.strip("/").rpartition("/")[2]
    known = {place.name for place in registry.PLACES} - {start} | {""}
    return path if path not in known and _ADDRESS.fullmatch(path) else None


@lru_cache
def _pages(signed_in: bool, together: bool, start: str) -> tuple[st.Page, ...]:
    """Every page for such a visitor. Kept, for Streamlit looks at each file anew; whoever navigates
    with them takes copies, because navigation notes in a page that it was chosen."""
    return tuple(_page(place, signed_in, together, start) for place in registry.PLACES)


def _page(place: registry.Place, signed_in: bool, together: bool, start: str) -> st.Page:
    listed = place.shown and place.open_to(signed_in=signed_in, together=together)
    return st.Page(
        _PAGES / place.file,
        title=words.text(place.title_key),
        default=place.name == start,
        # The start page answers to the bare address; its name stays free for `extra_address`.
        url_path=_BARE if place.name == start else place.name,
        visibility="visible" if listed else "hidden",
    )
