"""Signing in with a second step, the list of devices, and mail, run through the router."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from streamlit.testing.v1 import AppTest

from lib.services import access, accounts, devices, second_factor
from lib.services import house as houses
from lib.services.house import House
from lib.settings import Smtp
from lib.storage import letters, people
from lib.storage.gateway import Unit
from lib.ui import visitor
from tests.pages.test_open_pages import markdown, visit
from tests.pages.test_private_pages import PASSWORD, Visitor, at, house, join

__all__ = ["house"]


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def test_the_second_step_is_asked_for_after_a_right_password_only(house: House) -> None:
    ana = access.asker_of(join(house, "ana"))
    enrolment = second_factor.begin(house, ana, password=PASSWORD)
    second_factor.confirm(house, ana, code=pyotp.TOTP(enrolment.secret).at(house.clock()))
    app = visit("signin")
    for password, shown in (("not the password at all", False), (PASSWORD, True)):
        app.text_input(key="login_name").set_value("ana")
        app.text_input(key="password").set_value(password)
        press(app, "Sign in")
        assert ("Your password is right." in markdown(app)) == shown
        assert bool(app.error) != shown
    app.text_input(key="second_code").set_value("000000")
    press(app, "Go on")
    assert "This code is not right" in app.error[0].value
    press(app, "Start again")
    assert app.text_input(key="login_name")


def test_another_device_is_listed_and_can_be_signed_out(house: House) -> None:
    at(house, "alone")
    me = access.asker_of(Visitor.token)
    ticket = accounts.sign_in(house, me, login_name="ana", password=PASSWORD, nonce="n")
    other = accounts.redeem(
        house, access.SIGNED_OUT, ticket=ticket, nonce="n", device="Firefox, Android"
    )
    app = visit("account")
    assert [text.value for text in app.text if "Firefox, Android" in text.value]
    press(app, "Sign out there")
    assert accounts.who(house, access.asker_of(other)) is None
    assert len(devices.signed_in(house, me)) == 1
    assert not [text.value for text in app.text if "Firefox, Android" in text.value]


def test_mail_is_offered_only_where_there_is_a_mail_server(house: House) -> None:
    at(house, "alone")
    assert "Your mail address" not in [header.value for header in visit("account").header]
    smtp = Smtp("127.0.0.1", 9, False, "halfway@localhost")
    houses.enter(replace(house, settings=replace(house.settings, smtp=smtp)))
    app = visit("account")
    assert "Your mail address" in [header.value for header in app.header]
    app.text_input(key="mail_address").set_value("nobody")
    app.text_input(key="mail_password").set_value(PASSWORD)
    press(app, "Save the address")
    assert "Please check this address" in app.error[0].value
    Visitor.token = None
    app = visit("recover")
    app.text_input(key="forgot_name").set_value("nobody")
    press(app, "Send me a link")
    assert [found.value for found in app.success] == [
        "If this account has a confirmed address, a mail is on its way. The link in it works for "
        "half an hour."
    ]


def test_a_link_from_a_mail_sets_a_new_password_and_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(house, "ana")
    token = access.new_token()

    def plant(unit: Unit) -> None:
        found = people.credentials(unit, "ana")
        assert found
        letters.add_link(
            unit,
            letters.Link(found.partner_id, "reset"),
            token_hash=access.digest(token),
            expires_at=house.clock() + timedelta(minutes=30),
        )

    house.gateway.write(plant)
    monkeypatch.setattr(visitor, "mail_link", lambda: token)
    app = visit("mail")
    app.text_input(key="mail_new").set_value("short")
    press(app, "Set the new password")
    assert "15" in app.error[0].value
    app.text_input(key="mail_new").set_value("nine slow barges on the canal")
    press(app, "Set the new password")
    assert app.title[0].value == "Sign in"
    assert [info.value for info in app.info] == [
        "Your new password is set. Please sign in with it."
    ]
    assert "This link has run out" in markdown(visit("mail"))
