"""A sheet that is not as it was sealed is called out to both, and nothing is read from either."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from lib.domain import fingerprints
from lib.services import access, checkins, reviews, seals
from lib.services.access import Asker
from lib.services.house import House
from lib.services.leaving import delete_answers
from lib.storage import checkins as rows
from lib.storage.gateway import Row, Unit
from tests.services.conftest import PASSWORD, Cast, fill, reveal, seal
from tests.services.test_sealing_rule import plain, views

CANARY = "quokka7413"


def line_of(cast: Cast, who: Asker) -> str:
    shown = checkins.desk(cast.house, who).fingerprint
    assert shown
    return shown


def body_of(house: House, partner_id: str) -> Row:
    def read(unit: Unit) -> Row | None:
        return unit.one("SELECT * FROM sheet WHERE partner_id = :id", id=partner_id)

    row = house.gateway.read(read)
    assert row
    return row


def test_each_is_shown_their_own_and_it_is_made_anew_each_time(cast: Cast) -> None:
    fill(cast.house, cast.ana)
    assert checkins.desk(cast.house, cast.ana).fingerprint is None
    seal(cast.house, cast.ana)
    desk = checkins.desk(cast.house, cast.ana)
    by_hand = fingerprints.fingerprint(desk.sheet, desk.questionnaire.version)
    assert desk.fingerprint == fingerprints.short(by_hand)
    delete_answers(cast.house, cast.ana, password=PASSWORD)
    fill(cast.house, cast.ana)
    seal(cast.house, cast.ana)
    assert line_of(cast, cast.ana) != desk.fingerprint


def test_nothing_of_it_reaches_the_other_before_the_reveal(cast: Cast) -> None:
    fill(cast.house, cast.ana)
    seal(cast.house, cast.ana)
    fill(cast.house, cast.ben)
    before = views(cast.house, cast.ana)
    seal(cast.house, cast.ben, hold_back=True)
    sheet = checkins.desk(cast.house, cast.ben).sheet
    seen = json.dumps(views(cast.house, cast.ana), default=plain)
    assert sheet.nonce not in seen
    assert line_of(cast, cast.ben) not in seen
    assert views(cast.house, cast.ana) == before


def test_at_the_reveal_both_see_both_as_each_kept_them(cast: Cast) -> None:
    fill(cast.house, cast.ana)
    seal(cast.house, cast.ana)
    fill(cast.house, cast.ben)
    seal(cast.house, cast.ben, hold_back=True)
    kept = line_of(cast, cast.ana), line_of(cast, cast.ben)
    checkins.release(
        cast.house, cast.ben, checkin_id=checkins.desk(cast.house, cast.ben).checkin_id
    )
    for who, expected in ((cast.ana, kept), (cast.ben, kept[::-1])):
        review = reviews.review(cast.house, who)
        assert review
        assert review.reading.compared
        assert review.reading.theirs
        shown = [review.reading.mine.seal, review.reading.theirs.seal]
        assert tuple(one.fingerprint for one in shown if one) == expected
        assert all(one.whole for one in shown if one)


# --- what somebody with the database can do


def flip_a_byte(unit: Unit, cast: Cast, ana: str, draft: bytes) -> None:
    row = unit.one("SELECT body FROM sheet WHERE partner_id = :id", id=ana)
    assert row
    body = bytearray(row["body"])
    body[40] ^= 1
    unit.run("UPDATE sheet SET body = :b WHERE partner_id = :id", b=bytes(body), id=ana)


def put_an_earlier_state_back(unit: Unit, cast: Cast, ana: str, draft: bytes) -> None:
    unit.run("UPDATE sheet SET body = :b WHERE partner_id = :id", b=draft, id=ana)


def take_the_fingerprint_away(unit: Unit, cast: Cast, ana: str, draft: bytes) -> None:
    unit.run("DELETE FROM fingerprint WHERE partner_id = :id", id=ana)


def spoil_the_fingerprint(unit: Unit, cast: Cast, ana: str, draft: bytes) -> None:
    unit.run("UPDATE fingerprint SET body = :b WHERE partner_id = :id", b=bytes(300), id=ana)


def write_other_answers_with_the_key(unit: Unit, cast: Cast, ana: str, draft: bytes) -> None:
    place = access.place(cast.house, unit, cast.ana)
    checkin = rows.last_of(unit, place.couple.id)
    assert checkin
    sheet = rows.sheet(unit, cast.house.vault, checkin, place.me)
    assert sheet
    changed = replace(sheet, answers={**sheet.answers, "closeness_1": 1})
    rows.save_sheet(unit, cast.house.vault, checkin, place.me, changed)


def say_that_a_draft_is_sealed(unit: Unit, cast: Cast, ana: str, draft: bytes) -> None:
    put_an_earlier_state_back(unit, cast, ana, draft)
    take_the_fingerprint_away(unit, cast, ana, draft)


Tampering = Callable[[Unit, Cast, str, bytes], None]
WAYS: tuple[Tampering, ...] = (
    flip_a_byte,
    put_an_earlier_state_back,
    take_the_fingerprint_away,
    spoil_the_fingerprint,
    write_other_answers_with_the_key,
    say_that_a_draft_is_sealed,
)


def tampered(cast: Cast, way: Tampering) -> None:
    """Ana seals, somebody gets at the database, Ben seals."""
    checkins.write(cast.house, cast.ana, "appreciation", CANARY)
    fill(cast.house, cast.ana, 6)
    ana = cast.house.gateway.read(lambda unit: access.partner(cast.house, unit, cast.ana)).id
    draft = bytes(body_of(cast.house, ana)["body"])
    seal(cast.house, cast.ana)
    cast.house.gateway.write(lambda unit: way(unit, cast, ana, draft))
    checkins.write(cast.house, cast.ben, "appreciation", CANARY)
    fill(cast.house, cast.ben, 2)
    seal(cast.house, cast.ben)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_changed_sheet_is_called_out_to_both_and_not_compared(cast: Cast, way: Tampering) -> None:
    tampered(cast, way)
    whole = []
    for who in (cast.ana, cast.ben):
        review = reviews.review(cast.house, who)
        assert review
        assert not review.reading.compared
        assert (review.reading.themes, review.reading.tips, review.reading.openers) == ((), (), ())
        assert CANARY not in repr(review)
        assert review.reading.theirs
        assert review.reading.mine.seal
        assert review.reading.theirs.seal
        whole.append((review.reading.mine.seal.whole, review.reading.theirs.seal.whole))
    assert whole == [(False, True), (True, False)]


def test_after_it_a_new_check_in_can_begin_and_is_compared(lasting: Cast) -> None:
    lasting.clock.forward(hours=1)
    tampered(lasting, put_an_earlier_state_back)
    lasting.clock.forward(hours=1)
    reveal(lasting)
    review = reviews.review(lasting.house, lasting.ana)
    assert review
    assert review.reading.compared


def test_an_opened_sheet_that_is_spoiled_later_does_not_stop_the_next_reveal(
    lasting: Cast,
) -> None:
    reveal(lasting)
    lasting.house.gateway.write(lambda unit: unit.run("UPDATE sheet SET body = :b", b=bytes(300)))
    lasting.clock.forward(days=8)
    reveal(lasting)
    review = reviews.review(lasting.house, lasting.ben)
    assert review
    assert review.reading.compared


def test_who_has_the_key_too_can_write_both_anew_but_not_what_the_owner_kept(cast: Cast) -> None:
    """What no server can promise: only the line on Ana's paper tells."""
    kept = []

    def forge(unit: Unit, cast: Cast, ana: str, draft: bytes) -> None:
        place = access.place(cast.house, unit, cast.ana)
        checkin = rows.last_of(unit, place.couple.id)
        assert checkin
        sheet = rows.sheet(unit, cast.house.vault, checkin, place.me)
        assert sheet
        version = checkin.questionnaire
        kept.append(fingerprints.short(fingerprints.fingerprint(sheet, version)))
        forged = replace(sheet, answers={**sheet.answers, "closeness_1": 1})
        rows.save_sheet(unit, cast.house.vault, checkin, place.me, forged)
        seals.keep(cast.house, unit, place.couple, checkin, owner=place.me, sheet=forged)

    tampered(cast, forge)
    for who in (cast.ana, cast.ben):
        review = reviews.review(cast.house, who)
        assert review
        assert review.reading.compared
        sides = [review.reading.mine, review.reading.theirs]
        shown = [side.seal.fingerprint for side in sides if side and side.seal]
        assert len(shown) == 2
        assert kept[0] not in shown
