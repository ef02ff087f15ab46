"""The doorbell: who may listen, what it rings for, and that nothing of it stays behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase

import pytest

from lib.services import access, accounts, checkins, couples, reviews, talks
from lib.services.access import Asker
from lib.services.house import House, open_house
from lib.web.doorbell import PATH, PER_BROWSER
from tests.server import PYTHON, STREAMLIT, UVICORN, RunningServer
from tests.services.conftest import fill, seal
from tests.web.bell import RING, Bell
from tests.web.client import ask, cookie_header, post, sign_in


@dataclass
class Listener:
    """Somebody signed in, at a page of theirs."""

    site: RunningServer
    house: House
    name: str

    def __post_init__(self) -> None:
        self.token = sign_in(self.site, self.house, self.name)

    @property
    def asker(self) -> Asker:
        return access.asker_of(self.token)

    def bell(self) -> Bell:
        """A stream of a page that shows what there is now."""
        version = couples.version(self.house, self.asker)
        return Bell(self.site, token=self.token, version=version)


@dataclass
class Room:
    """Two of a couple and a stranger, each with a stream; all acts happen in another process than
    the server's, on the same file."""

    ana: Listener
    ben: Listener
    stranger: Listener
    bells: dict[str, Bell]

    def settle(self) -> None:
        """Wait until the watcher has looked after all that was committed before: twice, for the
        first time the others' streams may be served a moment later."""
        for _ in range(2):
            accounts.rename(self.stranger.house, self.stranger.asker, display_name="Sam")
            self.bells["stranger"].next_ring()

    def rung(self, act: Callable[[], object]) -> set[str]:
        """Whose bells ring when this happens."""
        self.settle()
        before = {name: bell.rings() for name, bell in self.bells.items()}
        act()
        self.settle()
        return {
            name
            for name, bell in self.bells.items()
            if name != "stranger" and bell.rings() > before[name]
        }


_letters = iter(ascii_lowercase)


def couple(site: RunningServer, house: House) -> tuple[Listener, Listener]:
    letter = next(_letters)
    ana, ben = (Listener(site, house, f"{name}-{letter}") for name in ("ana", "ben"))
    couples.accept(house, ben.asker, secret=couples.invite_by_link(house, ana.asker))
    couples.confirm(house, ana.asker)
    return ana, ben


@pytest.fixture
def room(site: RunningServer, house: House) -> Iterator[Room]:
    ana, ben = couple(site, house)
    stranger = Listener(site, house, f"sam-{next(_letters)}")
    with ExitStack() as opened:
        people = {"ana": ana, "ben": ben, "stranger": stranger}
        bells = {name: opened.enter_context(who.bell()) for name, who in people.items()}
        yield Room(ana, ben, stranger, bells)


def test_nobody_signed_out_gets_more_than_the_status(site: RunningServer, house: House) -> None:
    somebody = Listener(site, house, "anybody")
    ended = Listener(site, house, "somebody")
    accounts.sign_out(house, ended.asker)
    for token in (None, "", "no such token", ended.token):
        cookies = {} if token is None else {"Cookie": cookie_header({"halfway": token})}
        answer = ask(site, PATH, headers=cookies)
        assert (answer.status, answer.text) == (401, "")
    with somebody.bell() as bell:
        assert bell.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_pages_of_others_get_no_stream(
    site: RunningServer, house: House, headers: dict[str, str]
) -> None:
    me = Listener(site, house, "anybody")
    with Bell(site, token=me.token, headers=headers) as bell:
        assert bell.status == 403
    with Bell(site, token=me.token, headers={"Sec-Fetch-Site": "same-origin"}) as bell:
        assert bell.status == 200


def test_only_reading_is_answered(site: RunningServer) -> None:
    assert post(site, PATH).status == 405


def test_the_stream_may_be_neither_kept_nor_held_back(site: RunningServer, house: House) -> None:
    with Listener(site, house, "anybody").bell() as bell:
        head = bell.head.decode().lower()
    assert "content-type: text/event-stream" in head
    assert "cache-control: no-store" in head
    assert "x-accel-buffering: no" in head
    assert "content-encoding" not in head


