"""What is true of a reader: conditions of the rule language, each with how telling it is.

Two sets for each reader. What the couple shares: themes that both answered, gaps, patterns, wishes;
everything shared depends on these alone. And one's own: these and what only the reader knows of
themselves (kindness to oneself, levels of themes not shown, guesses, how the agreement went).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lib.domain import history, patterns
from lib.domain.comparison import Comparison, ThemeGap
from lib.domain.guesses import FEWEST as FEWEST_GUESSES
from lib.domain.guesses import GuessRound, judge_all
from lib.domain.questionnaire import (
    HIGH,
    LOW,
    PRIVATE_THEME,
    THEMES,
    WANTED,
    Answers,
    Questionnaire,
)

Facts = Mapping[str, float]

# How telling a fact is. A level at its threshold, and how much more at the end of the scale; a gap
# at its band, and how much more at two bands.
_LEVEL, _LEVEL_END = 0.6, 0.4
_GOOD_NEWS = 0.5  # a level at the good end calls for a tip half as much as one at the other end
_GAP, _GAP_TWICE = 0.8, 0.6
_MIDDLE, _NOT, _CLOSE = 0.15, 0.05, 0.1
_PATTERN, _ROLE, _SWING, _WISH, _WELL, _STEADY = 1.0, 0.5, 1.2, 0.5, 0.4, 0.3
_GUESS = {"knew": 0.4, "alike": 0.8, "off": 0.8}
_AGREEMENT = {"kept": 0.4, "partly": 0.6, "not": 0.8, "no_longer_fits": 0.8}
_SLIP = 0.9
_TALK_NOT_SAFE, _TALK_NOT_USEFUL = 2.0, 1.2  # who did not feel safe reads of that first
_ALONE = 0.2
# Written once: the names of all conditions about levels and gaps.
_LEVEL_WORDS = {
    (who, theme): tuple(
        f"{who}.{theme} {name}" for name in ("low", "middle", "high", "not_low", "not_high")
    )
    for who in ("me", "partner")
    for theme in THEMES
}
_GAP_WORDS = {
    theme: tuple(
        f"gap.{theme} {name}" for name in ("me_higher", "partner_higher", "clear", "close")
    )
    for theme in THEMES
}


@dataclass(frozen=True, slots=True)
class Voice:
    """All that one side says. answers, guesses: question id -> 1..7 as chosen.

    outcome: how the last agreement went; past_outcomes: how those before it went, oldest first.
    past_levels: theme id -> level of earlier check-ins, oldest first; past_guesses: the rounds of
    earlier check-ins. All from revealed check-ins of this couple only, for the partner's advice
    can depend on past_levels.
    talk_safe, talk_useful: how the last talk was for them, None when that was not said.
    """

    answers: Answers
    guesses: Answers = field(default_factory=dict)
    pace: str = "light"
    unsafe: bool = False
    support: tuple[str, ...] = ()
    outcome: str | None = None
    past_outcomes: Sequence[str | None] = ()
    talk_safe: bool | None = None
    talk_useful: bool | None = None
    past_levels: Sequence[Mapping[str, float]] = ()
    past_guesses: Sequence[GuessRound] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A couple from one reader's side: the two sets of facts, and what they were read from.

    compared: theme id -> gap of every shareable theme that both answered, the reader first; shown:
    the ids of those that both are shown. Facts of the partner and of gaps are of shown themes
    alone, so that no tip lays more open than the picture does; care looks at all. levels: one's
    own.
    """

    shared: Facts
    own: Facts
    compared: Mapping[str, ThemeGap]
    shown: frozenset[str]
    levels: Mapping[str, float]
    alone: bool


def of_couple(
    questionnaire: Questionnaire,
    comparison: Comparison,
    voices: tuple[Voice, Voice],
    *,
    shown: Collection[str],
) -> tuple[Seen, Seen]:
    """What is true for each of the two. comparison: of these voices' answers; shown: the ids of the
    themes that both are shown."""
    first, second = voices
    found = patterns.found(comparison)
    well = patterns.is_well(comparison)
    six = frozenset(shown)
    sides = []
    for me, partner, seen_from, roles in (
        (first, second, comparison, [(one.pattern, one.first) for one in found]),
        (second, first, comparison.swapped(), [(one.pattern, one.second) for one in found]),
    ):
        compared = {gap.id: gap for gap in seen_from.themes if gap.id != PRIVATE_THEME}
        shared = _shared([compared[theme] for theme in compared if theme in six], roles, well)
        _add_wishes(shared, "me", me, questionnaire)
        _add_wishes(shared, "partner", partner, questionnaire)
        levels = _levels(questionnaire, me, seen_from)
        own = _own(shared, {theme: levels[theme] for theme in levels if theme not in six})
        _add_private(own, me, partner, questionnaire)
        sides.append(Seen(shared, own, compared, six, levels, alone=False))
    return sides[0], sides[1]


