"""Going, as a person does it: what is closed is said, the cookie goes, and every tab is emptied.

That it takes no longer than a second is measured on the wire, in tests/web/test_gate.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import SHOTS
from tests.browser.people import DEADLINE, PHONE, Person
from tests.server import RunningServer
from tests.web.client import PASSWORD
from tests.web.couple import Cast, playing

NEW = "nine slow barges on the canal"
MINE = "You sign in as"


@pytest.fixture
def cast(server: RunningServer) -> Iterator[Cast]:
    """Ana and Ben have read their check-in."""
    with playing(server) as played:
        for name in ("ana", "ben"):
            played.fill(name, 3 if name == "ana" else 6)
        for name in ("ana", "ben"):
            played.seal(name)
        yield played


@pytest.fixture
def arrive(browser: Browser, cast: Cast) -> Iterator[Callable[..., Person]]:
    people: list[Person] = []

    def come(name: str, *, token: str = "", **how: object) -> Person:
        person = Person.arrive(browser, cast.server.url, name, **how)  # type: ignore[arg-type]
        value = token or cast.tokens[name]
        person.context.add_cookies(
            [{"name": "halfway", "value": value, "url": cast.server.url, "httpOnly": True}]
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
