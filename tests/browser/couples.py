"""A couple that has read already, made by the services on the files of a running server, so that a
test of the talk begins at the talk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from playwright.sync_api import Browser

from lib.services import access, accounts, checkins, couples
from lib.services.access import SIGNED_OUT, Asker
from lib.services.house import House, open_house
from tests.browser.line import Line
from tests.browser.people import PASSWORD, Person
from tests.server import RunningServer

_DIFFERS = {"Ana": 6, "Ben": 2}
_APPRECIATES = {"Ana": "How you made me laugh on Tuesday.", "Ben": "The tea you make early."}

_PEOPLE = count()

_WRONG_CLOCK = """
  const Right = Date, off = SECONDS * 1000
  Date = class extends Right {
    constructor(...given) { given.length ? super(...given) : super(Right.now() + off) }
    static now() { return Right.now() + off }
  }
"""


@dataclass
class Two:
    """The house of the server's files, and who is in it."""

    house: House
    askers: dict[str, Asker]
    tokens: dict[str, str]
    checkin_id: str


@contextmanager
def who_have_read(
    server: RunningServer, *, pace: str = "deep", unsafe: str | None = None
) -> Iterator[Two]:
    """Ana and Ben, who differ clearly in nearly everything, after the reveal."""
    with who_have_answered(server, pace=pace, unsafe=unsafe) as two:
        two.checkin_id = seal(two)
        yield two


@contextmanager
def who_have_answered(
    server: RunningServer, *, pace: str = "deep", unsafe: str | None = None
) -> Iterator[Two]:
    """The same two with everything answered and nothing sealed."""
    house = open_house(server.settings)
    two = Two(house, {}, {}, "")
    for name in ("Ana", "Ben"):
        two.tokens[name] = _join(house, name)
        two.askers[name] = access.asker_of(two.tokens[name])
    ana, ben = two.askers.values()
    couples.accept(house, ben, secret=couples.invite_by_link(house, ana))
    couples.confirm(house, ana)
    for name in two.askers:
        answer_all(two, name, pace=pace, unsafe=name == unsafe)
    yield two
    house.gateway.close()


def answer_all(two: Two, name: str, *, pace: str = "deep", unsafe: bool = False) -> None:
    """Everything that is asked, except how an agreement went."""
    asker = two.askers[name]
    for question in two.house.content.current.questions:
        close = question.theme in ("closeness", "trust")
        value = question.keyed(5 if close else _DIFFERS[name])
        checkins.answer(two.house, asker, question.id, int(value))
    checkins.write(two.house, asker, "appreciation", _APPRECIATES[name])
    checkins.choose_pace(two.house, asker, pace)
    checkins.say_unsafe(two.house, asker, unsafe)


def seal(two: Two) -> str:
    """Both seal their check-in; its id."""
    found = ""
    for asker in two.askers.values():
        found = checkins.desk(two.house, asker).checkin_id or ""
        checkins.seal(two.house, asker, checkin_id=found)
    assert found
    return found


def _join(house: House, name: str) -> str:
    """Sign somebody up and in; the value of their cookie. The login name is new each time."""
    login = f"{name.lower()}-{next(_PEOPLE)}"
    accounts.sign_up(
        house,
        SIGNED_OUT,
        login_name=login,
        display_name=name,
        password=PASSWORD,
        of_age=True,
        consent=True,
    )
    ticket = accounts.sign_in(house, SIGNED_OUT, login_name=login, password=PASSWORD, nonce="n")
    return accounts.redeem(house, SIGNED_OUT, ticket=ticket, nonce="n", device="test")


def at_the_talk(
    browser: Browser,
    server: RunningServer | Line,
    two: Two,
    name: str,
    *,
    path: str = "talk",
    clock_off_by: int = 0,
    **how: object,
) -> Person:
    """Somebody of the two, signed in by their cookie, with the page of the talk open, or another.

    clock_off_by: by how many seconds the clock of their device is wrong.
    """
    token = two.tokens[name]
    person = Person.arrive(browser, server.url, name, token=token, **how)  # type: ignore[arg-type]
    if clock_off_by:
        person.context.add_init_script(_WRONG_CLOCK.replace("SECONDS", str(clock_off_by)))
    person.go(path)
    return person
