"""Leaving quickly, in a real browser: by button, by hidden link and by keyboard; before Streamlit
is there and when the server is gone; and nothing private on the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from lib.services.house import House, open_house
from lib.settings import EXIT_URL
from lib.ui import registry
from tests.browser.people import DEADLINE, PHONE
from tests.server import RunningServer
from tests.web.client import ask, sign_in
from tests.web.test_in_browser import open_page, sign_in_browser

NAME = "Anna"
SIGNED_OUT_PAGES = (
    *("", "example", "reading", "signup", "signin", "recover", "mail", "privacy", "safety", "lost"),
    *("i", "m"),
)
SIGNED_IN_PAGES = ("", "checkin", "talk", "past", "invite", "join", "account", "safety")


@pytest.fixture(scope="module")
def home(app: RunningServer) -> Iterator[House]:
    """The database of `app`, opened a second time."""
    opened = open_house(app.settings)
    yield opened
    opened.gateway.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser for which the neutral site is a page of our own making."""
    context = browser.new_context()
    context.route(EXIT_URL, weather)
    yield context
    context.close()


def weather(route: Route) -> None:
    route.fulfill(body="<title>Weather</title><h1>Rain later</h1>", content_type="text/html")


def at_neutral_site(page: Page) -> None:
    expect(page.get_by_role("heading", name="Rain later")).to_be_visible(timeout=DEADLINE)
    assert page.url == EXIT_URL


def signed_in(context: BrowserContext, app: RunningServer, home: House, page: str = "") -> Page:
    sign_in_browser(context, app, sign_in(app, home, NAME.lower()))
    opened, _ = open_page(context, f"{app.url}/{page}")
    expect(opened.locator("h1").first).to_be_visible(timeout=DEADLINE)
    return opened


def shift(page: Page, times: int = 3) -> None:
    for _ in range(times):
        page.keyboard.press("Shift")


def said(page: Page) -> str:
    # Not by a locator: it would wait while a way out is under way.
    return str(page.evaluate("document.getElementById('exit-said').textContent"))


def what_is_seen(page: Page) -> str:
    """The text on screen, without what is said to screen readers only."""
    return str(
        page.evaluate("""() => [...document.body.children]
            .filter((one) => one.id !== 'exit-said' && one.checkVisibility())
            .map((one) => one.innerText).join('')""")
    )


@dataclass(frozen=True)
class Sight:
    """What was on screen, and said to screen readers, at one moment."""

    text: str
    said: str
    title: str
    url: str


def watched(context: BrowserContext) -> list[Sight]:
    """Grows by a sight every 50 ms. Playwright cannot ask while a way out is under way."""
    seen: list[Sight] = []
    context.expose_function("sight", lambda *what: seen.append(Sight(*what)))
    context.add_init_script("""setInterval(() => {
        const said = document.getElementById('exit-said')
        if (!said) return
        const shown = [...document.body.children].filter((one) => one !== said)
        const text = shown.filter((one) => one.checkVisibility()).map((one) => one.innerText)
        window.sight(text.join(''), said.textContent, document.title, location.href)
    }, 50)""")
    return seen


def held_back(context: BrowserContext) -> list[Route]:
    """The neutral site does not answer; gets the requests for it."""
    held: list[Route] = []
    context.unroute(EXIT_URL)
    context.route(EXIT_URL, lambda route: held.append(route))
    return held


# --- where it stands


@pytest.mark.parametrize("path", ["", "i", "m", *(place.name for place in registry.PLACES)])
def test_it_stands_in_the_html_of_every_page(app: RunningServer, path: str) -> None:
    html = ask(app, f"/{path}").text
    first, button = html.index('id="exit-first"'), html.index('id="exit-button"')
    assert html.index("<body>") < first < button < html.index("</body>")
    assert html.count(f'href="{EXIT_URL}"') == 2
    assert "history" in html


