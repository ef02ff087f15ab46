"""Settings fail loudly, with the name and the remedy."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lib.errors import SettingsError
from lib.settings import PROJECT, SETTINGS, Settings
from lib.web import start


def read(**changes: str) -> Settings:
    return Settings.from_environment({f"HALFWAY_{name}": value for name, value in changes.items()})


def test_the_defaults_are_a_local_install() -> None:
    settings = read()
    assert settings.data_dir == PROJECT / "data"
    assert settings.key_file == PROJECT / "data.key"
    assert (settings.port, settings.address) == (8501, "127.0.0.1")
    assert settings.public_url == "http://localhost:8501"
    assert settings.session_idle == timedelta(minutes=30)
    assert settings.session_lifetime == timedelta(hours=12)
    assert settings.is_local
    assert not settings.secure
    assert settings.database == PROJECT / "data" / "halfway.db"


def test_what_the_environment_says_is_what_is_used(tmp_path: Path) -> None:
    settings = read(
        DATA_DIR=str(tmp_path / "d"),
        KEY_FILE=str(tmp_path / "k"),
        PORT="9000",
        ADDRESS="0.0.0.0",
        PUBLIC_URL="https://halfway.example/",
        SESSION_IDLE_MINUTES="5",
        SESSION_HOURS="2",
    )
    assert settings.database == tmp_path / "d" / "halfway.db"
    assert settings.key_file == tmp_path / "k"
    assert (settings.port, settings.address) == (9000, "0.0.0.0")
    assert settings.public_url == "https://halfway.example"
    assert settings.allowed_hosts == ("halfway.example",)
    assert settings.secure
    assert settings.session_idle == timedelta(minutes=5)
    assert settings.session_lifetime == timedelta(hours=2)
    assert settings.cookie_name("session") == "__Host-halfway"
    assert read().cookie_name("session") == "halfway"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("PORT", "many", "setting_number"),
        ("PORT", "0", "setting_number"),
        ("PORT", "65536", "setting_number"),
        ("SESSION_HOURS", "-1", "setting_number"),
        ("SESSION_IDLE_MINUTES", "1.5", "setting_number"),
        ("ADDRESS", "here", "setting_address"),
        ("PUBLIC_URL", "halfway.example", "setting_url"),
        ("PUBLIC_URL", "ftp://halfway.example", "setting_url"),
        ("PUBLIC_URL", "https://halfway.example/app", "setting_url"),
        ("PUBLIC_URL", "https://a:b@halfway.example", "setting_url"),
        ("PUBLIC_URL", "https://halfway.example:port", "setting_url"),
        ("PUBLIC_URL", "http://halfway.example", "setting_needs_tls"),
        ("COLOUR", "blue", "setting_unknown"),
    ],
)
def test_a_bad_setting_is_refused_by_name_with_a_remedy(name: str, value: str, code: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(**{name: value})
    assert caught.value.code == code
    sentence = start.message(caught.value)
    assert f"HALFWAY_{name}" in sentence
    assert len(sentence) > len(code) + 40


@pytest.mark.parametrize("url", ["http://192.168.1.20:8501", "http://halfway.local", "http://nas"])
def test_a_home_network_may_do_without_tls(url: str) -> None:
    settings = read(PUBLIC_URL=url)
    assert not settings.secure
    assert not settings.is_local


def test_every_setting_stands_in_the_readme() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        assert f"| `{setting.name}` | {setting.default} |" in readme
