"""Going: deleting one's own answers, leaving the couple, closing the account. Alone, at once.

Nobody is asked and nobody is told more than this: what was shared is no longer there. Before a
reveal even that is not told, for nothing was shared: the other sees what they saw before.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from lib.domain.checkins import CheckIn
from lib.domain.couples import Couple, Partner
from lib.errors import Damaged, NotYours
from lib.services import access, accounts
from lib.services.access import Asker, Place
from lib.services.house import House
from lib.storage import checkins, couples, people, sessions
from lib.storage.gateway import Unit
from lib.storage.sessions import Ticket

_log = logging.getLogger("halfway.services")
CLOSING_TOLD_FOR = timedelta(minutes=1)
NOBODY = ""
_CHECKPOINTS = 3
_INSTANT = timedelta(milliseconds=1)  # the finest step of time that is stored


@dataclass(frozen=True, slots=True)
class Part:
    """One check-in in which the asker has something. kind: begun; sealed; alone, finished for
    oneself; shared, which both can read; kept, of which the shared part is no longer there."""

    checkin_id: str
    opened_at: datetime
    kind: Literal["begun", "sealed", "alone", "shared", "kept"]


@dataclass(frozen=True, slots=True)
class Possession:
    """What would go, for the list before anything is pressed. Parts: the newest first."""

    parts: tuple[Part, ...]
    partner_name: str | None
    under_way: bool


def possession(house: House, asker: Asker) -> Possession:
    """What the asker has here; read from their own rows only.

    under_way: an invitation of theirs is open, or they wait to be confirmed.
    """

    def look(unit: Unit) -> Possession:
        place = access.place(house, unit, asker)
        together = place.couple.state == "together"
        return Possession(
            parts=tuple(_parts(house, unit, place)),
            partner_name=place.other.display_name if together and place.other else None,
            under_way=not together and _is_under_way(house, unit, place),
        )

    return house.gateway.read(look)


def delete_answers(
    house: House, asker: Asker, *, password: str, checkin_id: str | None = None
) -> None:
    """Delete one's own answers of one check-in, or of all; running it again changes nothing.

    What came of both sheets goes with them: both readings, all marks, the agreement. The other's
    own sheet stays. Raises Refused("password_wrong"), NotYours for an unknown check-in.
    """
    accounts.prove(house, asker, password)

    def work(unit: Unit) -> None:
        place = access.place(house, unit, asker)
        chosen = [
            checkin
            for checkin in _within_reach(unit, place)
            if checkin_id is None or checkin.id == checkin_id
        ]
        if checkin_id is not None and not chosen:
            raise NotYours
        for checkin in chosen:
            _delete_part(house, unit, place, checkin)

    house.gateway.write(work)
    _leave_nothing(house)


def leave(house: House, asker: Asker, *, password: str) -> None:
    """End the couple for both; each is alone again with their own sheets. Again changes nothing."""
    accounts.prove(house, asker, password)

    def work(unit: Unit) -> None:
        place = access.place(house, unit, asker)
        if place.couple.state == "together":
            _part_ways(house, unit, place.couple, [one for one in (place.me, place.other) if one])

    house.gateway.write(work)
    _leave_nothing(house)


def close(house: House, asker: Asker, *, password: str) -> None:
    """Close the account: leave, and everything of this person goes, their key and sessions too."""
    accounts.prove(house, asker, password)

    def work(unit: Unit) -> None:
        place = access.place(house, unit, asker)
        if place.couple.state == "together":
            _part_ways(house, unit, place.couple, [place.other] if place.other else [])
        _take_back_acceptance(unit, place.me)
        for couple in couples.of_member(unit, place.me.id):
            _tell_guests(unit, couple)
            couples.remove(unit, couple.id)
        people.remove(unit, place.me.id)
        _note_closing(house, unit, asker)

    house.gateway.write(work)
    _leave_nothing(house)


def was_closed(house: House, asker: Asker) -> bool:
    """Whether the asker's session ended by their closing the account from it, within the last
    minute; told only once."""
    key = _closing(asker)

    def look(unit: Unit) -> bool:
        return sessions.ticket(unit, **key, now=house.clock()) is not None

    # Looked for before it is spent: anybody may ask, and none of that may cost a write.
    if not house.gateway.read(look):
        return False
    spent = house.gateway.write(lambda unit: sessions.spend_ticket(unit, **key, now=house.clock()))
    return spent is not None


def _note_closing(house: House, unit: Unit, asker: Asker) -> None:
    """For the browser that is then sent to another page, maybe by another process: a ticket of
    nobody's, which goes when it was told, or in a minute."""
    sessions.add_ticket(
        unit,
        Ticket(NOBODY, trusted=False),
        **_closing(asker),
        expires_at=house.clock() + CLOSING_TOLD_FOR,
    )


def _closing(asker: Asker) -> dict[str, str]:
    """No SHA-256 alone, as that of other tickets is: none can be redeemed as another."""
    mark = f"closed:{asker.session}"
    return {"token_hash": mark, "nonce_hash": mark}


def _parts(house: House, unit: Unit, place: Place) -> Iterable[Part]:
    for checkin in _within_reach(unit, place):
        if not checkins.has(unit, "sheet", checkin, place.me.id):
            continue
        kind: Literal["begun", "sealed", "alone", "shared", "kept"] = "begun"
        if checkins.has(unit, "reading", checkin, place.me.id):
            kind = "shared" if checkin.revealed_at else "alone"
        elif checkin.revealed_at:
            kind = "kept"
        elif checkins.sealed_at(unit, checkin, place.me.id):
            kind = "sealed"
        yield Part(checkin.id, checkin.opened_at, kind)


