"""Opening the storage: a first start, the next ones, and what a start refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.errors import Damaged, SettingsError
from lib.settings import Settings
from lib.storage import open_storage
from tests.storage import processes
from tests.storage.conftest import Spawn


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"HALFWAY_DATA_DIR": str(tmp_path / "data")})


def refusal(settings: Settings) -> str:
    with pytest.raises(SettingsError) as caught:
        open_storage(settings)
    return caught.value.code


def test_a_first_start_makes_the_data_folder_and_a_key_beside_it(
    settings: Settings, tmp_path: Path
) -> None:
    gateway, _ = open_storage(settings)
    assert settings.key_file == tmp_path / "data.key"
    assert settings.key_file.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"data", "data.key"}
    assert settings.database.exists()
    gateway.close()


def test_a_second_start_opens_what_the_first_sealed(settings: Settings) -> None:
    gateway, vault = open_storage(settings)
    before = settings.key_file.read_bytes()
    key = vault.new_key("me")
    sealed = vault.seal(key, "me", b"text", "row")
    gateway.close()
    _, again = open_storage(settings)
    assert again.open(key, "me", sealed, "row") == b"text"
    assert settings.key_file.read_bytes() == before


def test_no_byte_of_the_key_is_in_the_data_folder(settings: Settings) -> None:
    gateway, _ = open_storage(settings)
    key_id, encoded = settings.key_file.read_bytes().split()
    held = b"".join(path.read_bytes() for path in settings.data_dir.iterdir())
    assert key_id in held
    assert encoded not in held
    gateway.close()


def test_a_start_with_data_and_without_its_key_is_refused(settings: Settings) -> None:
    open_storage(settings)[0].close()
    key = settings.key_file.read_bytes()
    settings.key_file.unlink()
    assert refusal(settings) == "key_missing"
    assert not settings.key_file.exists()
    settings.key_file.write_bytes(key)
    settings.key_file.chmod(0o600)
    open_storage(settings)


@pytest.mark.parametrize("same_id", [True, False])
def test_a_start_with_the_key_of_other_data_is_refused(settings: Settings, same_id: bool) -> None:
    open_storage(settings)[0].close()
    key_id = settings.key_file.read_text().split()[0] if same_id else "0123abcd"
    settings.key_file.write_text(f"{key_id} {'A' * 43}=\n")
    assert refusal(settings) == "key_wrong"


def test_a_key_put_in_front_of_the_old_one_is_a_rotation(settings: Settings) -> None:
    open_storage(settings)[0].close()
    old = settings.key_file.read_text()
    settings.key_file.write_text(f"0123abcd {'A' * 43}=\n{old}")
    _, vault = open_storage(settings)
    assert vault.new_key("me").startswith(b"0123abcd:")


def test_an_empty_database_takes_the_key_that_is_there(settings: Settings) -> None:
    settings.key_file.write_text(f"0123abcd {'A' * 43}=\n")
    settings.key_file.chmod(0o600)
    _, vault = open_storage(settings)
    assert vault.new_key("me").startswith(b"0123abcd:")


def test_a_damaged_database_is_refused_before_a_key_is_looked_for(settings: Settings) -> None:
    settings.data_dir.mkdir()
    settings.database.write_bytes(b"no database at all " * 500)
    with pytest.raises(Damaged):
        open_storage(settings)
    assert not settings.key_file.exists()


def test_a_data_folder_of_links_that_lead_in_a_circle_is_refused(tmp_path: Path) -> None:
    """Python up to 3.12 tells when it is read, from 3.13 on when it is opened."""
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(SettingsError, match=r"setting_path|data_not_writable"):
        open_storage(Settings.from_environment({"HALFWAY_DATA_DIR": str(tmp_path / "a")}))


def test_six_processes_that_start_at_once_share_one_key_and_one_schema(
    tmp_path: Path, spawn: Spawn
) -> None:
    for number in range(5):
        folder = tmp_path / str(number)
        assert len(set(spawn.at_once(6, processes.start, folder / "data"))) == 1
        assert {path.name for path in folder.iterdir()} == {"data", "data.key"}
