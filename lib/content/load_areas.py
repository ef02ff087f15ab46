"""Sources, support, agreements, help lines, pages and the example from TOML."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

from lib.content.areas import (
    Agreement,
    Country,
    Example,
    ExampleSide,
    Page,
    Section,
    Source,
)
from lib.content.reader import File, Problems, Table, entries, read, shown, tables
from lib.domain.facts import Voice
from lib.domain.questionnaire import HIGHEST, LOWEST, PRIVATE_THEME, THEMES, Questionnaire
from lib.domain.rules import DEPTHS, ROWS

_GRADES = ("A", "B")
_SIDES = ("first", "second")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_MOST_GUESSES = 3


def load_sources(folder: Path, problems: Problems) -> Mapping[str, Source]:
    """sources.toml: id -> Source."""
    file = read(folder, "sources.toml", problems)
    found = {}
    for table in entries(file) if file else ():
        found[table.item] = Source(
            id=table.item,
            title=table.text("title"),
            authors=table.text("authors") if "authors" in table.data else "",
            year=table.whole("year", _FIRST_YEAR, _LAST_YEAR),
            url=table.text("url") if "url" in table.data else "",
        )
        if found[table.item].url and not found[table.item].url.startswith("https://"):
            table.bad("url", "does not begin with https://", "Write the whole address")
        table.done()
    return found


def load_support(folder: Path, problems: Problems) -> tuple[str, ...]:
    """support.toml: the ids of the kinds of support, in the menu's order."""
    return tuple(table.item for table in _unique(read(folder, "support.toml", problems), "support"))


def load_agreements(folder: Path, problems: Problems) -> tuple[Agreement, ...]:
    """agreements.toml: suggested agreements."""
    found = []
    for table in _unique(read(folder, "agreements.toml", problems), "agreement"):
        found.append(Agreement(table.item, table.choices("themes", THEMES, least=1)))
        table.done()
    return tuple(found)


def load_help_lines(folder: Path, problems: Problems) -> tuple[Country, ...]:
    """help_lines.toml: countries in the order shown."""
    found = []
    for table in _unique(read(folder, "help_lines.toml", problems), "country"):
        checked = table.raw("checked")
        if type(checked) is not date:
            table.bad("checked", f"is {shown(checked)}", "Write the day, such as 2026-11-22")
            checked = date.min
        found.append(
            Country(
                id=table.item,
                grade=table.choice("grade", _GRADES),
                checked=checked,
                abuse=table.texts("abuse"),
                emergency=table.texts("emergency", least=1),
                crisis=table.texts("crisis"),
            )
        )
        table.done()
    return tuple(found)


def load_page(
    folder: Path,
    path: str,
    problems: Problems,
    *,
    sources: Collection[str],
    least: int = 0,
) -> Page:
    """A page of sections, such as en/reading.toml. least: how many sources each has to name."""
    file = read(folder, path, problems)
    if file is None:
        return Page()
    head = Table(file, "", file.data)
    title, lead = head.text("title"), head.text("lead")
    head.raw("section")
    head.done()
    only = File(file.path, file.text, {"section": file.data.get("section", [])}, problems)
    sections = []
    for table in _unique(only, "section"):
        sections.append(
            Section(
                id=table.item,
                heading=table.text("heading"),
                paragraphs=table.texts("paragraphs", least=1),
                sources=table.choices("sources", (*ROWS, *sources), least=least),
            )
        )
        table.done()
    return Page(title, lead, tuple(sections))


def load_example(
    folder: Path,
    language: str,
    problems: Problems,
    *,
    questionnaire: Questionnaire,
    support: Collection[str],
) -> Example | None:
    """example.toml and its words: a couple that answered everything."""
    file = read(folder, "example.toml", problems)
    words = read(folder, f"{language}/example.toml", problems)
    if file is None or words is None:
        return None
    for one in (file, words):
        for key in one.data:
            if key not in _SIDES:
                one.problem(key, f'"{key}" is unknown here', "Use [first] and [second] only")
    sides = []
    for side in _SIDES:
        table = Table(file, side, _table(file, side))
        voice = _voice(table, questionnaire, support)
        table.done()
        said = Table(words, side, _table(words, side))
        sides.append(ExampleSide(said.text("name"), voice, said.text("appreciation")))
        said.done()
    return Example(*sides)


def _voice(table: Table, questionnaire: Questionnaire, support: Collection[str]) -> Voice:
    questions = {question.id for question in questionnaire.questions}
    shared = {one.id for one in questionnaire.questions if one.theme != PRIVATE_THEME}
    answers = _ratings(table, "answers", questions)
    for missing in sorted(questions - answers.keys()):
        table.bad("answers", f"lacks {missing}", "The example answers everything")
    guesses = _ratings(table, "guesses", shared)
    if len(guesses) > _MOST_GUESSES:
        table.bad("guesses", f"has more than {_MOST_GUESSES}", "Take out what is too much")
    pace = table.choice("pace", DEPTHS)
    return Voice(answers, guesses=guesses, pace=pace, support=table.choices("support", support))


def _ratings(table: Table, key: str, allowed: Collection[str]) -> dict[str, int]:
    value = table.raw(key) or {}
    if not isinstance(value, dict):
        table.bad(key, "is not a table", f"Write [{table.item}.{key}]")
        return {}
    inner = Table(table.file, f"{table.item}.{key}", value)
    found = {name: inner.whole(name, LOWEST, HIGHEST) for name in value if name in allowed}
    inner.done()
    return found


def _table(file: File, key: str) -> Mapping[str, object]:
    value = file.data.get(key)
    if isinstance(value, dict):
        return value
    file.problem(key, "is missing", f"Write [{key}]")
    return {}


def _unique(file: File | None, name: str) -> list[Table]:
    """The [[name]] tables of a file; an id that comes twice is a problem."""
    found: list[Table] = []
    for table in tables(file, name) if file else ():
        if any(one.item == table.item for one in found):
            table.bad("id", "comes twice", "Choose another id")
        found.append(table)
    return found
