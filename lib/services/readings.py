"""Writing what each of the two will read, once, at the reveal or when somebody finishes alone.

Called by other services inside their unit of work; not by pages. Both sheets meet here and nowhere
else, and each reading is written from one side, with what only that side may know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from lib.domain import checkins as rules
from lib.domain.advice import Past, Voice, advise, advise_alone
from lib.domain.checkins import PACES, CheckIn, Sheet
from lib.domain.comparison import compare, set_aside, shown_themes
from lib.domain.couples import Partner
from lib.domain.guesses import GuessRound, judge_all
from lib.domain.questionnaire import Questionnaire
from lib.domain.readings import Reading, from_plain, not_compared, to_plain
from lib.errors import NotYours
from lib.services import seals, wording
from lib.services.access import Place
from lib.services.house import House
from lib.storage import checkins, talks
from lib.storage.gateway import Unit


@dataclass(frozen=True, slots=True)
class _Round:
    """One earlier revealed check-in of a couple, both sheets opened."""

    checkin: CheckIn
    questionnaire: Questionnaire
    sheets: Mapping[str, Sheet]


def write_both(
    house: House, unit: Unit, place: Place, checkin: CheckIn, mine: Sheet, theirs: Sheet
) -> bool:
    """Compare two sealed sheets and write a reading for each partner.

    False when a sheet is not as it was sealed: then both read only that, and nothing is compared.
    """
    me, other = place.both()
    seal_me, seal_other = (
        seals.compared(house, unit, place.couple, checkin, owner=who, sheet=sheet)
        for who, sheet in ((me, mine), (other, theirs))
    )
    if not (seal_me.whole and seal_other.whole):
        _save(house, unit, checkin, me, not_compared(seal_me, seal_other))
        _save(house, unit, checkin, other, not_compared(seal_other, seal_me))
        return False
    questionnaire = house.content.questionnaires[checkin.questionnaire]
    rounds = _rounds(house, unit, place, checkin)
    comparison = compare(mine.answers, theirs.answers, questionnaire)
    six = shown_themes(comparison, questionnaire, aside=set_aside(questionnaire, house.chance))
    sheets = {me.id: mine, other.id: theirs}
    voices = (
        _felt(house, unit, me, rounds, _voice(me, other, sheets, rounds)),
        _felt(house, unit, other, rounds, _voice(other, me, sheets, rounds)),
    )
    pasts = _past(house, unit, rounds, me), _past(house, unit, rounds, other)
    library = house.content.library
    unmarked = replace(voices[0], unsafe=False), replace(voices[1], unsafe=False)
    told = partial(advise, library, questionnaire, pasts=pasts, comparison=comparison, shown=six)
    ordinary, careful = told(*unmarked), told(*voices)
    agreed = last_agreement(house, unit, place, asked_from=checkin.opened_at, but=checkin)
    pairs = ((me, seal_me, other, seal_other), (other, seal_other, me, seal_me))
    for number, (reader, seal, partner, other_seal) in enumerate(pairs):
        reading = wording.couple(
            house,
            questionnaire,
            six if number == 0 else tuple(gap.swapped() for gap in six),
            (sheets[reader.id], sheets[partner.id]),
            ordinary=ordinary[number],
            help_first=careful[number] if sheets[reader.id].unsafe else None,
            verdict=_verdict(voices[number], sheets[partner.id], questionnaire),
            agreement=agreed,
        )
        before = _before(house, unit, checkin, rounds, reader)
        whole = replace(reading, changes=wording.changes(house, questionnaire, before, reading))
        _save(house, unit, checkin, reader, whole.with_seals(seal, other_seal))
    return True


def write_alone(house: House, unit: Unit, place: Place, checkin: CheckIn, sheet: Sheet) -> None:
    """Write the reading of somebody who answers alone: their own levels, tips and openers."""
    questionnaire = house.content.questionnaires[checkin.questionnaire]
    library = house.content.library
    voice = Voice(answers=sheet.answers, pace=sheet.pace or PACES[0], support=sheet.support)
    past = _past(house, unit, _rounds(house, unit, place, checkin), place.me)
    ordinary = advise_alone(library, questionnaire, voice, past=past)
    careful = (
        advise_alone(library, questionnaire, replace(voice, unsafe=True), past=past)
        if sheet.unsafe
        else None
    )
    lines = tuple(
        wording.own_line(house, theme, level)
        for theme, level in questionnaire.levels(sheet.answers).items()
    )
    reading = Reading(
        themes=lines,
        tips=wording.tips(house, ordinary),
        openers=wording.openers(house, ordinary),
        mine=wording.side(house, sheet, ()),
        theirs=None,
        agreement=None,
        guess_words=None,
        help=None if careful is None else wording.tips(house, careful),
    )
    _save(house, unit, checkin, place.me, reading)


def last_agreement(
    house: House, unit: Unit, place: Place, *, asked_from: datetime, but: CheckIn | None = None
) -> str | None:
    """The agreement from the couple's newest revealed check-in that the next one asks about.

    asked_from: when the check-in that asks became possible, which is the same for both whoever has
    begun or finished. What held then is asked, or else what was first agreed to later: a change
    proposed meanwhile by one alone, or made by both, is nothing that either has answered about.
    but: the check-in that is being revealed just now, and has none yet.
    """
    if place.other is None:
        return None
    for checkin in checkins.known_to(unit, place.couple.id, place.me.id):
        if checkin.revealed_at is not None and (but is None or checkin.id != but.id):
            body = checkins.agreement(unit, house.vault, checkin, place.couple)
            return rules.asked_about(
                rules.held(body, {person.id for person in place.both()}, checkin.revealed_at),
                asked_from,
            )
    return None


def example(house: House, *, side: str) -> Reading:
    """The made-up couple's reading from one side ("first" or "second"), by the real engine."""
    couple = house.content.example
    if couple is None:
        raise NotYours
    questionnaire = house.content.current
    halves = (couple.first, couple.second)
    sheets = tuple(
        Sheet(
            answers={item: int(value) for item, value in half.voice.answers.items()},
            guesses={item: int(value) for item, value in half.voice.guesses.items()},
            appreciation=half.appreciation,
            pace=half.voice.pace,
            support=half.voice.support,
        )
        for half in halves
    )
    comparison = compare(sheets[0].answers, sheets[1].answers, questionnaire)
    six = shown_themes(comparison, questionnaire)
    both = advise(
        house.content.library,
        questionnaire,
        halves[0].voice,
        halves[1].voice,
        comparison=comparison,
    )
    number = ("first", "second").index(side)
    return wording.couple(
        house,
        questionnaire,
        six if number == 0 else tuple(gap.swapped() for gap in six),
        (sheets[number], sheets[1 - number]),
        ordinary=both[number],
        help_first=None,
        verdict=None,
        agreement=None,
    )


