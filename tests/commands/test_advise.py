from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.__main__ import main
from lib.commands.advise import told
from lib.commands.couple_file import BadCouple, parse
from lib.domain.questionnaire import THEMES
from tests.domain.couples import WELL, loaded

USED = loaded().current
IDS = [question.id for question in USED.questions]
SELF = "self_worth"
Run = Callable[[object], tuple[int, str, str]]
REACH: dict[str, Any] = {
    "first": {"themes": {**WELL, "space": 1.3, "self_worth": 2}, "pace": "middle",
              "guesses": {"trust_1": 6, "space_1": 2}},
    "second": {"themes": {**WELL, "space": 6.7}, "pace": "deep"},
}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command on a couple, or on a text; status, output and errors."""

    def advise(couple: object) -> tuple[int, str, str]:
        path = tmp_path / "couple.json"
        path.write_text(couple if isinstance(couple, str) else json.dumps(couple), "utf-8")
        status = main(["advise", str(path)])
        told = capsys.readouterr()
        return status, told.out, told.err

    return advise


def test_the_output_has_exactly_the_named_keys(run: Run) -> None:
    status, out, err = run(REACH)
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert list(found) == ["themes", "profile", "pattern", "guesses", "tips", "openers"]
    assert {frozenset(gap) for gap in found["themes"]} == {
        frozenset(("id", "first", "second", "gap", "band", "clear"))
    }
    assert list(found["profile"]) == [
        "level", "scatter", "shape", "similarity", "distinctive", "icc",
    ]  # fmt: skip
    assert found["guesses"]["second"] is None
    assert list(found["guesses"]["first"]) == ["bias", "tracking", "projection", "skill", "verdict"]
    assert found["guesses"]["first"]["verdict"] == "too few to say"
    assert found["pattern"] == "reach_and_step_back"
    for side in ("first", "second"):
        for tip in found["tips"][side]:
            assert list(tip) == [
                "id", "family", "does", "shared", "because", "heading", "text",
            ]  # fmt: skip
            assert set(tip["because"]) <= set(THEMES)
        for opener in found["openers"][side]:
            assert list(opener) == ["id", "theme", "depth", "shared", "text"]


def test_levels_come_out_as_they_went_in(run: Run) -> None:
    gaps = {gap["id"]: gap for gap in json.loads(run(REACH)[1])["themes"]}
    assert (gaps["space"]["first"], gaps["space"]["second"]) == (1.3, 6.7)
    assert gaps["space"]["gap"] == 1.3 - 6.7
    assert gaps.keys() == set(THEMES)


def test_an_answer_stands_before_its_themes_level(run: Run) -> None:
    couple = {
        "first": {"themes": {"openness": 6}, "answers": {"openness_2": 7}},
        "second": REACH["second"],
    }
    gap = json.loads(run(couple)[1])["themes"][0]
    assert (gap["id"], gap["first"]) == ("openness", 3.5)  # 6 and 7, which turned round is 1


def test_a_theme_given_nowhere_is_skipped(run: Run) -> None:
    found = json.loads(run({"first": {}, "second": REACH["second"]})[1])
    assert found["themes"] == []
    assert set(found["profile"].values()) == {None}
    assert found["pattern"] is None
    assert len(found["tips"]["first"]) >= 3


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.sampled_from(THEMES), st.floats(1, 7)),
    st.dictionaries(st.sampled_from(THEMES), st.floats(1, 7)),
    st.booleans(),
)
def test_swapping_the_two_swaps_the_lists(
    first: dict[str, float], second: dict[str, float], unsafe: bool
) -> None:
    one = {"themes": first, "unsafe": unsafe}
    voices = parse(json.dumps({"first": one, "second": {"themes": second}}), USED)
    here, there = told(loaded(), *voices), told(loaded(), *voices[::-1])
    for part in ("guesses", "tips", "openers"):
        assert here[part]["first"] == there[part]["second"]
        assert here[part]["second"] == there[part]["first"]
    assert here["profile"] == there["profile"]
    assert here["pattern"] == there["pattern"]


def test_the_others_output_does_not_depend_on_the_safety_mark(run: Run) -> None:
    unsafe = {**REACH, "first": {**REACH["first"], "unsafe": True}}
    before, after = json.loads(run(REACH)[1]), json.loads(run(unsafe)[1])
    assert after["openers"]["first"] == []
    assert all(
        set(tip["does"]) <= {"outside_help", "self_kindness"} for tip in after["tips"]["first"]
    )
    for part in ("tips", "openers"):
        assert json.dumps(before[part]["second"]) == json.dumps(after[part]["second"])


NUMBERS = st.dictionaries(st.sampled_from(IDS), st.integers(1, 7))
PEOPLE = st.fixed_dictionaries(
    {},
    optional={
        "themes": st.dictionaries(st.sampled_from(THEMES), st.floats(1, 7)),
        "answers": NUMBERS,
        "guesses": NUMBERS,
        "pace": st.sampled_from(("light", "middle", "deep")),
    },
)
MANY = settings(max_examples=60, deadline=None)


def told_of(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """What the command would print, through JSON, in which there is nothing but numbers."""

    def refuse(word: str) -> None:
        raise AssertionError(word)

    text = json.dumps(told(loaded(), *parse(json.dumps({"first": first, "second": second}), USED)))
    found: dict[str, Any] = json.loads(text, parse_constant=refuse)
    return found


@MANY
@given(PEOPLE, PEOPLE)
def test_the_mark_changes_no_byte_of_the_others_output(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    """Of either, marked or not; and who marked it reads help and self-kindness, and no openers."""
    plain = told_of(first, second)
    for side, marked in (
        ("second", told_of({**first, "unsafe": True}, second)),
        ("first", told_of(first, {**second, "unsafe": True})),
    ):
        own = "first" if side == "second" else "second"
        assert {"outside_help", "self_kindness"} >= {
            what for tip in marked["tips"][own] for what in tip["does"]
        }
        assert marked["tips"][own]
        assert marked["openers"][own] == []
        for part in ("tips", "openers"):
            marked[part][own] = plain[part][own]
        assert json.dumps(marked) == json.dumps(plain)


@MANY
@given(PEOPLE, PEOPLE)
def test_reasons_are_of_themes_that_both_answered_or_the_reader_did(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    found = told_of(first, second)
    both = {gap["id"] for gap in found["themes"]}
    voices = parse(json.dumps({"first": first, "second": second}), USED)
    for side, voice in zip(("first", "second"), voices, strict=True):
        own = set(USED.levels(voice.answers))
        for tip in found["tips"][side]:
            assert set(tip["because"]) <= both | own
            if tip["shared"]:
                assert set(tip["because"]) <= both - {"self_worth"}


@MANY
@given(PEOPLE, PEOPLE, st.floats(1, 7))
def test_low_kindness_to_oneself_is_in_nothing_that_the_other_reads(
    first: dict[str, Any], second: dict[str, Any], level: float
) -> None:
    first = {**first, "themes": {k: v for k, v in first.get("themes", {}).items() if k != SELF}}
    first["answers"] = {k: v for k, v in first.get("answers", {}).items() if SELF not in k}
    harder = {**second, "themes": {**second.get("themes", {}), SELF: level}}
    harder["answers"] = {k: v for k, v in second.get("answers", {}).items() if SELF not in k}
    softer = {**harder, "themes": {**harder["themes"], SELF: 6.5}}
    one, other = told_of(first, harder), told_of(first, softer)
    assert one["tips"]["first"] == other["tips"]["first"]
    assert one["openers"]["first"] == other["openers"]["first"]
    assert not any(SELF in tip["because"] for tip in one["tips"]["first"])


def test_what_is_not_given_has_its_default() -> None:
    levels = {"themes": WELL}
    spelt = {**levels, "answers": {}, "guesses": {}, "pace": "light", "unsafe": False}
    assert told_of(levels, levels) == told_of(spelt, spelt)
    assert told_of({}, {})["openers"]["first"]
    assert {one["depth"] for one in told_of(levels, levels)["openers"]["first"]} == {"light"}


@pytest.mark.parametrize("theme", THEMES)
def test_a_level_stands_for_each_question_mirrored_where_it_is_turned_round(theme: str) -> None:
    voice = parse(json.dumps({"first": {"themes": {theme: 3.7}}, "second": {}}), USED)[0]
    raw = {item.id: (4.3 if item.reverse else 3.7) for item in USED.of_theme(theme)}
    assert {item: float(value) for item, value in voice.answers.items()} == pytest.approx(raw)
    found = told_of({"themes": {theme: 3.7}}, {"themes": {theme: 1}})["themes"]
    assert [(gap["id"], gap["first"], gap["gap"]) for gap in found] == [(theme, 3.7, 3.7 - 1)]


def test_numbers_are_not_rounded_and_what_is_undefined_is_null() -> None:
    flat = told_of({"themes": dict.fromkeys(THEMES, 4)}, {"themes": dict.fromkeys(THEMES, 4)})
    assert flat["profile"] == {
        "level": 0, "scatter": 0, "shape": 0, "similarity": None, "distinctive":
        flat["profile"]["distinctive"], "icc": None,
    }  # fmt: skip
    gap = told_of({"themes": {"trust": 1 + 1 / 3}}, {"themes": {"trust": 6.1}})["themes"][0]
    assert (gap["first"], gap["gap"]) == (1 + 1 / 3, 1 + 1 / 3 - 6.1)
    trust = next(theme for theme in USED.themes if theme.id == "trust")
    assert gap["band"] == trust.band
    assert set(told_of({}, {})["profile"].values()) == {None}
    assert told_of({}, {})["guesses"] == {"first": None, "second": None}


def test_a_guess_about_kindness_to_oneself_counts_for_nothing() -> None:
    """It is a question, so it is read; the check offers it to nobody, and nothing comes of it."""
    other = {"themes": WELL}
    guessing = {"themes": WELL, "guesses": {"self_worth_1": 2, "self_worth_2": 6}}
    assert told_of(guessing, other) == told_of({"themes": WELL}, other)


P: dict[str, Any] = {"themes": {"trust": 4}}
BAD: tuple[tuple[object, str], ...] = (
    ("", "the file"),
    ("{", "the file"),
    ("[" * 100_000, "the file"),
    ('{"first": {}, "first": {}, "second": {}}', '"first"'),
    ([], "the file"),
    ({"second": P}, "first"),
    ({"first": P}, "second"),
    ({"first": P, "second": P, "third": P}, "third"),
    ({"first": [], "second": P}, "first"),
    ({"first": None, "second": P}, "first"),
    ({"first": {"theme": {}}, "second": P}, "theme"),
    ({"first": {"themes": []}, "second": P}, "first.themes"),
    ({"first": {"themes": {"trst": 4}}, "second": P}, "trst"),
    ({"first": {"themes": {"trust": 0.99}}, "second": P}, "first.themes.trust"),
    ({"first": {"themes": {"trust": 7.01}}, "second": P}, "first.themes.trust"),
    ({"first": {"themes": {"trust": "4"}}, "second": P}, "first.themes.trust"),
    ({"first": {"themes": {"trust": True}}, "second": P}, "first.themes.trust"),
    ({"first": {"themes": {"trust": None}}, "second": P}, "first.themes.trust"),
    ('{"first": {"themes": {"trust": NaN}}, "second": {}}', "first.themes.trust"),
    ('{"first": {"themes": {"trust": Infinity}}, "second": {}}', "first.themes.trust"),
    ({"first": {"themes": {"trust": 10**400}}, "second": P}, "first.themes.trust"),
    ({"first": P, "second": {"answers": {"trust_1": 8}}}, "second.answers.trust_1"),
    ({"first": P, "second": {"answers": {"trust_1": 2.5}}}, "second.answers.trust_1"),
    ({"first": P, "second": {"answers": {"trust_9": 2}}}, "trust_9"),
    ({"first": P, "second": {"guesses": {"trust_1": 0}}}, "second.guesses.trust_1"),
    ({"first": {"pace": "fast"}, "second": P}, "first.pace"),
    ({"first": {"pace": ["deep"]}, "second": P}, "first.pace"),
    ({"first": {"unsafe": 1}, "second": P}, "first.unsafe"),
    ({"first": {"unsafe": "yes"}, "second": P}, "first.unsafe"),
    ({"first": {"unsafe": None}, "second": P}, "first.unsafe"),
    ({"first": P, "second": {"guesses": {"trust_9": 3}}}, "trust_9"),
    ({"first": P, "second": {"guesses": {"trust_1": 3.5}}}, "second.guesses.trust_1"),
    ({"first": P, "second": {"guesses": {"trust_1": False}}}, "second.guesses.trust_1"),
    ({"first": P, "second": {"guesses": [3]}}, "second.guesses"),
    ({"first": P, "second": {"answers": {"trust_1": "5"}}}, "second.answers.trust_1"),
    ({"first": P, "second": {"answers": None}}, "second.answers"),
    ('{"first": {"answers": {"trust_1": -Infinity}}, "second": {}}', "first.answers.trust_1"),
    ('{"first": {"answers": {"trust_1": 3, "trust_1": 4}}, "second": {}}', '"trust_1"'),
    ('\ufeff{"first": {}, "second": {}}', "the file"),
    ('{"first": {}, "second": {}} {}', "the file"),
    ("9" * 5000, "the file"),
    ({"first": P, "second": {"a\nb\u2028\ud800": 1}}, "second"),
)


@pytest.mark.parametrize(("couple", "field"), BAD)
def test_bad_input_gets_one_line_that_names_the_field(run: Run, couple: object, field: str) -> None:
    status, out, err = run(couple)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == err.count("\n") == 1
    assert field in err


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(
            st.sampled_from(["first", "second", "themes", "answers", "guesses", "pace", "unsafe"])
            | st.text(), inner),
    )
)  # fmt: skip
def test_anything_else_is_refused_in_one_line_or_read(thing: object) -> None:
    try:
        parse(json.dumps(thing), USED)
    except BadCouple as refused:
        said = str(refused)
    else:
        said = ""
    assert len(said.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"first": {"themes": {"trust": 1, "trust": 2}}, "second": {}}', '"trust": written twice'),
        (f'{{"first": {{"themes": {{"trust": {"9" * 5000}}}}}, "second": {{}}}}', "themes.trust: "),
    ],
)
def test_what_json_leaves_open_is_refused_by_the_name_of_its_field(text: str, names: str) -> None:
    with pytest.raises(BadCouple) as caught:
        parse(text, USED)
    assert names in str(caught.value)


def test_a_file_that_is_not_there_or_not_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["advise", str(tmp_path / "none.json")]) == 2
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    assert main(["advise", str(tmp_path / "bytes.json")]) == 2
    assert main(["advise", str(tmp_path)]) == 2
    assert main(["advise"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 4


def test_a_couple_can_come_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(REACH)))
    assert main(["advise", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["pattern"] == "reach_and_step_back"
