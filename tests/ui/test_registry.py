"""The list of pages fits the files, the words, and the import path that the pages' folder leads."""

from __future__ import annotations

import importlib.util
import sys
from importlib import metadata

import pytest

from lib.services.house import House
from lib.ui import registry, words
from lib.ui.registry import PLACES, START, Place
from tests.server import ROOT

FILES = {path.stem for path in (ROOT / "pages").glob("*.py")} - {"_router"}


def test_every_file_is_listed_once_and_every_page_has_its_file() -> None:
    names = [place.name for place in PLACES]
    assert sorted(names) == sorted(FILES)


@pytest.mark.parametrize("name", sorted(FILES | {"_router"}))
def test_no_page_has_a_name_that_hides_a_module(name: str) -> None:
    assert name not in sys.stdlib_module_names
    assert name not in metadata.packages_distributions()
    assert importlib.util.find_spec(name) is None


def test_every_page_has_a_name_in_words(house: House) -> None:
    names = [words.text(place.title_key) for place in PLACES]
    assert all(names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("audience", "open_to"),
    [
        ("anyone", {"out", "alone", "together"}),
        ("signed_out", {"out"}),
        ("signed_in", {"alone", "together"}),
        ("couple", {"together"}),
    ],
)
def test_a_page_is_open_to_its_audience_and_nobody_else(
    audience: registry.Audience, open_to: set[str]
) -> None:
    place = Place("x", audience)
    standing = {"out": (False, False), "alone": (True, False), "together": (True, True)}
    found = {
        name
        for name, (signed_in, together) in standing.items()
        if place.open_to(signed_in=signed_in, together=together)
    }
    assert found == open_to


def test_the_start_pages_are_open_to_those_who_start_there() -> None:
    for signed_in, name in START.items():
        assert registry.place(name).open_to(signed_in=signed_in, together=False)


def test_what_is_private_is_open_to_nobody_signed_out() -> None:
    public = {place.name for place in PLACES if place.open_to(signed_in=False, together=False)}
    assert public == {
        *("welcome", "example", "reading", "safety", "lost", "join", "privacy"),
        *("signin", "signup", "recover", "mail"),
    }
