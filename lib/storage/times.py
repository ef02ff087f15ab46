"""The one place where times become columns: milliseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_column(moment: datetime) -> int:
    """Milliseconds of an aware datetime, rounded down."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_column(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
