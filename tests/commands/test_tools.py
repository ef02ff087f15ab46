from __future__ import annotations

import resource
import subprocess
import sys
import tomllib
from math import sqrt
from pathlib import Path
from random import Random

import pytest

from lib import content
from lib.__main__ import COMMANDS, main
from lib.commands import coverage, norms
from lib.domain.comparison import compare
from lib.domain.norms import RevealedCheckIn, measure
from lib.domain.questionnaire import THEMES
from lib.domain.rules import Library
from tests.domain.couples import loaded

USED = loaded().current
ROOT = Path(content.FOLDER).parent


def checkins(count: int) -> list[RevealedCheckIn]:
    random = Random(2)

    def person() -> dict[str, int]:
        level = {theme: random.gauss(4, 1.3) for theme in THEMES}
        raw = {
            item.id: 8 - level[item.theme] if item.reverse else level[item.theme]
            for item in USED.questions
        }
        return {item: min(7, max(1, round(value))) for item, value in raw.items()}

    return [RevealedCheckIn(str(number), 1, person(), person()) for number in range(count)]


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["-x"]])
def test_an_unknown_command_is_told_what_there_is(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert all(name in told.err for name in COMMANDS)
    assert main(["--help"]) == 0


def test_checking_the_content_takes_less_than_a_second_and_loads_nothing_large() -> None:
    watch = (
        "import sys; from lib.__main__ import main; status = main(['check-content']); "
        "large = {'pandas', 'sqlite_utils', 'streamlit', 'numpy'} & set(sys.modules); "
        "assert not large, large; sys.exit(status)"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", watch], cwd=ROOT, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    # CPU time, as what else the machine does is not the command's.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1


def test_checking_names_every_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-content", str(tmp_path)]) == 1
    assert "content/questionnaire/1.toml, line 1" in capsys.readouterr().err
    assert main(["check-content", "a", "b"]) == 2
    assert main(["check-content"]) == 0


def test_coverage_is_done() -> None:
    """In a process of its own: over four thousand couples, measuring lines would take a minute."""
    done = subprocess.run(
        [sys.executable, "-m", "lib", "coverage"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "never shown: none" in done.stdout
    assert done.stdout.endswith("\ndone\n")
    assert done.returncode == 0


def test_commands_tell_how_they_are_used() -> None:
    for wrong in (["coverage", "x"], ["norms", "--x"], ["check-content", "--x"], ["advise"]):
        assert main(wrong) == 2


def test_coverage_tells_what_is_never_shown_and_what_too_often(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from dataclasses import replace

    whole = loaded()
    few = tuple(tip for tip in whole.library.tips if tip.id in ("kind_breathe", "pace_swing_me"))
    thin = replace(whole, library=Library(few, whole.library.openers[:1]))
    monkeypatch.setattr(content, "load", lambda: thin)
    monkeypatch.setattr(coverage, "COUPLES", 20)
    assert main(["coverage"]) == 1
    told = capsys.readouterr().out
    assert "kind_breathe 0.9" in told or "kind_breathe 1.0" in told
    assert told.endswith("not done\n")


def test_the_couples_of_coverage_are_the_same_at_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "COUPLES", 50)
    assert list(coverage.couples(loaded())) == list(coverage.couples(loaded()))


def test_norms_are_written_as_a_file_that_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "1.norms.toml"
    assert norms.main([str(path)], revealed_checkins=lambda: checkins(80)) == 0
    told = capsys.readouterr().out
    assert all(theme in told for theme in THEMES)
    import shutil

    copy = tmp_path / "content"
    shutil.copytree(content.FOLDER, copy)
    shutil.copy(path, copy / "questionnaire" / "1.norms.toml")
    measured = content.load(copy).current
    assert not measured.assumed
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    for one in measure(checkins(80), USED).themes:
        assert written["mean"][one.theme] == pytest.approx(one.mean, abs=1e-4)
        assert written["icc"][one.theme] == pytest.approx(one.icc, abs=1e-4)
    # Used, not only read: bands are of the measured figures, likeness of the measured typical.
    found = measure(checkins(80), USED)
    figures = {one.theme: one for one in found.themes}
    me = dict.fromkeys(found.typical, 6)
    you = {**me, "trust_1": 2, "heard_2": 3, "space_1": 4}
    before, after = compare(me, you, USED), compare(me, you, measured)
    for gap in after.themes:
        alpha, sd = figures[gap.id].alpha, figures[gap.id].sd
        assert alpha is not None
        assert sd is not None
        assert gap.band == pytest.approx(1.96 * sd * sqrt(2 * (1 - min(alpha, 0.99))), abs=1e-3)
        assert gap.clear is (abs(gap.gap) > gap.band)
    assert [gap.band for gap in after.themes] != [gap.band for gap in before.themes]
    assert after.profile.distinctive != before.profile.distinctive
    assert after.profile.similarity == before.profile.similarity


def test_norms_of_too_few_couples_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "1.norms.toml"
    assert norms.main([str(path)], revealed_checkins=lambda: checkins(49)) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "49" in told.err
    assert not path.exists()
    assert norms.main(["a", "b"]) == 2


@pytest.mark.parametrize(("where", "status"), [("nowhere/1.norms.toml", 2), ("", 1)])
def test_norms_that_cannot_be_written_are_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], where: str, status: int
) -> None:
    target = tmp_path / where
    assert norms.main([str(target)], revealed_checkins=lambda: checkins(80)) == status
    told = capsys.readouterr()
    assert told.out == ""
    assert str(target.parent if status == 2 else target) in told.err
    assert told.err.count("\n") == 1


def test_questions_that_do_not_hang_together_have_no_reliability() -> None:
    from lib.domain.norms import Norms, ThemeNorms

    text = norms.as_toml(Norms(1, 50, (ThemeNorms("trust", 50, -0.4, 4.0, 1.5, 0.1),), {}))
    assert "trust = 0.0000" in text
    assert "trust = 1.5000" in text
