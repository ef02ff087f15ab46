"""Choosing what each of the two reads. Deterministic, explainable, careful.

The order of things: facts of each reader -> what is allowed for them (the care rules below, whatever
the authors wrote) -> the most telling first, of several families, minding what was seen and marked.
Each reader's choice is made from both sheets, but never from the other's safety answer.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lib.domain.comparison import Comparison, ThemeGap, compare, shown_themes
from lib.domain.history import push_pull
from lib.domain.patterns import Pattern, is_well, pattern
from lib.domain.questionnaire import Questionnaire
from lib.domain.rules import (
    DEPTHS,
    GUESSES,
    Library,
    Opener,
    Tip,
    flipped,
    level_facts,
    theme_of,
)

FEWEST_TIPS, USUAL_TIPS, MOST_TIPS = 3, 5, 7
MOST_SHARED_TIPS = 2
MOST_OF_A_FAMILY = 2
USUAL_OPENERS = 6
OPENER_COOL_DOWN = 1
_PURSUES = frozenset({"invites_talk", "asks_needs"})
_GIVES_ROOM = frozenset({"gives_space", "slows_pace"})
_FOR_THE_UNSAFE = frozenset({"outside_help", "self_kindness"})
_CIRCLE = "pattern reassurance_circle"


@dataclass(frozen=True, slots=True)
class Voice:
    """One side's part: answers and guesses (question id -> 1..7 as given), pace, support wished
    for, how the last agreement went, the verdict on their guesses, whether they swing."""

    answers: Mapping[str, float]
    guess_verdict: str | None = None
    pace: str = "light"
    unsafe: bool = False
    support: Sequence[str] = ()
    outcome: str | None = None
    past_levels: Sequence[Mapping[str, float]] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """What this reader has seen: item id -> number of the check-in; `now` is this one's number."""

    now: int = 1
    seen: Mapping[str, int] = field(default_factory=dict)
    done: frozenset[str] = frozenset()
    not_for_us: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ChosenTip:
    """A tip for a reader; because: the conditions that led to it, from the reader's side."""

    tip: Tip
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """What one reader gets, in order."""

    tips: tuple[ChosenTip, ...]
    openers: tuple[Opener, ...]


@dataclass(frozen=True, slots=True)
class View:
    """One reader's facts: the conditions that hold, how telling each is, and the other's facts.

    themes: the themes shown, which openers are about. seed: spreads what is equally telling over
    couples, the same for the same answers. circle: the reader's role in a reassurance circle.
    """

    facts: frozenset[str]
    telling: Mapping[str, float]
    other: frozenset[str]
    themes: tuple[str, ...]
    pattern_themes: tuple[str, ...]
    seed: int
    pace: str
    past: Past


def advise(
    library: Library,
    questionnaire: Questionnaire,
    first: Voice,
    second: Voice,
    pasts: tuple[Past, Past] = (Past(), Past()),
) -> tuple[Advice, Advice]:
    """What the first and the second read. Swapping the two swaps the results and nothing in them."""
    comparison = compare(first.answers, second.answers, questionnaire)
    return advise_on(library, questionnaire, comparison, (first, second), pasts)


def advise_on(
    library: Library,
    questionnaire: Questionnaire,
    comparison: Comparison,
    voices: tuple[Voice, Voice],
    pasts: tuple[Past, Past] = (Past(), Past()),
) -> tuple[Advice, Advice]:
    """As `advise`, on a comparison that is there already."""
    first, second = voices
    views = views_of(questionnaire, comparison, voices, pasts)
    return (
        _for_unsafe(library, views[0]) if first.unsafe else _for_one(library, views[0]),
        _for_unsafe(library, views[1]) if second.unsafe else _for_one(library, views[1]),
    )


def advise_alone(
    library: Library, questionnaire: Questionnaire, me: Voice, past: Past | None = None
) -> Advice:
    """What somebody without a partner here reads: about themself, by themself."""
    levels = questionnaire.levels(me.answers)
    facts = ["alone", *level_facts("me", levels), *_own_facts(questionnaire, me)]
    view = View(
        facts=frozenset(facts),
        telling=_level_weights("me", levels),
        other=frozenset(),
        themes=tuple(levels),
        pattern_themes=(),
        seed=_seed(facts),
        pace=me.pace,
        past=past or Past(),
    )
    return _for_unsafe(library, view) if me.unsafe else _for_one(library, view)


