"""content/questionnaire/<version>.toml -> Questionnaire."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from lib.content.files import Fields, Problems, Source, read, tables
from lib.domain.questionnaire import THEMES, Question, Questionnaire, Theme

MOST_QUESTIONS = 24
_TOP = ("version", "assumed", "theme", "question")


def load(folder: Path, problems: Problems) -> dict[int, Questionnaire]:
    """Every version, by number; the highest is the current one."""
    paths = sorted((folder / "questionnaire").glob("*.toml"))
    if not paths:
        problems.add(folder / "questionnaire", "", "no questionnaire; add 1.toml")
    found = [_questionnaire(read(path, problems), problems) for path in paths]
    return {questionnaire.version: questionnaire for questionnaire in found}


def _questionnaire(source: Source, problems: Problems) -> Questionnaire:
    data = source.data
    for key in data:
        if key not in _TOP:
            problems.add(source, key, f"unknown key; only {', '.join(_TOP)} stand here")
    version = data.get("version")
    if version != int(source.path.stem if source.path.stem.isdigit() else -1):
        problems.add(source, "version", "version has to be the number in the file's name")
    only = {name: Source(source.path, source.text, {name: data.get(name, [])}) for name in _TOP}
    themes = tuple(
        _theme(Fields(source, row, problems)) for row in tables(only["theme"], "theme", problems)
    )
    questions = tuple(
        _question(Fields(source, row, problems))
        for row in tables(only["question"], "question", problems)
    )
    _check(source, themes, questions, problems)
    return Questionnaire(version if isinstance(version, int) else 0, themes, questions)


def _theme(fields: Fields) -> Theme:
    theme = Theme(
        id=fields.id,
        reliability=fields.number("reliability", 0.0, 1.0),
        sd=fields.number("sd", 0.1, 3.0),
        shareable=fields.flag("shareable", True),
    )
    fields.finish()
    return theme


def _question(fields: Fields) -> Question:
    question = Question(
        id=fields.id,
        theme=fields.text("theme", among=THEMES),
        reverse=fields.flag("reverse", False),
        typical=fields.number("typical", 1.0, 7.0),
    )
    fields.finish()
    return question


def _check(
    source: Source, themes: tuple[Theme, ...], questions: tuple[Question, ...], problems: Problems
) -> None:
    if tuple(theme.id for theme in themes) != THEMES:
        problems.add(source, "theme", f"the themes are fixed, in this order: {', '.join(THEMES)}")
    for theme in themes:
        if theme.shareable == (theme.id == "self_worth"):
            problems.add(source, theme.id, "only self_worth has shareable = false")
        if not 2 <= sum(1 for question in questions if question.theme == theme.id) <= 3:
            problems.add(source, theme.id, "a theme has two or three questions")
    for question_id, count in Counter(question.id for question in questions).items():
        if count > 1:
            problems.add(source, question_id, "this id stands twice; ids are never reused")
    if len(questions) > MOST_QUESTIONS:
        problems.add(source, "question", f"at most {MOST_QUESTIONS} questions fit a check-in")
