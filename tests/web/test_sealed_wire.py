"""The sealing rule on the wire: not one byte that the server sends to one partner, on any page or
by any route, depends on what the other did before the reveal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from lib.domain.checkins import guessable
from lib.services import access, accounts, checkins, couples
from lib.services.access import Asker
from lib.services.house import House, open_house
from lib.ui import registry
from tests.server import RunningServer
from tests.services.conftest import Lot
from tests.web.client import Tab, ask, cookie_header, post, sign_in

APPRECIATION, NOTE = "quokka-appreciation-7413", "quokka-note-9205"
MARKERS = (APPRECIATION.encode(), NOTE.encode())
FILES = (
    "/",
    "/m",
    "/i",
    "/i/open.js",
    "/icon.svg",
    "/robots.txt",
    "/no-such-page",
    "/no-such-page/",
)
CORE = ("/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/media/none.png")
POSTS = ("/auth/finish", "/i/open", "/account/copy", "/m/open")
SUGGESTED = re.compile("[a-z]+(-[a-z]+){3,}")
# What two couples never have in common: what the bell knows them by, ids of check-ins and of what
# bears them, fingerprints of sheets.
THEIRS = re.compile(rb"[0-9a-f]{64}|[0-9a-f]{32}|(?:[0-9a-f]{4} ){3}[0-9a-f]{4}")
PASSING = ("date", "set-cookie", "etag", "last-modified")


class Listening(Tab):
    """A tab that keeps every message it got."""

    def __init__(self, server: RunningServer, token: str | None) -> None:
        super().__init__(server, token=token)
        self.received: list[ForwardMsg] = []

    def next(self) -> ForwardMsg:
        message = super().next()
        if message.WhichOneof("type") == "new_session":
            self.received.clear()  # what a page that leads on sends before may be cut short
        self.received.append(message)
        return message

    def follow(self, page: str) -> bytes:
        """Everything of the page that stands in the end; one leads on to another by a rerun."""
        self.run(page)
        while self.received[-1].script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.texts()
        return b"|".join(lasting(one) for one in self.received)


def lasting(message: ForwardMsg) -> bytes:
    """A message without what each tab and run has anew: ids, and a suggested password."""
    kept = ForwardMsg()
    kept.CopyFrom(message)
    kept.ClearField("hash")
    kept.metadata.run.ClearField("script_run_id")
    if kept.WhichOneof("type") == "new_session":
        kept.new_session.initialize.ClearField("session_id")
    if SUGGESTED.fullmatch(kept.delta.new_element.code.code_text):
        kept.delta.new_element.code.ClearField("code_text")
    return kept.SerializeToString(deterministic=True)


def wire(server: RunningServer, token: str | None) -> dict[str, bytes]:
    """Everything that the server says to whoever holds this session, by page and by route."""
    heard: dict[str, bytes] = {}
    for place in registry.PLACES:
        with Listening(server, token) as tab:
            start = place.name == registry.START[token is not None]
            heard[f"frames of {place.name}"] = tab.follow("" if start else place.name)
    cookies = {"halfway": token} if token else {}
    headers = {"Cookie": cookie_header(cookies)} if token else {}
    pages = tuple(f"/{place.name}" for place in registry.PLACES)
    answers = {
        f"{method} {path}": ask(server, path, method=method, headers=headers)
        for path in (*FILES, *CORE, *POSTS, *pages)
        for method in ("GET", "HEAD")
    }
    answers |= {f"POST {path}": post(server, path, cookies=cookies) for path in POSTS}
    for name, answer in answers.items():
        told = sorted((key, value) for key, value in answer.headers.items() if key not in PASSING)
        heard[name] = repr((answer.status, told, answer.text)).encode()
    return heard


def fill(house: House, asker: Asker, value: int) -> None:
    """All that can be said in a check-in."""
    for question in house.content.current.questions:
        checkins.answer(house, asker, question.id, value)
    for question in guessable(house.content.current)[:3]:
        checkins.guess(house, asker, question.id, value)
    checkins.choose_pace(house, asker, "deep")
    checkins.choose_support(house, asker, tuple(house.content.support)[:2])


def do_everything(house: House, asker: Asker) -> None:
    """Ana's check-in with her marks in it; she holds back."""
    fill(house, asker, 7)
    checkins.write(house, asker, "appreciation", APPRECIATION)
    checkins.write(house, asker, "note", NOTE)
    checkins.say_unsafe(house, asker, True)
    seal(house, asker, hold_back=True)


