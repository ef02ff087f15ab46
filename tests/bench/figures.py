"""What was measured, and how it is told: a table for people, JSON beside it."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

_PACKAGES = ("streamlit", "starlette", "uvicorn", "altair", "protobuf")
_COLUMNS = ("", "n", "median ms", "p95 ms", "floor ms", "ratio", "cpu ratio", "aim", "")
WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Spread:
    """n times of one thing; median and 95th percentile in milliseconds.

    cpu_ms: the server's CPU time for one, in the mean; None where it was not or cannot be measured.
    """

    n: int
    median_ms: float
    p95_ms: float
    cpu_ms: float | None = None

    @classmethod
    def of(cls, seconds: Sequence[float], *, cpu: float | None = None) -> Spread:
        """cpu: seconds for all of them together."""
        ordered = sorted(seconds)
        p95 = ordered[round(0.95 * (len(ordered) - 1))]
        mean = None if cpu is None else cpu * 1000 / len(ordered)
        return cls(len(ordered), statistics.median(ordered) * 1000, p95 * 1000, mean)


@dataclass(frozen=True, slots=True)
class Figure:
    """One row. floor: what it is compared with, measured in turns with it; ratio: of the medians.

    most: the aim for the ratio; most_ms and most_p95_ms: those for the median and for the 95th
    percentile; most_more_ms: that for the median beyond the floor's; None is no aim. The aims are
    compared with what was measured, not with what is shown.
    """

    line: str
    name: str
    own: Spread
    floor: Spread
    floor_is: str
    most: float | None = None
    most_ms: float | None = None
    most_p95_ms: float | None = None
    most_more_ms: float | None = None

    @property
    def ratio(self) -> float:
        return self.own.median_ms / self.floor.median_ms

    @property
    def cpu_ratio(self) -> float | None:
        """Of the CPU times: steadier than `ratio`, for it does not know what else is running."""
        own, floor = self.own.cpu_ms, self.floor.cpu_ms
        return own / floor if own is not None and floor else None

    @property
    def verdict(self) -> str:
        """pass or over; nothing where there is no aim."""
        aims = [
            (self.ratio, self.most),
            (self.own.median_ms, self.most_ms),
            (self.own.p95_ms, self.most_p95_ms),
            (self.own.median_ms - self.floor.median_ms, self.most_more_ms),
        ]
        judged = [value <= aim for value, aim in aims if aim is not None]
        return ("pass" if all(judged) else "over") if judged else ""

    def row(self) -> tuple[str, ...]:
        aims = (
            (self.most_ms, "{:g} ms"),
            (self.most, "{:g}"),
            (self.most_p95_ms, "p95 {:g} ms"),
            (self.most_more_ms, "+{:g} ms"),
        )
        aim = next((shown.format(most) for most, shown in aims if most), "")
        times = (self.own.median_ms, self.own.p95_ms, self.floor.median_ms)
        shown = tuple(f"{time:.2f}" if time < 10 else f"{time:.1f}" for time in times)
        cpu = "" if self.cpu_ratio is None else f"{self.cpu_ratio:.2f}"
        return (self.name, str(self.own.n), *shown, f"{self.ratio:.2f}", cpu, aim, self.verdict)

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "line": self.line,
            "name": self.name,
            **_plain(self.own),
            "floor": {"is": self.floor_is, **_plain(self.floor)},
            "ratio": round(self.ratio, 3),
            "cpu_ratio": _rounded(self.cpu_ratio),
            "most": self.most,
            "most_ms": self.most_ms,
            "most_p95_ms": self.most_p95_ms,
            "most_more_ms": self.most_more_ms,
            "verdict": self.verdict or None,
        }


def in_turns(
    count: int, *works: Callable[[], float], pids: Sequence[int] | None = None
) -> list[Spread]:
    """Do each work `count` times, in turns, so that what else the machine does falls on all alike.

    A work gives the seconds that it took. The first rounds do not count. pids: of the process that
    serves each work, to measure its CPU time; two works of one process cannot be told apart.
    """
    for _ in range(WARM_UP):
        for work in works:
            work()
    before = [cpu_seconds(pid) for pid in pids or ()]
    times: list[list[float]] = [[] for _ in works]
    for _ in range(count):
        for own, work in zip(times, works, strict=True):
            own.append(work())
    used = [
        _difference(cpu_seconds(pid), start) for pid, start in zip(pids or (), before, strict=True)
    ]
    return [Spread.of(own, cpu=cpu) for own, cpu in zip_longest(times, used)]


def cpu_seconds(pid: int) -> float | None:
    """CPU time of a process and its threads so far; None where there is no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _difference(end: float | None, start: float | None) -> float | None:
    return None if end is None or start is None else end - start


def table(figures: Iterable[Figure]) -> str:
    """All rows below one another, a heading above each line's."""
    groups: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        groups.setdefault((figure.line, figure.floor_is), []).append(figure)
    rows = [row for group in groups.values() for row in (figure.row() for figure in group)]
    widths = [max(len(row[n]) for row in [_COLUMNS, *rows]) for n in range(len(_COLUMNS))]
    lines = [_aligned(_COLUMNS, widths)]
    for (line, floor_is), group in groups.items():
        lines += ["", f"{line}; floor: {floor_is}"]
        lines += [_aligned(figure.row(), widths) for figure in group]
    return "\n".join(lines)


def report(figures: Iterable[Figure], *, seconds: float, load: float) -> dict[str, Any]:
    """All of it as JSON takes it. load: of the machine in the minute before."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "cpus": os.cpu_count(),
        "load_before": round(load, 2),
        "platform": platform.platform(),
        "versions": {
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            **{package: version(package) for package in _PACKAGES},
        },
        "figures": [figure.plain() for figure in figures],
    }


def _plain(spread: Spread) -> dict[str, Any]:
    return {
        "n": spread.n,
        "median_ms": round(spread.median_ms, 3),
        "p95_ms": round(spread.p95_ms, 3),
        "cpu_ms": _rounded(spread.cpu_ms),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _aligned(row: tuple[str, ...], widths: list[int]) -> str:
    first, *rest = zip(row, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in rest)]
    return "  ".join(cells).rstrip()
