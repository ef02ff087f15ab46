"""A second factor for whoever wants one: the six digits of an authenticator app (TOTP, RFC 6238).

A recovery code serves in its place. It is asked for after the password, so that nobody who does not
know the password learns whether there is one.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace

import pyotp

from lib.domain.couples import Partner
from lib.errors import Refused
from lib.services import access, accounts, throttling
from lib.services.access import Asker
from lib.services.house import House
from lib.storage import factors, people, sessions
from lib.storage.factors import Factor
from lib.storage.gateway import Unit

ISSUER = "Halfway"
STEP_SECONDS = 30
# Clocks differ: one step before and one after count as well.
_AROUND = (-1, 0, 1)
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the app on the phone needs, shown until the first code: to type, and as an address."""

    secret: str
    uri: str


def is_on(house: House, asker: Asker) -> bool:
    """Whether the asker is asked for a second factor when signing in."""
    return house.gateway.read(
        lambda unit: factors.is_on(unit, access.partner(house, unit, asker).id)
    )


def begin(house: House, asker: Asker, *, password: str) -> Enrolment:
    """A new secret, which counts from `confirm` on; raises what `accounts.prove` raises."""
    me = accounts.prove(house, asker, password)
    secret = pyotp.random_base32()

    def work(unit: Unit) -> None:
        mine = access.partner(house, unit, asker)
        if factors.is_on(unit, mine.id):
            raise Refused("factor_on", field="password")
        factors.keep(unit, mine.id, Factor(_sealed(house, mine, secret), on=False, last_step=0))

    house.gateway.write(work)
    uri = pyotp.TOTP(secret).provisioning_uri(name=me.login_name, issuer_name=ISSUER)
    return Enrolment(secret, uri)


def confirm(house: House, asker: Asker, *, code: str) -> None:
    """Turn it on with a first code, which shows that the app has the secret."""

    def work(unit: Unit) -> bool:
        me = access.partner(house, unit, asker)
        factor = factors.find(unit, me.id)
        step = _step_of(house, me, factor, code) if factor and not factor.on else None
        if factor is None or step is None:
            return False
        factors.keep(unit, me.id, replace(factor, on=True, last_step=step))
        return True

    if not house.gateway.write(work):
        raise Refused("factor_code_wrong", field="code")


def end(house: House, asker: Asker, *, password: str) -> None:
    """Turn it off; raises what `accounts.prove` raises."""
    accounts.prove(house, asker, password)
    house.gateway.write(lambda unit: factors.remove(unit, access.partner(house, unit, asker).id))


def is_wanted(house: House, asker: Asker, *, ticket: str, nonce: str) -> bool:
    """Whether this ticket, which a right password brought, still needs a code."""

    def look(unit: Unit) -> bool:
        found = _ticket(house, unit, ticket, nonce)
        return found is not None and found.needs_code

    return house.gateway.read(look)


def pass_with(house: House, asker: Asker, *, ticket: str, nonce: str, code: str) -> None:
    """Let the ticket count, for a code of the app that was not used before, or a recovery code,
    which is spent.

    Raises Refused("ticket_spent"), ("factor_code_wrong") with field `code`, or how long to wait.
    """

    def work(unit: Unit) -> Refused | None:
        found = _ticket(house, unit, ticket, nonce)
        me = people.by_id(unit, found.partner_id) if found else None
        if me is None:
            return Refused("ticket_spent", field="code")
        # Where this person has signed in before they have a count of their own: somebody elsewhere
        # who knows the password can keep nobody from their own door.
        doors = throttling.doors(house, unit, asker, what="code", name=me.id, partner_id=me.id)
        attempt = throttling.begin(house, unit, *doors)
        if attempt.wait:
            return throttling.too_soon(attempt.wait, field="code")
        if not _spend(house, unit, me, code):
            return Refused("factor_code_wrong", field="code")
        throttling.succeeded(unit, attempt)
        sessions.pass_ticket(unit, access.digest(ticket))
        return None

    # Returned, not raised, so that a counted try is committed.
    refused = house.gateway.write(work)
    if refused:
        raise refused


def _ticket(house: House, unit: Unit, ticket: str, nonce: str) -> sessions.Ticket | None:
    return sessions.ticket(
        unit,
        token_hash=access.digest(ticket),
        nonce_hash=access.digest(nonce),
        now=house.clock(),
    )


def _spend(house: House, unit: Unit, me: Partner, code: str) -> bool:
    factor = factors.find(unit, me.id)
    step = _step_of(house, me, factor, code) if factor else None
    if factor and step is not None and step > factor.last_step:
        factors.keep(unit, me.id, replace(factor, last_step=step))
        return True
    return people.spend_recovery_code(unit, me.id, access.code_digest(code))


def _step_of(house: House, me: Partner, factor: Factor, code: str) -> int | None:
    """The half minute whose code this is, if it is one of those around now."""
    typed = "".join(letter for letter in code if letter.isalnum())
    if len(typed) != _DIGITS or not typed.isascii():
        return None
    totp = pyotp.TOTP(house.vault.open(me.key, me.id, factor.body, _bound_to(me)).decode())
    now = int(house.clock().timestamp()) // STEP_SECONDS
    right = [
        step
        for step in (now + around for around in _AROUND)
        if hmac.compare_digest(totp.at(step * STEP_SECONDS), typed)
    ]
    return max(right, default=None)


def _sealed(house: House, me: Partner, secret: str) -> bytes:
    return house.vault.seal(me.key, me.id, secret.encode(), _bound_to(me))


def _bound_to(me: Partner) -> str:
    return f"second factor/{me.id}"
