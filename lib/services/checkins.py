"""One's own side of a check-in: answer, go on later, seal, wait.

Nothing here reads the other's sheet, except the one look inside `seal` and `release` that decides
the reveal. What a waiting person gets is computed from their own sheet and the shared check-in row.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from lib.domain import checkins as rules
from lib.domain import fingerprints
from lib.domain.checkins import CheckIn, Sheet
from lib.domain.questionnaire import Questionnaire
from lib.errors import NotYours, Refused
from lib.services import access, readings, seals
from lib.services.access import Asker, Place
from lib.services.house import House
from lib.storage import checkins, couples
from lib.storage.gateway import Unit

Stage = Literal["answering", "waiting", "resting", "read_alone"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies before one person: their own sheet and what can be done with it.

    stage: answering; waiting for the reveal; resting until `next_from` after one; or, without a
    partner, read_alone once finished. `checkin_id` is None until the first answer is given.
    `begins_with` is the agreement to be asked about. `earlier` says that answers from before lie
    ready to be brought along. `fingerprint` is the short one of one's own sealed sheet.
    """

    stage: Stage
    checkin_id: str | None
    questionnaire: Questionnaire
    sheet: Sheet
    begins_with: str | None = None
    earlier: bool = False
    next_from: datetime | None = None
    fingerprint: str | None = None


def desk(house: House, asker: Asker) -> Desk:
    """One's own check-in as it is now; changes nothing."""
    return house.gateway.read(lambda unit: _desk(house, unit, access.place(house, unit, asker)))


def answer(house: House, asker: Asker, question_id: str, value: object) -> None:
    """Save one answer, 1..7, or take it back with None."""

    def change(sheet: Sheet, questionnaire: Questionnaire) -> Sheet:
        answers = dict(sheet.answers)
        if value is None:
            answers.pop(question_id, None)
        else:
            answers[question_id] = rules.check_answer(questionnaire, question_id, value)
        return replace(sheet, answers=answers)

    _edit(house, asker, change)


def guess(house: House, asker: Asker, question_id: str, value: object) -> None:
    """Save a guess about the other's answer, at most three, or take it back with None."""

    def change(sheet: Sheet, questionnaire: Questionnaire) -> Sheet:
        guesses = dict(sheet.guesses)
        if value is None:
            guesses.pop(question_id, None)
        else:
            guesses[question_id] = rules.check_guess(questionnaire, question_id, value, guesses)
        return replace(sheet, guesses=guesses)

    _edit(house, asker, change)


def write(house: House, asker: Asker, name: Literal["appreciation", "note"], text: object) -> None:
    """Save the appreciation, shared at the reveal, or the note, which is never shared."""
    typed = rules.check_text(name, text)

    def change(sheet: Sheet, questionnaire: Questionnaire) -> Sheet:
        return (
            replace(sheet, appreciation=typed)
            if name == "appreciation"
            else replace(sheet, note=typed)
        )

    _edit(house, asker, change)


def choose_pace(house: House, asker: Asker, pace: object) -> None:
    """How deep the conversation may go: light, middle or deep. Private."""
    chosen = rules.check_choice("pace", pace, rules.PACES)
    _edit(house, asker, lambda sheet, _: replace(sheet, pace=chosen))


def choose_support(house: House, asker: Asker, kinds: tuple[str, ...]) -> None:
    """The kinds of support one would like; shared at the reveal."""
    allowed = house.content.support
    chosen = tuple(kind for kind in allowed if kind in kinds)
    if len(chosen) != len(set(kinds)):
        raise Refused("choice_unknown", field="support")
    _edit(house, asker, lambda sheet, _: replace(sheet, support=chosen))


def say_unsafe(house: House, asker: Asker, unsafe: object) -> None:
    """The private safety question, True or False; changes only what the asker reads."""
    if not isinstance(unsafe, bool):
        raise Refused("choice_unknown", field="unsafe")
    _edit(house, asker, lambda sheet, _: replace(sheet, unsafe=unsafe))


def say_outcome(house: House, asker: Asker, outcome: object) -> None:
    """How the last agreement went, or None; both see both after the reveal."""
    said = None if outcome is None else rules.check_choice("outcome", outcome, rules.OUTCOMES)
    _edit(house, asker, lambda sheet, _: replace(sheet, outcome=said))


