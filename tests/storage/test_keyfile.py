"""The file of master keys, from its making to each way in which it is refused."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from lib.errors import SettingsError
from lib.storage import keyfile

ONE, TWO = base64.b64encode(bytes(32)).decode(), base64.b64encode(bytes([7]) * 32).decode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.key"


def write(path: Path, text: str | bytes, mode: int = 0o600) -> None:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)


def refusal(path: Path, *, may_make: bool = False) -> str:
    with pytest.raises(SettingsError) as caught:
        keyfile.load(path, may_make=may_make)
    assert caught.value.facts["path"] == str(path)
    return caught.value.code


def test_a_new_file_holds_one_random_key_and_is_its_owners_alone(path: Path) -> None:
    keys = keyfile.load(path, may_make=True)
    (key,) = keys.values()
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert keyfile.load(path, may_make=False) == keys
    assert keyfile.load(path.with_name("other.key"), may_make=True) != keys


def test_a_file_that_is_there_is_never_written_again(path: Path) -> None:
    write(path, f"k1 {ONE}\n")
    assert keyfile.load(path, may_make=True) == {"k1": bytes(32)}
    assert path.read_text() == f"k1 {ONE}\n"


def test_the_first_line_is_the_current_key(path: Path) -> None:
    write(path, f"new {TWO}\n\nold {ONE}\n")
    assert list(keyfile.load(path, may_make=False)) == ["new", "old"]


def test_a_missing_file_is_not_made_when_there_is_data(path: Path) -> None:
    assert refusal(path) == "key_missing"
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o666])
def test_a_file_open_to_others_is_refused(path: Path, mode: int) -> None:
    write(path, f"k1 {ONE}\n", mode)
    assert refusal(path) == "key_open_to_others"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "nonsense\n",
        f"{ONE}\n",
        f"k1 {ONE} more\n",
        f"k1 {ONE[:-8]}\n",
        f"k1 {ONE}\nk1 {TWO}\n",
        f"k1 {ONE}\nk2 broken\n",
        f"k:1 {ONE}\n",
        f"k1 !{ONE[1:]}\n",
        b"\xff\xfe k1\n",
        f"ключ {ONE}\n",
    ],
)
def test_a_file_that_is_not_as_we_wrote_it_is_refused(path: Path, text: str | bytes) -> None:
    write(path, text)
    assert refusal(path) == "key_malformed"


def test_a_folder_in_its_place_cannot_be_read(path: Path) -> None:
    path.mkdir()
    assert refusal(path, may_make=True) == "key_unreadable"


def test_a_place_where_no_file_can_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert refusal(tmp_path / "file" / "data.key", may_make=True) == "key_not_writable"


def test_of_two_makers_the_second_takes_the_firsts(path: Path) -> None:
    """The moment between looking whether there is a file and giving it its name."""
    write(path, f"k1 {ONE}\n")
    draft = path.with_name("draft")
    write(draft, f"k2 {TWO}\n")
    keyfile._publish(draft, path)
    assert keyfile.load(path, may_make=True) == {"k1": bytes(32)}
    assert not draft.exists()
