"""The second factor: turned on by a code, asked for after the password, never twice by one code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest

from lib.errors import Refused
from lib.services import access, accounts, recovery, second_factor, throttling
from lib.services.access import SIGNED_OUT, Asker
from lib.services.house import House
from tests.services.conftest import PASSWORD, Cast

NEW = "nine slow barges on the canal"


def code(cast: Cast, secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return pyotp.TOTP(secret).at(cast.clock.now + timedelta(seconds=30 * steps))


def turn_on(cast: Cast, asker: Asker) -> str:
    """The secret; its code of now is used up."""
    enrolment = second_factor.begin(cast.house, asker, password=PASSWORD)
    second_factor.confirm(cast.house, asker, code=code(cast, enrolment.secret))
    return enrolment.secret


def right_password(house: House, name: str = "ana", password: str = PASSWORD) -> str:
    return accounts.sign_in(house, SIGNED_OUT, login_name=name, password=password, nonce="n")


def redeem(house: House, ticket: str) -> Asker:
    token = accounts.redeem(house, SIGNED_OUT, ticket=ticket, nonce="n", device="d")
    return access.asker_of(token)


def give(
    house: House, ticket: str, typed: str, *, nonce: str = "n", asker: Asker = SIGNED_OUT
) -> str:
    try:
        second_factor.pass_with(house, asker, ticket=ticket, nonce=nonce, code=typed)
    except Refused as refused:
        return refused.code
    return "in"


def wants(house: House, ticket: str, nonce: str = "n") -> bool:
    return second_factor.is_wanted(house, SIGNED_OUT, ticket=ticket, nonce=nonce)


def test_it_counts_only_once_a_first_code_was_right(cast: Cast) -> None:
    enrolment = second_factor.begin(cast.house, cast.ana, password=PASSWORD)
    assert not second_factor.is_on(cast.house, cast.ana)
    assert not wants(cast.house, right_password(cast.house))
    for wrong in ("", "000000", "12345", code(cast, enrolment.secret, steps=5), "12345\uff16"):
        with pytest.raises(Refused, match="factor_code_wrong"):
            second_factor.confirm(cast.house, cast.ana, code=wrong)
    second_factor.confirm(cast.house, cast.ana, code=code(cast, enrolment.secret))
    assert second_factor.is_on(cast.house, cast.ana)
    assert not second_factor.is_on(cast.house, cast.ben)
    assert wants(cast.house, right_password(cast.house))


def test_a_ticket_without_its_code_opens_nothing(cast: Cast) -> None:
    turn_on(cast, cast.ana)
    ticket = right_password(cast.house)
    with pytest.raises(Refused, match="ticket_spent"):
        redeem(cast.house, ticket)
    assert give(cast.house, ticket, "anything") == "ticket_spent"


def test_a_code_opens_once_even_while_the_app_still_shows_it(cast: Cast) -> None:
    secret = turn_on(cast, cast.ana)
    first = right_password(cast.house)
    assert give(cast.house, first, code(cast, secret)) == "factor_code_wrong"
    cast.clock.forward(seconds=30)
    typed = code(cast, secret)
    assert give(cast.house, first, f"{typed[:3]} {typed[3:]}") == "in"
    assert accounts.who(cast.house, redeem(cast.house, first))
    second = right_password(cast.house)
    assert give(cast.house, second, typed) == "factor_code_wrong"
    assert give(cast.house, second, code(cast, secret, steps=1)) == "in"
    assert give(cast.house, right_password(cast.house), code(cast, secret)) == "factor_code_wrong"


def test_nobody_elses_code_or_browser_will_do(cast: Cast) -> None:
    turn_on(cast, cast.ana)
    bens = turn_on(cast, cast.ben)
    cast.clock.forward(seconds=30)
    ticket = right_password(cast.house)
    assert give(cast.house, ticket, code(cast, bens)) == "factor_code_wrong"
    assert give(cast.house, ticket, code(cast, bens), nonce="other") == "ticket_spent"
    assert not wants(cast.house, ticket, nonce="other")


def test_it_gives_five_minutes_to_find_the_phone(cast: Cast) -> None:
    secret = turn_on(cast, cast.ana)
    ticket = right_password(cast.house)
    cast.clock.forward(minutes=4, seconds=59)
    assert give(cast.house, ticket, code(cast, secret)) == "in"
    late = right_password(cast.house)
    cast.clock.forward(minutes=5)
    assert give(cast.house, late, code(cast, secret)) == "ticket_spent"


def test_whether_there_is_one_shows_only_after_a_right_password(cast: Cast) -> None:
    turn_on(cast, cast.ana)
    said = []
    for name in ("ana", "ben", "nobody"):
        with pytest.raises(Refused) as caught:
            right_password(cast.house, name, "not the password at all")
        said.append((caught.value.code, caught.value.field, caught.value.facts))
    assert said[0] == said[1] == said[2]


def test_a_recovery_code_serves_once_in_place_of_the_app(cast: Cast) -> None:
    codes = recovery.new_codes(cast.house, cast.ana)
    turn_on(cast, cast.ana)
    assert give(cast.house, right_password(cast.house), codes[0].lower()) == "in"
    assert give(cast.house, right_password(cast.house), codes[0]) == "factor_code_wrong"
    assert accounts.arrive(cast.house, cast.ana).recovery_codes_left == 9


def test_it_is_still_asked_for_after_a_password_was_recovered(cast: Cast) -> None:
    codes = recovery.new_codes(cast.house, cast.ana)
    turn_on(cast, cast.ana)
    recovery.recover(cast.house, SIGNED_OUT, login_name="ana", code=codes[0], password=NEW)
    ticket = right_password(cast.house, password=NEW)
    assert wants(cast.house, ticket)
    assert give(cast.house, ticket, codes[0]) == "factor_code_wrong"
    assert give(cast.house, ticket, codes[1]) == "in"


def test_codes_cannot_be_guessed_by_trying(cast: Cast) -> None:
    secret = turn_on(cast, cast.ana)
    cast.clock.forward(seconds=30)
    ticket = right_password(cast.house)
    for _ in range(throttling.ACCOUNT.free):
        assert give(cast.house, ticket, "000000") == "factor_code_wrong"
    assert give(cast.house, right_password(cast.house), code(cast, secret)) == "too_soon_moment"
    cast.clock.forward(seconds=2)
    assert give(cast.house, ticket, code(cast, secret)) == "in"


def test_who_knows_the_password_cannot_keep_its_owner_out_of_a_browser_of_theirs(
    cast: Cast,
) -> None:
    at_home = access.with_device(SIGNED_OUT, "the device cookie of a browser of Ana's")
    ticket = right_password(cast.house)
    accounts.redeem(cast.house, at_home, ticket=ticket, nonce="n", device="d")
    secret = turn_on(cast, cast.ana)
    theirs = right_password(cast.house)
    for _ in range(throttling.ACCOUNT.free):
        assert give(cast.house, theirs, "000000") == "factor_code_wrong"
    assert give(cast.house, theirs, "000000").startswith("too_soon")
    cast.clock.forward(seconds=1)
    mine = right_password(cast.house)
    assert give(cast.house, theirs, code(cast, secret, steps=1)).startswith("too_soon")
    assert give(cast.house, mine, code(cast, secret, steps=1), asker=at_home) == "in"


@pytest.mark.parametrize("act", [second_factor.begin, second_factor.end])
def test_turning_it_on_or_off_needs_the_password(cast: Cast, act: Any) -> None:
    turn_on(cast, cast.ben)
    for asker in (cast.ana, cast.ben):
        before = second_factor.is_on(cast.house, asker)
        with pytest.raises(Refused, match="password_wrong"):
            act(cast.house, asker, password="not the password at all")
        assert second_factor.is_on(cast.house, asker) == before


def test_turned_off_it_is_not_asked_for(cast: Cast) -> None:
    turn_on(cast, cast.ana)
    second_factor.end(cast.house, cast.ana, password=PASSWORD)
    assert accounts.who(cast.house, redeem(cast.house, right_password(cast.house)))


def test_one_that_is_on_cannot_be_replaced_without_turning_it_off(cast: Cast) -> None:
    secret = turn_on(cast, cast.ana)
    with pytest.raises(Refused, match="factor_on"):
        second_factor.begin(cast.house, cast.ana, password=PASSWORD)
    cast.clock.forward(seconds=30)
    assert give(cast.house, right_password(cast.house), code(cast, secret)) == "in"


def test_the_secret_is_nowhere_in_the_file(cast: Cast) -> None:
    secret = turn_on(cast, cast.ana)
    cast.house.gateway.checkpoint()
    folder = cast.house.settings.data_dir
    data = b"".join(file.read_bytes() for file in folder.iterdir())
    assert secret.encode() not in data
    assert pyotp.TOTP(secret).byte_secret() not in data
