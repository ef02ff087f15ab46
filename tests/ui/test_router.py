"""Addresses that no page answers to get a friendly page, and hostile ones get none."""

from __future__ import annotations

import pytest

from lib.ui import registry
from lib.ui.router import extra_address


@pytest.mark.parametrize("place", [place.name for place in registry.PLACES if place.name != "home"])
def test_a_page_that_exists_needs_no_other(place: str) -> None:
    assert extra_address(f"http://localhost:8501/{place}?x=1", "home") is None


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://localhost/", None),
        ("", None),
        ("http://localhost/nowhere", "nowhere"),
        ("http://localhost/deep/nowhere/", "nowhere"),
        ("http://localhost/home", "home"),
        ("http://localhost/%3Cscript%3E", None),
        ("http://localhost/a.b", None),
        ("http://localhost/" + "x" * 65, None),
        ("javascript:alert(1)", None),
    ],
)
def test_only_plain_unknown_addresses_get_a_page(url: str, address: str | None) -> None:
    assert extra_address(url, "home") == address
