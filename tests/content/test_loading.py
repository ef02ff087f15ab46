"""Mistakes an author can make: each is named with its file, line, id and remedy."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from lib import content
from lib.errors import ContentError

LINE = re.compile(r"content/[\w/.]+, line \d+(: [\w.]+)?: .+\. .+\.\Z", re.DOTALL)
Write = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content, to spoil."""
    copy = tmp_path / "content"
    shutil.copytree(content.FOLDER, copy)
    return copy


@pytest.fixture
def change(folder: Path) -> Write:
    """Replace the first of something in a file."""

    def write(path: str, old: str, new: str) -> None:
        text = (folder / path).read_text(encoding="utf-8")
        assert old in text
        (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")

    return write


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ContentError) as failed:
        content.load(folder)
    assert all(LINE.match(line) for line in failed.value.problems), failed.value.problems
    return failed.value.problems


def found_in(folder: Path) -> tuple[str, ...]:
    """The problems, none when it loads."""
    try:
        content.load(folder)
    except ContentError as error:
        return error.problems
    return ()


def line_of(folder: Path, path: str, text: str) -> int:
    lines = (folder / path).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


TIP = """
[[tip]]
id = "pace_trial"
family = "pace"
for = "me"
when = ["me.trust low"]
does = ["slows_pace"]
themes = ["trust"]
source = "row 4"
cool_down = 2
"""
TIP_WORDS = """
[pace_trial]
heading = "A trial"
text = "One. Two."
try = "This."
not_fit = "Then."
"""
OPENER = """
[[opener]]
id = "trust_trial"
theme = "trust"
depth = "light"
for = "me"
when = []
source = "row 4"
"""


def add(folder: Path, path: str, text: str) -> None:
    with (folder / path).open("a", encoding="utf-8") as file:
        file.write(text)


def with_tip(folder: Path, old: str, new: str) -> tuple[str, ...]:
    """The problems of one more tip in which `old` is `new`."""
    assert old in TIP
    add(folder, "tips/pace.toml", TIP.replace(old, new))
    add(folder, "en/tips/pace.toml", TIP_WORDS)
    return problems(folder)


def test_the_content_is_in_order() -> None:
    loaded = content.load()
    assert len(loaded.library.tips) >= 60
    assert len(loaded.library.openers) >= 80
    assert loaded.example is not None
    assert loaded.reading.sections
    assert loaded.safety.sections
    assert loaded.help_lines
    assert {country.grade for country in loaded.help_lines} <= {"A", "B"}


