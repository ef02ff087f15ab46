"""The talk as people do it: on a real file, with two partners and a stranger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from lib.domain.talks import DEPTHS, Seen
from lib.errors import NotYours, Refused
from lib.services import checkins, couples, reviews, talks
from lib.services.access import Asker
from lib.storage import checkins as checkin_rows
from lib.storage.gateway import Unit
from tests.services.conftest import Cast, fill, reveal, seal


def met(cast: Cast, ana: int = 6, ben: int = 2) -> str:
    """Both read, and both said yes to a talk; the check-in's id."""
    checkin_id = reveal(cast, ana, ben)
    for who in (cast.ana, cast.ben):
        talks.say_yes(cast.house, who, checkin_id=checkin_id)
    return checkin_id


def view(cast: Cast, who: Asker) -> Seen:
    found = talks.look(cast.house, who)
    assert found
    return found.seen


def go_to(cast: Cast, checkin_id: str, step: str, who: Asker | None = None) -> None:
    who = who or cast.ana
    while view(cast, who).step != step:
        talks.go_on(cast.house, who, checkin_id=checkin_id, at=view(cast, who).at)


def quiet_for(cast: Cast, who: Asker, act: Callable[[], object]) -> bool:
    """Whether the act neither rings for them nor changes what they see."""
    before = talks.look(cast.house, who), couples.version(cast.house, who)
    act()
    return (talks.look(cast.house, who), couples.version(cast.house, who)) == before


def test_there_is_no_talk_before_the_reveal_nor_for_somebody_alone(cast: Cast) -> None:
    assert talks.look(cast.house, cast.ana) is None
    fill(cast.house, cast.stranger)
    checkin_id = seal(cast.house, cast.stranger)
    assert talks.look(cast.house, cast.stranger) is None
    with pytest.raises(NotYours):
        talks.say_yes(cast.house, cast.stranger, checkin_id=checkin_id)


def test_it_begins_for_both_when_both_said_yes(cast: Cast) -> None:
    checkin_id = reveal(cast)
    silence = couples.version(cast.house, cast.ben)
    talks.say_yes(cast.house, cast.ana, checkin_id=checkin_id)
    assert (view(cast, cast.ana).stage, view(cast, cast.ben).asked) == ("wished", True)
    assert couples.version(cast.house, cast.ben) != silence
    bell = couples.version(cast.house, cast.ana)
    talks.say_yes(cast.house, cast.ben, checkin_id=checkin_id)
    assert view(cast, cast.ana).stage == view(cast, cast.ben).stage == "running"
    assert couples.version(cast.house, cast.ana) != bell


def test_not_now_neither_rings_nor_shows_for_the_one_who_asked(cast: Cast) -> None:
    checkin_id = reveal(cast)
    talks.say_yes(cast.house, cast.ana, checkin_id=checkin_id)
    assert quiet_for(
        cast, cast.ana, lambda: talks.not_now(cast.house, cast.ben, checkin_id=checkin_id)
    )
    assert not view(cast, cast.ben).asked
    before = couples.version(cast.house, cast.ana)
    talks.not_now(cast.house, cast.ana, checkin_id=checkin_id)
    assert couples.version(cast.house, cast.ana) != before, "whatever Ben did with it"


def test_yes_against_not_now_has_one_end_for_both(cast: Cast) -> None:
    checkin_id = reveal(cast)
    talks.say_yes(cast.house, cast.ana, checkin_id=checkin_id)
    talks.not_now(cast.house, cast.ana, checkin_id=checkin_id)
    talks.say_yes(cast.house, cast.ben, checkin_id=checkin_id)
    assert (view(cast, cast.ana).stage, view(cast, cast.ben).stage) == ("offered", "wished")
    talks.say_yes(cast.house, cast.ana, checkin_id=checkin_id)
    talks.not_now(cast.house, cast.ben, checkin_id=checkin_id)
    assert (view(cast, cast.ana).stage, view(cast, cast.ben).stage) == ("running", "running")


def test_depth_begins_with_what_was_chosen_in_the_check_in(cast: Cast) -> None:
    checkins.choose_pace(cast.house, cast.ana, "deep")
    reveal(cast)
    assert (view(cast, cast.ana).depth, view(cast, cast.ben).depth) == ("deep", "light")


@pytest.mark.parametrize("depth", DEPTHS)
def test_whose_depth_it_was_is_not_told(cast: Cast, depth: str) -> None:
    """A choice of light sees the same whatever the other chose."""
    checkin_id = met(cast)
    assert quiet_for(
        cast,
        cast.ben,
        lambda: talks.choose_depth(cast.house, cast.ana, checkin_id=checkin_id, depth=depth),
    )
    go_to(cast, checkin_id, "openers", cast.ben)
    card = view(cast, cast.ben).card
    assert card
    assert card.depth == "light"


