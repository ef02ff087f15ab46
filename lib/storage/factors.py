"""Rows of second factors: the shared secret of an authenticator app, sealed, and what it was used
for last."""

from __future__ import annotations

from dataclasses import dataclass

from lib.storage.gateway import Unit


@dataclass(frozen=True, slots=True)
class Factor:
    """One person's. body: the sealed secret. on: confirmed by a first code. last_step: the latest
    half minute, counted since 1970, whose code was used."""

    body: bytes
    on: bool
    last_step: int


def find(unit: Unit, partner_id: str) -> Factor | None:
    row = unit.one(
        "SELECT body, confirmed, last_step FROM second_factor WHERE partner_id = :id", id=partner_id
    )
    return (
        Factor(bytes(row["body"]), bool(row["confirmed"]), int(row["last_step"])) if row else None
    )


def is_on(unit: Unit, partner_id: str) -> bool:
    found = find(unit, partner_id)
    return found is not None and found.on


def keep(unit: Unit, partner_id: str, factor: Factor) -> None:
    """Write how it stands, whatever stood there."""
    unit.run(
        "INSERT INTO second_factor (partner_id, body, confirmed, last_step) "
        "VALUES (:id, :body, :on, :step) ON CONFLICT (partner_id) DO UPDATE SET "
        "body = excluded.body, confirmed = excluded.confirmed, last_step = excluded.last_step",
        id=partner_id,
        body=factor.body,
        on=int(factor.on),
        step=factor.last_step,
    )


def remove(unit: Unit, partner_id: str) -> None:
    unit.run("DELETE FROM second_factor WHERE partner_id = :id", id=partner_id)
