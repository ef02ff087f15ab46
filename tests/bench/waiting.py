"""Line: whether the time that a waiting person's page takes tells what the other did.

Three couples alike, each with one who has sealed and waits, while the other has not begun, is half
done, or has sealed and holds back. Their pages are drawn in turns. Told apart are they by how often
one takes longer than the other (50 % tells nothing), and by the Mann-Whitney test: p is how often
chance alone sets two alike so far apart. A small p once in twenty is what chance does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from statistics import NormalDist

from lib.services import access, accounts, checkins, couples
from lib.services.access import SIGNED_OUT, Asker
from lib.services.house import House
from tests.bench.figures import WARM_UP, Figure, Spread
from tests.bench.stage import Stage
from tests.bench.tab import TimedTab
from tests.web.client import ticket_for

ROUNDS = 150
PAGES = ("home", "checkin")
_FLOOR = "the same page while the other has not begun"


def reasons(stage: Stage) -> Iterator[Figure]:
    """Home and check-in of the one who waits, for each reason."""
    scene = stage.scene()
    cases: dict[str, Callable[[House, Asker], None]] = {
        "not begun": lambda house, asker: None,
        "half done": _half,
        "holds back": _hold,
    }
    tokens = {name: _couple(scene.house, name.replace(" ", "-"), cases[name]) for name in cases}
    for page in PAGES:
        times: dict[str, list[float]] = {name: [] for name in cases}
        with ExitStack() as open_tabs:
            tabs = {
                name: open_tabs.enter_context(
                    TimedTab(scene.server, "" if page == "home" else page, token=token)
                )
                for name, token in tokens.items()
            }
            for turn in range(WARM_UP + ROUNDS):
                for name, tab in tabs.items():
                    taken = tab.rerun()
                    if turn >= WARM_UP:
                        times[name].append(taken)
        floor = times.pop("not begun")
        for name, own in times.items():
            longer, p = told_apart(own, floor)
            told = f"{page}, {name}: longer in {longer:.0%}, p {p:.2f}"
            yield Figure("waiting", told, Spread.of(own), Spread.of(floor), _FLOOR)


def told_apart(own: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """How often a draw of `own` is above one of `other`, and the two-sided p of Mann-Whitney.

    By the normal approximation without ties, right for the dozens of times that are taken here.
    """
    above = sum((x > y) + (x == y) / 2 for x in own for y in other)
    n, m = len(own), len(other)
    z = (above - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return above / (n * m), 2 * (1 - NormalDist().cdf(abs(z)))


def _couple(house: House, name: str, other: Callable[[House, Asker], None]) -> str:
    """Make two a couple, let one seal and the other do that; the token of the one who waits."""
    tokens = []
    for one in ("a", "b"):
        ticket = ticket_for(house, f"{name}-{one}", "bench")
        tokens.append(
            accounts.redeem(house, SIGNED_OUT, ticket=ticket, nonce="bench", device="bench")
        )
    waiting, busy = (access.asker_of(token) for token in tokens)
    couples.accept(house, busy, secret=couples.invite_by_link(house, waiting))
    couples.confirm(house, waiting)
    _fill(house, waiting)
    _seal(house, waiting, hold_back=False)
    other(house, busy)
    return tokens[0]


def _half(house: House, asker: Asker) -> None:
    _fill(house, asker, upto=8)


def _hold(house: House, asker: Asker) -> None:
    _fill(house, asker)
    checkins.write(house, asker, "note", "A note of some length. " * 8)
    _seal(house, asker, hold_back=True)


def _fill(house: House, asker: Asker, *, upto: int | None = None) -> None:
    for question in house.content.current.questions[:upto]:
        checkins.answer(house, asker, question.id, 5)


def _seal(house: House, asker: Asker, *, hold_back: bool) -> None:
    checkin_id = checkins.desk(house, asker).checkin_id
    checkins.seal(house, asker, checkin_id=checkin_id, hold_back=hold_back)