def _within_reach(unit: Unit, place: Place) -> list[CheckIn]:
    """The check-ins of all couples that this person is in, the newest first."""
    mine = couples.of_member(unit, place.me.id)
    found = [one for couple in mine for one in checkins.known_to(unit, couple.id, place.me.id)]
    return sorted(found, key=lambda checkin: checkin.opened_at, reverse=True)


def _is_under_way(house: House, unit: Unit, place: Place) -> bool:
    offered = couples.invitations_of(unit, place.couple.id)
    accepted = couples.invitations_accepted_by(unit, place.me.id)
    now = house.clock()
    return any(one.state(now) in ("open", "accepted") for one in (*offered, *accepted))


def _delete_part(house: House, unit: Unit, place: Place, checkin: CheckIn) -> None:
    if checkin.couple_id != place.couple.id or place.other is None:
        checkins.remove(unit, checkin)
        return
    if checkin.revealed_at is None:
        # The row stays: it says only that a window was begun, and the other may stand in it.
        checkins.remove_own(unit, checkin, place.me.id)
        return
    was_shared = checkins.has(unit, "reading", checkin, place.me.id)
    checkins.remove_own(unit, checkin, place.me.id)
    if not was_shared:
        return
    checkins.remove_joint(unit, checkin)
    _forget_agreement(house, unit, place, checkin)
    if checkin.talked_at is None:
        # There is nothing left to talk about: the next one can begin, for both alike.
        checkins.set_talked(unit, checkin, checkin.revealed_at)
    couples.raise_version(unit, checkin.couple_id)


def _forget_agreement(house: House, unit: Unit, place: Place, checkin: CheckIn) -> None:
    """The readings after this one began with its agreement, which goes with it."""
    for later in checkins.all_of(unit, checkin.couple_id):
        if later.opened_at <= checkin.opened_at or later.revealed_at is None:
            continue
        for reader in place.both():
            body = checkins.paper(unit, house.vault, "reading", later, reader)
            if body and body["agreement"] is not None:
                changed = {**body, "agreement": None}
                checkins.save_paper(unit, house.vault, "reading", later, reader, changed)


def _part_ways(house: House, unit: Unit, couple: Couple, staying: Iterable[Partner]) -> None:
    """Take a couple away; each of those who stay is alone again, with their own sheets."""
    for person in staying:
        home = _pending_home(house, unit, person)
        for checkin in reversed(checkins.all_of(unit, couple.id)):
            _carry_home(house, unit, person, checkin, home)
        couples.set_parted(unit, home.id)
        people.move(unit, person.id, couple_id=home.id, earlier_couple_id=None)
    couples.remove(unit, couple.id)


def _pending_home(house: House, unit: Unit, person: Partner) -> Couple:
    """The couple in which this person was alone before, or a new one."""
    for couple in couples.of_member(unit, person.id):
        if couple.state == "pending":
            return couple
    home = couples.new(house.vault, house.clock())
    couples.add(unit, home, (person.id,))
    return home


def _carry_home(house: House, unit: Unit, person: Partner, checkin: CheckIn, home: Couple) -> None:
    """Bring one's own sheet along, under a new id, so that nothing leads to the other any more.

    Only a draft of the check-in that is still open can be gone on with; the rest is to read.
    """
    try:
        sheet = checkins.sheet(unit, house.vault, checkin, person)
    except Damaged:
        return  # nobody is kept from leaving by what can no longer be opened
    if sheet is None:
        return
    taken = {each.opened_at for each in checkins.all_of(unit, home.id)}
    opened_at = checkin.opened_at
    while opened_at in taken:
        opened_at += _INSTANT
    goes_on = not sheet.sealed and checkin.stage(house.clock()) == "open"
    carried = replace(
        checkin, couple_id=home.id, id=secrets.token_hex(16), opened_at=opened_at, talked_at=None
    )
    checkins.add(unit, carried)
    if checkin.revealed_at is not None:
        checkins.set_revealed(unit, carried, checkin.revealed_at)
    if not goes_on:
        checkins.set_talked(unit, carried, checkin.talked_at or checkin.opened_at)
    checkins.save_sheet(unit, house.vault, carried, person, sheet)


def _take_back_acceptance(unit: Unit, person: Partner) -> None:
    for invitation in couples.invitations_accepted_by(unit, person.id):
        couples.remove_invitation(unit, invitation.finder)
        couples.raise_version(unit, invitation.couple_id)


def _tell_guests(unit: Unit, couple: Couple) -> None:
    """Ring for whoever waits to be confirmed in a couple that goes."""
    for invitation in couples.invitations_of(unit, couple.id):
        guest = people.by_id(unit, invitation.accepted_by) if invitation.accepted_by else None
        if guest:
            couples.raise_version(unit, guest.couple_id)


def _leave_nothing(house: House) -> None:
    """Take what was deleted out of the log of the database, too."""
    for _ in range(_CHECKPOINTS):
        if house.gateway.checkpoint():
            return
    _log.warning("deleted rows stay in the write-ahead log until the next deletion")
