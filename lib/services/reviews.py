"""After the reveal: read together, mark, agree, and say that it was talked over.

A mark belongs to whoever made it. The other learns of one only when both said "let's try" to the
same shared tip or opener; until then nothing that the other gets depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from lib.domain import checkins as rules
from lib.domain.checkins import CheckIn, Held, Stage
from lib.domain.couples import Partner
from lib.domain.readings import Reading, from_plain
from lib.errors import NotYours, Refused
from lib.services import access
from lib.services.access import Asker, Place
from lib.services.house import House
from lib.storage import checkins, couples, people
from lib.storage.gateway import Unit


@dataclass(frozen=True, slots=True)
class Agreement:
    """One small thing, by a day or by none. `yes_me` and `yes_other`: who said yes to this very
    text and day."""

    text: str
    yes_me: bool
    yes_other: bool
    by: date | None = None

    @property
    def holds(self) -> bool:
        return self.yes_me and self.yes_other


@dataclass(frozen=True, slots=True)
class Review:
    """One check-in as one person may read it. `marks`: item id -> mark, one's own only.

    `both_try`: the items that both want to try. `talked_me`: this person said "we have talked".
    `newest`: False for a past one, of which nothing is agreed any more. `later`: then the reading
    of the one revealed after it, which tells how the agreement went, while it is there.
    """

    checkin_id: str
    revealed_at: datetime
    stage: Stage
    alone: bool
    reading: Reading
    marks: Mapping[str, str]
    both_try: tuple[str, ...]
    agreement: Agreement | None
    talked_me: bool
    newest: bool
    later: Reading | None


@dataclass(frozen=True, slots=True)
class PastLine:
    """One readable check-in in the list of past ones.

    kind: `together`; `alone`; or one's own sheet only: `own`, which was never opened, and `kept`,
    of which the shared part is no longer there.
    """

    checkin_id: str
    opened_at: datetime
    kind: Literal["together", "alone", "own", "kept"]


def review(house: House, asker: Asker, *, checkin_id: str | None = None) -> Review | None:
    """The newest revealed check-in, or the one asked for; None when there is none yet.

    Raises NotYours for an id that is not the asker's, or not revealed.
    """

    def look(unit: Unit) -> Review | None:
        place = access.place(house, unit, asker)
        checkin = (
            _reachable(house, unit, place, checkin_id)
            if checkin_id
            else _newest(unit, house, place)
        )
        return _review(house, unit, place, checkin) if checkin else None

    return house.gateway.read(look)


def shared_gone(house: House, asker: Asker) -> bool:
    """Whether what was shared last is no longer there, be it that one of the two deleted their part
    or that one left: which of it, who and when is not told."""

    def look(unit: Unit) -> bool:
        place = access.place(house, unit, asker)
        if place.other is None:
            return place.couple.parted
        for checkin in checkins.known_to(unit, place.couple.id, place.me.id):
            if checkin.revealed_at is not None:
                return not checkins.has(unit, "reading", checkin, place.me.id)
        return False

    return house.gateway.read(look)


def past(house: House, asker: Asker) -> tuple[PastLine, ...]:
    """Every check-in that the asker can still read, the newest first."""

    def look(unit: Unit) -> tuple[PastLine, ...]:
        place = access.place(house, unit, asker)
        now = house.clock()
        lines: list[PastLine] = []
        for checkin in _all(unit, place):
            if checkins.has(unit, "reading", checkin, place.me.id):
                joint: Literal["together", "alone"] = "together" if checkin.revealed_at else "alone"
                lines.append(PastLine(checkin.id, checkin.opened_at, joint))
            elif checkin.stage(now) != "open" and checkins.has(unit, "sheet", checkin, place.me.id):
                own: Literal["kept", "own"] = "kept" if checkin.revealed_at else "own"
                lines.append(PastLine(checkin.id, checkin.opened_at, own))
        return tuple(lines)

    return house.gateway.read(look)


def own_sheet(house: House, asker: Asker, *, checkin_id: str) -> tuple[rules.Sheet, int]:
    """One's own sheet of any check-in of one's own, and its questionnaire's version."""

    def look(unit: Unit) -> tuple[rules.Sheet, int]:
        place = access.place(house, unit, asker)
        for checkin in _all(unit, place):
            sheet = (
                checkins.sheet(unit, house.vault, checkin, place.me)
                if checkin.id == checkin_id
                else None
            )
            if sheet:
                return sheet, checkin.questionnaire
        raise NotYours

    return house.gateway.read(look)


