"""Names, codes, and what becomes of an invitation."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.couples import (
    CODE_ALPHABET,
    CODE_LENGTH,
    DISPLAY_NAME_LIMIT,
    LOGIN_NAME_LENGTH,
    Couple,
    Invitation,
    display_name,
    login_name,
    typed_code,
)
from lib.errors import Refused
from tests.ui.hostile import TEXTS

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OPEN = Invitation("link:x", "link", "c", "p", "proof", START + timedelta(days=7), 5, None, None)


def refusal(check: object, typed: str) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught:
        check(typed)  # type: ignore[operator]
    return caught.value.code, caught.value.field


def changed(**what: object) -> Invitation:
    return Invitation(**{**{name: getattr(OPEN, name) for name in OPEN.__slots__}, **what})


@pytest.mark.parametrize(
    ("what", "days", "state"),
    [
        ({}, 0, "open"),
        ({}, 7, "expired"),
        ({"tries_left": 0}, 0, "spent"),
        ({"accepted_by": "guest"}, 0, "accepted"),
        ({"accepted_by": "guest"}, 30, "accepted"),
        ({"accepted_by": "guest", "ended": "withdrawn"}, 0, "withdrawn"),
        ({"accepted_by": "guest", "ended": "used"}, 30, "used"),
    ],
)
def test_what_becomes_of_an_invitation(what: dict[str, object], days: int, state: str) -> None:
    assert changed(**what).state(START + timedelta(days=days)) == state


def test_a_couple_is_pending_until_two_are_together() -> None:
    assert Couple("c", None, 0, START, b"").state == "pending"
    assert Couple("c", START, 0, START, b"").state == "together"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" Ana ", "ana"), ("ana@example.org", "ana@example.org"), ("E\u0301lan", "\u00e9lan")],
)
def test_a_login_name_is_compared_without_case_and_spaces(typed: str, kept: str) -> None:
    assert login_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "login_name_empty"),
        (" \t ", "login_name_empty"),
        ("ab", "login_name_length"),
        ("x" * (LOGIN_NAME_LENGTH[1] + 1), "login_name_length"),
        ("ana maria", "login_name_characters"),
        ("ana\x00", "login_name_characters"),
        ("\u202eana", "login_name_characters"),
        ("<b>ana</b>", "login_name_characters"),
    ],
)
def test_a_login_name_is_refused_with_its_reason(typed: str, code: str) -> None:
    assert refusal(login_name, typed) == (code, "login_name")


@pytest.mark.parametrize("name", ["Zo\u00eb O'Neill-St. John", "\u0634\u0643\u0631", "\u6797"])
def test_names_of_all_scripts_are_kept(name: str) -> None:
    assert display_name(f"  {name} ") == name


@pytest.mark.parametrize("typed", [text for text in TEXTS if set(text) & set("<[($:*#|@`/\u202e")])
def test_a_name_that_does_something_is_refused(typed: str) -> None:
    code, field = refusal(display_name, typed)
    assert field == "display_name"
    assert code in ("display_name_characters", "display_name_length")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" ", "display_name_empty"),
        ("x" * (DISPLAY_NAME_LIMIT + 1), "display_name_length"),
        ("-.'", "display_name_characters"),
        ("\u0301\u0302", "display_name_characters"),
        ("Ana2", "display_name_characters"),
    ],
)
def test_a_display_name_is_refused_with_its_reason(typed: str, code: str) -> None:
    assert refusal(display_name, typed) == (code, "display_name")


@given(st.text(max_size=80))
def test_a_kept_display_name_is_plain_and_stays_as_it_is(typed: str) -> None:
    try:
        kept = display_name(typed)
    except Refused:
        return
    assert display_name(kept) == kept
    assert len(kept) <= DISPLAY_NAME_LIMIT
    assert {unicodedata.category(letter)[0] for letter in kept if letter not in " -'."} <= set("LM")


@given(st.text(alphabet=CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_a_code_may_be_typed_as_it_is_read_aloud(code: str) -> None:
    assert typed_code(f" {code[:5].lower()}-{code[5:]} ") == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "code_empty"),
        (" - ", "code_empty"),
        ("ACD", "code_mistyped"),
        ("O" * CODE_LENGTH, "code_mistyped"),
        ("A" * (CODE_LENGTH + 1), "code_mistyped"),
    ],
)
def test_a_code_that_cannot_be_one_is_told_at_once(typed: str, code: str) -> None:
    assert refusal(typed_code, typed) == (code, "code")