def test_every_page_is_tried_in_the_browser() -> None:
    named = {*SIGNED_OUT_PAGES, *SIGNED_IN_PAGES, *registry.START.values()} - {"", "i", "m"}
    assert named == {place.name for place in registry.PLACES}


def in_reach(page: Page) -> None:
    """The button is on top of everything, wholly inside the window, and a thumb finds it."""
    button = page.get_by_role("button", name="Leave this page", exact=True)
    expect(button).to_be_visible(timeout=DEADLINE)
    box = button.bounding_box()
    window = page.viewport_size
    assert box
    assert window
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= window["width"]
    assert box["height"] >= (44 if window["width"] < 480 else 24)
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    top = page.evaluate("([x, y]) => document.elementFromPoint(x, y).id", middle)
    assert top == "exit-button"
    expect(page.locator("#exit-bar p")).to_contain_text("cannot clear your browser's history")
    assert page.evaluate("document.documentElement.scrollWidth") <= window["width"]


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_it_is_in_reach_on_every_page_signed_out(
    browser: Browser, app: RunningServer, viewport: dict[str, int] | None
) -> None:
    context = browser.new_context(viewport=viewport or {"width": 1280, "height": 800})
    page = context.new_page()
    for path in SIGNED_OUT_PAGES:
        page.goto(f"{app.url}/{path}")
        expect(page.locator("h1").first).to_be_visible(timeout=DEADLINE)
        in_reach(page)
    context.close()


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_it_is_in_reach_on_every_page_signed_in(
    browser: Browser, app: RunningServer, home: House, viewport: dict[str, int] | None
) -> None:
    context = browser.new_context(viewport=viewport or {"width": 1280, "height": 800})
    page = signed_in(context, app, home)
    for path in SIGNED_IN_PAGES:
        page.goto(f"{app.url}/{path}")
        expect(page.locator("h1").first).to_be_visible(timeout=DEADLINE)
        in_reach(page)
    context.close()


def test_the_link_beside_it_leads_to_what_it_can_and_cannot_do(
    context: BrowserContext, app: RunningServer
) -> None:
    page, complaints = open_page(context, f"{app.url}/signin")
    page.get_by_role("link", name="How it works").click()
    heading = page.get_by_role("heading", name="Leaving this page quickly")
    expect(heading).to_be_in_viewport()
    expect(page.get_by_text("It cannot clear the history of your browser.")).to_be_visible(
        timeout=DEADLINE
    )
    assert not [said for said in complaints if "Content Security Policy" in said]


# --- the ways out


@pytest.mark.parametrize("path", ["safety", "i"])
def test_the_button_puts_the_neutral_site_in_the_place_of_the_page(
    context: BrowserContext, app: RunningServer, path: str
) -> None:
    page, _ = open_page(context, f"{app.url}/{path}")
    before = page.evaluate("history.length")
    page.get_by_role("button", name="Leave this page", exact=True).click()
    at_neutral_site(page)
    assert page.evaluate("history.length") == before


def test_the_hidden_link_is_the_first_stop_of_the_keyboard(
    context: BrowserContext, app: RunningServer
) -> None:
    page, _ = open_page(context, f"{app.url}/safety")
    expect(page.locator("h1").first).to_be_visible(timeout=DEADLINE)
    page.keyboard.press("Tab")
    first = page.locator("#exit-first")
    expect(first).to_be_focused()
    assert first.evaluate("one => getComputedStyle(one).clipPath") == "none"
    page.keyboard.press("Tab")
    assert first.evaluate("one => getComputedStyle(one).clipPath") != "none"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    at_neutral_site(page)


def test_three_times_shift_leaves_also_out_of_a_field(
    context: BrowserContext, app: RunningServer
) -> None:
    page, _ = open_page(context, f"{app.url}/signin")
    page.get_by_label("Login name").click()
    shift(page)
    at_neutral_site(page)


