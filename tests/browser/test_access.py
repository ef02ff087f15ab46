"""Getting in, and keeping others out, as a person does it: second step, devices, mail."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, expect

from tests.browser.conftest import SHOTS
from tests.browser.people import DEADLINE, PASSWORD, PHONE, Person
from tests.server import RunningServer
from tests.services.mailbox import mailbox

NEW = "nine slow barges on the canal"


def fill(person: Person, key: str, text: str) -> None:
    box = person.page.locator(f".st-key-{key} input")
    box.fill(text)
    box.blur()


def open_drawer(person: Person, label: str) -> None:
    person.page.locator("summary", has_text=label).first.click()
    person.idle()


def test_a_second_step_is_turned_on_and_asked_for(visitor: Callable[..., Person]) -> None:
    ana = visitor("Ana", shots=SHOTS / "access")
    ana.sign_up()
    ana.go("account")
    open_drawer(ana, "Turn it on")
    fill(ana, "factor_password", PASSWORD)
    ana.press("Turn it on")
    ana.sees("scan this picture")
    ana.shot("factor")
    secret = ana.page.locator(".st-key-card-choice-factor code").first.inner_text()
    app = pyotp.TOTP("".join(secret.split()))
    fill(ana, "factor_code", app.now())
    ana.press("Confirm")
    ana.sees("After your password you are asked for a code")
    phone = visitor("Ana", viewport=PHONE, shots=SHOTS / "access")
    phone.go("signin")
    phone.fill("Login name", "ana")
    phone.fill("Password", PASSWORD)
    phone.press("Sign in")
    phone.sees("Your password is right.")
    phone.shot("code-phone")
    fill(phone, "second_code", "000000")
    phone.press("Go on")
    phone.sees("This code is not right")
    fill(phone, "second_code", app.at(time.time() + 30))
    phone.press("Go on")
    phone.page.wait_for_url(re.compile(r"/$"), timeout=DEADLINE)


def test_signing_out_everywhere_else_empties_the_other_browsers_within_a_second(
    visitor: Callable[..., Person],
) -> None:
    ana = visitor("Ana", shots=SHOTS / "access")
    ana.sign_up()
    others = [visitor("Ana", viewport=PHONE, shots=SHOTS / "access"), visitor("Ana")]
    for other in others:
        other.sign_in()
        other.go("account")
    others[0].shot("account-phone")
    ana.go("account")
    ana.shot("account-wide")
    ana.page.get_by_role("button", name="Sign out everywhere else").click()
    for other in others:
        expect(other.page.get_by_text("You sign in as")).to_have_count(0, timeout=2000)
    ana.idle()
    ana.sees("this one, since")


def test_a_lost_password_is_replaced_by_a_link_from_a_mail(
    browser: Browser, tmp_path: Path
) -> None:
    with mailbox() as box:
        environment = {"HALFWAY_SMTP_URL": f"smtp://127.0.0.1:{box.port}"}
        with RunningServer(tmp_path, environment=environment) as server:
            ana = Person.arrive(browser, server.url, "Ana", shots=SHOTS / "access")
            ana.sign_up()
            ana.go("account")
            open_drawer(ana, "Add an address")
            fill(ana, "mail_address", "ana@example.org")
            fill(ana, "mail_password", PASSWORD)
            ana.press("Save the address")
            ana.sees("A mail is on its way")
            ana.page.goto(link(box.next().get_content()))
            ana.press("Confirm my address")
            ana.sees("Your address is confirmed.")
            lost = Person.arrive(browser, server.url, "Ana", viewport=PHONE, shots=SHOTS / "access")
            lost.go("recover")
            fill(lost, "forgot_name", "ana")
            lost.press("Send me a link")
            lost.sees("If this account has a confirmed address")
            lost.shot("recover-phone")
            address = link(box.next().get_content())
            lost.page.goto(address)
            lost.sees("You will be signed out everywhere.")
            assert address.partition("#")[2] not in lost.page.url
            fill(lost, "mail_new", NEW)
            lost.press("Set the new password")
            lost.sees("Your new password is set.")
            expect(ana.page.get_by_text("Your address is confirmed.")).to_have_count(0)
            lost.fill("Login name", "ana")
            lost.fill("Password", NEW)
            lost.press("Sign in")
            lost.page.wait_for_url(re.compile(r"/$"), timeout=DEADLINE)
            for person in (ana, lost):
                person.context.close()


def link(text: str) -> str:
    found = re.search(r"http://localhost:\d+/m#[\w-]+", text)
    assert found
    return found.group()
