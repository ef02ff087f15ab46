"""Rows of couples, their members and their invitations <-> domain."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from lib.domain.couples import Couple, Invitation, Partner
from lib.storage import people
from lib.storage.gateway import Row, Unit
from lib.storage.schema import OF_COUPLE
from lib.storage.times import from_column, to_column
from lib.storage.vault import Vault

_COLUMNS = ", ".join(
    f"c.{name} AS couple_{name}"
    for name in ("id", "together_at", "version", "created_at", "wrapped_key", "parted")
)
_INVITATION = (
    "SELECT finder, kind, couple_id, inviter_id, proof, expires_at, tries_left, accepted_by, ended "
    "FROM invitation "
)


def new(vault: Vault, now: datetime, *, together_at: datetime | None = None) -> Couple:
    """A couple with an id and a data key of its own, not yet written."""
    couple_id = secrets.token_hex(16)
    key = vault.new_key(couple_id)
    return Couple(id=couple_id, together_at=together_at, version=0, created_at=now, key=key)


def add(unit: Unit, couple: Couple, members: tuple[str, ...]) -> None:
    unit.run(
        "INSERT INTO couple (id, together_at, version, created_at, wrapped_key) "
        "VALUES (:id, :together, :version, :created, :key)",
        id=couple.id,
        together=None if couple.together_at is None else to_column(couple.together_at),
        version=couple.version,
        created=to_column(couple.created_at),
        key=couple.key,
    )
    for partner_id in members:
        unit.run(
            "INSERT INTO member (couple_id, partner_id) VALUES (:couple, :partner)",
            couple=couple.id,
            partner=partner_id,
        )


def by_id(unit: Unit, couple_id: str) -> Couple | None:
    row = unit.one(f"SELECT {_COLUMNS} FROM couple c WHERE c.id = :id", id=couple_id)  # noqa: S608
    return _couple(row) if row else None


def around(unit: Unit, partner_id: str) -> tuple[Partner, Couple, Partner | None] | None:
    """A person, their couple, and the other in it, if there is one.

    One statement, for nearly every unit of work begins with it.
    """
    row = unit.one(
        f"SELECT {people.columns('me')}, {_COLUMNS}, {people.columns('other')} "  # noqa: S608
        "FROM partner me JOIN couple c ON c.id = me.couple_id "
        "LEFT JOIN member m ON m.couple_id = c.id AND m.partner_id <> me.id "
        "LEFT JOIN partner other ON other.id = m.partner_id WHERE me.id = :id",
        id=partner_id,
    )
    if row is None:
        return None
    me, other = people.from_row(row, "me"), people.from_row(row, "other")
    return (me, _couple(row), other) if me else None


def of_member(unit: Unit, partner_id: str) -> list[Couple]:
    """Every couple that a person belongs or belonged to alone, in an order of no meaning."""
    rows = unit.all(
        "SELECT couple_id FROM member WHERE partner_id = :id ORDER BY couple_id", id=partner_id
    )
    found = [by_id(unit, row["couple_id"]) for row in rows]
    return [couple for couple in found if couple]


def set_parted(unit: Unit, couple_id: str) -> None:
    """Remember that whoever is alone here was together with somebody before."""
    unit.run("UPDATE couple SET parted = 1, version = version + 1 WHERE id = :id", id=couple_id)


def other_member(unit: Unit, couple_id: str, partner_id: str) -> str | None:
    row = unit.one(
        "SELECT partner_id FROM member WHERE couple_id = :couple AND partner_id <> :me",
        couple=couple_id,
        me=partner_id,
    )
    return str(row["partner_id"]) if row else None


def members(unit: Unit, couple_id: str) -> list[str]:
    """The partners' ids, in an order of no meaning."""
    rows = unit.all(
        "SELECT partner_id FROM member WHERE couple_id = :id ORDER BY partner_id", id=couple_id
    )
    return [row["partner_id"] for row in rows]


def remove(unit: Unit, couple_id: str) -> None:
    """Take away a couple with everything in it, its key included."""
    for table in OF_COUPLE:
        unit.run(f"DELETE FROM {table} WHERE couple_id = :id", id=couple_id)  # noqa: S608
    unit.run("DELETE FROM couple WHERE id = :id", id=couple_id)


def raise_version(unit: Unit, couple_id: str) -> None:
    """Tell the doorbells that something both may see has changed."""
    unit.run("UPDATE couple SET version = version + 1 WHERE id = :id", id=couple_id)
    unit.ring()


def add_invitation(unit: Unit, invitation: Invitation) -> bool:
    """Write a new invitation; False when its finder is in use."""
    return bool(
        unit.run(
            "INSERT INTO invitation (finder, kind, couple_id, inviter_id, proof, expires_at, "
            "tries_left, accepted_by, ended) VALUES (:finder, :kind, :couple, :inviter, :proof, "
            ":expires, :tries, NULL, NULL) ON CONFLICT (finder) DO NOTHING",
            finder=invitation.finder,
            kind=invitation.kind,
            couple=invitation.couple_id,
            inviter=invitation.inviter_id,
            proof=invitation.proof,
            expires=to_column(invitation.expires_at),
            tries=invitation.tries_left,
        )
    )


def invitation(unit: Unit, finder: str) -> Invitation | None:
    row = unit.one(_INVITATION + "WHERE finder = :finder", finder=finder)
    return _invitation(row) if row else None


def invitations_of(unit: Unit, couple_id: str) -> list[Invitation]:
    rows = unit.all(_INVITATION + "WHERE couple_id = :id ORDER BY finder", id=couple_id)
    return [_invitation(row) for row in rows]


def invitations_accepted_by(unit: Unit, partner_id: str) -> list[Invitation]:
    rows = unit.all(_INVITATION + "WHERE accepted_by = :id ORDER BY finder", id=partner_id)
    return [_invitation(row) for row in rows]


def count_try(unit: Unit, finder: str) -> None:
    unit.run("UPDATE invitation SET tries_left = tries_left - 1 WHERE finder = :f", f=finder)


def accept_invitation(unit: Unit, finder: str, guest_id: str) -> None:
    unit.run(
        "UPDATE invitation SET accepted_by = :guest WHERE finder = :finder",
        guest=guest_id,
        finder=finder,
    )


def end_invitation(unit: Unit, finder: str, how: str) -> None:
    """`how`: 'used' when it made a couple, 'withdrawn' otherwise."""
    unit.run("UPDATE invitation SET ended = :how WHERE finder = :finder", how=how, finder=finder)


def forget_expired_codes(unit: Unit, finder: str, now: datetime) -> None:
    """Free a finder that only an expired code holds, unless somebody waits on it."""
    unit.run(
        "DELETE FROM invitation WHERE finder = :finder AND kind = 'code' "
        "AND (accepted_by IS NULL OR ended IS NOT NULL) AND expires_at < :now",
        finder=finder,
        now=to_column(now),
    )


def remove_invitation(unit: Unit, finder: str) -> None:
    unit.run("DELETE FROM invitation WHERE finder = :finder", finder=finder)


def _invitation(row: dict[str, Any]) -> Invitation:
    return Invitation(**{**row, "expires_at": from_column(row["expires_at"])})


def _couple(row: Row) -> Couple:
    together = row["couple_together_at"]
    return Couple(
        id=row["couple_id"],
        together_at=None if together is None else from_column(together),
        version=row["couple_version"],
        created_at=from_column(row["couple_created_at"]),
        key=bytes(row["couple_wrapped_key"]),
        parted=bool(row["couple_parted"]),
    )
