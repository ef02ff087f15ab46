"""What one of the two says alone in a talk is not in anything that the other gets.

The same story is played in two houses. In the quiet one Ben does only what both may see, such as
to propose a talk; in the busy one he also puts aside what Ana proposes, chooses how deep it may go,
prefers a theme, drafts, says how it felt, and has marked that honesty is unsafe. Whatever Ana gets
must not differ, her doorbell included, until two words meet.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from lib.domain.talks import DEPTHS, MINUTES, RESTS, STEPS
from lib.errors import HalfwayError
from lib.services import checkins, couples, reviews, talks
from lib.services.access import Asker
from tests.services.conftest import Cast, Clock, Prepared, reveal
from tests.services.test_readings import without_seals

STEPS_OF_STORY = settings(
    max_examples=60,
    stateful_step_count=14,
    deadline=None,
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)
# What both share: Ben does it in both houses. Resting and the timer now and then, or nothing else
# would happen.
SHARED = st.sampled_from(
    [
        *[("go_on",)] * 6,
        *[("go_back",), ("speak",), ("hand_over",), ("close",)] * 2,
        *[("minutes", minutes) for minutes in (None, MINUTES[0])],
        *[("pause", kind) for kind in RESTS],
    ]
)
# What is one's own. Ana never wants it deep, so that his depth has nothing to be the lower of.
OWN = st.sampled_from(
    [
        *[("theme", number) for number in range(6)],
        *[("other",), ("yes",)] * 3,
        *[("not_now",), ("lighter",), ("leave",), ("here",), ("away",)],
        *[("draft", "a walk"), ("felt", True, None), ("felt", False, False)],
    ]
)
ALONE = OWN | st.sampled_from([("depth", depth) for depth in DEPTHS])


def act(cast: Cast, asker: Asker, deed: tuple[Any, ...]) -> str:
    """Do it from where they stand; what came of it, as the person is told."""
    house, found = cast.house, talks.look(cast.house, asker)
    assert found
    name, *given = deed
    of, at = {"checkin_id": found.checkin_id}, {"at": found.seen.at}
    deeds: dict[str, Callable[..., object]] = {
        "go_on": lambda: talks.go_on(house, asker, **of, **at),
        "go_back": lambda: talks.go_back(house, asker, **of, **at),
        "speak": lambda: talks.speak(house, asker, **of, **at),
        "hand_over": lambda: talks.hand_over(house, asker, **of, **at),
        "close": lambda: talks.close(house, asker, **of, **at),
        "minutes": lambda minutes: talks.set_minutes(house, asker, **of, minutes=minutes),
        "pause": lambda kind: talks.pause(house, asker, **of, kind=kind),
        "yes": lambda: talks.say_yes(house, asker, **of),
        "not_now": lambda: talks.not_now(house, asker, **of),
        "lighter": lambda: talks.lighter(house, asker, **of),
        "other": lambda: talks.other_opener(house, asker, **of),
        "leave": lambda: talks.leave(house, asker, **of),
        "here": lambda: talks.begin_here(house, asker, **of),
        "away": lambda: talks.leave_here(house, asker, **of),
        "draft": lambda text: talks.keep_draft(house, asker, **of, text=text),
        "felt": lambda safe, useful: talks.say_felt(house, asker, **of, safe=safe, useful=useful),
        "theme": lambda number: talks.choose_theme(
            house, asker, **of, **at, theme=themes(cast)[number % len(themes(cast))]
        ),
        "depth": lambda depth: talks.choose_depth(house, asker, **of, depth=depth),
    }
    try:
        deeds[name](*given)
    except HalfwayError as error:
        return str(error)
    return "done"


def themes(cast: Cast) -> list[str]:
    """What can be chosen, in an order that both houses share."""
    review = reviews.review(cast.house, cast.ana)
    assert review
    return sorted(line.id for line in review.reading.themes if line.clear)


class Story(RuleBasedStateMachine):
    """Two houses in which both have read; Ana's answers and Ben's are the same in both."""

    prepared: ClassVar[dict[str, Prepared]]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.quiet, self.busy = (
            self.prepared[name].play(Path(self.folder.name) / name, self.clock, lasting=True)
            for name in ("quiet", "busy")
        )

    def teardown(self) -> None:
        for cast in (self.quiet, self.busy):
            cast.house.gateway.close()
        self.folder.cleanup()

    @initialize(steps=st.sampled_from([None, 0, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6]))
    def it_begins_somewhere(self, steps: int | None) -> None:
        if steps is None:
            return
        for cast in (self.quiet, self.busy):
            for who in (cast.ana, cast.ben):
                act(cast, who, ("yes",))
            for _ in range(steps):
                act(cast, cast.ana, ("go_on",))

    @rule(deed=OWN | SHARED)
    def ana_acts(self, deed: tuple[Any, ...]) -> None:
        self.keep_apart(deed)
        told = []
        for cast in (self.quiet, self.busy):
            before = couples.version(cast.house, cast.ana)
            said = act(cast, cast.ana, deed)
            told.append((said, couples.version(cast.house, cast.ana) != before))
        assert told[0] == told[1], "nor does it matter for her own bell what Ben has done"

    @rule(deed=SHARED)
    def ben_does_what_both_see(self, deed: tuple[Any, ...]) -> None:
        act(self.busy, self.busy.ben, ("away",))
        for cast in (self.quiet, self.busy):
            act(cast, cast.ben, deed)

    @rule(deed=ALONE)
    def ben_acts_alone(self, deed: tuple[Any, ...]) -> None:
        if deed == ("yes",) or (deed[0] in ("not_now", "here") and self.ben().seen.said_yes):
            return  # a proposal is for Ana to see, and so is that it is taken back
        if deed[0] == "theme":
            pick = themes(self.busy)[deed[1] % len(themes(self.busy))]
            if pick == self.ana().seen.my_theme:
                return
        house = self.busy.house
        before = talks.look(house, self.busy.ana), couples.version(house, self.busy.ana)
        act(self.busy, self.busy.ben, deed)
        assert (talks.look(house, self.busy.ana), couples.version(house, self.busy.ana)) == before

    @rule(deed=st.sampled_from([("yes",), ("not_now",)]))
    def ben_proposes(self, deed: tuple[Any, ...]) -> None:
        act(self.busy, self.busy.ben, ("away",))
        for cast in (self.quiet, self.busy):
            act(cast, cast.ben, deed)

    @rule()
    def both_want_to_talk(self) -> None:
        act(self.busy, self.busy.ben, ("away",))
        for cast in (self.quiet, self.busy):
            act(cast, cast.ben, ("yes",))
            act(cast, cast.ana, ("yes",))
            act(cast, cast.ben, ("not_now",))

    @rule(number=st.integers(0, 5))
    def both_choose(self, number: int) -> None:
        act(self.busy, self.busy.ben, ("away",))
        for cast in (self.quiet, self.busy):
            act(cast, cast.ben, ("theme", number))
            act(cast, cast.ana, ("theme", number))

    @rule(number=st.integers(0, 5))
    def ben_prefers_and_ana_chooses(self, number: int) -> None:
        self.ben_acts_alone(("theme", number + 1))
        self.ana_acts(("theme", number))

    @rule(depth=st.sampled_from(DEPTHS))
    def ben_goes_less_deep_and_ana_takes_another(self, depth: str) -> None:
        self.ben_acts_alone(("depth", depth))
        self.ana_acts(("other",))

    @rule(minutes=st.sampled_from([1, 19, 21, 60 * 13, 60 * 25]))
    def time_goes_by(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)

    @invariant()
    def ana_gets_the_same(self) -> None:
        got = []
        for cast in (self.quiet, self.busy):
            found, review = talks.look(cast.house, cast.ana), reviews.review(cast.house, cast.ana)
            assert found
            assert review
            version = couples.version(cast.house, cast.ana).split(":")[1]
            told = without_seals(review.reading)
            got.append((found.seen, found.me, found.other, version, review.stage, told))
        assert got[0] == got[1]

    def ana(self) -> talks.Talking:
        found = talks.look(self.busy.house, self.busy.ana)
        assert found
        return found

    def ben(self) -> talks.Talking:
        found = talks.look(self.busy.house, self.busy.ben)
        assert found
        return found

    def keep_apart(self, deed: tuple[Any, ...]) -> None:
        """In the busy house Ben takes back what Ana's word would meet there alone."""
        quiet = talks.look(self.quiet.house, self.quiet.ben)
        assert quiet
        mine = self.ben().seen.my_theme
        if deed[0] == "theme" and mine not in (None, quiet.seen.my_theme):
            every = themes(self.busy)
            taken = {every[deed[1] % len(every)], self.ana().seen.my_theme}
            other = next(number for number, theme in enumerate(every) if theme not in taken)
            act(self.busy, self.busy.ben, ("theme", other))


