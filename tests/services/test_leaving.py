"""Going, alone and at once: what goes, what stays, and what the other sees.

What is left of it where it was stored: test_deleted.py.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from lib.errors import HalfwayError, NotYours, Refused, SignedOut
from lib.services import accounts, checkins, couples, leaving, recovery, reviews
from lib.services.access import SIGNED_OUT, Asker
from lib.services.house import House
from lib.storage import open_storage
from lib.storage.gateway import Unit
from lib.storage.schema import MIGRATIONS, columns
from tests.services.conftest import PASSWORD, Cast, fill, join, pair, reveal, seal, sign_in
from tests.services.test_sealing_rule import views

Act = Callable[..., None]


def delete(cast: Cast, who: Asker, checkin_id: str | None = None) -> None:
    leaving.delete_answers(cast.house, who, password=PASSWORD, checkin_id=checkin_id)


def everything(house: House) -> dict[str, list[dict[str, object]]]:
    """Every row of every table."""

    def read(unit: Unit) -> dict[str, list[dict[str, object]]]:
        return {table: unit.all(f"SELECT * FROM {table}") for table in columns()}

    return house.gateway.read(read)


def agree(cast: Cast, checkin_id: str, text: str) -> None:
    reviews.write_agreement(cast.house, cast.ana, checkin_id=checkin_id, text=text)
    reviews.agree(cast.house, cast.ben, checkin_id=checkin_id, text=text)


# --- the password comes first


@pytest.mark.parametrize("act", [leaving.delete_answers, leaving.leave, leaving.close])
def test_nothing_goes_without_the_password(cast: Cast, act: Act) -> None:
    reveal(cast)
    before = everything(cast.house)
    with pytest.raises(Refused) as caught:
        act(cast.house, cast.ana, password="not the password at all")
    assert (caught.value.code, caught.value.field) == ("password_wrong", "password")
    # The wrong try itself is counted.
    assert everything(cast.house) == before | {"throttle": everything(cast.house)["throttle"]}


# --- deleting answers


def test_what_came_of_both_goes_with_either_part_and_both_are_told_the_same(cast: Cast) -> None:
    checkin_id = reveal(cast)
    agree(cast, checkin_id, "a walk")
    bell = couples.version(cast.house, cast.ana)
    delete(cast, cast.ben, checkin_id)
    for who in (cast.ana, cast.ben):
        assert reviews.review(cast.house, who) is None
        assert reviews.shared_gone(cast.house, who)
        with pytest.raises(NotYours):
            reviews.review(cast.house, who, checkin_id=checkin_id)
    kept = everything(cast.house)
    assert [row["partner_id"] for row in kept["sheet"]] == [
        accounts.arrive(cast.house, cast.ana).id
    ]
    assert [kept["reading"], kept["marks"], kept["agreement"]] == [[], [], []]
    assert couples.version(cast.house, cast.ana) != bell


def test_the_other_keeps_their_own_sheet_and_the_deleter_has_none(cast: Cast) -> None:
    checkin_id = reveal(cast, ana=6)
    delete(cast, cast.ben, checkin_id)
    assert [(line.checkin_id, line.kind) for line in reviews.past(cast.house, cast.ana)] == [
        (checkin_id, "kept")
    ]
    mine, _ = reviews.own_sheet(cast.house, cast.ana, checkin_id=checkin_id)
    assert set(mine.answers.values()) == {6}
    assert reviews.past(cast.house, cast.ben) == ()
    with pytest.raises(NotYours):
        reviews.own_sheet(cast.house, cast.ben, checkin_id=checkin_id)


def test_the_next_check_in_can_begin_at_once_for_both(lasting: Cast) -> None:
    lasting.clock.forward(hours=1)
    delete(lasting, lasting.ben, reveal(lasting))
    for who in (lasting.ana, lasting.ben):
        assert checkins.desk(lasting.house, who).stage == "answering"
    lasting.clock.forward(days=1)
    reveal(lasting, 2, 3)
    assert reviews.review(lasting.house, lasting.ana)
    assert not reviews.shared_gone(lasting.house, lasting.ana)


def test_an_agreement_is_forgotten_by_the_readings_that_began_with_it(lasting: Cast) -> None:
    first = reveal(lasting)
    agree(lasting, first, "a walk on Sunday")
    lasting.clock.forward(days=8)
    second = reveal(lasting)
    review = reviews.review(lasting.house, lasting.ana)
    assert review
    assert review.reading.agreement == "a walk on Sunday"
    delete(lasting, lasting.ana, first)
    for who in (lasting.ana, lasting.ben):
        later = reviews.review(lasting.house, who, checkin_id=second)
        assert later
        assert later.reading.agreement is None


@pytest.mark.parametrize("sealed", [False, True], ids=["draft", "sealed"])
def test_before_the_reveal_nobody_sees_that_a_part_was_deleted(cast: Cast, sealed: bool) -> None:
    fill(cast.house, cast.ana)
    seal(cast.house, cast.ana)
    fill(cast.house, cast.ben)
    if sealed:
        seal(cast.house, cast.ben, hold_back=True)
    before = repr(views(cast.house, cast.ana))
    delete(cast, cast.ben)
    assert repr(views(cast.house, cast.ana)) == before
    desk = checkins.desk(cast.house, cast.ben)
    assert (desk.stage, desk.sheet.answers, desk.checkin_id) == ("answering", {}, None)


def test_deleted_before_the_reveal_is_not_revealed_and_can_be_answered_anew(cast: Cast) -> None:
    fill(cast.house, cast.ben, 2)
    seal(cast.house, cast.ben)
    delete(cast, cast.ben)
    fill(cast.house, cast.ana, 6)
    checkin_id = seal(cast.house, cast.ana)
    assert checkins.desk(cast.house, cast.ana).stage == "waiting"
    fill(cast.house, cast.ben, 5)
    assert seal(cast.house, cast.ben) == checkin_id
    review = reviews.review(cast.house, cast.ana)
    assert review
    assert {line.theirs for line in review.reading.themes} <= {3.0, 4.0, 5.0}


def test_one_check_in_goes_and_the_others_stay(lasting: Cast) -> None:
    first = reveal(lasting)
    lasting.clock.forward(days=8)
    second = reveal(lasting)
    delete(lasting, lasting.ana, first)
    assert [line.checkin_id for line in reviews.past(lasting.house, lasting.ana)] == [second]
    assert not reviews.shared_gone(lasting.house, lasting.ben)
    delete(lasting, lasting.ana)
    assert reviews.past(lasting.house, lasting.ana) == ()


def test_a_strangers_check_in_cannot_be_deleted(cast: Cast) -> None:
    checkin_id = reveal(cast)
    before = everything(cast.house)
    with pytest.raises(NotYours):
        delete(cast, cast.stranger, checkin_id)
    delete(cast, cast.stranger)
    assert everything(cast.house) == before


def test_somebody_alone_deletes_theirs_whole(cast: Cast) -> None:
    fill(cast.house, cast.stranger)
    seal(cast.house, cast.stranger)
    assert leaving.possession(cast.house, cast.stranger).parts[0].kind == "alone"
    delete(cast, cast.stranger)
    assert everything(cast.house)["checkin"] == []
    assert checkins.desk(cast.house, cast.stranger).stage == "answering"


# --- leaving


def test_after_leaving_both_are_alone_and_told_the_same(cast: Cast) -> None:
    reveal(cast)
    leaving.leave(cast.house, cast.ana, password=PASSWORD)
    for who in (cast.ana, cast.ben):
        assert couples.situation(cast.house, who).stand == "alone"
        assert reviews.shared_gone(cast.house, who)
        assert reviews.review(cast.house, who) is None
        assert not accounts.arrive(cast.house, who).together
    kept = everything(cast.house)
    assert [kept["reading"], kept["marks"], kept["agreement"]] == [[], [], []]
    assert all(row["together_at"] is None for row in kept["couple"])


def test_each_keeps_their_own_sheets_and_nothing_of_the_others(cast: Cast) -> None:
    reveal(cast, ana=6, ben=2)
    leaving.leave(cast.house, cast.ben, password=PASSWORD)
    for who, value in ((cast.ana, 6), (cast.ben, 2)):
        (line,) = reviews.past(cast.house, who)
        assert line.kind == "kept"
        sheet, _ = reviews.own_sheet(cast.house, who, checkin_id=line.checkin_id)
        assert set(sheet.answers.values()) == {value}
    ids = [row["id"] for row in everything(cast.house)["checkin"]]
    assert len(set(ids)) == 2  # nothing that leads from one to the other


def test_a_draft_goes_on_alone_and_a_sealed_sheet_is_kept_to_read(cast: Cast) -> None:
    fill(cast.house, cast.ana, 5)
    checkins.answer(cast.house, cast.ben, "closeness_1", 3)
    seal(cast.house, cast.ana)
    leaving.leave(cast.house, cast.ana, password=PASSWORD)
    assert checkins.desk(cast.house, cast.ben).sheet.answers == {"closeness_1": 3}
    fill(cast.house, cast.ben, 3)
    seal(cast.house, cast.ben)
    assert reviews.review(cast.house, cast.ben)
    desk = checkins.desk(cast.house, cast.ana)
    assert (desk.stage, desk.sheet.answers) == ("answering", {})
    assert [line.kind for line in reviews.past(cast.house, cast.ana)] == ["own"]


def test_leaving_again_changes_nothing(cast: Cast) -> None:
    leaving.leave(cast.house, cast.ana, password=PASSWORD)
    before = everything(cast.house)
    leaving.leave(cast.house, cast.ben, password=PASSWORD)
    assert everything(cast.house) == before


def test_the_next_couple_is_not_offered_what_was_written_for_the_last(cast: Cast) -> None:
    checkins.write(cast.house, cast.ana, "appreciation", "canary for ben")
    reveal(cast)
    leaving.leave(cast.house, cast.ana, password=PASSWORD)
    pair(cast.house, cast.ana, cast.stranger)
    desk = checkins.desk(cast.house, cast.ana)
    assert not desk.earlier
    assert not reviews.shared_gone(cast.house, cast.ana)
    checkins.bring_earlier(cast.house, cast.ana, keep=True)
    assert "canary" not in repr(checkins.desk(cast.house, cast.ana))
    (line,) = reviews.past(cast.house, cast.ana)
    own, _ = reviews.own_sheet(cast.house, cast.ana, checkin_id=line.checkin_id)
    assert own.appreciation == "canary for ben"
    assert reviews.past(cast.house, cast.stranger) == ()


def test_answers_from_before_the_couple_come_home_too(cast: Cast) -> None:
    fill(cast.house, cast.stranger, 4)
    seal(cast.house, cast.stranger)
    leaving.leave(cast.house, cast.ana, password=PASSWORD)
    pair(cast.house, cast.ana, cast.stranger)
    cast.clock.forward(minutes=5)
    checkins.bring_earlier(cast.house, cast.stranger, keep=False)
    leaving.leave(cast.house, cast.ana, password=PASSWORD)
    assert "alone" in {line.kind for line in reviews.past(cast.house, cast.stranger)}
    assert len(everything(cast.house)["couple"]) == 3


def test_a_sheet_that_cannot_be_opened_keeps_nobody(cast: Cast) -> None:
    reveal(cast)
    cast.house.gateway.write(lambda unit: unit.run("UPDATE sheet SET body = :b", b=b"x" * 300))
    leaving.leave(cast.house, cast.ana, password=PASSWORD)
    assert couples.situation(cast.house, cast.ben).stand == "alone"


# --- closing


def test_a_closed_account_is_nowhere_any_more(cast: Cast) -> None:
    """Every table, those that later code adds as well, gets a row of Ana's before she goes."""
    reveal(cast)
    me = accounts.arrive(cast.house, cast.ana).id
    recovery.new_codes(cast.house, cast.ana)
    (couple_id,) = {row["couple_id"] for row in everything(cast.house)["sheet"]}
    plant_everywhere(cast.house, me, str(couple_id))
    leaving.close(cast.house, cast.ana, password=PASSWORD)
    for table, rows in everything(cast.house).items():
        for row in rows:
            assert me not in row.values(), table
            assert couple_id not in row.values(), table
            assert "ana" not in row.values(), table


