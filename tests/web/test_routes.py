"""Signing in and out by cookie, and opening an invitation, over real HTTP."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from lib.services import access, accounts
from lib.services.access import SIGNED_OUT
from lib.services.house import House
from tests.server import RunningServer
from tests.web.client import (
    PASSWORD,
    Tab,
    ask,
    cookie_header,
    cookie_of,
    post,
    session_of,
    sign_in,
    ticket_for,
)

SECRET = "Abcdefghijklmnop-_0123456789"
POSTS = ("/auth/finish", "/auth/sign-out", "/i/open", "/m/open")


def nonce(site: RunningServer) -> str:
    found = cookie_of(ask(site, "/"), "halfway_nonce")
    assert found
    return found


def test_a_page_brings_the_nonce_once(site: RunningServer) -> None:
    first = ask(site, "/signin")
    found = cookie_of(first, "halfway_nonce")
    assert found
    assert len(found) >= 32
    assert "httponly" in first.headers["set-cookie"].lower()
    again = ask(site, "/", headers={"Cookie": cookie_header({"halfway_nonce": found})})
    assert "set-cookie" not in again.headers


def test_a_ticket_becomes_a_cookie_that_no_script_can_read(
    site: RunningServer, house: House
) -> None:
    mine = nonce(site)
    ticket = ticket_for(house, "anna", mine)
    answer = post(site, "/auth/finish", {"ticket": ticket}, cookies={"halfway_nonce": mine})
    assert answer.status == 204
    cookie = next(
        line
        for line in answer.headers["set-cookie"].lower().split("\n")
        if line.startswith("halfway=")
    )
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert "domain" not in cookie
    assert "max-age" not in cookie
    token = cookie_of(answer, "halfway")
    assert token
    assert accounts.who(house, access.asker_of(token))


def test_a_browser_is_told_again_by_a_cookie_that_says_nothing(
    site: RunningServer, house: House
) -> None:
    mine = nonce(site)
    cookies = {"halfway_nonce": mine}
    answer = post(
        site, "/auth/finish", {"ticket": ticket_for(house, "anna", mine)}, cookies=cookies
    )
    known = cookie_of(answer, "halfway_device")
    assert known
    line = next(
        line for line in answer.headers["set-cookie"].lower().split("\n") if "_device" in line
    )
    assert "httponly" in line
    assert "samesite=strict" in line
    assert f"max-age={180 * 24 * 3600}" in line
    stored = house.gateway.read(lambda unit: unit.all("SELECT device_hash FROM known_device"))
    assert known not in str(stored)
    again = post(
        site,
        "/auth/finish",
        {"ticket": ticket_for(house, "anna", mine)},
        cookies={**cookies, "halfway_device": known},
    )
    assert cookie_of(again, "halfway_device") == known


def test_only_on_a_trusted_device_does_the_cookie_outlive_the_browser(
    site: RunningServer, house: House
) -> None:
    mine = nonce(site)
    ticket_for(house, "anna", mine)
    ticket = accounts.sign_in(
        house, SIGNED_OUT, login_name="anna", password=PASSWORD, nonce=mine, trusted=True
    )
    answer = post(site, "/auth/finish", {"ticket": ticket}, cookies={"halfway_nonce": mine})
    line = next(
        line for line in answer.headers["set-cookie"].split("\n") if line.startswith("halfway=")
    )
    assert f"max-age={90 * 24 * 3600}" in line.lower()


def test_a_ticket_works_once(site: RunningServer, house: House) -> None:
    mine = nonce(site)
    ticket = ticket_for(house, "anna", mine)
    cookies = {"halfway_nonce": mine}
    assert post(site, "/auth/finish", {"ticket": ticket}, cookies=cookies).status == 204
    again = post(site, "/auth/finish", {"ticket": ticket}, cookies=cookies)
    assert again.status == 400
    assert "set-cookie" not in again.headers
    assert "once more" in again.text


@pytest.mark.parametrize("cookies", [{}, {"halfway_nonce": "another browser's"}])
def test_a_ticket_works_in_its_own_browser_only(
    site: RunningServer, house: House, cookies: dict[str, str]
) -> None:
    ticket = ticket_for(house, "anna", nonce(site))
    answer = post(site, "/auth/finish", {"ticket": ticket}, cookies=cookies)
    assert answer.status == 400
    assert cookie_of(answer, "halfway") is None


@pytest.mark.parametrize("fields", [{}, {"ticket": ""}, {"ticket": "x"}, {"other": "x"}])
def test_no_ticket_no_session(site: RunningServer, fields: dict[str, str]) -> None:
    answer = post(site, "/auth/finish", fields, cookies={"halfway_nonce": nonce(site)})
    assert answer.status == 400


def test_signing_in_ends_the_session_before(site: RunningServer, house: House) -> None:
    old = sign_in(site, house, "anna")
    with Tab(site, token=old) as tab:
        tab.run()
        new = sign_in(site, house, "anna", before=old)
        assert tab.wait_until_closed() < 1
    assert new != old
    assert accounts.who(house, access.asker_of(old)) is None
    assert accounts.who(house, access.asker_of(new))


def test_signing_out_takes_everything_back(site: RunningServer, house: House) -> None:
    token = sign_in(site, house, "anna")
    answer = post(site, "/auth/sign-out", cookies={"halfway": token})
    assert answer.status == 204
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert cookie_of(answer, "halfway") == '""'
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert accounts.who(house, access.asker_of(token)) is None


def test_signing_out_twice_changes_nothing(site: RunningServer) -> None:
    assert post(site, "/auth/sign-out", cookies={"halfway": "gone"}).status == 204
    assert post(site, "/auth/sign-out").status == 204


def test_a_form_leads_to_the_start_page(site: RunningServer) -> None:
    """Our no-referrer makes browsers hide the origin of a form; they still say it is ours."""
    headers = {"Accept": "text/html,*/*", "Sec-Fetch-Site": "same-origin"}
    answer = post(site, "/auth/sign-out", origin="null", headers=headers)
    assert answer.status == 303
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    ("origin", "headers"),
    [
        (None, {}),
        (None, {"Sec-Fetch-Site": "same-origin"}),
        ("null", {}),
        ("null", {"Sec-Fetch-Site": "cross-site"}),
        ("null", {"Sec-Fetch-Site": "same-site"}),
        ("https://elsewhere.example", {}),
        ("https://elsewhere.example", {"Sec-Fetch-Site": "same-origin"}),
        ("http://localhost:1", {}),
    ],
)
def test_a_request_from_elsewhere_does_nothing(
    site: RunningServer, house: House, path: str, origin: str | None, headers: dict[str, str]
) -> None:
    token = sign_in(site, house, "anna")
    fields = {"ticket": "x", "invitation": SECRET}
    answer = post(site, path, fields, cookies={"halfway": token}, origin=origin, headers=headers)
    assert answer.status == 403
    assert "set-cookie" not in answer.headers
    assert accounts.who(house, access.asker_of(token))


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_posts_are_posts_only(site: RunningServer, path: str, method: str) -> None:
    answer = ask(site, path, method=method, headers={"Origin": site.url})
    assert answer.status == 405
    assert answer.headers["allow"] == "POST"
    assert answer.text == ("" if method == "HEAD" else "This address cannot be used like that.\n")


@pytest.mark.parametrize("path", ["/i", "/i/open.js", "/robots.txt", "/", "/checkin"])
def test_pages_cannot_be_posted_to(site: RunningServer, path: str) -> None:
    answer = post(site, path)
    assert answer.status == 405
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("path", POSTS)
def test_a_long_body_is_refused(site: RunningServer, path: str) -> None:
    fields = {"ticket": "x" * 5000, "invitation": "x" * 5000, "mail": "x" * 5000}
    answer = post(site, path, fields)
    assert answer.status == (204 if path == "/auth/sign-out" else 413)


@pytest.mark.parametrize("path", [path for path in POSTS if path != "/auth/sign-out"])
def test_a_field_given_twice_or_too_many_fields_are_refused(site: RunningServer, path: str) -> None:
    """Which of two counts is nothing to wonder about, here or in whatever stands before it."""
    once = {"ticket": "x" * 40, "invitation": SECRET, "mail": SECRET, "form": "json"}
    for body in (
        *(f"{urlencode(once)}&{name}={SECRET}" for name in once),
        "&".join(f"f{number}=x" for number in range(9)),
    ):
        answer = post(site, path, body=body)
        assert answer.status == 400
        assert answer.text == post(site, "/i/open", {"invitation": "?"}).text
        assert "set-cookie" not in answer.headers


def test_an_invitation_is_kept_for_an_hour_where_no_script_reads_it(site: RunningServer) -> None:
    answer = post(site, "/i/open", {"invitation": SECRET})
    assert answer.status == 204
    assert cookie_of(answer, "halfway_invitation") == SECRET
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "max-age=3600" in cookie


def test_a_link_from_a_mail_is_kept_as_long_as_it_counts(site: RunningServer) -> None:
    answer = post(site, "/m/open", {"mail": SECRET})
    assert answer.status == 204
    assert cookie_of(answer, "halfway_mail") == SECRET
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "max-age=1800" in cookie
    assert ask(site, "/m").status == 200
    assert "/mail" in ask(site, "/m/open.js").text


@pytest.mark.parametrize("secret", ["", "short", "a b" * 20, "x" * 129, "é" * 30, f"{SECRET};x"])
def test_what_cannot_be_an_invitation_is_not_kept(site: RunningServer, secret: str) -> None:
    answer = post(site, "/i/open", {"invitation": secret})
    assert answer.status == 400
    assert "set-cookie" not in answer.headers


def test_the_landing_page_says_nothing_about_the_invitation(site: RunningServer) -> None:
    page = ask(site, "/i")
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "An invitation to Halfway" in page.text
    assert "location.hash" not in page.text
    assert ask(site, "/i/open.js").headers["content-type"].startswith("text/javascript")


def test_the_list_of_sessions_can_name_the_device(site: RunningServer, house: House) -> None:
    mine = nonce(site)
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    answer = post(
        site,
        "/auth/finish",
        {"ticket": ticket_for(house, "anna", mine)},
        cookies={"halfway_nonce": mine},
        headers={"User-Agent": agent},
    )
    token = cookie_of(answer, "halfway")
    assert token
    devices = house.gateway.read(
        lambda unit: unit.one(
            "SELECT device FROM session WHERE token_hash = :hash", hash=session_of(token)
        )
    )
    assert devices == {"device": "Firefox, Linux"}


def test_nothing_private_is_in_the_log(site: RunningServer, house: House) -> None:
    token = sign_in(site, house, "anna")
    post(site, "/i/open", {"invitation": SECRET})
    with Tab(site, token=token) as tab:
        shown = tab.run(query="fail=in+the+script")
    log = site.output()
    assert "unexpected ValueError at" in log
    for private in (token, session_of(token), SECRET, "anna", "private sentence", "in the script"):
        assert private not in log
    assert "private sentence" not in shown


def test_only_a_dead_cookie_is_taken_back_where_a_tab_is_sent(
    site: RunningServer, house: House
) -> None:
    token = sign_in(site, house, "anna")
    for cookies, dead in (({}, False), ({"halfway": token}, False), ({"halfway": "x"}, True)):
        answer = ask(site, "/auth/over", headers={"Cookie": cookie_header(cookies)})
        assert (answer.status, answer.headers["location"]) == (303, "/")
        assert (cookie_of(answer, "halfway") == '""') == dead
        assert cookie_of(answer, "halfway_said") is None
    assert accounts.who(house, access.asker_of(token))