def test_one_more_tip_needs_only_its_rule_and_words(folder: Path) -> None:
    add(folder, "tips/pace.toml", TIP)
    add(folder, "en/tips/pace.toml", TIP_WORDS)
    assert content.load(folder).words.tip("pace_trial").try_this == "This."


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"me.trust low"', '"me.trst low"', 'Did you mean "me.trust low"'),
        ('"me.trust low"', '"me.trust lowish"', "does not exist"),
        ('"me.trust low"', '"partner.self_worth low"', "does not exist"),
        ('"me.trust low"', '"gap.self_worth clear"', "does not exist"),
        ('"me.trust low"', '"me.trust low", "me.trust low"', "twice"),
        ('"me.trust low"', '"me.trust low", "me.trust high"', "exclude each other"),
        ('"me.trust low"', '"gap.trust close", "gap.trust clear"', "exclude each other"),
        (
            '"me.trust low"',
            '"gap.trust me_higher", "me.trust low", "partner.trust not_low"',
            "exclude each other",
        ),
        ('"me.trust low"', '"alone", "partner.trust low"', "excludes"),
        ('"me.trust low"', '"alone", "couple well"', "excludes"),
        ('"me.trust low"', '"alone", "together"', "excludes"),
        ('"me.trust low"', '"guess knew", "guess off"', "excludes"),
        ('"me.trust low"', '"agreement kept", "agreement not"', "excludes"),
        ('"me.trust low"', '"couple well", "me.heard low"', "exclude each other"),
        ('"me.trust low"', '"couple well", "gap.space clear"', "exclude each other"),
        ('"me.trust low"', '"couple well", "pattern both_reach"', "excludes"),
        ('"me.trust low"', '"pattern steady", "role giving"', "excludes"),
        ('"me.trust low"', '"pattern conflict_avoided", "me.conflict high"', "exclude each other"),
        ('"me.trust low"', '"role reaching", "role stepping_back"', "exclude"),
        (
            '"me.trust low"',
            '"pattern both_step_back", "me.closeness high", "partner.closeness high"',
            "exclude each other",
        ),
        (
            '"me.trust low"',
            '"role reaching", "me.reassurance_wanted low", "gap.space close"',
            "exclude each other",
        ),
        (
            '["me.trust low"]',
            '["role reaching"]\nnever_when = ["pattern reach_and_step_back"]',
            "never_when",
        ),
        (
            '["me.trust low"]',
            '["role giving"]\n'
            'never_when = ["pattern reassurance_circle", "pattern one_sided_giving"]',
            "comes from no other pattern",
        ),
        (
            '["me.trust low"]',
            '["role giving", "partner.reassurance_wanted not_high"]\n'
            'never_when = ["pattern one_sided_giving"]',
            "exclude each other",
        ),
        ("when =", 'never_when = ["together", "alone"]\nwhen =', "always holds"),
        ('["me.trust low"]', '["couple well"]\nnever_when = ["together"]', "excludes"),
        ('"me.trust low"', '"unsafe"', "can never be shown"),
        ('["me.trust low"]', '["me.trust low"]\nany = ["me.trust high"]', 'from `any`'),
        ('["me.trust low"]', '["me.trust low"]\nany = []', "nothing could hold"),
        ('["me.trust low"]', '["me.trust low"]\nnever_when = ["me.trust low"]', "never_when"),
        ('["me.trust low"]', '["me.trust low"]\nnever_when = ["me.trust not_high"]', "never_when"),
        ('["me.trust low"]', '"me.trust low"', "not a list of texts"),
        ('["me.trust low"]', "[1]", "not a list of texts"),
        ('"slows_pace"', '"slow_pace"', 'Did you mean "slows_pace"'),
        ('["slows_pace"]', "[]", "fewer than 1"),
        ('"row 4"', '"row 14"', "Did you mean"),
        ('source = "row 4"\n', "", "`source` is missing"),
        ('for = "me"', 'for = "both"', "Use one of: me, us"),
        ("cool_down = 2", "cool_down = 2.5", "whole number"),
        ("cool_down = 2", "cool_down = 13", "from 0 to 12"),
        ("cool_down = 2", "cool_down = true", "from 0 to 12"),
        ("cool_down = 2", "cooldown = 2", "`cool_down` is missing"),
        ("cool_down = 2", "cool_down = 2\ntitle = 1", '"title" is unknown'),
        ('family = "pace"', 'family = "peace"', 'Did you mean "pace"'),
        ('family = "pace"', 'family = "talking"', "not that of the file"),
        ('themes = ["trust"]', 'themes = ["faith"]', "does not exist"),
        ('"pace_trial"', '"Pace Trial"', "lower case"),
        (
            'for = "me"\nwhen = ["me.trust low"]',
            'for = "us"\nwhen = ["me.self_worth low"]',
            "one person's own",
        ),
        ('for = "me"\nwhen = ["me.trust low"]', 'for = "us"\nwhen = ["alone"]', "excludes"),
        (
            'when = ["me.trust low"]\ndoes = ["slows_pace"]',
            'when = ["partner.space high"]\ndoes = ["invites_talk"]',
            "can never be shown",
        ),
        (
            'when = ["me.trust low"]\ndoes = ["slows_pace"]',
            'when = ["role giving"]\ndoes = ["gives_reassurance"]',
            "can never be shown",
        ),
        (
            'when = ["me.trust low"]\ndoes = ["slows_pace"]',
            'when = ["couple well"]\ndoes = ["outside_help"]',
            "can never be shown",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_tip_is_named(folder: Path, old: str, new: str, said: str) -> None:
    found = with_tip(folder, old, new)
    named = [line for line in found if said in line]
    assert named, found
    assert named[0].startswith("content/tips/pace.toml, line ")


def test_the_line_is_that_of_the_mistake(folder: Path) -> None:
    found = with_tip(folder, '"slows_pace"', '"slow_pace"')
    line = line_of(folder, "tips/pace.toml", '"slow_pace"')
    assert found[0].startswith(f"content/tips/pace.toml, line {line}: pace_trial: ")


def test_a_tip_without_words_and_words_without_a_tip(folder: Path) -> None:
    add(folder, "tips/pace.toml", TIP)
    add(folder, "en/tips/pace.toml", TIP_WORDS.replace("pace_trial", "pace_other"))
    found = "\n".join(problems(folder))
    assert "pace_trial: has no words here. Write [pace_trial] into this file" in found
    assert "pace_other: words for something that does not exist" in found


def test_words_in_the_wrong_or_no_file(folder: Path) -> None:
    (folder / "en/tips/pace.toml").unlink()
    assert any(
        "Write [pace_enjoy_today] into content/en/tips/pace.toml" in p for p in problems(folder)
    )


def test_an_id_that_comes_twice_even_in_another_file(folder: Path) -> None:
    add(folder, "tips/pace.toml", TIP)
    add(folder, "openers/trust.toml", OPENER.replace("trust_trial", "pace_trial"))
    add(folder, "en/tips/pace.toml", TIP_WORDS)
    assert any("stands in tips/pace.toml already" in line for line in problems(folder))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('theme = "trust"', 'theme = "space"', "not that of the file"),
        ('depth = "light"', 'depth = "deeper"', "does not exist"),
        ("when = []", "when = []\nfeels = []", '"feels" is unknown'),
        ("when = []", 'when = []\ndoes = ["shouts"]', "does not exist"),
        ("when = []", 'when = ["unsafe"]', "reads no openers"),
        ("[[opener]]", "[[openers]]", "unknown here"),
    ],
)
def test_a_mistake_in_an_opener_is_named(folder: Path, old: str, new: str, said: str) -> None:
    add(folder, "openers/trust.toml", OPENER.replace(old, new))
    add(folder, "en/openers/trust.toml", '\n[trust_trial]\ntext = "Words."\n')
    assert any(said in line for line in problems(folder))


