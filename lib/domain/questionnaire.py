"""Questions, the themes that they measure, and how an answer counts.

This is the only place where reverse-keyed questions are turned round. Loaded from
content/questionnaire by `lib.content`; used by everything that compares answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import sqrt

THEMES = (
    "closeness",
    "openness",
    "space",
    "reassurance_wanted",
    "reassurance_received",
    "reassurance_offered",
    "trust",
    "self_worth",
    "conflict",
    "balance",
    "heard",
)
PRIVATE_THEME = "self_worth"
# Themes of which little is a lack. Wanting little room or little reassurance is none, and giving
# little is one only when the other gets too little.
GOOD_WHEN_HIGH = (
    "closeness", "openness", "reassurance_received", "trust", "conflict", "balance", "heard",
)  # fmt: skip
WANTED = ("space", "reassurance_wanted")
LOWEST, HIGHEST = 1, 7
LOW, HIGH = 3.0, 5.0  # a level at or below LOW is low, at or above HIGH is high
CHANCE = 0.05  # how often chance alone passes a band of 1.96 standard errors
NORMAL_95 = 1.96

Number = int | float | Fraction
Answers = Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Theme:
    """What two or three questions measure. `reliability` is Cronbach's alpha (0..1), `sd` in scale
    points. A theme that is not `shareable` is never shown to the other. band: the largest gap
    between two people that is still noise."""

    id: str
    reliability: float
    sd: float
    shareable: bool = True
    band: float = field(init=False)

    def __post_init__(self) -> None:
        # The largest gap between two people that is still noise: 1.96 sqrt(SEM^2 + SEM^2).
        object.__setattr__(self, "band", NORMAL_95 * sqrt(2 * self.error**2))

    @property
    def error(self) -> float:
        """Standard error of measurement of a level, in scale points: SD sqrt(1 - alpha)."""
        return self.sd * sqrt(1 - self.reliability)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `typical` is the typical answer as given, 1..7, before it is turned round."""

    id: str
    theme: str
    reverse: bool
    typical: float

    def keyed(self, value: Number) -> float:
        """An answer 1..7 turned so that high means more of the theme."""
        return float(LOWEST + HIGHEST - value) if self.reverse else float(value)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version of the check-in's rated questions. `assumed`: figures not yet measured."""

    version: int
    themes: tuple[Theme, ...]
    questions: tuple[Question, ...]
    assumed: bool = True
    _by_id: Mapping[str, Question] = field(init=False, repr=False, compare=False)
    _by_theme: Mapping[str, tuple[Question, ...]] = field(init=False, repr=False, compare=False)
    _typical: Mapping[str, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        set_once = object.__setattr__
        set_once(self, "_by_id", {question.id: question for question in self.questions})
        by_theme: dict[str, tuple[Question, ...]] = {theme.id: () for theme in self.themes}
        for question in self.questions:
            by_theme[question.theme] = (*by_theme.get(question.theme, ()), question)
        set_once(self, "_by_theme", by_theme)
        typical = {item.id: self.keyed(item.id, item.typical) for item in self.questions}
        set_once(self, "_typical", typical)

    def question(self, question_id: str) -> Question:
        """Raises KeyError when there is none."""
        return self._by_id[question_id]

    def of_theme(self, theme: str) -> tuple[Question, ...]:
        """The questions of a theme, in the file's order; empty when the version does not ask it."""
        return self._by_theme.get(theme, ())

    def keyed(self, question_id: str, value: Number) -> float:
        """An answer 1..7 turned so that high means more of the theme."""
        return self._by_id[question_id].keyed(value)

    def typical(self, question_id: str) -> float:
        """The typical answer, keyed."""
        return self._typical[question_id]

    def level(self, theme: str, answers: Answers) -> float | None:
        """Mean keyed answer to the theme's questions, 1..7; None unless all are answered."""
        questions = self.of_theme(theme)
        if not questions:
            return None
        total = 0.0
        for question in questions:
            value = answers.get(question.id)
            if value is None:
                return None
            total += question.keyed(value)
        return total / len(questions)

    def levels(self, answers: Answers) -> dict[str, float]:
        """Level of every theme of which all questions are answered, in the file's order."""
        found = {}
        for theme in self.themes:
            level = self.level(theme.id, answers)
            if level is not None:
                found[theme.id] = level
        return found