def shown(comparison: Comparison, questionnaire: Questionnaire) -> tuple[ThemeGap, ...]:
    """The six themes of this couple; those of their pattern come before other telling ones."""
    found = pattern(comparison)
    return shown_themes(comparison, questionnaire, first=found.themes if found else ())


def views_of(
    questionnaire: Questionnaire,
    comparison: Comparison,
    voices: tuple[Voice, Voice],
    pasts: tuple[Past, Past],
) -> tuple[View, View]:
    """Both readers' facts. About the other and the two together only what both are shown."""
    found = pattern(comparison)
    themes = shown(comparison, questionnaire)
    well = is_well(comparison)
    sides = (
        _facts(questionnaire, themes, found, voices, well=well),
        _facts(
            questionnaire,
            tuple(theme.swapped() for theme in themes),
            found.swapped() if found else None,
            (voices[1], voices[0]),
            well=well,
        ),
    )
    pace = min((voice.pace for voice in voices), key=DEPTHS.index)
    seed = sum(_seed(facts) for facts, _ in sides)
    first, second = (
        View(
            facts=frozenset(facts),
            telling=weights,
            other=frozenset(sides[1 - number][0]),
            themes=tuple(theme.id for theme in themes),
            pattern_themes=found.themes if found else (),
            seed=seed,
            pace=pace,
            past=pasts[number],
        )
        for number, (facts, weights) in enumerate(sides)
    )
    return first, second


def _facts(
    questionnaire: Questionnaire,
    themes: Iterable[ThemeGap],
    found: Pattern | None,
    voices: tuple[Voice, Voice],
    *,
    well: bool,
) -> tuple[list[str], dict[str, float]]:
    me, other = voices
    own = questionnaire.levels(me.answers)
    theirs = {theme.id: theme.second for theme in themes}
    facts = ["together", *level_facts("me", own), *level_facts("partner", theirs)]
    weights = _level_weights("me", own) | _level_weights("partner", theirs)
    for theme in themes:
        if theme.clear:
            higher = "me_higher" if theme.gap > 0 else "partner_higher"
            for name in (higher, "clear"):
                facts.append(f"gap.{theme.id} {name}")
                weights[f"gap.{theme.id} {name}"] = 1 + theme.telling / 2
        else:
            facts.append(f"gap.{theme.id} close")
            weights[f"gap.{theme.id} close"] = 0.4
    if found:
        facts.append(f"pattern {found.id}")
        if found.first_role:
            facts.append(f"role {found.first_role}")
    if well:
        facts.append("couple well")
    facts += _own_facts(questionnaire, me)
    facts += [f"wish partner {kind}" for kind in other.support]
    if push_pull(questionnaire, other.past_levels):
        facts.append("swing partner")
    return facts, weights


def _own_facts(questionnaire: Questionnaire, me: Voice) -> list[str]:
    facts = [f"wish me {kind}" for kind in me.support]
    if me.guess_verdict in GUESSES:
        facts.append(f"guess {GUESSES[me.guess_verdict]}")
    if me.outcome:
        facts.append(f"agreement {me.outcome}")
    if push_pull(questionnaire, me.past_levels):
        facts.append("swing me")
    return facts


def _level_weights(side: str, levels: Mapping[str, float]) -> dict[str, float]:
    """How telling a level is: little in the middle, 1 at the ends."""
    return {
        f"{side}.{theme} {name}": abs(level - 4) / 3
        for theme, level in levels.items()
        for name in ("low", "high")
    }


_WEIGHTS = {
    "pattern": 2.0,
    "role": 0.5,
    "swing": 1.5,
    "agreement": 1.2,
    "guess": 0.9,
    "wish": 0.6,
    "couple": 0.6,
    "alone": 0.0,
    "together": 0.0,
    "unsafe": 3.0,
}


def _score(conditions: Iterable[str], telling: Mapping[str, float]) -> float:
    """How telling a rule is: the sum over the facts that it rests on, in steps of a half."""
    total = 0.0
    for condition in conditions:
        weight = telling.get(condition)
        total += _WEIGHTS.get(condition.split()[0], 0.2) if weight is None else weight
    return round(total * 2) / 2


def _seed(facts: Iterable[str]) -> int:
    return zlib.crc32("\n".join(sorted(facts)).encode())


def _spread(seed: int, item: str) -> int:
    return zlib.crc32(f"{seed}/{item}".encode())


# --- care: what may be said to whom, whatever the files say ---------------------------------------


