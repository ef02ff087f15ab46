"""Accounts: signing up, in and out, the name and the password.

Signing in takes two steps, because a cookie can only be set by a route: the page checks the
password and gets a one-time ticket, bound to a cookie that this browser already has; the route
redeems the ticket for a session token.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from lib.domain import couples as couple_rules
from lib.domain.couples import Partner
from lib.errors import Refused
from lib.services import access, passwords, throttling
from lib.services.access import Asker, Place
from lib.services.house import House
from lib.storage import couples, devices, factors, people, sessions
from lib.storage.gateway import Unit
from lib.storage.people import Credentials
from lib.storage.sessions import Session, Ticket

TICKET_LIFETIME = timedelta(seconds=60)
CODE_LIFETIME = timedelta(minutes=5)
JUST_SIGNED_UP = timedelta(minutes=30)
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
    codes_need_password: bool


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

    Raises Refused naming the field: a name, the password, `of_age` or `consent`; `also` has the
    other fields that are wrong. Whether the name is taken is only said when all else is right.
    """
    _check_form(login_name, display_name, password, of_age=of_age, consent=consent)
    name = couple_rules.login_name(login_name)
    shown = couple_rules.display_name(display_name)
    password_hash = passwords.hashed(password)
    partner_id = secrets.token_hex(16)

    def work(unit: Unit) -> Refused | None:
        # That a name is taken has to be said, so asking for many is slow.
        here = throttling.at_address(house, "sign-up", asker.address)
        attempt = throttling.begin(house, unit, here)
        if attempt.wait:
            return throttling.too_soon(attempt.wait, field="login_name")
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
            return Refused("login_name_taken", field="login_name")
        couples.add(unit, couple, (partner_id,))
        throttling.succeeded(unit, attempt)
        return None

    # Returned, not raised, so that a counted try is committed.
    refused = house.gateway.write(work)
    if refused:
        raise refused
    return name


def _check_form(
    login_name: str, display_name: str, password: str, *, of_age: bool, consent: bool
) -> None:
    """Refused with everything that is wrong, so that nobody has to mend one thing after another."""
    names = (login_name.strip(), display_name.strip())
    wrong: list[Refused] = []
    for check in (
        lambda: couple_rules.login_name(login_name),
        lambda: couple_rules.display_name(display_name),
        lambda: passwords.check_new(password, names=names),
    ):
        try:
            check()
        except Refused as refused:
            wrong.append(refused)
    if not of_age:
        wrong.append(Refused("of_age_needed", field="of_age"))
    if not consent:
        wrong.append(Refused("consent_needed", field="consent"))
    if wrong:
        wrong[0].also = tuple(wrong[1:])
        raise wrong[0]


def sign_in(
    house: House,
    asker: Asker,
    *,
    login_name: str,
    password: str,
    nonce: str,
    trusted: bool = False,
) -> str:
    """A one-time ticket for this browser (it holds `nonce`), good for a minute, or, where a second
    factor has to follow (`second_factor.is_wanted`), for five.

    trusted: whether the person chose to stay signed in here. Raises Refused("sign_in_wrong") alike
    for an unknown name and a wrong password, and a refusal that says how long to wait alike for
    both and for a right one, after the same work each: one unit that counts the try, one hash.
    """
    attempt, right = _tried(house, asker, access.known_form(login_name), password)
    attempt.need_time(field="password")
    if right is None:
        raise Refused("sign_in_wrong", field="password")
    partner_id, ticket = right.partner_id, access.new_token()

    def work(unit: Unit) -> None:
        now = people.credentials(unit, right.login_name)
        if now is None or now.password_hash != right.password_hash:
            # Another password since it was looked up, and everybody else is out.
            raise Refused("sign_in_wrong", field="password")
        throttling.succeeded(unit, attempt)
        more = factors.is_on(unit, partner_id)
        sessions.add_ticket(
            unit,
            Ticket(partner_id, trusted, needs_code=more),
            token_hash=access.digest(ticket),
            nonce_hash=access.digest(nonce),
            expires_at=house.clock() + (CODE_LIFETIME if more else TICKET_LIFETIME),
        )

    house.gateway.write(work)
    return ticket


def verify(house: House, asker: Asker, *, login_name: str, password: str) -> str | None:
    """The partner id when name and password belong together; costs the same when they do not.

    Not throttled: what a person can reach is `sign_in` and `prove`.
    """
    name = access.known_form(login_name)
    found = house.gateway.read(lambda unit: people.credentials(unit, name))
    return _matching(found, password)


