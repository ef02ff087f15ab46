"""Which tips and openers each partner reads: deterministic, explained, and careful.

How telling a tip is: the strongest fact that its rule asks for counts in full, each further one
half of the one before. A level counts .6 at its threshold and 1 at the end of the scale, a clear
gap .8 at its band and 1.4 at two bands, a pattern 1, a swing 1.2 (see `lib.domain.facts`). Specific
rules thus come before wide ones. What repeats a family or a theme already chosen counts less. A
part turns with the couple's answers, so that wide tips take turns; it is the same for both,
for every reading of the same answers, and does not depend on anything private.

What one reads never depends on the other's marks, history, safety mark, guesses or kindness to
self.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lib.domain import care as care_rules
from lib.domain import facts as fact_finding
from lib.domain import talking
from lib.domain.because import FOR_YOU, Because, reasons
from lib.domain.choosing import (
    Candidate,
    Past,
    bring_back,
    fresh,
    greedy,
    order,
    points,
    turn,
    turned,
)
from lib.domain.comparison import Comparison, ThemeGap, compare, shown_themes
from lib.domain.facts import Seen, Voice
from lib.domain.questionnaire import Questionnaire
from lib.domain.rules import Library, Tip

__all__ = [
    "Advice", "Because", "ChosenOpener", "ChosenTip", "Past", "Voice", "advise", "advise_alone",
]  # fmt: skip

FEWEST_TIPS, USUAL_TIPS, MOST_TIPS = 3, 5, 7
SHARED_TIPS = 2
FEWEST_FAMILIES = 2
_NO_PAST = Past()
_NO_PASTS = (_NO_PAST, _NO_PAST)


@dataclass(frozen=True, slots=True)
class ChosenTip:
    """A tip for one reader. does: in the author's vocabulary, sorted. shared: the other is meant to
    read it too. because: at least one fact."""

    id: str
    family: str
    does: tuple[str, ...]
    shared: bool
    because: tuple[Because, ...]


ChosenOpener = talking.ChosenOpener


@dataclass(frozen=True, slots=True)
class Advice:
    """All that one person reads, in order: 3 to 7 tips of two families, 4 to 10 openers.

    Fewer only when "not for us" was said to nearly everything, or no openers for whom honesty is
    unsafe.
    """

    tips: tuple[ChosenTip, ...]
    openers: tuple[ChosenOpener, ...]


@dataclass(frozen=True, slots=True)
class _Reader:
    """One reader: what is seen, what care holds, and the turn that wide items take."""

    seen: Seen
    past: Past
    turn: int
    care: care_rules.Care
    both: care_rules.Care  # what holds when the two read
    shared: Sequence[Candidate[Tip]] = ()  # what fits the two, the same for both


def advise(
    library: Library,
    questionnaire: Questionnaire,
    first: Voice,
    second: Voice,
    *,
    pasts: tuple[Past, Past] = _NO_PASTS,
    comparison: Comparison | None = None,
    shown: Sequence[ThemeGap] | None = None,
) -> tuple[Advice, Advice]:
    """What the first and what the second reads. comparison: of these answers, when at hand. shown:
    the themes that both are shown, of `shown_themes`; by default with none set aside.

    Swapping the two swaps the results and nothing in them.
    """
    compared = comparison or compare(first.answers, second.answers, questionnaire)
    voices = first, second
    six = shown_themes(compared, questionnaire) if shown is None else shown
    ids = [gap.id for gap in six]
    seen = fact_finding.of_couple(questionnaire, compared, voices, shown=ids)
    own = care_rules.of_reader(seen[0]), care_rules.of_reader(seen[1])
    both = own[0].together(own[1])
    pace = talking.lower_pace(first.pace, second.pace)
    turning = turn(seen[0])
    shared = _fitting_both(library.shared_tips, seen[0], turning, both)
    one, other = (
        _advice(
            library,
            _Reader(seen[side], pasts[side], turning, own[side], both, shared),
            unsafe=voices[side].unsafe,
            pace=pace,
        )
        for side in (0, 1)
    )
    return one, other


def advise_alone(
    library: Library, questionnaire: Questionnaire, me: Voice, past: Past = _NO_PAST
) -> Advice:
    """What somebody reads of their own answers, without a partner here. Nothing is shared."""
    seen = fact_finding.of_one(me, questionnaire)
    care = care_rules.of_reader(seen)
    reader = _Reader(seen, past, turn(seen), care, care)
    return _advice(library, reader, unsafe=me.unsafe, pace=me.pace)


def _advice(library: Library, reader: _Reader, *, unsafe: bool, pace: str) -> Advice:
    if unsafe:
        return Advice(_help(library, reader), ())
    refused = reader.past.not_for_us
    shared = [one for one in reader.shared if one.item.id not in refused]
    own = _fitting(library.own_tips_of(reader.seen.own), reader)
    picked = _choose(own, shared, reader)
    tips = tuple(_explained(candidate, reader.seen) for candidate in order(picked))
    openers = talking.choose(
        library,
        reader.seen,
        past=reader.past,
        turning=reader.turn,
        pace=pace,
        tips=picked,
        care=(reader.care, reader.both),
    )
    return Advice(tips, openers)


def _fitting(tips: Iterable[Tip], reader: _Reader) -> list[Candidate[Tip]]:
    """Of one's own tips those that fit and may be told, rested or not, in order."""
    facts, refused, care = reader.seen.own, reader.past.not_for_us, reader.care
    return order(
        Candidate(tip, tip.rule, points(tip.rule, facts) + turned(reader.turn, tip.salt))
        for tip in tips
        if tip.rule.holds(facts) and tip.id not in refused and care.allows(tip)
    )


