"""Days and times as the reader's clock says them; everything stored is UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from lib.ui import words


def day(moment: datetime) -> str:
    """Such as "3 December 2026"."""
    return calendar_day(_local(moment).date())


def calendar_day(when: date) -> str:
    """A day that belongs to no clock, such as the one on which a number was checked."""
    month = words.text(f"interface.kit.month.{when.month}")
    return words.text("interface.kit.day", day=when.day, month=month, year=when.year)


def time(moment: datetime) -> str:
    """Such as "09:05"."""
    return f"{_local(moment):%H:%M}"


def today() -> date:
    """The day that it is where the reader is."""
    return _local(datetime.now(UTC)).date()


def near_day(when: date) -> str:
    """A day within the next weeks, such as "Sunday, 29 November"."""
    weekday = words.text(f"interface.talking.weekday.{when.isoweekday()}")
    month = words.text(f"interface.kit.month.{when.month}")
    return words.text("interface.talking.near_day", weekday=weekday, day=when.day, month=month)


def _local(moment: datetime) -> datetime:
    name = st.context.timezone
    try:
        zone = ZoneInfo(name) if isinstance(name, str) else UTC
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    return moment.astimezone(zone)
