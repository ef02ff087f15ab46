"""Recovery codes: a way back in for whoever has lost the password."""

from __future__ import annotations

import secrets

from lib.domain.couples import CODE_ALPHABET
from lib.errors import Refused
from lib.services import access, accounts, passwords, throttling
from lib.services.access import Asker
from lib.services.house import House
from lib.storage import people
from lib.storage.gateway import Unit
from lib.storage.people import Credentials

CODES = 10
# Over 80 bits: whoever has the database alone, with the digests in it, cannot try them all.
_LENGTH = 20


def new_codes(house: House, asker: Asker, *, password: str | None = None) -> tuple[str, ...]:
    """Ten one-time codes, shown this once; older ones stop working.

    The first set needs no password right after signing up, when it is offered; later it does, or
    whoever finds a tab open could let themselves in for good.
    """
    if accounts.arrive(house, asker).codes_need_password:
        accounts.prove(house, asker, password or "")
    codes = tuple(_code() for _ in range(CODES))

    def work(unit: Unit) -> None:
        partner = access.partner(house, unit, asker)
        people.replace_recovery_codes(unit, partner.id, tuple(map(access.code_digest, codes)))

    house.gateway.write(work)
    return codes


def recover(house: House, asker: Asker, *, login_name: str, code: str, password: str) -> None:
    """Set a new password with a recovery code, which is spent; all sessions of the person end.

    An unknown name and a wrong code are refused alike, after the same work, and throttled alike.
    """
    name = access.known_form(login_name)
    passwords.check_new(password, names=(name,))

    def count(unit: Unit) -> tuple[throttling.Attempt, Credentials | None]:
        found = people.credentials(unit, name)
        partner_id = found.partner_id if found else ""
        doors = throttling.doors(
            house, unit, asker, what="recover", name=name, partner_id=partner_id
        )
        return throttling.begin(house, unit, *doors), found

    attempt, found = house.gateway.write(count)
    password_hash = passwords.hashed(password)
    attempt.need_time(field="code")

    def work(unit: Unit) -> bool:
        partner_id = found.partner_id if found else ""
        if not people.spend_recovery_code(unit, partner_id, access.code_digest(code)):
            return False
        throttling.succeeded(unit, attempt)
        people.set_password(unit, partner_id, password_hash)
        access.shut_out(unit, partner_id)
        return True

    if not house.gateway.write(work):
        raise Refused("recovery_wrong", field="code")


def _code() -> str:
    letters = [secrets.choice(CODE_ALPHABET) for _ in range(_LENGTH)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, len(letters), 4))
