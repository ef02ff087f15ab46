"""People at their own browsers: what somebody does in the app, step by step, as they would."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

PASSWORD = "seven quiet herons by the weir"
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
DEADLINE = 20_000  # milliseconds; two cores share server and browsers
SCALE = (
    "Not true at all",
    "Hardly true",
    "A little true",
    "Half and half",
    "Rather true",
    "Very true",
    "Completely true",
)


@dataclass
class Person:
    """One person, one browser context. `shots`: where screenshots go, if they are wanted."""

    name: str
    url: str
    context: BrowserContext
    page: Page
    shots: Path | None = None
    frames: list[bytes] = field(default_factory=list)

    @classmethod
    def arrive(
        cls,
        browser: Browser,
        url: str,
        name: str,
        *,
        viewport: dict[str, int] | None = None,
        shots: Path | None = None,
        dark: bool = False,
        token: str = "",
    ) -> Person:
        """At the start page; with the value of a session cookie signed in, and nowhere yet."""
        context = browser.new_context(
            viewport=viewport or WIDE,
            color_scheme="dark" if dark else "light",
            permissions=["clipboard-read", "clipboard-write"],
            locale="en-GB",
        )
        context.set_default_timeout(DEADLINE)
        page = context.new_page()
        person = cls(name, url, context, page, shots)
        page.on("websocket", lambda socket: socket.on("framereceived", person._keep))
        if token:
            cookie = {"name": "halfway", "value": token, "url": url, "httpOnly": True}
            context.add_cookies([cookie])  # type: ignore[list-item]
        else:
            person.go("")
        return person

    def _keep(self, payload: str | bytes) -> None:
        self.frames.append(payload if isinstance(payload, bytes) else payload.encode())

    def go(self, path: str) -> None:
        """Open an address and wait until its page stands."""
        self.page.goto(f"{self.url}/{path}")
        self.settle()

    def settle(self) -> None:
        """Wait until the page has its heading and nothing runs."""
        expect(self.page.locator("h1").first).to_be_visible(timeout=DEADLINE)
        self.idle()

    def idle(self) -> None:
        """Wait until the script that a press started has ended; asked for is not yet begun."""
        self.page.wait_for_timeout(120)
        rests = self.page.locator('.stApp[data-test-script-state="notRunning"]')
        expect(rests).to_have_count(1, timeout=DEADLINE)

    def heading(self, text: str) -> None:
        expect(self.page.locator("h1").first).to_have_text(text, timeout=DEADLINE)
        self.idle()

    def sees(self, text: str | re.Pattern[str]) -> Locator:
        found = self.page.get_by_text(text).first
        expect(found).to_be_visible(timeout=DEADLINE)
        return found

    def front(self) -> None:
        """Turn to this tab: a browser draws those behind it once a second."""
        if len(self.context.pages) > 1:
            self.page.bring_to_front()

    def press(self, label: str) -> None:
        self.front()
        self.page.get_by_role("button", name=label, exact=True).first.click()
        self.idle()

    def follow(self, label: str) -> None:
        self.front()
        self.page.get_by_role("link", name=label).first.click()
        self.idle()

    def fill(self, label: str, text: str) -> None:
        """Type into the field whose label begins so, and leave it."""
        self.front()
        box = self.page.locator(
            f'input[aria-label^="{label}"], textarea[aria-label^="{label}"]'
        ).first
        box.fill(text)
        box.blur()
        self.idle()

    def choose(self, question: Locator, answer: str) -> None:
        self.front()
        question.locator("label", has_text=answer).first.click()
        self.idle()

    def shot(self, name: str) -> None:
        if self.shots:
            self.shots.mkdir(parents=True, exist_ok=True)
            self.page.wait_for_timeout(150)
            # Streamlit scrolls inside the page: make the window as high as what is in it.
            size = self.page.viewport_size or WIDE
            height = self.page.evaluate(
                "document.querySelector('[data-testid=stMain]').scrollHeight"
            )
            self.page.set_viewport_size({"width": size["width"], "height": min(height + 20, 12000)})
            self.page.wait_for_timeout(150)
            self.page.screenshot(path=self.shots / f"{name}.png")
            self.page.set_viewport_size(size)

    # --- whole things that people do

    def sign_up(self) -> None:
        self.go("signup")
        self.fill("Login name", self.name.lower())
        self.fill("Your name", self.name)
        self.fill("Password", PASSWORD)
        for box in ("I am 18 or over", "I agree"):
            self.page.locator("label", has_text=box).first.click()
        self.shot("signup")
        self.press("Create account")
        self.page.wait_for_url(re.compile(r"/(join)?$"), timeout=DEADLINE)
        self.settle()

    def sign_in(self) -> None:
        self.go("signin")
        self.fill("Login name", self.name.lower())
        self.fill("Password", PASSWORD)
        self.press("Sign in")
        self.page.wait_for_url(re.compile(r"/(join)?$"), timeout=DEADLINE)
        self.settle()

    def answer_step(self, value: int) -> int:
        """Answer every rated question of this step; how many there were.

        The step before may still be on the page, faded, when this one's heading is there already.
        """
        step = int(self._step().inner_text().split()[1]) - 1
        questions = self.page.locator(f'.st-key-step-{step} [class*="st-key-question-answer-"]')
        count = questions.count()
        for number in range(count):
            self.choose(questions.nth(number), SCALE[value - 1])
        return count

    def _step(self) -> Locator:
        return self.page.get_by_text(re.compile(r"^Step \d+ of \d+$")).first

    def next_step(self) -> None:
        """Press "Next" and wait until the step has changed."""
        step = self._step()
        before = step.inner_text()
        self.press("Next")
        expect(step).not_to_have_text(before, timeout=DEADLINE)
        self.idle()

    def check_in(self, value: int, *, appreciation: str = "", note: str = "") -> None:
        """The whole check-in up to the look over everything."""
        self.go("checkin")
        begin = self.page.get_by_role("button", name="Begin", exact=True)
        expect(begin.or_(self._step())).to_be_visible(timeout=DEADLINE)
        if begin.count():
            self.press("Begin")
        while self.answer_step(value):
            self.shot(f"checkin-{value}")
            self.next_step()
        if appreciation:
            self.fill("One thing you appreciate", appreciation)
        self.shot("checkin-words")
        self.next_step()
        self.shot("checkin-together")
        self.next_step()
        self.shot("checkin-private")
        if note:
            self.fill("A note to yourself", note)
        self.press("Look it all over")

    def look_over(self) -> None:
        """From the step of the words on, with nothing written, to all the answers on one page."""
        self.next_step()
        self.next_step()
        self.press("Look it all over")
        self.sees("All your answers")

    def seal(self) -> None:
        self.press("Seal my answers")


def at_best_of_three(once: Callable[[], float], *, below: float) -> None:
    """A time that people are promised, at the best of three times: others may have the processor
    meanwhile, but who comes late by how it is built comes late each time."""
    took: list[float] = []
    while not took or (min(took) >= below and len(took) < 3):
        took.append(once())
    assert min(took) < below, took


def press_together(*buttons: Locator) -> None:
    """Press them one right after the other, without waiting for what the first one does."""
    for button in buttons:
        expect(button).to_be_visible(timeout=DEADLINE)
    handles = [button.element_handle() for button in buttons]
    for handle in handles:
        handle.evaluate("button => { setTimeout(() => button.click(), 0) }")
