"""Line: comparing the answers of one couple and choosing what each of them reads."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from itertools import cycle

from lib import content
from lib.domain.advice import Voice, advise
from lib.domain.checkins import MOST_GUESSES, PACES, guessable
from lib.domain.comparison import compare
from lib.services.house import CONTENT_FOLDER
from tests.bench.figures import Figure, in_turns
from tests.bench.stage import Stage

COUPLES = 400
MOST_MS = 1.0
_STEPS = 10_000


def compare_and_choose(_: Stage) -> Iterator[Figure]:
    """One couple that answered everything, another one each time, with the content as it is."""
    loaded = content.load(CONTENT_FOLDER)
    questionnaire, library = loaded.current, loaded.library
    chance = random.Random(11)
    ids = [question.id for question in questionnaire.questions]
    guessed = [question.id for question in guessable(questionnaire)]

    def voice() -> Voice:
        return Voice(
            answers={item: chance.randint(1, 7) for item in ids},
            guesses={item: chance.randint(1, 7) for item in chance.sample(guessed, MOST_GUESSES)},
            pace=chance.choice(PACES),
            support=tuple(chance.sample(loaded.support, 2)),
        )

    couples = cycle([(voice(), voice()) for _ in range(COUPLES)])

    def choose() -> float:
        first, second = next(couples)
        began = time.perf_counter()
        comparison = compare(first.answers, second.answers, questionnaire)
        advise(library, questionnaire, first, second, comparison=comparison)
        return time.perf_counter() - began

    own, low = in_turns(COUPLES, choose, _fixed_work)
    floor_is = f"a plain loop of {_STEPS:,} additions"
    yield Figure("advice", "compare and choose", own, low, floor_is, most_ms=MOST_MS)


def _fixed_work() -> float:
    began = time.perf_counter()
    total = 0
    for number in range(_STEPS):
        total += number
    return time.perf_counter() - began