def _fitting_both(
    tips: Iterable[Tip], seen: Seen, turning: int, care: care_rules.Care
) -> list[Candidate[Tip]]:
    """Of the shared tips those that fit the two and may be told to both, in order: from whichever
    side they are tried, the same ones with the same scores."""
    facts, found = seen.shared, []
    for tip in tips:
        rule = tip.rule.either(tip.mirrored, facts)
        if rule is not None and care.allows(tip):
            score = max(points(tip.rule, facts), points(tip.mirrored, facts))
            found.append(Candidate(tip, rule, score + turned(turning, tip.salt)))
    return order(found)


def _choose(
    own: list[Candidate[Tip]], shared: list[Candidate[Tip]], reader: _Reader
) -> list[Candidate[Tip]]:
    """Shared ones first, for both must find the same; then what care asks for; then the most
    telling; and when too few are rested, the longest unseen."""
    picked: list[Candidate[Tip]] = []
    past = reader.past
    _fill_slots(picked, shared, care_rules.shared_slots(reader.seen.shared), past)
    greedy(picked, fresh(shared, past), SHARED_TIPS)
    _fill_slots(picked, own, care_rules.slots(reader.seen.own), past)
    _bring_back_owed(picked, own, shared, reader)
    rested = fresh(own, past)
    greedy(picked, rested, USUAL_TIPS - 1)
    if _of_one_family(picked):
        greedy(picked, _other_family(rested, picked), len(picked) + 1)
    greedy(picked, rested, USUAL_TIPS)
    for resting in (own, shared):
        bring_back(picked, resting, past, FEWEST_TIPS)
    if _of_one_family(picked):
        bring_back(picked, _other_family([*own, *shared], picked), past, len(picked) + 1)
    return picked


def _of_one_family(picked: list[Candidate[Tip]]) -> bool:
    return len({one.item.family for one in picked}) < FEWEST_FAMILIES


def _other_family(
    candidates: list[Candidate[Tip]], picked: list[Candidate[Tip]]
) -> list[Candidate[Tip]]:
    there = {one.item.family for one in picked}
    return [one for one in candidates if one.item.family not in there]


def _fill_slots(
    picked: list[Candidate[Tip]],
    candidates: list[Candidate[Tip]],
    slots: Iterable[care_rules.Slot],
    past: Past,
) -> None:
    """One tip for each slot that is not filled yet, where one fits that is rested."""
    for slot in slots:
        if len(picked) < MOST_TIPS and not any(slot(one.item) for one in picked):
            able = [one for one in fresh(candidates, past) if slot(one.item)]
            greedy(picked, able, len(picked) + 1)


def _bring_back_owed(
    picked: list[Candidate[Tip]],
    own: Sequence[Candidate[Tip]],
    shared: Sequence[Candidate[Tip]],
    reader: _Reader,
) -> None:
    """For each slot that is owed and still empty, one that rests: one's own before a shared one."""
    for slot in care_rules.slots(reader.seen.own):
        for resting in (own, shared):
            if care_rules.is_owed(slot) and not any(slot(one.item) for one in picked):
                able = [one for one in resting if slot(one.item)]
                bring_back(picked, able, reader.past, len(picked) + 1)


def _help(library: Library, reader: _Reader) -> tuple[ChosenTip, ...]:
    """Outside help and self-kindness only, for whom honesty is not safe. Help comes first."""
    facts = {**reader.seen.own, "unsafe": 1.0}
    past = reader.past
    fitting = order(
        Candidate(tip, tip.rule, points(tip.rule, facts) + turned(reader.turn, tip.salt))
        for tip in library.own_tips
        if care_rules.helps_unsafe(tip) and tip.id not in past.not_for_us and tip.rule.holds(facts)
    )
    kind = [one for one in fitting if one.item.family == "self_kindness"]
    helping = [one for one in fitting if one.item.family != "self_kindness"]
    picked: list[Candidate[Tip]] = []
    for group, upto in ((helping, USUAL_TIPS - 2), (kind, USUAL_TIPS)):
        greedy(picked, fresh(group, past), upto)
        bring_back(picked, group, past, upto)
    picked.sort(key=lambda one: one.item.family == "self_kindness")
    return tuple(replace(_explained(one, reader.seen), because=(FOR_YOU,)) for one in picked)


def _explained(candidate: Candidate[Tip], seen: Seen) -> ChosenTip:
    tip, rule, facts = candidate.item, candidate.rule, seen.own
    if tip.shared:  # from the reader's own side, if it holds from there
        facts = seen.shared
        rule = tip.rule.either(tip.mirrored, facts) or rule
    because = reasons(rule, facts, seen, tip.themes)
    return ChosenTip(tip.id, tip.family, tuple(sorted(tip.does)), tip.shared, because)
