"""Invariant 2 for whoever counts or times: what the database is asked and what it gives back while
somebody waits or has not begun does not depend on what the other did.

Every public look of one person is counted by the gateway: its statements, rows and bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from lib.services import checkins
from lib.services.access import Asker
from lib.services.house import House
from lib.storage.gateway import Gateway, Row, Unit
from tests.services.conftest import Cast, Clock, Prepared, fill, seal
from tests.services.test_sealing_rule import views

T = TypeVar("T")
Done = tuple[str, int, int]
"""A statement, the rows that it gave or touched, and the bytes in them."""


@dataclass
class CountingUnit:
    inner: Unit
    done: list[Done]

    def one(self, sql: str, **values: object) -> Row | None:
        row = self.inner.one(sql, **values)
        self.done.append((sql, row is not None, size([row] if row else [])))
        return row

    def all(self, sql: str, **values: object) -> list[Row]:
        rows = self.inner.all(sql, **values)
        self.done.append((sql, len(rows), size(rows)))
        return rows

    def run(self, sql: str, **values: object) -> int:
        touched = self.inner.run(sql, **values)
        self.done.append((sql, touched, 0))
        return touched


@dataclass
class CountingGateway:
    inner: Gateway
    done: list[Done] = field(default_factory=list)

    def write(self, work: Callable[[Unit], T]) -> T:
        return self.inner.write(lambda unit: work(CountingUnit(unit, self.done)))

    def read(self, work: Callable[[Unit], T]) -> T:
        return self.inner.read(lambda unit: work(CountingUnit(unit, self.done)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def size(rows: list[Row]) -> int:
    return sum(len(v if isinstance(v, bytes) else str(v)) for row in rows for v in row.values())


def work_of(house: House, asker: Asker, look: Callable[[House, Asker], object]) -> list[Done]:
    views(house, asker)  # the first look of a minute is written down, whoever did what
    gateway = CountingGateway(house.gateway)
    look(replace(house, gateway=gateway), asker)
    return gateway.done


def nothing(_house: House, _asker: Asker) -> None:
    return


def half(house: House, asker: Asker) -> None:
    checkins.answer(house, asker, house.content.current.questions[0].id, 7)
    checkins.write(house, asker, "appreciation", "Your laugh " * 9)
    checkins.write(house, asker, "note", "A long note. " * 9)
    checkins.say_unsafe(house, asker, True)


def held(house: House, asker: Asker) -> None:
    half(house, asker)
    fill(house, asker, 6)
    seal(house, asker, hold_back=True)


def sealed(house: House, asker: Asker) -> None:
    half(house, asker)
    fill(house, asker, 6)
    seal(house, asker)


State = Callable[[House, Asker], None]


@pytest.mark.parametrize("mine", [nothing, half, held, sealed])
@pytest.mark.parametrize("theirs", [half, held, sealed])
@pytest.mark.parametrize("late", [False, True], ids=["now", "run out"])
def test_looking_is_the_same_work_whatever_the_other_did(
    lasting: Cast, mine: State, theirs: State, late: bool
) -> None:
    house, clock = lasting.house, lasting.clock
    if mine is theirs is sealed:
        theirs = held  # else it would open
    mine(house, lasting.ben)
    if late:
        clock.forward(days=15)
    before = work_of(house, lasting.ben, views)
    if late:
        clock.forward(days=-15)
    theirs(house, lasting.ana)
    if late:
        clock.forward(days=15)
    assert work_of(house, lasting.ben, views) == before


@pytest.mark.parametrize("theirs", [half, held, sealed])
def test_the_first_answer_asks_the_same_whether_the_other_has_begun_or_not(
    prepared: Prepared, tmp_path: Path, clock: Clock, theirs: State
) -> None:
    def act(house: House, asker: Asker) -> None:
        checkins.answer(house, asker, house.content.current.questions[1].id, 3)

    asked = []
    for name, state in (("quiet", nothing), ("busy", theirs)):
        cast = prepared.play(tmp_path / name, clock)
        state(cast.house, cast.ana)
        asked.append([sql for sql, _, _ in work_of(cast.house, cast.ben, act)])
        cast.house.gateway.close()
    assert asked[0] == asked[1]


@pytest.mark.parametrize("theirs", [half, held, sealed])
def test_answering_is_the_same_work_whatever_the_other_did(cast: Cast, theirs: State) -> None:
    def act(house: House, asker: Asker) -> None:
        checkins.answer(house, asker, house.content.current.questions[1].id, 3)

    house = cast.house
    half(house, cast.ben)
    before = work_of(house, cast.ben, act)
    theirs(house, cast.ana)
    assert work_of(house, cast.ben, act) == before


@pytest.mark.parametrize("theirs", [half, held, sealed])
def test_sealing_and_waiting_asks_the_same_whatever_the_other_did(
    prepared: Prepared, tmp_path: Path, clock: Clock, theirs: State
) -> None:
    """The one look at the other's sheet that decides is made in every case."""

    def act(house: House, asker: Asker) -> None:
        seal(house, asker, hold_back=True)

    asked = []
    for name, state in (("quiet", nothing), ("busy", theirs)):
        cast = prepared.play(tmp_path / name, clock)
        fill(cast.house, cast.ben)
        state(cast.house, cast.ana)
        asked.append([sql for sql, _, _ in work_of(cast.house, cast.ben, act)])
        cast.house.gateway.close()
    assert asked[0] == asked[1]
