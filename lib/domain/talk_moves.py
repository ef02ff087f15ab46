"""What each of the two can do in a talk: pure steps from one `Table` to the next.

`table.mine` is whoever does it. What cannot be done from where they are changes nothing, and is no
error: somebody else was quicker, or the tab was left behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from lib.domain.talks import (
    DEPTHS,
    STEPS,
    Deck,
    Rest,
    Side,
    Table,
    Talk,
    is_open,
    lower,
    moved,
    placed,
    running,
    standing,
    wants,
)

# --- beginning, resting, going on, ending


def say_yes(table: Table, now: datetime) -> Table:
    """I would like to talk, or to go on. It begins, or goes on, when both said so within a day."""
    if table.on_one_device or is_open(table.talk, now) or wants(table.mine, now):
        return table
    said = replace(table, mine=replace(table.mine, yes_at=now, aside_at=None))
    return _meet(said, now) if wants(table.theirs, now) else said


def not_now(table: Table, now: datetime) -> Table:
    """Take one's yes back, or put the other's aside for a day, however often it is said."""
    return replace(table, mine=replace(table.mine, yes_at=None, aside_at=now))


def choose_depth(table: Table, depth: str) -> Table:
    """How deep today may go for me. While talking it only ever becomes lighter."""
    if table.current is not None and not table.current.closed:
        depth = lower(depth, table.mine.depth)
    return replace(table, mine=replace(table.mine, depth=depth))


def lighter(table: Table) -> Table:
    """One step lighter for me, from the next opener on."""
    less = DEPTHS[max(0, DEPTHS.index(table.mine.depth) - 1)]
    return choose_depth(table, less)


def begin_here(table: Table, now: datetime) -> Table:
    """Begin on this device, to be passed over; the other's own screens know nothing of it."""
    if table.on_one_device or is_open(table.talk, now):
        return table
    number = table.talk.number if table.talk else 0
    here = Talk(number=number, moved_at=now)
    return replace(table, mine=replace(_fresh(table.mine), here=here))


def pause(table: Table, kind: Rest, now: datetime) -> Table:
    """Stop at once. A rest can become longer and not shorter; going on takes both."""
    talk = table.current
    if talk is None or talk.closed or talk.rest in (kind, "another_day"):
        return table
    spent = talk.spent + running(talk, now)
    rested = replace(talk, rest=kind, since=None, spent=spent)
    calm = table if talk.rest else _without_yes(table)
    return moved(calm, rested, now)


def go_on_again(table: Table, now: datetime) -> Table:
    """Go on after a rest on one device: whoever presses speaks for both who sit there."""
    return _wake(table, now) if table.on_one_device else say_yes(table, now)


def close(table: Table, at: str, now: datetime) -> Table:
    """End the talk, at its last step."""
    talk = standing(table, at, now)
    if talk is None or talk.step != STEPS[-1]:
        return table
    if table.on_one_device:
        return replace(table, mine=replace(table.mine, here=None, left=False))
    ended = moved(table, replace(talk, closed=True), now)
    sides = replace(ended.mine, left=False), replace(ended.theirs, left=False)
    return replace(ended, mine=sides[0], theirs=sides[1])


def leave_here(table: Table) -> Table:
    """Put the talk on one device away as it is; what was chosen in it is no word to the other."""
    if not table.on_one_device:
        return table
    return replace(table, mine=replace(table.mine, here=None, theme=None))


def say_felt(table: Table, *, safe: bool | None, useful: bool | None) -> Table:
    """How the talk was, for oneself alone."""
    return replace(table, mine=replace(table.mine, safe=safe, useful=useful))


def leave(table: Table) -> Table:
    """Done with the page that follows a talk."""
    return replace(table, mine=replace(table.mine, left=True))


# --- from step to step


def go_on(table: Table, at: str, now: datetime, decks: tuple[Deck, Deck]) -> Table:
    """To the next step, for both. decks: what may be given to me and to the other as an opener."""
    return _step(table, at, 1, now, decks)


def go_back(table: Table, at: str, now: datetime) -> Table:
    """To the step before, for both."""
    return _step(table, at, -1, now, ({}, {}))


def choose_theme(table: Table, at: str, theme: str, now: datetime) -> Table:
    """The theme I would choose; it is chosen when the other's is the same."""
    talk = standing(table, at, now)
    if talk is None or talk.step != "difference":
        return table
    chosen = replace(table, mine=replace(table.mine, theme=theme))
    if talk.theme == theme or (not table.on_one_device and table.theirs.theme != theme):
        return chosen
    return moved(chosen, replace(talk, theme=theme), now)


