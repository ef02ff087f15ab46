"""A copy of one's own part: all of one's own, nothing private of the other's, safe to open."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from html.parser import HTMLParser
from typing import Any

import pytest

from lib.errors import Refused
from lib.services import accounts, checkins, exports, leaving, reviews
from lib.services.access import SIGNED_OUT, Asker
from tests.services.conftest import PASSWORD, Cast, fill, reveal, seal, sign_in

NOTE, APPRECIATION = "canary-note-quokka", "canary-thanks-quokka"
FORMS = ("json", "page", "table")
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "  =cmd|' /C calc'!A0", "\uff1d1+1")


def copy(cast: Cast, who: Asker, form: str = "json") -> bytes:
    given = exports.ticket(cast.house, who, password=PASSWORD)
    return exports.take(cast.house, who, ticket=given, form=form).body


def data(cast: Cast, who: Asker) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(copy(cast, who))
    return found


def ben_answers(cast: Cast) -> None:
    """Ben writes what is private and what is shared, skips a question, and seals."""
    checkins.write(cast.house, cast.ben, "note", NOTE)
    checkins.write(cast.house, cast.ben, "appreciation", APPRECIATION)
    checkins.say_unsafe(cast.house, cast.ben, True)
    fill(cast.house, cast.ben, 2)
    seal(cast.house, cast.ben)


def test_everything_of_ones_own_is_in_it(cast: Cast) -> None:
    ben_answers(cast)
    found = data(cast, cast.ben)
    assert found["account"]["login_name"] == "ben"
    (one,) = found["check_ins"]
    assert one["sheet"]["note"] == NOTE
    assert one["sheet"]["unsafe"] is True
    assert set(one["sheet"]["answers"].values()) == {2}
    assert len(one["sheet"]["answers"]) == len(cast.house.content.current.questions)
    assert one["reading"] is None
    for form in ("page", "table"):
        text = copy(cast, cast.ben, form).decode()
        assert NOTE in text
        assert APPRECIATION in text


@pytest.mark.parametrize("form", FORMS)
def test_before_the_reveal_it_is_the_same_whatever_the_other_did(cast: Cast, form: str) -> None:
    fill(cast.house, cast.ana, 6)
    seal(cast.house, cast.ana)
    before = copy(cast, cast.ana, form)
    ben_answers_but_waits = {"hold_back": True}
    checkins.write(cast.house, cast.ben, "note", NOTE)
    fill(cast.house, cast.ben, 2)
    seal(cast.house, cast.ben, **ben_answers_but_waits)
    assert copy(cast, cast.ana, form) == before


@pytest.mark.parametrize("form", FORMS)
def test_after_the_reveal_nothing_private_of_the_other_is_in_it(cast: Cast, form: str) -> None:
    fill(cast.house, cast.ana, 6)
    seal(cast.house, cast.ana)
    ben_answers(cast)
    theirs = checkins_sheet(cast, cast.ben)
    text = copy(cast, cast.ana, form).decode()
    assert NOTE not in text
    assert theirs["fingerprint"]["sealed_text"].split("\n")[0] not in text
    assert (APPRECIATION in text) == (form != "table")


def checkins_sheet(cast: Cast, who: Asker) -> dict[str, Any]:
    (one,) = data(cast, who)["check_ins"]
    found: dict[str, Any] = one
    return found


def test_after_the_reveal_it_holds_what_its_owner_may_read_marks_and_agreement(
    cast: Cast,
) -> None:
    checkin_id = reveal(cast)
    review = reviews.review(cast.house, cast.ana)
    assert review
    item = sorted(review.reading.items())[0]
    reviews.mark(cast.house, cast.ana, checkin_id=checkin_id, item=item, mark="not_now")
    reviews.write_agreement(cast.house, cast.ana, checkin_id=checkin_id, text="a walk on Sunday")
    one = checkins_sheet(cast, cast.ana)
    assert one["marks"] == {item: "not_now"}
    assert one["agreement"] == "a walk on Sunday"
    assert len(one["reading"]["themes"]) == 6
    page = copy(cast, cast.ana, "page").decode()
    assert "a walk on Sunday" in page
    assert checkins_sheet(cast, cast.ben)["marks"] == {}


def test_the_fingerprint_can_be_checked_by_hand(cast: Cast) -> None:
    fill(cast.house, cast.ana)
    seal(cast.house, cast.ana)
    shown = checkins.desk(cast.house, cast.ana).fingerprint
    found = checkins_sheet(cast, cast.ana)["fingerprint"]
    by_hand = hashlib.sha256(found["sealed_text"].encode()).hexdigest()
    assert found["sha256"] == by_hand
    assert shown == " ".join(by_hand[n : n + 4] for n in (0, 4, 8, 12)) == found["short"]
    page = copy(cast, cast.ana, "page").decode()
    assert by_hand in page
    assert Text.of(page, "pre") == [found["sealed_text"]]
    assert "sha256sum" in page


def test_after_leaving_ones_own_part_is_still_there(cast: Cast) -> None:
    reveal(cast, ana=6, ben=2)
    leaving.leave(cast.house, cast.ben, password=PASSWORD)
    one = checkins_sheet(cast, cast.ana)
    assert set(one["sheet"]["answers"].values()) == {6}
    assert (one["reading"], one["agreement"]) == (None, None)


def test_answers_given_alone_are_in_it_from_inside_a_couple(cast: Cast) -> None:
    fill(cast.house, cast.stranger, 3)
    seal(cast.house, cast.stranger)
    one = checkins_sheet(cast, cast.stranger)
    assert one["reading"]["theirs"] is None


class Text(HTMLParser):
    """The texts of one kind of element."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag, self.inside, self.found = tag, False, list[str]()
        self.tags: set[str] = set()

    @classmethod
    def of(cls, page: str, tag: str) -> list[str]:
        parser = cls(tag)
        parser.feed(page)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == self.tag:
            self.inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != self.tag

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found[-1] += data


