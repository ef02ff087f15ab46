"""Rows of check-ins <-> domain, and the sealed papers that belong to one.

A paper is JSON sealed under its owner's key and bound to its row. Four tables hold them: `sheet`,
`reading` and `marks` are one person's, `agreement` is the couple's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Literal

from lib.domain.checkins import CheckIn, Sheet
from lib.domain.couples import Couple, Partner
from lib.errors import Damaged
from lib.storage.gateway import Unit
from lib.storage.schema import OF_CHECKIN, OF_PERSON_IN_CHECKIN
from lib.storage.times import from_column, to_column
from lib.storage.vault import Vault

OwnPaper = Literal["reading", "marks"]
Paper = Literal["sheet", "reading", "marks"]
_CHECKIN = "SELECT couple_id, id, questionnaire, opened_at, revealed_at, talked_at FROM checkin "


def add(unit: Unit, checkin: CheckIn) -> CheckIn:
    """Open a check-in, or find the one that the other partner opened in the same window."""
    unit.run(
        "INSERT INTO checkin (couple_id, id, questionnaire, opened_at) "
        "VALUES (:couple, :id, :questionnaire, :opened) "
        "ON CONFLICT (couple_id, opened_at) DO NOTHING",
        couple=checkin.couple_id,
        id=checkin.id,
        questionnaire=checkin.questionnaire,
        opened=to_column(checkin.opened_at),
    )
    row = unit.one(
        _CHECKIN + "WHERE couple_id = :couple AND opened_at = :opened",
        couple=checkin.couple_id,
        opened=to_column(checkin.opened_at),
    )
    if row is None:
        raise Damaged("body_damaged")
    return _checkin(row)


def by_id(unit: Unit, couple_id: str, checkin_id: str) -> CheckIn | None:
    row = unit.one(
        _CHECKIN + "WHERE couple_id = :couple AND id = :id", couple=couple_id, id=checkin_id
    )
    return _checkin(row) if row else None


def all_of(unit: Unit, couple_id: str) -> list[CheckIn]:
    """A couple's check-ins, the newest first."""
    rows = unit.all(_CHECKIN + "WHERE couple_id = :id ORDER BY opened_at DESC", id=couple_id)
    return [_checkin(row) for row in rows]


def known_to(unit: Unit, couple_id: str, partner_id: str) -> list[CheckIn]:
    """The check-ins of a couple that this person may know of, the newest first: those revealed, and
    those in which they have a sheet. One that only the other has begun gives no row, and so no
    work either that could be counted or timed.
    """
    rows = unit.all(
        _CHECKIN + "WHERE couple_id = :couple AND (revealed_at IS NOT NULL OR EXISTS ("  # noqa: S608
        "SELECT 1 FROM sheet s WHERE s.couple_id = checkin.couple_id "
        "AND s.checkin_id = checkin.id AND s.partner_id = :partner)) "
        "ORDER BY opened_at DESC",
        couple=couple_id,
        partner=partner_id,
    )
    return [_checkin(row) for row in rows]


def all_revealed(unit: Unit) -> list[CheckIn]:
    """Every couple's revealed check-ins: a whole table, for the operator's norms only."""
    rows = unit.all(_CHECKIN + "WHERE revealed_at IS NOT NULL ORDER BY couple_id, opened_at")
    return [_checkin(row) for row in rows]


def last_of(unit: Unit, couple_id: str) -> CheckIn | None:
    row = unit.one(_CHECKIN + "WHERE couple_id = :id ORDER BY opened_at DESC LIMIT 1", id=couple_id)
    return _checkin(row) if row else None


def set_revealed(unit: Unit, checkin: CheckIn, now: datetime) -> None:
    unit.run(
        "UPDATE checkin SET revealed_at = :now WHERE couple_id = :couple AND id = :id",
        now=to_column(now),
        couple=checkin.couple_id,
        id=checkin.id,
    )


def set_talked(unit: Unit, checkin: CheckIn, now: datetime) -> None:
    unit.run(
        "UPDATE checkin SET talked_at = :now WHERE couple_id = :couple AND id = :id",
        now=to_column(now),
        couple=checkin.couple_id,
        id=checkin.id,
    )


