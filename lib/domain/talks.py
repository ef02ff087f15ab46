"""The talk: two people go through what they found, step by step, on two devices or on one.

A pure state machine; what each can do is in `lib.domain.talk_moves`. What both share is a `Talk`;
what one of them says alone is their `Side`: that they would like to talk, that they put the other's
wish aside, how deep it may go today, which theme they would choose. Of the other's side `seen`
looks at one thing, that they would like to talk, for that is said to be heard; the rest only
decides when two words meet (both chose the same theme) and how deep the next opener may be. So "not
now" cannot be told from not having looked.

Every change of place is made from a certain place (`Talk.at`): pressing the same thing at once, or
in a tab that was left behind, moves nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

Step = Literal["appreciate", "close", "difference", "openers", "turns", "agree", "end"]
Rest = Literal["twenty", "another_day"]
Stage = Literal["offered", "wished", "running", "paused", "resting", "closed"]

STEPS: tuple[Step, ...] = ("appreciate", "close", "difference", "openers", "turns", "agree", "end")
RESTS: tuple[Rest, ...] = ("twenty", "another_day")
DEPTHS = ("light", "middle", "deep")
MINUTES = (1, 2, 3, 5, 10)
USUAL_MINUTES = 3
BREAK = timedelta(minutes=20)
YES_HOLDS = timedelta(days=1)
LEFT_ALONE = timedelta(hours=12)  # a talk nobody touched for so long rests until another day


@dataclass(frozen=True, slots=True)
class Card:
    """An opener as it was given to somebody. depth: one of DEPTHS."""

    id: str
    depth: str
    text: str


Deck = Mapping[str, Sequence[Card]]  # depth -> openers, the most fitting first


@dataclass(frozen=True, slots=True)
class Talk:
    """What both share. number: which talk of its check-in, from 1; moves: changes of place so far.

    speaker: a partner's id while turns go on. since, spent: when the speaker's clock last started
    (None while it stands) and the seconds before that. minutes: of a turn; None for no timer.
    """

    number: int
    moved_at: datetime
    moves: int = 0
    step: Step = STEPS[0]
    theme: str | None = None
    speaker: str | None = None
    since: datetime | None = None
    spent: float = 0.0
    minutes: int | None = USUAL_MINUTES
    rest: Rest | None = None
    closed: bool = False

    @property
    def at(self) -> str:
        """The place that a press belongs to; another one after each move."""
        return f"{self.number}.{self.moves}"


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two says or has alone. yes_at: when they said that they would like to talk.
    aside_at: when they said "not now", which for a day puts aside whatever the other proposes.

    theme: the one they would choose. cards: the openers they were given, the newest last. draft:
    an agreement half written. safe, useful: how the last talk was for them. here: their talk on one
    device, passed over between the two; it is theirs alone, for nobody else has signed in there.
    """

    owner: str
    depth: str = DEPTHS[0]
    yes_at: datetime | None = None
    aside_at: datetime | None = None
    theme: str | None = None
    cards: tuple[Card, ...] = ()
    draft: str = ""
    safe: bool | None = None
    useful: bool | None = None
    left: bool = True
    here: Talk | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Both sides of a talk, from one person's place at it."""

    talk: Talk | None
    mine: Side
    theirs: Side

    def swapped(self) -> Table:
        return Table(self.talk, self.theirs, self.mine)

    @property
    def on_one_device(self) -> bool:
        return self.mine.here is not None

    @property
    def current(self) -> Talk | None:
        """The talk that this person is in: their own on one device comes first."""
        return self.mine.here or self.talk


@dataclass(frozen=True, slots=True)
class Seen:
    """All that one person sees of a talk. asked: the other would like to talk, or to go on after a
    rest until another day, and one has not put it aside. card: their own opener. left: seconds left
    of the turn, below 0 when it is over; None when there is no timer. rest_until: the end of a
    short rest."""

    stage: Stage
    at: str
    step: Step
    one_device: bool
    said_yes: bool
    asked: bool
    depth: str
    theme: str | None
    my_theme: str | None
    card: Card | None
    speaking: Literal["me", "other"] | None
    minutes: int | None
    left: float | None
    rest_until: datetime | None
    draft: str
    safe: bool | None
    useful: bool | None