@pytest.fixture
def read(prepared: Prepared, tmp_path: Path) -> dict[str, Prepared]:
    """Both houses after the reveal; in the busy one Ben marked that honesty is unsafe."""
    houses = {}
    for name in ("quiet", "busy"):
        cast = prepared.play(tmp_path / name, Clock(), lasting=True)
        checkins.say_unsafe(cast.house, cast.ben, name == "busy")
        checkins.choose_pace(cast.house, cast.ben, "deep")
        reveal(cast, 6, 2)
        cast.house.gateway.close()
        houses[name] = replace(prepared, folder=tmp_path / name)
    return houses


def test_what_one_says_alone_shows_in_nothing_that_the_other_gets(
    read: dict[str, Prepared],
) -> None:
    Story.prepared = read
    run_state_machine_as_test(Story, settings=STEPS_OF_STORY)  # type: ignore[no-untyped-call]


def test_the_story_gets_somewhere(prepared: Prepared, tmp_path: Path) -> None:
    """Each step can be reached with what the story does."""
    cast = prepared.play(tmp_path / "cast", Clock())
    reveal(cast, 6, 2)
    for who in (cast.ben, cast.ana):
        assert act(cast, who, ("yes",)) == "done"
    found = []
    for _ in STEPS:
        look = talks.look(cast.house, cast.ana)
        assert look
        found.append(look.seen.step)
        assert act(cast, cast.ben, ("go_on",)) == "done"
    cast.house.gateway.close()
    assert tuple(found) == STEPS
