"""Times as columns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.storage.times import from_column, to_column

MOMENTS = st.datetimes(
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda by: timezone(timedelta(minutes=by))),
    min_value=datetime(1971, 1, 1),
    max_value=datetime(9998, 1, 1),
)


@given(MOMENTS)
def test_a_moment_comes_back_in_utc_and_to_the_millisecond(moment: datetime) -> None:
    back = from_column(to_column(moment))
    assert back.tzinfo is UTC
    assert timedelta(0) <= moment - back < timedelta(milliseconds=1)


def test_the_column_counts_milliseconds_since_1970() -> None:
    assert to_column(datetime(1970, 1, 1, 0, 0, 1, 500_999, tzinfo=UTC)) == 1500


def test_a_time_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        to_column(datetime(2026, 1, 1))
