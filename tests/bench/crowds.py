"""Lines: what must cost the same however many accounts there are."""

from __future__ import annotations

import time
from collections.abc import Iterator

from lib.services import accounts
from lib.services.access import SIGNED_OUT
from tests.bench.figures import Figure, in_turns
from tests.bench.stage import FEW, MANY, Scene, Stage
from tests.bench.tab import TimedTab
from tests.web.client import PASSWORD, ask, cookie_of, post

SIGN_INS = 25
HOMES = 40
MOST = 1.2
_FLOOR = f"the same at {FEW:,} accounts"
_LINE = f"at {MANY:,} accounts"


def sign_ins(stage: Stage) -> Iterator[Figure]:
    """Name and password checked, the ticket posted to the route, the cookie there."""
    many, few = (_Door(stage.scene(accounts_in_all)) for accounts_in_all in (MANY, FEW))
    own, low = in_turns(SIGN_INS, many.sign_in, few.sign_in)
    yield Figure(_LINE, "sign-in", own, low, _FLOOR, most=MOST)


def homes(stage: Stage) -> Iterator[Figure]:
    """The start page of somebody signed in, once more."""
    many, few = (stage.scene(accounts_in_all) for accounts_in_all in (MANY, FEW))
    with (
        TimedTab(many.server, "", token=many.tokens["ana"]) as there,
        TimedTab(few.server, "", token=few.tokens["ana"]) as here,
    ):
        pids = [many.server.pid, few.server.pid]
        own, low = in_turns(HOMES, there.rerun, here.rerun, pids=pids)
    yield Figure(_LINE, "home rerun", own, low, _FLOOR, most=MOST)


class _Door:
    """A browser with a nonce, that signs in again and again."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._nonce = cookie_of(ask(scene.server, "/"), "halfway_nonce") or ""

    def sign_in(self) -> float:
        began = time.perf_counter()
        ticket = accounts.sign_in(
            self._scene.house, SIGNED_OUT, login_name="ben", password=PASSWORD, nonce=self._nonce
        )
        cookies = {"halfway_nonce": self._nonce}
        answer = post(self._scene.server, "/auth/finish", {"ticket": ticket}, cookies=cookies)
        seconds = time.perf_counter() - began
        if cookie_of(answer, "halfway") is None:
            raise RuntimeError(f"not signed in: {answer.status}")
        return seconds