def test_kindness_to_oneself_is_never_shared_by_an_opener(folder: Path) -> None:
    mine = OPENER.replace("trust", "self_worth").replace('"me"', '"us"')
    add(folder, "openers/self_worth.toml", mine)
    add(folder, "en/openers/self_worth.toml", '\n[self_worth_trial]\ntext = "Words."\n')
    assert any("shares self_worth" in line for line in problems(folder))


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("questionnaire/1.toml", "reliability = 0", "reliability = 1", "from 0 to 0.99"),
        ("questionnaire/1.toml", "sd = 1", 'sd = "wide" # 1', "from 0.1 to 3"),
        ("questionnaire/1.toml", "reverse = false", 'reverse = "no"', "true or"),
        ("questionnaire/1.toml", "shareable = true", "shareable = false", "Only self_worth"),
        ("questionnaire/1.toml", 'id = "closeness_2"', 'id = "closeness_1"', "comes twice"),
        ("questionnaire/1.toml", 'id = "closeness"', 'id = "nearness"', "is not a theme"),
        ("questionnaire/1.toml", "version = 1", "version = 2", "not named like its version"),
        ("questionnaire/1.toml", "assumed = true", "asumed = true", "`assumed` is missing"),
        ("support.toml", 'id = "more_touch"', 'id = "more_words"', "comes twice"),
        ("agreements.toml", "themes = [", 'theme = "space"\nthemes = [', "is unknown"),
        ("sources.toml", "year = ", "year = 1", "from 1900 to 2100"),
        ("sources.toml", 'url = "https', 'url = "http', "https://"),
        ("help_lines.toml", 'grade = "A"', 'grade = "C"', "Use one of: A, B"),
        ("help_lines.toml", "checked = 2026", 'checked = "2026" # ', "Write the day"),
        ("help_lines.toml", "emergency = [", "emergency = [] # ", "fewer than 1"),
        ("example.toml", "closeness_1 = ", "closeness_1 = 1", "from 1 to 7"),
        ("example.toml", "closeness_1 = ", "closeness_9 = ", "lacks closeness_1"),
        ("example.toml", 'pace = "', 'pace = "x', "does not exist"),
        ("example.toml", "[first]", "[third]\n[first]", "unknown here"),
        ("example.toml", "[first.guesses]", "[first.guesses]\nself_worth_1 = 4", "unknown"),
        ("en/example.toml", 'name = "', 'nam = "', "`name` is missing"),
        ("en/questions.toml", '    "Half and half",\n', "", "fewer than 7"),
        ("en/questions.toml", '    "Half and half",\n', '"a", "b",\n', "more than 7"),
        ("en/questions.toml", "[closeness_1]", "[closeness_8]", "has no words here"),
        ("en/themes.toml", "[closeness]", "[nearness]", "closeness: has no words"),
        ("en/themes.toml", 'low = "', 'lowest = "', "`low` is missing"),
        ("en/because.toml", "put {theme}", "put {them}", "Possible here: {theme}"),
        ("en/because.toml", "{support}", "{theme}", "Possible here: {support}"),
        ("en/because.toml", "[guess_knew]", "[guess_new]", "guess_knew: has no words"),
        ("en/because.toml", "default =", "standard =", "`default` is missing"),
        ("en/support.toml", "[more_words]", "[more_wordz]", "more_words: has no words"),
        ("en/tips/pace.toml", 'heading = "', 'heading = "{name} ', "nothing is filled in"),
        ("en/tips/pace.toml", 'heading = "', 'heading = " " # ', "not a text with something"),
        ("en/reading.toml", "paragraphs = [", "paragraphs = []\nmore = [", "fewer than 1"),
        ("en/reading.toml", "title = ", "titel = ", "`title` is missing"),
        ("en/reading.toml", '["row 1"]', '["row 99"]', 'signs: `sources` names "row 99"'),
        ("en/reading.toml", '["row 1"]', "[]", "signs: `sources` has fewer than 1"),
        ("en/safety.toml", "heading = ", "head = ", "`heading` is missing"),
        ("en/interface/kit.toml", "{facts}", "{facts", "no placeholder"),
        ("en/interface/kit.toml", "{facts}", "{facts.code}", "no placeholder"),
        ("en/interface/kit.toml", "{facts}", "{0}", "no placeholder"),
        ("en/interface/kit.toml", '= "', "= 1 # ", "is not a text"),
    ],
)
def test_a_mistake_elsewhere_is_named(
    folder: Path, change: Write, path: str, old: str, new: str, said: str
) -> None:
    change(path, old, new)
    found = problems(folder)
    assert any(said in line for line in found), found
    assert any(line.startswith(f"content/{path}, line ") for line in found), found