PLANTED = {"TEXT": "planted", "BIGINT": 7, "BYTEA": b"planted"}


def kind_of(table: str, column: str) -> str:
    """What the migrations say that a column holds."""
    made = re.compile(rf"TABLE {table}\b.*?\b{column} (TEXT|BIGINT|BYTEA)\b", re.DOTALL)
    statements = (one for migration in MIGRATIONS for one in migration.statements)
    return next(found[1] for one in statements if (found := made.search(one)))


def plant_everywhere(house: House, partner_id: str, couple_id: str) -> None:
    """A row in every table that is somebody's, where there is none of theirs yet."""
    ids = {"partner_id": partner_id, "couple_id": couple_id}

    def work(unit: Unit) -> None:
        for table, names in columns().items():
            if not set(names) & set(ids) or table == "partner":
                continue
            values = {name: ids.get(name, PLANTED[kind_of(table, name)]) for name in names}
            marks = ", ".join(f":{name}" for name in names)
            unit.run(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks}) ON CONFLICT DO NOTHING",
                **values,
            )

    house.gateway.write(work)


def test_whoever_closes_is_signed_out_everywhere_and_the_other_is_alone(cast: Cast) -> None:
    reveal(cast, ben=2)
    leaving.close(cast.house, cast.ana, password=PASSWORD)
    with pytest.raises(SignedOut):
        checkins.desk(cast.house, cast.ana)
    with pytest.raises(Refused):
        accounts.sign_in(cast.house, cast.ana, login_name="ana", password=PASSWORD, nonce="n")
    assert reviews.shared_gone(cast.house, cast.ben)
    (line,) = reviews.past(cast.house, cast.ben)
    sheet, _ = reviews.own_sheet(cast.house, cast.ben, checkin_id=line.checkin_id)
    assert set(sheet.answers.values()) == {2}


