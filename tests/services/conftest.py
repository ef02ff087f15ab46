"""A real house on a real SQLite file, a clock that can be moved, and the cast of every access test:
two partners of one couple, and a stranger."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lib.domain.checkins import guessable
from lib.services import access, accounts, checkins, couples
from lib.services.access import SIGNED_OUT, Asker
from lib.services.house import House
from lib.settings import Settings
from lib.storage import open_storage
from tests.domain.couples import loaded
from tests.storage import postgres

PASSWORD = "seven quiet herons by the weir"
# TEST_ENGINE=postgres runs all tests of this folder there; test_on_postgres.py always runs a part.
ENGINE = os.environ.get("TEST_ENGINE", "sqlite")
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Time as the tests say it is."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


class Lot(Random):
    """Always sets these themes aside; none, so that what is shown follows from the answers."""

    def __init__(self, aside: Collection[str]) -> None:
        super().__init__()
        self.aside = list(aside)

    def sample(self, *_: Any, **__: Any) -> list[Any]:
        return self.aside


@dataclass
class Cast:
    """Who plays. `ana` and `ben` are a couple, `stranger` belongs to nobody here."""

    house: House
    clock: Clock
    ana: Asker
    ben: Asker
    stranger: Asker
    more: dict[str, Asker] = field(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """A folder in which the cast has signed up and become a couple, to be copied: signing up costs
    a tenth of a second each, a copy five thousandths. `ids`: name -> partner id."""

    folder: Path
    askers: dict[str, Asker]
    ids: dict[str, str]
    engine: str

    def play(self, to: Path, clock: Clock, *, lasting: bool = False) -> Cast:
        """The cast in a house of its own; lasting: nobody is signed out as time goes by."""
        shutil.copytree(self.folder, to)
        if self.engine == "postgres":
            postgres.copy(self.folder, to)
        house = house_at(to, clock, engine=self.engine)
        if lasting:
            for_ever = timedelta(days=9999)
            settings = replace(house.settings, session_idle=for_ever, session_lifetime=for_ever)
            house = replace(house, settings=settings)
        return Cast(house=house, clock=clock, **self.askers)


def house_at(folder: Path, clock: Clock, *, engine: str = ENGINE) -> House:
    """A house on a file in that folder, or on a database that stands for it, with the real content,
    which is loaded once for all."""
    given = {"HALFWAY_DATA_DIR": str(folder / "data")}
    if engine == "postgres":
        given["HALFWAY_DATABASE_URL"] = postgres.url_for(folder)
    settings = Settings.from_environment(given)
    gateway, vault = open_storage(settings)
    return House(
        settings=settings,
        gateway=gateway,
        vault=vault,
        content=loaded(),
        clock=clock,
        chance=Lot(()),
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    opened = house_at(tmp_path, clock)
    yield opened
    opened.gateway.close()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("prepared"))


def prepare(folder: Path, *, engine: str = ENGINE) -> Prepared:
    house = house_at(folder, Clock(), engine=engine)
    askers = {name: join(house, name) for name in ("ana", "ben", "stranger")}
    pair(house, askers["ana"], askers["ben"])
    ids = {name: accounts.arrive(house, asker).id for name, asker in askers.items()}
    house.gateway.close()
    return Prepared(folder, askers, ids, engine)


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
def cast(prepared: Prepared, tmp_path: Path, clock: Clock) -> Iterator[Cast]:
    played = prepared.play(tmp_path / "cast", clock)
    yield played
    played.house.gateway.close()


@pytest.fixture
def lasting(prepared: Prepared, tmp_path: Path, clock: Clock) -> Iterator[Cast]:
    """The cast in a house where weeks can go by and nobody is signed out."""
    played = prepared.play(tmp_path / "lasting", clock, lasting=True)
    yield played
    played.house.gateway.close()


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
