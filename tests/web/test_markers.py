"""What people write lies open in no byte of the disk: database, write-ahead log, journals, logs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.services import access, accounts, checkins, couples, exports, reviews
from lib.services.access import Asker
from lib.services.house import House, open_house
from tests.server import RunningServer
from tests.services.conftest import PASSWORD, fill, seal
from tests.web.client import Tab, post, sign_in

APPRECIATION, NOTE, AGREEMENT = "quokka-thanks-71", "quokka-note-72", "quokka-agreed-73"
WRITTEN = (APPRECIATION, NOTE, AGREEMENT)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with RunningServer(tmp_path) as running:
        yield running


@pytest.fixture
def house(server: RunningServer) -> Iterator[House]:
    """The same data, opened a second time."""
    opened = open_house(server.settings)
    yield opened
    opened.gateway.close()


def found_on_disk(folder: Path, markers: list[str]) -> list[tuple[str, str]]:
    """File and marker wherever a marker lies open, in UTF-8."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert len([file for file in files if file.stat().st_size]) >= 3  # database, key, log
    return [
        (file.name, marker)
        for file in files
        for marker in markers
        if marker.encode() in file.read_bytes()
    ]


def test_nothing_that_was_written_lies_open_on_the_disk(
    server: RunningServer, house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = [sign_in(server, house, name) for name in ("markana", "markben")]
    ana, ben = map(access.asker_of, tokens)
    couples.accept(house, ben, secret=couples.invite_by_link(house, ana))
    couples.confirm(house, ana)
    markers = [*WRITTEN, *live_through(house, ana, ben)]
    # The server itself opens and shows it, sends a copy, and is asked what it refuses.
    for token in tokens:
        with Tab(server, token=token) as tab:
            shown = "\n".join(tab.run(page) for page in ("talk", "past", "checkin", "account"))
        assert APPRECIATION in shown
        given = exports.ticket(house, access.asker_of(token), password=PASSWORD)
        sent = {"ticket": given, "form": "json"}
        copy = post(server, "/account/copy", sent, cookies={"halfway": token})
        assert APPRECIATION in copy.text
    post(server, f"/i/open?{NOTE}", {"invitation": NOTE})
    assert found_on_disk(tmp_path, markers) == []
    server.kill()
    assert found_on_disk(tmp_path, markers) == []
    assert not [marker for marker in markers if marker in caplog.text]
    assert b"markana" in b"".join(
        file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()
    )  # what may lie open is found, so that this looks where the data is


def live_through(house: House, ana: Asker, ben: Asker) -> list[str]:
    """Everything that two people enter, up to the agreement; ids that stand for choices."""
    question = house.content.current.questions[0].id
    support = next(iter(house.content.support))
    for who, value in ((ana, 6), (ben, 2)):
        checkins.write(house, who, "appreciation", APPRECIATION)
        checkins.write(house, who, "note", NOTE)
        checkins.guess(house, who, question, 3)
        checkins.choose_support(house, who, (support,))
        checkins.choose_pace(house, who, "deep")
        checkins.say_unsafe(house, who, True)
        fill(house, who, value)
    seal(house, ana, hold_back=True)
    seal(house, ben)
    checkin_id = checkins.desk(house, ana).checkin_id
    assert checkin_id
    checkins.release(house, ana, checkin_id=checkin_id)
    review = reviews.review(house, ana)
    assert review
    item = min(review.reading.items())
    reviews.mark(house, ana, checkin_id=checkin_id, item=item, mark="not_for_us")
    reviews.write_agreement(house, ana, checkin_id=checkin_id, text=AGREEMENT)
    reviews.agree(house, ben, checkin_id=checkin_id, text=AGREEMENT)
    assert accounts.arrive(house, ana).together
    return [question, f'"{support}"', item, "not_for_us", "hold_back", '"unsafe"', '"deep"']