def sheet(unit: Unit, vault: Vault, checkin: CheckIn, owner: Partner) -> Sheet | None:
    """One partner's answer sheet, opened with that partner's key."""
    row = unit.one(
        "SELECT sealed_at, body FROM sheet "
        "WHERE couple_id = :couple AND checkin_id = :checkin AND partner_id = :owner",
        couple=checkin.couple_id,
        checkin=checkin.id,
        owner=owner.id,
    )
    if row is None:
        return None
    sealed_at = None if row["sealed_at"] is None else from_column(row["sealed_at"])
    body = _open(vault, owner, bytes(row["body"]), _bound("sheet", checkin, owner.id))
    return Sheet(**{**body, "support": tuple(body["support"]), "sealed_at": sealed_at})


def save_sheet(unit: Unit, vault: Vault, checkin: CheckIn, owner: Partner, sheet: Sheet) -> None:
    """Write a sheet by its natural key; running it again changes nothing."""
    body = asdict(replace(sheet, sealed_at=None))
    del body["sealed_at"]
    unit.run(
        "INSERT INTO sheet (couple_id, checkin_id, partner_id, sealed_at, body) "
        "VALUES (:couple, :checkin, :owner, :sealed, :body) "
        "ON CONFLICT (couple_id, checkin_id, partner_id) "
        "DO UPDATE SET sealed_at = excluded.sealed_at, body = excluded.body",
        couple=checkin.couple_id,
        checkin=checkin.id,
        owner=owner.id,
        sealed=None if sheet.sealed_at is None else to_column(sheet.sealed_at),
        body=_seal(vault, owner, body, _bound("sheet", checkin, owner.id)),
    )


def has(unit: Unit, kind: Paper, checkin: CheckIn, owner_id: str) -> bool:
    """Whether a person has such a paper in a check-in, without opening it."""
    row = unit.one(
        f"SELECT checkin_id FROM {kind} "  # noqa: S608  (kind is one of three names of ours)
        "WHERE couple_id = :couple AND checkin_id = :checkin AND partner_id = :owner",
        couple=checkin.couple_id,
        checkin=checkin.id,
        owner=owner_id,
    )
    return row is not None


def sealed_at(unit: Unit, checkin: CheckIn, owner_id: str) -> datetime | None:
    """When a sheet was sealed, without opening it; None when it is a draft or not there."""
    row = unit.one(
        "SELECT sealed_at FROM sheet "
        "WHERE couple_id = :couple AND checkin_id = :checkin AND partner_id = :owner",
        couple=checkin.couple_id,
        checkin=checkin.id,
        owner=owner_id,
    )
    return from_column(row["sealed_at"]) if row and row["sealed_at"] is not None else None


def remove_own(unit: Unit, checkin: CheckIn, owner_id: str) -> None:
    """Take away everything of one person in a check-in; nothing of the other's."""
    for table in OF_PERSON_IN_CHECKIN:
        unit.run(
            f"DELETE FROM {table} WHERE couple_id = :couple "  # noqa: S608
            "AND checkin_id = :checkin AND partner_id = :owner",
            couple=checkin.couple_id,
            checkin=checkin.id,
            owner=owner_id,
        )


def fingerprint(
    unit: Unit, vault: Vault, checkin: CheckIn, couple: Couple, owner_id: str
) -> str | None:
    """The fingerprint that was kept when this person sealed."""
    row = unit.one(
        "SELECT body FROM fingerprint "
        "WHERE couple_id = :couple AND checkin_id = :checkin AND partner_id = :owner",
        couple=checkin.couple_id,
        checkin=checkin.id,
        owner=owner_id,
    )
    if row is None:
        return None
    bound = _bound("fingerprint", checkin, owner_id)
    return str(_open(vault, couple, bytes(row["body"]), bound)["fingerprint"])


def save_fingerprint(
    unit: Unit, vault: Vault, checkin: CheckIn, couple: Couple, owner_id: str, kept: str
) -> None:
    unit.run(
        "INSERT INTO fingerprint (couple_id, checkin_id, partner_id, body) "
        "VALUES (:couple, :checkin, :owner, :body) "
        "ON CONFLICT (couple_id, checkin_id, partner_id) DO UPDATE SET body = excluded.body",
        couple=checkin.couple_id,
        checkin=checkin.id,
        owner=owner_id,
        body=_seal(vault, couple, {"fingerprint": kept}, _bound("fingerprint", checkin, owner_id)),
    )


