"""Keys and seals: what opens what, and what a start refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Damaged, SettingsError
from lib.settings import Settings
from lib.storage import keyfile, open_storage
from lib.storage.migrations import Migration, migrate
from lib.storage.schema import MIGRATIONS
from lib.storage.sqlite import open_file
from lib.storage.vault import STEP, Vault

PROJECT = Path(__file__).resolve().parents[2]
VAULT = Vault({"a1": bytes(32)})


@given(st.binary(max_size=2000), st.text(max_size=20), st.text(max_size=20))
def test_what_is_sealed_comes_back_for_its_owner_and_row_only(
    data: bytes, owner: str, row: str
) -> None:
    key = VAULT.new_key(owner)
    sealed = VAULT.seal(key, owner, data, row)
    assert VAULT.open(key, owner, sealed, row) == data
    for wrong in ((owner + "x", row), (owner, row + "x")):
        with pytest.raises(Damaged):
            VAULT.open(key, wrong[0], sealed, wrong[1])


@given(st.integers(0, 3000))
def test_the_length_of_a_sealed_text_tells_only_its_step(length: int) -> None:
    key = VAULT.new_key("me")
    sealed = VAULT.seal(key, "me", b"x" * length, "row")
    assert (len(sealed) - 12 - 16) % STEP == 0


def test_one_changed_byte_is_noticed() -> None:
    key = VAULT.new_key("me")
    sealed = VAULT.seal(key, "me", b"text", "row")
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(Damaged):
            VAULT.open(key, "me", changed, "row")


def test_another_master_key_opens_nothing() -> None:
    key = VAULT.new_key("me")
    sealed = VAULT.seal(key, "me", b"text", "row")
    for other in (Vault({"a1": bytes([1]) * 32}), Vault({"b2": bytes(32)})):
        with pytest.raises(Damaged):
            other.open(key, "me", sealed, "row")


def test_a_rotated_key_file_still_opens_what_the_old_key_wrapped() -> None:
    key = VAULT.new_key("me")
    sealed = VAULT.seal(key, "me", b"text", "row")
    rotated = Vault({"b2": bytes([2]) * 32, "a1": bytes(32)})
    assert rotated.open(key, "me", sealed, "row") == b"text"
    assert rotated.new_key("me").startswith(b"b2:")


def settings(folder: Path) -> Settings:
    return Settings.from_environment({"HALFWAY_DATA_DIR": str(folder / "data")})


def test_a_first_start_makes_a_key_beside_the_data_for_its_owner_alone(tmp_path: Path) -> None:
    found = settings(tmp_path)
    open_storage(found)
    assert found.key_file == tmp_path / "data.key"
    assert found.key_file.stat().st_mode & 0o777 == 0o600
    assert not [path for path in (tmp_path / "data").iterdir() if "key" in path.name]
    assert not [path for path in tmp_path.iterdir() if path.name not in ("data", "data.key")]
    before = found.key_file.read_bytes()
    open_storage(found)
    assert found.key_file.read_bytes() == before


def refusal(found: Settings) -> str:
    with pytest.raises(SettingsError) as caught:
        open_storage(found)
    return caught.value.code


def test_a_start_is_refused_when_the_key_is_missing_open_malformed_or_another(
    tmp_path: Path,
) -> None:
    found = settings(tmp_path)
    open_storage(found)
    key = found.key_file.read_text()
    found.key_file.unlink()
    assert refusal(found) == "key_missing"
    assert not found.key_file.exists()
    for text, code in (
        ("nonsense\n", "key_malformed"),
        ("", "key_malformed"),
        ("a1 " + "A" * 10 + "\n", "key_malformed"),
        (key + key, "key_malformed"),
        ("a1 " + "A" * 43 + "=\n", "key_wrong"),
    ):
        found.key_file.write_text(text)
        found.key_file.chmod(0o600)
        assert refusal(found) == code
    found.key_file.write_text(key)
    found.key_file.chmod(0o640)
    assert refusal(found) == "key_open_to_others"
    found.key_file.chmod(0o600)
    open_storage(found)


def test_a_key_file_inside_the_data_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(
            {
                "HALFWAY_DATA_DIR": str(tmp_path / "data"),
                "HALFWAY_KEY_FILE": str(tmp_path / "data" / "keys" / "master"),
            }
        )
    assert caught.value.code == "key_inside_data"


def test_a_folder_where_no_key_can_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError) as caught:
        keyfile.load(tmp_path / "file" / "key", may_make=True)
    assert caught.value.code == "key_not_writable"


def test_six_processes_that_start_at_once_share_one_key_and_one_schema(tmp_path: Path) -> None:
    script = (
        "from lib.settings import Settings; from lib.storage import open_storage;"
        "open_storage(Settings.from_environment())"
    )
    environment = {**os.environ, "HALFWAY_DATA_DIR": str(tmp_path / "data")}
    started = [
        subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT, env=environment)
        for _ in range(6)
    ]
    assert [process.wait(timeout=60) for process in started] == [0] * 6
    open_storage(settings(tmp_path))


def test_a_newer_schema_than_the_code_is_refused(tmp_path: Path) -> None:
    gateway = open_file(tmp_path / "halfway.db")
    migrate(gateway, [*MIGRATIONS, Migration("of the future", ("CREATE TABLE later (id TEXT)",))])
    with pytest.raises(SettingsError) as caught:
        migrate(gateway, MIGRATIONS)
    assert caught.value.code == "schema_newer"


def test_a_migration_that_breaks_leaves_the_schema_as_it_was(tmp_path: Path) -> None:
    gateway = open_file(tmp_path / "halfway.db")
    migrate(gateway, MIGRATIONS[:1])
    broken = Migration("broken", ("CREATE TABLE half (id TEXT)", "CREATE TABLE half (id TEXT)"))
    with pytest.raises(Exception, match="half"):
        migrate(gateway, [MIGRATIONS[0], broken])
    migrate(gateway, MIGRATIONS)
    tables = gateway.read(lambda unit: unit.all("SELECT name FROM sqlite_master"))
    assert {"name": "sheet"} in tables
    assert {"name": "half"} not in tables
