"""Accounts: signing up, in and out, the password, and the recovery codes that replace a lost one.

Signing in takes two steps, because a cookie can only be set by a route: the page checks the
password and gets a one-time ticket, bound to a cookie that this browser already has; the route
redeems the ticket for a session token.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from lib.domain import couples as couple_rules
from lib.domain.couples import CODE_ALPHABET, Partner
from lib.errors import Refused, SignedOut
from lib.services import access, passwords
from lib.services.access import TOUCH_EVERY, Asker, Place
from lib.services.house import House
from lib.storage import couples, people, sessions
from lib.storage.gateway import Unit
from lib.storage.sessions import Session

TICKET_LIFETIME = timedelta(seconds=60)
RECOVERY_CODES = 10
RECOVERY_CODE_LENGTH = 12
DEVICE_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Me:
    """What the frame of every page knows about the person who looks at it."""

    id: str
    login_name: str
    display_name: str
    together: bool
    partner_name: str | None
    recovery_codes_left: int


def sign_up(
    house: House,
    asker: Asker,
    *,
    login_name: str,
    display_name: str,
    password: str,
    of_age: bool,
    consent: bool,
) -> str:
    """Make an account with its pending couple and its own data key; the kept login name.

    Raises Refused naming the field: a name, the password, `of_age` or `consent`.
    """
    name = couple_rules.login_name(login_name)
    shown = couple_rules.display_name(display_name)
    passwords.check_new(password, names=(name, shown))
    if not of_age:
        raise Refused("of_age_needed", field="of_age")
    if not consent:
        raise Refused("consent_needed", field="consent")
    password_hash = passwords.hashed(password)
    partner_id = secrets.token_hex(16)

    def work(unit: Unit) -> bool:
        couple = couples.new(house.vault, house.clock())
        partner = Partner(
            id=partner_id,
            login_name=name,
            display_name=shown,
            couple_id=couple.id,
            earlier_couple_id=None,
            created_at=house.clock(),
            key=house.vault.new_key(partner_id),
        )
        if not people.add(unit, partner, password_hash=password_hash):
            return False
        couples.add(unit, couple, (partner_id,))
        return True

    if not house.gateway.write(work):
        raise Refused("login_name_taken", field="login_name")
    return name


def sign_in(house: House, asker: Asker, *, login_name: str, password: str, nonce: str) -> str:
    """A one-time ticket for this browser (it holds `nonce`), good for a minute.

    Raises Refused("sign_in_wrong") alike for an unknown name and a wrong password, after the same
    work: one look-up and one hash.
    """
    partner_id = verify(house, asker, login_name=login_name, password=password)
    if partner_id is None:
        raise Refused("sign_in_wrong", field="password")
    ticket = access.new_token()

    def work(unit: Unit) -> None:
        now = house.clock()
        sessions.add_ticket(
            unit,
            token_hash=access.digest(ticket),
            partner_id=partner_id,
            nonce_hash=access.digest(nonce),
            expires_at=now + TICKET_LIFETIME,
        )

    house.gateway.write(work)
    return ticket


def verify(house: House, asker: Asker, *, login_name: str, password: str) -> str | None:
    """The partner id when name and password belong together. Costs the same when they do not."""
    try:
        name = couple_rules.login_name(login_name)
    except Refused:
        name = ""
    found = house.gateway.read(lambda unit: people.credentials(unit, name))
    right = passwords.matches(password, found.password_hash if found else None)
    return found.partner_id if found and right else None


def redeem(house: House, asker: Asker, *, ticket: str, nonce: str, device: str) -> str:
    """Turn a ticket into a new session token; whatever session the asker had ends."""
    token = access.new_token()

    def work(unit: Unit) -> bool:
        now = house.clock()
        partner_id = sessions.spend_ticket(
            unit, token_hash=access.digest(ticket), nonce_hash=access.digest(nonce), now=now
        )
        if partner_id is None:
            return False
        if asker.session:
            sessions.end(unit, asker.session)
        sessions.add(
            unit,
            Session(access.digest(token), partner_id, now, now, device[:DEVICE_LIMIT]),
        )
        sessions.forget_old(unit, created_before=now - house.settings.session_lifetime, now=now)
        return True

    if not house.gateway.write(work):
        raise Refused("ticket_spent")
    return token


def sign_out(house: House, asker: Asker) -> None:
    """End the asker's session; asking again changes nothing."""
    if asker.session:
        ended = asker.session
        house.gateway.write(lambda unit: sessions.end(unit, ended))


