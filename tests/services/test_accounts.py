"""Accounts: names, passwords, sessions, recovery codes."""

from __future__ import annotations

import math
from base64 import urlsafe_b64decode

import pytest

from lib.domain.couples import CODE_ALPHABET
from lib.errors import Refused, SignedOut
from lib.services import access, accounts, couples, devices, passwords, recovery
from lib.services.access import SIGNED_OUT
from lib.services.house import House
from tests.services.conftest import PASSWORD, Cast, Clock, join, sign_in

NEW = "nine slow barges on the canal"


def sign_up(house: House, **changes: object) -> str:
    fields = {
        "login_name": "ana",
        "display_name": "Ana",
        "password": PASSWORD,
        "of_age": True,
        "consent": True,
    }
    return accounts.sign_up(house, SIGNED_OUT, **{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"login_name": ""}, "login_name_empty", "login_name"),
        ({"login_name": "   "}, "login_name_empty", "login_name"),
        ({"login_name": "ab"}, "login_name_length", "login_name"),
        ({"login_name": "a" * 65}, "login_name_length", "login_name"),
        ({"login_name": "ana <b>"}, "login_name_characters", "login_name"),
        ({"login_name": "ana\u202e"}, "login_name_characters", "login_name"),
        ({"display_name": " "}, "display_name_empty", "display_name"),
        ({"display_name": "x" * 41}, "display_name_length", "display_name"),
        ({"display_name": "**Ana**"}, "display_name_characters", "display_name"),
        ({"display_name": ":red[Ana]"}, "display_name_characters", "display_name"),
        ({"display_name": "Ana \u202e"}, "display_name_characters", "display_name"),
        ({"display_name": "Ana \U0001f600"}, "display_name_characters", "display_name"),
        ({"display_name": "Ana\x00"}, "display_name_characters", "display_name"),
        ({"display_name": "'-."}, "display_name_characters", "display_name"),
        ({"password": "too short"}, "password_length", "password"),
        ({"password": "x" * 201}, "password_length", "password"),
        ({"password": "passwordpassword"}, "password_common", "password"),
        ({"password": "anaanaanaanaana1"}, "password_names", "password"),
        ({"of_age": False}, "of_age_needed", "of_age"),
        ({"consent": False}, "consent_needed", "consent"),
    ],
)
def test_sign_up_refuses_with_the_field_and_the_reason(
    house: House, changes: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(Refused) as caught:
        sign_up(house, **changes)
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    "shown", ["Zoë", "O'Neill", "Jean-Luc", "محمد", "दीपिका", "李雷", "Dr. No", "Nguyễn"]
)
def test_names_of_many_scripts_are_welcome(house: House, shown: str) -> None:
    assert sign_up(house, display_name=shown) == "ana"


def test_a_password_is_taken_as_typed(house: House) -> None:
    password = "  Seven  quiet herons, by the WEIR  "
    sign_up(house, password=password)
    assert accounts.verify(house, SIGNED_OUT, login_name="ana", password=password)
    for other in (password.strip(), password.lower()):
        assert not accounts.verify(house, SIGNED_OUT, login_name="ana", password=other)


def test_a_login_name_is_taken_once_whatever_its_letters(house: House) -> None:
    sign_up(house)
    with pytest.raises(Refused) as caught:
        sign_up(house, login_name=" ANA ")
    assert caught.value.code == "login_name_taken"
    assert accounts.verify(house, SIGNED_OUT, login_name=" Ana ", password=PASSWORD)


def test_an_unknown_name_and_a_wrong_password_say_the_same(house: House) -> None:
    sign_up(house)
    said = []
    for name, password in (("ana", "wrong password here"), ("nobody", PASSWORD), ("<>", PASSWORD)):
        with pytest.raises(Refused) as caught:
            accounts.sign_in(house, SIGNED_OUT, login_name=name, password=password, nonce="n")
        said.append((caught.value.code, caught.value.field, caught.value.facts))
    assert said[0] == said[1] == said[2]


def test_a_ticket_works_once_for_its_own_browser_and_for_a_minute(
    house: House, clock: Clock
) -> None:
    sign_up(house)

    def ticket() -> str:
        return accounts.sign_in(
            house, SIGNED_OUT, login_name="ana", password=PASSWORD, nonce="mine"
        )

    def redeem(value: str, nonce: str = "mine") -> str:
        return accounts.redeem(house, SIGNED_OUT, ticket=value, nonce=nonce, device="d")

    first = ticket()
    token = redeem(first)
    assert accounts.who(house, access.asker_of(token))
    late = ticket()
    clock.forward(seconds=60)
    for value, nonce in ((first, "mine"), (late, "mine")):
        with pytest.raises(Refused):
            redeem(value, nonce)
    foreign = ticket()
    with pytest.raises(Refused):
        redeem(foreign, "other browser")


