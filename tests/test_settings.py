"""Settings fail loudly, with the name and the remedy."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import timedelta
from pathlib import Path

import pytest

from lib.errors import SettingsError
from lib.settings import PROJECT, SETTINGS, Settings, Smtp
from lib.web import start


def read(**changes: str) -> Settings:
    return Settings.from_environment({f"HALFWAY_{name}": value for name, value in changes.items()})


def refusal(**changes: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        read(**changes)
    return caught.value


def test_the_defaults_are_a_local_install() -> None:
    settings = read()
    assert settings.data_dir == PROJECT / "data"
    assert settings.key_file == PROJECT / "data.key"
    assert (settings.port, settings.address) == (8501, "127.0.0.1")
    assert settings.public_url == "http://localhost:8501"
    assert settings.session_idle == timedelta(minutes=30)
    assert settings.session_lifetime == timedelta(hours=12)
    assert settings.trusted_proxies == ("127.0.0.1/32", "::1/128")
    assert settings.exit_url == "https://www.bbc.co.uk/weather"
    assert settings.is_local
    assert not settings.secure
    assert settings.database == PROJECT / "data" / "halfway.db"
    assert set(settings.allowed_hosts) == {"localhost", "127.0.0.1", "::1"}


def test_what_the_environment_says_is_what_is_used(tmp_path: Path) -> None:
    settings = read(
        DATA_DIR=str(tmp_path / "d"),
        KEY_FILE=str(tmp_path / "k"),
        PORT="9000",
        ADDRESS="0.0.0.0",
        PUBLIC_URL="https://halfway.example/",
        TRUSTED_PROXIES="10.0.0.5, 172.16.0.0/12",
        SESSION_IDLE_MINUTES="5",
        SESSION_HOURS="2",
        EXIT_URL="https://weather.example/today?of=all",
    )
    assert settings.database == tmp_path / "d" / "halfway.db"
    assert settings.key_file == tmp_path / "k"
    assert (settings.port, settings.address) == (9000, "0.0.0.0")
    assert settings.public_url == "https://halfway.example"
    assert settings.allowed_hosts == ("halfway.example",)
    assert settings.trusted_proxies == ("10.0.0.5/32", "172.16.0.0/12")
    assert settings.secure
    assert settings.session_idle == timedelta(minutes=5)
    assert settings.session_lifetime == timedelta(hours=2)
    assert settings.exit_url == "https://weather.example/today?of=all"
    assert settings.cookie_name("session") == "__Host-halfway"
    assert read().cookie_name("session") == "halfway"


def test_the_environment_of_the_process_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALFWAY_PORT", "9003")
    assert Settings.from_environment().port == 9003
    monkeypatch.setenv("HALFWAY_PORTS", "")
    with pytest.raises(SettingsError):
        Settings.from_environment()


def test_settings_cannot_be_changed() -> None:
    settings = read()
    with pytest.raises(FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]


def test_blanks_around_a_value_and_an_empty_one_are_as_not_given() -> None:
    assert read(PORT=" 9000 ").port == 9000
    assert read(PORT="  ") == read()


def test_a_port_changes_the_public_address_and_a_data_folder_the_key(tmp_path: Path) -> None:
    assert read(PORT="9000").public_url == "http://localhost:9000"
    assert read(DATA_DIR=str(tmp_path / "d")).key_file == tmp_path / "d.key"


def test_paths_begin_beside_the_app_or_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert read(DATA_DIR="kept/here").data_dir == PROJECT / "kept" / "here"
    assert read(DATA_DIR="~/kept").data_dir == Path("/home/somebody/kept").resolve()


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("PORT", "many", "setting_number"),
        ("PORT", "0", "setting_number"),
        ("PORT", "65536", "setting_number"),
        ("PORT", "9" * 5000, "setting_number"),
        ("PORT", "٨٠", "setting_number"),
        ("PORT", "+80", "setting_number"),
        ("SESSION_HOURS", "-1", "setting_number"),
        ("SESSION_IDLE_MINUTES", "1.5", "setting_number"),
        ("ADDRESS", "here", "setting_address"),
        ("ADDRESS", "127.0.0.1:80", "setting_address"),
        ("TRUSTED_PROXIES", "*", "setting_networks"),
        ("TRUSTED_PROXIES", "0.0.0.0/0", "setting_networks"),
        ("TRUSTED_PROXIES", "10.0.0.5,::/0", "setting_networks"),
        ("TRUSTED_PROXIES", "10.0.0.5,", "setting_networks"),
        ("TRUSTED_PROXIES", "10.0.0.5/8", "setting_networks"),
        ("SMTP_URL", "mail.example.org", "setting_smtp"),
        ("SMTP_URL", "https://mail.example.org", "setting_smtp"),
        ("SMTP_URL", "smtp://", "setting_smtp"),
        ("SMTP_URL", "smtp://mail.example.org/in", "setting_smtp"),
        ("SMTP_URL", "smtp://mail.example.org:port", "setting_smtp"),
        ("SMTP_URL", "smtp://mail.example.org?sender=me", "setting_smtp"),
        ("SMTP_URL", "smtp://mail.example.org?from=nobody", "setting_smtp"),
        ("DATA_DIR", "~nobody-of-this-name/data", "setting_path"),
        ("KEY_FILE", "key\0file", "setting_path"),
        ("PUBLIC_URL", "halfway.example", "setting_url"),
        ("PUBLIC_URL", "ftp://halfway.example", "setting_url"),
        ("PUBLIC_URL", "https://", "setting_url"),
        ("PUBLIC_URL", "https://halfway.example/app", "setting_url"),
        ("PUBLIC_URL", "https://halfway.example?a=b", "setting_url"),
        ("PUBLIC_URL", "https://halfway.example#a", "setting_url"),
        ("PUBLIC_URL", "https://a:b@halfway.example", "setting_url"),
        ("PUBLIC_URL", "https://halfway.example:port", "setting_url"),
        ("PUBLIC_URL", "https://halfway.example:0", "setting_url"),
        ("PUBLIC_URL", "https://half way.example", "setting_url"),
        ("PUBLIC_URL", "https://hälfte.example", "setting_url"),
        ("PUBLIC_URL", "https://[::1", "setting_url"),
        ("PUBLIC_URL", "http://halfway.example", "setting_needs_tls"),
        ("PUBLIC_URL", "http://8.8.8.8", "setting_needs_tls"),
        ("EXIT_URL", "http://weather.example", "setting_exit"),
        ("EXIT_URL", "weather.example", "setting_exit"),
        ("EXIT_URL", "javascript:alert(1)", "setting_exit"),
        ("EXIT_URL", "https://", "setting_exit"),
        ("EXIT_URL", "https://[::1", "setting_exit"),
        ("COLOUR", "blue", "setting_unknown"),
        ("COLOUR", "", "setting_unknown"),
    ],
)
def test_a_bad_setting_is_refused_by_name_with_a_remedy(name: str, value: str, code: str) -> None:
    error = refusal(**{name: value})
    assert error.code == code
    sentence = start.message(error)
    assert f"HALFWAY_{name}" in sentence
    assert "HALFWAY_PUBLIC_URL" in sentence or value[:20] in sentence
    assert len(sentence) > len(code) + 40


def test_a_mail_server_is_read_from_one_address() -> None:
    assert read().smtp is None
    smtp = read(SMTP_URL="smtp://us%40x:p%3Aa%2Fss@mail.example.org", PUBLIC_URL="http://nas").smtp
    assert smtp == Smtp("mail.example.org", 587, False, "halfway@nas", "us@x", "p:a/ss")
    assert "p:a/ss" not in repr(smtp)
    assert not smtp.is_local
    other = read(SMTP_URL="smtps://127.0.0.1?from=halfway@example.org").smtp
    assert other == Smtp("127.0.0.1", 465, True, "halfway@example.org")
    assert other.is_local


def test_a_password_in_an_address_is_not_said_again() -> None:
    assert "hush" not in start.message(refusal(SMTP_URL="smtp://me:hush@mail.example.org/x"))
    for name in ("PUBLIC_URL", "EXIT_URL"):
        assert "hush" not in start.message(refusal(**{name: "https://me:hush@halfway.example"}))


@pytest.mark.parametrize("inside", ["data", "data/key", "data/keys/../keys/master"])
def test_a_key_file_inside_the_data_folder_is_refused(tmp_path: Path, inside: str) -> None:
    error = refusal(DATA_DIR=str(tmp_path / "data"), KEY_FILE=str(tmp_path / inside))
    assert error.code == "key_inside_data"
    assert "HALFWAY_KEY_FILE" in start.message(error)


def test_a_link_into_the_data_folder_is_inside_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "key").symlink_to(tmp_path / "data" / "key")
    (tmp_path / "other").symlink_to(tmp_path / "data")
    data = str(tmp_path / "data")
    for key in (tmp_path / "key", tmp_path / "other" / "key"):
        assert refusal(DATA_DIR=data, KEY_FILE=str(key)).code == "key_inside_data"


@pytest.mark.parametrize(
    "url", ["http://192.168.1.20:8501", "http://halfway.local", "http://nas", "http://[fd00::1]"]
)
def test_a_home_network_may_do_without_tls(url: str) -> None:
    settings = read(PUBLIC_URL=url)
    assert not settings.secure
    assert not settings.is_local


@pytest.mark.parametrize("url", ["http://localhost", "http://127.0.0.1:1", "http://[::1]:8501"])
def test_this_machine_answers_to_each_of_its_names(url: str) -> None:
    settings = read(PUBLIC_URL=url)
    assert settings.is_local
    assert {"localhost", "127.0.0.1", "::1"} <= set(settings.allowed_hosts)


@pytest.mark.parametrize(
    "url",
    [
        "me:canary@host/halfway",
        "mysql://me:canary@host/halfway",
        "postgresql://me:canary@host:port/halfway",
        "host=canary dbname=halfway",
    ],
)
def test_what_is_no_address_of_a_database_is_refused_and_not_repeated(url: str) -> None:
    error = refusal(DATABASE_URL=url)
    assert error.code == "setting_database"
    assert "canary" not in start.message(error)


def test_the_address_of_the_database_is_never_shown() -> None:
    url = "postgresql://me:canary@host/halfway?sslmode=require"
    assert read(DATABASE_URL=url).database_url == url
    assert "canary" not in repr(read(DATABASE_URL=url))
    assert read().database_url == ""


def test_every_setting_stands_in_the_readme() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        assert f"| `{setting.name}` | {setting.default} |" in readme


def test_a_public_address_with_an_unfilled_notice_is_warned_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    public = {"PUBLIC_URL": "https://halfway.example"}
    start.say_open(read(**public, OPERATOR_NAME="Ada", OPERATOR_PLACE=" "))
    said = capsys.readouterr().err
    assert "HALFWAY_OPERATOR_CONTACT, HALFWAY_OPERATOR_PLACE" in said
    assert "HALFWAY_OPERATOR_NAME" not in said
    filled = {f"OPERATOR_{name}": "x" for name in ("NAME", "CONTACT", "PLACE")}
    for settings in (read(), read(**public, **filled)):
        start.say_open(settings)
        assert "OPERATOR" not in capsys.readouterr().err
