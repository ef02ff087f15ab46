"""Questionnaires from TOML, with measured figures in place of assumed ones where there are any."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lib.content.reader import File, Problems, Table, one_of, read, tables
from lib.domain.questionnaire import (
    HIGHEST,
    LOWEST,
    PRIVATE_THEME,
    THEMES,
    Question,
    Questionnaire,
    Theme,
)

_RELIABILITY, _SD, _ANSWER = (0.0, 0.99), (0.1, 3.0), (float(LOWEST), float(HIGHEST))


@dataclass(frozen=True, slots=True)
class _Measured:
    """What `python -m lib norms` found, by theme and by question; empty where it found nothing."""

    reliability: Mapping[str, float] = field(default_factory=dict)
    sd: Mapping[str, float] = field(default_factory=dict)
    typical: Mapping[str, float] = field(default_factory=dict)


def load_questionnaires(folder: Path, problems: Problems) -> Mapping[int, Questionnaire]:
    """Every version in questionnaire/, by its number."""
    found: dict[int, Questionnaire] = {}
    for path in sorted((folder / "questionnaire").glob("*.toml")):
        if path.name.endswith(".norms.toml"):
            continue
        file = read(folder, f"questionnaire/{path.name}", problems)
        if file is None:
            continue
        norms = path.with_name(f"{path.stem}.norms.toml")
        measured = None
        if norms.exists():
            measured = read(folder, f"questionnaire/{norms.name}", problems)
        questionnaire = _questionnaire(file, measured)
        if path.stem != str(questionnaire.version):
            remedy = f"Call it {questionnaire.version}.toml"
            file.problem("", "the file is not named like its version", remedy)
        found[questionnaire.version] = questionnaire
    if not found:
        where = "content/questionnaire/1.toml, line 1"
        problems.add(where, "there is no questionnaire", "Write one, see content/README.md")
    return found


def _questionnaire(file: File, norms: File | None) -> Questionnaire:
    head = Table(file, "", file.data)
    version = head.whole("version", 1, 9999)
    assumed = head.flag("assumed")
    only = {}
    for name in ("theme", "question"):
        rows = head.raw(name)
        only[name] = File(file.path, file.text, {name: [] if rows is None else rows}, file.problems)
    head.done()
    rows_of_questions = tables(only["question"], "question")
    measured = _measured(norms, [row.item for row in rows_of_questions])
    themes = _themes(tables(only["theme"], "theme"), measured)
    questions = _questions(rows_of_questions, measured)
    asked = {question.theme for question in questions}
    for theme in themes:
        if theme.id not in asked:
            file.problem(theme.id, "no question asks for this theme", "Write one or take it out")
    for missing in sorted(set(THEMES) - {theme.id for theme in themes}):
        file.problem(missing, "this theme is missing", f'Write a [[theme]] with id = "{missing}"')
    return Questionnaire(version, themes, questions, assumed and norms is None)


def _measured(file: File | None, questions: Collection[str]) -> _Measured:
    if file is None:
        return _Measured()
    head = Table(file, "", file.data)
    head.whole("version", 1, 9999)
    head.whole("couples", 1, 10**9)
    parts = {}
    for name, allowed, (low, high) in (
        ("reliability", THEMES, _RELIABILITY),
        ("sd", THEMES, _SD),
        ("mean", THEMES, _ANSWER),
        ("icc", THEMES, (-1.0, 1.0)),
        ("typical", questions, _ANSWER),
    ):
        rows = head.raw(name)
        table = Table(file, name, rows if isinstance(rows, dict) else {})
        parts[name] = {key: table.number(key, low, high) for key in table.data if key in allowed}
        table.done()
    head.done()
    return _Measured(**{name: parts[name] for name in ("reliability", "sd", "typical")})


def _themes(rows: list[Table], measured: _Measured) -> tuple[Theme, ...]:
    found: list[Theme] = []
    for table in rows:
        if table.item not in THEMES:
            table.bad("id", "is not a theme", one_of(table.item, THEMES))
        if any(theme.id == table.item for theme in found):
            table.bad("id", "comes twice", "Take one of them out")
        alpha = table.number("reliability", *_RELIABILITY)
        spread = table.number("sd", *_SD)
        shareable = table.flag("shareable")
        if shareable == (table.item == PRIVATE_THEME):
            table.bad("shareable", "is wrong", f"Only {PRIVATE_THEME} is never shared")
        table.done()
        own = measured.reliability.get(table.item, alpha), measured.sd.get(table.item, spread)
        found.append(Theme(table.item, *own, shareable))
    return tuple(found)


def _questions(rows: list[Table], measured: _Measured) -> tuple[Question, ...]:
    found: list[Question] = []
    for table in rows:
        if any(question.id == table.item for question in found):
            table.bad("id", "comes twice", "Choose another id")
        theme = table.choice("theme", THEMES)
        reverse = table.flag("reverse")
        usual = table.number("typical", *_ANSWER)
        table.done()
        usual = measured.typical.get(table.item, usual)
        found.append(Question(table.item, theme, reverse, usual))
    return tuple(found)
