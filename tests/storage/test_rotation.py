"""Changing the master key: interrupted anywhere, killed, with a server running beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.domain.couples import Partner
from lib.errors import SettingsError
from lib.services import checkins
from lib.services.access import Asker
from lib.services.house import House, open_house
from lib.settings import Settings
from lib.storage import couples, keyfile, open_storage, people
from lib.storage.gateway import Unit
from lib.storage.rotation import rotate
from lib.storage.schema import holding
from lib.storage.vault import Vault
from tests.server import ROOT
from tests.services.conftest import START, Clock, join

NOTE = "only mine, before and after"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = open_house(settings_in(tmp_path), clock=Clock())
    yield opened
    opened.gateway.close()


@pytest.fixture
def ana(house: House) -> Asker:
    asker = join(house, "ana")
    checkins.write(house, asker, "note", NOTE)
    return asker


def settings_in(folder: Path) -> Settings:
    return Settings.from_environment({"HALFWAY_DATA_DIR": str(folder / "data")})


def wrapped_by(house: House) -> set[str]:
    """The ids of the master keys that something is wrapped by."""

    def read(unit: Unit) -> set[str]:
        rows = [row for t in holding("wrapped_key") for row in unit.all(f"SELECT * FROM {t}")]
        return {bytes(row["wrapped_key"]).partition(b":")[0].decode() for row in rows}

    return house.gateway.read(read)


def in_file(house: House) -> list[str]:
    return list(keyfile.load(house.settings.key_file, may_make=False))


def everything_opens(house: House, asker: Asker) -> None:
    """In this process, and in one that starts now."""
    assert checkins.desk(house, asker).sheet.note == NOTE
    fresh = open_house(house.settings, clock=house.clock)
    assert checkins.desk(fresh, asker).sheet.note == NOTE
    fresh.gateway.close()


def test_everything_is_wrapped_by_the_new_key_and_the_former_is_gone(
    house: House, ana: Asker
) -> None:
    (former,) = in_file(house)
    count = rotate(house.gateway, house.settings.key_file)
    (new,) = in_file(house)
    assert new != former
    assert wrapped_by(house) == {new}
    assert count == 3  # the person, their couple, the check at start
    assert house.settings.key_file.stat().st_mode & 0o777 == 0o600
    everything_opens(house, ana)


def test_interrupted_after_any_batch_everything_opens_and_it_goes_on(
    house: House, ana: Asker
) -> None:
    path = house.settings.key_file
    for stop in range(1, 5):
        left = stop

        def interrupt() -> None:
            nonlocal left
            left -= 1
            if not left:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rotate(house.gateway, path, batch=1, after_batch=interrupt)
        begun = in_file(house)
        assert len(begun) == 2
        everything_opens(house, ana)
        rotate(house.gateway, path, batch=1)
        assert in_file(house) == begun[:1]
        everything_opens(house, ana)


def test_a_former_key_that_is_needed_is_not_taken_away(house: House, ana: Asker) -> None:
    """A writer that came between the last batch and the end, with the former key."""
    path = house.settings.key_file
    late = Vault(keyfile.load(path, may_make=False))

    def write_late() -> None:
        couple = couples.new(late, START)
        house.gateway.write(lambda unit: couples.add(unit, couple, ()))

    with pytest.raises(SettingsError) as caught:
        rotate(house.gateway, path, after_batch=write_late)
    assert caught.value.code == "key_still_needed"
    assert len(in_file(house)) == 2
    rotate(house.gateway, path)
    assert len(in_file(house)) == 1
    everything_opens(house, ana)


def test_two_at_once_do_not_each_make_a_key_of_their_own(house: House, ana: Asker) -> None:
    path, refused = house.settings.key_file, []

    def another() -> None:
        with pytest.raises(SettingsError) as caught:
            rotate(house.gateway, path)
        refused.append(caught.value.code)

    rotate(house.gateway, path, after_batch=another)
    assert set(refused) == {"key_change_running"}
    assert wrapped_by(house) == set(in_file(house))
    everything_opens(house, ana)


def test_a_house_that_was_open_before_goes_on_and_wraps_with_the_new_key(
    house: House, ana: Asker
) -> None:
    other, _ = open_storage(house.settings)
    rotate(other, house.settings.key_file)
    other.close()
    assert checkins.desk(house, ana).sheet.note == NOTE
    boris = join(house, "boris")
    checkins.write(house, boris, "note", NOTE)
    assert wrapped_by(house) == set(in_file(house))
    everything_opens(house, boris)


def test_killed_in_the_middle_and_run_again_by_the_command(house: House, ana: Asker) -> None:
    def many(unit: Unit) -> None:
        for number in range(5000):
            name = f"p{number:05}"
            person = Partner(name, name, name, "c", None, START, house.vault.new_key(name))
            people.add(unit, person, password_hash="x")

    house.gateway.write(many)
    environment = {
        **os.environ,
        "HALFWAY_DATA_DIR": str(house.settings.data_dir),
        "HALFWAY_KEY_FILE": str(house.settings.key_file),
    }
    command = [sys.executable, "-m", "lib", "rotate-key"]
    running = subprocess.Popen(command, cwd=ROOT, env=environment)
    deadline = time.monotonic() + 60
    while len(in_file(house)) == 1 and time.monotonic() < deadline:
        assert running.poll() is None
    running.kill()
    running.wait(10)
    assert len(in_file(house)) == 2
    everything_opens(house, ana)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert wrapped_by(house) == set(in_file(house))
    assert len(in_file(house)) == 1
    everything_opens(house, ana)