def allowed(tip: Tip, facts: frozenset[str]) -> bool:
    """Whether the care rules let this reader see this tip."""
    wants_room = "partner.space high" in facts or "gap.space partner_higher" in facts
    if wants_room and tip.does & _PURSUES and not tip.does & _GIVES_ROOM:
        return False
    if "couple well" in facts and (tip.family == "patience" or "outside_help" in tip.does):
        return False
    giving = {_CIRCLE, "role giving"} <= facts
    return not (giving and "gives_reassurance" in tip.does)


def _for_unsafe(library: Library, view: View) -> Advice:
    """Outside help and self-kindness only, and no openers."""
    facts = (view.facts | {"unsafe"}) - {"couple well"}
    chosen = [
        _candidate(tip, facts, view)
        for tip in library.tips
        if not tip.us
        and tip.does
        and tip.does <= _FOR_THE_UNSAFE
        and tip.family != "patience"
        and tip.rule.holds(facts)
    ]
    ranked = sorted(chosen, key=_most_telling)
    return Advice(tuple(ChosenTip(c.tip, c.because) for c in ranked[:USUAL_TIPS]), ())


# --- choosing -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Candidate:
    tip: Tip
    because: tuple[str, ...]
    score: float
    spread: int


def _most_telling(candidate: _Candidate) -> tuple[float, int, str]:
    return -candidate.score, candidate.spread, candidate.tip.id


def _candidate(tip: Tip, facts: frozenset[str], view: View) -> _Candidate:
    because = tip.rule.met(facts)
    score = _score(because, view.telling)
    return _Candidate(tip, because, score, _spread(view.seed, tip.id))


def _for_one(library: Library, view: View) -> Advice:
    fitting = [
        candidate
        for tip in library.tips
        if (candidate := _fit(tip, view)) is not None and tip.id not in view.past.not_for_us
    ]
    tips = _chosen_tips(sorted(fitting, key=_most_telling), view)
    return Advice(
        tuple(ChosenTip(candidate.tip, candidate.because) for candidate in tips),
        _chosen_openers(library, view, tips),
    )


def _fit(tip: Tip, view: View) -> _Candidate | None:
    """The tip as this reader would get it, or None. One for both holds when it does for either."""
    if not allowed(tip, view.facts) or (tip.us and not allowed(tip, view.other)):
        return None
    if tip.rule.holds(view.facts):
        own = _candidate(tip, view.facts, view)
        if not tip.us or not tip.rule.holds(view.other):
            return own
        # Both ways: told from the reader's side, scored alike for both.
        other_score = _score(_turned(tip.rule.met(view.other)), view.telling)
        return _Candidate(tip, own.because, max(own.score, other_score), own.spread)
    if tip.us and tip.rule.holds(view.other):
        because = _turned(tip.rule.met(view.other))
        spread = _spread(view.seed, tip.id)
        return _Candidate(tip, because, _score(because, view.telling), spread)
    return None


def _turned(conditions: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(turned for each in conditions if (turned := flipped(each)) is not None))


def _chosen_tips(ranked: Sequence[_Candidate], view: View) -> list[_Candidate]:
    past = view.past
    fresh = [c for c in ranked if _is_fresh(c.tip, past) and c.tip.id not in past.done]
    chosen = _musts(fresh, view)
    for candidate in fresh:
        if len(chosen) >= USUAL_TIPS:
            break
        if candidate not in chosen and _has_room(candidate, chosen):
            chosen.append(candidate)
    _fill(chosen, fresh)
    # Too few: the longest unseen comes back first, what is done last of all.
    stale = [c for c in ranked if c not in fresh]
    _fill(chosen, sorted(stale, key=lambda c: (c.tip.id in past.done, past.seen.get(c.tip.id, 0))))
    _mix_families(chosen, [*fresh, *stale])
    return sorted(chosen, key=lambda c: (not _is_must(c, view), *_most_telling(c)))


def _is_fresh(tip: Tip, past: Past) -> bool:
    seen = past.seen.get(tip.id)
    return seen is None or past.now - seen > tip.cool_down


def _has_room(candidate: _Candidate, chosen: Sequence[_Candidate]) -> bool:
    family = sum(1 for other in chosen if other.tip.family == candidate.tip.family)
    shared = sum(1 for other in chosen if other.tip.us)
    return family < MOST_OF_A_FAMILY and not (candidate.tip.us and shared >= MOST_SHARED_TIPS)


def _fill(chosen: list[_Candidate], more: Iterable[_Candidate]) -> None:
    for candidate in more:
        if len(chosen) >= FEWEST_TIPS:
            return
        if candidate not in chosen:
            chosen.append(candidate)


