"""Couples to test with: levels by theme, as an author of a rule would think of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from lib import content
from lib.content import Content
from lib.domain.questionnaire import THEMES, Number, Questionnaire

# A couple that is well: close, trusting, heard, wanting little room and little reassurance.
WELL: Mapping[str, float] = {
    "closeness": 6, "openness": 5.5, "space": 2.5, "reassurance_wanted": 3, "reassurance_received":
    6, "reassurance_offered": 5.5, "trust": 6.5, "self_worth": 5.5, "conflict": 5, "balance": 6,
    "heard": 6,
}  # fmt: skip
MIDDLE: Mapping[str, float] = dict.fromkeys(THEMES, 4.0)


@cache
def loaded() -> Content:
    """The real content."""
    return content.load()


def sheet(questionnaire: Questionnaire, levels: Mapping[str, float]) -> dict[str, Number]:
    """Answers that give these levels; a theme not named is skipped."""
    return {
        item.id: 8 - levels[item.theme] if item.reverse else levels[item.theme]
        for item in questionnaire.questions
        if item.theme in levels
    }
