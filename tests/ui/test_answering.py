"""Going on with a check-in later: nothing that was not yet asked is jumped over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib.domain.checkins import Sheet
from lib.services.checkins import Desk
from lib.ui import answering
from tests.domain.couples import loaded

USED = loaded().current
DESK = Desk("answering", "an id", USED, Sheet())
STEPS = answering.steps_of(DESK)
RATED = [step for step in STEPS if step.kind == "rated"]
ALL = {item: 4 for step in RATED for item in step.ids}


def goes_on_at(**given: object) -> object:
    sheet = replace(Sheet(), **given)  # type: ignore[arg-type]
    return answering._first_open(replace(DESK, sheet=sheet), STEPS)


def test_it_begins_with_the_first() -> None:
    assert goes_on_at() == 0


def test_a_step_that_was_left_in_the_middle_is_gone_on_with() -> None:
    some = {**dict.fromkeys(RATED[0].ids, 4), RATED[1].ids[0]: 4}
    assert goes_on_at(answers=some) == 1


def test_what_was_left_out_is_not_asked_again() -> None:
    assert goes_on_at(answers=dict.fromkeys(RATED[1].ids, 4)) == 2


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({}, "words"),
        ({"appreciation": "your laugh"}, "together"),
        ({"pace": "deep"}, "private"),
    ],
)
def test_after_the_rated_questions_come_those_that_were_not_asked_yet(
    given: dict[str, object], kind: str
) -> None:
    number = goes_on_at(answers=ALL, **given)
    assert isinstance(number, int)
    assert STEPS[number].kind == kind


def test_the_last_step_leads_to_the_look_over_everything() -> None:
    assert goes_on_at(answers=ALL, note="mine") == answering._REVIEW
