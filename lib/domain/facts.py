"""What is true of a reader: conditions of the rule language, each with how telling it is.

Two sets for each reader. What the couple shares: themes that both answered, gaps, patterns, wishes;
everything shared depends on these alone. And one's own: these and what only the reader knows of
themselves (kindness to oneself, a theme that the other skipped, guesses, how the agreement went).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lib.domain import history, patterns
from lib.domain.comparison import Comparison, ThemeGap, compare
from lib.domain.guesses import GuessRound, judge_all
from lib.domain.questionnaire import HIGH, LOW, PRIVATE_THEME, Answers, Questionnaire

Facts = Mapping[str, float]

# How telling a fact is. A level at its threshold, and how much more at the end of the scale; a gap at
# its band, and how much more at two bands.
_LEVEL, _LEVEL_END = 0.6, 0.4
_GAP, _GAP_TWICE = 0.8, 0.6
_MIDDLE, _NOT, _CLOSE = 0.15, 0.05, 0.1
_PATTERN, _ROLE, _SWING, _WISH, _WELL, _STEADY = 1.0, 0.5, 1.2, 0.5, 0.4, 0.3
_GUESS = {"knew": 0.4, "alike": 0.8, "off": 0.8}
_AGREEMENT = {"kept": 0.4, "partly": 0.6, "not": 0.8, "no_longer_fits": 0.8}
_ALONE = 0.2


@dataclass(frozen=True, slots=True)
class Voice:
    """All that one side says. answers, guesses: question id -> 1..7 as chosen.

    outcome: how the last agreement went. past_levels: theme id -> level of earlier check-ins, oldest
    first; past_guesses: the rounds of earlier check-ins. Both from revealed check-ins of this couple
    only, for the partner's advice can depend on past_levels.
    """

    answers: Answers
    guesses: Answers = field(default_factory=dict)
    pace: str = "light"
    unsafe: bool = False
    support: tuple[str, ...] = ()
    outcome: str | None = None
    past_levels: tuple[Mapping[str, float], ...] = ()
    past_guesses: tuple[GuessRound, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A couple from one reader's side. gaps: theme id -> gap as seen by the reader (first is me).

    shared, own: the two sets of facts; levels: one's own. partner None when alone.
    """

    shared: Facts
    own: Facts
    gaps: Mapping[str, ThemeGap]
    levels: Mapping[str, float]
    alone: bool


def of_couple(
    first: Voice, second: Voice, questionnaire: Questionnaire, comparison: Comparison | None = None
) -> tuple[Seen, Seen]:
    """What is true for each of the two. comparison: of these very answers, when it is at hand."""
    compared = comparison or compare(first.answers, second.answers, questionnaire)
    found = patterns.found(compared)
    well = patterns.is_well(compared)
    swings = _swings(first, questionnaire), _swings(second, questionnaire)
    one = _shared(compared, [(item.pattern, item.first) for item in found], well)
    other = _shared(compared.swapped(), [(item.pattern, item.second) for item in found], well)
    for facts, me, partner, swung in (
        (one, first, second, swings),
        (other, second, first, swings[::-1]),
    ):
        facts.update((f"wish me {kind}", _WISH) for kind in me.support)
        facts.update((f"wish partner {kind}", _WISH) for kind in partner.support)
        facts.update(
            (f"swing {who}", _SWING) for who, did in zip(_SIDES, swung, strict=True) if did
        )
    return (
        _seen(one, compared, first, second, questionnaire),
        _seen(other, compared.swapped(), second, first, questionnaire),
    )


def of_one(me: Voice, questionnaire: Questionnaire) -> Seen:
    """What is true for somebody who reads alone."""
    levels = questionnaire.levels(me.answers)
    own: dict[str, float] = {"alone": _ALONE}
    for theme, level in levels.items():
        own.update(level_conditions("me", theme, level))
    own.update((f"wish me {kind}", _WISH) for kind in me.support)
    if _swings(me, questionnaire):
        own["swing me"] = _SWING
    return Seen({}, own, {}, levels, alone=True)


def level_conditions(who: str, theme: str, level: float) -> dict[str, float]:
    """The conditions that hold for a level 1..7 of `who`."""
    if level <= LOW:
        strength = _LEVEL + _LEVEL_END * (LOW - level) / 2
        return {f"{who}.{theme} low": strength, f"{who}.{theme} not_high": _NOT}
    if level >= HIGH:
        strength = _LEVEL + _LEVEL_END * (level - HIGH) / 2
        return {f"{who}.{theme} high": strength, f"{who}.{theme} not_low": _NOT}
    return {
        f"{who}.{theme} middle": _MIDDLE,
        f"{who}.{theme} not_low": _NOT,
        f"{who}.{theme} not_high": _NOT,
    }


def gap_conditions(theme: str, gap: float, band: float) -> dict[str, float]:
    """The conditions that hold for a signed gap, me minus partner."""
    size = abs(gap)
    if size <= band:
        return {f"gap.{theme} close": _CLOSE}
    beyond = 1.0 if size >= 2 * band else (size - band) / band
    strength = _GAP + _GAP_TWICE * beyond
    side = "me_higher" if gap > 0 else "partner_higher"
    return {f"gap.{theme} {side}": strength, f"gap.{theme} clear": strength}


_SIDES = ("me", "partner")


def _shared(
    compared: Comparison, found: Sequence[tuple[str, str | None]], well: bool
) -> dict[str, float]:
    """Facts of the couple from the side of `compared`'s first."""
    facts: dict[str, float] = {"together": 0.0}
    for gap in compared.themes:
        if gap.id == PRIVATE_THEME:
            continue
        facts.update(level_conditions("me", gap.id, gap.first))
        facts.update(level_conditions("partner", gap.id, gap.second))
        facts.update(gap_conditions(gap.id, gap.gap, gap.band))
    for name, role in found:
        facts[f"pattern {name}"] = _STEADY if name == "steady" else _PATTERN
        if role:
            facts[f"role {role}"] = _ROLE
    if well:
        facts["couple well"] = _WELL
    return facts


def _seen(
    shared: dict[str, float],
    compared: Comparison,
    me: Voice,
    partner: Voice,
    questionnaire: Questionnaire,
) -> Seen:
    levels = questionnaire.levels(me.answers)
    own = dict(shared)
    both = {gap.id for gap in compared.themes if gap.id != PRIVATE_THEME}
    for theme, level in levels.items():
        if theme not in both:
            own.update(level_conditions("me", theme, level))
    if me.guesses or me.past_guesses:
        today = GuessRound(me.guesses, me.answers, partner.answers, questionnaire)
        check = judge_all((*me.past_guesses, today))
        if check and check.verdict in _GUESS:
            own[f"guess {check.verdict}"] = _GUESS[check.verdict]
    if me.outcome in _AGREEMENT:
        own[f"agreement {me.outcome}"] = _AGREEMENT[me.outcome]
    gaps = {gap.id: gap for gap in compared.themes if gap.id != PRIVATE_THEME}
    return Seen(shared, own, gaps, levels, alone=False)


def _swings(voice: Voice, questionnaire: Questionnaire) -> bool:
    if not voice.past_levels:
        return False
    today = questionnaire.levels(voice.answers)
    return history.push_pull((*voice.past_levels, today), questionnaire)