def test_it_rings_only_for_what_both_may_see(room: Room) -> None:
    """Invariant 1: the other's draft, first seal, hold-back and mark are none of it; what one did
    alone in the talk or with a mark rings for oneself, in another tab, and for nobody else."""
    house, ana, ben = room.ana.house, room.ana.asker, room.ben.asker
    draft = [
        lambda: checkins.answer(house, ana, "closeness_1", 4),
        lambda: fill(house, ana, 5),
        lambda: checkins.guess(house, ana, house.content.current.questions[0].id, 4),
        lambda: checkins.write(house, ana, "note", "mine alone"),
        lambda: checkins.write(house, ana, "appreciation", "for later"),
        lambda: checkins.say_unsafe(house, ana, False),
    ]
    for act in draft:
        assert room.rung(act) == set()
    assert room.rung(lambda: seal(house, ana, hold_back=True)) == set()
    assert room.rung(lambda: fill(house, ben, 2)) == set()
    assert room.rung(lambda: seal(house, ben)) == set()
    checkin_id = checkins.desk(house, ana).checkin_id
    release = room.rung(lambda: checkins.release(house, ana, checkin_id=checkin_id))
    assert release == {"ana", "ben"}
    review = reviews.review(house, ana)
    assert review is not None
    item = sorted(review.reading.shared_items())[0]
    shown = {"checkin_id": review.checkin_id}
    assert room.rung(lambda: reviews.mark(house, ana, **shown, item=item, mark="try")) == {"ana"}
    assert room.rung(lambda: reviews.talked(house, ana, **shown)) == {"ana"}
    both = room.rung(lambda: reviews.mark(house, ben, **shown, item=item, mark="try"))
    assert both == {"ana", "ben"}
    agreed = room.rung(lambda: reviews.write_agreement(house, ben, **shown, text="Tea on Sunday"))
    assert agreed == {"ana", "ben"}
    talk = {"checkin_id": review.checkin_id}
    deeper = lambda: talks.choose_depth(house, ana, **talk, depth="deep")  # noqa: E731
    alone = [
        deeper,
        lambda: talks.keep_draft(house, ana, **talk, text="half a sen"),
        lambda: talks.begin_here(house, ana, **talk),
        lambda: talks.leave_here(house, ana, **talk),
    ]
    for act in alone:
        assert room.rung(act) == {"ana"}
    assert room.rung(deeper) == set(), "what changes nothing rings nowhere"
    assert room.rung(lambda: talks.say_yes(house, ana, **talk)) == {"ana", "ben"}
    assert room.rung(lambda: talks.not_now(house, ben, **talk)) == {"ben"}


def test_it_says_nothing_but_that_something_changed(room: Room) -> None:
    accounts.rename(room.ana.house, room.ana.asker, display_name="Anna")
    bell = room.bells["ben"]
    bell.next_ring()
    chunks = bell.received.replace(b"retry: 2000\n\n", b"").replace(RING, b"")
    assert set(chunks) <= set(b"0123456789abcdef\r\n")


def test_what_another_process_writes_is_heard_within_a_second(room: Room) -> None:
    room.settle()
    began = time.perf_counter()
    accounts.rename(room.ana.house, room.ana.asker, display_name="Anna")
    assert room.bells["ben"].next_ring() - began < 1


def test_a_page_drawn_from_an_older_state_hears_at_once(site: RunningServer, house: House) -> None:
    me = Listener(site, house, "anybody")
    before = couples.version(house, me.asker)
    accounts.rename(house, me.asker, display_name="Robin")
    with Bell(site, token=me.token, version=before) as late, me.bell() as fresh:
        late.next_ring()
        accounts.rename(house, me.asker, display_name="Rob")
        fresh.next_ring()
        assert fresh.rings() == 1


def test_it_ends_within_a_second_of_signing_out(site: RunningServer, house: House) -> None:
    me, other = Listener(site, house, "leaver"), Listener(site, house, "leaver")
    with me.bell() as bell, other.bell() as stays:
        began = time.perf_counter()
        post(site, "/auth/sign-out", cookies={"halfway": me.token})
        assert bell.end() - began < 1
        accounts.rename(house, other.asker, display_name="Leaver")
        stays.next_ring()


def test_it_ends_when_the_session_is_ended_elsewhere(site: RunningServer, house: House) -> None:
    me = Listener(site, house, "leaver")
    with me.bell() as bell:
        began = time.perf_counter()
        accounts.sign_out(house, me.asker)
        assert bell.end() - began < 2


def test_it_rings_and_ends_when_one_comes_to_belong_to_another_couple(
    site: RunningServer, house: House
) -> None:
    ana, ben = (Listener(site, house, f"{name}-later") for name in ("ana", "ben"))
    couples.accept(house, ben.asker, secret=couples.invite_by_link(house, ana.asker))
    with ana.bell() as hers, ben.bell() as his:
        couples.confirm(house, ana.asker)
        for bell in (hers, his):
            bell.next_ring()
            bell.end()


def test_a_browser_has_four_streams_and_each_that_goes_makes_room(
    site: RunningServer, house: House
) -> None:
    me = Listener(site, house, "many-tabs")
    for _ in range(3):
        with ExitStack() as opened:
            for _ in range(PER_BROWSER):
                opened.enter_context(_as_soon_as_there_is_room(me))
            with me.bell() as fifth:
                assert fifth.status == 429


def _as_soon_as_there_is_room(me: Listener) -> Bell:
    """The server hears a moment later that the tabs before have gone."""
    deadline = time.monotonic() + 5
    while (bell := me.bell()).status == 429:
        bell.socket.close()
        assert time.monotonic() < deadline, "streams of closed tabs are kept"
    return bell


@pytest.mark.parametrize("way", [PYTHON, UVICORN, STREAMLIT], ids=["python", "uvicorn", "st"])
def test_an_open_stream_does_not_hold_up_the_end_of_the_server(
    tmp_path: Path, way: tuple[str, ...]
) -> None:
    with RunningServer(tmp_path, way=way) as server:
        house = open_house(server.settings)
        with Listener(server, house, "anybody").bell() as bell:
            began = time.perf_counter()
            server.stop()
            assert bell.end() - began < 5
            assert time.perf_counter() - began < 5
        house.gateway.close()
