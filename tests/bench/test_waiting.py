"""The measure of `make bench waiting` tells apart what differs, and only that."""

from __future__ import annotations

import random

import pytest

from tests.bench.waiting import told_apart


def times(seed: int, *, slower: float = 0.0) -> list[float]:
    chance = random.Random(seed)
    return [chance.lognormvariate(-3, 0.2) + slower for _ in range(150)]


def test_a_tenth_of_the_time_more_is_told_apart() -> None:
    for seed in range(20):
        longer, p = told_apart(times(seed, slower=0.005), times(seed + 100))
        assert longer > 0.55
        assert p < 0.05


def test_alike_are_told_apart_about_once_in_twenty() -> None:
    found = [told_apart(times(seed), times(seed + 1000))[1] for seed in range(200)]
    assert 2 <= sum(p < 0.05 for p in found) <= 22


def test_swapping_the_two_changes_the_side_only() -> None:
    longer, p = told_apart([3.0, 5.0, 6.0], [1.0, 2.0, 4.0])
    assert told_apart([1.0, 2.0, 4.0], [3.0, 5.0, 6.0]) == pytest.approx((1 - longer, p))
