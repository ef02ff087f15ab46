"""A real house on a real SQLite file, a clock that can be moved, and the cast of every access test:
two partners of one couple, and a stranger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.domain.checkins import guessable
from lib.services import access, accounts, checkins, couples
from lib.services.access import SIGNED_OUT, Asker
from lib.services.house import House, open_house
from lib.settings import Settings

PASSWORD = "seven quiet herons by the weir"
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Time as the tests say it is."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@dataclass
class Cast:
    """Who plays. `ana` and `ben` are a couple, `stranger` belongs to nobody here."""

    house: House
    clock: Clock
    ana: Asker
    ben: Asker
    stranger: Asker
    more: dict[str, Asker] = field(default_factory=dict)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    opened = open_house(Settings.from_environment({"HALFWAY_DATA_DIR": str(tmp_path / "data")}), clock=clock)
    yield opened
    opened.gateway.close()


def join(house: House, name: str) -> Asker:
    """Sign somebody up and in."""
    accounts.sign_up(
        house,
        SIGNED_OUT,
        login_name=name,
        display_name=name.capitalize(),
        password=PASSWORD,
        of_age=True,
        consent=True,
    )
    return sign_in(house, name)


def sign_in(house: House, name: str) -> Asker:
    ticket = accounts.sign_in(house, SIGNED_OUT, login_name=name, password=PASSWORD, nonce="n")
    token = accounts.redeem(house, SIGNED_OUT, ticket=ticket, nonce="n", device="test")
    return access.asker_of(token)


def pair(house: House, inviter: Asker, guest: Asker) -> None:
    """Make two people a couple."""
    couples.accept(house, guest, secret=couples.invite_by_link(house, inviter))
    couples.confirm(house, inviter)


@pytest.fixture
def newcomer(house: House) -> Callable[[str], Asker]:
    return lambda name: join(house, name)


@pytest.fixture
def cast(house: House, clock: Clock) -> Cast:
    ana, ben, stranger = (join(house, name) for name in ("ana", "ben", "stranger"))
    pair(house, ana, ben)
    return Cast(house=house, clock=clock, ana=ana, ben=ben, stranger=stranger)


def fill(house: House, asker: Asker, value: int | Callable[[str], int] = 4) -> None:
    """Answer every question of the open check-in."""
    for question in house.content.current.questions:
        answer = value if isinstance(value, int) else value(question.id)
        checkins.answer(house, asker, question.id, answer)


def seal(house: House, asker: Asker, **options: bool) -> str:
    """Seal the asker's sheet; the check-in's id."""
    checkin_id = checkins.desk(house, asker).checkin_id
    assert checkin_id is not None
    checkins.seal(house, asker, checkin_id=checkin_id, **options)
    return checkin_id


def reveal(cast: Cast, ana: int = 5, ben: int = 3) -> str:
    """Both answer everything and seal; the revealed check-in's id."""
    fill(cast.house, cast.ana, ana)
    fill(cast.house, cast.ben, ben)
    seal(cast.house, cast.ana)
    return seal(cast.house, cast.ben)


def first_guessable(house: House) -> list[str]:
    return [question.id for question in guessable(house.content.current)]
