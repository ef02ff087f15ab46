"""Reading COUPLE.json, the input of `python -m lib advise`: a contract, so every field is checked.

    {"first": P, "second": P}, P = {"themes": {theme: 1..7}, "answers": {question: 1..7},
    "guesses": {question: 1..7}, "pace": "light|middle|deep", "unsafe": bool}, each optional.

A theme's level stands for each of its questions that is not in answers, mirrored where a question
is reverse-keyed. A theme given nowhere is skipped.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any

from lib.domain.facts import Voice
from lib.domain.questionnaire import HIGHEST, LOWEST, THEMES, Number, Questionnaire
from lib.domain.rules import DEPTHS

SIDES = ("first", "second")
_LONGEST_NUMBER = 100  # characters
_FIELDS = ("themes", "answers", "guesses", "pace", "unsafe")


class BadCouple(Exception):
    """What is wrong with a field, and what would be right, in one line."""


def parse(text: str, questionnaire: Questionnaire) -> tuple[Voice, Voice]:
    """Both sides; raises BadCouple at the first thing that is wrong."""
    try:
        data = json.loads(text, object_pairs_hook=_without_doubles, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        detail = " ".join(str(error).split())
        raise BadCouple(f"the file: not JSON ({detail}); write one JSON object") from error
    if not isinstance(data, dict):
        raise BadCouple('the file: write an object {"first": {...}, "second": {...}}')
    for side in SIDES:
        if side not in data:
            raise BadCouple(f'{side}: missing; write "{side}": {{...}}')
    _known(data, SIDES, "the file")
    first, second = (_voice(data[side], side, questionnaire) for side in SIDES)
    return first, second


def _voice(data: object, side: str, questionnaire: Questionnaire) -> Voice:
    given = _object(data, side)
    _known(given, _FIELDS, side)
    questions = [question.id for question in questionnaire.questions]
    levels = _numbers(given, side, "themes", THEMES)
    answers = _numbers(given, side, "answers", questions)
    guesses = _numbers(given, side, "guesses", questions)
    pace = given.get("pace", DEPTHS[0])
    if not isinstance(pace, str) or pace not in DEPTHS:
        raise BadCouple(f"{side}.pace: write one of {', '.join(DEPTHS)}")
    unsafe = given.get("unsafe", False)
    if not isinstance(unsafe, bool):
        raise BadCouple(f"{side}.unsafe: write true or false")
    full = _answers(levels, answers, questionnaire)
    return Voice(full, guesses=guesses, pace=pace, unsafe=unsafe)


def _answers(
    levels: Mapping[str, float], answers: Mapping[str, float], questionnaire: Questionnaire
) -> dict[str, Number]:
    """Every question's answer. Mirrored ones are kept exact, so that the level comes out as it
    went in."""
    full: dict[str, Number] = {}
    for question in questionnaire.questions:
        if question.id in answers:
            full[question.id] = answers[question.id]
        elif question.theme in levels:
            level = levels[question.theme]
            full[question.id] = LOWEST + HIGHEST - Fraction(level) if question.reverse else level
    return full


def _numbers(
    given: Mapping[str, Any], side: str, name: str, allowed: Collection[str]
) -> dict[str, float]:
    where = f"{side}.{name}"
    values = _object(given.get(name, {}), where)
    _known(values, allowed, where)
    for key, value in values.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not LOWEST <= value <= HIGHEST:
            raise BadCouple(f"{where}.{key}: write a number from {LOWEST} to {HIGHEST}")
        if name != "themes" and not float(value).is_integer():
            raise BadCouple(f"{where}.{key}: write a whole number from {LOWEST} to {HIGHEST}")
    return dict(values)


def _object(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadCouple(f"{where}: write an object, {{...}}")
    return value


def _known(values: Mapping[str, Any], allowed: Collection[str], where: str) -> None:
    for key in values:
        if key not in allowed:
            shown = json.dumps(key)[:60]
            raise BadCouple(f"{where}: {shown} does not exist; use {', '.join(allowed)}")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadCouple(f"{json.dumps(key)[:60]}: written twice in one object; write it once")
        found[key] = value
    return found


def _whole(digits: str) -> float:
    """Python reads no numbers of thousands of digits; those are outside every scale anyway."""
    return int(digits) if len(digits) < _LONGEST_NUMBER else float(digits)
