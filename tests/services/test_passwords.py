"""A suggested password is one that is taken, drawn by chance from our own words."""

from __future__ import annotations

import math

from lib.services import passwords
from tests.domain.couples import loaded

LIST = loaded().words.passphrase


def test_a_suggestion_is_always_taken() -> None:
    shortest = sorted(LIST, key=len)[:5]
    for suggested in (*(passwords.suggestion(LIST) for _ in range(20)), "-".join(shortest)):
        passwords.check_new(suggested, names=("ana", "Ana"))


def test_no_two_suggestions_are_alike_and_each_is_made_of_the_list() -> None:
    made = [passwords.suggestion(LIST) for _ in range(200)]
    assert len(set(made)) == 200
    drawn = [word for one in made for word in one.split("-")]
    assert len(drawn) == 1000
    assert set(drawn) <= set(LIST)
    # Of 969 words, 1000 draws see about 624 different ones.
    assert len(set(drawn)) > 500


def test_a_suggestion_has_the_entropy_that_is_stated() -> None:
    assert len(set(LIST)) == len(LIST)
    assert passwords.WORDS * math.log2(len(LIST)) >= 49
