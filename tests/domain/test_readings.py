"""A reading goes to storage and comes back the same, and knows what can be marked."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lib.domain.readings import (
    GuessLine,
    OpenerCard,
    Reading,
    Side,
    ThemeLine,
    TipCard,
    from_plain,
    to_plain,
)


def tip(name: str, *, shared: bool) -> TipCard:
    return TipCard(name, "talking", shared, "Heading", "Text", "Try", "Not", ("because", "and"))


TOGETHER = Reading(
    themes=(ThemeLine("trust", "trust", 6.0, 2.5, 1.2, True, "words"),),
    tips=(tip("ours", shared=True), tip("mine", shared=False)),
    openers=(
        OpenerCard("both", "trust", "light", True, "Say"),
        OpenerCard("own", "trust", "deep", False, "Ask"),
    ),
    mine=Side("soup \U0001f372", ("listening",), (GuessLine("Q?", 3, 5),), "kept"),
    theirs=Side("", (), (GuessLine("Q?", 3, None),), None),
    agreement="a walk",
    guess_words="words",
    help=(tip("help", shared=True),),
    picture="words",
)
ALONE = replace(TOGETHER, theirs=None, help=None, agreement=None, guess_words=None)


@pytest.mark.parametrize("reading", [TOGETHER, ALONE], ids=["together", "alone"])
def test_a_reading_comes_back_from_storage_as_it_was(reading: Reading) -> None:
    assert from_plain(json.loads(json.dumps(to_plain(reading)))) == reading
    assert from_plain(to_plain(reading)) == reading


def test_a_reading_from_before_there_was_a_word_on_the_picture_can_still_be_read() -> None:
    data = to_plain(TOGETHER)
    del data["picture"]
    assert from_plain(data) == replace(TOGETHER, picture=None)


def test_everything_shown_can_be_marked_the_help_included() -> None:
    assert TOGETHER.items() == {"ours", "mine", "both", "own", "help"}
    assert ALONE.items() == {"ours", "mine", "both", "own"}


def test_help_is_never_among_what_both_read() -> None:
    assert TOGETHER.shared_items() == {"ours", "both"}
