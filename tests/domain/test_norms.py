from __future__ import annotations

from random import Random

import pytest

from lib.domain.norms import RevealedCheckIn, alpha, measure, partners_icc
from lib.errors import Refused
from tests.domain.couples import loaded

USED = loaded().current


def rows(count: int, version: int = 1, skip: str = "") -> list[RevealedCheckIn]:
    random = Random(1)

    def one() -> dict[str, int]:
        return {item.id: random.randint(1, 7) for item in USED.questions if item.id != skip}

    return [RevealedCheckIn(f"couple {n}", version, one(), one()) for n in range(count)]


def test_alpha_by_hand() -> None:
    # questions 1 2 3 and 2 2 5: variances 1 and 3; sums 3 4 8, mean 5, squares 4 + 1 + 9 = 14,
    # variance 7 alpha = 2 / 1 (1 - 4 / 7) = .857143
    assert alpha([[1, 2], [2, 2], [3, 5]]) == pytest.approx(0.857143, abs=1e-6)


def test_icc_by_hand() -> None:
    # pairs (1, 3) (4, 4) (6, 5): m = 2 4 5.5, M = 3.833333, squares 3.361111 + .027778 + 2.777778
    # MSB = 2 * 6.166667 / 2 = 6.166667; d = -2 0 1, MSW = 5 / 6 = .833333; (5.333333) / 7 = .761905
    assert partners_icc([(1, 3), (4, 4), (6, 5)]) == pytest.approx(0.761905, abs=1e-6)


def test_figures_that_cannot_be_are_not_made_up() -> None:
    assert alpha([[1, 2]]) is None
    assert alpha([[1], [2]]) is None
    assert alpha([[3, 3], [3, 3]]) is None
    assert partners_icc([(1, 2)]) is None
    assert partners_icc([(3, 3), (3, 3)]) is None


def test_fewer_than_fifty_couples_are_refused_however_many_check_ins() -> None:
    with pytest.raises(Refused) as refused:
        measure(rows(49) * 3, USED)
    assert refused.value.code == "norms_few"
    assert refused.value.facts == {"couples": 49, "needed": 50}


def test_check_ins_of_another_questionnaire_do_not_count() -> None:
    with pytest.raises(Refused):
        measure([*rows(30), *rows(60, version=2)], USED)


def test_every_theme_is_measured() -> None:
    norms = measure(rows(60), USED)
    assert (norms.questionnaire, norms.couples) == (1, 60)
    assert [one.theme for one in norms.themes] == [theme.id for theme in USED.themes]
    assert all(one.couples == 60 and one.alpha is not None for one in norms.themes)
    assert all(1 <= mean <= 7 for mean in norms.typical.values())
    assert norms.typical.keys() == {question.id for question in USED.questions}


def test_a_question_that_too_few_answered_is_left_out() -> None:
    norms = measure(rows(60, skip="trust_1"), USED)
    trust = next(one for one in norms.themes if one.theme == "trust")
    assert (trust.couples, trust.alpha, trust.sd, trust.icc) == (0, None, None, None)
    assert "trust_1" not in norms.typical
    assert "trust_2" in norms.typical
