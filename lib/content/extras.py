"""The small files: support, agreements, sources, help lines, the example couple."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lib.content.files import Fields, Problems, read, tables
from lib.domain.questionnaire import THEMES, Questionnaire
from lib.domain.rules import DEPTHS


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ready agreement and the themes it fits."""

    id: str
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from; what is not known is empty. id: a DOI or another identifier."""

    key: str
    title: str
    authors: str
    year: int
    id: str


@dataclass(frozen=True, slots=True)
class Country:
    """Help lines of one country. crisis is empty where none is known. checked: the day."""

    id: str
    name: str
    abuse: str
    emergency: str
    crisis: str
    grade: str
    checked: date


@dataclass(frozen=True, slots=True)
class ExampleSide:
    """One half of the made-up couple."""

    name: str
    answers: Mapping[str, int]
    guesses: Mapping[str, int]
    pace: str
    appreciation: str
    support: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    first: ExampleSide
    second: ExampleSide


def support(folder: Path, problems: Problems) -> tuple[str, ...]:
    """Ids of the kinds of support, in the order of the menu."""
    source = read(folder / "support.toml", problems)
    kinds = source.data.get("kinds", [])
    if not isinstance(kinds, list) or not kinds or len(set(kinds)) < len(kinds):
        problems.add(source, "kinds", 'write kinds = ["..."], each id once')
        return ()
    return tuple(map(str, kinds))


def agreements(folder: Path, problems: Problems) -> tuple[Suggestion, ...]:
    source = read(folder / "agreements.toml", problems)
    found = []
    for row in tables(source, "agreement", problems):
        fields = Fields(source, row, problems)
        found.append(Suggestion(fields.id, fields.texts("themes", among=THEMES)))
        fields.finish()
    return tuple(found)


def sources(folder: Path, problems: Problems) -> dict[str, Source]:
    source = read(folder / "sources.toml", problems)
    found = {}
    for key, row in source.data.items():
        fields = Fields(source, {**row, "id": key}, problems)
        values = {name: str(row.get(name, "")) for name in ("title", "authors")}
        identifier = str(row.get("doi", row.get("identifier", row.get("pmc", ""))))
        known = {"title", "authors", "year", "doi", "pmc", "identifier", "note"}
        for name in sorted(row.keys() - known):
            fields.problem(f"unknown key {name!r}")
        if not identifier and not values["title"]:
            fields.problem("a source needs a title, or an identifier such as doi")
        found[key] = Source(key, year=int(row.get("year", 0)), id=identifier, **values)
    return found


def help_lines(folder: Path, problems: Problems) -> tuple[Country, ...]:
    source = read(folder / "help_lines.toml", problems)
    found = []
    for row in tables(source, "country", problems):
        fields = Fields(source, row, problems)
        checked, crisis = row.get("checked"), row.get("crisis", "")
        if not isinstance(checked, date):
            fields.problem("checked has to be a day, such as checked = 2026-11-22")
            continue
        rest = Fields(
            source, {k: v for k, v in row.items() if k not in ("checked", "crisis")}, problems
        )
        found.append(
            Country(
                id=rest.id,
                name=rest.text("name"),
                abuse=rest.text("abuse"),
                emergency=rest.text("emergency"),
                crisis=str(crisis),
                grade=rest.text("grade", among=("A", "B")),
                checked=checked,
            )
        )
        rest.finish()
    return tuple(found)


def example(
    folder: Path, questionnaire: Questionnaire | None, kinds: tuple[str, ...], problems: Problems
) -> Example:
    """The made-up couple, who answered everything."""
    source = read(folder / "example.toml", problems)
    sides = []
    for name in ("first", "second"):
        row: dict[str, Any] = dict(source.data.get(name, {}))
        answers, guesses = dict(row.pop("answers", {})), dict(row.pop("guesses", {}))
        fields = Fields(source, {**row, "id": name}, problems)
        sides.append(
            ExampleSide(
                name=fields.text("name"),
                answers=answers,
                guesses=guesses,
                pace=fields.text("pace", among=DEPTHS),
                appreciation=fields.text("appreciation"),
                support=fields.texts("support", among=kinds),
            )
        )
        fields.finish()
        ids = {question.id for question in questionnaire.questions} if questionnaire else set()
        if answers.keys() != ids or not guesses.keys() <= ids:
            fields.problem("answers has to have every question of the newest questionnaire")
        if any(value not in range(1, 8) for value in [*answers.values(), *guesses.values()]):
            fields.problem("answers and guesses are whole numbers from 1 to 7")
    return Example(*sides)
