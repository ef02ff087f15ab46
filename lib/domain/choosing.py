"""Choosing some of what fits: the most telling, varied, rested, and in turns. Deterministic.

Runs for every reader over every tip and opener, so it is written to be quick: rules are tried
before anything is built, and each choice only updates what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Generic, TypeVar
from zlib import crc32

from lib.domain.facts import Facts, Seen
from lib.domain.rules import Opener, Rule, Tip

_TURN = 0.6 / 2**32  # the part of a score that turns from couple to couple is at most .6
_SAME_KIND, _SAME_THEME = 0.5, 0.15  # what an item loses for each like it that is chosen already
_MIX, _MASK = 0x9E3779B1, 0xFFFFFFFF

_SCORE = attrgetter("score")

Item = TypeVar("Item", Tip, Opener)


@dataclass(frozen=True, slots=True)
class Past:
    """What one reader was shown and said before. checkin: the number of this one, from 1.

    seen: item id -> number of the last check-in in which it was shown. done, not_for_us: item ids.
    """

    checkin: int = 1
    seen: Mapping[str, int] = field(default_factory=dict)
    done: frozenset[str] = frozenset()
    not_for_us: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Candidate(Generic[Item]):
    """An item that fits, by which rule, and how telling it is. Compared by identity."""

    item: Item
    rule: Rule
    score: float


def points(rule: Rule, facts: Facts) -> float:
    """How telling a rule is: its strongest fact in full, each further one half of the last.

    `any` only narrows, unless a rule has nothing else.
    """
    held = [facts[one] for one in rule.when or rule.any if one in facts]
    if len(held) < 2:
        return held[0] if held else 0.0
    held.sort(reverse=True)
    total, part = 0.0, 1.0
    for strength in held:
        total += strength * part
        part /= 2
    return total


def turn(seen: Seen) -> int:
    """A number that differs between couples and is the same for both of one.

    Made of rounded levels of shared themes only, so that it depends on nothing private.
    """
    if seen.alone:
        return crc32(bytes(int(level + 0.5) for level in seen.levels.values()))
    gaps = seen.compared.values()
    one = bytes([int(gap.first + 0.5) for gap in gaps])
    other = bytes([int(gap.second + 0.5) for gap in gaps])
    return crc32(min(one, other) + max(one, other))


def turned(turning: int, salt: int) -> float:
    """The part of an item's score that turns: 0 to .6, the same on every machine."""
    return _TURN * (((turning ^ salt) * _MIX) & _MASK)


def is_fresh(item: Tip | Opener, past: Past) -> bool:
    """Neither done nor within its cool-down."""
    if item.id in past.done:
        return False
    last = past.seen.get(item.id)
    return last is None or past.checkin - last > item.cool_down


def fresh(candidates: Iterable[Candidate[Item]], past: Past) -> list[Candidate[Item]]:
    """Those that are neither done nor within their cool-down."""
    if not past.seen and not past.done:
        return list(candidates)
    return [one for one in candidates if is_fresh(one.item, past)]


def greedy(picked: list[Candidate[Item]], candidates: Sequence[Candidate[Item]], upto: int) -> None:
    """Add to `picked` until there are `upto`, each time what tells most beside what is there.

    candidates: as `order` puts them. What repeats only loses, so nobody has to look past those
    whose score alone is less than the best found.
    """
    while len(picked) < upto:
        there = {one.item.id for one in picked}
        best, most = None, float("-inf")
        for one in candidates:
            if one.score <= most:
                break
            if one.item.id not in there:
                left = one.score
                for other in picked:
                    left -= _repeats(one.item, other.item)
                if left > most:
                    best, most = one, left
        if best is None:
            return
        picked.append(best)


def bring_back(
    picked: list[Candidate[Item]], candidates: Sequence[Candidate[Item]], past: Past, upto: int
) -> None:
    """Add resting items until there are `upto`: the longest unseen first, done ones last of all."""
    if len(picked) >= upto:
        return
    there = {one.item.id for one in picked}
    resting = [
        one for one in candidates if one.item.id not in there and not is_fresh(one.item, past)
    ]
    resting.sort(
        key=lambda one: (
            one.item.id in past.done,
            past.seen.get(one.item.id, 0),
            -one.score,
            one.item.id,
        )
    )
    picked.extend(resting[: upto - len(picked)])


def order(picked: Iterable[Candidate[Item]]) -> list[Candidate[Item]]:
    """The most telling first; equals stay as they are."""
    return sorted(picked, key=_SCORE, reverse=True)


def _repeats(item: Tip | Opener, chosen: Tip | Opener) -> float:
    """What an item loses beside one that is chosen already."""
    lost = _SAME_KIND if item.kind == chosen.kind else 0.0
    for theme in item.about:
        if theme in chosen.about:
            lost += _SAME_THEME
    return lost
