"""Every column is in the copy of one's own part, or is left out for a reason that stands here."""

from __future__ import annotations

import dataclasses
import html

from lib.domain.talks import Side
from lib.services import talks
from lib.storage.schema import columns
from tests.services.conftest import Cast, reveal, sign_in
from tests.services.test_exports import copy, data

IN_THE_COPY = {
    "partner": {"login_name", "display_name", "created_at", "consented_at"},
    "session": {"created_at", "seen_at", "device", "trusted"},
    "known_device": {"seen_at"},
    "mail_address": {"body", "confirmed"},
    "second_factor": {"confirmed"},
    "checkin": {"questionnaire", "opened_at", "revealed_at"},
    "sheet": {"sealed_at", "body"},
    **{table: {"body"} for table in ("reading", "marks", "agreement", "talk_side")},
}
HASH = "a hash: it says nothing, and lets nobody in"
KEY = "a key, or what would let others in"
LINK = "a random id, which ties rows together and means nothing elsewhere"
SHARED = "the couple's: when they came together, that they parted, how often something changed"
STEPS = "the steps of a talk of two; what came of it is the agreement"
BELL = "a random word, another one whenever a tab of one's own is to look again"
SHORT_LIVED = "spent, or run out by itself"
COUNTS = "how often a wrong word was tried, under a hash; forgotten by itself"
AGAIN = "the same again as is in the copy beside the sheet"
LEFT_OUT = {
    "vault_check": {"id": KEY, "wrapped_key": KEY, "body": KEY},
    "partner": {
        **{"id": LINK, "couple_id": LINK, "earlier_couple_id": LINK},
        **{"password_hash": HASH, "wrapped_key": KEY, "own_stamp": BELL},
    },
    "login": {"login_name": AGAIN, "partner_id": LINK},
    "session": {"token_hash": HASH, "partner_id": LINK},
    "ticket": dict.fromkeys(
        ("token_hash", "partner_id", "nonce_hash", "expires_at", "trusted", "needs_code"),
        SHORT_LIVED,
    ),
    "recovery_code": {"partner_id": LINK, "code_hash": HASH},
    "couple": {
        **dict.fromkeys(("together_at", "version", "created_at", "parted"), SHARED),
        **{"id": LINK, "wrapped_key": KEY},
    },
    "member": {"couple_id": LINK, "partner_id": LINK},
    "invitation": dict.fromkeys(
        (
            *("finder", "kind", "couple_id", "inviter_id", "proof"),
            *("expires_at", "tries_left", "accepted_by", "ended"),
        ),
        SHORT_LIVED,
    ),
    "checkin": {"couple_id": LINK, "id": LINK, "talked_at": SHARED},
    **{
        table: {"couple_id": LINK, "checkin_id": LINK, "partner_id": LINK}
        for table in ("sheet", "reading", "marks", "talk_side")
    },
    "agreement": {"couple_id": LINK, "checkin_id": LINK},
    "fingerprint": {"couple_id": LINK, "checkin_id": LINK, "partner_id": LINK, "body": AGAIN},
    "talk": {"couple_id": LINK, "checkin_id": LINK, "body": STEPS},
    "throttle": dict.fromkeys(("bucket", "failures", "last_at", "forget_at"), COUNTS),
    "known_device": {"partner_id": LINK, "device_hash": HASH},
    "second_factor": {"partner_id": LINK, "body": KEY, "last_step": KEY},
    "mail_address": {"partner_id": LINK},
    "mail_link": dict.fromkeys(("token_hash", "partner_id", "purpose", "expires_at"), SHORT_LIVED),
}


def test_every_column_is_in_the_copy_or_left_out_for_a_reason() -> None:
    for table, there in columns().items():
        told, kept_back = IN_THE_COPY.get(table, set()), LEFT_OUT.get(table, {}).keys()
        assert not told & kept_back, table
        assert told | kept_back == {*there}, table
    assert {*IN_THE_COPY, *LEFT_OUT} == {*columns()}


def test_devices_are_ones_own_with_the_day(cast: Cast) -> None:
    sign_in(cast.house, "ana")
    today = f"{cast.house.clock():%Y-%m-%d}"
    assert [one["device"] for one in data(cast, cast.ana)["account"]["signed_in"]].count("test") > 1
    for who in (cast.ben, cast.stranger):
        (only,) = data(cast, who)["account"]["signed_in"]
        assert only["last_seen"] == only["since"] == today


def test_the_draft_of_an_agreement_is_its_writers_alone(cast: Cast) -> None:
    checkin_id = reveal(cast)
    talks.say_yes(cast.house, cast.ana, checkin_id=checkin_id)
    talks.keep_draft(cast.house, cast.ana, checkin_id=checkin_id, text="canary-draft-quokka")
    (one,) = data(cast, cast.ana)["check_ins"]
    assert one["talk"]["draft"] == "canary-draft-quokka"
    assert one["talk"]["said_yes_at"]
    for form in ("json", "page", "table"):
        assert (b"canary-draft" in copy(cast, cast.ana, form)) == (form != "table")
        for other in (cast.ben, cast.stranger):
            assert b"canary-draft" not in copy(cast, other, form)


IN_THE_TALKS_PART = {
    "yes_at": "said_yes_at",
    "aside_at": "put_aside_at",
    "depth": "depth",
    "theme": "theme",
    "draft": "draft",
    "cards": "openers",
    "here": "on_one_device",
    "left": "left_it",
}


def test_all_that_one_said_or_was_given_in_a_talk_is_in_ones_own_copy(cast: Cast) -> None:
    checkin_id = reveal(cast)
    for who in (cast.ana, cast.ben):
        talks.say_yes(cast.house, who, checkin_id=checkin_id)
    own: dict[str, str] = {}
    while len(own) < 2:
        seen = talks.look(cast.house, cast.ana)
        assert seen
        talks.go_on(cast.house, cast.ana, checkin_id=checkin_id, at=seen.seen.at)
        for name, who in (("ana", cast.ana), ("ben", cast.ben)):
            at_it = talks.look(cast.house, who)
            if at_it and at_it.seen.card:
                own[name] = at_it.seen.card.text
    for name, who in (("ana", cast.ana), ("ben", cast.ben)):
        (one,) = data(cast, who)["check_ins"]
        assert {*one["talk"]} == {*IN_THE_TALKS_PART.values()}
        assert own[name] in one["talk"]["openers"]
        assert own[name] in html.unescape(copy(cast, who, "page").decode())
    fields = {field.name for field in dataclasses.fields(Side)}
    assert fields == {*IN_THE_TALKS_PART, "owner", "safe", "useful"}


def test_a_talk_on_one_device_is_in_the_copy_of_whoever_began_it(cast: Cast) -> None:
    checkin_id = reveal(cast)
    talks.begin_here(cast.house, cast.ana, checkin_id=checkin_id)
    (mine,), (theirs,) = (data(cast, who)["check_ins"] for who in (cast.ana, cast.ben))
    assert mine["talk"]["on_one_device"]["step"] == "appreciate"
    assert not theirs["talk"]