def _mix_families(chosen: list[_Candidate], pool: Iterable[_Candidate]) -> None:
    """At least two families: the least telling makes room when all are of one."""
    families = {candidate.tip.family for candidate in chosen}
    if len(families) != 1:
        return
    other = next((c for c in pool if c.tip.family not in families), None)
    if other:
        chosen[-1:] = [other] if len(chosen) > FEWEST_TIPS else [chosen[-1], other]


_MUSTS: tuple[Callable[[Tip], bool], ...] = (
    lambda tip: "limits_reassurance" in tip.does,
    lambda tip: tip.family == "reassurance" and "asks_needs" in tip.does,
    lambda tip: "outside_help" in tip.does,
)


def _musts(fresh: Sequence[_Candidate], view: View) -> list[_Candidate]:
    """In a reassurance circle both read what lasts instead of more, and that help exists."""
    if _CIRCLE not in view.facts:
        return []
    chosen: list[_Candidate] = []
    for needed in _MUSTS:
        found = next((c for c in fresh if needed(c.tip) and _CIRCLE in c.tip.rule.when), None)
        found = found or next((c for c in fresh if needed(c.tip)), None)
        if found and found not in chosen:
            chosen.append(found)
    return chosen


def _is_must(candidate: _Candidate, view: View) -> bool:
    return _CIRCLE in view.facts and any(needed(candidate.tip) for needed in _MUSTS)


def _chosen_openers(
    library: Library, view: View, tips: Sequence[_Candidate]
) -> tuple[Opener, ...]:
    """Six that fit: about the tips' themes first, light before deeper, never above the pace."""
    about = _themes_of(tips, view)
    ceiling = DEPTHS.index(view.pace)
    fitting = [
        opener
        for opener in library.openers
        if DEPTHS.index(opener.depth) <= ceiling
        and opener.id not in view.past.not_for_us
        and (opener.theme in view.themes or opener.theme not in _shared_theme_ids(view))
        and _opener_holds(opener, view)
    ]
    ranked = sorted(fitting, key=lambda o: _opener_order(o, about, view))
    chosen = _by_depth(ranked, ceiling)
    return tuple(sorted(chosen, key=lambda o: (DEPTHS.index(o.depth), ranked.index(o))))


def _shared_theme_ids(view: View) -> frozenset[str]:
    """Together, openers keep to the themes shown; alone, to anything."""
    return frozenset() if "alone" in view.facts else frozenset(_ALL_THEMES)


_ALL_THEMES = (
    "closeness",
    "openness",
    "space",
    "reassurance_wanted",
    "reassurance_received",
    "reassurance_offered",
    "trust",
    "conflict",
    "balance",
    "heard",
)


def _themes_of(tips: Sequence[_Candidate], view: View) -> tuple[str, ...]:
    themes: list[str] = []
    for candidate in tips:
        for condition in candidate.because:
            theme = theme_of(condition)
            themes += [theme] if theme else []
            themes += view.pattern_themes if condition.startswith("pattern ") else ()
    return tuple(dict.fromkeys(themes))


def _opener_holds(opener: Opener, view: View) -> bool:
    return opener.rule.holds(view.facts) or (opener.us and opener.rule.holds(view.other))


def _opener_order(
    opener: Opener, about: Sequence[str], view: View
) -> tuple[bool, bool, int, float, int]:
    past = view.past
    seen = past.seen.get(opener.id)
    used = opener.id in past.done or (seen is not None and past.now - seen <= OPENER_COOL_DOWN)
    rank = about.index(opener.theme) if opener.theme in about else len(about)
    specific = -_score(opener.rule.met(view.facts), view.telling)
    return used, opener.theme not in about, rank // 2, specific, _spread(view.seed, opener.id)


def _by_depth(ranked: Sequence[Opener], ceiling: int) -> list[Opener]:
    """Half of them light; the rest of the deeper kinds as far as the pace goes."""
    shares = ((6,), (3, 3), (3, 2, 1))[ceiling]
    chosen: list[Opener] = []
    for depth, share in zip(DEPTHS, shares, strict=False):
        themes: set[str] = set()
        of_depth = [opener for opener in ranked if opener.depth == depth]
        # One a theme first, so that six openers are not all about one thing.
        varied = sorted(of_depth, key=lambda o: (o.theme in themes or themes.add(o.theme)) is True)
        chosen += varied[:share]
    rest = [opener for opener in ranked if opener not in chosen]
    return [*chosen, *rest[: max(0, USUAL_OPENERS - len(chosen))]]
