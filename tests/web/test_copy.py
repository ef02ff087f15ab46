"""The route that sends a copy: to its owner only, against a ticket, and kept by nobody."""

from __future__ import annotations

import json

import pytest

from lib.services import access, exports
from lib.services.house import House
from tests.server import RunningServer
from tests.web.client import PASSWORD, Answer, ask, post, sign_in


def take(site: RunningServer, token: str | None, ticket: str, form: str = "json") -> Answer:
    cookies = {"halfway": token} if token else None
    return post(site, "/account/copy", {"ticket": ticket, "form": form}, cookies=cookies)


def ticket(house: House, token: str) -> str:
    return exports.ticket(house, access.asker_of(token), password=PASSWORD)


@pytest.mark.parametrize(
    ("form", "media_type", "ending"),
    [
        ("json", "application/json", "json"),
        ("page", "text/html", "html"),
        ("table", "text/csv", "csv"),
    ],
)
def test_the_owner_gets_a_file_that_is_kept_nowhere(
    site: RunningServer, house: House, form: str, media_type: str, ending: str
) -> None:
    token = sign_in(site, house, "copy-anna")
    answer = take(site, token, ticket(house, token), form)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith('attachment; filename="halfway-')
    assert answer.headers["content-disposition"].endswith(f'.{ending}"')
    if form == "json":
        assert json.loads(answer.text)["account"]["login_name"] == "copy-anna"


def test_nobody_else_gets_it(site: RunningServer, house: House) -> None:
    anna, boris = (sign_in(site, house, name) for name in ("copy-anna", "copy-boris"))
    assert take(site, None, ticket(house, anna)).status == 401
    assert take(site, "no such session", ticket(house, anna)).status == 401
    assert take(site, boris, ticket(house, anna)).status == 400
    assert take(site, anna, "").status == 400
    spent = ticket(house, anna)
    assert take(site, anna, spent).status == 200
    again = take(site, anna, spent)
    assert again.status == 400
    assert "copy-anna" not in again.text


def test_only_a_post_of_our_own_page_is_answered(site: RunningServer, house: House) -> None:
    token = sign_in(site, house, "copy-anna")
    sent = {"ticket": ticket(house, token), "form": "json"}
    cookies = {"halfway": token}
    for origin in ("https://evil.example", None):
        answer = post(site, "/account/copy", sent, cookies=cookies, origin=origin)
        assert answer.status == 403
    assert ask(site, "/account/copy", headers={"Cookie": f"halfway={token}"}).status == 405
