"""Guessing is slow, for one account, one address, one code; and nobody is locked out for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lib.errors import Refused
from lib.services import access, accounts, couples, passwords, recovery, throttling
from lib.services.access import Asker
from lib.services.house import House
from lib.storage.gateway import Unit
from tests.services.conftest import PASSWORD, Cast, Clock, house_at, join

FREE = throttling.ACCOUNT.free
FAR = Asker(address="203.0.113.7")
NEW = "nine slow barges on the canal"


def try_in(house: House, password: str, *, name: str = "ana", asker: Asker = FAR) -> str:
    """What a try to sign in is answered with."""
    try:
        accounts.sign_in(house, asker, login_name=name, password=password, nonce="n")
    except Refused as refused:
        return refused.code
    return "in"


def fail(house: House, times: int, **how: Any) -> list[str]:
    return [try_in(house, "not the password at all", **how) for _ in range(times)]


def guess(house: House, name: str = "nobody") -> timedelta:
    """One wrong try, without its hash; how long it is too soon for it."""

    def work(unit: Unit) -> timedelta:
        doors = throttling.doors(house, unit, FAR, what="sign-in", name=name, partner_id="")
        return throttling.begin(house, unit, *doors).wait

    return house.gateway.write(work)


def sign_in_at(house: House, asker: Asker, name: str = "ana") -> None:
    ticket = accounts.sign_in(house, asker, login_name=name, password=PASSWORD, nonce="n")
    accounts.redeem(house, asker, ticket=ticket, nonce="n", device="test")


@pytest.mark.parametrize("name", ["ana", "nobody", "<>"])
def test_after_a_few_failures_even_the_right_password_has_to_wait(house: House, name: str) -> None:
    """The same for a name that nobody has."""
    join(house, "ana")
    assert set(fail(house, FREE, name=name)) == {"sign_in_wrong"}
    assert try_in(house, PASSWORD, name=name) == "too_soon_moment"


def test_after_the_wait_the_right_password_works(house: House, clock: Clock) -> None:
    join(house, "ana")
    fail(house, FREE + 1)
    clock.forward(seconds=2)
    assert try_in(house, PASSWORD) == "in"


def test_waits_grow_to_a_quarter_of_an_hour_and_past_a_hundred_failures_to_a_day() -> None:
    waits = [throttling.ACCOUNT.wait(failures).total_seconds() for failures in range(200)]
    assert waits[: FREE + 4] == [0] * FREE + [2, 4, 8, 16]
    assert waits == sorted(waits)
    assert set(waits[20:100]) == {900}
    assert set(waits[100:]) == {86400}


def test_a_hundred_failures_in_a_row_take_most_of_a_day_and_then_one_a_day(
    house: House, clock: Clock
) -> None:
    """Of a guesser who never waits longer than needed."""
    began, taken = clock.now, []
    while len(taken) < 103:
        if wait := guess(house):
            clock.forward(seconds=wait.total_seconds())
        else:
            taken.append(clock.now - began)
    assert taken[99] > timedelta(hours=20)
    assert taken[100] - taken[99] == timedelta(days=1)


def test_a_try_that_comes_too_soon_does_not_make_the_wait_longer(
    house: House, clock: Clock
) -> None:
    join(house, "ana")
    fail(house, FREE + 1)
    for _ in range(10):
        clock.forward(seconds=0.19)
        assert fail(house, 1) == ["too_soon_moment"]
    clock.forward(seconds=0.2)
    assert try_in(house, PASSWORD) == "in"


def test_a_restart_and_another_replica_forget_nothing(
    house: House, tmp_path: Path, clock: Clock
) -> None:
    join(house, "ana")
    fail(house, FREE)
    other = house_at(tmp_path, clock)
    assert try_in(other, PASSWORD) == "too_soon_moment"
    other.gateway.close()


def test_a_partner_cannot_keep_somebody_out_of_a_browser_they_use(
    house: House, clock: Clock
) -> None:
    """Nor does a name that is tried day and night ever lock its owner out elsewhere."""
    join(house, "ana")
    known = replace(FAR, device=access.digest("a cookie"))
    sign_in_at(house, known)
    for _ in range(103):
        while wait := guess(house, "ana"):
            clock.forward(seconds=wait.total_seconds())
    assert try_in(house, PASSWORD) == "too_soon_hours"
    assert try_in(house, PASSWORD, asker=known) == "in"
    clock.forward(days=1)
    assert try_in(house, PASSWORD) == "in"


def test_a_browser_is_known_for_one_person_only(house: House) -> None:
    join(house, "ana")
    join(house, "ben")
    known = replace(FAR, device=access.digest("a cookie"))
    sign_in_at(house, known, "ben")
    assert access.mark_of("ana", known) != access.mark_of("ben", known)
    fail(house, FREE)
    assert try_in(house, PASSWORD, asker=known) == "too_soon_moment"


def test_a_browser_that_is_known_is_no_way_around_the_wait(house: House) -> None:
    join(house, "ana")
    known = replace(FAR, device=access.digest("a cookie"))
    sign_in_at(house, known)
    fail(house, FREE, asker=known)
    assert try_in(house, PASSWORD, asker=known) == "too_soon_moment"
    assert try_in(house, PASSWORD) == "in"


def test_a_browser_is_forgotten_after_half_a_year_and_by_a_new_password(
    house: House, clock: Clock
) -> None:
    ana = join(house, "ana")
    known = replace(FAR, device=access.digest("a cookie"))
    sign_in_at(house, known)
    fail(house, FREE)
    assert try_in(house, PASSWORD, asker=known) == "in"
    accounts.change_password(house, ana, old=PASSWORD, new=NEW)
    assert try_in(house, NEW, asker=known) == "too_soon_moment"
    clock.forward(days=30)
    ticket = accounts.sign_in(house, known, login_name="ana", password=NEW, nonce="n")
    accounts.redeem(house, known, ticket=ticket, nonce="n", device="test")
    clock.forward(days=180, seconds=1)
    fail(house, FREE)
    assert try_in(house, NEW, asker=known) == "too_soon_moment"


def test_signing_in_takes_no_failure_away(house: House) -> None:
    """Or a partner could see by it that somebody has signed in; and guess on, between two of
    their own right ones."""
    join(house, "ana")
    fail(house, FREE - 1)
    assert try_in(house, PASSWORD) == "in"
    assert fail(house, 1) == ["sign_in_wrong"]
    assert try_in(house, PASSWORD) == "too_soon_moment"


def test_right_passwords_alone_never_lead_to_a_wait(house: House) -> None:
    join(house, "ana")
    assert {try_in(house, PASSWORD) for _ in range(2 * FREE)} == {"in"}


def test_many_names_from_one_address_have_to_wait_too(house: House) -> None:
    join(house, "ana")
    for number in range(throttling.ADDRESS.free):
        fail(house, 1, name=f"name{number}")
    assert try_in(house, PASSWORD) == "too_soon_moment"
    assert try_in(house, PASSWORD, asker=Asker(address="203.0.113.8")) == "in"


def test_addresses_of_one_ipv6_customer_are_one_and_mapped_ones_are_ipv4() -> None:
    assert throttling.household("2001:db8:1:2::1") == throttling.household("2001:db8:1:2:f::9")
    assert throttling.household("2001:db8:1:2::1") != throttling.household("2001:db8:1:3::1")
    assert throttling.household("::ffff:192.0.2.1") == throttling.household("192.0.2.1")
    assert throttling.household("") == throttling.household(None) == throttling.household("x")


def test_a_count_fades(house: House, clock: Clock) -> None:
    join(house, "ana")
    fail(house, FREE)
    clock.forward(days=FREE)
    assert set(fail(house, FREE)) == {"sign_in_wrong"}


def test_a_clock_that_is_put_back_locks_nobody_out(house: House, clock: Clock) -> None:
    join(house, "ana")
    fail(house, FREE + 1)
    clock.forward(days=-1)
    assert try_in(house, PASSWORD) == "in"


def test_what_is_kept_names_nobody_and_is_forgotten(house: House, clock: Clock) -> None:
    join(house, "ana")
    fail(house, 3)

    def rows() -> list[dict[str, Any]]:
        return house.gateway.read(lambda unit: unit.all("SELECT * FROM throttle"))

    kept = str(rows())
    assert len(rows()) == 2
    for telling in ("ana", FAR.address, access.digest("ana"), access.digest(FAR.address)):
        assert telling not in kept
    clock.forward(days=3, seconds=1)
    join(house, "ben")
    assert rows() == []


def test_the_password_asked_for_again_is_throttled_by_itself(cast: Cast) -> None:
    for _ in range(FREE):
        with pytest.raises(Refused, match="password_wrong"):
            accounts.prove(cast.house, cast.ana, "not the password at all")
    with pytest.raises(Refused) as caught:
        accounts.prove(cast.house, cast.ana, PASSWORD)
    assert (caught.value.code, caught.value.field) == ("too_soon_moment", "password")
    assert try_in(cast.house, PASSWORD) == "in"
    assert accounts.prove(cast.house, cast.ben, PASSWORD)
    cast.clock.forward(seconds=2)
    assert accounts.prove(cast.house, cast.ana, PASSWORD)


def test_recovery_codes_are_throttled_alike_for_every_name(house: House) -> None:
    ana = join(house, "ana")
    codes = recovery.new_codes(house, ana)

    def recover(name: str, code: str) -> str:
        try:
            recovery.recover(house, FAR, login_name=name, code=code, password=NEW)
        except Refused as refused:
            return refused.code
        return "in"

    for name in ("ana", "nobody"):
        assert {recover(name, "AAAA-AAAA-AAAA") for _ in range(FREE)} == {"recovery_wrong"}
        assert recover(name, codes[0]) == "too_soon_moment"


def test_invitation_codes_are_throttled_by_person_and_address(cast: Cast) -> None:
    house = cast.house
    other = join(house, "other")
    code = couples.invite_by_code(house, other)

    def look(asker: Asker, secret: str) -> str:
        try:
            return couples.look(house, asker, secret=secret)
        except Refused as refused:
            return refused.code

    free = throttling.CODE.free
    assert look(cast.stranger, code) == "Other"
    for _ in range(free):
        assert look(cast.stranger, "ACDEFGHJKM") == "invitation_unknown"
    assert look(cast.stranger, code) == "too_soon_moment"
    with pytest.raises(Refused, match="too_soon_moment"):
        couples.accept(house, cast.stranger, secret=code)
    link = couples.invite_by_link(house, other)
    assert look(cast.stranger, link) == "Other"
    cast.clock.forward(seconds=2)
    assert look(cast.stranger, code) == "Other"
    for name in ("cleo", "dan", "eve", "fay"):
        newcomer = join(house, name)
        for _ in range(4):
            look(newcomer, "ACDEFGHJKM")
    assert look(newcomer, code) == "too_soon_moment"
    assert look(replace(newcomer, address="192.0.2.1"), code) == "Other"


def test_finding_out_by_signing_up_which_names_are_taken_is_slow(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(house, "ana")
    monkeypatch.setattr(passwords, "check_new", lambda *_given, **_named: None)

    def sign_up(name: str, asker: Asker = FAR) -> str:
        try:
            return accounts.sign_up(
                house,
                asker,
                login_name=name,
                display_name="Somebody",
                password=NEW,
                of_age=True,
                consent=True,
            )
        except Refused as refused:
            return refused.code

    assert {sign_up("ana") for _ in range(throttling.ADDRESS.free)} == {"login_name_taken"}
    assert sign_up("ana") == sign_up("free") == "too_soon_moment"
    assert sign_up("free", Asker(address="192.0.2.1")) == "free"


class Counted:
    """Statements and hashes since it was made."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.hashes = 0


