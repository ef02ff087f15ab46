"""Rows of mail: the sealed address of whoever has given one, and the links that were sent there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lib.storage.gateway import Unit
from lib.storage.times import from_column, to_column

Purpose = Literal["confirm", "reset"]


@dataclass(frozen=True, slots=True)
class Sealed:
    """An address as it is stored, and whether its owner has shown that mail arrives there."""

    body: bytes
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Link:
    """Whom a link was sent to, and what for."""

    partner_id: str
    purpose: Purpose


def address(unit: Unit, partner_id: str) -> Sealed | None:
    row = unit.one("SELECT body, confirmed FROM mail_address WHERE partner_id = :id", id=partner_id)
    return Sealed(bytes(row["body"]), bool(row["confirmed"])) if row else None


def keep_address(unit: Unit, partner_id: str, body: bytes) -> None:
    """In place of another, and not confirmed."""
    unit.run(
        "INSERT INTO mail_address (partner_id, body, confirmed) VALUES (:id, :body, 0) "
        "ON CONFLICT (partner_id) DO UPDATE SET body = excluded.body, confirmed = 0",
        id=partner_id,
        body=body,
    )


def confirm_address(unit: Unit, partner_id: str) -> None:
    unit.run("UPDATE mail_address SET confirmed = 1 WHERE partner_id = :id", id=partner_id)


def remove_address(unit: Unit, partner_id: str) -> None:
    unit.run("DELETE FROM mail_address WHERE partner_id = :id", id=partner_id)
    end_links(unit, partner_id)


def add_link(unit: Unit, link: Link, *, token_hash: str, expires_at: datetime) -> None:
    """Write a link; those sent to this person before count no more."""
    end_links(unit, link.partner_id)
    unit.run(
        "INSERT INTO mail_link (token_hash, partner_id, purpose, expires_at) "
        "VALUES (:hash, :partner, :purpose, :expires)",
        hash=token_hash,
        partner=link.partner_id,
        purpose=link.purpose,
        expires=to_column(expires_at),
    )


def link(unit: Unit, token_hash: str, *, now: datetime) -> Link | None:
    """The link while it counts."""
    row = unit.one(
        "SELECT partner_id, purpose, expires_at FROM mail_link WHERE token_hash = :hash",
        hash=token_hash,
    )
    if row is None or from_column(row["expires_at"]) <= now:
        return None
    return Link(row["partner_id"], row["purpose"])


def end_links(unit: Unit, partner_id: str) -> None:
    unit.run("DELETE FROM mail_link WHERE partner_id = :id", id=partner_id)
