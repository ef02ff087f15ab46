"""Invariants 1 to 3: what one of the two may not know is not in a single byte that they can get.

The same story is played in two houses. In the quiet one only Ana acts; in the busy one Ben does
whatever he likes as well. Whatever Ana and the stranger get must not differ, errors included, until
both sheets are opened; and afterwards only by what both want to try.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lib.domain.checkins import MARKS, OUTCOMES, PACES
from lib.domain.questionnaire import Questionnaire
from lib.errors import NotYours, Refused
from lib.services import accounts, checkins, couples, leaving, reviews
from lib.services.access import Asker
from lib.services.house import House
from lib.services.reviews import Review
from tests.domain.couples import loaded
from tests.services.conftest import PASSWORD, Cast, Clock, Prepared, fill, reveal

CANARY = "quokka7413"
QUESTIONS = [question.id for question in loaded().current.questions]
VALUES = st.integers(1, 7)
STEPS = settings(
    max_examples=20,
    stateful_step_count=15,
    deadline=None,
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)

# What one person can do about a check-in: the name of the act and what it takes.
ACTS = st.one_of(
    st.tuples(st.just("answer"), st.sampled_from(QUESTIONS), st.none() | VALUES),
    st.tuples(st.just("guess"), st.sampled_from(QUESTIONS), st.none() | VALUES),
    st.tuples(st.just("write"), st.sampled_from(["note", "appreciation"])),
    st.tuples(st.just("pace"), st.sampled_from(PACES)),
    st.tuples(st.just("support"), st.sampled_from(loaded().support)),
    st.tuples(st.just("unsafe"), st.booleans()),
    st.tuples(st.just("outcome"), st.none() | st.sampled_from(OUTCOMES)),
    st.tuples(st.just("bring"), st.booleans()),
    st.tuples(st.just("release")),
    st.tuples(st.just("delete")),
    st.tuples(st.just("look")),
)


def act(house: House, asker: Asker, deed: tuple[Any, ...], text: str) -> str:
    """Do it; what came of it, as the person is told."""
    name, *given = deed
    deeds: dict[str, Callable[..., object]] = {
        "answer": lambda item, value: checkins.answer(house, asker, item, value),
        "guess": lambda item, value: checkins.guess(house, asker, item, value),
        "write": lambda field: checkins.write(house, asker, field, text),
        "pace": lambda pace: checkins.choose_pace(house, asker, pace),
        "support": lambda kind: checkins.choose_support(house, asker, (kind,)),
        "unsafe": lambda said: checkins.say_unsafe(house, asker, said),
        "outcome": lambda said: checkins.say_outcome(house, asker, said),
        "bring": lambda keep: checkins.bring_earlier(house, asker, keep=keep),
        "look": lambda: views(house, asker),
        "delete": lambda: delete(house, asker),
        "fill": lambda value: fill(house, asker, value),
        "seal": lambda hold: checkins.seal(
            house, asker, checkin_id=checkins.desk(house, asker).checkin_id, hold_back=hold
        ),
        "release": lambda: checkins.release(
            house, asker, checkin_id=checkins.desk(house, asker).checkin_id
        ),
    }
    try:
        deeds[name](*given)
    except (Refused, NotYours) as error:
        return str(error)
    return "done"


def delete(house: House, asker: Asker) -> None:
    """Delete what one has answered in the check-in that is not opened yet."""
    desk = checkins.desk(house, asker)
    if desk.stage in ("answering", "waiting") and desk.checkin_id:
        leaving.delete_answers(house, asker, password=PASSWORD, checkin_id=desk.checkin_id)


def views(house: House, asker: Asker) -> dict[str, Any]:
    """Everything that a person can get by looking."""
    found: dict[str, Any] = {
        "desk": checkins.desk(house, asker),
        "review": reviews.review(house, asker),
        "past": reviews.past(house, asker),
        "me": accounts.arrive(house, asker),
        "situation": couples.situation(house, asker),
        "doorbell": couples.version(house, asker),
    }
    for line in found["past"]:
        if line.kind in ("own", "kept"):
            one: object = reviews.own_sheet(house, asker, checkin_id=line.checkin_id)
        else:
            one = reviews.review(house, asker, checkin_id=line.checkin_id)
        found[f"past {line.checkin_id}"] = one
    return found


def plain(thing: object) -> object:
    """For JSON: dataclasses as their fields, times and sets as lists of their parts."""
    if isinstance(thing, Questionnaire):
        return thing.version
    if is_dataclass(thing):
        return {field.name: getattr(thing, field.name) for field in fields(thing)}
    if isinstance(thing, datetime):
        return thing.isoformat()
    return sorted(thing)  # type: ignore[call-overload]


class Story(RuleBasedStateMachine):
    """Two houses that begin alike. `names`: the random ids of check-ins in Ana's order."""

    prepared: ClassVar[Prepared]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.quiet, self.busy = (
            self.prepared.play(Path(self.folder.name) / name, self.clock, lasting=True)
            for name in ("quiet", "busy")
        )
        self.names: dict[str, dict[str, str]] = {"quiet": {}, "busy": {}}
        self.opened = False
        self.rounds = 0

    def teardown(self) -> None:
        for cast in (self.quiet, self.busy):
            cast.house.gateway.close()
        self.folder.cleanup()

    # --- what happens

    @rule(deed=ACTS)
    @precondition(lambda self: not self.opened)
    def ana_acts(self, deed: tuple[Any, ...]) -> None:
        self.ana(deed)

    @rule(value=VALUES, hold=st.booleans())
    @precondition(lambda self: not self.opened)
    def ana_seals(self, value: int, hold: bool) -> None:
        self.ana(("fill", value))
        self.ana(("seal", hold))

    @rule(deed=ACTS)
    @precondition(lambda self: not self.opened)
    def ben_acts(self, deed: tuple[Any, ...]) -> None:
        self.ben(deed)

    @rule(value=VALUES, hold=st.booleans())
    @precondition(lambda self: not self.opened)
    def ben_seals(self, value: int, hold: bool) -> None:
        self.ben(("fill", value))
        self.ben(("seal", hold))

    @rule(hours=st.sampled_from([1, 24 * 4, 24 * 11]))
    @precondition(lambda self: not self.opened)
    def time_goes_by(self, hours: int) -> None:
        self.clock.forward(hours=hours)

    @rule()
    @precondition(lambda self: self.opened)
    def they_read(self) -> None:
        """The end of the story: both read the same round."""
        ana, ben = (reviews.review(self.busy.house, who) for who in (self.busy.ana, self.busy.ben))
        assert ana
        assert ben
        assert ana.checkin_id == ben.checkin_id

    # --- and what follows from it

    def ana(self, deed: tuple[Any, ...]) -> None:
        due = self.opens(self.busy.ana, self.busy.ben, deed)
        told = act(self.busy.house, self.busy.ana, deed, "mine")
        assert told == act(self.quiet.house, self.quiet.ana, deed, "mine")
        self.see_whether_opened(deed, due and told == "done")

    def ben(self, deed: tuple[Any, ...]) -> None:
        due = self.opens(self.busy.ben, self.busy.ana, deed)
        told = act(self.busy.house, self.busy.ben, deed, CANARY)
        self.see_whether_opened(deed, due and told == "done")

    def opens(self, who: Asker, other: Asker, deed: tuple[Any, ...]) -> bool:
        """Whether this deed of theirs, if it succeeds, is the last that was missing."""
        mine, theirs = (checkins.desk(self.busy.house, one) for one in (who, other))
        begun = mine.stage == "answering" and deed == ("seal", False)
        released = mine.stage == "waiting" and mine.sheet.hold_back and deed == ("release",)
        return (begun or released) and theirs.stage == "waiting" and not theirs.sheet.hold_back

    def see_whether_opened(self, deed: tuple[Any, ...], due: bool) -> None:
        """Opened exactly when the last that was missing came, and for both."""
        rounds = [self.together(self.busy, who) for who in (self.busy.ana, self.busy.ben)]
        assert rounds == [self.rounds + due] * 2, deed
        self.opened = due

    @staticmethod
    def together(cast: Cast, asker: Asker) -> int:
        return sum(line.kind == "together" for line in reviews.past(cast.house, asker))

    @invariant()
    def the_other_sees_nothing(self) -> None:
        if self.opened:
            return
        quiet, busy = (self.ana_sees(name) for name in ("quiet", "busy"))
        assert busy == quiet
        assert CANARY.encode() not in busy

    @invariant()
    def the_stranger_sees_nothing(self) -> None:
        quiet, busy = (
            json.dumps(views(cast.house, cast.stranger), default=plain)
            for cast in (self.quiet, self.busy)
        )
        assert busy == quiet

    def ana_sees(self, name: str) -> bytes:
        cast, names = getattr(self, name), self.names[name]
        found = views(cast.house, cast.ana)
        checkin_id = found["desk"].checkin_id
        if checkin_id:
            names.setdefault(checkin_id, f"<check-in {len(names)}>")
        text = json.dumps(self.shown(found, busy=name == "busy"), default=plain, ensure_ascii=False)
        text = re.sub(r'"(nonce|fingerprint)": "[^"]+"', r'"\1": "<random>"', text)
        for random, told in names.items():
            text = text.replace(random, told)
        return text.encode()

    def shown(self, found: dict[str, Any], *, busy: bool) -> dict[str, Any]:
        return found


