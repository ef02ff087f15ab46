"""The storage contract: what every engine promises, held against real files and real processes."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from lib.errors import Refused
from lib.storage.gateway import Gateway, Unit
from tests.storage import processes
from tests.storage.conftest import Spawn
from tests.storage.processes import ENGINES, add_one

PATIENCE = 10.0


def counted(gateway: Gateway) -> int:
    row = gateway.read(lambda unit: unit.one("SELECT n FROM count WHERE id = :id", id="a"))
    return row["n"] if row else 0


def test_a_unit_is_committed_when_write_returns(
    gateway: Gateway, engine: str, tmp_path: Path
) -> None:
    gateway.write(lambda unit: unit.run("INSERT INTO count VALUES (:i, :n)", i="a", n=7))
    other = ENGINES[engine](tmp_path)
    assert counted(other) == 7
    other.close()


def test_rows_are_dicts_in_lists(gateway: Gateway) -> None:
    for name in ("a", "b"):
        gateway.write(lambda unit, name=name: unit.run("INSERT INTO count VALUES (:i, 1)", i=name))
    rows = gateway.read(lambda unit: unit.all("SELECT id, n FROM count ORDER BY id"))
    assert rows == [{"id": "a", "n": 1}, {"id": "b", "n": 1}]
    assert gateway.read(lambda unit: unit.one("SELECT id FROM count WHERE id = 'z'")) is None
    assert gateway.read(lambda unit: unit.all("SELECT id FROM count WHERE id = 'z'")) == []


def test_a_write_says_how_many_rows_it_touched(gateway: Gateway) -> None:
    insert = "INSERT INTO count VALUES (:id, 1) ON CONFLICT (id) DO NOTHING"
    assert gateway.write(lambda unit: unit.run(insert, id="a")) == 1
    assert gateway.write(lambda unit: unit.run(insert, id="a")) == 0
    assert gateway.write(lambda unit: unit.run("UPDATE count SET n = 2")) == 1
    assert gateway.write(lambda unit: unit.run("DELETE FROM count WHERE id = 'z'")) == 0


def test_a_write_that_gives_rows_back_is_committed_too(gateway: Gateway) -> None:
    insert = "INSERT INTO count VALUES ('a', 4) RETURNING n"
    assert gateway.write(lambda unit: unit.one(insert)) == {"n": 4}
    assert counted(gateway) == 4


def test_a_unit_that_fails_leaves_nothing(gateway: Gateway) -> None:
    def work(unit: Unit) -> None:
        add_one(unit)
        raise LookupError

    with pytest.raises(LookupError):
        gateway.write(work)
    assert counted(gateway) == 0
    gateway.write(add_one)
    assert counted(gateway) == 1


def test_a_statement_that_fails_undoes_the_unit_and_harms_no_later_one(gateway: Gateway) -> None:
    def work(unit: Unit) -> None:
        add_one(unit)
        unit.run("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(Exception, match="nowhere"):
        gateway.write(work)
    gateway.write(add_one)
    assert counted(gateway) == 1


def test_a_table_can_be_made_and_undone_in_a_unit(gateway: Gateway) -> None:
    def work(unit: Unit) -> None:
        unit.run("CREATE TABLE other (id TEXT PRIMARY KEY)")
        raise LookupError

    with pytest.raises(LookupError):
        gateway.write(work)
    gateway.write(lambda unit: unit.run("CREATE TABLE other (id TEXT PRIMARY KEY)"))


def test_a_unit_that_reads_cannot_write(gateway: Gateway) -> None:
    with pytest.raises(RuntimeError, match="to read has written"):
        gateway.read(add_one)
    assert counted(gateway) == 0


def test_a_unit_inside_another_is_refused_at_once(gateway: Gateway) -> None:
    with pytest.raises(RuntimeError, match="inside another"):
        gateway.write(lambda _: gateway.write(add_one))
    with pytest.raises(RuntimeError, match="inside another"):
        gateway.read(lambda _: counted(gateway))
    gateway.write(add_one)
    assert counted(gateway) == 1


def test_what_is_refused_inside_a_unit_keeps_its_code(gateway: Gateway) -> None:
    def work(unit: Unit) -> None:
        raise Refused("login_name_taken", field="login_name")

    with pytest.raises(Refused) as caught:
        gateway.write(work)
    assert (caught.value.code, caught.value.field) == ("login_name_taken", "login_name")


def test_bytes_and_text_of_any_script_come_back_as_they_were(gateway: Gateway) -> None:
    gateway.write(lambda unit: unit.run("CREATE TABLE paper (id TEXT PRIMARY KEY, body BYTEA)"))
    body, name = bytes(range(256)), "it's محمد :id \U0001f600"
    gateway.write(lambda unit: unit.run("INSERT INTO paper VALUES (:id, :b)", id=name, b=body))
    row = gateway.read(lambda unit: unit.one("SELECT * FROM paper WHERE id = :id", id=name))
    assert row == {"id": name, "body": body}


def test_keys_between_tables_are_held(gateway: Gateway) -> None:
    gateway.write(
        lambda unit: unit.run("CREATE TABLE child (id TEXT REFERENCES count (id), n BIGINT)")
    )
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        gateway.write(lambda unit: unit.run("INSERT INTO child VALUES ('nobody', 1)"))


def test_units_that_read_and_then_write_lose_nothing_with_eight_threads(gateway: Gateway) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: gateway.write(add_one), range(240)))
    assert counted(gateway) == 240


def test_units_that_read_and_then_write_lose_nothing_with_four_processes(
    gateway: Gateway, engine: str, tmp_path: Path, spawn: Spawn
) -> None:
    spawn.at_once(4, processes.count_up, engine, tmp_path)
    assert counted(gateway) == 160


def test_a_reader_sees_one_state_while_another_writes(gateway: Gateway) -> None:
    gateway.write(add_one)
    with ThreadPoolExecutor(1) as pool:

        def work(unit: Unit) -> tuple[int, int]:
            before = unit.all("SELECT n FROM count")[0]["n"]
            writing = pool.submit(gateway.write, add_one)
            # An engine either writes beside the reader or waits for it.
            threading.Event().wait(0.2)
            after = unit.all("SELECT n FROM count")[0]["n"]
            waiting.append(writing)
            return before, after

        waiting: list[object] = []
        assert gateway.read(work) == (1, 1)
    assert counted(gateway) == 2


def test_the_reads_of_a_snapshot_see_one_state_and_ask_once(gateway: Gateway) -> None:
    gateway.write(add_one)
    with ThreadPoolExecutor(1) as pool:
        with gateway.snapshot():
            first = counted(gateway)
            writing = pool.submit(gateway.write, add_one)
            threading.Event().wait(0.2)
            unseen = gateway.read(lambda unit: unit.one("SELECT n AS m FROM count"))
            assert (first, unseen, counted(gateway)) == (1, {"m": 1}, 1)
        writing.result()
        assert counted(gateway) == 2


def test_what_is_taken_from_a_row_in_a_snapshot_is_there_again(gateway: Gateway) -> None:
    gateway.write(add_one)
    with gateway.snapshot():
        row = gateway.read(lambda unit: unit.one("SELECT id, n FROM count"))
        assert row is not None
        row.clear()
        assert gateway.read(lambda unit: unit.one("SELECT id, n FROM count")) == {"id": "a", "n": 1}


def test_a_snapshot_sees_what_its_own_thread_writes(gateway: Gateway) -> None:
    """Also where a writer waits for every reader: it must not wait for itself."""
    with gateway.snapshot():
        assert counted(gateway) == 0
        gateway.write(add_one)
        assert counted(gateway) == 1
        with gateway.snapshot():
            gateway.write(add_one)
        assert counted(gateway) == 2


def test_a_read_that_fails_in_a_snapshot_harms_no_later_one(gateway: Gateway) -> None:
    gateway.write(add_one)
    with gateway.snapshot():
        assert counted(gateway) == 1
        with pytest.raises(Exception, match="nowhere"):
            gateway.read(lambda unit: unit.all("SELECT n FROM nowhere"))
        assert counted(gateway) == 1


def test_a_snapshot_cannot_be_written_in(gateway: Gateway) -> None:
    with gateway.snapshot(), pytest.raises(RuntimeError):
        gateway.read(add_one)
    assert counted(gateway) == 0


def test_a_killed_writer_loses_no_acknowledged_row(
    gateway: Gateway, engine: str, tmp_path: Path, spawn: Spawn
) -> None:
    for _ in range(4):
        gateway.write(lambda unit: unit.run("DELETE FROM count"))
        writer = spawn(processes.write_and_tell, engine, tmp_path)
        acknowledged = {writer.hear() for _ in range(30)}
        writer.kill()
        acknowledged.update(writer.rest())
        kept = {row["id"] for row in gateway.read(lambda unit: unit.all("SELECT id FROM count"))}
        assert len(acknowledged) >= 30
        assert acknowledged <= kept


def test_a_process_killed_inside_a_unit_leaves_nothing_and_locks_nobody_out(
    gateway: Gateway, engine: str, tmp_path: Path, spawn: Spawn
) -> None:
    assert spawn(processes.die_inside, engine, tmp_path).end() == -signal.SIGKILL
    assert gateway.read(lambda unit: unit.all("SELECT id FROM count")) == []
    gateway.write(add_one)
    assert counted(gateway) == 1


def test_what_rings_is_heard_at_once_by_this_process(gateway: Gateway) -> None:
    with closing(gateway.changes()) as changes, ThreadPoolExecutor(1) as pool:
        assert not changes.wait(0.05)
        waiting = pool.submit(lambda: (changes.wait(PATIENCE), time.perf_counter()))
        gateway.write(lambda unit: (add_one(unit), unit.ring()))
        committed = time.perf_counter()
        heard, when = waiting.result()
        assert heard
        assert when - committed < 0.1


def test_what_does_not_ring_and_what_others_write_is_heard_within_a_second(
    gateway: Gateway, engine: str, tmp_path: Path, spawn: Spawn
) -> None:
    with closing(gateway.changes()) as changes:
        gateway.write(add_one)
        began = time.perf_counter()
        assert changes.wait(PATIENCE)
        assert time.perf_counter() - began < 1.2
        while changes.wait(0):
            pass
        spawn(processes.write_once, engine, tmp_path).end()
        began = time.perf_counter()
        assert changes.wait(PATIENCE)
        assert time.perf_counter() - began < 1.2


def test_a_unit_that_fails_rings_for_nobody(gateway: Gateway) -> None:
    def work(unit: Unit) -> None:
        add_one(unit)
        unit.ring()
        raise LookupError

    with closing(gateway.changes()) as changes:
        with pytest.raises(LookupError):
            gateway.write(work)
        assert not changes.wait(0.05)


def test_a_closed_gateway_holds_no_file_and_can_be_used_again(gateway: Gateway) -> None:
    gateway.write(add_one)
    gateway.close()
    open_files = Path("/proc/self/fd")
    if open_files.exists():
        names = [os.readlink(name) for name in open_files.iterdir() if name.exists()]
        assert not [name for name in names if name.endswith("halfway.db")]
    assert counted(gateway) == 1
