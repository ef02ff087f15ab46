"""Guesses about the other's answers: knowing them, or assuming they are like oneself.

Bias, tracking, projection and skill as in West & Kenny's truth and bias model; a verdict needs at
least six guesses, pooled over check-ins, because a few match by chance alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lib.domain.comparison import correlation
from lib.domain.questionnaire import Questionnaire

FEWEST = 6
_ONE_STEP = 1.0
_SAME_SIDE = 0.75
_PROJECTS = 0.3

Verdict = Literal["knew", "assumed you are alike", "off, in one direction", "too few to say"]


@dataclass(frozen=True, slots=True)
class Guess:
    """One guess with what belongs to it, all keyed: own and typical answer may be missing."""

    guessed: float
    answered: float
    own: float | None
    typical: float


@dataclass(frozen=True, slots=True)
class GuessCheck:
    """bias: mean(guess - answer), scale points. tracking: r(guess, answer). projection: r(guess,
    own answer). skill: 1 - sum (guess - answer)^2 / sum (typical - answer)^2. None: not defined."""

    bias: float
    tracking: float | None
    projection: float | None
    skill: float | None
    verdict: Verdict


def pairs(
    guesses: Mapping[str, float],
    own: Mapping[str, float],
    other: Mapping[str, float],
    questionnaire: Questionnaire,
) -> tuple[Guess, ...]:
    """The guesses of one check-in that meet an answer, keyed."""
    keyed = questionnaire.keyed
    return tuple(
        Guess(
            guessed=keyed(item.id, guesses[item.id]),
            answered=keyed(item.id, other[item.id]),
            own=keyed(item.id, own[item.id]) if item.id in own else None,
            typical=keyed(item.id, item.typical),
        )
        for item in questionnaire.questions
        if item.id in guesses and item.id in other
    )


def judge(guesses: tuple[Guess, ...]) -> GuessCheck | None:
    """All figures and the verdict; None without any guess."""
    if not guesses:
        return None
    errors = [guess.guessed - guess.answered for guess in guesses]
    bias = sum(errors) / len(errors)
    tracking = correlation([g.guessed for g in guesses], [g.answered for g in guesses])
    with_own = [(g.guessed, g.own) for g in guesses if g.own is not None]
    projection = correlation([g for g, _ in with_own], [own for _, own in with_own])
    expected = sum((g.typical - g.answered) ** 2 for g in guesses)
    skill = 1 - sum(error**2 for error in errors) / expected if expected else None
    return GuessCheck(
        bias, tracking, projection, skill, _verdict(errors, bias, tracking, projection, skill)
    )


def _verdict(
    errors: list[float],
    bias: float,
    tracking: float | None,
    projection: float | None,
    skill: float | None,
) -> Verdict:
    if len(errors) < FEWEST:
        return "too few to say"
    same_side = sum(1 for error in errors if error * bias > 0) / len(errors)
    if abs(bias) >= _ONE_STEP and same_side >= _SAME_SIDE:
        return "off, in one direction"
    exact = all(error == 0 for error in errors)
    if exact or (skill is not None and skill > 0 and (tracking or 0) >= (projection or 0)):
        return "knew"
    if projection is not None and projection >= _PROJECTS and projection > (tracking or 0):
        return "assumed you are alike"
    return "too few to say"