def who(house: House, asker: Asker) -> str | None:
    """The id of the person behind a live session, or None. One look-up by key."""
    if asker.session is None:
        return None
    session = house.gateway.read(lambda unit: access.live_session(house, unit, asker))
    return session.partner_id if session else None


def arrive(house: House, asker: Asker) -> Me:
    """Who is here, for the frame of a page. Counts as the person's own activity.

    Timers and wake-ups must not call this, or a forgotten tab would never be signed out.
    """

    def look(unit: Unit) -> tuple[Place, Session, int]:
        session = access.live_session(house, unit, asker)
        if session is None:
            raise SignedOut
        place = access.place(house, unit, asker)
        return place, session, people.recovery_codes_left(unit, place.me.id)

    place, session, codes = house.gateway.read(look)
    now = house.clock()
    if now - session.seen_at >= TOUCH_EVERY:
        house.gateway.write(lambda unit: sessions.touch(unit, session.token_hash, now))
    together = place.couple.state == "together"
    return Me(
        id=place.me.id,
        login_name=place.me.login_name,
        display_name=place.me.display_name,
        together=together,
        partner_name=place.other.display_name if together and place.other else None,
        recovery_codes_left=codes,
    )


def rename(house: House, asker: Asker, *, display_name: str) -> None:
    """Change the name that the partner sees."""
    shown = couple_rules.display_name(display_name)

    def work(unit: Unit) -> None:
        place = access.place(house, unit, asker)
        people.set_display_name(unit, place.me.id, shown)
        couples.raise_version(unit, place.couple.id)

    house.gateway.write(work)


def prove(house: House, asker: Asker, password: str) -> Partner:
    """The asker, who has just shown that they know their password: before exports, deletion,
    leaving, and whatever changes how to get in.

    Raises SignedOut, or Refused("password_wrong") with field `password`.
    """
    me = house.gateway.read(lambda unit: access.partner(house, unit, asker))
    if verify(house, asker, login_name=me.login_name, password=password) != me.id:
        raise Refused("password_wrong", field="password")
    return me


def change_password(house: House, asker: Asker, *, old: str, new: str) -> None:
    """A new password, proved by the old one; every other session of this person ends."""
    try:
        me = prove(house, asker, old)
    except Refused as refused:
        raise Refused(refused.code, field="old_password", **refused.facts) from None
    passwords.check_new(new, names=(me.login_name, me.display_name))
    password_hash = passwords.hashed(new)

    def work(unit: Unit) -> None:
        partner = access.partner(house, unit, asker)
        people.set_password(unit, partner.id, password_hash)
        sessions.end_all(unit, partner.id, but=asker.session)

    house.gateway.write(work)


def new_recovery_codes(
    house: House, asker: Asker, *, password: str | None = None
) -> tuple[str, ...]:
    """Ten one-time codes, shown this once; older ones stop working.

    The first set needs no password, for it is offered right after signing up.
    """
    if house.gateway.read(lambda unit: _codes_left(house, unit, asker)):
        prove(house, asker, password or "")
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))

    def work(unit: Unit) -> None:
        partner = access.partner(house, unit, asker)
        hashes = tuple(access.digest(_plain(code)) for code in codes)
        people.replace_recovery_codes(unit, partner.id, hashes)

    house.gateway.write(work)
    return codes


def recover(house: House, asker: Asker, *, login_name: str, code: str, password: str) -> None:
    """Set a new password with a recovery code, which is spent; all sessions of the person end.

    An unknown name and a wrong code are refused alike.
    """
    try:
        name = couple_rules.login_name(login_name)
    except Refused:
        name = ""
    passwords.check_new(password, names=(name,))
    password_hash = passwords.hashed(password)

    def work(unit: Unit) -> bool:
        found = people.credentials(unit, name)
        partner_id = found.partner_id if found else ""
        if not people.spend_recovery_code(unit, partner_id, access.digest(_plain(code))):
            return False
        people.set_password(unit, partner_id, password_hash)
        sessions.end_all(unit, partner_id)
        return True

    if not house.gateway.write(work):
        raise Refused("recovery_wrong", field="code")


def _codes_left(house: House, unit: Unit, asker: Asker) -> int:
    return people.recovery_codes_left(unit, access.partner(house, unit, asker).id)


def _recovery_code() -> str:
    letters = [secrets.choice(CODE_ALPHABET) for _ in range(RECOVERY_CODE_LENGTH)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, len(letters), 4))


def _plain(code: str) -> str:
    return "".join(character for character in code.upper() if character.isalnum())
