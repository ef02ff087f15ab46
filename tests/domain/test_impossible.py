"""A rule that is refused because it can never hold must never hold, whoever the two are."""

from __future__ import annotations

from random import Random

import pytest

from lib.domain import facts
from lib.domain.comparison import compare, shown_themes
from lib.domain.facts import Voice
from lib.domain.impossible import why_never
from lib.domain.questionnaire import THEMES
from lib.domain.rules import Rule, is_private, mirror, vocabulary
from tests.domain.couples import loaded, sheet

USED = loaded().current
EVERY = sorted(vocabulary(loaded().support))
LEVELS = (1, 2, 4, 4.5, 5.5, 7)


def held_by(first: dict[str, float], second: dict[str, float]) -> set[str]:
    """Every condition that holds for the first of two who are shown all that they answered."""
    voices = Voice(sheet(USED, first)), Voice(sheet(USED, second))
    compared = compare(voices[0].answers, voices[1].answers, USED)
    shown = [gap.id for gap in compared.themes if gap.id != "self_worth"]
    assert len(shown_themes(compared, USED)) == 6
    seen, _ = facts.of_couple(USED, compared, voices, shown=shown)
    return set(seen.own)


@pytest.mark.parametrize("seed", range(4))
def test_a_rule_that_holds_for_somebody_is_not_refused(seed: int) -> None:
    """Asked for all that holds of two, and for nothing else: no rule is harder to hold."""
    chance = Random(seed)
    for _ in range(250):
        first, second = ({t: chance.choice(LEVELS) for t in THEMES} for _ in range(2))
        held = held_by(first, second)
        absent = {*EVERY} - held
        assert why_never(rule(held, absent), USED, shared=False) is None
        ours = {one for one in held if not is_private(one)}
        neither = {one for one in absent if not is_private(one) and mirror(one) not in held}
        assert why_never(rule(ours, neither), USED, shared=True) is None


def rule(when: set[str], never: set[str]) -> Rule:
    return Rule(tuple(sorted(when)), (), tuple(sorted(never)))