def mark(house: House, asker: Asker, *, checkin_id: str, item: str, mark: str | None) -> None:
    """Put one's mark on a tip or opener that one was shown, or take it away with None."""
    said = None if mark is None else rules.check_choice("mark", mark, rules.MARKS)

    def work(unit: Unit) -> None:
        place = access.place(house, unit, asker)
        checkin = _reachable(house, unit, place, checkin_id)
        if item not in _reading(house, unit, checkin, place.me).items():
            raise NotYours
        before = _both_try(house, unit, place, checkin)
        paper = _marks(house, unit, checkin, place.me)
        marks = {**paper["marks"], item: said}
        kept = {key: value for key, value in marks.items() if value is not None}
        _save_marks(house, unit, checkin, place.me, {**paper, "marks": kept})
        if _both_try(house, unit, place, checkin) != before:
            couples.raise_version(unit, checkin.couple_id)

    house.gateway.write(work)


def write_agreement(
    house: House, asker: Asker, *, checkin_id: str, text: object, by: date | None = None
) -> None:
    """Put a sentence down, or change it: the writer says yes with it, the other is asked.

    by: the day until which it is meant to be done, at most sixty days away.
    """
    typed = rules.check_text("agreement", text).strip()
    if not typed:
        raise Refused("agreement_empty", field="agreement")
    day = rules.check_day(by, house.clock())

    def work(unit: Unit) -> None:
        place, checkin = _shared(house, unit, asker, checkin_id)
        _refuse_if_kept_past(unit, place, checkin)
        before = checkins.agreement(unit, house.vault, checkin, place.couple)
        same = before is not None and (before["text"], before.get("by")) == (typed, day)
        yes = sorted({*(before["yes"] if before and same else ()), place.me.id})
        body = {"text": typed, "by": day, "yes": yes}
        _save_agreement(house, unit, place, checkin, body, before=before)

    house.gateway.write(work)


def agree(
    house: House, asker: Asker, *, checkin_id: str, text: str, by: date | None = None
) -> None:
    """Say yes to that very text and day; Refused when it has changed meanwhile."""

    def work(unit: Unit) -> None:
        place, checkin = _shared(house, unit, asker, checkin_id)
        _refuse_if_kept_past(unit, place, checkin)
        before = checkins.agreement(unit, house.vault, checkin, place.couple)
        if before is None or (before["text"], _day(before)) != (text, by):
            raise Refused("agreement_changed", field="agreement")
        body = {**before, "yes": sorted({*before["yes"], place.me.id})}
        _save_agreement(house, unit, place, checkin, body, before=before)

    house.gateway.write(work)


def talked(house: House, asker: Asker, *, checkin_id: str) -> None:
    """Say "we have talked"; the check-in is talked over when both did. Alone, at once."""

    def work(unit: Unit) -> None:
        place = access.place(house, unit, asker)
        checkin = _reachable(house, unit, place, checkin_id)
        if checkin.talked_at is not None:
            return
        paper = _marks(house, unit, checkin, place.me)
        _save_marks(house, unit, checkin, place.me, {**paper, "talked": True})
        alone = checkin.revealed_at is None
        other = None if alone else place.other
        both = alone or (other is not None and _marks(house, unit, checkin, other)["talked"])
        if both:
            checkins.set_talked(unit, checkin, house.clock())
            couples.raise_version(unit, checkin.couple_id)

    house.gateway.write(work)


def _all(unit: Unit, place: Place) -> list[CheckIn]:
    earlier = place.me.earlier_couple_id
    before = checkins.known_to(unit, earlier, place.me.id) if earlier else []
    return [*checkins.known_to(unit, place.couple.id, place.me.id), *before]


def _newest(unit: Unit, house: House, place: Place) -> CheckIn | None:
    for checkin in checkins.known_to(unit, place.couple.id, place.me.id):
        readable = checkins.has(unit, "reading", checkin, place.me.id)
        if checkin.revealed_at is not None:
            return checkin if readable else None
        if place.other is None and readable:
            return checkin
    return None


def _reachable(house: House, unit: Unit, place: Place, checkin_id: str) -> CheckIn:
    """A check-in that the asker has a reading of; everything else does not exist for them."""
    for couple_id in (place.couple.id, place.me.earlier_couple_id):
        checkin = checkins.by_id(unit, couple_id, checkin_id) if couple_id else None
        if checkin and checkins.paper(unit, house.vault, "reading", checkin, place.me):
            return checkin
    raise NotYours