@pytest.mark.parametrize(
    "path",
    ["tips/pace.toml", "sources.toml", "en/because.toml", "en/interface/kit.toml", "example.toml"],
)
@pytest.mark.parametrize(
    ("spoilt", "said"),
    [(b"[[tip]\n", "not valid TOML"), (b"\xff\xfe", "not UTF-8"), (b"x = 1\nx = 2\n", "TOML")],
)
def test_a_file_that_cannot_be_read(folder: Path, path: str, spoilt: bytes, said: str) -> None:
    (folder / path).write_bytes(spoilt)
    assert any(said in line and path in line for line in problems(folder))


@pytest.mark.parametrize(
    "path",
    ["sources.toml", "support.toml", "agreements.toml", "help_lines.toml", "example.toml",
     "en/because.toml", "en/questions.toml", "en/themes.toml", "en/reading.toml", "en/safety.toml"],
)  # fmt: skip
def test_a_file_that_is_missing(folder: Path, path: str) -> None:
    (folder / path).unlink()
    assert any(f"content/{path}" in line and "not there" in line for line in problems(folder))


def test_a_folder_without_a_questionnaire(tmp_path: Path) -> None:
    assert "there is no questionnaire" in problems(tmp_path)[0]


def test_a_group_that_does_not_exist(folder: Path) -> None:
    (folder / "tips/peace.toml").write_text("")
    assert any("not the name of a group" in line for line in problems(folder))


