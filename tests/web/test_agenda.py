"""An agreement as a calendar file: for the two, with a cookie, and neutral unless asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import pytest
from icalendar import Calendar

from lib.services import access, checkins, couples, reviews
from lib.services.house import House
from tests.server import RunningServer
from tests.web.client import Answer, ask, cookie_header, post, sign_in

SENTENCE = "We walk to the river, and Ben brings the tea; twice, \\ maybe."


@dataclass
class Agreed:
    """Two with an agreement, and a stranger: name -> value of the cookie."""

    tokens: dict[str, str]
    checkin_id: str
    by: date


@pytest.fixture(scope="module")
def agreed(site: RunningServer, house: House) -> Agreed:
    tokens = {name: sign_in(site, house, f"agenda{name}") for name in ("ana", "ben", "stranger")}
    ana, ben, _ = (access.asker_of(token) for token in tokens.values())
    couples.accept(house, ben, secret=couples.invite_by_link(house, ana))
    couples.confirm(house, ana)
    checkin_id = ""
    for asker in (ana, ben):
        for question in house.content.current.questions:
            checkins.answer(house, asker, question.id, 4)
        checkin_id = checkins.desk(house, asker).checkin_id or ""
        checkins.seal(house, asker, checkin_id=checkin_id)
    agreed = Agreed(tokens, checkin_id, house.clock().date() + timedelta(days=5))
    reviews.write_agreement(house, ana, checkin_id=checkin_id, text=SENTENCE, by=agreed.by)
    say_yes(house, agreed)
    return agreed


def say_yes(house: House, agreed: Agreed) -> None:
    ben = access.asker_of(agreed.tokens["ben"])
    reviews.agree(house, ben, checkin_id=agreed.checkin_id, text=SENTENCE, by=agreed.by)


def get(site: RunningServer, agreed: Agreed, name: str | None, query: str = "") -> Answer:
    headers = {"Cookie": cookie_header({"halfway": agreed.tokens[name]})} if name else {}
    path = f"/calendar/agreement.ics?checkin={agreed.checkin_id}{query}"
    return ask(site, path, headers=headers)


def test_an_agreement_that_does_not_hold_yet_is_no_entry(
    site: RunningServer, agreed: Agreed, house: House
) -> None:
    ana = access.asker_of(agreed.tokens["ana"])
    change = partial(reviews.write_agreement, house, ana, checkin_id=agreed.checkin_id)
    change(text="Something else.", by=agreed.by)
    assert get(site, agreed, "ana").status == 404
    change(text=SENTENCE, by=agreed.by)
    assert get(site, agreed, "ana").status == 404
    say_yes(house, agreed)
    assert get(site, agreed, "ana").status == 200


def test_the_entry_is_on_the_day_and_says_nothing(site: RunningServer, agreed: Agreed) -> None:
    answer = get(site, agreed, "ana")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["cache-control"] == "no-store"
    assert "attachment" in answer.headers["content-disposition"]
    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert event["dtstart"].dt == agreed.by
    assert str(event["summary"]) == "Something to remember"
    for word in ("river", "Ben", "alfway", agreed.checkin_id):
        assert word not in answer.text


def test_the_sentence_is_in_it_when_asked_for(site: RunningServer, agreed: Agreed) -> None:
    (event,) = Calendar.from_ical(get(site, agreed, "ben", "&words=1").text).walk("VEVENT")
    assert str(event["summary"]) == SENTENCE


def test_it_is_there_for_the_two_only(site: RunningServer, agreed: Agreed) -> None:
    assert get(site, agreed, None).status == 401
    assert get(site, agreed, "stranger").status == 404
    assert get(site, Agreed(agreed.tokens, "", agreed.by), "ana").status == 404
    assert get(site, Agreed(agreed.tokens, "%00", agreed.by), "ana").status == 404
    twice = Agreed(agreed.tokens, f"x&checkin={agreed.checkin_id}", agreed.by)
    assert get(site, twice, "ana").status == 400
    assert post(site, "/calendar/agreement.ics").status == 405
