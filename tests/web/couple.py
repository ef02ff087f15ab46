"""Two partners and a stranger in the database of a running server, made by the services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lib.domain.checkins import Sheet
from lib.services import access, accounts, checkins, couples
from lib.services.access import SIGNED_OUT, Asker
from lib.services.house import House, open_house
from tests.server import RunningServer
from tests.web.client import ticket_for


@dataclass(frozen=True, slots=True)
class Cast:
    """`house` is the server's database, opened a second time. `tokens`: session by login name."""

    server: RunningServer
    house: House
    tokens: dict[str, str] = field(default_factory=dict)
    suffix: str = ""

    def arrive(self, name: str) -> str:
        """Sign somebody in, and up before if needed; the token of a new session."""
        ticket = ticket_for(self.house, f"{name}{self.suffix}", "n")
        self.tokens[name] = accounts.redeem(
            self.house, SIGNED_OUT, ticket=ticket, nonce="n", device="test"
        )
        return self.tokens[name]

    def asker(self, name: str) -> Asker:
        return access.asker_of(self.tokens[name])

    def sheet(self, name: str) -> Sheet:
        return checkins.desk(self.house, self.asker(name)).sheet

    def fill(self, name: str, value: int = 4, *, upto: int | None = None) -> None:
        """Answer the questions, or the first of them."""
        for question in self.house.content.current.questions[:upto]:
            checkins.answer(self.house, self.asker(name), question.id, value)

    def seal(self, name: str, *, hold_back: bool = False) -> str:
        """Seal as it is; the check-in's id."""
        asker = self.asker(name)
        checkin_id = checkins.desk(self.house, asker).checkin_id
        assert checkin_id
        checkins.seal(self.house, asker, checkin_id=checkin_id, hold_back=hold_back)
        return checkin_id


def pair(house: House, inviter: Asker, guest: Asker) -> None:
    """Make two people a couple."""
    couples.accept(house, guest, secret=couples.invite_by_link(house, inviter))
    couples.confirm(house, inviter)


@contextmanager
def playing(server: RunningServer, *, suffix: str = "") -> Iterator[Cast]:
    """Ana and Ben, a couple, and a stranger. suffix: of their login names, to be new ones."""
    cast = Cast(server, open_house(server.settings), suffix=suffix)
    for name in ("ana", "ben", "stranger"):
        cast.arrive(name)
    pair(cast.house, cast.asker("ana"), cast.asker("ben"))
    yield cast
    cast.house.gateway.close()
