"""Rows of sign-in sessions and of the one-time tickets that become sessions.

Only SHA-256 hashes of tokens are kept, so that a stolen file signs nobody in.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lib.storage.gateway import Unit
from lib.storage.times import from_column, to_column

_AT_ONCE = 500
_STANDING = (
    "SELECT s.token_hash, s.created_at, s.seen_at, p.couple_id, c.version FROM session s "
    "JOIN partner p ON p.id = s.partner_id JOIN couple c ON c.id = p.couple_id"
)


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser. Whether it still lives is decided by `lib.services.access`."""

    token_hash: str
    partner_id: str
    created_at: datetime
    seen_at: datetime
    device: str


def add(unit: Unit, session: Session) -> None:
    unit.run(
        "INSERT INTO session (token_hash, partner_id, created_at, seen_at, device) "
        "VALUES (:hash, :partner, :created, :seen, :device)",
        hash=session.token_hash,
        partner=session.partner_id,
        created=to_column(session.created_at),
        seen=to_column(session.seen_at),
        device=session.device,
    )


def by_hash(unit: Unit, token_hash: str) -> Session | None:
    row = unit.one(
        "SELECT token_hash, partner_id, created_at, seen_at, device FROM session "
        "WHERE token_hash = :hash",
        hash=token_hash,
    )
    if row is None:
        return None
    return Session(
        token_hash=row["token_hash"],
        partner_id=row["partner_id"],
        created_at=from_column(row["created_at"]),
        seen_at=from_column(row["seen_at"]),
        device=row["device"],
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """A session, and what its person's couple shows today."""

    token_hash: str
    created_at: datetime
    seen_at: datetime
    couple_id: str
    version: int


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
    return Standing(**{**row, **times})


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
    unit: Unit, *, token_hash: str, partner_id: str, nonce_hash: str, expires_at: datetime
) -> None:
    unit.run(
        "INSERT INTO ticket (token_hash, partner_id, nonce_hash, expires_at) "
        "VALUES (:hash, :partner, :nonce, :expires)",
        hash=token_hash,
        partner=partner_id,
        nonce=nonce_hash,
        expires=to_column(expires_at),
    )


def spend_ticket(unit: Unit, *, token_hash: str, nonce_hash: str, now: datetime) -> str | None:
    """The partner id of a ticket that is live and bound to this nonce; spent either way."""
    row = unit.one(
        "SELECT partner_id, nonce_hash, expires_at FROM ticket WHERE token_hash = :hash",
        hash=token_hash,
    )
    if row is None:
        return None
    unit.run("DELETE FROM ticket WHERE token_hash = :hash", hash=token_hash)
    live = row["nonce_hash"] == nonce_hash and from_column(row["expires_at"]) > now
    return str(row["partner_id"]) if live else None


def forget_old(unit: Unit, *, created_before: datetime, now: datetime) -> None:
    """Drop sessions past their absolute lifetime and tickets that were never redeemed."""
    unit.run("DELETE FROM session WHERE created_at < :before", before=to_column(created_before))
    unit.run("DELETE FROM ticket WHERE expires_at < :now", now=to_column(now))
