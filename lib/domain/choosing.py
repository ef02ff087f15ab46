"""Choosing some of what fits: the most telling, varied, rested, and in turns. Deterministic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from zlib import crc32

from lib.domain.facts import Facts, Seen
from lib.domain.rules import Opener, Rule, Tip

_TURN = 0.4  # the part of a score that turns from couple to couple
_SAME_KIND, _SAME_THEME = 0.5, 0.15  # what an item loses for each like it that is chosen already
_HALVES = tuple(0.5**place for place in range(40))
_MASK = 0xFFFFFFFF

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


@dataclass(frozen=True, slots=True)
class Candidate(Generic[Item]):
    """An item that fits. score: how telling it is; last: when it was last seen, 0 for never.

    fresh: neither done nor within its cool-down. kind: what a choice should not repeat.
    """

    item: Item
    rule: Rule
    score: float
    last: int
    fresh: bool
    done: bool
    kind: str
    themes: tuple[str, ...]

    @staticmethod
    def of(item: Item, rule: Rule, score: float, turning: int, past: Past) -> Candidate[Item]:
        last = past.seen.get(item.id, 0)
        done = item.id in past.done
        rested = item.id not in past.seen or past.checkin - last > item.cool_down
        return Candidate(
            item=item,
            rule=rule,
            score=score + _TURN * _share(turning, item.salt),
            last=last,
            fresh=rested and not done,
            done=done,
            kind=item.family if isinstance(item, Tip) else item.depth,
            themes=item.themes if isinstance(item, Tip) else (item.theme,),
        )


def points(rule: Rule, facts: Facts) -> float:
    """How telling a rule is: its strongest fact in full, each further one half of the one
    before."""
    held = sorted((facts[one] for one in rule.asked if one in facts), reverse=True)
    return sum(strength * _HALVES[place] for place, strength in enumerate(held))


def turn(seen: Seen) -> int:
    """A number that differs between couples and is the same for both of one.

    Made of rounded levels of shared themes only, so that it depends on nothing private.
    """
    if seen.alone:
        return crc32(bytes(int(level + 0.5) for level in seen.levels.values()))
    gaps = seen.compared.values()
    one = bytes(int(gap.first + 0.5) for gap in gaps)
    other = bytes(int(gap.second + 0.5) for gap in gaps)
    return crc32(min(one, other) + max(one, other))


def greedy(picked: list[Candidate[Item]], items: Iterable[Candidate[Item]], upto: int) -> None:
    """Add to `picked` until there are `upto`, each time what tells most beside what is there."""
    left = [one for one in items if one not in picked]
    while left and len(picked) < upto:
        best = min(left, key=lambda one: (-_beside(one, picked), one.item.id))
        picked.append(best)
        left.remove(best)


def bring_back(picked: list[Candidate[Item]], items: Sequence[Candidate[Item]], upto: int) -> None:
    """Add resting items until there are `upto`: the longest unseen first, done ones last of all."""
    chosen = {one.item.id for one in picked}
    resting = [one for one in items if not one.fresh and one.item.id not in chosen]
    resting.sort(key=lambda one: (one.done, one.last, -one.score, one.item.id))
    picked.extend(resting[: max(0, upto - len(picked))])


def order(picked: Iterable[Candidate[Item]]) -> list[Candidate[Item]]:
    """The most telling first."""
    return sorted(picked, key=lambda one: (-one.score, one.item.id))


def _beside(candidate: Candidate[Item], picked: Sequence[Candidate[Item]]) -> float:
    """The score, less what repeats what is chosen already."""
    loss = 0.0
    for one in picked:
        if one.kind == candidate.kind:
            loss += _SAME_KIND
        loss += sum(_SAME_THEME for theme in candidate.themes if theme in one.themes)
    return candidate.score - loss


def _share(turning: int, salt: int) -> float:
    """An even spread over 0..1 from two numbers, the same on every machine."""
    mixed = ((turning ^ salt) * 0x9E3779B1) & _MASK
    mixed = ((mixed ^ (mixed >> 15)) * 0x85EBCA77) & _MASK
    return ((mixed ^ (mixed >> 13)) & _MASK) / _MASK
