"""Rows of sign-in sessions and of the one-time tickets that become sessions.

Only SHA-256 hashes of tokens are kept, so that a stolen file signs nobody in.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lib.storage.gateway import Row, Unit
from lib.storage.times import from_column, to_column

_AT_ONCE = 500
_STANDING = (
    "SELECT s.token_hash, s.created_at, s.seen_at, s.trusted, p.couple_id, c.version, "
    "p.own_stamp "
    "FROM session s JOIN partner p ON p.id = s.partner_id JOIN couple c ON c.id = p.couple_id"
)
_SELECT = "SELECT token_hash, partner_id, created_at, seen_at, device, trusted FROM session"


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser. Whether it still lives is decided by `lib.services.access`."""

    token_hash: str
    partner_id: str
    created_at: datetime
    seen_at: datetime
    device: str
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """A right password, to be turned into a session by the same browser; `needs_code`: not yet."""

    partner_id: str
    trusted: bool
    needs_code: bool = False


def add(unit: Unit, session: Session) -> None:
    unit.run(
        "INSERT INTO session (token_hash, partner_id, created_at, seen_at, device, trusted) "
        "VALUES (:hash, :partner, :created, :seen, :device, :trusted)",
        hash=session.token_hash,
        partner=session.partner_id,
        created=to_column(session.created_at),
        seen=to_column(session.seen_at),
        device=session.device,
        trusted=int(session.trusted),
    )


def by_hash(unit: Unit, token_hash: str) -> Session | None:
    row = unit.one(f"{_SELECT} WHERE token_hash = :hash", hash=token_hash)
    return _session(row) if row else None


def of(unit: Unit, partner_id: str) -> tuple[Session, ...]:
    """A person's sessions, the latest first; among them such as have run out."""
    rows = unit.all(f"{_SELECT} WHERE partner_id = :id ORDER BY created_at DESC", id=partner_id)
    return tuple(map(_session, rows))


@dataclass(frozen=True, slots=True)
class Standing:
    """A session, and what its person's couple shows today. own_stamp: see `people.ring_own`."""

    token_hash: str
    created_at: datetime
    seen_at: datetime
    trusted: bool
    couple_id: str
    version: int
    own_stamp: str


def standings(unit: Unit, token_hashes: Collection[str]) -> list[Standing]:
    """Those of these sessions that there are, read in one statement for every few hundred."""
    wanted = sorted(token_hashes)
    return [
        _standing(row)
        for first in range(0, len(wanted), _AT_ONCE)
        for row in _standing_rows(unit, wanted[first : first + _AT_ONCE])
    ]


def _standing_rows(unit: Unit, token_hashes: list[str]) -> list[dict[str, Any]]:
    named = {f"h{number}": token_hash for number, token_hash in enumerate(token_hashes)}
    places = ", ".join(f":{name}" for name in named)
    return unit.all(f"{_STANDING} WHERE s.token_hash IN ({places})", **named)


def _standing(row: dict[str, Any]) -> Standing:
    times = {name: from_column(row[name]) for name in ("created_at", "seen_at")}
    return Standing(**{**row, **times, "trusted": bool(row["trusted"])})


def touch(unit: Unit, token_hash: str, now: datetime) -> None:
    unit.run(
        "UPDATE session SET seen_at = :now WHERE token_hash = :hash",
        now=to_column(now),
        hash=token_hash,
    )


def end(unit: Unit, token_hash: str) -> None:
    unit.run("DELETE FROM session WHERE token_hash = :hash", hash=token_hash)


def end_all(unit: Unit, partner_id: str, *, but: str | None = None) -> list[str]:
    """End a person's sessions, except `but`; the hashes of those ended."""
    rows = unit.all("SELECT token_hash FROM session WHERE partner_id = :id", id=partner_id)
    ended = [row["token_hash"] for row in rows if row["token_hash"] != but]
    for token_hash in ended:
        end(unit, token_hash)
    return ended


def add_ticket(
    unit: Unit, ticket: Ticket, *, token_hash: str, nonce_hash: str, expires_at: datetime
) -> None:
    unit.run(
        "INSERT INTO ticket (token_hash, partner_id, nonce_hash, expires_at, trusted, needs_code) "
        "VALUES (:hash, :partner, :nonce, :expires, :trusted, :needs_code)",
        hash=token_hash,
        partner=ticket.partner_id,
        nonce=nonce_hash,
        expires=to_column(expires_at),
        trusted=int(ticket.trusted),
        needs_code=int(ticket.needs_code),
    )


def ticket(unit: Unit, *, token_hash: str, nonce_hash: str, now: datetime) -> Ticket | None:
    """The ticket if it is live and bound to this nonce."""
    row = unit.one(
        "SELECT partner_id, nonce_hash, expires_at, trusted, needs_code FROM ticket "
        "WHERE token_hash = :hash",
        hash=token_hash,
    )
    if row is None or row["nonce_hash"] != nonce_hash or from_column(row["expires_at"]) <= now:
        return None
    return Ticket(row["partner_id"], bool(row["trusted"]), bool(row["needs_code"]))


def pass_ticket(unit: Unit, token_hash: str) -> None:
    """The code that this ticket needed was right."""
    unit.run("UPDATE ticket SET needs_code = 0 WHERE token_hash = :hash", hash=token_hash)


def spend_ticket(unit: Unit, *, token_hash: str, nonce_hash: str, now: datetime) -> Ticket | None:
    """The ticket if it counts; spent either way."""
    found = ticket(unit, token_hash=token_hash, nonce_hash=nonce_hash, now=now)
    unit.run("DELETE FROM ticket WHERE token_hash = :hash", hash=token_hash)
    return found if found and not found.needs_code else None


def end_tickets(unit: Unit, partner_id: str) -> None:
    unit.run("DELETE FROM ticket WHERE partner_id = :id", id=partner_id)


def forget_old(
    unit: Unit, *, created_before: datetime, trusted_before: datetime, now: datetime
) -> None:
    """Drop sessions past their absolute lifetime and tickets that were never redeemed."""
    unit.run(
        "DELETE FROM session WHERE created_at < :before AND (trusted = 0 OR created_at < :trusted)",
        before=to_column(created_before),
        trusted=to_column(trusted_before),
    )
    unit.run("DELETE FROM ticket WHERE expires_at < :now", now=to_column(now))


def _session(row: Row) -> Session:
    return Session(
        token_hash=row["token_hash"],
        partner_id=row["partner_id"],
        created_at=from_column(row["created_at"]),
        seen_at=from_column(row["seen_at"]),
        device=row["device"],
        trusted=bool(row["trusted"]),
    )