def test_shift_with_anything_else_is_no_press(context: BrowserContext, app: RunningServer) -> None:
    page, _ = open_page(context, f"{app.url}/signin")
    field = page.get_by_label("Login name")
    field.click()
    page.keyboard.type("ANNA Bell")  # capitals, as people type them
    for letter in "abcd":
        page.keyboard.down("Shift")
        page.keyboard.press(letter)
        page.keyboard.up("Shift")
    for letter in "efgh":  # quickly: Shift is up again before the letter is
        page.keyboard.down("Shift")
        page.keyboard.down(letter)
        page.keyboard.up("Shift")
        page.keyboard.up(letter)
    for combination in ("Shift+Tab", "Control+Shift+ArrowLeft", "Shift+Home"):
        page.keyboard.press(combination)
    for _ in range(4):
        field.click(modifiers=["Shift"])
    page.keyboard.down("Shift")
    for _ in range(4):  # held down, it repeats
        page.keyboard.down("Shift")
    page.keyboard.press("x")
    page.keyboard.up("Shift")
    assert page.url == f"{app.url}/signin"
    assert said(page) == ""


def test_another_key_in_between_begins_anew(context: BrowserContext, app: RunningServer) -> None:
    page, _ = open_page(context, f"{app.url}/signin")
    shift(page, 2)
    page.keyboard.press("a")
    assert said(page) == "Leaving this page was called off."
    shift(page, 2)
    assert page.url == f"{app.url}/signin"
    shift(page, 1)
    at_neutral_site(page)


def test_presses_more_than_five_seconds_apart_do_not_count(
    context: BrowserContext, app: RunningServer
) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(f"{app.url}/safety")
    for _ in range(4):
        shift(page, 1)
        page.clock.run_for(6000)
    assert page.url == f"{app.url}/safety"
    assert said(page) == "Leaving this page was called off."
    for _ in range(2):
        shift(page, 1)
        # Short of five by what a busy machine may add: the page's clock goes on between the two.
        page.clock.run_for(2500)
    shift(page, 1)
    at_neutral_site(page)


def test_presses_are_told_to_a_screen_reader(context: BrowserContext, app: RunningServer) -> None:
    seen = watched(context)
    held = held_back(context)
    page, _ = open_page(context, f"{app.url}/safety")
    assert page.locator("#exit-said").get_attribute("role") == "status"
    for sentence in (
        "Shift. Press it two more times to leave this page.",
        "Shift. Press it one more time to leave this page.",
    ):
        shift(page, 1)
        assert said(page) == sentence
    shift(page, 1)
    page.wait_for_timeout(300)
    assert seen[-1].said == "Leaving this page."
    weather(held[0])
    at_neutral_site(page)


# --- at once, whatever the network does


def test_the_page_is_covered_before_the_neutral_site_answers(
    context: BrowserContext, app: RunningServer, home: House
) -> None:
    seen = watched(context)
    held = held_back(context)
    page = signed_in(context, app, home)
    page.wait_for_timeout(300)
    assert "Good to see you" in seen[-1].text
    shift(page)
    pressed = len(seen)
    # Longer than the server takes to empty the tabs of an ended session.
    page.wait_for_timeout(1500)
    after = seen[pressed + 1 :]
    assert len(after) > 5
    assert {(one.text, one.title, one.url) for one in after} == {
        ("", "www.bbc.co.uk", f"{app.url}/")
    }
    weather(held[0])
    at_neutral_site(page)


def test_it_works_before_streamlit_has_loaded(context: BrowserContext, app: RunningServer) -> None:
    scripts: list[Route] = []
    context.route("**/static/js/**", lambda route: scripts.append(route))
    page = context.new_page()
    page.goto(f"{app.url}/checkin", wait_until="commit")
    expect(page.locator("#exit-button")).to_be_visible(timeout=DEADLINE)
    assert page.locator("#root").inner_html() == ""
    assert scripts
    shift(page)
    at_neutral_site(page)


# --- coming back


