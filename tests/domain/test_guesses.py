from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.guesses import FEWEST, GuessRound, judge, judge_all
from lib.domain.questionnaire import Question, Questionnaire, Theme
from tests.domain.couples import loaded

USED = loaded().current
PLAIN = Questionnaire(
    version=1,
    themes=(Theme("trust", 0.8, 1.2), Theme("self_worth", 0.8, 1.2, shareable=False)),
    questions=(
        *(Question(f"t{n}", "trust", reverse=False, typical=4.0) for n in range(1, 9)),
        Question("turned", "trust", reverse=True, typical=4.0),
        Question("s1", "self_worth", reverse=False, typical=4.0),
    ),
)


def row(*values: int) -> dict[str, int]:
    return {f"t{n}": value for n, value in enumerate(values, 1)}


def test_figures_by_hand() -> None:
    # g = 5 3 6 2 4 4, b = 4 3 6 1 5 2, a = 6 4 6 3 4 5, n = 4 throughout
    # g - b = 1 0 0 1 -1 2, sum 3, bias .5; squares 1 0 0 1 1 4 = 7
    # n - b = 0 1 -2 3 -1 2, squares 0 1 4 9 1 4 = 19; skill 1 - 7/19 = .631579
    # g mean 4: 1 -1 2 -2 0 0, squares 10; b mean 3.5: .5 -.5 2.5 -2.5 1.5 -1.5, squares 17.5
    # products .5 + .5 + 5 + 5 + 0 + 0 = 11; tracking 11 / sqrt 175 = .831522
    # a mean 14/3: 4/3 -2/3 4/3 -5/3 -2/3 1/3, squares (16+4+16+25+4+1)/9 = 66/9
    # products 4/3 + 2/3 + 8/3 + 10/3 = 8; projection 8 / sqrt(10 * 66/9) = .934199
    check = judge(row(5, 3, 6, 2, 4, 4), row(6, 4, 6, 3, 4, 5), row(4, 3, 6, 1, 5, 2), PLAIN)
    assert check is not None
    assert check.bias == pytest.approx(0.5)
    assert check.skill == pytest.approx(0.631579, abs=1e-6)
    assert check.tracking == pytest.approx(0.831522, abs=1e-6)
    assert check.projection == pytest.approx(0.934199, abs=1e-6)


def test_who_guessed_right_knew() -> None:
    check = judge(row(6, 2, 5, 3, 7, 1), row(1, 5, 2, 6, 3, 4), row(6, 2, 5, 3, 7, 1), PLAIN)
    assert check is not None
    assert check.verdict == "knew"
    assert (check.bias, check.tracking, check.skill) == (0, pytest.approx(1), 1)


def test_who_guessed_their_own_answers_assumed_to_be_alike() -> None:
    own = row(1, 5, 2, 6, 3, 4)
    check = judge(own, own, row(6, 2, 5, 3, 7, 1), PLAIN)
    assert check is not None
    assert (check.verdict, check.projection) == ("alike", pytest.approx(1))


def test_taking_oneself_as_the_measure_is_not_called_leaning() -> None:
    own = row(6, 4, 7, 5, 6, 5)
    check = judge(own, own, row(4, 2, 5, 3, 4, 3), PLAIN)
    assert check is not None
    assert (check.bias, check.verdict) == (2, "alike")


def test_who_guessed_too_high_throughout_was_off_in_one_direction() -> None:
    check = judge(row(5, 3, 6, 4, 7, 3), row(1, 7, 2, 6, 1, 5), row(3, 1, 4, 2, 5, 1), PLAIN)
    assert check is not None
    assert (check.bias, check.verdict) == (2, "off")


def test_being_right_because_both_are_typical_is_not_knowing() -> None:
    partner = row(4, 5, 4, 3, 4, 4)
    check = judge(row(4, 4, 4, 4, 4, 4), row(1, 7, 1, 7, 1, 7), partner, PLAIN)
    assert check is not None
    assert (check.skill, check.firm) == (0, False)


