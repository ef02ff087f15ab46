"""The doors, run through the router: all that is wrong at once, wrong turns, and the way back."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from lib.services import access, couples, mail
from lib.services import house as houses
from lib.services.house import House
from lib.settings import Smtp
from lib.ui import registry, signin, visitor
from tests.pages.test_access_pages import press
from tests.pages.test_open_pages import markdown, visit
from tests.pages.test_private_pages import PASSWORD, Visitor, at, house, join

__all__ = ["house"]

BEHIND = [one.name for one in registry.PLACES if one.audience in ("signed_in", "couple")]


@pytest.fixture
def led(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where the browser is told to go on once it is signed in."""
    found: list[str] = []

    def finish(*, data: dict[str, str], **_: object) -> SimpleNamespace:
        found.append(data["next"])
        return SimpleNamespace(failed=False)

    monkeypatch.setattr(signin, "_FINISH", finish)
    return found


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch, house: House) -> dict[str, str]:
    """What the cookie of an invitation holds for the visitor."""
    held: dict[str, str] = {}
    plain = visitor.cookie
    monkeypatch.setattr(
        visitor, "cookie", lambda kind: held.get("secret") if kind == "invitation" else plain(kind)
    )
    return held


def said(app: AppTest) -> list[str]:
    return [unescape(one.value.replace("\u2060", "")) for one in app.error]


def sign_in(app: AppTest) -> None:
    app.text_input(key="login_name").set_value("ana")
    app.text_input(key="password").set_value(PASSWORD)
    press(app, "Sign in")


def sign_up(app: AppTest) -> None:
    app.text_input(key="login_name").set_value("ana")
    app.text_input(key="display_name").set_value("Ana")
    app.text_input(key="password").set_value(PASSWORD)
    for box in ("of_age", "consent"):
        app.checkbox(key=box).set_value(True)
    press(app, "Create account")


@pytest.mark.usefixtures("house")
def test_sign_up_says_all_that_is_wrong_and_loses_nothing() -> None:
    app = visit("signup")
    app.text_input(key="login_name").set_value("a b")
    app.text_input(key="password").set_value("short")
    press(app, "Create account")
    assert [sentence.split()[0:3] for sentence in said(app)] == [
        ["A", "login", "name"],
        ["Please", "enter", "the"],
        ["A", "password", "has"],
        ["Halfway", "is", "for"],
        ["Without", "your", "consent"],
    ]
    assert app.text_input(key="login_name").value == "a b"
    assert app.text_input(key="password").value == "short"


@pytest.mark.parametrize("name", BEHIND)
def test_who_signs_in_is_led_to_where_they_were_going(
    house: House, led: list[str], name: str
) -> None:
    join(house, "ana")
    sign_in(visit(name))
    assert led[-1] == ("/" if name == "home" else f"/{name}")


@pytest.mark.usefixtures("house")
def test_who_signs_up_is_led_to_where_they_were_going(led: list[str]) -> None:
    app = visit("talk")
    app.switch_page("signup.py").run()
    sign_up(app)
    assert led[-1] == "/talk"


def test_an_invitation_is_gone_on_with_after_signing_in(
    house: House, led: list[str], link: dict[str, str]
) -> None:
    join(house, "ana")
    link["secret"] = "x" * 43
    sign_in(visit("signin"))
    assert led[-1] == "/join"


def test_an_address_cannot_say_where_signing_in_leads(house: House, led: list[str]) -> None:
    join(house, "ana")
    app = visit(None)
    for name in ("next", "page", "to"):
        app.query_params[name] = "https://evil.example/"
    app.switch_page("signin.py").run()
    sign_in(app)
    assert led[-1] == "/"


def test_a_bad_link_is_forgotten_when_another_code_is_typed(
    house: House, link: dict[str, str]
) -> None:
    at(house, "alone")
    code = couples.invite_by_code(house, access.asker_of(join(house, "zoe")))
    link["secret"] = "x" * 30
    app = visit("join")
    assert said(app) == [
        "This link is not complete: a part of it is missing. "
        "Please copy the whole link once more, or ask for a new one."
    ]
    app.text_input(key="typed_code").set_value("AAA")
    press(app, "Look")
    assert said(app) == ["A code has 10 letters and digits. Please check it once more."]
    app.text_input(key="typed_code").set_value(code)
    press(app, "Look")
    assert said(app) == []
    assert [button.label for button in app.button][:1] == ["Accept"]


def test_ones_own_link_leads_to_ones_invitations(house: House, link: dict[str, str]) -> None:
    at(house, "alone")
    link["secret"] = couples.invite_by_link(house, access.asker_of(Visitor.token))
    app = visit("join")
    assert said(app) == [
        "This is your own invitation. Send it to your partner, to be opened there."
    ]
    assert "To my invitations" in [one.proto.label for one in app.get("page_link")]


@pytest.mark.parametrize("whose", ["own", "another"])
def test_who_is_together_reads_with_whom_and_what_a_link_means_then(
    house: House, link: dict[str, str], whose: str
) -> None:
    at(house, "alone")
    ana = access.asker_of(Visitor.token)
    guest, other = join(house, "gus"), join(house, "zoe")
    secret = couples.invite_by_link(house, ana)
    couples.accept(house, access.asker_of(guest), secret=secret)
    couples.confirm(house, ana)
    others = couples.invite_by_link(house, access.asker_of(other))
    link["secret"] = secret if whose == "own" else others
    app = visit("join")
    shown = markdown(app) + "".join(text.value for text in app.text)
    assert "You are connected with" in shown
    assert "Gus" in shown
    already = ["You already belong to a couple here, so you cannot join another."]
    assert said(app) == ([] if whose == "own" else already)


@pytest.mark.parametrize("post", ["none", "offered", "confirmed"])
def test_what_lets_one_in_without_a_password_is_said_as_it_is(
    house: House, monkeypatch: pytest.MonkeyPatch, post: str
) -> None:
    at(house, "alone")
    if post != "none":
        smtp = Smtp("127.0.0.1", 9, False, "halfway@localhost")
        houses.enter(replace(house, settings=replace(house.settings, smtp=smtp)))
    if post == "confirmed":
        address = mail.Address("ana@example.org", confirmed=True)
        monkeypatch.setattr(mail, "address", lambda *_: address)
    shown = markdown(visit("account"))
    assert ("only such a code lets you in" in shown) == (post == "none")
    assert ("once you have confirmed an address" in shown) == (post == "offered")
    assert ("a link is sent to your address" in shown) == (post == "confirmed")
    assert ("There is no other way" in markdown(visit(None))) == (post == "none")