def _before(
    house: House, unit: Unit, checkin: CheckIn, rounds: tuple[_Round, ...], reader: Partner
) -> Reading | None:
    """What this person read at the reveal before, if the questions were the same."""
    if not rounds or rounds[0].checkin.questionnaire != checkin.questionnaire:
        return None
    body = checkins.paper(unit, house.vault, "reading", rounds[0].checkin, reader)
    return from_plain(body) if body else None


def _voice(
    me: Partner, other: Partner, sheets: Mapping[str, Sheet], rounds: tuple[_Round, ...]
) -> Voice:
    sheet = sheets[me.id]
    earlier = tuple(reversed(rounds))
    return Voice(
        answers=sheet.answers,
        guesses=sheet.guesses,
        pace=sheet.pace or PACES[0],
        unsafe=sheet.unsafe,
        support=sheet.support,
        outcome=sheet.outcome,
        past_outcomes=tuple(each.sheets[me.id].outcome for each in earlier),
        past_levels=tuple(
            each.questionnaire.levels(each.sheets[me.id].answers) for each in earlier
        ),
        past_guesses=tuple(
            GuessRound(
                guesses=each.sheets[me.id].guesses,
                own=each.sheets[me.id].answers,
                partner=each.sheets[other.id].answers,
                questionnaire=each.questionnaire,
            )
            for each in earlier
        ),
    )


def _felt(house: House, unit: Unit, me: Partner, rounds: tuple[_Round, ...], voice: Voice) -> Voice:
    """With how their last talk was for them; it turns their own advice only."""
    side = talks.side(unit, house.vault, rounds[0].checkin, me) if rounds else None
    return replace(voice, talk_safe=side.safe, talk_useful=side.useful) if side else voice


def _verdict(voice: Voice, other: Sheet, questionnaire: Questionnaire) -> str | None:
    """The verdict on all guesses so far, when it is firm. Too few looks like unclear: neither is
    said."""
    now = GuessRound(voice.guesses, voice.answers, other.answers, questionnaire)
    check = judge_all((*voice.past_guesses, now))
    return check.verdict if check and check.firm else None


def _rounds(house: House, unit: Unit, place: Place, current: CheckIn) -> tuple[_Round, ...]:
    """The couple's earlier revealed check-ins, the newest first."""
    if place.other is None:
        return ()
    people = (place.me, place.other)
    found = []
    for checkin in checkins.all_of(unit, place.couple.id):
        if checkin.revealed_at is None or checkin.id == current.id:
            continue
        sheets = {who: seals.opened(house, unit, checkin, who) for who in people}
        known = {
            who.id: sheet
            for who, sheet in sheets.items()
            if sheet is not None
            and seals.compared(house, unit, place.couple, checkin, owner=who, sheet=sheet).whole
        }
        if len(known) == len(people):
            questionnaire = house.content.questionnaires[checkin.questionnaire]
            found.append(_Round(checkin, questionnaire, known))
    return tuple(found)


def _past(house: House, unit: Unit, rounds: tuple[_Round, ...], reader: Partner) -> Past:
    """What this reader was shown and marked before; check-ins are numbered from the oldest, 1."""
    seen: dict[str, int] = {}
    marks: dict[str, str] = {}
    for number, each in enumerate(reversed(rounds), 1):
        body = checkins.paper(unit, house.vault, "reading", each.checkin, reader)
        if body is not None:
            seen |= dict.fromkeys(from_plain(body).items(), number)
        paper = checkins.paper(unit, house.vault, "marks", each.checkin, reader)
        marks |= paper["marks"] if paper else {}
    return Past(
        checkin=len(rounds) + 1,
        seen=seen,
        done=frozenset(item for item, mark in marks.items() if mark == "done"),
        not_for_us=frozenset(item for item, mark in marks.items() if mark == "not_for_us"),
    )


def _save(house: House, unit: Unit, checkin: CheckIn, owner: Partner, reading: Reading) -> None:
    checkins.save_paper(unit, house.vault, "reading", checkin, owner, to_plain(reading))
