"""The look holds what accessibility asks for: contrast by figures, the rest in a real browser."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lib.ui import look
from tests.server import ROOT, RunningServer

SHEET = Path(look.__file__).with_name("look.css").read_text(encoding="utf-8")
THEMES = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
MODES = ("light", "dark")
DEADLINE = 20_000


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def variable(name: str, mode: str) -> str:
    found = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", SHEET)
    assert found, name
    return found.group(1 if mode == "light" else 2)


@pytest.mark.parametrize("mode", MODES)
def test_text_and_links_can_be_read(mode: str) -> None:
    theme = THEMES[mode]
    papers = [theme["backgroundColor"], theme["secondaryBackgroundColor"]]
    papers += [variable(name, mode) for name in ("card", "tint", "warm")]
    for paper in papers:
        for ink in (theme["textColor"], theme["linkColor"], variable("quiet", mode)):
            assert contrast(paper, ink) >= 4.5, (paper, ink)


def drawn(pattern: str, mode: str) -> str:
    found = re.search(pattern + r".*?light-dark\((#\w+), (#\w+)\)", SHEET)
    assert found, pattern
    return found.group(1 if mode == "light" else 2)


@pytest.mark.parametrize("mode", MODES)
def test_what_was_chosen_from_a_list_can_be_read(mode: str) -> None:
    assert contrast(drawn(r"\[data-tag\] \*", mode), THEMES[mode]["primaryColor"]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_the_progress_can_be_told_from_its_track_and_the_track_from_the_page(mode: str) -> None:
    theme, edge = THEMES[mode], drawn(r"stProgressBarTrack", mode)
    for paper in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        assert contrast(theme["primaryColor"], paper) >= 3
        assert contrast(edge, paper) >= 3


@pytest.mark.parametrize("mode", MODES)
def test_borders_of_widgets_focus_and_marks_of_the_picture_can_be_seen(mode: str) -> None:
    theme = THEMES[mode]
    seen = [theme["borderColor"], theme["primaryColor"], variable("accent", mode)]
    for colour in [*seen, *theme["chartCategoricalColors"]]:
        for paper in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
            assert contrast(paper, colour) >= 3, (paper, colour)


@pytest.mark.parametrize(("mode", "ink"), [("light", "#ffffff"), ("dark", "#14201c")])
def test_the_first_button_can_be_read(mode: str, ink: str) -> None:
    assert contrast(THEMES[mode]["primaryColor"], ink) >= 4.5


def test_the_sheet_holds_nothing_that_makes_the_browser_side_drop_it() -> None:
    assert "<" not in SHEET


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(DEADLINE)
    yield context
    context.close()


def open_page(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    expect(page.locator("h1")).to_be_visible(timeout=DEADLINE)
    return page


@pytest.fixture
def kit(context: BrowserContext, gallery: RunningServer) -> Page:
    page = open_page(context, f"{gallery.url}/?part=kit")
    expect(page.locator("[data-testid=stRadioOption]")).to_have_count(7, timeout=DEADLINE)
    expect(page.locator(".stApp[data-test-script-state=notRunning]")).to_have_count(1)
    return page


def test_rows_of_a_question_are_large_enough_and_nothing_is_chosen(kit: Page) -> None:
    rows = kit.locator("[data-testid=stRadioOption]")
    expect(rows).to_have_count(7)
    assert min(box["height"] for row in rows.all() if (box := row.bounding_box())) >= 32
    assert kit.locator("input[type=radio]:checked").count() == 0


def test_a_refused_answer_stands_below_its_question(kit: Page) -> None:
    kit.locator("[data-testid=stRadioOption]").first.click()
    question = kit.locator(".st-key-question-answer-asked")
    expect(question.get_by_role("alert")).to_contain_text("from 1 to 7", timeout=DEADLINE)
    kit.locator("[data-testid=stRadioOption]").nth(3).click()
    expect(question.get_by_role("alert")).to_have_count(0, timeout=DEADLINE)


def test_focus_is_seen_on_radios_buttons_and_links(kit: Page) -> None:
    outlines = {}
    for _ in range(40):
        kit.keyboard.press("Tab")
        kind, width = kit.evaluate("""() => {
            let seen = document.activeElement
            while (seen.shadowRoot?.activeElement) seen = seen.shadowRoot.activeElement
            const kind = seen.type === 'radio' ? 'radio' : seen.tagName.toLowerCase()
            const drawn = kind === 'radio' ? seen.closest('label') : seen
            return [kind, getComputedStyle(drawn).outlineWidth]
        }""")
        outlines.setdefault(kind, width)
    assert {kind: outlines.get(kind) for kind in ("radio", "button", "summary")} == {
        "radio": "3px",
        "button": "3px",
        "summary": "3px",
    }


def test_the_copy_button_works_by_keyboard_and_says_so(kit: Page) -> None:
    button = kit.get_by_role("button", name="Copy", exact=True)
    button.focus()
    kit.keyboard.press("Enter")
    expect(kit.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert kit.evaluate("navigator.clipboard.readText()") == "When were we near?"


def test_the_picture_has_the_same_in_words(kit: Page) -> None:
    picture = kit.locator("[data-testid=stVegaLiteChart]")
    expect(picture).to_have_attribute("aria-label", re.compile("clear difference in: room"))
    kit.get_by_text("The same in words", exact=True).click()
    expect(kit.locator("table")).to_contain_text("clear difference, more for you")


def test_half_typed_text_stays_when_the_page_changes_by_itself(
    context: BrowserContext, gallery: RunningServer
) -> None:
    page = open_page(context, f"{gallery.url}/?part=watched")
    field = page.locator("textarea")
    field.press_sequentially("half a sen")
    page.evaluate("document.querySelector('.stButton button').click()")  # the focus stays
    expect(page.locator(".st-key-drawn")).to_have_text("version 1", timeout=DEADLINE)
    expect(field).to_have_value("half a sen")
    expect(field).to_be_focused()


PAGES = (
    "",
    "example",
    "reading",
    "safety",
    "signin",
    "signup",
    "recover",
    "join",
    "nowhere-at-all",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_title_headings_in_order_and_fits_a_phone(
    context: BrowserContext, app: RunningServer, path: str
) -> None:
    page = open_page(context, f"{app.url}/{path}")
    expect(page.get_by_text("Not therapy, not a crisis service. 18 and over.")).to_be_visible()
    expect(page.get_by_role("link", name="Help and safety")).to_have_count(1)
    levels = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
        "found => found.map(heading => Number(heading.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_help_stands_in_the_same_place_on_every_page(
    context: BrowserContext, app: RunningServer
) -> None:
    places = set()
    for path in ("", "example", "reading", "safety", "signin"):
        page = open_page(context, f"{app.url}/{path}")
        box = page.get_by_role("link", name="Help and safety").bounding_box()
        assert box
        places.add((round(box["x"]), round(box["y"])))
        page.close()
    assert len(places) == 1, places


def test_after_a_page_change_the_focus_is_on_the_heading(
    context: BrowserContext, app: RunningServer
) -> None:
    page = open_page(context, app.url)
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.tagName") != "H1"
    page.get_by_role("link", name="Help and safety").click()
    expect(page.locator("h1")).to_have_text("Help and safety")
    expect(page.locator("h1")).to_be_focused()