@contextmanager
def counting(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[House, Counted]]:
    """The same house, whose units and password hashes are counted, and still done."""
    counted = Counted()

    class Unit_:
        def __init__(self, unit: Unit) -> None:
            self._unit = unit

        def __getattr__(self, name: str) -> Any:
            def do(sql: str, **values: object) -> Any:
                counted.statements.append(sql)
                return getattr(self._unit, name)(sql, **values)

            return do

    class Gateway_:
        def write(self, work: Callable[[Any], Any]) -> Any:
            counted.statements.append("write")
            return house.gateway.write(lambda unit: work(Unit_(unit)))

        def read(self, work: Callable[[Any], Any]) -> Any:
            counted.statements.append("read")
            return house.gateway.read(lambda unit: work(Unit_(unit)))

    class Hasher:
        def __init__(self, real: Any) -> None:
            self._real = real

        def __getattr__(self, name: str) -> Any:
            counted.hashes += 1
            return getattr(self._real, name)

    with monkeypatch.context() as patched:
        patched.setattr(passwords, "_HASHER", Hasher(passwords._HASHER))
        yield replace(house, gateway=Gateway_()), counted  # type: ignore[arg-type]


@pytest.mark.parametrize("device", ["", access.digest("another cookie")])
def test_an_unknown_name_and_a_wrong_password_do_equal_work(
    house: House, monkeypatch: pytest.MonkeyPatch, device: str
) -> None:
    join(house, "ana")
    asker = replace(FAR, device=device)
    done: dict[str, Counted] = {}
    for name in ("ana", "nobody", "<no name>"):
        with counting(house, monkeypatch) as (watched, counted):
            assert try_in(watched, "not the password at all", name=name, asker=asker)
        done[name] = counted
    assert done["ana"].statements == done["nobody"].statements == done["<no name>"].statements
    assert {counted.hashes for counted in done.values()} == {1}


def test_who_has_to_wait_costs_one_hash_too_whatever_the_name_and_password(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(house, "ana")
    done = []
    for name, password in (("ana", PASSWORD), ("ana", "not it at all"), ("nobody", PASSWORD)):
        asker = Asker(address=f"192.0.2.{len(done)}")
        fail(house, FREE, name=name, asker=asker)
        with counting(house, monkeypatch) as (watched, counted):
            assert try_in(watched, password, name=name, asker=asker) == "too_soon_moment"
        done.append(counted)
    assert done[0].statements == done[1].statements == done[2].statements
    assert [counted.hashes for counted in done] == [1, 1, 1]


def test_a_wrong_recovery_code_costs_the_same_for_every_name(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    recovery.new_codes(house, join(house, "ana"))
    done = []
    for name in ("ana", "nobody"):
        with (
            counting(house, monkeypatch) as (watched, counted),
            pytest.raises(Refused, match="recovery_wrong"),
        ):
            recovery.recover(watched, FAR, login_name=name, code="AAAA-AAAA-AAAA", password=NEW)
        done.append((counted.statements, counted.hashes))
    assert done[0] == done[1]