def test_openers_are_about_the_theme_that_both_chose(cast: Cast) -> None:
    checkin_id = met(cast)
    go_to(cast, checkin_id, "difference")
    review = reviews.review(cast.house, cast.ana)
    assert review
    theme = next(line.id for line in review.reading.themes if line.clear)
    for who in (cast.ana, cast.ben):
        at = view(cast, who).at
        talks.choose_theme(cast.house, who, checkin_id=checkin_id, at=at, theme=theme)
    assert view(cast, cast.ana).theme == view(cast, cast.ben).theme == theme
    go_to(cast, checkin_id, "openers")
    library = cast.house.content.library
    for who in (cast.ana, cast.ben):
        card = view(cast, who).card
        assert card
        assert next(one for one in library.openers if one.id == card.id).theme == theme


def test_every_theme_has_an_opener_for_both_at_every_depth(cast: Cast) -> None:
    checkin_id = met(cast, 4, 4)
    for who in (cast.ana, cast.ben):
        review = reviews.review(cast.house, who)
        assert review
    for line in review.reading.themes:
        go_to(cast, checkin_id, "difference")
        for who in (cast.ana, cast.ben):
            at = view(cast, who).at
            talks.choose_theme(cast.house, who, checkin_id=checkin_id, at=at, theme=line.id)
        go_to(cast, checkin_id, "openers")
        assert view(cast, cast.ana).card
        assert view(cast, cast.ben).card
        talks.go_back(cast.house, cast.ana, checkin_id=checkin_id, at=view(cast, cast.ana).at)


def test_only_a_clear_difference_can_be_chosen_where_there_is_one(cast: Cast) -> None:
    checkin_id = met(cast)
    go_to(cast, checkin_id, "difference")
    review = reviews.review(cast.house, cast.ana)
    assert review
    close = [line.id for line in review.reading.themes if not line.clear]
    for theme in (*close, "self_worth", "nonsense", None):
        with pytest.raises(Refused):
            talks.choose_theme(
                cast.house,
                cast.ana,
                checkin_id=checkin_id,
                at=view(cast, cast.ana).at,
                theme=theme,
            )


def test_what_was_marked_as_not_for_us_is_not_given(cast: Cast) -> None:
    checkin_id = met(cast)
    review = reviews.review(cast.house, cast.ana)
    assert review
    for opener in review.reading.openers:
        reviews.mark(cast.house, cast.ana, checkin_id=checkin_id, item=opener.id, mark="not_for_us")
    go_to(cast, checkin_id, "openers")
    assert view(cast, cast.ana).card is None
    assert view(cast, cast.ben).card


def test_turns_and_rests_through_the_services(cast: Cast) -> None:
    checkin_id = met(cast)
    go_to(cast, checkin_id, "turns")
    at = view(cast, cast.ben).at
    talks.speak(cast.house, cast.ben, checkin_id=checkin_id, at=at)
    talks.speak(cast.house, cast.ana, checkin_id=checkin_id, at=at)
    cast.clock.forward(seconds=30)
    assert (view(cast, cast.ana).speaking, view(cast, cast.ben).left) == ("other", 150.0)
    talks.set_minutes(cast.house, cast.ana, checkin_id=checkin_id, minutes=1)
    assert view(cast, cast.ben).left == 30.0
    talks.pause(cast.house, cast.ana, checkin_id=checkin_id, kind="twenty")
    cast.clock.forward(minutes=10)
    assert view(cast, cast.ben).stage == "paused"
    assert quiet_for(
        cast, cast.ben, lambda: talks.say_yes(cast.house, cast.ana, checkin_id=checkin_id)
    )
    talks.say_yes(cast.house, cast.ben, checkin_id=checkin_id)
    assert (view(cast, cast.ana).stage, view(cast, cast.ana).left) == ("running", 30.0)
    talks.hand_over(cast.house, cast.ben, checkin_id=checkin_id, at=view(cast, cast.ben).at)
    assert (view(cast, cast.ana).speaking, view(cast, cast.ana).left) == ("me", 60.0)


@pytest.mark.parametrize("minutes", [0, -3, 4, 3.0, True, "3", 10**9])
def test_a_timer_of_another_length_is_refused(cast: Cast, minutes: object) -> None:
    checkin_id = met(cast)
    with pytest.raises(Refused):
        talks.set_minutes(cast.house, cast.ana, checkin_id=checkin_id, minutes=minutes)


def test_the_timer_rings_for_nobody_and_says_no_more_than_it_must(cast: Cast) -> None:
    checkin_id = met(cast)
    go_to(cast, checkin_id, "turns")
    talks.speak(cast.house, cast.ana, checkin_id=checkin_id, at=view(cast, cast.ana).at)
    bell = couples.version(cast.house, cast.ben)
    cast.clock.forward(minutes=4)
    assert view(cast, cast.ben).left == -60.0
    assert couples.version(cast.house, cast.ben) == bell


