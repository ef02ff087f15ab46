"""Days and times as the reader's clock says them; everything stored is UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from lib.ui import words


def day(moment: datetime) -> str:
    """Such as "3 December 2026"."""
    local = _local(moment)
    month = words.text(f"interface.kit.month.{local.month}")
    return words.text("interface.kit.day", day=local.day, month=month, year=local.year)


def time(moment: datetime) -> str:
    """Such as "09:05"."""
    return f"{_local(moment):%H:%M}"


def _local(moment: datetime) -> datetime:
    name = st.context.timezone
    try:
        zone = ZoneInfo(name) if isinstance(name, str) else UTC
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    return moment.astimezone(zone)