def test_the_other_sees_the_same_of_a_partner_who_left_and_of_one_who_closed(cast: Cast) -> None:
    """Told the same, for who went how far is nobody else's to know."""
    one, two = join(cast.house, "one"), join(cast.house, "two")
    pair(cast.house, one, two)
    pairs = Cast(cast.house, cast.clock, one, two, cast.stranger)
    reveal(cast, 5, 3)
    reveal(pairs, 5, 3)
    leaving.leave(cast.house, cast.ana, password=PASSWORD)
    leaving.close(cast.house, one, password=PASSWORD)
    seen = []
    for who in (cast.ben, two):
        found = {**views(cast.house, who), "me": None, "doorbell": None}
        seen.append(
            {
                key.split()[0]: re.sub("[0-9a-f]{64}", "", repr(value))
                for key, value in found.items()
            }
        )
        (line,) = found["past"]
        seen[-1] = {key: value.replace(line.checkin_id, "ID") for key, value in seen[-1].items()}
    assert seen[0] == seen[1]


def test_who_waits_to_be_confirmed_by_somebody_who_closed_is_told(cast: Cast) -> None:
    guest = join(cast.house, "guest")
    couples.accept(cast.house, guest, secret=couples.invite_by_link(cast.house, cast.stranger))
    bell = couples.version(cast.house, guest)
    leaving.close(cast.house, cast.stranger, password=PASSWORD)
    assert couples.version(cast.house, guest) != bell
    assert couples.situation(cast.house, guest).stand == "alone"


