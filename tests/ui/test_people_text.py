"""What a person wrote is shown as typed and does nothing, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.server import RunningServer
from tests.ui.hostile import NAMES, TEXTS

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = TURNING + "\u2060"
ELEMENTS = (
    "a, img, svg, b, i, em, strong, del, code, pre, ul, ol, table, h2, h3, script, .katex, iframe"
)


@pytest.fixture(scope="module")
def requests() -> list[Request]:
    return []


@pytest.fixture(scope="module")
def page(browser: Browser, gallery: RunningServer, requests: list[Request]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("request", lambda seen: requests.append(seen))
    page.goto(f"{gallery.url}/?part=hostile")
    expect(page.locator(f".st-key-trouble-alert-{len(TEXTS) - 1}")).to_be_visible(timeout=20_000)
    page.wait_for_timeout(500)
    yield page
    context.close()


def without(invisible: str, text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, invisible)))


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_a_text_stands_as_typed(page: Page, number: int) -> None:
    shown = page.locator(f".st-key-people-shown-{number} [data-testid=stText]")
    assert shown.text_content() == without(TURNING, TEXTS[number])
    assert shown.locator(ELEMENTS).count() == 0


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_a_text_inside_an_error_stands_as_typed_on_one_line(page: Page, number: int) -> None:
    alert = page.locator(f".st-key-trouble-alert-{number} [data-testid=stMarkdownContainer]")
    said = without(INVISIBLE, alert.text_content() or "")
    assert said == " ".join(without(INVISIBLE, TEXTS[number]).split())
    assert alert.locator(ELEMENTS).count() == 0


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_a_name_stands_in_our_sentence(page: Page, number: int) -> None:
    shown = page.locator(f".st-key-name-{number} [data-testid=stText]")
    said = without(TURNING, shown.text_content() or "")
    assert said == f"You are connected with {without(TURNING, NAMES[number])}."
    assert shown.locator(ELEMENTS).count() == 0


def test_nothing_is_asked_of_a_stranger(page: Page, requests: list[Request]) -> None:
    assert page.evaluate("window.bad") is None
    assert requests
    assert [seen.url for seen in requests if "stranger" in seen.url] == []


def test_the_page_stays_as_wide_as_the_phone(page: Page) -> None:
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_line_breaks_are_kept_and_direction_follows_the_first_letter(page: Page) -> None:
    style = "e => { const s = getComputedStyle(e); return [s.whiteSpace, s.unicodeBidi] }"
    shown = page.locator(".st-key-people-shown-0 [data-testid=stText]")
    assert shown.evaluate(style) == ["pre-wrap", "plaintext"]
