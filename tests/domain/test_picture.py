"""The one sentence about the whole picture: by what both see, never by noise, the same for both."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain import picture
from lib.domain.because import Because
from lib.domain.comparison import ThemeGap, compare, shown_themes
from lib.domain.questionnaire import PRIVATE_THEME, THEMES
from tests.domain.couples import MIDDLE, loaded, sheet

USED = loaded().current
IDS = [question.id for question in USED.questions]
FULL = st.fixed_dictionaries({item: st.integers(1, 7) for item in IDS})
SIX = ("closeness", "openness", "space", "trust", "conflict", "heard")
TYPICAL = USED.levels({item.id: item.typical for item in USED.questions})


def shown(first: Mapping[str, float], second: Mapping[str, float]) -> tuple[ThemeGap, ...]:
    """These six themes as if they were the ones shown."""
    compared = compare(sheet(USED, first), sheet(USED, second), USED)
    assert {gap.id for gap in compared.themes} == set(first)
    return compared.themes


def told(first: Mapping[str, float], second: Mapping[str, float]) -> str | None:
    return picture.told(shown(first, second), USED)


def six(*levels: float) -> dict[str, float]:
    return dict(zip(SIX, levels, strict=True))


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        # one puts everything two points higher: overall
        (six(6, 5, 6, 5, 6, 5), six(4, 3, 4, 3, 4, 3), "level"),
        # the same ups and downs, for one much stronger: in how strongly
        (six(7, 1, 7, 1, 7, 1), six(4.5, 3.5, 4.5, 3.5, 4.5, 3.5), "scatter"),
        # what is high for one is low for the other: in what
        (six(6, 2, 6, 2, 6, 2), six(2, 6, 2, 6, 2, 6), "shape"),
        # alike, with ups and downs that are not those of most people
        (six(2, 6, 6, 2, 6, 2), six(2, 6, 6, 2.5, 6, 2), "own"),
        # flat, or nearly: correlations are undefined or say nothing
        (six(4, 4, 4, 4, 4, 4), six(4, 4, 4, 4, 4, 4), None),
        (six(4, 4, 4, 4, 4, 4), six(4.5, 4, 4, 4, 4, 4), None),
        # far apart, half overall and half in what: nothing stands out, so nothing is said
        (six(7, 7, 7, 4, 4, 4), six(4, 4, 4, 4, 4, 4), None),
    ],
)
def test_each_sentence_has_its_couple(
    first: dict[str, float], second: dict[str, float], said: str | None
) -> None:
    assert told(first, second) == told(second, first) == said


def test_two_who_are_as_most_people_are_alike_as_most_people_are() -> None:
    usual = {theme: TYPICAL[theme] for theme in SIX}
    first = {theme: level + step for (theme, level), step in zip(
        usual.items(), (0.2, -0.2, 0.2, -0.2, 0.2, -0.2), strict=True)}  # fmt: skip
    second = {theme: level + step for (theme, level), step in zip(
        usual.items(), (0.2, 0.2, -0.2, -0.2, 0, 0), strict=True)}  # fmt: skip
    assert told(first, second) == "common"


@given(FULL, FULL)
def test_it_is_the_same_for_both(first: dict[str, int], second: dict[str, int]) -> None:
    here, there = compare(first, second, USED), compare(second, first, USED)
    ours, theirs = shown_themes(here, USED), shown_themes(there, USED)
    assert picture.told(ours, USED) == picture.told(theirs, USED)


@settings(max_examples=60, deadline=None)
@given(FULL, FULL, FULL)
def test_it_depends_on_the_levels_that_both_see_and_on_nothing_else(
    first: dict[str, int], second: dict[str, int], third: dict[str, int]
) -> None:
    """Other answers to all that is not shown, or none, change nothing; kindness to oneself
    included."""
    before = shown_themes(compare(first, second, USED), USED)
    ids = {gap.id for gap in before}
    kept = {item: value for item, value in second.items() if USED.question(item).theme in ids}
    gaps = {gap.id: gap for gap in compare(first, {**third, **kept}, USED).themes}
    skipped = {gap.id: gap for gap in compare(first, kept, USED).themes}
    assert PRIVATE_THEME not in ids
    said = picture.told(before, USED)
    assert picture.told([gaps[gap.id] for gap in before], USED) == said
    assert picture.told([skipped[gap.id] for gap in before], USED) == said


@given(FULL, FULL)
def test_a_difference_is_told_only_beyond_noise_and_likeness_only_without_a_clear_difference(
    first: dict[str, int], second: dict[str, int]
) -> None:
    six_shown = shown_themes(compare(first, second, USED), USED)
    said = picture.told(six_shown, USED)
    if said in ("level", "scatter", "shape"):
        assert any(gap.clear for gap in six_shown)
    if said in ("own", "common"):
        assert not any(gap.clear for gap in six_shown)


def test_fewer_than_six_themes_are_too_few() -> None:
    far, near = six(7, 7, 7, 7, 7, 7), six(1, 1, 1, 1, 1, 1)
    assert picture.told(shown(far, near)[:5], USED) is None
    assert picture.told((), USED) is None
    assert picture.told(shown(far, near), USED) == "level"


def test_two_who_are_the_same_but_for_error_are_hardly_ever_told_that_they_differ() -> None:
    random = Random(7)  # the same couples at every run
    errors = {theme.id: theme.error for theme in USED.themes}

    def measured() -> dict[str, float]:
        return {theme: min(7, max(1, random.gauss(4, errors[theme]))) for theme in THEMES}

    said = [
        picture.told(
            shown_themes(compare(sheet(USED, measured()), sheet(USED, measured()), USED), USED),
            USED,
        )
        for _ in range(400)
    ]
    assert sum(one in ("level", "scatter", "shape") for one in said) <= 0.05 * len(said)
    assert sum(one in ("own", "common") for one in said) <= 0.05 * len(said)


@pytest.mark.parametrize("kind", picture.PICTURES)
def test_its_words_hold_no_figure_and_no_side(kind: str) -> None:
    words = loaded().words.because(Because(None, f"picture_{kind}"))
    assert not any(letter.isdigit() or letter in "%!" for letter in words)
    assert "your partner" not in words.lower()  # the same words for both


def test_the_middle_has_nothing_to_tell() -> None:
    compared = compare(sheet(USED, MIDDLE), sheet(USED, MIDDLE), USED)
    assert picture.told(shown_themes(compared, USED), USED) is None
