"""What one partner guessed of the other: knowing, assuming to be alike, or leaning one way.

Guesses lean on oneself: projection .42 against true tracking .24 with a mean bias of about zero
(2023 meta-analysis, 10.1037/bul0000405). Six guesses are the least for a verdict: of three random
pairs 39 % reach r > .8. So guesses are pooled over check-ins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt
from typing import Literal

from lib.domain.comparison import correlation
from lib.domain.questionnaire import PRIVATE_THEME, Answers, Questionnaire

FEWEST = 6
_CLEAR_BIAS = 1.0  # scale points; less is not worth a word
_NORMAL_95 = 1.96
_TYPICAL_ERROR = 1.0  # root mean squared error within which somebody can be said to know
_CLEAR_LINK = 0.5

Verdict = Literal["knew", "alike", "off", "few"]
VERDICTS: dict[Verdict, str] = {
    "knew": "knew",
    "alike": "assumed you are alike",
    "off": "off, in one direction",
    "few": "too few to say",
}


@dataclass(frozen=True, slots=True)
class GuessRound:
    """The guesses of one check-in. guesses, own (the guesser's), partner's: question id -> 1..7."""

    guesses: Answers
    own: Answers
    partner: Answers
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class GuessCheck:
    """One partner's guesses, keyed, g beside the partner's b, one's own a and the typical n.

    bias = mean(g - b); tracking = r(g, b); projection = r(g, a); skill = 1 - sum (g-b)^2 / sum
    (n-b)^2. None where undefined. verdict: "few" below six guesses, else which of the three they
    come nearest to; `VERDICTS` has it in words. firm: beyond what chance would give, so that a
    person can be told; the rest is for an author to see.
    """

    count: int
    bias: float
    tracking: float | None
    projection: float | None
    skill: float | None
    verdict: Verdict
    firm: bool


@dataclass(slots=True)
class _Rows:
    """Keyed guesses, partner's answers and typical ones; and pairs of guess and own answer."""

    guessed: list[float] = field(default_factory=list)
    partner: list[float] = field(default_factory=list)
    typical: list[float] = field(default_factory=list)
    guessed_with_own: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)


def judge(
    guesses: Answers, own: Answers, partner: Answers, questionnaire: Questionnaire
) -> GuessCheck | None:
    """The check of one check-in's guesses; None when no guess met an answer."""
    return judge_all((GuessRound(guesses, own, partner, questionnaire),))


def judge_all(rounds: Iterable[GuessRound]) -> GuessCheck | None:
    """The check of all guesses together; None when no guess met an answer."""
    rows = _Rows()
    for one in rounds:
        _collect(rows, one)
    count = len(rows.guessed)
    if not count:
        return None
    errors = [g - b for g, b in zip(rows.guessed, rows.partner, strict=True)]
    bias = sum(errors) / count
    tracking = correlation(rows.guessed, rows.partner)
    projection = correlation(rows.guessed_with_own, rows.own)
    skill = _skill(rows)
    firm = _firm(rows, errors, tracking, projection, skill) if count >= FEWEST else None
    verdict = firm or (_nearest(rows, bias, tracking, skill) if count >= FEWEST else "few")
    return GuessCheck(count, bias, tracking, projection, skill, verdict, firm is not None)


def _firm(
    rows: _Rows,
    errors: list[float],
    tracking: float | None,
    projection: float | None,
    skill: float | None,
) -> Verdict | None:
    """The verdict that stands beyond chance, if one does."""
    leans, alike = _leans(errors), _like_oneself(rows, projection)
    if leans and not alike:
        return "off"
    if not leans and _knows(errors, tracking, skill):
        return "knew"
    return "alike" if alike else None


def _nearest(rows: _Rows, bias: float, tracking: float | None, skill: float | None) -> Verdict:
    """What the guesses come nearest to. Nobody knew whose guesses are no better than the typical
    answer, or go against the partner's."""
    if abs(bias) >= _CLEAR_BIAS:
        return "off"
    if len(rows.own) >= FEWEST and _nearer_to_self(rows):
        return "alike"
    knew = (skill is None or skill > 0) and (tracking is None or tracking > 0)
    return "knew" if knew else "off"


def _collect(rows: _Rows, one: GuessRound) -> None:
    """Add a round. A guess about what the partner skipped drops out; self_worth is not guessed."""
    for question_id, guess in one.guesses.items():
        answer = one.partner.get(question_id)
        if answer is None or one.questionnaire.question(question_id).theme == PRIVATE_THEME:
            continue
        keyed = one.questionnaire.keyed(question_id, guess)
        rows.guessed.append(keyed)
        rows.partner.append(one.questionnaire.keyed(question_id, answer))
        rows.typical.append(one.questionnaire.typical(question_id))
        mine = one.own.get(question_id)
        if mine is not None:
            rows.guessed_with_own.append(keyed)
            rows.own.append(one.questionnaire.keyed(question_id, mine))


def _skill(rows: _Rows) -> float | None:
    """How much closer the guesses came than the typical answer: 1 perfect, 0 no closer."""
    baseline = _squares(rows.typical, rows.partner)
    return None if baseline == 0 else 1 - _squares(rows.guessed, rows.partner) / baseline


def _leans(errors: list[float]) -> bool:
    """Off by a scale point or more in one direction, beyond what scatter alone would give."""
    bias = sum(errors) / len(errors)
    spread = sqrt(sum((error - bias) ** 2 for error in errors) / (len(errors) - 1))
    return abs(bias) >= _CLEAR_BIAS and abs(bias) > _NORMAL_95 * spread / sqrt(len(errors))


def _knows(errors: list[float], tracking: float | None, skill: float | None) -> bool:
    """Close to the answers, closer than the typical answer is, and going up and down with them."""
    near = sqrt(sum(error**2 for error in errors) / len(errors)) <= _TYPICAL_ERROR
    beats = skill is None or skill > 0
    return near and beats and (tracking is None or tracking >= _CLEAR_LINK)


def _like_oneself(rows: _Rows, projection: float | None) -> bool:
    """The guesses lie nearer to one's own answers than to the partner's, and follow them."""
    if len(rows.own) < FEWEST:
        return False
    if projection is not None:
        follows = projection >= _CLEAR_LINK
    else:
        follows = _to_self(rows) <= _TYPICAL_ERROR
    return follows and _nearer_to_self(rows)


def _nearer_to_self(rows: _Rows) -> bool:
    return _to_self(rows) < _squares(rows.guessed, rows.partner) / len(rows.partner)


def _to_self(rows: _Rows) -> float:
    return _squares(rows.guessed_with_own, rows.own) / len(rows.own)


def _squares(one: list[float], other: list[float]) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