def test_tables_of_the_wrong_kind(folder: Path) -> None:
    (folder / "support.toml").write_text("support = 3\n")
    (folder / "en/support.toml").write_text("more_words = 3\n")
    (folder / "en/example.toml").write_text("first = 3\n")
    (folder / "questionnaire/1.toml").write_text(
        "version = 1\nassumed = true\ntheme = 1\nquestion = 2"
    )
    found = "\n".join(problems(folder))
    assert "support is not a list of tables" in found
    assert '"more_words" stands outside a table' in found
    assert "Write [first]" in found


def test_measured_figures_replace_the_assumed_ones(folder: Path) -> None:
    (folder / "questionnaire/1.norms.toml").write_text(
        "version = 1\ncouples = 60\n[reliability]\ntrust = 0.5\n[sd]\ntrust = 2.0\n"
        "[typical]\ntrust_1 = 3.25\n"
    )
    questionnaire = content.load(folder).current
    trust = next(theme for theme in questionnaire.themes if theme.id == "trust")
    assert (trust.reliability, trust.sd, questionnaire.assumed) == (0.5, 2.0, False)
    assert questionnaire.question("trust_1").typical == 3.25
    assert content.load().current.assumed


def test_measured_figures_are_checked(folder: Path) -> None:
    (folder / "questionnaire/1.norms.toml").write_text(
        "version = 1\ncouples = 60\nsum = 3\n[reliability]\ntrst = 0.5\n[sd]\ntrust = 20\n"
    )
    found = "\n".join(problems(folder))
    assert 'the key "trst" is unknown' in found
    assert "from 0.1 to 3" in found
    assert 'the key "sum" is unknown' in found


@pytest.mark.parametrize("seed", range(25))
def test_a_spoilt_file_is_refused_in_words_or_still_loads(folder: Path, seed: int) -> None:
    """Fuzzed: characters taken out, doubled or changed anywhere never crash the loader."""
    random = Random(seed)
    for path in random.sample(sorted(folder.rglob("*.toml")), 6):
        text = path.read_text(encoding="utf-8")
        for _ in range(3):
            at = random.randrange(len(text))
            piece = random.choice(
                ["", '"', "[", "]", "=", "\n", "{", "9", "x", "\x00", text[at] * 2]
            )
            text = text[:at] + piece + text[at + random.randint(0, 2) :]
        path.write_text(text, encoding="utf-8")
    found = found_in(folder)
    assert all(LINE.match(line) for line in found), found


def test_a_file_that_cannot_be_read_is_named_alone(folder: Path, change: Write) -> None:
    """Every tip of it has words "for something that does not exist"; one line says what to mend."""
    change("tips/patience.toml", "[[tip]]", "[[tip]")
    (only,) = problems(folder)
    assert "tips/patience.toml" in only
    assert "not valid TOML" in only