def bring_earlier(house: House, asker: Asker, *, keep: bool) -> None:
    """Take along the answers given before (alone, or in a check-in that ran out), or start anew.

    Kept answers become a draft again: they are sealed for the other only by a new seal.
    """

    def work(unit: Unit) -> None:
        place = access.place(house, unit, asker)
        if not _desk(house, unit, place).earlier:
            return
        source = _earlier(house, unit, place)
        sheet = checkins.sheet(unit, house.vault, source, place.me) if source and keep else None
        checkin = _open_row(house, unit, place)
        questionnaire = house.content.questionnaires[checkin.questionnaire]
        brought = rules.brought_along(sheet, questionnaire) if sheet else Sheet()
        checkins.save_sheet(unit, house.vault, checkin, place.me, brought)

    house.gateway.write(work)


def seal(
    house: House,
    asker: Asker,
    *,
    checkin_id: str | None,
    hold_back: object = False,
    shown: Sheet | None = None,
) -> None:
    """Seal one's sheet. Returns only after the commit; sealing again changes nothing.

    shown: the draft that the asker had before them; when another is stored by now, as from a second
    tab, that one is not sealed unseen. Without it, what is stored is sealed.

    When the other's sheet is sealed too and neither holds back, this is the reveal. Raises Refused
    when too much is missing, NotYours when `checkin_id` is not the asker's open check-in.
    """
    if not isinstance(hold_back, bool):
        raise Refused("choice_unknown", field="seal")

    def work(unit: Unit) -> None:
        place = access.place(house, unit, asker)
        if checkin_id is None:
            rules.check_sealable(Sheet(), house.content.current)  # refuses: nothing was answered
        checkin = _own(house, unit, place, checkin_id)
        sheet = checkins.sheet(unit, house.vault, checkin, place.me) or Sheet()
        if sheet.sealed:
            return
        if checkin.stage(house.clock()) != "open" and place.other is not None:
            raise Refused("checkin_over", field="seal")
        if shown is not None and shown != sheet:
            raise Refused("sheet_changed", field="seal")
        rules.check_sealable(sheet, house.content.questionnaires[checkin.questionnaire])
        sealed = replace(
            sheet,
            sealed_at=house.clock(),
            hold_back=hold_back,
            nonce=secrets.token_hex(fingerprints.NONCE_BYTES),
        )
        checkins.save_sheet(unit, house.vault, checkin, place.me, sealed)
        seals.keep(house, unit, place.couple, checkin, owner=place.me, sheet=sealed)
        _reveal_if_due(house, unit, place, checkin)

    house.gateway.write(work)


def release(house: House, asker: Asker, *, checkin_id: str | None) -> None:
    """Stop holding back a sealed sheet; the reveal follows when the other's is sealed too."""

    def work(unit: Unit) -> None:
        place = access.place(house, unit, asker)
        checkin = _own(house, unit, place, checkin_id)
        sheet = checkins.sheet(unit, house.vault, checkin, place.me)
        if sheet is None or not sheet.sealed:
            raise Refused("not_sealed", field="seal")
        if not sheet.hold_back or checkin.stage(house.clock()) != "open":
            return
        checkins.save_sheet(unit, house.vault, checkin, place.me, replace(sheet, hold_back=False))
        _reveal_if_due(house, unit, place, checkin)

    house.gateway.write(work)


def _edit(house: House, asker: Asker, change: Callable[[Sheet, Questionnaire], Sheet]) -> None:
    """Apply one change to the asker's draft, opening the check-in with its first answer."""

    def work(unit: Unit) -> None:
        place = access.place(house, unit, asker)
        before = _desk(house, unit, place)
        if before.stage == "resting":
            raise Refused("checkin_not_yet", field="checkin")
        if before.stage != "answering":
            raise Refused("sheet_sealed", field="checkin")
        checkin = _open_row(house, unit, place)
        asked = house.content.questionnaires[checkin.questionnaire]
        try:
            changed = change(before.sheet, asked)
        except Refused:
            if asked is before.questionnaire:
                raise
            # The other began before the questions were renewed: from here on both see the older.
            changed = before.sheet
        checkins.save_sheet(unit, house.vault, checkin, place.me, changed)

    house.gateway.write(work)


