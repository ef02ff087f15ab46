from __future__ import annotations

import math

import pytest

from lib.domain.history import agreements_kept, agreements_slip, changes, push_pull, reliable_change
from lib.domain.questionnaire import Theme
from tests.domain.couples import MIDDLE, loaded

USED = loaded().current
THEME = Theme("closeness", 0.84, 1.5)


def test_reliable_change_by_hand() -> None:
    # SEM = 1.5 sqrt(.16) = .6; RC = (5 - 3) / (sqrt 2 * .6) = 2 / .848528 = 2.357023
    assert reliable_change(THEME, 3, 5) == pytest.approx(2.357023, abs=1e-6)
    assert reliable_change(THEME, 5, 3) == pytest.approx(-2.357023, abs=1e-6)


def test_without_error_every_change_is_reliable_and_none_is_none() -> None:
    exact = Theme("closeness", 1.0, 1.5)
    assert reliable_change(exact, 3, 3) == 0
    assert reliable_change(exact, 3, 3.5) == math.inf
    assert reliable_change(exact, 3.5, 3) == -math.inf


def test_changes_are_told_for_themes_answered_both_times() -> None:
    found = changes({"trust": 2.0, "heard": 4.0}, {"trust": 6.0, "space": 4.0}, USED)
    assert [(one.theme, one.before, one.after, one.reliable) for one in found] == [
        ("trust", 2.0, 6.0, True)
    ]
    small = changes({"trust": 4.0}, {"trust": 4.5}, USED)
    assert not small[0].reliable


@pytest.mark.parametrize("theme", ["closeness", "space"])
@pytest.mark.parametrize(
    ("levels", "swings"),
    [
        ((6, 2, 6), True),
        ((2, 6, 2), True),
        ((6, 4, 2, 4, 6), True),
        ((6, 2, 2), False),
        ((2, 4, 6), False),
        ((4, 4.5, 4), False),
        ((6, 2), False),
        ((6,), False),
        ((), False),
        ((6, 2, 6, 6, 6, 6, 6, 6), False),  # long ago
    ],
)
def test_push_pull_is_there_and_back_beyond_noise(
    theme: str, levels: tuple[float, ...], swings: bool
) -> None:
    assert push_pull([{theme: level} for level in levels], USED) is swings


def test_only_closeness_and_space_swing_and_a_gap_in_between_does_not_hide_it() -> None:
    assert not push_pull([{"trust": 6.0}, {"trust": 1.0}, {"trust": 6.0}], USED)
    assert push_pull([{"space": 6.0}, {}, {"space": 1.0}, MIDDLE, {"space": 6.0}], USED)


def test_agreements_are_counted_by_what_was_said() -> None:
    assert agreements_kept(["kept", None, "partly", "kept"]) == {"kept": 2, "partly": 1}


@pytest.mark.parametrize(
    ("outcomes", "slip"),
    [
        (("not", "not"), True),
        (("not", "partly", "not"), True),
        (("not", None, "not"), True),  # once there was no agreement to speak of
        (("not",), False),
        (("not", "kept", "not"), False),
        (("not", "not", "kept"), False),
        (("not", "not", "partly", "partly"), False),  # long ago
        ((), False),
    ],
)
def test_agreements_slip_when_two_of_the_last_three_were_not_kept_and_none_was(
    outcomes: tuple[str | None, ...], slip: bool
) -> None:
    assert agreements_slip(outcomes) is slip
