"""What each of the two reads: the same comparison from two sides, and nothing that is private."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import SystemRandom

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.because import Because
from lib.domain.checkins import MOST_GUESSES, MOST_INCOMPLETE_THEMES
from lib.domain.questionnaire import PRIVATE_THEME
from lib.domain.readings import Reading, to_plain
from lib.services import checkins, readings, reviews
from lib.services.access import Asker
from lib.services.house import open_house
from lib.settings import Settings
from tests.domain.couples import loaded
from tests.services.conftest import Cast, Clock, Lot, Prepared, reveal, seal

CONTENT = loaded()
NOW = CONTENT.current
QUESTIONS = [question.id for question in NOW.questions]
SHARED = [theme.id for theme in NOW.themes if theme.shareable]
GUESSABLE = [item.id for item in NOW.questions if item.theme != PRIVATE_THEME]
CANARY = "quokka7413"
FEW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass(frozen=True)
class Said:
    """What one partner does before sealing."""

    answers: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(QUESTIONS, 4))
    guesses: Mapping[str, int] = field(default_factory=dict)
    appreciation: str = ""
    support: tuple[str, ...] = ()
    pace: str = "light"
    note: str = ""
    unsafe: bool = False
    hold_back: bool = False
    wavering: int = 0


ANSWERS = st.fixed_dictionaries({item: st.integers(1, 7) for item in QUESTIONS})
SKIPS = st.tuples(
    st.sets(st.sampled_from(SHARED), max_size=MOST_INCOMPLETE_THEMES), st.booleans(), st.booleans()
)
GUESSES = st.dictionaries(st.sampled_from(GUESSABLE), st.integers(1, 7), max_size=MOST_GUESSES)


@st.composite
def sheets(draw: st.DrawFn) -> Said:
    """Answers with as much left out as may be, with guesses, wishes and a pace."""
    answers = dict(draw(ANSWERS))
    themes, whole, private = draw(SKIPS)
    for theme in (*themes, *([PRIVATE_THEME] if private else [])):
        for question in NOW.of_theme(theme)[: 2 if whole else 1]:
            del answers[question.id]
    return Said(
        answers=answers,
        guesses=draw(GUESSES),
        appreciation=draw(st.sampled_from(["", "for the soup"])),
        support=tuple(draw(st.lists(st.sampled_from(CONTENT.support), max_size=2, unique=True))),
        pace=draw(st.sampled_from(["light", "middle", "deep"])),
    )


def say(cast: Cast, asker: Asker, said: Said) -> None:
    """Put it all down and seal it; what is held back is released at once."""
    house = cast.house
    for _ in range(said.wavering):
        checkins.answer(house, asker, QUESTIONS[0], 8 - said.answers.get(QUESTIONS[0], 1))
        checkins.answer(house, asker, QUESTIONS[0], None)
    for item, value in said.answers.items():
        checkins.answer(house, asker, item, value)
    for item, value in said.guesses.items():
        checkins.guess(house, asker, item, value)
    checkins.write(house, asker, "appreciation", said.appreciation)
    checkins.choose_support(house, asker, said.support)
    checkins.choose_pace(house, asker, said.pace)
    checkins.write(house, asker, "note", said.note)
    checkins.say_unsafe(house, asker, said.unsafe)
    checkin_id = seal(house, asker, hold_back=said.hold_back)
    checkins.release(house, asker, checkin_id=checkin_id)


@contextmanager
def revealed(
    prepared: Prepared, ana: Said, ben: Said, *, lot: Collection[str] = ()
) -> Iterator[Cast]:
    """A couple of its own that has put down and sealed both. lot: what is set aside."""
    with tempfile.TemporaryDirectory() as folder:
        cast = prepared.play(Path(folder) / "house", Clock(), lasting=True)
        cast.house = replace(cast.house, chance=Lot(lot))
        say(cast, cast.ana, ana)
        say(cast, cast.ben, ben)
        yield cast
        cast.house.gateway.close()


def read(cast: Cast, asker: Asker) -> Reading:
    review = reviews.review(cast.house, asker)
    assert review
    return review.reading


def written(reading: Reading) -> str:
    return json.dumps(to_plain(without_seals(reading)), sort_keys=True, ensure_ascii=False)


def without_seals(reading: Reading) -> Reading:
    """Without the fingerprints, which are random whatever was answered."""
    mine, theirs = (
        replace(side, seal=None) if side else None for side in (reading.mine, reading.theirs)
    )
    assert mine
    return replace(reading, mine=mine, theirs=theirs)


@FEW
@given(sheets(), sheets())
def test_the_two_read_the_same_from_two_sides(prepared: Prepared, ana: Said, ben: Said) -> None:
    with revealed(prepared, ana, ben) as cast:
        one, other = read(cast, cast.ana), read(cast, cast.ben)
    assert [(line.id, line.mine, line.theirs, line.clear) for line in one.themes] == [
        (line.id, line.theirs, line.mine, line.clear) for line in other.themes
    ]
    assert (one.mine, one.theirs) == (other.theirs, other.mine)
    assert one.shared_items() == other.shared_items()
    assert one.picture == other.picture
    assert one.mine.appreciation == ana.appreciation
    assert one.help is other.help is None


@FEW
@given(sheets(), sheets())
def test_six_themes_whatever_was_left_out_and_guesses_tell_of_no_gap(
    prepared: Prepared, ana: Said, ben: Said
) -> None:
    with revealed(prepared, ana, ben) as cast:
        found = [read(cast, who) for who in (cast.ana, cast.ben)]
    for reading, guesser, other in ((found[0], ana, ben), (found[1], ben, ana)):
        shown = [line.id for line in reading.themes]
        assert len(shown) == len(set(shown)) == 6
        assert PRIVATE_THEME not in shown
        assert len(reading.mine.guesses) == len(guesser.guesses)
        for line, (item, guessed) in zip(
            reading.mine.guesses, guesser.guesses.items(), strict=True
        ):
            # Only whether a theme is shown today decides, so that a gap in it looks the same.
            is_shown = NOW.question(item).theme in shown
            assert line.question == CONTENT.words.question(item)
            assert line.guessed == guessed
            assert line.answered == (other.answers[item] if is_shown else None)


@FEW
@given(sheets(), sheets(), st.permutations(SHARED))
def test_what_the_lot_sets_aside_shows_nowhere_unless_too_few_were_left(
    prepared: Prepared, ana: Said, ben: Said, order: list[str]
) -> None:
    """Not in the picture, the guesses or a reason; and what is shown stays the same afterwards."""
    four = order[:4]
    with revealed(prepared, ana, ben, lot=four) as cast:
        found = [read(cast, who) for who in (cast.ana, cast.ben)]
        assert [read(cast, who) for who in (cast.ana, cast.ben)] == found
    both = {theme for theme in SHARED if all(_answered(theme, who) for who in (ana, ben))}
    for reading in found:
        shown = {line.id for line in reading.themes}
        if both == {*SHARED}:
            assert shown == {*order[4:]}
        assert shown <= both
        assert len(shown) == 6


def test_a_house_draws_by_what_nobody_can_foresee(tmp_path: Path) -> None:
    settings = Settings.from_environment({"HALFWAY_DATA_DIR": str(tmp_path / "data")})
    opened = open_house(settings)
    assert isinstance(opened.chance, SystemRandom)
    opened.gateway.close()


def _answered(theme: str, said: Said) -> bool:
    return all(question.id in said.answers for question in NOW.of_theme(theme))


@FEW
@given(sheets(), sheets(), st.integers(1, 7), st.integers(1, 7))
def test_what_is_private_changes_no_byte_for_the_other(
    prepared: Prepared, ana: Said, ben: Said, first: int, second: int
) -> None:
    """Note, safety question, holding back, edits, kindness to oneself."""
    private = [question.id for question in NOW.of_theme(PRIVATE_THEME)]
    own = dict(zip(private, (first, second), strict=True))
    louder = replace(
        ben,
        answers={**ben.answers, **own},
        note=CANARY,
        unsafe=True,
        hold_back=True,
        wavering=2,
    )
    seen = []
    for said in (ben, louder):
        with revealed(prepared, ana, said) as cast:
            review = reviews.review(cast.house, cast.ana)
            assert review
            reading = without_seals(review.reading)
            seen.append(repr(replace(review, checkin_id="", reading=reading)))
    assert seen[0] == seen[1]
    assert CANARY not in seen[1]


def test_an_answer_reaches_the_other_only_through_themes_shown_today(prepared: Prepared) -> None:
    """All that the reading holds of the other: levels of six themes, and what was written to be
    shared."""
    plain = {"mine", "theirs", "band", "clear", "id", "name", "words"}
    with revealed(prepared, Said(), Said()) as cast:
        data = to_plain(read(cast, cast.ana))
    assert set(data) == {
        *("themes", "tips", "openers", "mine", "theirs"),
        *("agreement", "guess_words", "help", "picture", "changes"),
    }
    assert {name for line in data["themes"] for name in line} == plain
    assert set(data["theirs"]) == {"appreciation", "support", "guesses", "outcome", "seal"}


def test_both_read_the_same_sentence_about_the_whole_picture(prepared: Prepared) -> None:
    high = {item: 7 if not NOW.question(item).reverse else 1 for item in QUESTIONS}
    low = {item: 8 - value for item, value in high.items()}
    with revealed(prepared, Said(answers=high), Said(answers=low)) as cast:
        one, other = read(cast, cast.ana), read(cast, cast.ben)
    assert one.picture == other.picture == CONTENT.words.because(Because(None, "picture_level"))
    with revealed(prepared, Said(), Said()) as cast:
        assert read(cast, cast.ana).picture is None


def test_who_cannot_be_honest_safely_reads_help_first_and_the_ordinary_view_unchanged(
    prepared: Prepared,
) -> None:
    readers = {}
    for unsafe in (False, True):
        with revealed(prepared, Said(unsafe=unsafe), Said()) as cast:
            readers[unsafe] = read(cast, cast.ana), read(cast, cast.ben)
    help_first = readers[True][0].help
    assert help_first
    does = {tip.id: tip.does for tip in CONTENT.library.tips}
    assert {word for tip in help_first for word in does[tip.id]} <= {
        "outside_help",
        "self_kindness",
    }
    assert any("outside_help" in does[tip.id] for tip in help_first)
    ordinary = [without_seals(replace(readers[unsafe][0], help=None)) for unsafe in (True, False)]
    assert ordinary[0] == ordinary[1]
    assert written(readers[True][1]) == written(readers[False][1])


def test_help_tips_can_be_marked_and_tell_the_other_nothing(prepared: Prepared) -> None:
    with revealed(prepared, Said(unsafe=True), Said()) as cast:
        review = reviews.review(cast.house, cast.ana)
        assert review
        before = reviews.review(cast.house, cast.ben)
        theirs = read(cast, cast.ben).items()
        for tip in review.reading.help or ():
            act = {"checkin_id": review.checkin_id, "item": tip.id, "mark": "try"}
            reviews.mark(cast.house, cast.ana, **act)
            if tip.id in theirs and tip.id not in review.reading.shared_items():
                reviews.mark(cast.house, cast.ben, **act)
        after = reviews.review(cast.house, cast.ben)
        assert before
        assert after
        assert replace(after, marks={}) == before


def test_alone_one_reads_of_oneself(prepared: Prepared) -> None:
    with revealed(prepared, Said(), Said()) as cast:
        say(cast, cast.stranger, Said(unsafe=True, support=CONTENT.support[:1], note=CANARY))
        reading = read(cast, cast.stranger)
    assert reading.theirs is None
    assert all(line.theirs is None and not line.clear for line in reading.themes)
    assert {line.id for line in reading.themes} == {theme.id for theme in NOW.themes}
    assert not reading.shared_items()
    assert reading.help
    assert 3 <= len(reading.tips) <= 7
    assert 4 <= len(reading.openers) <= 10
    assert CANARY not in written(reading)


def test_a_reading_stays_word_for_word_when_the_content_changes(cast: Cast) -> None:
    checkin_id = reveal(cast)
    before = read(cast, cast.ana)
    words = cast.house.content.words
    tips = {key: replace(tip, heading="Reworded") for key, tip in words.tips.items()}
    content = replace(cast.house.content, words=replace(words, tips=tips, openers={}))
    later = reviews.review(replace(cast.house, content=content), cast.ana, checkin_id=checkin_id)
    assert later
    assert later.reading == before


def test_what_clearly_changed_since_last_time_is_told_to_both_from_their_sides(
    lasting: Cast,
) -> None:
    ana, ben = lasting.ana, lasting.ben
    because = CONTENT.words.because
    closer = {item: 7 if item.startswith("closeness") else 4 for item in QUESTIONS}
    say(lasting, ana, Said())
    say(lasting, ben, Said())
    before = read(lasting, ana)
    assert before.changes == ()
    assert "closeness" in {line.id for line in before.themes}
    lasting.clock.forward(days=14)
    say(lasting, ana, Said(answers=closer))
    say(lasting, ben, Said())
    assert read(lasting, ana).changes == (because(Because("closeness", "me_rose")),)
    assert read(lasting, ben).changes == (because(Because("closeness", "partner_rose")),)
    lasting.clock.forward(days=14)
    say(lasting, ana, Said())
    say(lasting, ben, Said())
    assert read(lasting, ben).changes == (because(Because("closeness", "partner_fell")),)


@FEW
@given(first=st.tuples(sheets(), sheets()), second=st.tuples(sheets(), sheets()))
def test_a_change_is_told_only_of_themes_that_both_saw_both_times(
    prepared: Prepared, first: tuple[Said, Said], second: tuple[Said, Said]
) -> None:
    with revealed(prepared, *first) as cast:
        saw = {line.id for line in read(cast, cast.ana).themes}
        cast.clock.forward(days=14)
        for asker, said in zip((cast.ana, cast.ben), second, strict=True):
            say(cast, asker, said)
        now = [read(cast, asker) for asker in (cast.ana, cast.ben)]
        told = CONTENT.words.because
        may = {
            side: {
                told(Because(line.id, f"{who}_{way}"))
                for line in now[0].themes
                if line.id in saw
                for who in ("me", "partner")
                for way in ("rose", "fell")
            }
            for side in range(2)
        }
        for side, reading in enumerate(now):
            assert set(reading.changes) <= may[side]
        assert len(now[0].changes) == len(now[1].changes)


def test_six_guesses_over_two_check_ins_get_a_word(lasting: Cast) -> None:
    answers = {item: 1 + number % 7 for number, item in enumerate(QUESTIONS)}
    items = GUESSABLE[:6]
    for part in (items[:3], items[3:]):
        right = {item: answers[item] for item in part}
        say(lasting, lasting.ana, Said(guesses=right))
        say(lasting, lasting.ben, Said(answers=answers))
        reading = read(lasting, lasting.ana)
        assert (reading.guess_words is not None) == (part == items[3:])
        assert read(lasting, lasting.ben).guess_words is None
        lasting.clock.forward(days=7)


def test_the_example_mirrors_and_holds_no_verdict(cast: Cast) -> None:
    first, second = (readings.example(cast.house, side=side) for side in ("first", "second"))
    assert [(line.mine, line.theirs) for line in first.themes] == [
        (line.theirs, line.mine) for line in second.themes
    ]
    assert (first.mine, first.theirs) == (second.theirs, second.mine)
    assert first.guess_words is None
    assert first.help is None