def _desk(house: House, unit: Unit, place: Place) -> Desk:
    now = house.clock()
    last = _last(unit, place)
    alone = place.couple.state == "pending"
    current = house.content.current
    if not alone and last and last.revealed_at is not None:
        anchor = rules.next_anchor(last, last.opened_at)
        if now < anchor:
            questionnaire = house.content.questionnaires[last.questionnaire]
            return Desk("resting", last.id, questionnaire, Sheet(), next_from=anchor)
    checkin = _running(last, now, alone=alone)
    sheet = checkins.sheet(unit, house.vault, checkin, place.me) if checkin else None
    questionnaire = house.content.questionnaires[checkin.questionnaire] if checkin else current
    stage: Stage = "answering"
    if sheet and sheet.sealed:
        stage = "read_alone" if alone else "waiting"
    return Desk(
        stage=stage,
        checkin_id=checkin.id if checkin and sheet else None,
        questionnaire=questionnaire,
        sheet=sheet or Sheet(),
        begins_with=readings.last_agreement(
            house, unit, place, asked_from=_opened_at(place, last, checkin, now)
        ),
        earlier=sheet is None and _earlier(house, unit, place) is not None,
        fingerprint=_fingerprint(sheet, questionnaire) if sheet and sheet.sealed else None,
    )


def _fingerprint(sheet: Sheet, questionnaire: Questionnaire) -> str:
    return fingerprints.short(fingerprints.fingerprint(sheet, questionnaire.version))


def _last(unit: Unit, place: Place) -> CheckIn | None:
    """The newest check-in that the asker may know of: not one that only the other has begun."""
    return next(iter(checkins.known_to(unit, place.couple.id, place.me.id)), None)


def _running(last: CheckIn | None, now: datetime, *, alone: bool) -> CheckIn | None:
    """The check-in that can still be answered or waited for. Alone, nothing runs out."""
    if last is None or (alone and last.talked_at is not None):
        return None
    return last if alone or last.stage(now) == "open" else None


def _open_row(house: House, unit: Unit, place: Place) -> CheckIn:
    """The row of the running check-in, made by the first answer of either, with the same work for
    the second as for the first."""
    now = house.clock()
    last = _last(unit, place)
    alone = place.couple.state == "pending"
    running = _running(last, now, alone=alone)
    if running:
        return running
    return checkins.add(
        unit,
        CheckIn(
            couple_id=place.couple.id,
            id=secrets.token_hex(16),
            questionnaire=house.content.current.version,
            opened_at=_opened_at(place, last, running, now),
        ),
    )


def _opened_at(
    place: Place, last: CheckIn | None, running: CheckIn | None, now: datetime
) -> datetime:
    """When the running check-in began, or would begin now: the same, whoever has begun it."""
    together_at = place.couple.together_at
    if running:
        return running.opened_at
    if together_at is None:
        return now
    return rules.window_start(rules.next_anchor(last, together_at), now)


def _earlier(house: House, unit: Unit, place: Place) -> CheckIn | None:
    """The check-in whose answers could be brought along: the newest one since the last reveal that
    ran out with answers of one's own, or, before the couple's first reveal, the one answered alone.

    Only one's own sheets decide, so that the result is the same whatever the other began.
    """
    now = house.clock()
    for checkin in checkins.known_to(unit, place.couple.id, place.me.id):
        if checkin.revealed_at is not None:
            return None
        if checkin.stage(now) == "expired" and checkins.sheet(unit, house.vault, checkin, place.me):
            return checkin
    pending = place.me.earlier_couple_id
    alone = checkins.last_of(unit, pending) if pending else None
    if alone is None or _kept_from_before(unit, alone, place.me.id):
        return None
    return alone if checkins.has(unit, "sheet", alone, place.me.id) else None


def _kept_from_before(unit: Unit, checkin: CheckIn, owner_id: str) -> bool:
    """Whether a finished check-in was not answered alone, but comes from a couple that parted: what
    was written for one person is not offered to be shown to the next."""
    return checkin.talked_at is not None and not checkins.has(unit, "reading", checkin, owner_id)


def _own(house: House, unit: Unit, place: Place, checkin_id: str | None) -> CheckIn:
    found = checkins.by_id(unit, place.couple.id, checkin_id) if checkin_id else None
    if found is None:
        raise NotYours
    return found


def _reveal_if_due(house: House, unit: Unit, place: Place, checkin: CheckIn) -> None:
    """Open both sheets when both may be opened: write what each reads, then ring for both."""
    mine = checkins.sheet(unit, house.vault, checkin, place.me)
    if place.other is None:
        if mine:
            readings.write_alone(house, unit, place, checkin, mine)
        return
    theirs = seals.opened(house, unit, checkin, place.other)
    if mine is None or theirs is None or not rules.opens_together(mine, theirs):
        return
    checkins.set_revealed(unit, checkin, house.clock())
    if not readings.write_both(house, unit, place, checkin, mine, theirs):
        checkins.set_talked(unit, checkin, house.clock())  # the next one can begin at once
    couples.raise_version(unit, place.couple.id)
