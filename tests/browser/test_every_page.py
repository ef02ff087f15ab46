"""Every page, signed out, alone, and as a couple after the reveal: the browser complains of
nothing, nothing is wider than the page, and on a phone the button to press next is as wide as the
page and high enough for a thumb.

What is let through stands in `LET_THROUGH`, one by one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from lib.services import reviews
from lib.ui import registry
from tests.browser.people import DEADLINE, PHONE, WIDE, Person
from tests.server import RunningServer
from tests.web.couple import Cast, playing

HEIGHT = 44  # CSS pixels, for a thumb
NOWHERE = "talk/deep"
LANDINGS = ("i", "m")
NOT_THERE = "Failed to load resource: the server responded with a status of 404 (Not Found)"
LISTEN = """
window.violations = []
addEventListener('securitypolicyviolation', found =>
  window.violations.push(`${found.violatedDirective} ${found.blockedURI} ` +
    (found.sourceFile || '').replace(location.origin, '').replace(/\\.[\\w-]{8}\\.js$/, '.js')))
"""
TOO_WIDE = """() => {
  const main = document.querySelector('[data-testid="stMain"]') || document.body
  const clipped = element => {
    for (let one = element.parentElement; one && one !== main; one = one.parentElement)
      if (getComputedStyle(one).overflowX !== 'visible') return true
    return false
  }
  const wrong = [document.documentElement, main]
    .filter(one => one.scrollWidth > one.clientWidth)
    .map(one => `${one.tagName} is ${one.scrollWidth} of ${one.clientWidth} wide`)
  for (const element of main.querySelectorAll('*')) {
    const box = element.getBoundingClientRect()
    if (box.width && (box.right > innerWidth + 1 || box.left < -1) && !clipped(element))
      wrong.push(`${element.tagName} ${element.dataset.testid || ''} ${element.className}`)
  }
  return wrong.slice(0, 3)
}"""
FOR_THUMBS = """() => {
  const found = []
  for (const one of document.querySelectorAll(
      '[data-testid="stMain"] button[kind^="primary"], [class*="st-key-first-act"] a')) {
    const box = one.getBoundingClientRect()
    if (!box.width) continue
    const around = one.closest('[data-testid="stForm"], [class*="st-key-card"]')
      || document.querySelector('[data-testid="stMainBlockContainer"]')
    const style = getComputedStyle(around)
    const room = around.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
    found.push({ label: one.innerText.trim(), width: box.width, height: box.height, room })
  }
  return found
}"""
# Some that must be among those looked at.
BUTTONS = {
    "nobody": {"Create an account", "Sign in", "Create account", "Set the new password"},
    "stranger": {"Begin", "Look"},
    "ana": {"Yes to this"},
}


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    with RunningServer(tmp_path_factory.mktemp("pages")) as server, playing(server) as played:
        for name in ("ana", "ben"):
            played.fill(name, 3 if name == "ana" else 6)
        for name in ("ana", "ben"):
            checkin_id = played.seal(name)
        reviews.write_agreement(
            played.house, played.asker("ben"), checkin_id=checkin_id, text="A walk on Sunday."
        )
        yield played


def names_for(who: str) -> list[str]:
    """The pages that such a visitor may see, one that leads away, and those beside Streamlit."""
    signed_in, together = who != "nobody", who == "ana"
    mine = [
        place.name
        for place in registry.PLACES
        if place.open_to(signed_in=signed_in, together=together)
    ]
    away = next(place.name for place in registry.PLACES if place.name not in mine)
    return [*mine, away, *LANDINGS, NOWHERE]


@dataclass
class Listener:
    """What the browser says of one tab. `expected`: how often each thing was said that is let
    through, by its name."""

    page: Page
    said: list[str] = field(default_factory=list)
    expected: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.page.add_init_script(LISTEN)
        self.page.on("pageerror", lambda error: self.said.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._console)

    def take(self, name: str) -> list[str]:
        """What was said since the last time, but for what is let through on the page of that
        name."""
        found = [*self.said, *self.page.evaluate("window.violations")]
        self.said.clear()
        left = []
        for one in found:
            reason = next((why for why, what in LET_THROUGH.items() if what(name) == one), None)
            if reason is None:
                left.append(f"/{name}: {one}")
            else:
                self.expected[reason] += 1
        return left

    def _console(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "assert"):
            self.said.append(f"{said.text} {_path(said.location['url'])}")


def _path(url: str) -> str:
    """The path of an address, with the changing part of a file's name left out."""
    return re.sub(r"\.[\w-]{8}\.js$", ".js", urlsplit(url).path)


# Each is one exact sentence on one exact page.
LET_THROUGH: dict[str, Callable[[str], str | None]] = {
    # protobuf.js asks once whether WebAssembly may be compiled, which it would only use for numbers
    # of 64 bits; the policy says no, and it goes on without.
    "wasm": lambda name: "script-src wasm-eval /static/js/protobuf.js",
    # Streamlit's page looks for its server below its own address first, and must hear that it is
    # not there (`lib.web.gate`); a browser writes down every 404.
    "health": lambda name: f"{NOT_THERE} /{name}/_stcore/health",
    "host": lambda name: f"{NOT_THERE} /{name}/_stcore/host-config",
    # The answer to an address that leads nowhere is a 404, and only there.
    "nowhere": lambda name: f"{NOT_THERE} /{name}" if name == NOWHERE else None,
}


@pytest.mark.parametrize("who", ["nobody", "stranger", "ana"])
def test_no_page_is_complained_about_or_too_wide_and_buttons_are_for_thumbs(
    browser: Browser, cast: Cast, who: str
) -> None:
    token = cast.tokens.get(who, "")
    person = Person.arrive(browser, cast.server.url, who, viewport=PHONE, token=token)
    listener = Listener(person.page)
    wrong: list[str] = []
    pressed: set[str] = set()
    for name in names_for(who):
        person.page.goto(f"{cast.server.url}/{name}")
        wrong += [f"/{name}: {one}" for one in look_at(person, name, pressed)]
        if (who, name) == ("ana", "talk"):
            person.press("Show everything on one page")
            wrong += [f"/{name}, whole: {one}" for one in look_at(person, name, pressed)]
        wrong += listener.take(name)
    person.context.close()
    assert wrong == []
    # What is let through was really said: else its line here is to go. And there were buttons.
    assert {*listener.expected} == {*LET_THROUGH}
    assert pressed >= BUTTONS[who]


def look_at(person: Person, name: str, pressed: set[str]) -> list[str]:
    """What is too wide, and on a phone too small for a thumb, on the page that is open. pressed:
    gets what was looked at."""
    page, wrong = person.page, []
    page.locator("h1").first.wait_for()
    if name not in (*LANDINGS, NOWHERE):
        person.settle()
        # A kind of element that comes for the first time is a grey bar until its script is there.
        expect(page.locator('[data-testid="stSkeleton"]')).to_have_count(0, timeout=DEADLINE)
    for one in page.evaluate(FOR_THUMBS):
        pressed.add(one["label"])
        if one["width"] < one["room"] - 2 or one["height"] < HEIGHT:
            wrong.append(f"for a thumb: {one}")
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        wrong += [f"at {size['width']}: {one}" for one in page.evaluate(TOO_WIDE)]
    page.set_viewport_size(PHONE)
    return wrong
