"""A copy of one's own part, to take away: as data, as a page to read, as a table.

Before a reveal it holds what its owner entered and nothing else; afterwards also what they may read
anyway: their own reading, their marks, the agreement. Never anything private of the other.

Asking takes two steps, because a file can only be sent by a route: the page checks the password and
gets a one-time ticket, bound to this session; the route redeems it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from lib.domain import fingerprints
from lib.domain.checkins import LOWEST, PACES, CheckIn, Sheet
from lib.domain.couples import Partner
from lib.domain.talks import Side, Talk
from lib.errors import Refused
from lib.services import access, accounts, devices, mail, printing, seals, second_factor
from lib.services.access import Asker, Place
from lib.services.house import House
from lib.storage import checkins, couples, people, sessions, talks
from lib.storage import devices as browsers
from lib.storage.gateway import Unit
from lib.storage.sessions import Ticket

Form = Literal["json", "page", "table"]
TICKET_LIFETIME = timedelta(seconds=60)
# A cell that begins like this is a formula to a spreadsheet, which could send the table away.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True, slots=True)
class Copy:
    """A file to send."""

    body: bytes
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """Everything of one check-in that its owner may take along. agreement, reading: None where
    there is none. talk_felt: whether the talk was safe and useful for its owner, as they said.
    talk: what else its owner said or half wrote in it, alone."""

    checkin: CheckIn
    sheet: Sheet
    reading: dict[str, Any] | None
    marks: dict[str, str]
    agreement: str | None
    talk_felt: dict[str, bool | None] | None
    talk: dict[str, Any] | None


def ticket(house: House, asker: Asker, *, password: str) -> str:
    """A one-time ticket for this session, good for a minute. Refused("password_wrong")."""
    me = accounts.prove(house, asker, password)
    given = access.new_token()

    def work(unit: Unit) -> None:
        sessions.add_ticket(
            unit,
            Ticket(me.id, trusted=False),
            token_hash=access.digest(given),
            nonce_hash=_bound_to(asker),
            expires_at=house.clock() + TICKET_LIFETIME,
        )

    house.gateway.write(work)
    return given


def take(house: House, asker: Asker, *, ticket: str, form: str) -> Copy:
    """The copy, against a ticket, which is spent. Refused("ticket_spent") or ("not_understood")."""
    if form not in ("json", "page", "table"):
        raise Refused("not_understood")

    def spend(unit: Unit) -> bool:
        me = access.partner(house, unit, asker)
        spent = sessions.spend_ticket(
            unit,
            token_hash=access.digest(ticket),
            nonce_hash=_bound_to(asker),
            now=house.clock(),
        )
        return spent is not None and spent.partner_id == me.id

    if not house.gateway.write(spend):
        raise Refused("ticket_spent")
    me, parts = house.gateway.read(lambda unit: _own(house, unit, asker))
    account = _account(house, asker, me)
    name = f"halfway-{house.clock():%Y-%m-%d}"
    if form == "json":
        return Copy(_as_json(house, account, parts), "application/json", f"{name}.json")
    if form == "table":
        return Copy(_as_table(house, parts), "text/csv; charset=utf-8", f"{name}.csv")
    page = printing.page(house.content, _plain(house, account, parts))
    return Copy(page.encode(), "text/html; charset=utf-8", f"{name}.html")


def _bound_to(asker: Asker) -> str:
    """No SHA-256 alone, as that of a sign-in ticket is: neither can be redeemed as the other."""
    return f"copy:{asker.session}"


def _own(house: House, unit: Unit, asker: Asker) -> tuple[Partner, list[Part]]:
    place = access.place(house, unit, asker)
    mine = couples.of_member(unit, place.me.id)
    found = [one for couple in mine for one in checkins.known_to(unit, couple.id, place.me.id)]
    found.sort(key=lambda checkin: checkin.opened_at)
    parts = (_part(house, unit, place, checkin) for checkin in found)
    return place.me, [part for part in parts if part]


def _part(house: House, unit: Unit, place: Place, checkin: CheckIn) -> Part | None:
    sheet = seals.opened(house, unit, checkin, place.me)
    reading = checkins.paper(unit, house.vault, "reading", checkin, place.me)
    if sheet is None and reading is None:
        return None
    marks = checkins.paper(unit, house.vault, "marks", checkin, place.me)
    agreed = None
    if reading and checkin.couple_id == place.couple.id:
        agreed = checkins.agreement(unit, house.vault, checkin, place.couple)
    side = talks.side(unit, house.vault, checkin, place.me)
    return Part(
        checkin=checkin,
        sheet=sheet or Sheet(),
        reading=reading,
        marks=dict(marks["marks"]) if marks else {},
        agreement=str(agreed["text"]) if agreed else None,
        talk_felt={"safe": side.safe, "useful": side.useful} if side else None,
        talk=_said_in_talk(side) if side else None,
    )


def _said_in_talk(side: Side) -> dict[str, Any]:
    return {
        "said_yes_at": _time(side.yes_at),
        "put_aside_at": _time(side.aside_at),
        "depth": side.depth,
        "theme": side.theme,
        "draft": side.draft,
        "openers": [card.text for card in side.cards],
        "on_one_device": _on_one_device(side.here) if side.here else None,
        "left_it": side.left,
    }


def _on_one_device(talk: Talk) -> dict[str, Any]:
    return {
        "last_used_at": _time(talk.moved_at),
        "step": talk.step,
        "theme": talk.theme,
        "minutes": talk.minutes,
        "rest": talk.rest,
        "closed": talk.closed,
    }


def _account(house: House, asker: Asker, me: Partner) -> dict[str, Any]:
    """What is kept of a person beside their check-ins; of times that follow a device, the day."""
    address = mail.address(house, asker)
    known, codes = house.gateway.read(
        lambda unit: (browsers.days(unit, me.id), people.recovery_codes_left(unit, me.id))
    )
    return {
        "login_name": me.login_name,
        "display_name": me.display_name,
        "created_and_consented_at": _time(me.created_at),
        "mail_address": {"address": address.text, "confirmed": address.confirmed}
        if address
        else None,
        "second_factor": second_factor.is_on(house, asker),
        "recovery_codes_left": codes,
        "signed_in": [
            {
                "device": one.device,
                "since": _day(one.since),
                "last_seen": _day(one.seen),
                "trusted": one.trusted,
            }
            for one in devices.signed_in(house, asker)
        ],
        "signed_in_before_on": [_day(moment) for moment in known],
    }


def _plain(house: House, account: dict[str, Any], parts: list[Part]) -> dict[str, Any]:
    """All of it as plain data, the same for every form."""
    return {
        "made_at": _time(house.clock()),
        "account": account,
        "check_ins": [_check_in(house, part) for part in parts],
    }


def _check_in(house: House, part: Part) -> dict[str, Any]:
    sheet, checkin = part.sheet, part.checkin
    said = asdict(sheet)
    for not_said in ("nonce", "sealed_at"):
        del said[not_said]
    return {
        "opened_at": _time(checkin.opened_at),
        "sealed_at": _time(sheet.sealed_at),
        "revealed_at": _time(checkin.revealed_at),
        "questionnaire": checkin.questionnaire,
        "sheet": {**said, "pace": sheet.pace or PACES[0]},
        "in_words": [{"what": what, "said": said} for what, said in _lines(house, sheet)],
        "fingerprint": _fingerprint(sheet, checkin.questionnaire) if sheet.nonce else None,
        "reading": part.reading,
        "marks": part.marks,
        "agreement": part.agreement,
        "talk_felt": part.talk_felt,
        "talk": part.talk,
    }


def _fingerprint(sheet: Sheet, questionnaire: int) -> dict[str, str]:
    whole = fingerprints.fingerprint(sheet, questionnaire)
    return {
        "short": fingerprints.short(whole),
        "sha256": whole,
        "sealed_text": fingerprints.sealed_text(sheet, questionnaire),
    }


def _lines(house: House, sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Everything that was entered, in the words of the pages: what, and what was said."""
    words = house.content.words
    label = words.text
    for name, given in (("question", sheet.answers), ("guess", sheet.guesses)):
        for item, value in given.items():
            said = f"{value} ({words.scale[value - LOWEST]})"
            yield label(f"interface.exports.{name}", text=words.question(item)), said
    yield label("interface.checkin.review_appreciation"), sheet.appreciation
    yield label("interface.checkin.review_support"), ", ".join(map(words.support, sheet.support))
    pace = sheet.pace or PACES[0]
    yield label("interface.checkin.review_pace"), label(f"interface.checkin.pace_choice.{pace}")
    unsafe = label(f"interface.checkin.unsafe_choice.{'yes' if sheet.unsafe else 'no'}")
    yield label("interface.checkin.review_unsafe"), unsafe
    yield label("interface.checkin.review_note"), sheet.note
    if sheet.outcome:
        outcome = label(f"interface.checkin.outcome.{sheet.outcome}")
        yield label("interface.checkin.review_outcome"), outcome


def _as_json(house: House, account: dict[str, Any], parts: list[Part]) -> bytes:
    how = house.content.words.text("interface.exports.by_hand")
    data = {**_plain(house, account, parts), "how_to_check_a_fingerprint": how}
    return json.dumps(data, ensure_ascii=False, indent=2).encode()


def _as_table(house: House, parts: list[Part]) -> bytes:
    """One line for each thing said, with a mark for spreadsheets that it is UTF-8."""
    text = house.content.words.text
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(text(f"interface.exports.column.{name}") for name in ("day", "what", "said"))
    for part in parts:
        day = f"{part.checkin.opened_at:%Y-%m-%d}"
        for what, said in _lines(house, part.sheet):
            writer.writerow((day, _cell(what), _cell(said)))
    return table.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    """The text as no spreadsheet takes it for a formula: behind an apostrophe where it could."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
