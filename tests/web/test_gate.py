"""The gate before a real server: who may open a line, as whom, and what may be said over it."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus

from lib.services import access, accounts
from lib.services.house import House
from lib.web.crowd import PER_ADDRESS
from lib.web.gate import DOORBELL
from tests.server import RunningServer
from tests.web.client import (
    SITE,
    Tab,
    ask,
    cookie_header,
    handshake,
    post,
    session_of,
    sign_in,
)

IDENTITY = "X-Halfway-Session"


def forged(kind: str) -> BackMsg:
    message = BackMsg()
    if kind == "backend_operation_request":
        message.backend_operation_request.request_id = "1"
    elif kind == "file_urls_request":
        message.file_urls_request.request_id = "1"
    else:
        setattr(message, kind, True)
    return message


def test_a_session_cookie_makes_the_visitor_known(site: RunningServer, house: House) -> None:
    token = sign_in(site, house, "anna")
    with Tab(site, token=token) as tab:
        assert f"Session <{session_of(token)}>" in tab.run()


def test_without_a_cookie_the_visitor_is_nobody(site: RunningServer) -> None:
    with Tab(site) as tab:
        assert "Session <None>" in tab.run()


@pytest.mark.parametrize("token", ["", "wrong", "é", "a" * 4000, '"; x="'])
def test_a_wrong_cookie_is_nobody(site: RunningServer, token: str) -> None:
    with Tab(site, headers={"Cookie": f"halfway={token}"}) as tab:
        assert "Session <None>" in tab.run()


def test_an_old_cookie_is_nobody(site: RunningServer, house: House) -> None:
    token = sign_in(site, house, "anna")
    accounts.sign_out(house, access.asker_of(token))
    with Tab(site, token=token) as tab:
        assert "Session <None>" in tab.run()


@pytest.mark.parametrize("name", [IDENTITY, IDENTITY.lower(), IDENTITY.upper()])
def test_a_forged_identity_header_is_thrown_away(
    site: RunningServer, house: House, name: str
) -> None:
    token = sign_in(site, house, "anna")
    with Tab(site, headers={name: session_of(token)}) as tab:
        assert "Session <None>" in tab.run()


def test_a_forged_identity_header_does_not_replace_ones_own(
    site: RunningServer, house: House
) -> None:
    anna, stranger = sign_in(site, house, "anna"), sign_in(site, house, "stranger")
    with Tab(site, token=stranger, headers={IDENTITY: session_of(anna)}) as tab:
        assert f"Session <{session_of(stranger)}>" in tab.run()


def test_a_streamlit_session_cannot_be_resumed_with_other_cookies(
    site: RunningServer, house: House
) -> None:
    anna, stranger = sign_in(site, house, "anna"), sign_in(site, house, "stranger")
    with Tab(site, token=anna) as tab:
        tab.run()
        owned = tab.session_id
    for other in (None, stranger, sign_in(site, house, "anna")):
        with Tab(site, token=other, resume=owned) as thief:
            thief.run()
            assert thief.session_id != owned
    with Tab(site, token=anna, resume=owned) as again:
        again.run()
        assert again.session_id == owned


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://elsewhere.example",
        "http://localhost:1",
        "http://localhost.elsewhere.example",
        "file://",
        "http://[",
    ],
)
def test_a_line_from_no_page_of_ours_is_refused(site: RunningServer, origin: str | None) -> None:
    answer = handshake(site, origin=origin)
    assert answer.status == 403
    assert "did not come from a page of Halfway" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_name_that_was_pointed_at_this_machine_is_refused(site: RunningServer) -> None:
    """DNS rebinding: Origin and Host agree, but the name is not ours."""
    name = f"rebound.example:{site.port}"
    answer = handshake(site, origin=f"http://{name}", headers={"Host": name})
    assert answer.status == 403
    assert ask(site, "/", headers={"Host": name}).status == 421
    assert ask(site, "/_stcore/health", headers={"Host": "10.0.0.7"}).status == 200


def test_there_is_one_line_only(site: RunningServer) -> None:
    assert handshake(site, path="/two/_stcore/stream").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/%5fstcore/metrics",
        "/_stcore/script-health-check",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/upload_file/a/b",
        "/two/_stcore/health",
        "/component/anything/index.html",
        "/auth/login",
        "/auth/logout",
        "/oauth2callback",
        "/media/anything.png",
        "/static/nothing.js",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_what_the_app_does_not_need_is_not_there(
    site: RunningServer, path: str, method: str
) -> None:
    answer = ask(site, path, method=method)
    assert answer.status == 404
    assert answer.text == "There is nothing at this address.\n"


def test_nobody_can_empty_the_caches_of_everybody(site: RunningServer) -> None:
    with Tab(site) as tab:
        before = tab.run()
        tab.send(forged("clear_cache"))
        assert tab.run() == before


@pytest.mark.parametrize(
    "kind",
    [
        "clear_cache",
        "set_run_on_save",
        "load_git_info",
        "debug_disconnect_websocket",
        "debug_shutdown_runtime",
        "file_urls_request",
        "backend_operation_request",
    ],
)
def test_an_unknown_message_is_dropped_and_the_line_stays(site: RunningServer, kind: str) -> None:
    with Tab(site) as tab:
        tab.run()
        tab.send(forged(kind))
        message = BackMsg()
        message.rerun_script.page_name = ""
        tab.send(message)
        kinds = []
        while "script_finished" not in kinds:
            kinds.append(tab.next().WhichOneof("type"))
    answers = {"file_urls_response", "git_info_changed", "backend_operation_response"}
    assert not answers & set(kinds)


@pytest.mark.parametrize("frame", ["text", b"\xff\xff\xff", b"\x00" * (1024 * 1024 + 1)])
def test_a_broken_frame_ends_its_own_line_only(site: RunningServer, frame: str | bytes) -> None:
    with Tab(site) as other, Tab(site) as tab:
        other.run()
        tab.run()
        tab.connection.send(frame)
        assert tab.wait_until_closed() < 5
        assert "Count <0>" in other.run()


def test_signing_out_empties_every_open_tab_within_a_second(
    site: RunningServer, house: House
) -> None:
    token, other = sign_in(site, house, "anna"), sign_in(site, house, "anna")
    with (
        Tab(site, token=token) as one,
        Tab(site, token=token) as two,
        Tab(site, token=other) as far,
    ):
        for tab in (one, two, far):
            tab.run()
        assert post(site, "/auth/sign-out", cookies={"halfway": token}).status == 204
        for tab in (one, two):
            assert tab.wait_until_closed() < 1
            assert tab.redirect == "/auth/over"
        assert f"Session <{session_of(other)}>" in far.run()


def test_a_session_ended_elsewhere_empties_its_tabs_within_a_second(
    site: RunningServer, house: House
) -> None:
    """As a password change, another process, or the lifetime of the session would."""
    token = sign_in(site, house, "anna")
    with Tab(site, token=token) as tab:
        tab.run()
        accounts.sign_out(house, access.asker_of(token))
        assert tab.wait_until_closed() < 1
        assert tab.redirect == "/auth/over"


def test_an_ended_session_gets_no_further_run(site: RunningServer, house: House) -> None:
    """The frame itself is checked: nothing of a run arrives, however soon it is asked for."""
    token = sign_in(site, house, "anna")
    with Tab(site, token=token) as tab:
        tab.run()
        accounts.sign_out(house, access.asker_of(token))
        message = BackMsg()
        message.rerun_script.page_name = ""
        tab.send(message)
        kinds: list[str | None] = []
        tab.wait_until_closed(kinds)
    assert kinds[-1] == "auth_redirect"
    assert not {"new_session", "delta"} & set(kinds)


def test_a_copied_cookie_is_dead_after_signing_out(site: RunningServer, house: House) -> None:
    token = sign_in(site, house, "anna")
    post(site, "/auth/sign-out", cookies={"halfway": token})
    with Tab(site, token=token) as thief:
        assert "Session <None>" in thief.run()


def seen(house: House, token: str) -> int:
    row = house.gateway.read(
        lambda unit: unit.one(
            "SELECT seen_at FROM session WHERE token_hash = :hash", hash=session_of(token)
        )
    )
    assert row
    return int(row["seen_at"])


def long_unseen(house: House, token: str) -> int:
    """Let the session have been idle for 20 minutes; when it was seen last."""
    house.gateway.write(
        lambda unit: unit.run(
            "UPDATE session SET seen_at = seen_at - 1200000 WHERE token_hash = :hash",
            hash=session_of(token),
        )
    )
    return seen(house, token)


def rerun(*, by_itself: bool = False) -> BackMsg:
    message = BackMsg()
    message.rerun_script.page_name = ""
    message.rerun_script.is_auto_rerun = by_itself
    return message


def test_only_what_a_person_does_keeps_a_session_alive(site: RunningServer, house: House) -> None:
    """No timer of a page, no heartbeat, and no tab that comes back after its line broke."""
    token = sign_in(site, house, "anna")
    before = long_unseen(house, token)
    with Tab(site, token=token) as tab:
        tab.run()
        assert seen(house, token) > before
        before = long_unseen(house, token)
        heartbeat = BackMsg()
        heartbeat.app_heartbeat = True
        tab.send(heartbeat)
        tab.send(rerun(by_itself=True))
        tab.texts()
        rung = rerun()
        rung.rerun_script.widget_states.widgets.add(id=f"$$ID-x{DOORBELL}", json_trigger_value="[]")
        tab.send(rung)
        tab.texts()
        assert seen(house, token) == before
        session_id = tab.session_id
    with Tab(site, token=token, resume=session_id) as tab:
        tab.run()
        assert seen(house, token) == before
        tab.run()
        assert seen(house, token) > before


def test_a_tab_that_waits_is_not_cut_off(site: RunningServer, house: House) -> None:
    token = sign_in(site, house, "anna")
    with Tab(site, token=token) as tab:
        tab.run()
        time.sleep(1.2)
        assert f"Session <{session_of(token)}>" in tab.run()


def test_files_of_pages_need_a_session(site: RunningServer, house: House) -> None:
    """What /media holds comes from Streamlit, which would give it to anybody."""
    token = sign_in(site, house, "anna")
    signed_in = {"Cookie": cookie_header({"halfway": token})}
    with Tab(site, token=token) as tab:
        tab.ask("", query="file=1")
        while not (images := tab.next().delta.new_element.imgs.imgs):
            """The page is on its way to its image."""
        path = images[0].url
        assert path.startswith("/media/")
        given = ask(site, path, headers=signed_in)
        assert given.status == 200
        assert given.headers["cache-control"] == "no-store"
        assert ask(site, path).status == 404
        assert ask(site, path, headers={"Cookie": "halfway=wrong"}).status == 404
        accounts.sign_out(house, access.asker_of(token))
        assert ask(site, path, headers=signed_in).status == 404


def test_an_address_that_a_trusted_proxy_names_is_counted_by_itself(tmp_path: Path) -> None:
    """What somebody else writes before it into the header is not believed."""
    with RunningServer(tmp_path, way=SITE) as server, ExitStack() as tabs:
        busy = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
        for _ in range(PER_ADDRESS):
            tabs.enter_context(Tab(server, headers=busy))
        assert handshake(server, headers={"X-Forwarded-For": "203.0.113.9"}).status == 429
        with Tab(server, headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.1"}) as other:
            assert "Count <0>" in other.run()


def test_a_proxy_on_another_host_is_believed_where_it_is_trusted(tmp_path: Path) -> None:
    """The nearest proxy is on this machine; it was asked by one at 10.0.0.5."""
    environment = {"HALFWAY_TRUSTED_PROXIES": "127.0.0.1,10.0.0.5"}
    through = {"X-Forwarded-For": "203.0.113.9, 10.0.0.5"}
    with RunningServer(tmp_path, way=SITE, environment=environment) as server, ExitStack() as tabs:
        for _ in range(PER_ADDRESS):
            tabs.enter_context(Tab(server, headers=through))
        assert handshake(server, headers=through).status == 429
        with Tab(server, headers={"X-Forwarded-For": "203.0.113.8, 10.0.0.5"}) as other:
            assert "Count <0>" in other.run()


def test_lines_from_one_address_are_counted(tmp_path: Path) -> None:
    with RunningServer(tmp_path, way=SITE) as server, ExitStack() as tabs:
        opened = [tabs.enter_context(Tab(server)) for _ in range(PER_ADDRESS)]
        refused = handshake(server)
        assert refused.status == 429
        assert refused.headers["retry-after"] == "60"
        assert "close some" in refused.text
        with pytest.raises(InvalidStatus):
            Tab(server)
        assert ask(server, "/").status == 429
        opened[0].connection.close()
        time.sleep(0.3)
        with Tab(server) as again:
            assert "Count <0>" in again.run()


def test_a_late_look_at_the_page_before_leaves_the_tab_on_its_page(
    site: RunningServer, house: House
) -> None:
    """The browser empties its page when a run is announced for another one."""
    with Tab(site, token=sign_in(site, house, "anna")) as tab:
        tab.run()
        start, late = tab.page, BackMsg()
        late.rerun_script.fragment_id = tab.fragment
        late.rerun_script.page_script_hash = start
        tab.ask("two", query="slow=yes")
        while tab.next().delta.new_element.heading.body != "The second page":
            """The look is asked for while the second page is being drawn."""
        tab.send(late)
        tab.texts()
        second = tab.page
        assert second not in ("", start)
        tab.texts()
        assert tab.page == second
