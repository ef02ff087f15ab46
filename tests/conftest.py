"""What tests of several rooms share: one real browser, and the order of all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser_path import FLAGS, browser_path


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those with a browser come last: while it is open, no test can run its own event loop.

    Where several processes share the tests, those of a file stay together, for they share servers.
    """
    items.sort(key=_has_browser)
    for item in items:
        part = "with a browser" if _has_browser(item) else "without"
        item.add_marker(pytest.mark.xdist_group(f"{item.nodeid.partition('::')[0]}, {part}"))


def _has_browser(item: pytest.Item) -> bool:
    return "browser" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Only one for all: two at once would need two event loops."""
    path = browser_path()
    assert path, "no browser: run `make test`, which gets one"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield opened
        opened.close()
