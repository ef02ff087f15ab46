"""The parts of the edge that need no server."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import pytest

from lib.web.crowd import Crowd, TooMany
from lib.web.devices import device
from lib.web.live import LiveTabs
from lib.web.shell import ours


class TestCrowd:
    def test_one_address_is_held_back_and_others_are_not(self) -> None:
        crowd = Crowd(per_address=2, in_all=10)
        with crowd.joined("10.0.0.1"), crowd.joined("10.0.0.1"):
            with pytest.raises(TooMany, match="too_many_here"):
                crowd.check("10.0.0.1")
            crowd.check("10.0.0.2")
        crowd.check("10.0.0.1")

    def test_all_together_are_held_back(self) -> None:
        crowd = Crowd(per_address=2, in_all=2)
        with (
            crowd.joined("10.0.0.1"),
            crowd.joined("10.0.0.2"),
            pytest.raises(TooMany, match="too_many_in_all"),
        ):
            crowd.check("10.0.0.3")

    def test_addresses_of_one_ipv6_customer_are_one(self) -> None:
        crowd = Crowd(per_address=1)
        with crowd.joined("2001:db8:1:2::1"):
            with pytest.raises(TooMany):
                crowd.check("2001:db8:1:2:ffff::9")
            crowd.check("2001:db8:1:3::1")

    def test_unknown_addresses_are_one(self) -> None:
        crowd = Crowd(per_address=1)
        with crowd.joined(None), pytest.raises(TooMany):
            crowd.check("a socket")

    def test_a_line_that_breaks_is_given_back(self) -> None:
        crowd = Crowd(per_address=1)
        with pytest.raises(RuntimeError), crowd.joined("10.0.0.1"):
            raise RuntimeError
        crowd.check("10.0.0.1")


class TestLiveTabs:
    def test_revoking_reaches_all_tabs_of_one_session_from_any_thread(self) -> None:
        async def play() -> tuple[bool, bool, bool]:
            live = LiveTabs()
            with live.open("a") as one, live.open("a") as two, live.open("b") as other:
                await asyncio.to_thread(live.revoke, "a")
                await asyncio.sleep(0)
                return one.is_set(), two.is_set(), other.is_set()

        assert asyncio.run(play()) == (True, True, False)

    def test_revoking_before_anybody_came_does_nothing(self) -> None:
        LiveTabs().revoke("a")

    def test_a_closed_tab_is_forgotten(self) -> None:
        async def play() -> bool:
            live = LiveTabs()
            with live.open("a") as gone:
                pass
            live.revoke("a")
            await asyncio.sleep(0)
            return gone.is_set()

        assert asyncio.run(play()) is False

    def test_watching_goes_on_when_the_database_does_not_answer(self) -> None:
        asked = 0

        def alive(sessions: Collection[str]) -> Collection[str]:
            nonlocal asked
            asked += 1
            if asked == 1:
                raise OSError
            return set(sessions) - {"a"}

        async def play() -> bool:
            live = LiveTabs()
            with live.open("a") as ended, live.open("b") as other:
                watching = asyncio.create_task(live.watch(alive))
                await asyncio.wait_for(ended.wait(), 5)
                watching.cancel()
                return other.is_set()

        assert asyncio.run(play()) is False
        assert asked == 2


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604.1",
            "iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140 Safari/537 Edg/140",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/140 Safari/537.36", "Chrome, Mac"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_devices_are_named_by_browser_and_system(agent: str, named: str) -> None:
    assert device(agent).endswith(named)


def test_the_page_is_renamed_whole() -> None:
    index = (
        "<!-- a licence --><title>Streamlit</title>"
        '<link rel="service-desc" href="./_stcore/agent/openapi.json" />'
        '<link rel="shortcut icon" href="./favicon.png" />'
        "<noscript>\n<p>Streamlit</p></noscript>"
    )
    page = ours(index, no_script="Needs <script>.")
    assert "Streamlit" not in page
    assert "service-desc" not in page
    assert "<!-- a licence -->" in page
    assert "Needs &lt;script&gt;." in page