def other_card(table: Table, deck: Deck) -> Table:
    """Another opener for me, as deep as both want by now."""
    return replace(table, mine=_dealt(table.mine, deck, _today(table)))


def speak(table: Table, at: str, now: datetime) -> Table:
    """I begin to speak, when nobody does."""
    talk = standing(table, at, now)
    if talk is None or talk.step not in ("openers", "turns") or talk.speaker is not None:
        return table
    begun = replace(talk, step="turns", speaker=table.mine.owner, since=now, spent=0.0)
    return moved(table, begun, now)


def hand_over(table: Table, at: str, now: datetime) -> Table:
    """The other speaks. Only whoever speaks can give it away."""
    talk = standing(table, at, now)
    if talk is None or talk.speaker is None:
        return table
    if talk.speaker != table.mine.owner and not table.on_one_device:
        return table
    owners = {table.mine.owner: table.theirs.owner, table.theirs.owner: table.mine.owner}
    return moved(table, replace(talk, speaker=owners[talk.speaker], since=now, spent=0.0), now)


def set_minutes(table: Table, minutes: int | None) -> Table:
    """How long a turn is, for both and from now on; None for no timer."""
    talk = table.current
    if talk is None or talk.closed:
        return table
    return placed(table, replace(talk, minutes=minutes))


def keep_draft(table: Table, text: str) -> Table:
    """Keep an agreement half written, for oneself."""
    return replace(table, mine=replace(table.mine, draft=text))


# --- inside


def _meet(table: Table, now: datetime) -> Table:
    """Both said yes: go on after a rest, or begin."""
    if table.talk is not None and not table.talk.closed:
        return _wake(table, now)
    number = table.talk.number + 1 if table.talk else 1
    talk = Talk(number=number, moved_at=now)
    # Whoever passes one device over just now finds the talk when that is put away.
    return Table(talk, _fresh(table.mine), _fresh(table.theirs))


def _wake(table: Table, now: datetime) -> Table:
    talk = table.current
    if talk is None:
        return table
    since = now if talk.speaker else None
    # Left alone while somebody spoke: that time counts for nobody.
    spent = talk.spent if talk.rest else 0.0
    return moved(_without_yes(table), replace(talk, rest=None, since=since, spent=spent), now)


def _fresh(side: Side) -> Side:
    return replace(
        side, yes_at=None, theme=None, cards=(), safe=None, useful=None, left=True, here=None
    )


def _without_yes(table: Table) -> Table:
    mine = replace(table.mine, yes_at=None)
    if table.on_one_device:
        return replace(table, mine=mine)
    return replace(table, mine=mine, theirs=replace(table.theirs, yes_at=None))


def _step(table: Table, at: str, by: int, now: datetime, decks: tuple[Deck, Deck]) -> Table:
    talk = standing(table, at, now)
    number = STEPS.index(talk.step) + by if talk else -1
    if talk is None or not 0 <= number < len(STEPS):
        return table
    step = STEPS[number]
    there = replace(talk, step=step, speaker=None, since=None, spent=0.0)
    changed = table
    if step == "difference":
        there, changed = replace(there, theme=None), _each(table, _no_theme)
    elif step == "openers" and by > 0:
        today = _today(table)
        changed = replace(table, mine=_dealt(table.mine, decks[0], today))
        if not table.on_one_device:
            changed = replace(changed, theirs=_dealt(table.theirs, decks[1], today))
    return moved(changed, there, now)


def _each(table: Table, change: Callable[[Side], Side]) -> Table:
    changed = replace(table, mine=change(table.mine))
    return changed if table.on_one_device else replace(changed, theirs=change(table.theirs))


def _no_theme(side: Side) -> Side:
    return replace(side, theme=None, cards=())


def _today(table: Table) -> str:
    return lower(table.mine.depth, table.theirs.depth)


def _dealt(side: Side, deck: Deck, depth: str) -> Side:
    """One opener more: as deep as `depth`, or lighter where there is none that was not given yet;
    when all were, from the first again."""
    given = {card.id for card in side.cards}
    allowed = [DEPTHS[number] for number in range(DEPTHS.index(depth), -1, -1)]
    every = [card for each in allowed for card in deck.get(each, ())]
    last = side.cards[-1].id if side.cards else None
    new = [card for card in every if card.id not in given] or [
        card for card in every if card.id != last
    ]
    return replace(side, cards=(*side.cards, new[0])) if new else side
