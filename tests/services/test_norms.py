"""The answers that norms are measured from: revealed check-ins only."""

from __future__ import annotations

from lib.services import norms
from tests.services.conftest import Cast, fill, reveal


def test_only_revealed_check_ins_are_read_and_both_sides_of_them(cast: Cast) -> None:
    fill(cast.house, cast.stranger, 7)
    assert list(norms.revealed_checkins(cast.house)) == []
    reveal(cast, ana=5, ben=3)
    (found,) = norms.revealed_checkins(cast.house)
    assert {*found.first.values(), *found.second.values()} == {3, 5}
    assert len(set(found.first.values())) == len(set(found.second.values())) == 1