def redeem(house: House, asker: Asker, *, ticket: str, nonce: str, device: str) -> str:
    """Turn a ticket into a new session token; whatever session the asker had ends.

    device: what to call this browser in the list of sessions. The asker's is remembered as one in
    which this person has signed in.
    """
    token = access.new_token()

    def work(unit: Unit) -> bool:
        now = house.clock()
        spent = sessions.spend_ticket(
            unit, token_hash=access.digest(ticket), nonce_hash=access.digest(nonce), now=now
        )
        if spent is None:
            return False
        if asker.session:
            sessions.end(unit, asker.session)
        new = Session(
            access.digest(token), spent.partner_id, now, now, device[:DEVICE_LIMIT], spent.trusted
        )
        sessions.add(unit, new)
        sessions.forget_old(
            unit,
            created_before=now - house.settings.session_lifetime,
            trusted_before=now - access.TRUSTED_LIFETIME,
            now=now,
        )
        devices.forget(unit, spent.partner_id, unseen_since=now - access.KNOWN_FOR)
        if mark := access.mark_of(spent.partner_id, asker):
            devices.remember(unit, spent.partner_id, mark, now=now)
        return True

    if not house.gateway.write(work):
        raise Refused("ticket_spent")
    return token


def stays(house: House, asker: Asker) -> timedelta | None:
    """How long the browser may keep the cookie of the asker's session; None: until it closes."""
    if asker.session is None:
        return None
    session = house.gateway.read(lambda unit: access.live_session(house, unit, asker))
    return access.TRUSTED_LIFETIME if session and session.trusted else None


def sign_out(house: House, asker: Asker) -> None:
    """End the asker's session; asking again changes nothing."""
    if asker.session:
        ended = asker.session
        house.gateway.write(lambda unit: sessions.end(unit, ended))


def who(house: House, asker: Asker, *, act: bool = False) -> str | None:
    """The id of the person behind a live session, or None. One look-up by key.

    act: whether the person has just done something, which keeps the session alive; a timer, a
    heartbeat or a page that draws itself again is no act.
    """
    if asker.session is None:
        return None
    session = house.gateway.read(lambda unit: access.live_session(house, unit, asker))
    if session is None:
        return None
    now = house.clock()
    if act and now - session.seen_at >= access.TOUCH_EVERY:
        with suppress(Refused):  # a full disk must not keep anybody from reading
            house.gateway.write(lambda unit: sessions.touch(unit, session.token_hash, now))
    return session.partner_id


def arrive(house: House, asker: Asker) -> Me:
    """Who is here, for the frame of a page. No act of theirs: pages draw themselves again, too."""

    def look(unit: Unit) -> tuple[Place, int]:
        place = access.place(house, unit, asker)
        return place, people.recovery_codes_left(unit, place.me.id)

    place, codes = house.gateway.read(look)
    together = place.couple.state == "together"
    return Me(
        id=place.me.id,
        login_name=place.me.login_name,
        display_name=place.me.display_name,
        together=together,
        partner_name=place.other.display_name if together and place.other else None,
        recovery_codes_left=codes,
        codes_need_password=codes > 0 or house.clock() - place.me.created_at >= JUST_SIGNED_UP,
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

    Raises SignedOut, Refused("password_wrong") or a refusal that says how long to wait, both with
    field `password`.
    """

    def count(unit: Unit) -> tuple[throttling.Attempt, Partner, Credentials | None]:
        me = access.partner(house, unit, asker)
        bucket = throttling.bucket(house, throttling.ACCOUNT, "prove", me.id)
        return throttling.begin(house, unit, bucket), me, people.credentials(unit, me.login_name)

    attempt, me, found = house.gateway.write(count)
    right = _matching(found, password) == me.id
    attempt.need_time(field="password")
    if not right:
        raise Refused("password_wrong", field="password")
    house.gateway.write(lambda unit: throttling.succeeded(unit, attempt))
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
        access.shut_out(unit, partner.id, but=asker)

    house.gateway.write(work)


def _tried(
    house: House, asker: Asker, name: str, password: str
) -> tuple[throttling.Attempt, Credentials | None]:
    """Count a try to sign in; with it the account when name and password belong together."""

    def count(unit: Unit) -> tuple[throttling.Attempt, Credentials | None]:
        found = people.credentials(unit, name)
        partner_id = found.partner_id if found else ""
        doors = throttling.doors(
            house, unit, asker, what="sign-in", name=name, partner_id=partner_id
        )
        return throttling.begin(house, unit, *doors), found

    attempt, found = house.gateway.write(count)
    return attempt, found if _matching(found, password) else None


def _matching(found: Credentials | None, password: str) -> str | None:
    """The partner id when the password is right, after one hash in every case."""
    right = passwords.matches(password, found.password_hash if found else None)
    return found.partner_id if found and right else None
