"""The parts of the edge that need no server."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import anyio
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from lib.errors import Damaged, HalfwayError, NotYours, Refused, SignedOut
from lib.settings import Settings
from lib.web.answers import Answers, Calm
from lib.web.crowd import Crowd, TooMany
from lib.web.devices import device
from lib.web.exit import QuickExit
from lib.web.gate import STREAM, Gate, Gatekeeper, Who
from lib.web.live import LiveTabs
from lib.web.shell import ours


class TestCrowd:
    def test_one_address_is_held_back_and_others_are_not(self) -> None:
        crowd = Crowd(per_address=2, in_all=10)
        with crowd.join("10.0.0.1"), crowd.join("10.0.0.1"):
            with pytest.raises(TooMany, match="too_many_here"):
                crowd.check("10.0.0.1")
            crowd.check("10.0.0.2")
        crowd.check("10.0.0.1")

    def test_all_together_are_held_back(self) -> None:
        crowd = Crowd(per_address=2, in_all=2)
        with (
            crowd.join("10.0.0.1"),
            crowd.join("10.0.0.2"),
            pytest.raises(TooMany, match="too_many_in_all"),
        ):
            crowd.check("10.0.0.3")

    def test_addresses_of_one_ipv6_customer_are_one(self) -> None:
        crowd = Crowd(per_address=1)
        with crowd.join("2001:db8:1:2::1"):
            with pytest.raises(TooMany):
                crowd.check("2001:db8:1:2:ffff::9")
            crowd.check("2001:db8:1:3::1")

    def test_unknown_addresses_are_one(self) -> None:
        crowd = Crowd(per_address=1)
        with crowd.join(None), pytest.raises(TooMany):
            crowd.check("a socket")

    def test_a_line_that_breaks_is_given_back(self) -> None:
        crowd = Crowd(per_address=1)
        with pytest.raises(RuntimeError), crowd.join("10.0.0.1"):
            raise RuntimeError
        crowd.check("10.0.0.1")


class TestTrouble:
    """What the edge does when what it asks fails: the one place where something is put in."""

    @staticmethod
    def answers() -> Answers:
        return Answers(lambda key, **facts: key)

    def test_an_unexpected_error_is_one_calm_sentence(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def broken(scope: Scope, receive: Receive, send: Send) -> None:
            raise ValueError("a private sentence")

        sent = play(Calm(broken, answers=self.answers()), {"type": "http"})
        assert sent[0]["status"] == 500
        assert sent[1]["body"] == b"interface.web.failed\n"
        assert "ValueError" in caplog.text
        assert "private" not in caplog.text

    def test_an_answer_that_has_begun_is_not_begun_again(self) -> None:
        async def broken(scope: Scope, receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            raise ValueError

        sent = play(Calm(broken, answers=self.answers()), {"type": "http"})
        assert [message["type"] for message in sent] == ["http.response.start"]

    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (SignedOut(), 401),
            (NotYours(), 404),
            (Refused("anything"), 400),
            (Refused("too_long"), 413),
            (TooMany("too_many_here"), 429),
            (Damaged("body_damaged"), 500),
        ],
    )
    def test_expected_errors_have_their_status(self, error: HalfwayError, status: int) -> None:
        assert self.answers().of_error(error).status_code == status

    @pytest.mark.parametrize(("good_look_ups", "ends_with"), [(0, 500), (1, 1011)])
    def test_when_sessions_cannot_be_read_nobody_gets_in_or_on(
        self, good_look_ups: int, ends_with: int
    ) -> None:
        left = good_look_ups

        def who(token: str | None, act: bool) -> str | None:
            nonlocal left
            left -= 1
            if left < 0:
                raise OSError
            return "anna"

        reached: list[Message] = []

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await receive()
            await send({"type": "websocket.accept"})
            reached.append(await receive())

        sent = play(Gate(app, keeper=self.keeper(who)), LINE)
        assert ends_with in (sent[-1].get("code"), sent[0].get("status"))
        assert [message["type"] for message in reached] in ([], ["websocket.disconnect"])

    @pytest.mark.parametrize(
        ("crowd", "status", "said"),
        [
            (Crowd(per_address=0), 429, b"interface.web.too_many_here\n"),
            (Crowd(in_all=0), 503, b"interface.web.too_many_in_all\n"),
        ],
    )
    def test_past_either_cap_a_line_gets_a_status_and_a_sentence(
        self, crowd: Crowd, status: int, said: bytes
    ) -> None:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            raise AssertionError("nobody gets in")

        sent = play(Gate(app, keeper=self.keeper(lambda token, act: "anna", crowd)), LINE)
        assert sent[0]["status"] == status
        assert (b"retry-after", b"60") in sent[0]["headers"]
        assert sent[1]["body"] == said

    @pytest.mark.parametrize("frame", [1, 2, 3])
    def test_the_session_is_looked_up_at_every_single_frame(self, frame: int) -> None:
        """It ends just before that frame, and no frame from then on reaches the app."""
        asked = 0

        def who(token: str | None, act: bool) -> str | None:
            nonlocal asked
            asked += 1
            return "anna" if asked <= frame else None

        reached: list[str] = []

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            while not reached or reached[-1] != "websocket.disconnect":
                reached.append((await receive())["type"])

        play(Gate(app, keeper=self.keeper(who)), LINE, frames=5)
        assert reached.count("websocket.receive") == frame - 1
        assert asked == frame + 1

    def keeper(self, who: Who, crowd: Crowd | None = None) -> Gatekeeper:
        return Gatekeeper(
            settings=Settings.from_environment({}),
            who=who,
            digest=str,
            crowd=crowd or Crowd(),
            live=LiveTabs(),
            answers=self.answers(),
            threads=anyio.CapacityLimiter(1),
        )


HEARTBEAT = BackMsg(app_heartbeat=True).SerializeToString()
LINE: Scope = {
    "type": "websocket",
    "path": STREAM,
    "headers": [
        (b"host", b"localhost:8501"),
        (b"origin", b"http://localhost:8501"),
        (b"cookie", b"halfway=token"),
    ],
    "client": ("10.0.0.1", 1),
    "extensions": {"websocket.http.response": {}},
}


def play(app: ASGIApp, scope: Scope, *, frames: int = 1) -> list[Message]:
    """All that an ASGI application sends for one request, or for a line with so many frames."""
    sent: list[Message] = []
    coming: list[Message] = [
        {"type": "websocket.connect"},
        *({"type": "websocket.receive", "bytes": HEARTBEAT} for _ in range(frames)),
    ]

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


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
    leaving = QuickExit(style="", first="", last="")
    page = ours(index, no_script="Needs <script>.", leaving=leaving)
    assert "Streamlit" not in page
    assert "service-desc" not in page
    assert "<!-- a licence -->" in page
    assert "Needs &lt;script&gt;." in page