def test_signing_out_kills_a_copied_cookie(cast: Cast) -> None:
    copied = cast.ana
    accounts.sign_out(cast.house, cast.ana)
    accounts.sign_out(cast.house, cast.ana)
    assert accounts.who(cast.house, copied) is None
    with pytest.raises(SignedOut):
        couples.situation(cast.house, copied)
    assert accounts.who(cast.house, cast.ben)


def test_signing_in_again_ends_the_session_before(house: House) -> None:
    old = join(house, "ana")
    ticket = accounts.sign_in(house, old, login_name="ana", password=PASSWORD, nonce="n")
    accounts.redeem(house, old, ticket=ticket, nonce="n", device="d")
    assert accounts.who(house, old) is None


def test_a_session_ends_when_idle_and_only_a_persons_act_keeps_it(
    house: House, clock: Clock
) -> None:
    ana = join(house, "ana")
    for _ in range(3):
        clock.forward(minutes=20)
        assert accounts.who(house, ana, act=True)
    for _ in range(29):
        clock.forward(minutes=1)
        couples.version(house, ana)
        accounts.arrive(house, ana)
        assert accounts.who(house, ana)
    clock.forward(minutes=1)
    assert accounts.who(house, ana) is None


def test_a_trusted_device_stays_signed_in_for_two_weeks_and_never_for_good(
    house: House, clock: Clock
) -> None:
    sign_up(house)

    def asker() -> access.Asker:
        ticket = accounts.sign_in(
            house, SIGNED_OUT, login_name="ana", password=PASSWORD, nonce="n", trusted=True
        )
        token = accounts.redeem(house, SIGNED_OUT, ticket=ticket, nonce="n", device="d")
        return access.asker_of(token)

    idle = asker()
    clock.forward(days=13, hours=23)
    assert accounts.who(house, idle)
    clock.forward(hours=1)
    assert accounts.who(house, idle) is None
    busy = asker()
    for _ in range(9):
        assert accounts.who(house, busy, act=True)
        clock.forward(days=10)
    assert accounts.who(house, busy) is None


def test_a_first_set_of_codes_needs_the_password_once_some_time_has_gone_by(
    house: House, clock: Clock
) -> None:
    """Or whoever finds a tab open could let themselves in for good."""
    ana = join(house, "ana")
    assert not accounts.arrive(house, ana).codes_need_password
    clock.forward(minutes=29)
    accounts.who(house, ana, act=True)
    clock.forward(minutes=1)
    assert accounts.arrive(house, ana).codes_need_password
    with pytest.raises(Refused, match="password_wrong"):
        recovery.new_codes(house, ana)
    assert recovery.new_codes(house, ana, password=PASSWORD)


def test_a_session_ends_after_its_absolute_lifetime(house: House, clock: Clock) -> None:
    ana = join(house, "ana")
    for _ in range(12 * 3):
        assert accounts.who(house, ana, act=True)
        clock.forward(minutes=20)
    assert accounts.who(house, ana) is None


def test_a_password_holds_for_years_until_its_owner_changes_it(house: House, clock: Clock) -> None:
    join(house, "ana")
    clock.forward(days=3650)
    assert accounts.who(house, sign_in(house, "ana"))


def test_a_token_has_256_bits_and_is_another_one_each_time() -> None:
    tokens = [access.new_token() for _ in range(200)]
    assert {len(urlsafe_b64decode(f"{token}=")) for token in tokens} == {32}
    # Of each bit, about half are set: none stands still, and none counts.
    for bit in range(256):
        ones = sum(int.from_bytes(urlsafe_b64decode(f"{one}=")) >> bit & 1 for one in tokens)
        assert 40 < ones < 160, bit


def test_a_cookie_that_is_wrong_is_nobody(house: House) -> None:
    join(house, "ana")
    for token in ("", "x", "a" * 500, None):
        assert accounts.who(house, access.asker_of(token)) is None


@pytest.mark.parametrize("how", ["change", "recover", "everywhere else"])
def test_a_ticket_for_the_old_password_is_out_with_the_sessions(cast: Cast, how: str) -> None:
    """Somebody who knows it signs in just before, and comes through the door just after."""
    house = cast.house
    codes = recovery.new_codes(house, cast.ana)
    ticket = accounts.sign_in(house, SIGNED_OUT, login_name="ana", password=PASSWORD, nonce="n")
    if how == "change":
        accounts.change_password(house, cast.ana, old=PASSWORD, new=NEW)
    elif how == "recover":
        recovery.recover(house, SIGNED_OUT, login_name="ana", code=codes[0], password=NEW)
    else:
        devices.end_others(house, cast.ana)
    with pytest.raises(Refused) as caught:
        accounts.redeem(house, SIGNED_OUT, ticket=ticket, nonce="n", device="d")
    assert caught.value.code == "ticket_spent"


