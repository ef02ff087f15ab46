"""`python -m lib coverage`: which tips and openers are never shown, and which too often.

Over 2,000 couples with uniform answers, 2,000 with typical ones whose partners correlate .5, and
all corner couples; 5 % of people marked unsafe. The same couples at every run. Status 1 unless
nothing is never shown, no tip is shown to more than a third of couples, and everyone not marked
unsafe reads at least three tips of two families and four openers.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from math import sqrt
from random import Random

from lib import content
from lib.content import Content
from lib.domain.advice import FEWEST_FAMILIES, FEWEST_TIPS, Advice, Voice, advise, advise_alone
from lib.domain.comparison import compare, set_aside, shown_themes
from lib.domain.questionnaire import HIGHEST, LOWEST, THEMES, Questionnaire
from lib.domain.rules import DEPTHS, OUTCOMES
from lib.domain.talking import FEWEST as FEWEST_OPENERS

COUPLES = 2000
UNSAFE = 0.05
MOST_SHARE = 1 / 3
_LINK = 0.5  # correlation of the partners' answers
_SOME = 0.3  # how many have an earlier check-in, an outcome, a wish
_OF_NO_USE = 0.2  # of those who talked
_SEED = 20261122
_CORNERS = (1, 4, 7)
_GOOD, _MIDDLE = 6, 4

Couple = tuple[Voice, Voice]


@dataclass(slots=True)
class Tally:
    """What was shown: item id -> to how many couples (a couple counts once); and who got too
    few."""

    couples: int = 0
    shown: Counter[str] = field(default_factory=Counter)
    too_few: int = 0
    readers: int = 0

    def add(self, first: Advice, second: Advice, couple: Couple) -> None:
        self.couples += 1
        self.shown.update(_ids(first) | _ids(second))
        for advice, voice in zip((first, second), couple, strict=True):
            if not voice.unsafe:
                self.readers += 1
                self.too_few += _too_few(advice)


def main(arguments: list[str]) -> int:
    if arguments:
        print("usage: python -m lib coverage", file=sys.stderr)
        return 2
    loaded = content.load()
    tally = Tally()
    alone: Counter[str] = Counter()
    chance = Random(_SEED)  # noqa: S311 - as for the couples
    for couple in couples(loaded):
        tally.add(*_told(loaded, couple, chance), couple)
        reading = advise_alone(loaded.library, loaded.current, replace(couple[0], outcome=None))
        alone.update(_ids(reading))
        if not couple[0].unsafe:
            tally.readers += 1
            tally.too_few += _too_few(reading)
    return _report(loaded, tally, alone)


def _told(loaded: Content, couple: Couple, chance: Random) -> tuple[Advice, Advice]:
    """What they read when they are shown six themes by lot, as couples in the app are."""
    compared = compare(couple[0].answers, couple[1].answers, loaded.current)
    six = shown_themes(compared, loaded.current, aside=set_aside(loaded.current, chance))
    return advise(loaded.library, loaded.current, *couple, comparison=compared, shown=six)


def couples(loaded: Content) -> Iterator[Couple]:
    """All couples, the same at every run."""
    random = Random(_SEED)  # noqa: S311 - repeatable samples, no secrets
    questionnaire = loaded.current
    for _ in range(COUPLES):
        yield _pair(
            loaded, random, _uniform(random, questionnaire), _uniform(random, questionnaire)
        )
    for _ in range(COUPLES):
        yield _pair(loaded, random, *_typical(random, questionnaire))
    for first, second in corners(questionnaire):
        yield _pair(loaded, random, first, second)


def corners(questionnaire: Questionnaire) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    """Everybody at an end or in the middle on everything; and each theme at its ends, on the ground
    of a couple that is in the middle or well otherwise."""
    for one, other in product(_CORNERS, repeat=2):
        yield _at(questionnaire, {}, one), _at(questionnaire, {}, other)
    for theme in THEMES:
        for one, other in product((LOWEST, HIGHEST), repeat=2):
            for ground in (_MIDDLE, _GOOD):
                mine, theirs = {theme: one}, {theme: other}
                yield _at(questionnaire, mine, ground), _at(questionnaire, theirs, ground)


def _at(questionnaire: Questionnaire, levels: dict[str, int], ground: int) -> dict[str, int]:
    """Answers that give these levels, and `ground` elsewhere; well means wanting little."""
    found = {}
    for item in questionnaire.questions:
        wants = ground == _GOOD and item.theme in ("space", "reassurance_wanted")
        level = levels.get(item.theme, LOWEST + HIGHEST - _GOOD if wants else ground)
        found[item.id] = LOWEST + HIGHEST - level if item.reverse else level
    return found


def _uniform(random: Random, questionnaire: Questionnaire) -> dict[str, int]:
    return {item.id: random.randint(LOWEST, HIGHEST) for item in questionnaire.questions}


def _typical(random: Random, questionnaire: Questionnaire) -> tuple[dict[str, int], dict[str, int]]:
    """Around the typical answers, with the themes' spread; questions of one theme hang together as
    its reliability says, and the partners correlate."""
    first: dict[str, int] = {}
    second: dict[str, int] = {}
    for theme in questionnaire.themes:
        questions = questionnaire.of_theme(theme.id)
        # Spearman-Brown turned round: what two questions have in common when the theme has alpha.
        common = theme.reliability / (len(questions) - (len(questions) - 1) * theme.reliability)
        base = random.gauss(0, 1)
        for answers in (first, second):
            person = sqrt(_LINK) * base + sqrt(1 - _LINK) * random.gauss(0, 1)
            for item in questions:
                away = sqrt(common) * person + sqrt(1 - common) * random.gauss(0, 1)
                keyed = questionnaire.typical(item.id) + theme.sd * away
                value = LOWEST + HIGHEST - keyed if item.reverse else keyed
                answers[item.id] = min(HIGHEST, max(LOWEST, round(value)))
    return first, second


def _pair(loaded: Content, random: Random, first: dict[str, int], second: dict[str, int]) -> Couple:
    """Two voices with a pace, and some with wishes, guesses, an outcome and a past."""
    outcome = random.random() < _SOME
    one, other = (
        _voice(loaded, random, own, partner, outcome=outcome)
        for own, partner in ((first, second), (second, first))
    )
    return one, other


def _voice(
    loaded: Content,
    random: Random,
    own: dict[str, int],
    partner: dict[str, int],
    *,
    outcome: bool,
) -> Voice:
    questionnaire = loaded.current
    guesses = {}
    if random.random() < _SOME:
        ids = random.sample([item.id for item in questionnaire.questions], 8)
        slant = random.choice((0, 0, 2, -2))
        source = random.choice((own, partner))
        guesses = {item: min(HIGHEST, max(LOWEST, source[item] + slant)) for item in ids}
    past: tuple[dict[str, float], ...] = ()
    if random.random() < _SOME / 2:
        levels = questionnaire.levels(own)
        there = {theme: level + (3 if level <= _MIDDLE else -3) for theme, level in levels.items()}
        past = (levels, there)
    wishes = random.sample(loaded.support, random.randint(0, 2)) if loaded.support else []
    return Voice(
        own,
        guesses=guesses,
        pace=random.choice(DEPTHS),
        unsafe=random.random() < UNSAFE,
        support=tuple(wishes),
        outcome=random.choice(OUTCOMES) if outcome else None,
        past_outcomes=("not",) if outcome and random.random() < _SOME else (),
        talk_safe=random.random() >= UNSAFE if outcome else None,
        talk_useful=random.random() >= _OF_NO_USE if outcome else None,
        past_levels=past,
    )


def _ids(advice: Advice) -> set[str]:
    return {tip.id for tip in advice.tips} | {opener.id for opener in advice.openers}


def _too_few(advice: Advice) -> bool:
    families = {tip.family for tip in advice.tips}
    return (
        len(advice.tips) < FEWEST_TIPS
        or len(families) < FEWEST_FAMILIES
        or len(advice.openers) < FEWEST_OPENERS
    )


def _report(loaded: Content, tally: Tally, alone: Counter[str]) -> int:
    """Print what was found; the exit status."""
    library = loaded.library
    every = [*(tip.id for tip in library.tips), *(one.id for one in library.openers)]
    never = [item for item in every if not tally.shown[item] and not alone[item]]
    share = {tip.id: tally.shown[tip.id] / tally.couples for tip in library.tips}
    often = {tip: part for tip, part in share.items() if part > MOST_SHARE}
    spoken = {one.id: tally.shown[one.id] / tally.couples for one in library.openers}
    print(f"{tally.couples} couples, {len(library.tips)} tips, {len(library.openers)} openers")
    print(f"never shown: {', '.join(never) or 'none'}")
    print(f"tips shown to more than a third of couples: {_listed(often) or 'none'}")
    print(f"most shown tips: {_listed(share, 5)}")
    print(f"most shown openers: {_listed(spoken, 5)}")
    print(f"fewer than three tips of two families, or four openers: {tally.too_few} of "
          f"{tally.readers} readers not marked unsafe")  # fmt: skip
    done = not (never or often or tally.too_few)
    print("done" if done else "not done")
    return 0 if done else 1


def _listed(share: dict[str, float], most: int | None = None) -> str:
    ranked = sorted(share.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    return ", ".join(f"{item} {part:.3f}" for item, part in ranked)
