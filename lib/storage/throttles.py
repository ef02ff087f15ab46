"""Rows that count tries which went wrong, each under a keyed hash of what was tried or from where.

Who or which address it was cannot be read from them, and they are forgotten when they are old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lib.storage.gateway import Unit
from lib.storage.times import from_column, to_column


@dataclass(frozen=True, slots=True)
class Tries:
    """How often in a row it went wrong, and when last."""

    failures: int
    last_at: datetime


def find(unit: Unit, bucket: str) -> Tries | None:
    row = unit.one("SELECT failures, last_at FROM throttle WHERE bucket = :bucket", bucket=bucket)
    return Tries(int(row["failures"]), from_column(row["last_at"])) if row else None


def keep(unit: Unit, bucket: str, tries: Tries, *, forget_at: datetime) -> None:
    """Write how things stand with this bucket, whatever stood there."""
    unit.run(
        "INSERT INTO throttle (bucket, failures, last_at, forget_at) "
        "VALUES (:bucket, :failures, :last, :forget) ON CONFLICT (bucket) DO UPDATE SET "
        "failures = excluded.failures, last_at = excluded.last_at, forget_at = excluded.forget_at",
        bucket=bucket,
        failures=tries.failures,
        last=to_column(tries.last_at),
        forget=to_column(forget_at),
    )


def take_back(unit: Unit, bucket: str, *, before: Tries, after: Tries) -> None:
    """Undo one try, which led from `before` to `after`; of tries since then each stays counted."""
    undone = unit.run(
        "UPDATE throttle SET failures = :failures, last_at = :last WHERE bucket = :bucket "
        "AND failures = :counted AND last_at = :counted_at",
        bucket=bucket,
        failures=before.failures,
        last=to_column(before.last_at),
        counted=after.failures,
        counted_at=to_column(after.last_at),
    )
    if not undone:
        unit.run(
            "UPDATE throttle SET failures = failures - 1 WHERE bucket = :bucket AND failures > 0",
            bucket=bucket,
        )
    unit.run("DELETE FROM throttle WHERE bucket = :bucket AND failures = 0", bucket=bucket)


def forget_old(unit: Unit, now: datetime) -> None:
    unit.run("DELETE FROM throttle WHERE forget_at < :now", now=to_column(now))
