"""The doorbell in real browsers: a page changes by itself, and nothing typed is lost by it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from lib.services import access, couples, reviews, talks
from lib.services.access import Asker
from lib.services.house import House, open_house
from tests.browser.people import DEADLINE, Person
from tests.server import RunningServer
from tests.services.conftest import fill, seal
from tests.web.client import sign_in

# The app, in which a page without a stream looks every two seconds.
HASTY = (
    "-c",
    "from lib.ui import live; live.WITHOUT_BELL = 2.0\n"
    "import runpy; runpy.run_path('app.py', run_name='__main__')",
)
BY_ITSELF = 30.0  # seconds after which a page looks that nobody rang for, at the earliest
REFUSALS = 2
BOTH_TRY = "You both want to try"


class Couple:
    """Ana and Ben after their reveal. What they do here happens in another process than the
    server's; `visit` opens a browser for one of them."""

    def __init__(self, browser: Browser, server: RunningServer) -> None:
        self.browser = browser
        self.server = server
        self.house: House = open_house(server.settings)
        self.tokens = {name: sign_in(server, self.house, name) for name in ("ana", "ben")}
        self.ana, self.ben = (access.asker_of(token) for token in self.tokens.values())
        couples.accept(self.house, self.ben, secret=couples.invite_by_link(self.house, self.ana))
        couples.confirm(self.house, self.ana)
        for asker, value in ((self.ana, 5), (self.ben, 2)):
            fill(self.house, asker, value)
        seal(self.house, self.ana)
        self.checkin_id = seal(self.house, self.ben)
        review = reviews.review(self.house, self.ana)
        assert review is not None
        self.items = sorted(review.reading.shared_items())

    def mark(self, asker: Asker, item: str) -> None:
        reviews.mark(self.house, asker, checkin_id=self.checkin_id, item=item, mark="try")

    def visit(self, name: str, path: str) -> Person:
        url, token = self.server.url, self.tokens[name]
        person = Person.arrive(self.browser, url, name.capitalize(), token=token)
        person.go(path)
        return person


@pytest.fixture
def couple(browser: Browser, server: RunningServer) -> Iterator[Couple]:
    played = Couple(browser, server)
    yield played
    played.house.gateway.close()


def seconds_until(seen: Callable[[], object], act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    seen()
    return time.perf_counter() - began


def quiet(person: Person) -> int:
    """Wait until nothing has come over their connection for a while; how many frames came."""
    deadline = time.monotonic() + DEADLINE / 1000
    while time.monotonic() < deadline:
        before = len(person.frames)
        person.page.wait_for_timeout(1000)
        if len(person.frames) == before:
            return before
    raise AssertionError("the page never came to rest")


def both_mark(couple: Couple) -> None:
    for asker in (couple.ana, couple.ben):
        couple.mark(asker, couple.items[0])


def both_try_on(page: Page) -> Callable[[], None]:
    return lambda: expect(page.get_by_text(BOTH_TRY).first).to_be_visible(timeout=DEADLINE)


def test_a_page_changes_when_it_rings_and_half_typed_text_survives(couple: Couple) -> None:
    ana = couple.visit("ana", "talk")
    ana.page.get_by_role("tab", name="Agree").click()
    field = ana.page.locator('input[aria-label^="Your sentence"], textarea').first
    field.click()
    ana.page.keyboard.type("We drink tea tog")
    ana.page.evaluate("window.same = true")
    couple.mark(couple.ana, couple.items[0])
    took = seconds_until(
        lambda: expect(ana.page.get_by_text(BOTH_TRY).first).to_be_attached(timeout=DEADLINE),
        lambda: couple.mark(couple.ben, couple.items[0]),
    )
    print(f"seen after {took * 1000:.0f} ms")
    ana.idle()
    ana.page.keyboard.type("ether")
    expect(field).to_have_value("We drink tea together")
    assert ana.page.evaluate("window.same") is True
    assert took < BY_ITSELF / 2
    ana.context.close()


def test_what_one_does_alone_wakes_no_page_of_the_other(couple: Couple) -> None:
    """Not a byte comes over the other's connection, until both said so."""
    ana = couple.visit("ana", "talk")
    before = quiet(ana)
    couple.mark(couple.ben, couple.items[0])
    ana.page.wait_for_timeout(1500)
    assert len(ana.frames) == before
    couple.mark(couple.ana, couple.items[0])
    both_try_on(ana.page)()
    assert len(ana.frames) > before
    ana.context.close()


def test_what_one_says_alone_shows_at_once_in_another_tab_of_their_own(couple: Couple) -> None:
    """And not a byte of it comes to the other."""
    talks.choose_depth(couple.house, couple.ben, checkin_id=couple.checkin_id, depth="deep")
    ana, second, ben = (couple.visit(name, "talk") for name in ("ana", "ana", "ben"))
    wish = ana.page.get_by_role("button", name="Yes, I would like to talk", exact=True)
    for person in (ana, second, ben):
        expect(person.page.locator(".st-key-card-choice-talk")).to_be_visible(timeout=DEADLINE)
    expect(wish).to_be_visible()
    chosen = second.page.locator(".st-key-card-choice-talk label:has(input:checked)")
    expect(chosen).to_contain_text("Light")
    before = quiet(ben)
    ana.page.locator(".st-key-card-choice-talk label", has_text="Middle").first.click()
    expect(chosen).to_contain_text("Middle", timeout=DEADLINE)
    ben.page.wait_for_timeout(1500)
    assert len(ben.frames) == before
    for person in (ana, second, ben):
        person.context.close()


def test_a_page_whose_stream_a_proxy_refused_listens_again_soon(couple: Couple) -> None:
    """Within seconds, and not at its next look by itself."""
    refused: list[Route] = []

    def refuse(route: Route) -> None:
        refused.append(route)
        route.fulfill(status=502) if len(refused) <= REFUSALS else route.continue_()

    ana = couple.visit("ana", "home")
    ana.context.route("**/bell?*", refuse)
    ana.go("talk")
    deadline = time.monotonic() + BY_ITSELF / 2
    while len(refused) <= REFUSALS and time.monotonic() < deadline:
        ana.page.wait_for_timeout(50)
    assert len(refused) > REFUSALS
    took = seconds_until(both_try_on(ana.page), lambda: both_mark(couple))
    assert took < BY_ITSELF / 3
    ana.context.close()


def test_with_five_tabs_open_the_fifth_still_changes(browser: Browser, tmp_path: Path) -> None:
    with RunningServer(tmp_path, way=HASTY) as server:
        couple = Couple(browser, server)
        ana = couple.visit("ana", "talk")
        answers: list[int] = []
        ana.context.on(
            "response",
            lambda got: answers.append(got.status) if "/bell" in got.url else None,
        )
        pages = [ana.page]
        for _ in range(4):
            page = ana.context.new_page()
            page.goto(f"{server.url}/talk")
            expect(page.locator("h1").first).to_be_visible(timeout=DEADLINE)
            pages.append(page)
        deadline = time.monotonic() + 10
        while 429 not in answers and time.monotonic() < deadline:
            pages[0].wait_for_timeout(100)
        assert answers[-1] == 429
        both_mark(couple)
        for page in pages:
            both_try_on(page)()
        ana.context.close()
        couple.house.gateway.close()
