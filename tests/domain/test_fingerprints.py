"""A fingerprint stands for exactly one sheet, and can be made by hand."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from lib.domain.checkins import Sheet
from lib.domain.fingerprints import fingerprint, sealed_text, short

SHEET = Sheet(
    answers={"openness_1": 3, "closeness_1": 5},
    guesses={"trust_1": 2},
    appreciation="tea\nin the morning, für dich",
    pace="middle",
    support=("listen",),
    note="mine",
    outcome="kept",
    nonce="ab" * 32,
)
CHANGES: dict[str, Any] = {
    "answers": {"openness_1": 3, "closeness_1": 4},
    "guesses": {},
    "appreciation": "tea\nin the morning, fur dich",
    "pace": None,
    "support": (),
    "unsafe": True,
    "note": "mine ",
    "outcome": None,
    "nonce": "ab" * 31 + "ac",
}
FREE = {"hold_back": True, "sealed_at": datetime(2026, 1, 1, tzinfo=UTC)}


def test_every_field_of_a_sheet_counts_or_is_known_not_to() -> None:
    assert {field.name for field in fields(Sheet)} == set(CHANGES) | set(FREE)


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_any_change_makes_another_one(name: str) -> None:
    changed = replace(SHEET, **{name: CHANGES[name]})
    assert fingerprint(changed, 1) != fingerprint(SHEET, 1)


@pytest.mark.parametrize("name", sorted(FREE))
def test_when_it_was_sealed_and_when_it_may_open_is_not_part_of_it(name: str) -> None:
    changed = replace(SHEET, **{name: FREE[name]})
    assert fingerprint(changed, 1) == fingerprint(SHEET, 1)


def test_the_questions_asked_count_and_the_order_of_answering_does_not() -> None:
    other = replace(SHEET, answers={"closeness_1": 5, "openness_1": 3})
    assert fingerprint(other, 1) == fingerprint(SHEET, 1)
    assert fingerprint(SHEET, 2) != fingerprint(SHEET, 1)


def test_it_is_the_sha256_of_two_lines() -> None:
    text = sealed_text(SHEET, 1)
    nonce, spelled = text.split("\n")
    assert nonce == SHEET.nonce
    assert json.loads(spelled)["appreciation"] == SHEET.appreciation
    assert fingerprint(SHEET, 1) == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_the_short_one_is_four_groups_of_four() -> None:
    assert short("0123456789abcdef" + "f" * 48) == "0123 4567 89ab cdef"