def seal(house: House, asker: Asker, *, hold_back: bool = False) -> None:
    checkin_id = checkins.desk(house, asker).checkin_id
    checkins.seal(house, asker, checkin_id=checkin_id, hold_back=hold_back)


@pytest.fixture(scope="module")
def home(app: RunningServer) -> Iterator[House]:
    """The database of `app`, opened a second time."""
    # Two couples who answer alike are shown the same only when the lot is the same, too.
    opened = replace(open_house(app.settings), chance=Lot(("trust", "balance")))
    yield opened
    opened.gateway.close()


def pair(app: RunningServer, home: House, suffix: str) -> tuple[str, str]:
    """Session tokens of two who have just become a couple."""
    ana, ben = (sign_in(app, home, f"{name}-{suffix}") for name in ("ana", "ben"))
    secret = couples.invite_by_link(home, access.asker_of(ana))
    couples.accept(home, access.asker_of(ben), secret=secret)
    couples.confirm(home, access.asker_of(ana))
    return ana, ben


@pytest.mark.parametrize("bens", ["not begun", "half done", "waiting"])
def test_no_byte_to_the_other_depends_on_what_one_wrote(
    app: RunningServer, home: House, bens: str
) -> None:
    ana, ben = pair(app, home, bens.replace(" ", "-"))
    if bens == "half done":
        checkins.answer(home, access.asker_of(ben), home.content.current.questions[0].id, 2)
    if bens == "waiting":
        fill(home, access.asker_of(ben), 2)
        seal(home, access.asker_of(ben))
    before = wire(app, ben)
    do_everything(home, access.asker_of(ana))
    after = wire(app, ben)
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == []
    assert not any(marker in b"".join(after.values()) for marker in MARKERS)


def test_a_stranger_and_somebody_signed_out_get_none_of_it_before_or_after(
    app: RunningServer, home: House
) -> None:
    ana, ben = pair(app, home, "opened")
    stranger = sign_in(app, home, "stranger")
    before = {who: wire(app, who) for who in (stranger, None)}
    do_everything(home, access.asker_of(ana))
    fill(home, access.asker_of(ben), 2)
    seal(home, access.asker_of(ben))
    checkin_id = checkins.desk(home, access.asker_of(ana)).checkin_id
    checkins.release(home, access.asker_of(ana), checkin_id=checkin_id)
    for who, heard in before.items():
        assert wire(app, who) == heard
    # And after the reveal the other reads what was meant for them, and still no note.
    opened = wire(app, ben)
    assert MARKERS[0] in opened["frames of talk"]
    assert MARKERS[1] not in b"".join(opened.values())
    assert MARKERS[1] not in opened["frames of talk"]


def test_the_private_mark_changes_no_byte_for_the_other(app: RunningServer, home: House) -> None:
    """Two couples alike in everything but Ana's answer to the private question."""
    heard = []
    for suffix, unsafe in (("calm", False), ("afraid", True)):
        ana, ben = pair(app, home, suffix)
        for token, name in ((ana, "Ana"), (ben, "Ben")):
            accounts.rename(home, access.asker_of(token), display_name=name)
        fill(home, access.asker_of(ben), 2)
        fill(home, access.asker_of(ana), 6)
        checkins.say_unsafe(home, access.asker_of(ana), unsafe)
        seal(home, access.asker_of(ben))
        waiting = wire(app, ben)
        seal(home, access.asker_of(ana))
        opened = wire(app, ben)
        assert waiting["frames of talk"] != opened["frames of talk"]
        mine = wire(app, ana)["frames of talk"]
        heard.append((waiting, opened, mine))
    (waiting, opened, calm), (also_waiting, also_opened, afraid) = heard
    for before, after in ((waiting, also_waiting), (opened, also_opened)):
        # The account page bears the login name.
        differ = {
            name
            for name in before
            if THEIRS.sub(b"#", before[name]) != THEIRS.sub(b"#", after[name])
        }
        assert differ <= {"frames of account"}
    assert THEIRS.sub(b"#", calm) != THEIRS.sub(b"#", afraid)
