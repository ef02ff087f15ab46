"""The one place where times become columns: milliseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_column(moment: datetime) -> int:
    """Milliseconds of an aware datetime, rounded down; a naive one is a TypeError."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_column(milliseconds: int) -> datetime:
    """The aware datetime, in UTC, of such milliseconds."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
