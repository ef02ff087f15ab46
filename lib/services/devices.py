"""Where somebody is signed in: their own list, and ending any of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lib.services import access
from lib.services.access import Asker
from lib.services.house import House
from lib.storage import sessions
from lib.storage.gateway import Unit
from lib.storage.sessions import Session

_HANDLE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One browser. handle: what to end it by, which proves nothing. here: the one that asks.

    device: "" when the browser did not say what it is. since, seen: UTC.
    """

    handle: str
    device: str
    since: datetime
    seen: datetime
    here: bool
    trusted: bool


def signed_in(house: House, asker: Asker) -> tuple[SignedIn, ...]:
    """Every browser in which the asker is signed in now, this one first."""

    def look(unit: Unit) -> tuple[SignedIn, ...]:
        found = [
            SignedIn(
                handle=_handle(session),
                device=session.device,
                since=session.created_at,
                seen=session.seen_at,
                here=session.token_hash == asker.session,
                trusted=session.trusted,
            )
            for session in _living(house, unit, asker)
        ]
        return tuple(sorted(found, key=lambda one: not one.here))

    return house.gateway.read(look)


def end(house: House, asker: Asker, *, handle: str) -> None:
    """Sign out one browser of the asker's; what is not there, or another's, changes nothing."""

    def work(unit: Unit) -> None:
        for session in _living(house, unit, asker):
            if _handle(session) == handle:
                sessions.end(unit, session.token_hash)

    house.gateway.write(work)


def end_others(house: House, asker: Asker) -> None:
    """Sign out every browser of the asker's but this one."""

    def work(unit: Unit) -> None:
        me = access.partner(house, unit, asker)
        sessions.end_all(unit, me.id, but=asker.session)
        sessions.end_tickets(unit, me.id)

    house.gateway.write(work)


def _living(house: House, unit: Unit, asker: Asker) -> list[Session]:
    me = access.partner(house, unit, asker)
    now = house.clock()
    return [one for one in sessions.of(unit, me.id) if access.is_live(house, one, now)]


def _handle(session: Session) -> str:
    return access.digest(f"handle of {session.token_hash}")[:_HANDLE_LENGTH]