class LaterStory(Story):
    """The same after one check-in was opened: marks, talking, and the check-ins that follow."""

    def __init__(self) -> None:
        super().__init__()
        self.rounds = 1
        self.marks: dict[str, dict[str, str | None]] = {"ana": {}, "ben": {}}
        self.rung = 0
        review = reviews.review(self.busy.house, self.busy.ben)
        assert review
        self.checkin_id = review.checkin_id
        self.theirs = sorted(review.reading.items())
        mine = reviews.review(self.busy.house, self.busy.ana)
        assert mine
        self.mine = sorted(mine.reading.items())
        self.common = [item for item in self.mine if item in self.theirs]
        self.shared = review.reading.shared_items()

    @rule(number=st.integers(0, 20), mark=st.none() | st.sampled_from(MARKS))
    @precondition(lambda self: not self.opened)
    def ben_marks(self, number: int, mark: str | None) -> None:
        self.mark("ben", self.theirs[number % len(self.theirs)], mark)

    @rule(number=st.integers(0, 20), mark=st.none() | st.sampled_from(MARKS))
    @precondition(lambda self: not self.opened)
    def ana_marks(self, number: int, mark: str | None) -> None:
        self.mark("ana", self.mine[number % len(self.mine)], mark)

    @rule(number=st.integers(0, 20))
    @precondition(lambda self: not self.opened)
    def both_mark(self, number: int) -> None:
        item = self.common[number % len(self.common)]
        self.mark("ana", item, "try")
        self.mark("ben", item, "try")

    @rule()
    @precondition(lambda self: not self.opened)
    def ben_says_they_talked(self) -> None:
        before = self.own_stamp()
        reviews.talked(self.busy.house, self.busy.ben, checkin_id=self.checkin_id)
        assert self.own_stamp() == before

    def own_stamp(self) -> str:
        """What rings for Ana alone, and never for anything that Ben does; random, so that it cannot
        be compared between the houses."""
        return couples.version(self.busy.house, self.busy.ana).rpartition(":")[2]

    def mark(self, who: str, item: str, mark: str | None) -> None:
        before, own = self.both_try(), self.own_stamp()
        for cast in (self.busy, self.quiet) if who == "ana" else (self.busy,):
            reviews.mark(
                cast.house, getattr(cast, who), checkin_id=self.checkin_id, item=item, mark=mark
            )
        assert (self.own_stamp() == own) is (who == "ben")
        self.marks[who][item] = mark
        self.rung += self.both_try() != before

    def both_try(self) -> tuple[str, ...]:
        """What both want to try, as far as both read it as meant for both."""
        tried = [{i for i, m in marks.items() if m == "try"} for marks in self.marks.values()]
        return tuple(sorted(tried[0] & tried[1] & self.shared))

    def shown(self, found: dict[str, Any], *, busy: bool) -> dict[str, Any]:
        """Without what both may know: that is compared with what both said."""
        review = found["review"]
        assert isinstance(review, Review)
        assert review.both_try == (self.both_try() if busy else ())
        couple, version, _ = found["doorbell"].split(":")
        cleared = {
            key: replace(one, both_try=()) if isinstance(one, Review) else one
            for key, one in found.items()
        }
        return {**cleared, "doorbell": [couple, int(version) - (self.rung if busy else 0)]}


@pytest.fixture(scope="module")
def opened(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """The cast after its first check-in was opened."""
    folder = tmp_path_factory.mktemp("opened") / "house"
    cast = prepared.play(folder, Clock())
    reveal(cast, 6, 2)
    cast.house.gateway.close()
    return replace(prepared, folder=folder)


def test_until_the_reveal_the_other_sees_what_they_would_see_of_somebody_who_does_nothing(
    prepared: Prepared,
) -> None:
    run_state_machine_as_test(type("Play", (Story,), {"prepared": prepared}), settings=STEPS)


def test_after_the_reveal_marks_and_new_answers_are_seen_by_their_owner_only(
    opened: Prepared,
) -> None:
    run_state_machine_as_test(type("Play", (LaterStory,), {"prepared": opened}), settings=STEPS)
