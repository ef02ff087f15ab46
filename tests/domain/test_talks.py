"""The talk as a pure machine: beginning, steps, turns, rests, depth, one device, and silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain import talk_moves as moves
from lib.domain.talks import (
    DEPTHS,
    LEFT_ALONE,
    STEPS,
    YES_HOLDS,
    Card,
    Deck,
    Seen,
    Side,
    Table,
    Talk,
    lower,
    seen,
)

NOW = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
DECK: Deck = {
    depth: tuple(Card(f"{depth}_{number}", depth, f"{depth} {number}") for number in range(3))
    for depth in DEPTHS
}
DECKS = DECK, DECK


def after(**delta: float) -> datetime:
    return NOW + timedelta(**delta)


def table(**mine: object) -> Table:
    return Table(None, Side("ana", **mine), Side("ben"))  # type: ignore[arg-type]


def begun(**mine: object) -> Table:
    """Both said yes."""
    one = moves.say_yes(table(**mine), NOW)
    return moves.say_yes(one.swapped(), NOW).swapped()


def at_step(step: str, start: Table | None = None) -> Table:
    here = start or begun()
    while here.current and here.current.step != step:
        here = moves.go_on(here, here.current.at, NOW, DECKS)
    return here


def place(here: Table) -> str:
    assert here.current
    return here.current.at


def view(here: Table, now: datetime = NOW) -> Seen:
    return seen(here, now)


# --- beginning


def test_it_begins_when_both_said_yes_and_not_before() -> None:
    one = moves.say_yes(table(), NOW)
    assert (view(one).stage, view(one.swapped()).stage) == ("wished", "offered")
    assert (view(one).asked, view(one.swapped()).asked) == (False, True)
    both = moves.say_yes(one.swapped(), NOW)
    assert (view(both).stage, view(both.swapped()).stage) == ("running", "running")


def test_a_yes_lapses_after_a_day_without_a_word() -> None:
    one = moves.say_yes(table(), NOW)
    late = NOW + YES_HOLDS
    assert view(one, late).stage == "offered"
    both = moves.say_yes(one.swapped(), late).swapped()
    assert view(both, late).stage == "offered"
    assert view(moves.say_yes(both, late), late).stage == "running"


def test_a_yes_taken_back_is_no_yes() -> None:
    one = moves.not_now(moves.say_yes(table(), NOW), NOW)
    assert not view(one.swapped()).asked
    assert view(moves.say_yes(one.swapped(), NOW)).stage == "wished"


def test_not_now_puts_a_proposal_aside_for_a_day_and_looks_like_not_having_seen_it() -> None:
    asked = moves.say_yes(table(), NOW)
    aside = moves.not_now(asked.swapped(), after(hours=1))
    assert not view(aside, after(hours=1)).asked
    assert view(aside.swapped(), after(hours=1)) == view(asked, after(hours=1))
    # Asking again and again does not bring it back sooner.
    again = moves.not_now(aside.swapped(), after(hours=2))
    again = moves.say_yes(again, after(hours=2)).swapped()
    assert not view(again, after(hours=24)).asked
    assert view(again, after(hours=25)).asked
    assert view(moves.say_yes(again, after(hours=3)), after(hours=3)).stage == "running"


def test_who_is_ready_sooner_after_a_pause_hurries_nobody() -> None:
    paused = moves.pause(begun(), "twenty", NOW)
    assert not view(moves.say_yes(paused, NOW).swapped()).asked
    resting = moves.pause(begun(), "another_day", NOW)
    assert view(moves.say_yes(resting, NOW).swapped()).asked


# --- steps


def test_the_steps_come_in_order_and_each_can_be_left_out() -> None:
    here, found = begun(), []
    for _ in STEPS:
        found.append(view(here).step)
        here = moves.go_on(here, place(here), NOW, DECKS)
    assert tuple(found) == STEPS
    assert view(here).step == STEPS[-1]


def test_pressing_the_same_thing_at_once_moves_one_step() -> None:
    here = begun()
    at = place(here)
    one = moves.go_on(here, at, NOW, DECKS)
    assert moves.go_on(one.swapped(), at, NOW, DECKS).swapped() == one
    assert view(one).step == STEPS[1]


def test_going_back_brings_both_back_and_never_before_the_first() -> None:
    here = at_step("close")
    back = moves.go_back(here, place(here), NOW)
    assert view(back.swapped()).step == "appreciate"
    assert moves.go_back(back, place(back), NOW) == back


def test_a_press_of_an_earlier_talk_moves_nothing() -> None:
    old = begun()
    ended = moves.close(at_step("end"), place(at_step("end")), NOW)
    again = moves.say_yes(moves.say_yes(ended, NOW).swapped(), NOW).swapped()
    assert again.talk
    assert again.talk.number == 2
    assert moves.go_on(again, place(old), NOW, DECKS) == again


def test_a_theme_is_chosen_when_both_choose_the_same() -> None:
    here = at_step("difference")
    one = moves.choose_theme(here, place(here), "trust", NOW)
    assert (view(one).theme, view(one).my_theme) == (None, "trust")
    assert view(one.swapped()) == view(here.swapped())
    other = moves.choose_theme(one.swapped(), place(one), "space", NOW)
    assert (view(other).theme, view(other.swapped()).theme) == (None, None)
    both = moves.choose_theme(other, place(other), "trust", NOW)
    assert (view(both).theme, view(both.swapped()).theme) == ("trust", "trust")


def test_choosing_again_what_is_chosen_moves_nothing() -> None:
    """A press of the other that is on its way still counts."""
    here = at_step("difference")
    one = moves.choose_theme(here, place(here), "trust", NOW).swapped()
    both = moves.choose_theme(one, place(one), "trust", NOW)
    assert place(moves.choose_theme(both, place(both), "trust", NOW)) == place(both)
    other = moves.choose_theme(both, place(both), "space", NOW)
    assert place(moves.choose_theme(other, place(other), "trust", NOW)) == place(both)


def test_what_was_chosen_on_one_device_is_no_word_to_the_other() -> None:
    here = at_step("difference", moves.begin_here(table(), NOW))
    here = moves.choose_theme(here, place(here), "trust", NOW)
    assert moves.leave_here(here).mine.theme is None


def test_going_back_to_the_choice_forgets_it() -> None:
    here = moves.choose_theme(at_step("difference"), place(at_step("difference")), "trust", NOW)
    here = moves.go_on(here, place(here), NOW, DECKS)
    back = moves.go_back(here, place(here), NOW)
    assert (view(back).theme, view(back).my_theme) == (None, None)


def test_ending_is_for_both_and_only_at_the_last_step() -> None:
    here = at_step("agree")
    assert moves.close(here, place(here), NOW) == here
    last = at_step("end")
    ended = moves.close(last, place(last), NOW)
    assert (view(ended).stage, view(ended.swapped()).stage) == ("closed", "closed")
    assert (view(moves.leave(ended)).stage, view(ended.swapped()).stage) == ("offered", "closed")


# --- depth


def card(here: Table) -> Card:
    found = view(here).card
    assert found
    return found


@pytest.mark.parametrize("mine", DEPTHS)
@pytest.mark.parametrize("theirs", DEPTHS)
def test_the_lower_depth_holds_for_both(mine: str, theirs: str) -> None:
    here = begun(depth=mine)
    here = replace(here, theirs=replace(here.theirs, depth=theirs))
    here = at_step("openers", here)
    assert card(here).depth == card(here.swapped()).depth == lower(mine, theirs)


def test_lighter_changes_the_next_opener_and_nothing_else() -> None:
    here = begun(depth="deep")
    here = at_step("openers", replace(here, theirs=replace(here.theirs, depth="deep")))
    less = moves.lighter(here)
    assert view(less.swapped()) == view(here.swapped())
    assert view(less) == replace(view(here), depth="middle")
    assert card(moves.other_card(less, DECK)).depth == "middle"
    theirs = moves.other_card(less.swapped(), DECK)
    assert card(theirs).depth == "middle"
    assert card(theirs.swapped()).depth == "deep"


def test_in_a_talk_it_never_becomes_deeper() -> None:
    assert view(moves.choose_depth(begun(depth="light"), "deep")).depth == "light"
    assert view(moves.choose_depth(table(depth="light"), "deep")).depth == "deep"


def test_another_opener_is_another_one_until_there_is_none() -> None:
    here, found = at_step("openers"), []
    for _ in range(7):
        found.append(card(here).id)
        here = moves.other_card(here, DECK)
    assert len(set(found[:3])) == 3
    assert all(one != other for one, other in pairwise(found))
    assert card(moves.other_card(here, {})) == card(here)


# --- turns


def speaking() -> Table:
    here = at_step("turns")
    return moves.speak(here, place(here), NOW)


def test_whoever_begins_speaks_and_the_other_listens() -> None:
    here = speaking()
    assert (view(here).speaking, view(here.swapped()).speaking) == ("me", "other")
    assert moves.speak(here.swapped(), place(here), NOW).swapped() == here


def test_only_who_speaks_can_hand_over() -> None:
    here = speaking()
    assert moves.hand_over(here.swapped(), place(here), NOW).swapped() == here
    given = moves.hand_over(here, place(here), after(seconds=70))
    assert view(given, after(seconds=70)).speaking == "other"
    assert view(given, after(seconds=80)).left == 170.0


def test_the_timer_is_of_three_minutes_can_be_changed_and_taken_away() -> None:
    here = speaking()
    assert view(here, after(seconds=20)).left == 160.0
    assert view(here, after(minutes=4)).left == -60.0
    five = moves.set_minutes(here.swapped(), 5)
    assert view(five, after(seconds=20)).left == 280.0
    off = moves.set_minutes(five, None)
    assert (view(off).left, view(off.swapped()).left) == (None, None)
    assert place(off) == place(here)


def test_a_clock_that_goes_back_gives_nobody_more_time() -> None:
    assert view(speaking(), after(minutes=-5)).left == 180.0


# --- rests


@pytest.mark.parametrize(("kind", "stage"), [("twenty", "paused"), ("another_day", "resting")])
def test_either_stops_at_once_and_both_are_needed_to_go_on(kind: str, stage: str) -> None:
    here = speaking()
    rest = moves.pause(here.swapped(), kind, after(seconds=60)).swapped()  # type: ignore[arg-type]
    assert (view(rest).stage, view(rest.swapped()).stage) == (stage, stage)
    mine, theirs = view(rest), view(rest.swapped())
    assert replace(mine, speaking=None) == replace(theirs, speaking=None, depth=mine.depth)
    one = moves.say_yes(rest, after(minutes=10))
    assert view(one, after(minutes=10)).stage == stage
    told = replace(view(rest.swapped(), after(minutes=10)), asked=kind == "another_day")
    assert view(one.swapped(), after(minutes=10)) == told
    both = moves.say_yes(one.swapped(), after(minutes=10))
    seen_then = view(both, after(minutes=10))
    assert (seen_then.stage, seen_then.step, seen_then.left) == ("running", "turns", 120.0)


def test_nothing_moves_while_it_rests() -> None:
    here = moves.pause(speaking(), "twenty", NOW)
    at = place(here)
    assert moves.go_on(here, at, NOW, DECKS) == here
    assert moves.hand_over(here, at, NOW) == here
    assert moves.pause(here, "twenty", NOW) == here
    longer = moves.pause(here, "another_day", NOW)
    assert view(longer).stage == "resting"
    assert moves.pause(longer, "twenty", NOW) == longer


def test_an_old_yes_does_not_end_a_rest() -> None:
    here = replace(begun(), mine=Side("ana", yes_at=NOW), theirs=Side("ben", yes_at=NOW))
    rest = moves.pause(here, "twenty", NOW)
    assert view(moves.say_yes(rest, NOW)).stage == "paused"


def test_a_talk_that_was_left_alone_rests_and_its_time_counts_for_nobody() -> None:
    here, late = speaking(), NOW + LEFT_ALONE
    assert view(here, late).stage == "resting"
    both = moves.say_yes(moves.say_yes(here, late).swapped(), late).swapped()
    assert (view(both, late).stage, view(both, late).left) == ("running", 180.0)


# --- one device


def test_on_one_device_whoever_holds_it_presses_for_both() -> None:
    here = moves.begin_here(table(), NOW)
    here = at_step("difference", here)
    here = moves.choose_theme(here, place(here), "trust", NOW)
    assert view(here).theme == "trust"
    here = at_step("turns", here)
    here = moves.speak(here, place(here), NOW)
    given = moves.hand_over(moves.hand_over(here, place(here), NOW), place(here), NOW)
    assert view(given).speaking == "other"
    back = moves.hand_over(given, place(given), NOW)
    assert view(back).speaking == "me"
    rest = moves.pause(back, "twenty", NOW)
    assert view(moves.go_on_again(rest, NOW)).stage == "running"
    assert here.theirs == table().theirs
    assert here.talk is None


def test_a_talk_on_one_device_shows_on_no_other() -> None:
    here = moves.begin_here(table(), NOW)
    assert view(here.swapped()) == view(table().swapped())
    ended = at_step("end", here)
    ended = moves.close(ended, place(ended), NOW)
    assert (view(ended).stage, view(ended.swapped()).stage) == ("closed", "offered")


def test_nobody_is_taken_out_of_a_talk_on_one_device() -> None:
    one = moves.say_yes(table(), NOW)
    here = moves.begin_here(one, NOW)
    said = moves.say_yes(here.swapped(), NOW).swapped()
    assert view(said).one_device
    assert view(said.swapped()).stage == "wished"


# --- silence

SIDES = st.builds(
    Side,
    owner=st.just("ben"),
    depth=st.sampled_from(DEPTHS),
    yes_at=st.none() | st.just(NOW),
    aside_at=st.none() | st.just(NOW),
    theme=st.none() | st.sampled_from(["trust", "space"]),
    cards=st.lists(st.sampled_from(DECK["deep"]), max_size=2).map(tuple),
    draft=st.text(max_size=5),
    safe=st.none() | st.booleans(),
    useful=st.none() | st.booleans(),
    left=st.booleans(),
    here=st.none() | st.just(Talk(number=0, moved_at=NOW)),
)
TALKS = st.none() | st.builds(
    Talk,
    number=st.integers(1, 3),
    moved_at=st.just(NOW),
    step=st.sampled_from(STEPS),
    speaker=st.sampled_from([None, "ana", "ben"]),
    rest=st.sampled_from([None, "twenty", "another_day"]),
    closed=st.booleans(),
)


@given(talk=TALKS, one=SIDES, other=SIDES, hours=st.integers(0, 30))
def test_of_the_others_side_one_sees_only_that_they_would_like_to_talk(
    talk: Talk | None, one: Side, other: Side, hours: int
) -> None:
    other = replace(other, yes_at=one.yes_at)
    first, second = (Table(talk, Side("ana"), theirs) for theirs in (one, other))
    assert seen(first, after(hours=hours)) == seen(second, after(hours=hours))
