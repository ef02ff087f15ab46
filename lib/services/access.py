"""Who is asking, and what that lets them reach.

An asker is a session, not a person: each service call looks the session up again in its own unit of
work, so that an ended session can do nothing, whatever page or callback is still running.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from lib.domain.couples import Couple, Partner
from lib.errors import NotYours, SignedOut
from lib.services.house import House
from lib.storage import couples, people, sessions
from lib.storage.gateway import Unit
from lib.storage.sessions import Session, Standing

TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Asker:
    """Whoever holds this session; None is somebody signed out."""

    session: str | None = None


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


def asker_of(token: str | None) -> Asker:
    """The asker behind a session cookie's value."""
    return Asker(digest(token)) if token else SIGNED_OUT


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
        Asker(found.token_hash): f"{found.couple_id}:{found.version}"
        for found in sessions.standings(unit, sessions_asked)
        if is_live(house, found, now)
    }


def is_live(house: House, session: Session | Standing, now: datetime) -> bool:
    return (
        now - session.seen_at < house.settings.session_idle
        and now - session.created_at < house.settings.session_lifetime
    )


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
