"""Rows of talks <-> domain: what two share under the couple's key, what one says alone under their
own. Each body is sealed and bound to its row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from lib.domain.checkins import CheckIn
from lib.domain.couples import Couple, Partner
from lib.domain.talks import Card, Side, Talk
from lib.storage.gateway import Unit
from lib.storage.vault import Vault


def talk(unit: Unit, vault: Vault, checkin: CheckIn, couple: Couple) -> Talk | None:
    """The talk of a check-in, running, resting or closed."""
    row = unit.one(
        "SELECT body FROM talk WHERE couple_id = :couple AND checkin_id = :checkin",
        couple=couple.id,
        checkin=checkin.id,
    )
    if row is None:
        return None
    return _talk(_open(vault, couple, bytes(row["body"]), _bound("talk", checkin, couple.id)))


def save_talk(unit: Unit, vault: Vault, checkin: CheckIn, couple: Couple, talk: Talk) -> None:
    unit.run(
        "INSERT INTO talk (couple_id, checkin_id, body) VALUES (:couple, :checkin, :body) "
        "ON CONFLICT (couple_id, checkin_id) DO UPDATE SET body = excluded.body",
        couple=couple.id,
        checkin=checkin.id,
        body=_seal(vault, couple, asdict(talk), _bound("talk", checkin, couple.id)),
    )


def side(unit: Unit, vault: Vault, checkin: CheckIn, owner: Partner) -> Side | None:
    """What one person said alone about the talk of a check-in."""
    row = _side_row(unit, checkin, owner)
    if row is None:
        return None
    body = _open(vault, owner, row, _bound("talk_side", checkin, owner.id))
    return Side(
        **{
            **body,
            "owner": owner.id,
            "yes_at": _time(body["yes_at"]),
            "aside_at": _time(body.get("aside_at")),
            "cards": tuple(Card(**card) for card in body["cards"]),
            "here": None if body["here"] is None else _talk(body["here"]),
        }
    )


def save_side(unit: Unit, vault: Vault, checkin: CheckIn, owner: Partner, side: Side) -> None:
    unit.run(
        "INSERT INTO talk_side (couple_id, checkin_id, partner_id, body) "
        "VALUES (:couple, :checkin, :owner, :body) "
        "ON CONFLICT (couple_id, checkin_id, partner_id) DO UPDATE SET body = excluded.body",
        couple=checkin.couple_id,
        checkin=checkin.id,
        owner=owner.id,
        body=_seal(vault, owner, asdict(side), _bound("talk_side", checkin, owner.id)),
    )


def _side_row(unit: Unit, checkin: CheckIn, owner: Partner) -> bytes | None:
    row = unit.one(
        "SELECT body FROM talk_side "
        "WHERE couple_id = :couple AND checkin_id = :checkin AND partner_id = :owner",
        couple=checkin.couple_id,
        checkin=checkin.id,
        owner=owner.id,
    )
    return None if row is None else bytes(row["body"])


def _bound(table: str, checkin: CheckIn, owner_id: str) -> str:
    return f"{table}/{checkin.couple_id}/{checkin.id}/{owner_id}"


def _seal(vault: Vault, owner: Partner | Couple, body: Mapping[str, Any], bound: str) -> bytes:
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=datetime.isoformat)
    return vault.seal(owner.key, owner.id, data.encode(), bound)


def _open(vault: Vault, owner: Partner | Couple, body: bytes, bound: str) -> dict[str, Any]:
    opened: dict[str, Any] = json.loads(vault.open(owner.key, owner.id, body, bound))
    return opened


def _talk(body: Mapping[str, Any]) -> Talk:
    times = {"moved_at": _time(body["moved_at"]), "since": _time(body["since"])}
    return Talk(**{**body, **times})


def _time(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