def test_a_password_that_was_changed_while_it_was_checked_is_the_old_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checking takes a while, and a change in between shuts out whatever is on its way in."""
    house, matches = cast.house, passwords.matches

    def slowly(*given: str | None) -> bool:
        right = matches(*given)  # type: ignore[arg-type]
        broken.undo()
        accounts.change_password(house, cast.ana, old=PASSWORD, new=NEW)
        return right

    with monkeypatch.context() as broken:
        broken.setattr(passwords, "matches", slowly)
        with pytest.raises(Refused) as caught:
            accounts.sign_in(house, SIGNED_OUT, login_name="ana", password=PASSWORD, nonce="n")
    assert caught.value.code == "sign_in_wrong"


def test_a_person_proves_who_they_are_by_their_own_password(cast: Cast) -> None:
    assert accounts.prove(cast.house, cast.ana, PASSWORD).login_name == "ana"
    for wrong in ("", PASSWORD.upper(), PASSWORD + " "):
        with pytest.raises(Refused) as caught:
            accounts.prove(cast.house, cast.ana, wrong)
        assert (caught.value.code, caught.value.field) == ("password_wrong", "password")


def test_a_new_password_ends_the_other_sessions(cast: Cast) -> None:
    elsewhere = sign_in(cast.house, "ana")
    with pytest.raises(Refused) as caught:
        accounts.change_password(cast.house, cast.ana, old="not the old one", new=PASSWORD + " two")
    assert caught.value.code == "password_wrong"
    accounts.change_password(cast.house, cast.ana, old=PASSWORD, new=PASSWORD + " two")
    assert accounts.who(cast.house, cast.ana)
    assert accounts.who(cast.house, elsewhere) is None
    assert accounts.who(cast.house, cast.ben)
    assert not accounts.verify(cast.house, SIGNED_OUT, login_name="ana", password=PASSWORD)


def test_a_recovery_code_sets_a_new_password_once(house: House) -> None:
    ana = join(house, "ana")
    codes = recovery.new_codes(house, ana)
    assert len(set(codes)) == 10
    new = "nine slow barges on the canal"
    recovery.recover(house, SIGNED_OUT, login_name="Ana", code=codes[0].lower(), password=new)
    assert accounts.verify(house, SIGNED_OUT, login_name="ana", password=new)
    assert accounts.who(house, ana) is None
    for name, code in (("ana", codes[0]), ("nobody", codes[1]), ("ana", "")):
        with pytest.raises(Refused) as caught:
            recovery.recover(house, SIGNED_OUT, login_name=name, code=code, password=new)
        assert caught.value.code == "recovery_wrong"


def test_recovery_codes_cannot_all_be_tried_by_whoever_has_their_digests(house: House) -> None:
    codes = recovery.new_codes(house, join(house, "ana"))
    letters = [code.replace("-", "") for code in codes]
    assert {len(each) for each in letters} == {20}
    assert 20 * math.log2(len(CODE_ALPHABET)) > 80
    assert set("".join(letters)) <= set(CODE_ALPHABET)


def test_a_second_set_of_recovery_codes_needs_the_password(house: House) -> None:
    ana = join(house, "ana")
    first = recovery.new_codes(house, ana)
    with pytest.raises(Refused):
        recovery.new_codes(house, ana)
    recovery.new_codes(house, ana, password=PASSWORD)
    with pytest.raises(Refused):
        recovery.recover(
            house, SIGNED_OUT, login_name="ana", code=first[0], password="nine slow barges here"
        )
    assert accounts.arrive(house, ana).recovery_codes_left == 10


def test_a_new_display_name_reaches_the_partner(cast: Cast) -> None:
    accounts.rename(cast.house, cast.ana, display_name="Anna")
    assert accounts.arrive(cast.house, cast.ben).partner_name == "Anna"
    with pytest.raises(Refused):
        accounts.rename(cast.house, cast.ana, display_name="<i>")


def test_sign_up_says_everything_that_is_wrong_at_once(house: House) -> None:
    with pytest.raises(Refused) as caught:
        sign_up(
            house, login_name="a b c", display_name="", password="x", of_age=False, consent=False
        )
    wrong = (caught.value, *caught.value.also)
    assert [(one.field, one.code) for one in wrong] == [
        ("login_name", "login_name_characters"),
        ("display_name", "display_name_empty"),
        ("password", "password_length"),
        ("of_age", "of_age_needed"),
        ("consent", "consent_needed"),
    ]
