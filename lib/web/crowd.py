"""How many live connections the app holds, from one address and in all.

Counted in this process only and on the event loop only, so no lock is needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from lib.errors import HalfwayError
from lib.services.throttling import household

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
        if self._open[household(address)] >= self.per_address:
            raise TooMany("too_many_here")

    def join(self, address: str | None) -> AbstractContextManager[None]:
        """Count one connection until the context is left; raises TooMany at once."""
        self.check(address)
        place = household(address)
        self._open[place] += 1
        return self._place(place)

    @contextmanager
    def _place(self, place: str) -> Iterator[None]:
        try:
            yield
        finally:
            self._open[place] -= 1
            if not self._open[place]:
                del self._open[place]
