"""The talk: what each of two can do in it, on two devices or on one.

Of what one of them says alone the other gets, and hears, only that they would like to talk: the
couple's version is raised when that, or what both share, has changed. What cannot be done from
where somebody stands changes nothing and is no error, for the other may have been quicker.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lib.domain import checkins as rules
from lib.domain import talk_moves as moves
from lib.domain import talks as talking
from lib.domain.checkins import CheckIn
from lib.domain.couples import Partner
from lib.domain.readings import from_plain
from lib.domain.talks import Deck, Seen, Side, Table
from lib.errors import NotYours, Refused
from lib.services import access
from lib.services.access import Asker, Place
from lib.services.decks import decks
from lib.services.house import House
from lib.storage import checkins, couples, people, talks
from lib.storage.gateway import Unit

Move = Callable[[Table, datetime], Table]


@dataclass(frozen=True, slots=True)
class Talking:
    """A talk as one person sees it. me, other: the names of the two."""

    checkin_id: str
    seen: Seen
    me: str
    other: str


def look(house: House, asker: Asker) -> Talking | None:
    """The talk about the newest check-in that both read; None when there is none to talk about."""

    def work(unit: Unit) -> Talking | None:
        place = access.place(house, unit, asker)
        checkin = _newest(unit, place)
        if checkin is None or place.other is None:
            return None
        table = _table(house, unit, place, checkin)
        seen = talking.seen(table, house.clock())
        return Talking(checkin.id, seen, place.me.display_name, place.other.display_name)

    return house.gateway.read(work)


def say_yes(house: House, asker: Asker, *, checkin_id: str) -> None:
    """I would like to talk, or to go on after a rest. The other sees it; it lapses after a day."""
    _do(house, asker, checkin_id, moves.go_on_again)


def not_now(house: House, asker: Asker, *, checkin_id: str) -> None:
    """Take one's yes back, or put the other's aside; to them it looks as if nobody had looked."""
    _do(house, asker, checkin_id, moves.not_now)


def choose_depth(house: House, asker: Asker, *, checkin_id: str, depth: object) -> None:
    """How deep today may go for me: light, middle or deep; in a talk only lighter than before."""
    chosen = rules.check_choice("depth", depth, talking.DEPTHS)
    _do(house, asker, checkin_id, lambda table, _: moves.choose_depth(table, chosen))


def lighter(house: House, asker: Asker, *, checkin_id: str) -> None:
    """A step lighter for me from the next opener on."""
    _do(house, asker, checkin_id, lambda table, _: moves.lighter(table))


def begin_here(house: House, asker: Asker, *, checkin_id: str) -> None:
    """Begin a talk on this one device, passed over between the two."""
    _do(house, asker, checkin_id, moves.begin_here)


def leave_here(house: House, asker: Asker, *, checkin_id: str) -> None:
    """Put the talk on one device away."""
    _do(house, asker, checkin_id, lambda table, _: moves.leave_here(table))


def go_on(house: House, asker: Asker, *, checkin_id: str, at: str) -> None:
    """To the next step, for both. at: where it was pressed."""

    def work(unit: Unit) -> None:
        place, checkin, table = _reach(house, unit, asker, checkin_id)
        both: tuple[Deck, Deck] = ({}, {})
        if table.current is not None and table.current.step == "difference":
            both = _decks(house, unit, place, checkin, table)
        after = moves.go_on(table, at, house.clock(), both)
        _save(house, unit, place, checkin, table, after)

    house.gateway.write(work)


def go_back(house: House, asker: Asker, *, checkin_id: str, at: str) -> None:
    """To the step before, for both."""
    _do(house, asker, checkin_id, lambda table, now: moves.go_back(table, at, now))


def choose_theme(house: House, asker: Asker, *, checkin_id: str, at: str, theme: object) -> None:
    """The theme I would talk about: one that differs clearly, or where none does, one shown."""

    def work(unit: Unit) -> None:
        place, checkin, table = _reach(house, unit, asker, checkin_id)
        chosen = rules.check_choice("theme", theme, _themes(house, unit, checkin, place.me))
        after = moves.choose_theme(table, at, chosen, house.clock())
        _save(house, unit, place, checkin, table, after)

    house.gateway.write(work)


def other_opener(house: House, asker: Asker, *, checkin_id: str) -> None:
    """Another opener for me, as deep as both want by now."""

    def work(unit: Unit) -> None:
        place, checkin, table = _reach(house, unit, asker, checkin_id)
        deck, _ = _decks(house, unit, place, checkin, table)
        _save(house, unit, place, checkin, table, moves.other_card(table, deck))

    house.gateway.write(work)


def speak(house: House, asker: Asker, *, checkin_id: str, at: str) -> None:
    """I begin to speak."""
    _do(house, asker, checkin_id, lambda table, now: moves.speak(table, at, now))


def hand_over(house: House, asker: Asker, *, checkin_id: str, at: str) -> None:
    """The other speaks now."""
    _do(house, asker, checkin_id, lambda table, now: moves.hand_over(table, at, now))


def set_minutes(house: House, asker: Asker, *, checkin_id: str, minutes: object) -> None:
    """How long a turn is, for both; None switches the timer off."""
    if minutes is not None and (type(minutes) is not int or minutes not in talking.MINUTES):
        raise Refused("choice_unknown", field="minutes")
    chosen = minutes
    _do(house, asker, checkin_id, lambda table, _: moves.set_minutes(table, chosen))


def pause(house: House, asker: Asker, *, checkin_id: str, kind: object) -> None:
    """Stop at once, for twenty minutes or until another day; nobody is told who it was."""
    chosen = rules.check_choice("rest", kind, talking.RESTS)
    rest: talking.Rest = "twenty" if chosen == "twenty" else "another_day"
    _do(house, asker, checkin_id, lambda table, now: moves.pause(table, rest, now))


def close(house: House, asker: Asker, *, checkin_id: str, at: str) -> None:
    """End the talk at its last step. With that the check-in is talked over; after a talk on one
    device the other still says so for themself."""

    def work(unit: Unit) -> None:
        place, checkin, table = _reach(house, unit, asker, checkin_id)
        after = moves.close(table, at, house.clock())
        ended = after.talk is not None and after.talk.closed and not table.on_one_device
        if ended and after != table and checkin.talked_at is None:
            checkins.set_talked(unit, checkin, house.clock())
        _save(house, unit, place, checkin, table, after)

    house.gateway.write(work)


def say_felt(
    house: House, asker: Asker, *, checkin_id: str, safe: bool | None, useful: bool | None
) -> None:
    """Whether the talk felt safe and useful: for oneself, it only turns one's own advice."""
    felt = {"safe": safe if safe is None else bool(safe)}
    felt["useful"] = useful if useful is None else bool(useful)
    _do(house, asker, checkin_id, lambda table, _: moves.say_felt(table, **felt))


