"""Lines: how soon the other's screen follows, and what listening costs while nothing happens.

Tabs are real WebSocket sessions with a real stream each; a ring makes its tab run the fragment that
listens, as the component in a browser does. They come from several addresses of loopback, for one
address may hold forty.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from lib.services import access, couples, reviews
from lib.services.access import Asker
from lib.services.house import House
from lib.ui.live import SAFETY_NET
from tests.bench import cast
from tests.bench.figures import Figure, Spread, cpu_seconds
from tests.bench.stage import Scene, Stage
from tests.bench.tab import TimedTab
from tests.web.bell import Bell

COUPLES = 50
MARKS = 60
MOST_P95_MS = 500.0
IDLE_TABS = 200
IDLE_SECONDS = 60.0
MOST_MORE_MS = 0.02 * IDLE_SECONDS * 1000
_TABS_AN_ADDRESS = 30


@dataclass
class Seat:
    """One person with one open page and its stream."""

    scene: Scene
    token: str
    page: str
    number: int

    @property
    def source(self) -> str:
        return f"127.0.0.{2 + self.number // _TABS_AN_ADDRESS}"

    @property
    def asker(self) -> Asker:
        return access.asker_of(self.token)

    def open(self, opened: ExitStack) -> None:
        tab = TimedTab(self.scene.server, self.page, token=self.token, source=self.source)
        self.tab = opened.enter_context(tab)

    def listen(self, opened: ExitStack) -> None:
        version = couples.version(self.scene.house, self.asker)
        bell = Bell(self.scene.server, token=self.token, version=version, source=self.source)
        self.bell = opened.enter_context(bell)
        if bell.status != 200:
            raise RuntimeError(f"no stream: {bell.status}")

    def look(self) -> None:
        """Run the fragment that listens, and the whole page when it asks for that."""
        self.tab.rerun(fragment=self.fragment)

    @property
    def fragment(self) -> str:
        """The fragment of the doorbell, by its component."""
        for content, fragment in self.tab.elements("bidi_component"):
            if content.component_name.endswith("halfway_doorbell"):
                return fragment
        raise RuntimeError(f"{self.page} does not listen")


def marks(stage: Stage) -> Iterator[Figure]:
    """From the commit of one's mark, in another process, to the end of the other's page run."""
    scene = stage.scene()
    pairs = [_pair(scene.house, f"bell-{_letters(number)}") for number in range(COUPLES)]
    with ExitStack() as opened:
        seats = [
            (Seat(scene, tokens[0], "talk", 2 * n), Seat(scene, tokens[1], "talk", 2 * n + 1))
            for n, (tokens, _) in enumerate(pairs)
        ]
        for seat in (seat for pair in seats for seat in pair):
            seat.open(opened)
            seat.listen(opened)
        followed = []
        for number in range(MARKS):
            (ana, ben), (_, checkin_id) = seats[number % COUPLES], pairs[number % COUPLES]
            followed.append(_followed(scene.house, ana, ben, checkin_id, number // COUPLES))
    spread = Spread.of(followed)
    yield Figure(
        "doorbell",
        f"partner's screen after a mark, {2 * COUPLES} sessions",
        spread,
        spread,
        "itself",
        most_p95_ms=MOST_P95_MS,
    )


def _followed(house: House, ana: Seat, ben: Seat, checkin_id: str, number: int) -> float:
    """Seconds until ben's page has followed what ana did; her own page follows at the same time."""
    review = reviews.review(house, ana.asker)
    if review is None:
        raise RuntimeError("nothing was revealed")
    item = sorted(review.reading.shared_items())[number]
    given = {"checkin_id": checkin_id, "item": item, "mark": "try"}
    reviews.mark(house, ben.asker, **given)
    hers = threading.Thread(target=lambda: (ana.bell.next_ring(), ana.look()))
    hers.start()
    began = time.perf_counter()
    reviews.mark(house, ana.asker, **given)
    ben.bell.next_ring()
    ben.look()
    seconds = time.perf_counter() - began
    hers.join()
    return seconds


def idle(stage: Stage) -> Iterator[Figure]:
    """CPU time of the server in a minute in which nobody does anything."""
    scene = stage.scene()
    with ExitStack() as opened:
        tokens = [cast.join(scene.house, f"idle-{_letters(n)}") for n in range(IDLE_TABS // 4)]
        seats = [Seat(scene, tokens[n // 4], "", n) for n in range(IDLE_TABS)]
        for seat in seats:
            seat.open(opened)
        silent = _cpu_of_a_minute(scene)
        for seat in seats:
            seat.listen(opened)
        listening = _cpu_of_a_minute(scene)
        looking = _cpu_of_a_minute(scene, lambda: _look_slowly(seats))
    rows = (("listening", listening), ("listening, and the safety net", looking))
    for name, own in rows:
        yield Figure(
            f"{IDLE_TABS} idle tabs, CPU ms of a minute",
            name,
            own,
            silent,
            "the same tabs without the doorbell",
            most_more_ms=MOST_MORE_MS,
        )


def _cpu_of_a_minute(scene: Scene, work: Callable[[], None] | None = None) -> Spread:
    time.sleep(2)  # what opening them left to do
    before = cpu_seconds(scene.server.pid) or 0.0
    until = time.monotonic() + IDLE_SECONDS
    if work:
        work()
    time.sleep(max(0.0, until - time.monotonic()))
    return Spread.of([(cpu_seconds(scene.server.pid) or 0.0) - before])


def _look_slowly(seats: list[Seat]) -> None:
    """What the safety net comes to in that time, spread over it as the tabs' own timers are."""
    began = time.monotonic()
    count = round(len(seats) * IDLE_SECONDS / SAFETY_NET)
    for number in range(count):
        time.sleep(max(0.0, began + number * IDLE_SECONDS / count - time.monotonic()))
        seats[number % len(seats)].look()


def _pair(house: House, name: str) -> tuple[tuple[str, str], str]:
    """A couple after its reveal: both tokens and the check-in's id."""
    tokens = (cast.join(house, f"{name}-a"), cast.join(house, f"{name}-b"))
    one, other = map(access.asker_of, tokens)
    return tokens, cast.reveal(house, one, other)


def _letters(number: int) -> str:
    """Names hold letters only."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