def of_one(me: Voice, questionnaire: Questionnaire) -> Seen:
    """What is true for somebody who reads alone."""
    levels = questionnaire.levels(me.answers)
    facts: dict[str, float] = {"alone": _ALONE}
    _add_wishes(facts, "me", me, questionnaire)
    return Seen({}, _own(facts, levels), {}, frozenset(), levels, alone=True)


def level_conditions(who: str, theme: str, level: float) -> dict[str, float]:
    """The conditions that hold for a level 1..7 of `who`."""
    low, middle, high, not_low, not_high = _LEVEL_WORDS[who, theme]
    wanted = theme in WANTED
    if level <= LOW:
        weight = _GOOD_NEWS if wanted else 1.0
        return {low: weight * (_LEVEL + _LEVEL_END * (LOW - level) / 2), not_high: _NOT}
    if level >= HIGH:
        weight = 1.0 if wanted else _GOOD_NEWS
        return {high: weight * (_LEVEL + _LEVEL_END * (level - HIGH) / 2), not_low: _NOT}
    return {middle: _MIDDLE, not_low: _NOT, not_high: _NOT}


def gap_conditions(theme: str, gap: float, band: float) -> dict[str, float]:
    """The conditions that hold for a signed gap, me minus partner. Between half a band and a band
    nothing can be said: neither that two differ nor that they are alike."""
    me_higher, partner_higher, clear, close = _GAP_WORDS[theme]
    size = abs(gap)
    if size <= band:
        return {close: _CLOSE} if size <= band / 2 else {}
    beyond = 1.0 if size >= 2 * band else (size - band) / band
    strength = _GAP + _GAP_TWICE * beyond
    return {me_higher if gap > 0 else partner_higher: strength, clear: strength}


def _shared(
    gaps: Iterable[ThemeGap], roles: Iterable[tuple[str, tuple[str, ...]]], well: bool
) -> dict[str, float]:
    """Facts of the couple, from the side of the gaps' first. roles: pattern -> one's roles."""
    facts: dict[str, float] = {"together": 0.0}
    for gap in gaps:
        facts.update(level_conditions("me", gap.id, gap.first))
        facts.update(level_conditions("partner", gap.id, gap.second))
        facts.update(gap_conditions(gap.id, gap.gap, gap.band))
    for name, mine in roles:
        facts[f"pattern {name}"] = _STEADY if name == "steady" else _PATTERN
        facts.update((f"role {role}", _ROLE) for role in mine)
    if well:
        facts["couple well"] = _WELL
    return facts


def _levels(questionnaire: Questionnaire, me: Voice, seen_from: Comparison) -> dict[str, float]:
    """One's own levels: those compared, and those that only oneself answered."""
    levels = {gap.id: gap.first for gap in seen_from.themes}
    for theme in questionnaire.themes:
        if theme.id not in levels:
            level = questionnaire.level(theme.id, me.answers)
            if level is not None:
                levels[theme.id] = level
    return levels


def _own(shared: Facts, levels: Mapping[str, float]) -> dict[str, float]:
    """The shared facts and one's own levels of themes that are not shown."""
    own = dict(shared)
    for theme, level in levels.items():
        own.update(level_conditions("me", theme, level))
    return own


def _add_private(
    own: dict[str, float], me: Voice, partner: Voice, questionnaire: Questionnaire
) -> None:
    """How one's guesses went, and what one says of the last agreement and the last talk."""
    rounds = (
        *me.past_guesses,
        GuessRound(me.guesses, me.answers, partner.answers, questionnaire),
    )
    if sum(len(one.guesses) for one in rounds) >= FEWEST_GUESSES:
        check = judge_all(rounds)
        if check and check.firm:
            own[f"guess {check.verdict}"] = _GUESS[check.verdict]
    if me.outcome in _AGREEMENT:
        own[f"agreement {me.outcome}"] = _AGREEMENT[me.outcome]
    if history.agreements_slip((*me.past_outcomes, me.outcome)):
        own["agreements slip"] = _SLIP
    if me.talk_safe is False:
        own["talk not_safe"] = _TALK_NOT_SAFE
    if me.talk_useful is False:
        own["talk not_useful"] = _TALK_NOT_USEFUL


def _add_wishes(
    facts: dict[str, float], who: str, voice: Voice, questionnaire: Questionnaire
) -> None:
    """What both learn at the reveal beside the themes: support wished for, and swinging."""
    facts.update((f"wish {who} {kind}", _WISH) for kind in voice.support)
    if voice.past_levels:
        levels = (*voice.past_levels, questionnaire.levels(voice.answers))
        if history.push_pull(levels, questionnaire):
            facts[f"swing {who}"] = _SWING
