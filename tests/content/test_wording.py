"""What people read: plain, short, quick to answer, and free of what nobody should assume."""

from __future__ import annotations

import re
import tomllib

import pytest
import textstat

from lib.content import FOLDER
from lib.domain.because import Because
from lib.domain.patterns import PATTERNS, ROLES
from lib.domain.questionnaire import THEMES
from lib.domain.rules import DEPTHS
from lib.errors import ContentError
from tests.domain.couples import loaded

WORDS = loaded().words
GRADE = 7
ASSUMED = re.compile(
    r"\b(husband|wife|wives|married|marriage|spouse|boyfriend|girlfriend|kids?|child|children|"
    r"he|she|him|his|her|hers|man|woman|men|women|narcissist\w*|toxic|anxious type|avoidant)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^.!?]+[.!?]+")


def sentences(text: str) -> int:
    return len(SENTENCE.findall(text))


@pytest.mark.parametrize("tip", sorted(WORDS.tips))
def test_a_tip_is_plain_and_short(tip: str) -> None:
    said = WORDS.tip(tip)
    assert 2 <= sentences(said.text) <= 4
    assert "\n" not in said.heading + said.not_fit
    assert len(said.heading) <= 60
    whole = f"{said.heading}. {said.text} {said.try_this} {said.not_fit}"
    assert 1 <= sentences(said.try_this) <= 3
    assert said.heading.count("?") <= 1
    for text in (said.text, said.try_this, said.not_fit, whole):
        assert textstat.flesch_kincaid_grade(text) <= GRADE
    assert not ASSUMED.search(whole)
    assert "!" not in whole


@pytest.mark.parametrize("opener", sorted(WORDS.openers))
def test_an_opener_is_plain(opener: str) -> None:
    text = WORDS.opener(opener)
    assert textstat.flesch_kincaid_grade(text) <= GRADE
    assert not ASSUMED.search(text)
    assert "!" not in text
    assert text.count("?") <= 1
    assert not re.search(r"\band (what|when|where|which|who|how|why)\b[^.]*\?", text), text


def test_tips_that_ask_for_patience_or_asking_are_never_owed_to_someone_who_frightens() -> None:
    for tip in loaded().library.tips:
        if tip.family == "patience" or "asks_needs" in tip.does:
            assert "frighten" in WORDS.tip(tip.id).not_fit or "afraid" in WORDS.tip(tip.id).not_fit


BLAME = re.compile(
    r"\b(your fault|you should have|you always|too needy|clingy|selfish|"
    r"jealous|lazy|cold|dramatic|must not|you must)\b",
    re.IGNORECASE,
)


def test_nothing_blames_the_reader() -> None:
    for tip in WORDS.tips.values():
        whole = f"{tip.heading}. {tip.text} {tip.try_this} {tip.not_fit}"
        assert not BLAME.search(whole), whole
    for opener in WORDS.openers.values():
        assert not BLAME.search(opener.replace("not your fault", "")), opener


CLAIMS = re.compile(
    r"\b(stud(y|ies)|research|scientists?|proven|percent|experts?)\b", re.IGNORECASE
)


def test_a_claim_of_research_stands_only_beside_its_source() -> None:
    for tip in loaded().library.tips:
        if CLAIMS.search(WORDS.tip(tip.id).text):
            assert tip.source in loaded().sources, tip.id


def test_every_theme_has_openers_of_every_depth() -> None:
    library = loaded().library
    for theme in WORDS.themes:
        depths = {opener.depth for opener in library.openers if opener.theme == theme}
        assert depths == set(DEPTHS)


@pytest.mark.parametrize("shared", [True, False])
def test_every_row_of_what_the_advice_must_cover_has_tips_for_one_and_for_both(
    shared: bool,
) -> None:
    cited = {tip.source for tip in loaded().library.tips if tip.shared is shared}
    assert {f"row {number}" for number in range(1, 14)} <= cited


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_has_tips_for_both_and_for_each_of_its_sides(pattern: str) -> None:
    tips = loaded().library.tips
    assert any(tip.shared and f"pattern {pattern}" in tip.rule.asked for tip in tips)
    for role in ROLES.get(pattern, ()):
        assert any(not tip.shared and f"role {role}" in tip.rule.asked for tip in tips)


# What everybody passes in a first check-in, from the first page to the seal. Who guesses, writes or
# leaves something open takes their own time for it.
ON_THE_WAY = (
    *("intro", "appreciation", "appreciation_limit", "guess_which", "guess_none"),
    *("pace", "pace_hint", "support", "private", "unsafe", "safe_help", "note", "note_limit"),
    *("review_title", "review_lead", "seal_text", "open_when", "open_now", "open_hold"),
)
CHOICES = ("pace_choice", "unsafe_choice")


def test_the_check_in_takes_at_most_four_minutes() -> None:
    """Reading every word at 200 a minute, and four seconds for each rating."""
    questions = [WORDS.question(question.id) for question in loaded().current.questions]
    said = tomllib.loads((FOLDER / "en/interface/checkin.toml").read_text("utf-8"))["checkin"]
    way = [
        *(said[key] for key in ON_THE_WAY),
        *(option for choice in CHOICES for option in said[choice].values()),
        *(WORDS.support(kind) for kind in loaded().support),
    ]
    words = sum(len(text.split()) for text in (*questions, *WORDS.scale, *way))
    seconds = words / 200 * 60 + 4 * len(questions)
    print(f"{words} words, {seconds:.0f} s")
    assert seconds <= 4 * 60


def test_no_question_asks_two_things_or_assumes_anything() -> None:
    for question in loaded().current.questions:
        text = WORDS.question(question.id)
        assert not re.search(r"\b(and|or)\b", text), text
        assert sentences(text) == 1
        assert not ASSUMED.search(text)
        assert "withdraw" not in text


def test_reasons_have_words_for_every_theme_and_give_no_figures() -> None:
    for kind, lines in WORDS.reasons.items():
        for line in lines.values():
            assert not re.search(r"\d|%|!", line), (kind, line)
    for theme in WORDS.themes:
        assert WORDS.because(Because(theme, "me_low"))


def test_words_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ContentError):
        WORDS.text("interface.kit.nothing")
    with pytest.raises(ContentError):
        WORDS.text("interface.kit.because")
    with pytest.raises(ContentError):
        WORDS.tip("nothing")
    assert WORDS.text("interface.kit.because", facts="so") != WORDS.template(
        "interface.kit.because"
    )


def test_every_kind_of_word_can_be_looked_up() -> None:
    content = loaded()
    assert all(WORDS.country(country.id) for country in content.help_lines)
    assert all(WORDS.agreement(agreement.id) for agreement in content.agreements)
    assert len(WORDS.scale) == 7
    assert WORDS.theme("trust").name


@pytest.mark.parametrize("level", ["low", "middle", "high"])
@pytest.mark.parametrize("theme", THEMES)
def test_a_level_is_told_as_what_somebody_said(theme: str, level: str) -> None:
    """Nobody is told how they feel, only what their answers were."""
    assert WORDS.because(Because(theme, f"me_{level}")).startswith(("You said ", "You put "))
    theirs = WORDS.because(Because(theme, f"partner_{level}"))
    assert theirs.startswith(("Your partner said ", "Your partner put "))
