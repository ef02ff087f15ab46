"""Guessing is slow: every try is counted before it is known whether it is right.

The counts lie in the database, so that neither a restart nor another process forgets them, under
hashes keyed from outside of it. After a few failures each makes the wait longer, from seconds to a
quarter of an hour, and past a hundred to a day. No wait is for ever, a try that comes too soon does
not make it longer, and a count fades by itself. A right try takes back itself and nothing else:
otherwise a count would tell a partner that somebody has signed in. Whoever signs in where they have
signed in before has a count of their own, which nobody elsewhere can raise.

Inside a unit of work only: `begin`, then, when the try was right, `succeeded`.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from lib.errors import Refused
from lib.services import access
from lib.services.access import Asker
from lib.services.house import House
from lib.storage import devices, throttles
from lib.storage.gateway import Unit
from lib.storage.throttles import Tries

IN_A_ROW = 100
LONGEST = timedelta(minutes=15)
PAST_LIMIT = timedelta(days=1)
_FIRST = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Pace:
    """How one kind of count grows and fades.

    free: failures before the first wait. fade: after so long without a try, one failure less.
    """

    free: int
    fade: timedelta

    def wait(self, failures: int) -> timedelta:
        """From the last of so many failures to the next try."""
        if failures < self.free:
            return timedelta(0)
        if failures >= IN_A_ROW:
            return PAST_LIMIT
        return min(_FIRST * (1 << min(failures - self.free, 16)), LONGEST)


ACCOUNT = Pace(free=5, fade=timedelta(days=1))
PERSON = Pace(free=5, fade=timedelta(hours=1))
# More than one code takes, which ends after its own few tries.
CODE = Pace(free=10, fade=timedelta(hours=1))
ADDRESS = Pace(free=20, fade=timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Bucket:
    """One count. name: the keyed hash it is kept under."""

    name: str
    pace: Pace


@dataclass(frozen=True, slots=True)
class Counted:
    """A try in one bucket: what stood there before, and after it was counted."""

    bucket: Bucket
    before: Tries
    after: Tries


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. wait: zero, or how long it is too soon; then it was counted nowhere."""

    at: datetime
    wait: timedelta
    counted: tuple[Counted, ...] = ()

    def need_time(self, *, field: str) -> None:
        """Raise Refused with the wait, beside that field, when it was too soon."""
        if self.wait:
            raise too_soon(self.wait, field=field)


def bucket(house: House, pace: Pace, *of: str) -> Bucket:
    """The count of what these words name, such as ("sign-in", "account", name)."""
    return Bucket(house.vault.fingerprint("throttle", "\n".join(of)), pace)


def at_address(house: House, what: str, address: str) -> Bucket:
    """The count of everything of that kind that comes from one address."""
    return bucket(house, ADDRESS, what, "address", household(address))


def doors(
    house: House, unit: Unit, asker: Asker, *, what: str, name: str, partner_id: str
) -> tuple[Bucket, ...]:
    """The counts of whoever tries to get in under a login name: those of the name and of the
    address, or, in a browser in which this person has signed in before, its own.

    partner_id: "" for an unknown name, which costs the same.
    """
    mark = access.mark_of(partner_id, asker)
    since = house.clock() - access.KNOWN_FOR
    if mark and devices.knows(unit, partner_id, mark, since=since):
        return (bucket(house, ACCOUNT, what, "device", mark),)
    return bucket(house, ACCOUNT, what, "name", name), at_address(house, what, asker.address)


def begin(house: House, unit: Unit, *buckets: Bucket) -> Attempt:
    """Count one try in each, as if it had failed, unless one of them says that it is too soon."""
    now = house.clock()
    before = [(one, throttles.find(unit, one.name) or Tries(0, now)) for one in buckets]
    wait = max(_left(one.pace, tries, now) for one, tries in before)
    if wait:
        return Attempt(now, wait)
    counted = []
    for one, tries in before:
        failures = _faded(one.pace, tries, now) + 1
        counted.append(Counted(one, tries, Tries(failures, now)))
        forget_at = now + one.pace.fade * failures
        throttles.keep(unit, one.name, counted[-1].after, forget_at=forget_at)
    return Attempt(now, timedelta(0), tuple(counted))


def succeeded(unit: Unit, attempt: Attempt) -> None:
    """The try was right and does not count."""
    for one in attempt.counted:
        throttles.take_back(unit, one.bucket.name, before=one.before, after=one.after)
    throttles.forget_old(unit, attempt.at)


def too_soon(wait: timedelta, *, field: str) -> Refused:
    """The refusal that says how long to wait, rounded up, in the unit that a person would use."""
    seconds = -(-wait // timedelta(seconds=1))
    for name, length in (("hours", 3600), ("minutes", 60)):
        if seconds > length:
            return Refused(f"too_soon_{name}", field=field, count=-(-seconds // length))
    return Refused("too_soon_minute" if seconds > 30 else "too_soon_moment", field=field)


def household(address: str | None) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 customer gets."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    mapped = getattr(parsed, "ipv4_mapped", None)
    if parsed.version == 4 or mapped:
        return str(mapped or parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _faded(pace: Pace, tries: Tries, now: datetime) -> int:
    """The failures that still count. A clock that was put back takes none away."""
    gone = max(now - tries.last_at, timedelta(0)) // pace.fade
    return max(tries.failures - gone, 0)


def _left(pace: Pace, tries: Tries, now: datetime) -> timedelta:
    """How long it is still too soon; a clock that was put back makes nobody wait for it."""
    if now < tries.last_at:
        return timedelta(0)
    return max(pace.wait(_faded(pace, tries, now)) - (now - tries.last_at), timedelta(0))