def test_nothing_that_a_person_wrote_runs_in_the_page(cast: Cast) -> None:
    hostile = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>"
    checkins.write(cast.house, cast.ben, "appreciation", hostile)
    fill(cast.house, cast.ben, 2)
    seal(cast.house, cast.ben)
    checkins.write(cast.house, cast.ana, "note", hostile)
    fill(cast.house, cast.ana, 6)
    seal(cast.house, cast.ana)
    page = copy(cast, cast.ana, "page").decode()
    parser = Text("dd")
    parser.feed(page)
    assert not parser.tags & {"script", "img", "a", "link", "iframe", "form"}
    assert parser.found.count(hostile) == 2


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(cast: Cast, formula: str) -> None:
    checkins.write(cast.house, cast.ana, "note", formula)
    checkins.write(cast.house, cast.ana, "appreciation", f"fine\n{formula}")
    fill(cast.house, cast.ana)
    table = copy(cast, cast.ana, "table").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    assert {len(row) for row in rows} == {3}
    cells = [cell for row in rows for cell in row]
    assert f"'{formula}" in cells
    assert not [cell for cell in cells if cell.lstrip(" ")[:1] in "=+-@\t\r\n\uff1d" and cell]


# --- the ticket


def test_the_password_comes_first(cast: Cast) -> None:
    with pytest.raises(Refused) as caught:
        exports.ticket(cast.house, cast.ana, password="not the password at all")
    assert caught.value.code == "password_wrong"


def test_a_ticket_works_once_and_for_a_minute(cast: Cast) -> None:
    given = exports.ticket(cast.house, cast.ana, password=PASSWORD)
    exports.take(cast.house, cast.ana, ticket=given, form="json")
    late = exports.ticket(cast.house, cast.ana, password=PASSWORD)
    for ticket, seconds in ((given, 0), (late, 61)):
        cast.clock.forward(seconds=seconds)
        with pytest.raises(Refused) as caught:
            exports.take(cast.house, cast.ana, ticket=ticket, form="json")
        assert caught.value.code == "ticket_spent"


def test_a_ticket_is_good_in_its_own_session_only(cast: Cast) -> None:
    elsewhere = sign_in(cast.house, "ana")
    for other in (cast.ben, cast.stranger, elsewhere):
        given = exports.ticket(cast.house, cast.ana, password=PASSWORD)
        with pytest.raises(Refused):
            exports.take(cast.house, other, ticket=given, form="json")


def test_neither_kind_of_ticket_can_be_redeemed_as_the_other(cast: Cast) -> None:
    assert cast.ana.session
    given = exports.ticket(cast.house, cast.ana, password=PASSWORD)
    for nonce in (f"copy:{cast.ana.session}", cast.ana.session):
        with pytest.raises(Refused):
            accounts.redeem(cast.house, SIGNED_OUT, ticket=given, nonce=nonce, device="")
        given = exports.ticket(cast.house, cast.ana, password=PASSWORD)
    signing = accounts.sign_in(
        cast.house, SIGNED_OUT, login_name="ana", password=PASSWORD, nonce=cast.ana.session
    )
    with pytest.raises(Refused):
        exports.take(cast.house, cast.ana, ticket=signing, form="json")


def test_an_unknown_form_is_refused(cast: Cast) -> None:
    given = exports.ticket(cast.house, cast.ana, password=PASSWORD)
    with pytest.raises(Refused):
        exports.take(cast.house, cast.ana, ticket=given, form="exe")
