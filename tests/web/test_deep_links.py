"""Every address of the real server, opened by whoever should not see what is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lib.services import access, accounts, checkins
from lib.ui import registry
from tests.server import RunningServer
from tests.web.client import ask, cookie_header
from tests.web.couple import Cast, playing
from tests.web.open_page import OpenPage

SECRETS = (b"canary-note", b"canary-thanks", b"canary-agreed", b"Ana", b"Ben")
PAGES = [place.name for place in registry.PLACES]
SIGNED_IN = {place.name for place in registry.PLACES if place.audience in ("signed_in", "couple")}


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """Ana and Ben have read their check-in; the stranger has nothing."""
    with RunningServer(tmp_path_factory.mktemp("links")) as server, playing(server) as played:
        for name in ("ana", "ben"):
            played.fill(name)
            checkins.write(played.house, played.asker(name), "appreciation", "canary-thanks")
            checkins.write(played.house, played.asker(name), "note", "canary-note")
        for name in ("ana", "ben"):
            played.seal(name)
        yield played


@pytest.fixture(scope="module")
def ended(cast: Cast) -> str:
    """A session of Ana's that she has signed out of."""
    lasting = cast.tokens["ana"]
    token = cast.arrive("ana")
    cast.tokens["ana"] = lasting
    accounts.sign_out(cast.house, access.asker_of(token))
    return token


def revealed(cast: Cast) -> str:
    checkin_id = checkins.desk(cast.house, cast.asker("ana")).checkin_id
    assert checkin_id
    return checkin_id


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["nobody", "wrong", "ended"])
def test_without_a_session_every_address_is_an_open_page_or_leads_to_signing_in(
    cast: Cast, ended: str, who: str, name: str
) -> None:
    token = {"nobody": None, "wrong": "f" * 64, "ended": ended}[who]
    with OpenPage(cast.server, name, query=f"checkin={revealed(cast)}", token=token) as page:
        shown = page.shown()
        assert not [secret for secret in SECRETS if secret in page.everything()]
        assert not page.failed()
        assert not page.sentences()
        assert {"", "signin"} <= page.leads_to()
        said = "Please sign in to see that page." if who == "nobody" else "You have been signed out"
        assert (said in shown) == (name in SIGNED_IN)


@pytest.mark.parametrize("name", PAGES)
def test_with_anothers_session_every_address_shows_only_what_is_theirs(
    cast: Cast, name: str
) -> None:
    query, token = f"checkin={revealed(cast)}", cast.tokens["stranger"]
    with OpenPage(cast.server, name, query=query, token=token) as page:
        assert not [secret for secret in SECRETS if secret in page.everything()]
        assert not page.failed()
        assert {"", "account"} <= page.leads_to()
        others = page.sentences() == ["There is nothing to see here."]
        assert others == (name == "past")


@pytest.mark.parametrize("name", PAGES)
def test_the_page_that_comes_by_http_is_the_same_for_everybody(
    cast: Cast, ended: str, name: str
) -> None:
    path = f"/{name}?checkin={revealed(cast)}"
    plain = ask(cast.server, path)
    assert plain.status == 200
    for token in (cast.tokens["ana"], cast.tokens["stranger"], ended, "f" * 64):
        answer = ask(cast.server, path, headers={"Cookie": cookie_header({"halfway": token})})
        assert (answer.status, answer.text) == (plain.status, plain.text)