def seen(table: Table, now: datetime) -> Seen:
    """What the person at `table.mine` sees now. Of the other's side: that they propose a talk."""
    talk, mine = table.current, table.mine
    said_yes = wants(mine, now)
    shown = talk or Talk(number=0, moved_at=now)
    return Seen(
        stage=_stage(talk, mine, now, said_yes=said_yes),
        at=shown.at,
        step=shown.step,
        one_device=table.on_one_device,
        said_yes=said_yes,
        asked=proposes(table.theirs, talk, now) and not _is_put_aside(mine, now),
        depth=mine.depth,
        theme=shown.theme,
        my_theme=mine.theme,
        card=mine.cards[-1] if mine.cards else None,
        speaking=_speaking(shown, mine),
        minutes=shown.minutes,
        left=_left(shown, now),
        rest_until=shown.moved_at + BREAK if shown.rest == "twenty" else None,
        draft=mine.draft,
        safe=mine.safe,
        useful=mine.useful,
    )


def lower(one: str, other: str) -> str:
    """The lower of two depths; nobody is told whose it was."""
    return min(one, other, key=DEPTHS.index)


def _speaking(talk: Talk, mine: Side) -> Literal["me", "other"] | None:
    if talk.speaker is None:
        return None
    return "me" if talk.speaker == mine.owner else "other"


def _stage(talk: Talk | None, mine: Side, now: datetime, *, said_yes: bool) -> Stage:
    if talk is not None and not talk.closed:
        if talk.rest == "twenty" and now - talk.moved_at < LEFT_ALONE:
            return "paused"
        return "running" if is_open(talk, now) else "resting"
    if not mine.left:
        return "closed"
    return "wished" if said_yes else "offered"


def is_open(talk: Talk | None, now: datetime) -> bool:
    """Whether the talk goes on just now: neither closed nor resting."""
    if talk is None or talk.closed or talk.rest is not None:
        return False
    return now - talk.moved_at < LEFT_ALONE


def wants(side: Side, now: datetime) -> bool:
    """Whether their yes still holds."""
    return side.yes_at is not None and now - side.yes_at < YES_HOLDS


def proposes(side: Side, talk: Talk | None, now: datetime) -> bool:
    """Whether their yes is a proposal that the other may see.

    Not while a talk goes on or is paused, for whoever is ready sooner should hurry nobody.
    """
    under_way = talk is not None and not talk.closed and talk.rest != "another_day"
    if under_way and talk is not None and now - talk.moved_at < LEFT_ALONE:
        return False
    return wants(side, now)


def _is_put_aside(side: Side, now: datetime) -> bool:
    return side.aside_at is not None and now - side.aside_at < YES_HOLDS


def running(talk: Talk, now: datetime) -> float:
    """Seconds that the speaker's clock has run since it last started."""
    return max(0.0, (now - talk.since).total_seconds()) if talk.since else 0.0


def _left(talk: Talk, now: datetime) -> float | None:
    if talk.minutes is None or talk.speaker is None:
        return None
    return talk.minutes * 60 - talk.spent - running(talk, now)


def standing(table: Table, at: str, now: datetime) -> Talk | None:
    """The talk, when it goes on and stands where the press belongs to."""
    talk = table.current
    return talk if talk and talk.at == at and is_open(talk, now) else None


def moved(table: Table, talk: Talk, now: datetime) -> Table:
    """The table with its talk at another place, which counts as a move."""
    return placed(table, replace(talk, moves=talk.moves + 1, moved_at=now))


def placed(table: Table, talk: Talk) -> Table:
    """The table with this talk in place of the one that is gone through."""
    if table.on_one_device:
        return replace(table, mine=replace(table.mine, here=talk))
    return replace(table, talk=talk)