def everything_received(page: Page) -> list[bytes]:
    frames: list[bytes] = []

    def keep(payload: str | bytes) -> None:
        frames.append(payload if isinstance(payload, bytes) else payload.encode())

    page.on("websocket", lambda socket: socket.on("framereceived", keep))
    return frames


def finds_nothing(page: Page, app: RunningServer, frames: list[bytes]) -> None:
    """Signed out, and not one frame had the name of whoever was here before."""
    expect(page.get_by_role("heading", name="Meet each other halfway")).to_be_visible(
        timeout=DEADLINE
    )
    assert NAME.encode() not in b"".join(frames)
    page.goto(f"{app.url}/account")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=DEADLINE)


def test_nothing_private_is_shown_to_whoever_goes_back(
    context: BrowserContext, app: RunningServer, home: House
) -> None:
    page = signed_in(context, app, home)
    other = context.new_page()
    other.goto(f"{app.url}/account")
    expect(other.get_by_role("heading", name="Account")).to_be_visible(timeout=DEADLINE)
    page.get_by_role("link", name="Check-in", exact=True).first.click()
    expect(page.locator("h1").first).to_have_text("Your check-in")
    shift(page)
    at_neutral_site(page)
    expect(other.get_by_role("heading", name="Meet each other halfway")).to_be_visible(
        timeout=DEADLINE
    )
    frames = everything_received(page)
    page.go_back()
    finds_nothing(page, app, frames)


def test_nor_when_the_server_was_gone_at_the_time(
    context: BrowserContext, tmp_path: Path, home: House
) -> None:
    with RunningServer(tmp_path) as server:
        house = open_house(server.settings)
        page = signed_in(context, server, house)
        house.gateway.close()
        page.goto(f"{server.url}/account")
        expect(page.get_by_role("heading", name="Account")).to_be_visible(timeout=DEADLINE)
        server.kill()
        shift(page)
        at_neutral_site(page)
        server.start()
        frames = everything_received(page)
        page.go_back()
        finds_nothing(page, server, frames)


def test_nor_when_there_was_no_network_at_all(
    context: BrowserContext, app: RunningServer, home: House
) -> None:
    context.unroute(EXIT_URL)
    page = signed_in(context, app, home)
    page.goto(f"{app.url}/past")
    expect(page.locator("h1").first).to_be_visible(timeout=DEADLINE)
    context.set_offline(True)
    page.evaluate("document.getElementById('exit-button').click()")
    expect(page).to_have_url(re.compile("^chrome-error:"))
    context.set_offline(False)
    frames = everything_received(page)
    page.go_back()
    finds_nothing(page, app, frames)


def test_a_page_that_the_browser_kept_whole_is_loaded_anew(
    context: BrowserContext, app: RunningServer
) -> None:
    """Chromium keeps none of ours; others may."""
    page, _ = open_page(context, f"{app.url}/safety")
    expect(page.locator("h1").first).to_be_visible(timeout=DEADLINE)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert what_is_seen(page) == ""
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator("h1").first).to_be_visible(timeout=DEADLINE)


def test_nothing_but_the_mark_of_leaving_is_kept_in_the_browser(
    context: BrowserContext, app: RunningServer, home: House
) -> None:
    page = signed_in(context, app, home, "account")
    expect(page.get_by_role("heading", name="Account")).to_be_visible(timeout=DEADLINE)
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert NAME.lower() not in kept.lower()
    assert "halfway" not in page.evaluate("document.cookie")  # Streamlit's own can be read


# --- where it leads


def test_the_operator_chooses_the_site(tmp_path: Path) -> None:
    site = "https://weather.example/today?of=all&now=1"
    with RunningServer(tmp_path, environment={"HALFWAY_EXIT_URL": site}) as server:
        for path in ("/", "/i"):
            html = ask(server, path).text
            assert html.count('href="https://weather.example/today?of=all&amp;now=1"') == 2
            assert EXIT_URL not in html