def leave(house: House, asker: Asker, *, checkin_id: str) -> None:
    """Done with the page that follows a talk."""
    _do(house, asker, checkin_id, lambda table, _: moves.leave(table))


def keep_draft(house: House, asker: Asker, *, checkin_id: str, text: object) -> None:
    """Keep an agreement half written, so that it is there on another device too."""
    typed = rules.check_text("agreement", text)
    _do(house, asker, checkin_id, lambda table, _: moves.keep_draft(table, typed))


def _do(house: House, asker: Asker, checkin_id: str, move: Move) -> None:
    def work(unit: Unit) -> None:
        place, checkin, table = _reach(house, unit, asker, checkin_id)
        _save(house, unit, place, checkin, table, move(table, house.clock()))

    house.gateway.write(work)


def _newest(unit: Unit, place: Place) -> CheckIn | None:
    """The newest check-in that both read; only that one is talked about, and none when what was
    shared of it is no longer there."""
    if place.other is None:
        return None
    found = checkins.known_to(unit, place.couple.id, place.me.id)
    newest = next((one for one in found if one.revealed_at is not None), None)
    there = newest and checkins.has(unit, "reading", newest, place.me.id)
    return newest if there else None


def _reach(house: House, unit: Unit, asker: Asker, checkin_id: str) -> tuple[Place, CheckIn, Table]:
    place = access.place(house, unit, asker)
    checkin = _newest(unit, place)
    if checkin is None or checkin.id != checkin_id:
        raise NotYours
    return place, checkin, _table(house, unit, place, checkin)


def _table(house: House, unit: Unit, place: Place, checkin: CheckIn) -> Table:
    me, other = place.both()
    return Table(
        talk=talks.talk(unit, house.vault, checkin, place.couple),
        mine=_side(house, unit, checkin, me),
        theirs=_side(house, unit, checkin, other),
    )


def _side(house: House, unit: Unit, checkin: CheckIn, owner: Partner) -> Side:
    """What they said, or, to begin with, as deep as they chose in the check-in."""
    side = talks.side(unit, house.vault, checkin, owner)
    if side is not None:
        return side
    sheet = checkins.sheet(unit, house.vault, checkin, owner)
    return Side(owner.id, depth=(sheet.pace if sheet else None) or talking.DEPTHS[0])


def _save(
    house: House, unit: Unit, place: Place, checkin: CheckIn, before: Table, after: Table
) -> None:
    """Write what changed; ring for the other only when it is something that both share, or a
    proposal. What one did alone rings in one's own tabs.

    Whether the other has put that aside must not matter here, or one's own bell would tell.
    """
    me, other = place.both()
    for owner, old, new in ((me, before.mine, after.mine), (other, before.theirs, after.theirs)):
        if new != old:
            talks.save_side(unit, house.vault, checkin, owner, new)
    if after.mine != before.mine:
        people.ring_own(unit, me.id)
    now = house.clock()
    proposed, proposes = (
        talking.proposes(each.mine, each.current, now) for each in (before, after)
    )
    if after.talk is not None and after.talk != before.talk:
        talks.save_talk(unit, house.vault, checkin, place.couple, after.talk)
        couples.raise_version(unit, place.couple.id)
    elif proposed != proposes:
        couples.raise_version(unit, place.couple.id)


def _themes(house: House, unit: Unit, checkin: CheckIn, me: Partner) -> tuple[str, ...]:
    """What can be chosen, the same for both: clear differences, or else the themes shown."""
    body = checkins.paper(unit, house.vault, "reading", checkin, me)
    lines = from_plain(body).themes if body else ()
    return tuple(line.id for line in lines if line.clear) or tuple(line.id for line in lines)


def _decks(
    house: House, unit: Unit, place: Place, checkin: CheckIn, table: Table
) -> tuple[Deck, Deck]:
    theme = table.current.theme if table.current else None
    return decks(house, unit, place, checkin, theme=theme, shared=table.on_one_device)
