"""The engine for more than one machine: what it asks of PostgreSQL, and what it makes of errors."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from lib.errors import Refused, SettingsError
from lib.settings import Settings
from lib.storage import couples, keyfile, open_storage, postgres
from lib.storage.gateway import Gateway, Unit
from lib.storage.postgres import PostgresGateway, open_url
from lib.storage.rotation import rotate
from tests.server import free_port
from tests.storage.postgres import Server, url_for
from tests.storage.processes import add_one


@pytest.fixture
def engine(postgres_server: Server) -> str:
    return "postgres"


@pytest.fixture
def own_server() -> Iterator[Server]:
    """One that the test may end and begin again."""
    server = Server()
    yield server
    server.remove()


def counted(gateway: Gateway) -> int:
    row = gateway.read(lambda unit: unit.one("SELECT n FROM count WHERE id = 'a'"))
    return int(row["n"]) if row else 0


def test_placeholders_are_found_where_they_are_ones(gateway: Gateway) -> None:
    sql = "SELECT ':no' AS a, 'it''s :no' AS b, CAST(:yes AS TEXT) || '%' AS c, 1::BIGINT AS d"
    row = gateway.read(lambda unit: unit.one(sql, yes=":no %s"))
    assert row == {"a": ":no", "b": "it's :no", "c": ":no %s%", "d": 1}


def test_a_change_of_keys_waits_for_whoever_still_writes_with_the_former(
    tmp_path: Path, postgres_server: Server
) -> None:
    """Their row is not there to be seen yet: with the former key gone nobody could open it."""
    path, url = tmp_path / "data.key", url_for(tmp_path)
    settings = Settings.from_environment(
        {
            "HALFWAY_DATABASE_URL": url,
            "HALFWAY_KEY_FILE": str(path),
            "HALFWAY_DATA_DIR": str(tmp_path / "data"),
        }
    )
    gateway, vault = open_storage(settings)
    written, go = threading.Event(), threading.Event()

    def write_slowly(unit: Unit) -> None:
        couples.add(unit, couples.new(vault, datetime.now(UTC)), ())
        written.set()
        go.wait(20)

    with ThreadPoolExecutor() as pool, closing(gateway), psycopg.connect(url) as watcher:
        writing = pool.submit(gateway.write, write_slowly)
        assert written.wait(10)
        rotating = pool.submit(rotate, gateway, path)
        while (
            not rotating.done()
            and not watcher.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone()
        ):
            watcher.rollback()
        go.set()
        writing.result(20)
        with pytest.raises(SettingsError) as caught:
            rotating.result(20)
    assert caught.value.code == "key_still_needed"
    assert len(keyfile.load(path, may_make=False)) == 2


def test_a_key_with_a_character_that_postgresql_cannot_hold_finds_nothing(gateway: Gateway) -> None:
    gateway.write(add_one)
    find = "SELECT n FROM count WHERE id = :id"
    assert gateway.read(lambda unit: unit.one(find, id="a\0")) is None


def test_a_unit_is_run_again_when_another_came_between(gateway: Gateway) -> None:
    gateway.write(add_one)
    runs = []

    def work(unit: Unit) -> None:
        runs.append(unit.all("SELECT n FROM count"))
        if len(runs) == 1:
            with ThreadPoolExecutor(1) as other:
                other.submit(gateway.write, add_one).result()
        add_one(unit)

    gateway.write(work)
    assert len(runs) == 2
    assert counted(gateway) == 3


def test_two_units_that_wait_for_each_other_both_come_through(gateway: Gateway) -> None:
    for name in ("a", "b"):
        gateway.write(lambda unit, name=name: unit.run("INSERT INTO count VALUES (:i, 0)", i=name))
    both_inside = threading.Barrier(2)
    more = "UPDATE count SET n = n + 1 WHERE id = :id"

    def crosswise(first: str, second: str) -> None:
        tries = []

        def work(unit: Unit) -> None:
            tries.append(unit.run(more, id=first))
            if len(tries) == 1:
                both_inside.wait(10)
            unit.run(more, id=second)

        gateway.write(work)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(crosswise, "ab", "ba"))
    assert gateway.read(lambda unit: unit.all("SELECT n FROM count")) == [{"n": 2}, {"n": 2}]


def test_a_conflict_without_end_is_told_as_busy(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "BUSY_SECONDS", 0.2)
    gateway.write(add_one)

    def work(unit: Unit) -> None:
        unit.all("SELECT n FROM count")
        with ThreadPoolExecutor(1) as other:
            other.submit(gateway.write, add_one).result()
        add_one(unit)

    with pytest.raises(Refused) as caught:
        gateway.write(work)
    assert caught.value.code == "storage_busy"


def test_a_restart_of_the_server_between_units_is_not_noticed(own_server: Server) -> None:
    with closing(open_url(own_server.database("one"))) as gateway:
        gateway.write(
            lambda unit: unit.run("CREATE TABLE count (id TEXT PRIMARY KEY, n BIGINT NOT NULL)")
        )
        gateway.write(add_one)
        with closing(gateway.changes()) as changes:
            own_server.stop()
            own_server.start()
            gateway.write(add_one)
            assert counted(gateway) == 2
            # The ear was lost, too, and comes back by itself.
            while changes.wait(0):
                pass
            deadline = time.monotonic() + 10
            heard = False
            while not heard and time.monotonic() < deadline:
                heard = changes.wait(0.5)
            assert heard


def test_a_server_that_is_gone_is_told_as_busy(
    own_server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(postgres, "BUSY_SECONDS", 0.5)
    with closing(open_url(own_server.database("one"))) as gateway:
        own_server.stop()
        with pytest.raises(Refused) as caught:
            gateway.read(lambda unit: unit.one("SELECT 1 AS n"))
        assert caught.value.code == "storage_busy"


def test_a_database_that_may_only_be_read_is_told(postgres_server: Server, tmp_path: Path) -> None:
    url = url_for(tmp_path)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("CREATE TABLE count (id TEXT PRIMARY KEY, n BIGINT)")
        other.execute("CREATE ROLE reader LOGIN")
        other.execute("GRANT SELECT ON count TO reader")
    with closing(open_url(url.replace("halfway@", "reader@"))) as gateway:
        assert counted(gateway) == 0
        with pytest.raises(Refused) as caught:
            gateway.write(add_one)
        assert caught.value.code == "storage_readonly"


def test_a_listener_without_listen_may_look_every_second(
    postgres_server: Server, tmp_path: Path
) -> None:
    gateway = PostgresGateway(url_for(tmp_path))
    with closing(gateway), closing(gateway.changes()) as changes:
        assert not changes.wait(0.1)
        began = time.monotonic()
        assert changes.wait(5)
        assert time.monotonic() - began < 1.1


def test_an_address_where_no_database_answers_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgres, "REACH_SECONDS", 0.5)
    url = f"postgresql://me:canary-secret@127.0.0.1:{free_port()}/halfway"
    with pytest.raises(SettingsError) as caught:
        open_url(url)
    assert caught.value.code == "database_unreachable"
    assert "canary" not in str(caught.value)


def test_a_whole_start_and_the_next(postgres_server: Server, tmp_path: Path) -> None:
    """The key file stays a file; of the data folder nothing is needed."""
    settings = Settings.from_environment(
        {
            "HALFWAY_DATA_DIR": str(tmp_path / "data"),
            "HALFWAY_DATABASE_URL": url_for(tmp_path / "database"),
        }
    )
    gateway, vault = open_storage(settings)
    key = vault.new_key("me")
    sealed = vault.seal(key, "me", b"text", "row")
    gateway.close()
    again, vault = open_storage(settings)
    assert vault.open(key, "me", sealed, "row") == b"text"
    again.close()
    assert not settings.data_dir.exists()
    settings.key_file.unlink()
    with pytest.raises(SettingsError) as caught:
        open_storage(settings)
    assert caught.value.code == "key_missing"