def paper(
    unit: Unit, vault: Vault, kind: OwnPaper, checkin: CheckIn, owner: Partner
) -> dict[str, Any] | None:
    """One person's reading or marks of a check-in."""
    row = unit.one(
        f"SELECT body FROM {kind} "  # noqa: S608  (kind is one of two names of ours)
        "WHERE couple_id = :couple AND checkin_id = :checkin AND partner_id = :owner",
        couple=checkin.couple_id,
        checkin=checkin.id,
        owner=owner.id,
    )
    if row is None:
        return None
    return _open(vault, owner, bytes(row["body"]), _bound(kind, checkin, owner.id))


def save_paper(
    unit: Unit,
    vault: Vault,
    kind: OwnPaper,
    checkin: CheckIn,
    owner: Partner,
    body: Mapping[str, Any],
) -> None:
    unit.run(
        f"INSERT INTO {kind} (couple_id, checkin_id, partner_id, body) "  # noqa: S608
        "VALUES (:couple, :checkin, :owner, :body) "
        "ON CONFLICT (couple_id, checkin_id, partner_id) DO UPDATE SET body = excluded.body",
        couple=checkin.couple_id,
        checkin=checkin.id,
        owner=owner.id,
        body=_seal(vault, owner, body, _bound(kind, checkin, owner.id)),
    )


def agreement(unit: Unit, vault: Vault, checkin: CheckIn, couple: Couple) -> dict[str, Any] | None:
    row = unit.one(
        "SELECT body FROM agreement WHERE couple_id = :couple AND checkin_id = :checkin",
        couple=couple.id,
        checkin=checkin.id,
    )
    if row is None:
        return None
    return _open(vault, couple, bytes(row["body"]), _bound("agreement", checkin, couple.id))


def save_agreement(
    unit: Unit, vault: Vault, checkin: CheckIn, couple: Couple, body: Mapping[str, Any]
) -> None:
    unit.run(
        "INSERT INTO agreement (couple_id, checkin_id, body) VALUES (:couple, :checkin, :body) "
        "ON CONFLICT (couple_id, checkin_id) DO UPDATE SET body = excluded.body",
        couple=couple.id,
        checkin=checkin.id,
        body=_seal(vault, couple, body, _bound("agreement", checkin, couple.id)),
    )


def remove_joint(unit: Unit, checkin: CheckIn) -> None:
    """Take away what came of both sheets together; the sheets stay."""
    for table in OF_CHECKIN:
        if table == "sheet":
            continue
        unit.run(
            f"DELETE FROM {table} WHERE couple_id = :couple AND checkin_id = :id",  # noqa: S608
            couple=checkin.couple_id,
            id=checkin.id,
        )


def remove(unit: Unit, checkin: CheckIn) -> None:
    """Take away a check-in with everything in it."""
    remove_joint(unit, checkin)
    unit.run(
        "DELETE FROM sheet WHERE couple_id = :couple AND checkin_id = :id",
        couple=checkin.couple_id,
        id=checkin.id,
    )
    unit.run(
        "DELETE FROM checkin WHERE couple_id = :couple AND id = :id",
        couple=checkin.couple_id,
        id=checkin.id,
    )


def _bound(table: str, checkin: CheckIn, owner_id: str) -> str:
    return f"{table}/{checkin.couple_id}/{checkin.id}/{owner_id}"


def _seal(vault: Vault, owner: Partner | Couple, body: Mapping[str, Any], bound: str) -> bytes:
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return vault.seal(owner.key, owner.id, data, bound)


def _open(vault: Vault, owner: Partner | Couple, body: bytes, bound: str) -> dict[str, Any]:
    opened: dict[str, Any] = json.loads(vault.open(owner.key, owner.id, body, bound))
    return opened


def _checkin(row: dict[str, Any]) -> CheckIn:
    times = ("opened_at", "revealed_at", "talked_at")
    read = {name: None if row[name] is None else from_column(row[name]) for name in times}
    return CheckIn(**{**row, **read})