def test_a_closed_talk_is_talked_over_for_both(cast: Cast) -> None:
    checkin_id = met(cast)
    go_to(cast, checkin_id, "end")
    talks.close(cast.house, cast.ben, checkin_id=checkin_id, at=view(cast, cast.ben).at)
    assert view(cast, cast.ana).stage == view(cast, cast.ben).stage == "closed"
    review = reviews.review(cast.house, cast.ana)
    assert review
    assert review.stage == "talked_over"
    assert checkins.desk(cast.house, cast.ana).stage == "answering"


def test_how_it_felt_stays_with_who_said_it(cast: Cast) -> None:
    checkin_id = met(cast)
    go_to(cast, checkin_id, "end")
    talks.close(cast.house, cast.ben, checkin_id=checkin_id, at=view(cast, cast.ben).at)
    given = {"checkin_id": checkin_id, "safe": False, "useful": True}
    assert quiet_for(cast, cast.ben, lambda: talks.say_felt(cast.house, cast.ana, **given))
    assert (view(cast, cast.ana).safe, view(cast, cast.ben).safe) == (False, None)


def test_on_one_device_only_what_both_may_read_is_given(cast: Cast) -> None:
    checkins.choose_pace(cast.house, cast.ana, "deep")
    checkins.choose_pace(cast.house, cast.ben, "deep")
    checkin_id = reveal(cast, 6, 2)
    assert quiet_for(
        cast, cast.ben, lambda: talks.begin_here(cast.house, cast.ana, checkin_id=checkin_id)
    )
    go_to(cast, checkin_id, "openers")
    shared = {one.id for one in cast.house.content.library.openers if one.shared}
    for _ in range(5):
        card = view(cast, cast.ana).card
        assert card
        assert card.id in shared
        talks.other_opener(cast.house, cast.ana, checkin_id=checkin_id)
    go_to(cast, checkin_id, "end")
    talks.close(cast.house, cast.ana, checkin_id=checkin_id, at=view(cast, cast.ana).at)
    assert (view(cast, cast.ana).stage, view(cast, cast.ben).stage) == ("closed", "offered")
    review = reviews.review(cast.house, cast.ben)
    assert review
    assert review.stage == "revealed", "nobody says for the other that they have talked"


def test_a_newer_check_in_leaves_the_old_talk_behind(lasting: Cast) -> None:
    checkin_id = met(lasting)
    lasting.clock.forward(days=7)
    newer = reveal(lasting)
    found = talks.look(lasting.house, lasting.ana)
    assert found
    assert (found.checkin_id, found.seen.stage) == (newer, "offered")
    with pytest.raises(NotYours):
        talks.go_on(lasting.house, lasting.ana, checkin_id=checkin_id, at="1.0")


def test_an_agreement_has_a_day_and_holds_for_that_day_only(cast: Cast) -> None:
    checkin_id = reveal(cast)
    today = cast.clock.now.date()
    by, given = today + timedelta(days=5), {"checkin_id": checkin_id, "text": "a walk"}
    reviews.write_agreement(cast.house, cast.ana, **given, by=by)
    with pytest.raises(Refused):
        reviews.agree(cast.house, cast.ben, **given)
    reviews.agree(cast.house, cast.ben, **given, by=by)
    review = reviews.review(cast.house, cast.ana)
    assert review
    assert review.agreement
    assert (review.agreement.holds, review.agreement.by) == (True, by)
    reviews.write_agreement(cast.house, cast.ben, **given, by=by + timedelta(days=1))
    review = reviews.review(cast.house, cast.ana)
    assert review
    assert review.agreement
    assert not review.agreement.holds


@pytest.mark.parametrize("days", [-2, 62, 4000])
def test_a_day_that_cannot_be_meant_is_refused(cast: Cast, days: int) -> None:
    checkin_id = reveal(cast)
    with pytest.raises(Refused, match="agreement_day"):
        reviews.write_agreement(
            cast.house,
            cast.ana,
            checkin_id=checkin_id,
            text="a walk",
            by=cast.clock.now.date() + timedelta(days=days),
        )


def test_nothing_that_was_said_alone_lies_open_in_the_file(cast: Cast) -> None:
    checkin_id = met(cast)
    canary = "quokka7413"
    talks.keep_draft(cast.house, cast.ana, checkin_id=checkin_id, text=canary)
    assert view(cast, cast.ana).draft == canary
    rows = cast.house.gateway.read(
        lambda unit: unit.all("SELECT * FROM talk_side") + unit.all("SELECT * FROM talk")
    )
    assert len(rows) == 2
    assert canary not in repr(rows)
    for word in ("light", "appreciate"):
        assert word not in repr(rows)


def test_a_check_in_takes_its_talk_with_it(cast: Cast) -> None:
    checkin_id = met(cast)
    couple_id = couples.version(cast.house, cast.ana).split(":")[0]

    def remove(unit: Unit) -> int:
        found = checkin_rows.by_id(unit, couple_id, checkin_id)
        assert found
        checkin_rows.remove(unit, found)
        return len(unit.all("SELECT 1 FROM talk_side UNION ALL SELECT 1 FROM talk"))

    assert cast.house.gateway.write(remove) == 0