def test_an_inviter_whose_guest_closed_is_told_and_can_invite_again(cast: Cast) -> None:
    guest = join(cast.house, "guest")
    secret = couples.invite_by_link(cast.house, cast.stranger)
    couples.accept(cast.house, guest, secret=secret)
    bell = couples.version(cast.house, cast.stranger)
    leaving.close(cast.house, guest, password=PASSWORD)
    assert couples.version(cast.house, cast.stranger) != bell
    with pytest.raises(Refused) as caught:
        couples.confirm(cast.house, cast.stranger)
    assert caught.value.code == "nobody_waiting"
    assert couples.invite_by_link(cast.house, cast.stranger) != secret


def test_the_name_is_free_again(cast: Cast) -> None:
    leaving.close(cast.house, cast.stranger, password=PASSWORD)
    again = join(cast.house, "stranger")
    assert reviews.past(cast.house, again) == ()


def test_a_closing_is_told_once_by_any_process_and_only_to_the_browser_it_came_from(
    cast: Cast,
) -> None:
    elsewhere = sign_in(cast.house, "ana")
    leaving.close(cast.house, cast.ana, password=PASSWORD)
    gateway, vault = open_storage(cast.house.settings)
    other = replace(cast.house, gateway=gateway, vault=vault)
    for who in (cast.ben, cast.stranger, elsewhere, SIGNED_OUT):
        assert not leaving.was_closed(other, who)
    assert leaving.was_closed(other, cast.ana)
    assert not leaving.was_closed(cast.house, cast.ana)
    assert everything(cast.house)["ticket"] == []
    gateway.close()


