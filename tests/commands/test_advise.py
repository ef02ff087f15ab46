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
from lib.commands.couple_file import BadCouple, parse
from lib.domain.questionnaire import THEMES
from tests.domain.couples import WELL, loaded

USED = loaded().current
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
    told = json.loads(out)
    assert (status, err) == (0, "")
    assert list(told) == ["themes", "profile", "pattern", "guesses", "tips", "openers"]
    assert {frozenset(gap) for gap in told["themes"]} == {
        frozenset(("id", "first", "second", "gap", "band", "clear"))
    }
    assert list(told["profile"]) == [
        "level", "scatter", "shape", "similarity", "distinctive", "icc",
    ]  # fmt: skip
    assert told["guesses"]["second"] is None
    assert list(told["guesses"]["first"]) == ["bias", "tracking", "projection", "skill", "verdict"]
    assert told["guesses"]["first"]["verdict"] == "too few to say"
    assert told["pattern"] == "reach_and_step_back"
    for side in ("first", "second"):
        for tip in told["tips"][side]:
            assert list(tip) == [
                "id", "family", "does", "shared", "because", "heading", "text",
            ]  # fmt: skip
            assert set(tip["because"]) <= set(THEMES)
        for opener in told["openers"][side]:
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
    told = json.loads(run({"first": {}, "second": REACH["second"]})[1])
    assert told["themes"] == []
    assert set(told["profile"].values()) == {None}
    assert told["pattern"] is None
    assert len(told["tips"]["first"]) >= 3


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.sampled_from(THEMES), st.floats(1, 7)),
    st.dictionaries(st.sampled_from(THEMES), st.floats(1, 7)),
    st.booleans(),
)
def test_swapping_the_two_swaps_the_lists(
    first: dict[str, float], second: dict[str, float], unsafe: bool
) -> None:
    from lib.commands.advise import told

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


P: dict[str, Any] = {"themes": {"trust": 4}}
BAD: tuple[tuple[object, str], ...] = (
    ("", "the file"),
    ("{", "the file"),
    ("[" * 100_000, "the file"),
    ('{"first": {}, "first": {}, "second": {}}', "the file"),
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
)


@pytest.mark.parametrize(("couple", "field"), BAD)
def test_bad_input_gets_one_line_that_names_the_field(run: Run, couple: object, field: str) -> None:
    status, out, err = run(couple)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
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


def test_a_file_that_is_not_there_or_not_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["advise", str(tmp_path / "none.json")]) == 2
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    assert main(["advise", str(tmp_path / "bytes.json")]) == 2
    assert main(["advise", str(tmp_path)]) == 2
    assert main(["advise"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 4


def test_a_couple_can_come_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(REACH)))
    assert main(["advise", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["pattern"] == "reach_and_step_back"