def _shared(house: House, unit: Unit, asker: Asker, checkin_id: str) -> tuple[Place, CheckIn]:
    place = access.place(house, unit, asker)
    checkin = _reachable(house, unit, place, checkin_id)
    if checkin.revealed_at is None or checkin.couple_id != place.couple.id:
        raise NotYours
    return place, checkin


def _refuse_if_kept_past(unit: Unit, place: Place, checkin: CheckIn) -> None:
    """An agreement is written on the newest revealed check-in; older ones stay as they were."""
    if _revealed_after(unit, place, checkin) is not None:
        raise Refused("agreement_past", field="agreement")


def _revealed_after(unit: Unit, place: Place, checkin: CheckIn) -> CheckIn | None:
    """The check-in of the same couple that was revealed next; None when this is the newest."""
    later = None
    for other in checkins.known_to(unit, checkin.couple_id, place.me.id):
        if other.id == checkin.id:
            return later
        if other.revealed_at is not None:
            later = other
    return later


def _review(house: House, unit: Unit, place: Place, checkin: CheckIn) -> Review:
    paper = _marks(house, unit, checkin, place.me)
    after = _revealed_after(unit, place, checkin) if checkin.revealed_at else None
    there = after is not None and checkins.has(unit, "reading", after, place.me.id)
    return Review(
        checkin_id=checkin.id,
        revealed_at=checkin.revealed_at or checkin.opened_at,
        stage=checkin.stage(house.clock()),
        alone=checkin.revealed_at is None,
        reading=_reading(house, unit, checkin, place.me),
        marks=paper["marks"],
        both_try=tuple(sorted(_both_try(house, unit, place, checkin))),
        agreement=_agreement(house, unit, place, checkin),
        talked_me=paper["talked"],
        newest=after is None,
        later=_reading(house, unit, after, place.me) if after and there else None,
    )


def _reading(house: House, unit: Unit, checkin: CheckIn, owner: Partner) -> Reading:
    body = checkins.paper(unit, house.vault, "reading", checkin, owner)
    if body is None:
        raise NotYours
    return from_plain(body)


def _both_try(house: House, unit: Unit, place: Place, checkin: CheckIn) -> frozenset[str]:
    other_id = couples.other_member(unit, checkin.couple_id, place.me.id)
    other = people.by_id(unit, other_id) if other_id and checkin.revealed_at else None
    if other is None:
        return frozenset()
    tried = [_tried(_marks(house, unit, checkin, person)) for person in (place.me, other)]
    both = tried[0] & tried[1]
    # What each was given for themselves alone may be the same: that is nobody else's to know.
    return both & _reading(house, unit, checkin, place.me).shared_items() if both else both


def _tried(paper: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(item for item, mark in paper["marks"].items() if mark == "try")


def _marks(house: House, unit: Unit, checkin: CheckIn, owner: Partner) -> dict[str, Any]:
    paper = checkins.paper(unit, house.vault, "marks", checkin, owner)
    return paper or {"marks": {}, "talked": False}


def _save_marks(
    house: House, unit: Unit, checkin: CheckIn, owner: Partner, body: Mapping[str, Any]
) -> None:
    checkins.save_paper(unit, house.vault, "marks", checkin, owner, body)
    people.ring_own(unit, owner.id)


def _agreement(house: House, unit: Unit, place: Place, checkin: CheckIn) -> Agreement | None:
    if checkin.revealed_at is None or checkin.couple_id != place.couple.id:
        return None
    body = checkins.agreement(unit, house.vault, checkin, place.couple)
    if body is None:
        return None
    others = set(body["yes"]) - {place.me.id}
    said = place.me.id in body["yes"]
    return Agreement(body["text"], yes_me=said, yes_other=bool(others), by=_day(body))


def _save_agreement(
    house: House,
    unit: Unit,
    place: Place,
    checkin: CheckIn,
    body: Mapping[str, Any],
    *,
    before: Mapping[str, Any] | None,
) -> None:
    """Keep it, and from when on which words held: the next check-in asks about those."""
    pair = {person.id for person in place.both()}
    held = rules.held(before, pair, checkin.revealed_at or checkin.opened_at)
    holds = body["text"] if rules.holds(body, pair) else None
    if holds != (held[-1].text if held else None):
        held = [*held, Held(house.clock(), holds)]
    kept = {**body, "held": [[since.isoformat(), text] for since, text in held]}
    checkins.save_agreement(unit, house.vault, checkin, place.couple, kept)
    couples.raise_version(unit, place.couple.id)


def _day(body: Mapping[str, Any]) -> date | None:
    """The day of an agreement; those from before there were days have none."""
    written = body.get("by")
    return date.fromisoformat(written) if written else None
