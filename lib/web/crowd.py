"""How many live connections the app holds, from one address and in all.

Counted in this process only and on the event loop only, so no lock is needed.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from lib.errors import HalfwayError

PER_ADDRESS = 40
IN_ALL = 1000


class TooMany(HalfwayError):
    """No room for one more connection: `too_many_here` or `too_many_in_all`."""


@dataclass(slots=True)
class Crowd:
    """The connections that are open now."""

    per_address: int = PER_ADDRESS
    in_all: int = IN_ALL
    _open: Counter[str] = field(default_factory=Counter)

    def check(self, address: str | None) -> None:
        """Raise TooMany when one more from this address would be too many."""
        if self._open.total() >= self.in_all:
            raise TooMany("too_many_in_all")
        if self._open[_household(address)] >= self.per_address:
            raise TooMany("too_many_here")

    def join(self, address: str | None) -> AbstractContextManager[None]:
        """Count one connection until the context is left; raises TooMany at once."""
        self.check(address)
        household = _household(address)
        self._open[household] += 1
        return self._place(household)

    @contextmanager
    def _place(self, household: str) -> Iterator[None]:
        try:
            yield
        finally:
            self._open[household] -= 1
            if not self._open[household]:
                del self._open[household]


def _household(address: str | None) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 customer gets."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
