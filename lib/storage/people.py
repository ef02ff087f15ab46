"""Rows of accounts <-> domain. The login name is looked up in a small table keyed by it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from lib.domain.couples import Partner
from lib.storage.gateway import Row, Unit
from lib.storage.schema import OF_PERSON_ALONE
from lib.storage.times import from_column, to_column

_COLUMNS = (
    "id",
    "login_name",
    "display_name",
    "couple_id",
    "earlier_couple_id",
    "created_at",
    "wrapped_key",
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What sign-in needs of one account, and nothing more."""

    partner_id: str
    login_name: str
    display_name: str
    password_hash: str


def add(unit: Unit, partner: Partner, *, password_hash: str) -> bool:
    """Write a new account; False (and nothing written) when the login name is taken."""
    taken = unit.run(
        "INSERT INTO login (login_name, partner_id) VALUES (:login_name, :id) "
        "ON CONFLICT (login_name) DO NOTHING",
        login_name=partner.login_name,
        id=partner.id,
    )
    if not taken:
        return False
    unit.run(
        "INSERT INTO partner (id, login_name, display_name, password_hash, couple_id, "
        "earlier_couple_id, created_at, consented_at, wrapped_key) VALUES (:id, :login_name, "
        ":display_name, :password_hash, :couple_id, NULL, :now, :now, :key)",
        id=partner.id,
        login_name=partner.login_name,
        display_name=partner.display_name,
        password_hash=password_hash,
        couple_id=partner.couple_id,
        now=to_column(partner.created_at),
        key=partner.key,
    )
    return True


def by_id(unit: Unit, partner_id: str) -> Partner | None:
    row = unit.one(
        f"SELECT {columns('p')} FROM partner p WHERE p.id = :id",  # noqa: S608
        id=partner_id,
    )
    return from_row(row, "p") if row else None


def credentials(unit: Unit, login_name: str) -> Credentials | None:
    """The account under this (already normalised) login name."""
    row = unit.one(
        "SELECT p.id, p.login_name, p.display_name, p.password_hash FROM login l "
        "JOIN partner p ON p.id = l.partner_id WHERE l.login_name = :login_name",
        login_name=login_name,
    )
    return Credentials(*row.values()) if row else None


def set_password(unit: Unit, partner_id: str, password_hash: str) -> None:
    unit.run(
        "UPDATE partner SET password_hash = :hash WHERE id = :id", hash=password_hash, id=partner_id
    )


def set_display_name(unit: Unit, partner_id: str, display_name: str) -> None:
    unit.run(
        "UPDATE partner SET display_name = :name WHERE id = :id", name=display_name, id=partner_id
    )


def move(unit: Unit, partner_id: str, *, couple_id: str, earlier_couple_id: str | None) -> None:
    """Put a person into a couple, remembering the pending one they come from, if any."""
    unit.run(
        "UPDATE partner SET couple_id = :couple, earlier_couple_id = :earlier WHERE id = :id",
        couple=couple_id,
        earlier=earlier_couple_id,
        id=partner_id,
    )
    unit.ring()


def ring_own(unit: Unit, partner_id: str) -> None:
    """Tell this person's own doorbells, and nobody else's, that they did something alone.

    Random, not counted: how often somebody does something is nobody's business.
    """
    unit.run(
        "UPDATE partner SET own_stamp = :stamp WHERE id = :id",
        stamp=secrets.token_hex(8),
        id=partner_id,
    )
    unit.ring()


def remove(unit: Unit, partner_id: str) -> None:
    """Take away an account: its key, its name, and every row that is this person's.

    What only the key could open (in a copy of the file, say) stays closed without it.
    """
    for table in OF_PERSON_ALONE:
        unit.run(f"DELETE FROM {table} WHERE partner_id = :id", id=partner_id)  # noqa: S608
    unit.run("DELETE FROM partner WHERE id = :id", id=partner_id)


def replace_recovery_codes(unit: Unit, partner_id: str, hashes: tuple[str, ...]) -> None:
    unit.run("DELETE FROM recovery_code WHERE partner_id = :id", id=partner_id)
    for code_hash in hashes:
        unit.run(
            "INSERT INTO recovery_code (partner_id, code_hash) VALUES (:id, :hash)",
            id=partner_id,
            hash=code_hash,
        )


def spend_recovery_code(unit: Unit, partner_id: str, code_hash: str) -> bool:
    """Whether that code was there; it is gone afterwards."""
    return bool(
        unit.run(
            "DELETE FROM recovery_code WHERE partner_id = :id AND code_hash = :hash",
            id=partner_id,
            hash=code_hash,
        )
    )


def recovery_codes_left(unit: Unit, partner_id: str) -> int:
    row = unit.one("SELECT count(*) AS n FROM recovery_code WHERE partner_id = :id", id=partner_id)
    return int(row["n"]) if row else 0


def columns(name: str) -> str:
    """The columns of a person, for a statement in which the table goes by this name."""
    return ", ".join(f"{name}.{column} AS {name}_{column}" for column in _COLUMNS)


def from_row(row: Row, name: str) -> Partner | None:
    """The person of `columns(name)`; None when an outer join found nobody."""
    if row[f"{name}_id"] is None:
        return None
    return Partner(
        id=row[f"{name}_id"],
        login_name=row[f"{name}_login_name"],
        display_name=row[f"{name}_display_name"],
        couple_id=row[f"{name}_couple_id"],
        earlier_couple_id=row[f"{name}_earlier_couple_id"],
        created_at=from_column(row[f"{name}_created_at"]),
        key=bytes(row[f"{name}_wrapped_key"]),
    )
