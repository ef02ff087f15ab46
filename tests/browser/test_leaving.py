"""Going, as a person does it: what goes along, what is said, and that every tab is emptied within
a second of the answer to whoever did it: the product's promise, so its deadline is here too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, expect

from lib.services import access, accounts, checkins, devices, leaving
from tests.browser.conftest import SHOTS
from tests.browser.people import DEADLINE, PHONE, Person
from tests.server import RunningServer
from tests.web.client import PASSWORD
from tests.web.couple import Cast, playing

NEW = "nine slow barges on the canal"
MINE = "You sign in as"


@pytest.fixture
def couple(server: RunningServer) -> Iterator[Cast]:
    """Ana and Ben have answered nothing yet."""
    with playing(server) as played:
        yield played


@pytest.fixture
def cast(couple: Cast) -> Cast:
    """Ana and Ben have read their check-in."""
    for name in ("ana", "ben"):
        couple.fill(name, 3 if name == "ana" else 6)
    for name in ("ana", "ben"):
        couple.seal(name)
    return couple


@pytest.fixture
def arrive(browser: Browser, couple: Cast) -> Iterator[Callable[..., Person]]:
    people: list[Person] = []

    def come(name: str, *, token: str = "", **how: object) -> Person:
        person = Person.arrive(browser, couple.server.url, name, **how)  # type: ignore[arg-type]
        value = token or couple.tokens[name]
        person.context.add_cookies(
            [{"name": "halfway", "value": value, "url": couple.server.url, "httpOnly": True}]
        )
        people.append(person)
        return person

    yield come
    for person in people:
        person.context.close()


def another_tab(person: Person) -> Person:
    tab = Person(person.name, person.url, person.context, person.context.new_page())
    tab.go("account")
    tab.sees(MINE)
    return tab


def drawer(person: Person, label: str) -> None:
    person.page.locator("summary", has_text=label).first.click()
    person.idle()


def give_password(person: Person, form: str, password: str) -> None:
    box = person.page.locator(f".st-key-{form} input")
    box.fill(password)
    box.blur()
    person.idle()


def cookies(person: Person) -> set[str]:
    return {cookie["name"] for cookie in person.context.cookies()}


def test_a_closed_account_is_said_to_be_closed_and_every_tab_is_emptied(
    cast: Cast, arrive: Callable[..., Person]
) -> None:
    ana = arrive("ana", shots=SHOTS / "leaving")
    ana.go("account")
    other = another_tab(ana)
    drawer(ana, "Close my account")
    ana.shot("close")
    give_password(ana, "close-password", PASSWORD)
    button = ana.page.get_by_role("button", name="Close my account for good")
    button.click()
    for tab in (ana, other):
        expect(tab.page).to_have_url(f"{cast.server.url}/", timeout=DEADLINE)
        tab.heading("Meet each other halfway")
    said = [t.page.get_by_text("Your account is closed").count() for t in (ana, other)]
    assert 1 in said
    assert "halfway" not in cookies(ana)
    (ana if said[0] else other).shot("closed")
    other.go("account")
    other.heading("Sign in")
    ben = arrive("ben", viewport=PHONE, shots=SHOTS / "leaving")
    ben.go("")
    ben.sees("You are not connected with anybody just now")
    ben.shot("left-behind-phone")


SECOND = 1.0


class Watch:
    """When a text has left the document of each of these tabs, whether it was emptied or another
    took its place: told by the tab itself, as it happens."""

    def __init__(self, *tabs: Person, text: str) -> None:
        self._tabs = tabs
        self._gone: dict[int, float] = {}
        for tab in tabs:
            tab.sees(text)
            tab.page.expose_function("halfwayGone", lambda tab=tab: self._note(tab))
            tab.page.on("framenavigated", lambda _, tab=tab: self._note(tab))
            tab.page.evaluate(
                "text => setInterval("
                "() => document.body.innerText.includes(text) || halfwayGone(), 20)",
                text,
            )

    def within_a_second(self) -> None:
        """From now, the answer to whoever did it."""
        since = time.monotonic()
        while len(self._gone) < len(self._tabs) and time.monotonic() < since + SECOND:
            self._tabs[0].page.wait_for_timeout(10)
        took = [at - since for at in self._gone.values()]
        assert len(self._gone) == len(self._tabs), took

    def _note(self, tab: Person) -> None:
        self._gone.setdefault(id(tab), time.monotonic())


def test_signing_out_empties_every_tab_within_a_second(
    cast: Cast, arrive: Callable[..., Person]
) -> None:
    ana = arrive("ana")
    ana.go("account")
    there = another_tab(ana)
    button = ana.page.get_by_role("button", name="Sign out", exact=True).last
    watch = Watch(ana, there, text=MINE)
    with ana.page.expect_response("**/auth/sign-out"):
        button.click()
    watch.within_a_second()
    ana.heading("Meet each other halfway")


@pytest.mark.parametrize("how", ["sign out", "password", "everywhere else", "close"])
def test_a_session_that_ends_in_another_process_has_its_tabs_emptied_within_a_second(
    cast: Cast, arrive: Callable[..., Person], how: str
) -> None:
    """Nothing tells this server; the answer is that the service has returned."""
    elsewhere = access.asker_of(cast.arrive("ana"))
    deeds: dict[str, Callable[[], object]] = {
        "sign out": lambda: accounts.sign_out(cast.house, here),
        "password": lambda: accounts.change_password(cast.house, elsewhere, old=PASSWORD, new=NEW),
        "everywhere else": lambda: devices.end_others(cast.house, elsewhere),
        "close": lambda: leaving.close(cast.house, elsewhere, password=PASSWORD),
    }
    ana = arrive("ana", token=cast.arrive("ana"))
    here = cast.asker("ana")
    ana.go("account")
    there = another_tab(ana)
    watch = Watch(ana, there, text=MINE)
    deeds[how]()
    watch.within_a_second()
    assert accounts.who(cast.house, here) is None


@pytest.mark.parametrize("how", ["sign out", "password", "elsewhere"])
def test_each_end_of_a_session_empties_all_its_tabs(
    cast: Cast, arrive: Callable[..., Person], how: str
) -> None:
    token = cast.arrive("ana")
    ana = arrive("ana", token=token)
    ana.go("account")
    here, there = ana, another_tab(ana)
    tabs = [here, there]
    if how == "sign out":
        act = ana.page.get_by_role("button", name="Sign out", exact=True).last
    else:
        phone = arrive("ana", token=cast.arrive("ana"), viewport=PHONE)
        phone.go("account")
        act = phone.page.get_by_role("button", name="Sign out everywhere else")
        if how == "password":
            give_password(phone, "old_password", PASSWORD)
            give_password(phone, "new_password", NEW)
            act = phone.page.get_by_role("button", name="Change the password")
    act.click()
    for tab in tabs:
        expect(tab.page).to_have_url(f"{cast.server.url}/", timeout=DEADLINE)
        tab.settle()
    assert "halfway" not in cookies(ana)


def test_own_part_goes_along_own_answers_are_deleted_and_the_couple_is_left(
    cast: Cast, arrive: Callable[..., Person]
) -> None:
    ana, ben = arrive("ana", shots=SHOTS / "leaving"), arrive("ben")
    ben.go("talk")
    ben.heading("Read it together")
    ana.go("account")
    drawer(ana, "Delete my answers")
    give_password(ana, "delete-password", "not the password at all")
    ana.press("Delete")
    ana.sees("This is not your password")
    give_password(ana, "delete-password", PASSWORD)
    ana.press("Delete")
    ana.sees("It is deleted.")
    ben.sees("What was shared last is no longer there")
    drawer(ana, "Leave my partner here")
    give_password(ana, "leave-password", PASSWORD)
    ana.press("Leave")
    ana.sees("You are not connected any more.")
    ana.shot("left")
    ben.go("")
    ben.sees("You are not connected with anybody just now")


@pytest.mark.parametrize(
    ("form", "ending"), [("Data, for a program (JSON)", ".json"), ("A page to read", ".html")]
)
def test_a_copy_of_ones_own_part_needs_the_password_again_and_holds_nothing_of_the_others(
    couple: Cast, arrive: Callable[..., Person], form: str, ending: str
) -> None:
    """Before the reveal, with the other's sheet sealed."""
    for name in ("ana", "ben"):
        who = couple.asker(name)
        checkins.write(couple.house, who, "note", f"canary-note-{name}")
        checkins.write(couple.house, who, "appreciation", f"canary-thanks-{name}")
        couple.fill(name, 2)
    couple.seal("ben")
    ana = arrive("ana", shots=SHOTS / "leaving")
    saved: list[Download] = []
    ana.page.on("download", lambda one: saved.append(one))
    ana.go("account")
    drawer(ana, "Take a copy of my part")
    for wrong in ("not the password at all", ""):
        ana.choose(ana.page.locator(".st-key-exports-form"), form)
        give_password(ana, "copy-password", wrong)
        ana.press("Make the copy")
        ana.sees("This is not your password")
        assert saved == []
    ana.choose(ana.page.locator(".st-key-exports-form"), form)
    give_password(ana, "copy-password", PASSWORD)
    with ana.page.expect_download() as arriving:
        ana.page.get_by_role("button", name="Make the copy").click()
    ana.sees("Your copy is where your browser saves files.")
    ana.shot(f"copy{ending}")
    assert arriving.value.suggested_filename.endswith(ending)
    text = Path(arriving.value.path()).read_text(encoding="utf-8")
    assert "canary-note-ana" in text
    assert "canary-thanks-ana" in text
    assert "-ben" not in text
    if ending == ".json":
        (one,) = json.loads(text)["check_ins"]
        assert (one["sealed_at"], one["revealed_at"], one["reading"]) == (None, None, None)
    else:
        page = ana.context.new_page()
        page.set_content(text)
        expect(page.get_by_text("canary-note-ana")).to_be_visible()
    # The password is asked for each time, and the field does not keep it.
    expect(ana.page.locator(".st-key-copy-password input")).to_have_value("")
    assert len(saved) == 1
