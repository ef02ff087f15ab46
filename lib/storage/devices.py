"""Rows of the browsers in which somebody has signed in before: the hash of a cookie, by person."""

from __future__ import annotations

from datetime import datetime

from lib.storage.gateway import Unit
from lib.storage.times import from_column, to_column


def knows(unit: Unit, partner_id: str, device_hash: str, *, since: datetime) -> bool:
    """Whether this person has signed in there since then."""
    row = unit.one(
        "SELECT seen_at FROM known_device WHERE partner_id = :id AND device_hash = :hash "
        "AND seen_at >= :since",
        id=partner_id,
        hash=device_hash,
        since=to_column(since),
    )
    return row is not None


def days(unit: Unit, partner_id: str) -> tuple[datetime, ...]:
    """When each of a person's browsers was last signed in with, the latest first."""
    rows = unit.all(
        "SELECT seen_at FROM known_device WHERE partner_id = :id ORDER BY seen_at DESC",
        id=partner_id,
    )
    return tuple(from_column(row["seen_at"]) for row in rows)


def remember(unit: Unit, partner_id: str, device_hash: str, *, now: datetime) -> None:
    unit.run(
        "INSERT INTO known_device (partner_id, device_hash, seen_at) VALUES (:id, :hash, :now) "
        "ON CONFLICT (partner_id, device_hash) DO UPDATE SET seen_at = excluded.seen_at",
        id=partner_id,
        hash=device_hash,
        now=to_column(now),
    )


def forget(
    unit: Unit, partner_id: str, *, but: str = "", unseen_since: datetime | None = None
) -> None:
    """Forget a person's browsers except `but`; with a time, only those not seen since then."""
    unit.run(
        "DELETE FROM known_device WHERE partner_id = :id AND device_hash <> :but "
        "AND (:before < 0 OR seen_at < :before)",
        id=partner_id,
        but=but,
        before=-1 if unseen_since is None else to_column(unseen_since),
    )
