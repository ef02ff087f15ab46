from __future__ import annotations

from fractions import Fraction

import pytest

from lib.domain.questionnaire import THEMES, Question, Questionnaire, Theme
from tests.domain.couples import loaded

SMALL = Questionnaire(
    version=1,
    themes=(Theme("trust", 0.84, 1.5), Theme("space", 0.75, 2.0)),
    questions=(
        Question("trust_1", "trust", reverse=False, typical=5.5),
        Question("trust_2", "trust", reverse=True, typical=2.0),
        Question("space_1", "space", reverse=False, typical=3.0),
    ),
)


def test_a_reversed_answer_is_turned_round_once() -> None:
    assert SMALL.keyed("trust_2", 1) == 7
    assert SMALL.keyed("trust_2", 7) == 1
    assert SMALL.keyed("trust_1", 2) == 2
    assert SMALL.typical("trust_2") == 6


def test_a_level_is_the_mean_of_keyed_answers() -> None:
    # trust_1 = 5; trust_2 = 2 turned round is 6; (5 + 6) / 2 = 5.5
    assert SMALL.level("trust", {"trust_1": 5, "trust_2": 2}) == 5.5


@pytest.mark.parametrize("answers", [{}, {"trust_1": 5}, {"trust_2": 5}])
def test_a_theme_with_a_skipped_question_has_no_level(answers: dict[str, int]) -> None:
    assert SMALL.level("trust", answers) is None
    assert "trust" not in SMALL.levels(answers)


def test_a_theme_that_is_not_asked_has_no_level() -> None:
    assert SMALL.level("heard", {}) is None


def test_the_band_comes_from_reliability_and_spread() -> None:
    # SEM = 1.5 sqrt(1 - .84) = 1.5 * .4 = .6; band = 1.96 sqrt(.36 + .36) = 1.96 * .848528 =
    # 1.663115
    assert SMALL.themes[0].error == pytest.approx(0.6)
    assert SMALL.themes[0].band == pytest.approx(1.6631151, abs=1e-7)


def test_a_mirrored_level_comes_out_as_it_went_in() -> None:
    level = 3.3
    answers = {"trust_1": level, "trust_2": 8 - Fraction(level)}
    assert SMALL.level("trust", answers) == level


def test_the_questionnaire_in_use_has_two_questions_for_each_theme_and_keeps_one_private() -> None:
    used = loaded().current
    assert [theme.id for theme in used.themes] == list(THEMES)
    assert all(len(used.of_theme(theme)) == 2 for theme in THEMES)
    assert [theme.id for theme in used.themes if not theme.shareable] == ["self_worth"]
    assert len(used.questions) <= 24
    assert all(1.0 <= theme.band <= 2.0 for theme in used.themes)
