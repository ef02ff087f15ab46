"""Line: how long a refused sign-in takes must not tell whether the name exists.

Unknown names and wrong passwords are tried in turns, each at an address of its own so that nobody
has to wait. Besides the medians the largest distance of the two distributions is said
(Kolmogorov-Smirnov), beside the distance that chance alone stays below nineteen times in twenty.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator, Sequence

from lib.errors import Refused
from lib.services import accounts
from lib.services.access import Asker
from lib.services.house import House
from tests.bench.figures import WARM_UP, Figure, Spread
from tests.bench.stage import Stage

TRIES = 150
MOST = 1.05
_FLOOR = "the same with a name that nobody has"
_CHANCE = 1.358  # of the 5 % level, for two samples


def refusals(stage: Stage) -> Iterator[Figure]:
    """Of names that exist, each tried once, and of names that do not."""
    house = stage.scene().house
    times: dict[str, list[float]] = {"crowd": [], "nobody": []}
    for number in range(TRIES + WARM_UP):
        # Which comes first takes turns too: the second finds warm caches.
        for name in ("crowd", "nobody") if number % 2 else ("nobody", "crowd"):
            seconds = _refused(
                house, f"{name}-{number}", address=f"2001:db8:{number:x}:{len(name)}::1"
            )
            if number >= WARM_UP:
                times[name].append(seconds)
    distance = _distance(times["crowd"], times["nobody"])
    chance = _CHANCE * math.sqrt(2 / TRIES)
    verdict = "not told apart" if distance < chance else "told apart"
    print(
        f"sign-in refused: distance of known and unknown names {distance:.3f}, "
        f"by chance below {chance:.3f}: {verdict}",
        file=sys.stderr,
    )
    own, low = (Spread.of(times[name]) for name in ("crowd", "nobody"))
    yield Figure("sign-in refused", "wrong password", own, low, _FLOOR, most=MOST)


def _refused(house: House, name: str, *, address: str) -> float:
    began = time.perf_counter()
    try:
        accounts.sign_in(
            house,
            Asker(address=address),
            login_name=name,
            password="not the password of anybody",
            nonce="n",
        )
    except Refused as refused:
        seconds = time.perf_counter() - began
        if refused.code == "sign_in_wrong":
            return seconds
    raise RuntimeError("this try should have been refused for its name or password")


def _distance(one: Sequence[float], other: Sequence[float]) -> float:
    """The largest difference between the shares of both that are below some time."""
    return max(abs(_share(one, at) - _share(other, at)) for at in (*one, *other))


def _share(times: Sequence[float], at: float) -> float:
    return sum(time <= at for time in times) / len(times)
