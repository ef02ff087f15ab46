"""How a talk felt turns one's own advice at the next reveal, and not a word of the other's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lib.domain.readings import Reading, TipCard
from lib.services import reviews, talks
from tests.services.conftest import Cast, Clock, Prepared, reveal
from tests.services.test_talks import go_to, met, view

FELT = {
    "said": (False, False),
    "no use": (True, False),
    "well": (True, True),
    "not": (None, None),
}
NOT_USEFUL = "talk_smaller_next_time"
NOT_SAFE = {"pace_yours_to_choose", "support_someone_to_think_with"}


def next_readings(
    cast: Cast, *, safe: bool | None, useful: bool | None, levels: tuple[int, int]
) -> tuple[Reading, Reading]:
    """Both talk, Ana says how it was, and a day later both read the next check-in."""
    checkin_id = met(cast, *levels)
    cast.clock.forward(hours=1)
    go_to(cast, checkin_id, "end")
    talks.close(cast.house, cast.ana, checkin_id=checkin_id, at=view(cast, cast.ana).at)
    talks.say_felt(cast.house, cast.ana, checkin_id=checkin_id, safe=safe, useful=useful)
    cast.clock.forward(days=1)
    reveal(cast, *levels)
    found = [reviews.review(cast.house, who) for who in (cast.ana, cast.ben)]
    assert found[0]
    assert found[1]
    return without_fingerprints(found[0].reading), without_fingerprints(found[1].reading)


def without_fingerprints(reading: Reading) -> Reading:
    """They are random, and another one in each house."""
    assert reading.theirs
    mine, theirs = replace(reading.mine, seal=None), replace(reading.theirs, seal=None)
    return replace(reading, mine=mine, theirs=theirs)


def ids(tips: tuple[TipCard, ...]) -> set[str]:
    return {tip.id for tip in tips}


@pytest.mark.parametrize("levels", [(6, 2), (4, 4), (2, 2), (7, 5)])
def test_it_turns_ones_own_advice_and_nothing_of_the_others(
    prepared: Prepared, tmp_path: Path, levels: tuple[int, int]
) -> None:
    read = {}
    for name, (safe, useful) in FELT.items():
        cast = prepared.play(tmp_path / name, Clock(), lasting=True)
        read[name] = next_readings(cast, safe=safe, useful=useful, levels=levels)
        cast.house.gateway.close()
    assert read["well"] == read["not"]
    assert {read[name][1] for name in FELT} == {read["not"][1]}, "the other reads the same"
    assert NOT_USEFUL in ids(read["no use"][0].tips)
    assert NOT_USEFUL not in ids(read["not"][0].tips)
    mine, _ = read["said"]
    assert ids(mine.tips) & NOT_SAFE
    assert not ids(read["not"][0].tips) & NOT_SAFE
    shared = [tip for tip in mine.tips if tip.shared]
    assert shared == [tip for tip in read["not"][0].tips if tip.shared]
    assert mine.themes == read["not"][0].themes


def test_over_a_shoulder_the_reason_says_nothing(lasting: Cast) -> None:
    mine, _ = next_readings(lasting, safe=False, useful=False, levels=(6, 2))
    for tip in mine.tips:
        if tip.id in NOT_SAFE:
            assert "This is here for you." in tip.because
        assert "safe" not in " ".join(tip.because)