def test_a_closing_that_nobody_asked_about_is_forgotten(cast: Cast) -> None:
    leaving.close(cast.house, cast.ana, password=PASSWORD)
    cast.clock.forward(seconds=61)
    assert not leaving.was_closed(cast.house, cast.ana)
    sign_in(cast.house, "ben")
    assert everything(cast.house)["ticket"] == []


def test_a_closing_that_was_rolled_back_is_not_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = leaving._note_closing
    with monkeypatch.context() as broken:
        broken.setattr(leaving, "_note_closing", lambda *given: (note(*given), 1 / 0))
        with pytest.raises(ZeroDivisionError):
            leaving.close(cast.house, cast.ana, password=PASSWORD)
    assert accounts.arrive(cast.house, cast.ana)
    assert not leaving.was_closed(cast.house, cast.ana)


# --- two at once


@pytest.mark.parametrize("second", ["leave", "close", "seal", "delete"])
@pytest.mark.parametrize("first", ["leave", "close"])
def test_at_the_same_moment_nothing_is_left_half_done(cast: Cast, first: str, second: str) -> None:
    house = cast.house
    for who in (cast.ana, cast.ben):
        fill(house, who)
    seal(house, cast.ana)
    checkin_id = checkins.desk(house, cast.ben).checkin_id
    deeds: dict[str, Callable[[Asker], None]] = {
        "leave": lambda who: leaving.leave(house, who, password=PASSWORD),
        "close": lambda who: leaving.close(house, who, password=PASSWORD),
        "delete": lambda who: leaving.delete_answers(house, who, password=PASSWORD),
        "seal": lambda who: checkins.seal(house, who, checkin_id=checkin_id),
    }
    together = threading.Barrier(2)
    surprises: list[BaseException] = []

    def run(deed: Callable[[Asker], None], who: Asker) -> None:
        together.wait(10)
        try:
            deed(who)
        except HalfwayError as error:
            if not isinstance(error, NotYours):
                surprises.append(error)
        except BaseException as error:
            surprises.append(error)

    threads = [
        threading.Thread(target=run, args=(deeds[name], who))
        for name, who in ((first, cast.ana), (second, cast.ben))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not surprises
    whole(house)


def whole(house: House) -> None:
    """Everybody has a couple that is theirs, every couple somebody, every row a check-in."""
    rows = everything(house)
    people = {row["id"]: row for row in rows["partner"]}
    couple_ids = {row["id"] for row in rows["couple"]}
    members = [(row["couple_id"], row["partner_id"]) for row in rows["member"]]
    for person in people.values():
        assert (person["couple_id"], person["id"]) in members
    assert {couple for couple, _ in members} == couple_ids
    assert {person for _, person in members} == set(people)
    assert {row["partner_id"] for row in rows["login"]} == set(people)
    assert {row["partner_id"] for row in rows["session"]} <= set(people)
    held = {(row["couple_id"], row["id"]) for row in rows["checkin"]}
    for table in ("sheet", "reading", "marks", "agreement"):
        assert {(row["couple_id"], row["checkin_id"]) for row in rows[table]} <= held
        assert {row["couple_id"] for row in rows[table]} <= couple_ids
    for couple in rows["couple"]:
        count = sum(one == couple["id"] for one, _ in members)
        assert count == (1 if couple["together_at"] is None else 2)


# --- what is listed before


def test_what_is_mine_is_listed_before_i_press(cast: Cast) -> None:
    reveal(cast)
    found = leaving.possession(cast.house, cast.ana)
    assert [part.kind for part in found.parts] == ["shared"]
    assert found.partner_name == "Ben"
    couples.invite_by_link(cast.house, cast.stranger)
    stranger = leaving.possession(cast.house, cast.stranger)
    assert (stranger.parts, stranger.partner_name, stranger.under_way) == ((), None, True)


def test_the_list_tells_nothing_of_the_other(cast: Cast) -> None:
    fill(cast.house, cast.ana)
    before = leaving.possession(cast.house, cast.ana)
    fill(cast.house, cast.ben)
    seal(cast.house, cast.ben)
    assert leaving.possession(cast.house, cast.ana) == before
