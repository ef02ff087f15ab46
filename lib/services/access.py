"""Who is asking, and what that lets them reach.

An asker is a session, not a person: each service call looks the session up again in its own unit of
work, so that an ended session can do nothing, whatever page or callback is still running.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from lib.domain import couples as couple_rules
from lib.domain.couples import Couple, Partner
from lib.errors import NotYours, Refused, SignedOut
from lib.services.house import House
from lib.storage import couples, devices, letters, people, sessions
from lib.storage.gateway import Unit
from lib.storage.sessions import Session, Standing

TOUCH_EVERY = timedelta(minutes=1)
# On a device that somebody chose to trust, never by default.
TRUSTED_IDLE = timedelta(days=14)
TRUSTED_LIFETIME = timedelta(days=90)
# How long a browser is remembered as one in which somebody has signed in before.
KNOWN_FOR = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Asker:
    """Whoever holds this session; None is somebody signed out.

    address: where the request came from, "" when that is not known. device: the hash of what a
    browser keeps in which somebody has signed in before, "" for any other. Both are for throttling.
    """

    session: str | None = None
    address: str = field(default="", compare=False)
    device: str = field(default="", compare=False)


SIGNED_OUT = Asker()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the asker stands: themself, their couple, and the other when there is one."""

    me: Partner
    couple: Couple
    other: Partner | None

    def both(self) -> tuple[Partner, Partner]:
        """The asker and the other; NotYours for somebody who is alone."""
        if self.other is None:
            raise NotYours
        return self.me, self.other


def new_token() -> str:
    """256 random bits for a cookie or a link."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored in place of a token: its SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def code_digest(code: str) -> str:
    """What is stored of a code, whatever hyphens, spaces or small letters it was typed with."""
    return digest("".join(letter for letter in code.upper() if letter.isalnum()))


def known_form(login_name: str) -> str:
    """A login name as it would be kept; "" for what cannot be one, and so is nobody's."""
    try:
        return couple_rules.login_name(login_name)
    except Refused:
        return ""


def asker_of(token: str | None, *, address: str = "", device: str | None = None) -> Asker:
    """The asker behind a session cookie's value, there, with that device cookie."""
    return Asker(digest(token) if token else None, address, digest(device) if device else "")


def with_device(asker: Asker, device: str) -> Asker:
    """The asker in a browser that has just been given that device cookie."""
    return replace(asker, device=digest(device))


def mark_of(partner_id: str, asker: Asker) -> str:
    """What is stored of the asker's browser for one person; for another it is something else."""
    return digest(f"{partner_id}\n{asker.device}") if asker.device else ""


def shut_out(unit: Unit, partner_id: str, *, but: Asker = SIGNED_OUT) -> None:
    """With a new password, everybody else is out: sessions, browsers that were known, and what is
    on its way in, such as a right old password that waits for its session, or a link in a mail."""
    sessions.end_all(unit, partner_id, but=but.session)
    sessions.end_tickets(unit, partner_id)
    letters.end_links(unit, partner_id)
    devices.forget(unit, partner_id, but=mark_of(partner_id, but))


def live_session(house: House, unit: Unit, asker: Asker) -> Session | None:
    """The asker's session while it is neither ended, idle too long, nor too old."""
    session = sessions.by_hash(unit, asker.session) if asker.session else None
    return session if session and is_live(house, session, house.clock()) else None


def versions(house: House, unit: Unit, askers: Collection[Asker]) -> dict[Asker, str]:
    """For each of these whose session lives: what changes whenever something that the person may
    see has changed, and at nothing else."""
    now = house.clock()
    sessions_asked = {asker.session for asker in askers if asker.session}
    return {
        Asker(found.token_hash): f"{found.couple_id}:{found.version}:{found.own_stamp}"
        for found in sessions.standings(unit, sessions_asked)
        if is_live(house, found, now)
    }


def is_live(house: House, session: Session | Standing, now: datetime) -> bool:
    idle, lifetime = house.settings.session_idle, house.settings.session_lifetime
    if session.trusted:
        idle, lifetime = TRUSTED_IDLE, TRUSTED_LIFETIME
    return now - session.seen_at < idle and now - session.created_at < lifetime


def partner(house: House, unit: Unit, asker: Asker) -> Partner:
    """The person asking; raises SignedOut."""
    session = live_session(house, unit, asker)
    found = people.by_id(unit, session.partner_id) if session else None
    if found is None:
        raise SignedOut
    return found


def place(house: House, unit: Unit, asker: Asker) -> Place:
    """The person asking, their couple and the other; raises SignedOut."""
    session = live_session(house, unit, asker)
    found = couples.around(unit, session.partner_id) if session else None
    if found is None:
        raise SignedOut
    me, couple, other = found
    return Place(me=me, couple=couple, other=other)
