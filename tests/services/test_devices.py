"""The list of browsers in which somebody is signed in."""

from __future__ import annotations

from lib.services import access, accounts, devices
from lib.services.access import SIGNED_OUT
from tests.services.conftest import PASSWORD, Cast


def sign_in(cast: Cast, name: str, device: str, *, trusted: bool = False) -> access.Asker:
    ticket = accounts.sign_in(
        cast.house, SIGNED_OUT, login_name=name, password=PASSWORD, nonce="n", trusted=trusted
    )
    token = accounts.redeem(cast.house, SIGNED_OUT, ticket=ticket, nonce="n", device=device)
    return access.asker_of(token)


def test_each_browser_is_listed_with_its_day_and_the_one_that_asks_comes_first(
    cast: Cast,
) -> None:
    cast.clock.forward(minutes=5)
    sign_in(cast, "ana", "Firefox, Android", trusted=True)
    sign_in(cast, "ben", "Safari, Mac")
    found = devices.signed_in(cast.house, cast.ana)
    assert [(one.device, one.here, one.trusted) for one in found] == [
        ("test", True, False),
        ("Firefox, Android", False, True),
    ]
    assert found[1].since == cast.clock.now
    assert str(cast.ana.session) not in str(found)


def test_what_has_run_out_is_not_listed(cast: Cast) -> None:
    sign_in(cast, "ana", "old")
    cast.clock.forward(minutes=29)
    accounts.who(cast.house, cast.ana, act=True)
    cast.clock.forward(minutes=1)
    assert [one.device for one in devices.signed_in(cast.house, cast.ana)] == ["test"]


def test_one_is_ended_and_only_that_one(cast: Cast) -> None:
    one, other = sign_in(cast, "ana", "one"), sign_in(cast, "ana", "other")
    handles = {found.device: found.handle for found in devices.signed_in(cast.house, cast.ana)}
    devices.end(cast.house, cast.ana, handle=handles["one"])
    assert accounts.who(cast.house, one) is None
    assert accounts.who(cast.house, other)
    assert accounts.who(cast.house, cast.ana)


def test_nobody_elses_can_be_ended(cast: Cast) -> None:
    for handle in [found.handle for found in devices.signed_in(cast.house, cast.ben)]:
        devices.end(cast.house, cast.ana, handle=handle)
    for wrong in ("", "' OR 1=1 --", str(cast.ben.session), str(cast.ana.session)):
        devices.end(cast.house, cast.ana, handle=wrong)
    assert accounts.who(cast.house, cast.ben)
    assert accounts.who(cast.house, cast.ana)


def test_all_others_are_ended_at_once(cast: Cast) -> None:
    elsewhere = [sign_in(cast, "ana", "one"), sign_in(cast, "ana", "two", trusted=True)]
    devices.end_others(cast.house, cast.ana)
    assert [accounts.who(cast.house, one) for one in elsewhere] == [None, None]
    assert accounts.who(cast.house, cast.ana)
    assert accounts.who(cast.house, cast.ben)