@pytest.mark.parametrize(
    ("guesses", "own", "partner", "nearest"),
    [
        # Squares off the partner 9 25 25 9 4 4, off oneself 9 4 25 16 1 9: these are fewer.
        (row(1, 7, 1, 7, 1, 7), row(4, 5, 6, 3, 2, 4), row(4, 2, 6, 4, 3, 5), "alike"),
        # Off the partner 1 1 1 1 4 0, off oneself 9 16 9 16 9 16; bias 0, and they rise and fall
        # with the answers: to the means -1 1 -1 1 -1 1 and -2 2 -2 0 1 1, products 6. The typical
        # answer, 4, is off by 4 4 4 0 1 1: more.
        (row(3, 5, 3, 5, 3, 5), row(6, 1, 6, 1, 6, 1), row(2, 6, 2, 4, 5, 5), "knew"),
        # Exactly the wrong way round, and as far from oneself: bias 0, and nothing was known.
        (row(1, 7, 1, 7, 1, 7), {}, row(7, 1, 7, 1, 7, 1), "off"),
        # No better than the typical answer: off by 1 1 1 1 4 4 against 0 0 0 0 1 1.
        (row(3, 5, 3, 5, 3, 5), row(6, 1, 6, 1, 6, 1), row(4, 4, 4, 4, 5, 3), "off"),
        # Errors 6 0 1 -1 5 -1: bias 10/6, and a spread of 3.0, which chance alone could give.
        (row(7, 3, 4, 3, 7, 3), row(4, 7, 1, 7, 4, 7), row(1, 3, 3, 4, 2, 4), "off"),
    ],
)
def test_guesses_that_point_nowhere_firmly_are_called_what_they_are_nearest_to(
    guesses: dict[str, int], own: dict[str, int], partner: dict[str, int], nearest: str
) -> None:
    check = judge(guesses, own, partner, PLAIN)
    assert check is not None
    assert (check.verdict, check.firm) == (nearest, False)


@pytest.mark.parametrize("count", range(1, 6))
def test_fewer_than_six_guesses_get_no_verdict(count: int) -> None:
    few = {f"t{n}": n for n in range(1, count + 1)}
    check = judge(few, {}, few, PLAIN)
    assert check is not None
    assert check.verdict == "few"


def test_the_sixth_guess_is_the_first_that_gets_a_word() -> None:
    right = {f"t{n}": n for n in range(1, 8)}
    five = {item: value for item, value in right.items() if item in ("t1", "t2", "t3", "t4", "t5")}
    for guesses, verdict in ((five, "few"), ({**five, "t6": 6}, "knew")):
        check = judge(guesses, {}, right, PLAIN)
        assert check is not None
        assert (check.count, check.verdict) == (len(guesses), verdict)
    before = GuessRound(five, {}, right, PLAIN)
    skipped = {item: value for item, value in right.items() if item != "t6"}
    for partner, verdict in ((right, "knew"), (skipped, "few")):
        check = judge_all([before, GuessRound({"t6": 6}, {}, partner, PLAIN)])
        assert check is not None
        assert check.verdict == verdict


@pytest.mark.parametrize(
    ("guess", "own", "partner", "verdict"),
    [(1, 1, 1, "knew"), (7, 7, 7, "knew"), (1, 7, 7, "off"), (7, 1, 1, "off"), (1, 1, 7, "alike"),
     (7, 7, 1, "alike"), (7, 1, 7, "knew"), (4, 1, 7, "off")],
)  # fmt: skip
def test_flat_guesses_at_the_ends(guess: int, own: int, partner: int, verdict: str) -> None:
    check = judge(row(*[guess] * 6), row(*[own] * 6), row(*[partner] * 6), PLAIN)
    assert check is not None
    assert (check.tracking, check.projection, check.bias) == (None, None, guess - partner)
    assert check.verdict == verdict


def test_guesses_are_pooled_over_check_ins() -> None:
    one = GuessRound(row(6, 2, 5), {}, row(6, 2, 5), PLAIN)
    check = judge_all([one, one])
    assert check is not None
    assert check.verdict == "knew"


def test_flat_answers_leave_figures_undefined_and_the_verdict_standing() -> None:
    flat = row(5, 5, 5, 5, 5, 5)
    check = judge(flat, flat, flat, PLAIN)
    assert check is not None
    assert (check.tracking, check.projection, check.verdict) == (None, None, "knew")
    typical = row(4, 4, 4, 4, 4, 4)
    check = judge(typical, {}, typical, PLAIN)
    assert check is not None
    assert check.skill is None
    far = judge(flat, flat, row(1, 1, 1, 1, 1, 2), PLAIN)
    assert far is not None
    assert far.verdict == "alike"


def test_what_the_partner_skipped_drops_out_and_kindness_to_oneself_is_never_judged() -> None:
    assert judge({"t1": 3}, {}, {"t2": 3}, PLAIN) is None
    assert judge({"s1": 3}, {}, {"s1": 3}, PLAIN) is None
    assert judge({}, {}, {}, PLAIN) is None


def test_a_reversed_guess_counts_in_the_themes_direction() -> None:
    check = judge({"turned": 2}, {}, {"turned": 5}, PLAIN)
    assert check is not None
    assert check.bias == 3


IDS = [question.id for question in USED.questions]
SHEETS = st.dictionaries(st.sampled_from(IDS), st.integers(1, 7))


@given(SHEETS, SHEETS, SHEETS)
def test_any_guesses_are_judged_without_a_crash(
    guesses: dict[str, int], own: dict[str, int], partner: dict[str, int]
) -> None:
    check = judge(guesses, own, partner, USED)
    if check is not None:
        assert check.skill is None or check.skill <= 1
        assert check.verdict in ("knew", "alike", "off", "few")
        assert (check.verdict == "few") == (check.count < FEWEST)
        assert not (check.firm and check.verdict == "few")
