"""Starting the app in each of its ways, and refusing to."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from lib.errors import SettingsError
from lib.web import pins
from lib.web.start import message, settings_as_opened
from tests.server import ROOT, STREAMLIT, UVICORN, RunningServer, ServerDied, free_port
from tests.web.client import Tab, ask

RAISED_AT_START = ("SettingsError", "Damaged")


def refused(
    folder: Path,
    *,
    way: tuple[str, ...] = ("app.py",),
    environment: Mapping[str, str] | None = None,
) -> str:
    """The output of a process that must end by itself with status 2."""
    server = RunningServer(folder, way=way)
    server.environment |= environment or {}
    server.start(wait=False)
    status = server.wait_for_end()
    assert status == 2, server.output()
    assert "Traceback" not in server.output()
    return server.output()


@pytest.mark.parametrize("way", [("app.py",), UVICORN, STREAMLIT])
def test_the_app_starts(tmp_path: Path, way: tuple[str, ...]) -> None:
    with RunningServer(tmp_path, way=way) as server:
        assert "<title>Halfway</title>" in ask(server, "/").text
        assert ask(server, "/_stcore/metrics").status == 404
        with Tab(server) as tab:
            tab.run()
        server.stop()
        assert "Traceback" not in server.output()
        assert "unexpected" not in server.output()


def test_it_says_where_it_is_open(app: RunningServer) -> None:
    assert f"Halfway is open at {app.url}\n" in app.output()


@pytest.mark.parametrize("page", ["", "signin", "safety", "checkin", "account", "lost-and-found"])
def test_a_deep_link_works_on_a_fresh_server(app: RunningServer, page: str) -> None:
    assert ask(app, f"/{page}").status == 200
    with Tab(app) as tab:
        assert "encountered an error" not in tab.run(page)


def test_no_page_can_be_run_past_the_router(app: RunningServer) -> None:
    """Streamlit would find a folder pages/ beside the script that it was given."""
    assert not (ROOT / "pages" / "pages").exists()
    assert ask(app, "/_router").status == 200
    with Tab(app) as tab:
        assert "Session" not in tab.run("_router")


@pytest.mark.parametrize("way", [("app.py",), UVICORN])
def test_a_wrong_setting_is_refused(tmp_path: Path, way: tuple[str, ...]) -> None:
    output = refused(tmp_path, way=way, environment={"HALFWAY_PORT": "many"})
    assert "[setting_number] HALFWAY_PORT is many. Set it to a whole number" in output


def test_a_port_that_streamlit_did_not_open_is_refused(tmp_path: Path) -> None:
    output = refused(
        tmp_path,
        way=("-m", "streamlit", "run", "app.py", "--server.port", str(free_port())),
    )
    assert "[opened_elsewhere] HALFWAY_PORT asks for" in output
    assert "--server.port" in output


def test_a_taken_port_is_refused(tmp_path: Path, app: RunningServer) -> None:
    output = refused(tmp_path, environment={"HALFWAY_PORT": str(app.port)})
    assert f"[port_taken] Port {app.port} at 127.0.0.1 is in use" in output
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [
        ("client.showErrorDetails", "full", "client.showErrorDetails is 'full', needed is 'none'"),
        ("runner.postScriptGC", "true", "runner.postScriptGC is True, needed is False"),
        ("server.trustedUserHeaders", '{"X-User": "session"}', "server.trustedUserHeaders is {"),
    ],
)
def test_another_value_of_a_pinned_option_is_refused(
    tmp_path: Path, flag: str, value: str, said: str
) -> None:
    output = refused(tmp_path, way=(*STREAMLIT, f"--{flag}", value))
    assert "[options_not_pinned]" in output
    assert said in output
    assert not (tmp_path / "data").exists()


class TestPins:
    HOSTS = ("localhost",)

    def found(self, **other: object) -> dict[str, object]:
        return {
            **pins.PINS,
            "server.allowedHosts": ["localhost"],
            "server.address": "127.0.0.1",
            **{name.replace("__", "."): value for name, value in other.items()},
        }

    def test_the_pinned_values_pass(self) -> None:
        pins.check(self.found().__getitem__, allowed_hosts=self.HOSTS)

    @pytest.mark.parametrize("name", sorted(pins.PINS))
    def test_each_other_value_is_named(self, name: str) -> None:
        found = self.found() | {name: "something else"}
        with pytest.raises(SettingsError) as caught:
            pins.check(found.__getitem__, allowed_hosts=self.HOSTS)
        assert f"{name} is 'something else', needed is {pins.PINS[name]!r}" in str(caught.value)

    def test_an_address_is_needed(self) -> None:
        found = self.found(server__address=None)
        with pytest.raises(SettingsError, match=r"server\.address is not set"):
            pins.check(found.__getitem__, allowed_hosts=self.HOSTS)

    def test_other_hosts_are_refused(self) -> None:
        found = self.found(server__allowedHosts=[])
        with pytest.raises(SettingsError, match=r"server\.allowedHosts is \[\]"):
            pins.check(found.__getitem__, allowed_hosts=self.HOSTS)

    def test_a_number_is_no_switch(self) -> None:
        found = self.found(server__headless=1)
        with pytest.raises(SettingsError, match=r"server\.headless is 1"):
            pins.check(found.__getitem__, allowed_hosts=self.HOSTS)

    def test_our_file_pins_them(self) -> None:
        text = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
        options = tomllib.loads(text)
        assert {"light", "dark"} <= set(options["theme"])
        default = {"global.developmentMode", "server.baseUrlPath"}
        for name in set(pins.PINS) - default:
            section, option = name.split(".")
            assert options[section][option] == pins.PINS[name]


class TestAsOpened:
    def test_what_is_not_set_is_as_opened(self) -> None:
        settings = settings_as_opened({}, port=9000, address="127.0.0.1")
        assert settings.port == 9000
        assert settings.public_url == "http://localhost:9000"

    def test_what_agrees_is_taken(self) -> None:
        environment = {"HALFWAY_PORT": "9000", "HALFWAY_ADDRESS": "0.0.0.0"}
        assert settings_as_opened(environment, port=9000, address="0.0.0.0").port == 9000

    @pytest.mark.parametrize(
        ("name", "value", "flag"),
        [("HALFWAY_PORT", "9001", "--server.port"), ("HALFWAY_ADDRESS", "::", "--server.address")],
    )
    def test_what_disagrees_is_refused(self, name: str, value: str, flag: str) -> None:
        with pytest.raises(SettingsError) as caught:
            settings_as_opened({name: value}, port=9000, address="127.0.0.1")
        assert caught.value.code == "opened_elsewhere"
        assert caught.value.facts["flag"] == flag


def codes_raised() -> set[tuple[str, tuple[str, ...]]]:
    """Code and facts of every error in lib that can stop a start."""
    found = set()
    for path in (ROOT / "lib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id in RAISED_AT_START and isinstance(node.args[0], ast.Constant):
                facts = tuple(keyword.arg for keyword in node.keywords if keyword.arg)
                found.add((node.args[0].value, facts))
    return found


@pytest.mark.parametrize(("code", "facts"), sorted(codes_raised()))
def test_every_refusal_has_words_with_its_facts(code: str, facts: tuple[str, ...]) -> None:
    said = message(SettingsError(code, **{fact: f"<{fact}>" for fact in facts}))
    assert said.startswith(f"[{code}] ")
    assert said.endswith((".", ">"))


def test_an_error_without_words_is_still_said() -> None:
    assert message(SettingsError("unheard_of", port=1)) == "unheard_of (port=1)"


def test_a_server_that_dies_says_why(tmp_path: Path) -> None:
    server = RunningServer(tmp_path)
    server.environment["HALFWAY_PORT"] = "many"
    with pytest.raises(ServerDied, match="HALFWAY_PORT is many"):
        server.start()
