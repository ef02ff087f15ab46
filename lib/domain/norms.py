"""Figures over many couples, for an operator who replaces the assumed ones. Never of one couple.

Cronbach's alpha and standard deviation by theme over people; the partners' intraclass correlation
over couples, ICC = (MSB - MSW) / (MSB + MSW) with MSB = 2 sum (m - M)^2 / (n - 1) and MSW = sum d^2
/ 2n, where m is a couple's mean, M the mean of all and d the difference within a couple.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from lib.domain.questionnaire import Answers, Question, Questionnaire, Theme
from lib.errors import Refused

FEWEST_COUPLES = 50
HIGHEST_RELIABILITY = 0.99


@dataclass(frozen=True, slots=True)
class RevealedCheckIn:
    """Both partners' answers in one revealed check-in. couple: any key that tells couples apart."""

    couple: str
    questionnaire: int
    first: Answers
    second: Answers


@dataclass(frozen=True, slots=True)
class ThemeNorms:
    """One theme. alpha, sd and mean over people with all its answers, icc over check-ins in which
    both have them. None where undefined, or where fewer than 50 couples answered."""

    theme: str
    couples: int
    alpha: float | None
    mean: float | None
    sd: float | None
    icc: float | None


@dataclass(frozen=True, slots=True)
class Norms:
    """All themes of one questionnaire. typical: question id -> mean raw answer, where 50 couples
    answered it."""

    questionnaire: int
    couples: int
    themes: tuple[ThemeNorms, ...]
    typical: dict[str, float]


def measure(checkins: Iterable[RevealedCheckIn], questionnaire: Questionnaire) -> Norms:
    """Figures over all check-ins of this questionnaire; Refused ("norms_few") below 50 couples."""
    rows = [row for row in checkins if row.questionnaire == questionnaire.version]
    couples = len({row.couple for row in rows})
    if couples < FEWEST_COUPLES:
        raise Refused("norms_few", couples=couples, needed=FEWEST_COUPLES)
    typical = {}
    for question in questionnaire.questions:
        mean = _typical(rows, question)
        if mean is not None:
            typical[question.id] = mean
    themes = tuple(_theme(rows, theme, questionnaire) for theme in questionnaire.themes)
    return Norms(questionnaire.version, couples, themes, typical)


def alpha(rows: Sequence[Sequence[float]]) -> float | None:
    """Cronbach's alpha of people's keyed answers to k questions: k / (k-1) (1 - sum of the
    questions' variances / variance of the sum). None below two people or questions, or when
    flat."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    count = len(rows[0])
    total = _variance([sum(row) for row in rows])
    if total == 0:
        return None
    parts = sum(_variance(column) for column in zip(*rows, strict=True))
    return count / (count - 1) * (1 - parts / total)


def partners_icc(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pairwise intraclass correlation of two people's levels; None below two pairs or when flat."""
    if len(pairs) < 2:
        return None
    means = [(one + other) / 2 for one, other in pairs]
    between = 2 * _variance(means)
    within = sum((one - other) ** 2 for one, other in pairs) / (2 * len(pairs))
    return (between - within) / (between + within) if between + within else None


def _theme(
    rows: Sequence[RevealedCheckIn], theme: Theme, questionnaire: Questionnaire
) -> ThemeNorms:
    questions = questionnaire.of_theme(theme.id)
    people: list[list[float]] = []
    pairs: list[tuple[float, float]] = []
    couples = set()
    for row in rows:
        levels = []
        for answers in (row.first, row.second):
            if all(question.id in answers for question in questions):
                keyed = [questionnaire.keyed(one.id, answers[one.id]) for one in questions]
                people.append(keyed)
                levels.append(sum(keyed) / len(keyed))
        if len(levels) == 2:
            pairs.append((levels[0], levels[1]))
            couples.add(row.couple)
    if len(couples) < FEWEST_COUPLES:
        return ThemeNorms(theme.id, len(couples), None, None, None, None)
    every = [sum(row) / len(row) for row in people]
    return ThemeNorms(
        theme=theme.id,
        couples=len(couples),
        alpha=alpha(people),
        mean=sum(every) / len(every),
        sd=sqrt(_variance(every)),
        icc=partners_icc(pairs),
    )


def _typical(rows: Sequence[RevealedCheckIn], question: Question) -> float | None:
    answered = [
        (row.couple, float(answers[question.id]))
        for row in rows
        for answers in (row.first, row.second)
        if question.id in answers
    ]
    if len({couple for couple, _ in answered}) < FEWEST_COUPLES:
        return None
    return sum(value for _, value in answered) / len(answered)


def _variance(row: Sequence[float]) -> float:
    mean = sum(row) / len(row)
    return sum((value - mean) ** 2 for value in row) / (len(row) - 1)
