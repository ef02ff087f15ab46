"""Everything that the server sends to one partner, while the other does this or that (invariant 2).

Ben opens his pages in a new tab after each thing that Ana does. All frames of all his pages are the
same each time: nothing of it depends on whether she has not begun, is half done, has sealed, holds
back, or sealed a check-in that has run out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from lib.services import checkins
from lib.services.house import open_house, utc_now
from tests.server import RunningServer
from tests.web.couple import Cast, pair
from tests.web.open_page import OpenPage

PAGES = ("home", "checkin", "talk", "past")
BEGAN = timedelta(days=20)  # ago: one window of 14 days has run out since


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    with RunningServer(tmp_path_factory.mktemp("waiting")) as server:
        house = open_house(server.settings)
        yield Cast(server, house)
        house.gateway.close()


@pytest.fixture(scope="module")
def past(now: Cast) -> Cast:
    """The same house 20 days ago."""
    house = replace(now.house, clock=lambda: utc_now() - BEGAN)
    return Cast(now.server, house, now.tokens)


def nothing(_cast: Cast, _name: str) -> None:
    return


def half(cast: Cast, name: str) -> None:
    cast.fill(name, 2, upto=5)
    checkins.write(cast.house, cast.asker(name), "appreciation", "Your laugh")


def held(cast: Cast, name: str) -> None:
    cast.fill(name, 6)
    cast.seal(name, hold_back=True)


def sealed(cast: Cast, name: str) -> None:
    cast.fill(name, 6)
    cast.seal(name)


def released(cast: Cast, name: str) -> None:
    checkin_id = checkins.desk(cast.house, cast.asker(name)).checkin_id
    checkins.release(cast.house, cast.asker(name), checkin_id=checkin_id)


def anew(cast: Cast, name: str) -> None:
    checkins.bring_earlier(cast.house, cast.asker(name), keep=False)


@pytest.mark.parametrize("bens", [nothing, half, held, sealed])
def test_the_others_pages_are_the_same_to_the_byte(
    now: Cast, past: Cast, bens: Callable[[Cast, str], None]
) -> None:
    ana, ben = f"ana-{bens.__name__}", f"ben-{bens.__name__}"
    for name in (ana, ben):
        now.arrive(name)
    pair(past.house, now.asker(ana), now.asker(ben))
    bens(past, ben)
    steps = (half, held) if bens is sealed else (half, held, released)  # else it would open
    # Of a check-in that has run out ...
    before = seen_by(now, ben)
    for step in steps:
        step(past, ana)
        assert seen_by(now, ben) == before, f"it ran out after Ana: {step.__name__}"
    # ... and of the one that runs now.
    if bens is not nothing:
        anew(now, ben)
        bens(now, ben)
    before = seen_by(now, ben)
    anew(now, ana)
    for step in steps:
        step(now, ana)
        assert seen_by(now, ben) == before, f"Ana: {step.__name__}"


def seen_by(cast: Cast, name: str) -> dict[str, list[str]]:
    return {page: frames(cast, page, cast.tokens[name]) for page in PAGES}


def frames(cast: Cast, name: str, token: str) -> list[str]:
    """Every message of a new tab on that page, without the ids that each tab and run has anew."""
    with OpenPage(cast.server, name, token=token) as page:
        assert not page.failed()
        assert page.shown()
        return [_lasting(message) for message in page.received]


def _lasting(message: ForwardMsg) -> str:
    kept = ForwardMsg()
    kept.CopyFrom(message)
    kept.ClearField("hash")
    kept.metadata.run.ClearField("script_run_id")
    if kept.WhichOneof("type") == "new_session":
        kept.new_session.initialize.ClearField("session_id")
    return str(kept)
