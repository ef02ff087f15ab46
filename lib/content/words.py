"""The words of one language, checked to be complete against the rules and the questionnaire."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from lib.content.files import Problems, Source, read, read_all
from lib.domain.questionnaire import THEMES, Questionnaire
from lib.domain.rules import PRIVATE_THEME, Library
from lib.errors import ContentError


@dataclass(frozen=True, slots=True)
class TipWords:
    """heading; two to four sentences; one thing to try this week; when it does not fit."""

    heading: str
    text: str
    try_this: str
    not_fit: str


@dataclass(frozen=True, slots=True)
class ThemeWords:
    """A theme in words, the sentences told from the reader's side."""

    name: str
    meaning: str
    level_low: str
    level_middle: str
    level_high: str
    close: str = ""
    me_higher: str = ""
    partner_higher: str = ""
    partner_low: str = ""
    partner_middle: str = ""
    partner_high: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the reading page. rows: of the founding article that it answers."""

    heading: str
    text: str
    sources: tuple[str, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that people read, in one language."""

    language: str
    scale: tuple[str, ...]
    questions: Mapping[str, str]
    themes: Mapping[str, ThemeWords]
    tips: Mapping[str, TipWords]
    openers: Mapping[str, str]
    kinds_of_support: Mapping[str, str]
    agreements: Mapping[str, str]
    facts: Mapping[str, str]
    reading: tuple[Section, ...]
    interface: Mapping[str, str]

    def question(self, question_id: str) -> str:
        return self.questions[question_id]

    def support(self, kind: str) -> str:
        return self.kinds_of_support[kind]

    def agreement(self, agreement_id: str) -> str:
        return self.agreements[agreement_id]

    def text(self, key: str, **facts: object) -> str:
        """The interface's words at `interface.<area>.<name>`, its placeholders filled."""
        template = self.interface.get(key)
        if template is None:
            raise ContentError((f"content/{self.language}/interface: no words for {key}",))
        return template.format(**facts) if facts else template


def load(
    folder: Path,
    language: str,
    *,
    questionnaires: Iterable[Questionnaire],
    library: Library,
    support: Iterable[str],
    agreements: Iterable[str],
    sources: Iterable[str],
    problems: Problems,
) -> Words:
    """Read content/<language>/ and name every word that is missing or belongs to nothing."""
    home = folder / language
    questions = read(home / "questions.toml", problems)
    ids = {question.id for each in questionnaires for question in each.questions}
    scale = questions.data.get("scale", [])
    if not isinstance(scale, list) or len(scale) != 7:
        problems.add(questions, "scale", "scale needs seven words, for the answers 1 to 7")
    return Words(
        language=language,
        scale=tuple(map(str, scale)),
        questions=_flat(questions, questions.data.get("questions", {}), ids, problems),
        themes=_themes(read(home / "themes.toml", problems), problems),
        tips=_tips(home / "tips", [tip.id for tip in library.tips], problems),
        openers=_openers(home / "openers", [opener.id for opener in library.openers], problems),
        kinds_of_support=_listed(home / "support.toml", "support", support, problems),
        agreements=_listed(home / "agreements.toml", "agreements", agreements, problems),
        facts=_facts(read(home / "because.toml", problems), problems),
        reading=_reading(read(home / "reading.toml", problems), frozenset(sources), problems),
        interface=_interface(home / "interface", problems),
    )


def _flat(
    source: Source, data: Any, wanted: Iterable[str], problems: Problems
) -> dict[str, str]:
    """A table of texts with exactly these keys."""
    texts = data if isinstance(data, dict) else {}
    needed = set(wanted)
    for item in sorted(needed - texts.keys()):
        problems.add(source, item, "words are missing; add them")
    for item in sorted(texts.keys() - needed):
        problems.add(source, item, "these words belong to nothing; take them away or add the rule")
    return {key: text for key, text in texts.items() if _is_text(source, key, text, problems)}


def _is_text(source: Source, item: str, text: object, problems: Problems) -> bool:
    if isinstance(text, str) and text.strip():
        return True
    problems.add(source, item, "this has to be text in quotes, and not empty")
    return False


def _listed(path: Path, name: str, wanted: Iterable[str], problems: Problems) -> dict[str, str]:
    source = read(path, problems)
    return _flat(source, source.data.get(name, {}), wanted, problems)


def _themes(source: Source, problems: Problems) -> dict[str, ThemeWords]:
    themes = {}
    needed = {field.name for field in fields(ThemeWords)}
    private = {"name", "meaning", "level_low", "level_middle", "level_high"}
    for theme in THEMES:
        row = source.data.get(theme, {})
        keys = private if theme == PRIVATE_THEME else needed
        for key in sorted(keys - row.keys()):
            problems.add(source, theme, f"{key} is missing")
        for key in sorted(row.keys() - keys):
            problems.add(source, theme, f"unknown key {key!r}")
        if keys == row.keys():
            themes[theme] = ThemeWords(**row)
    return themes


def _tips(folder: Path, wanted: Iterable[str], problems: Problems) -> dict[str, TipWords]:
    needed, words = set(wanted), {}
    for source in read_all(folder, problems):
        for tip_id, row in source.data.items():
            if tip_id not in needed:
                problems.add(source, tip_id, "words without a tip; add the rule or take them away")
            keys = {"heading", "text", "try", "not_fit"}
            if not isinstance(row, dict) or row.keys() != keys:
                problems.add(source, tip_id, f"needs exactly {', '.join(sorted(keys))}")
            elif all(_is_text(source, tip_id, text, problems) for text in row.values()):
                if tip_id in words:
                    problems.add(source, tip_id, "these words stand twice")
                words[tip_id] = TipWords(row["heading"], row["text"], row["try"], row["not_fit"])
    for tip_id in sorted(needed - words.keys()):
        problems.add(folder, tip_id, "a tip without words; add them in the file of its family")
    return words


def _openers(folder: Path, wanted: Iterable[str], problems: Problems) -> dict[str, str]:
    needed, words = set(wanted), {}
    for source in read_all(folder, problems):
        for opener_id, text in source.data.items():
            if opener_id not in needed:
                problems.add(source, opener_id, "words without an opener; add it or take them away")
            elif _is_text(source, opener_id, text, problems):
                words[opener_id] = text
    for opener_id in sorted(needed - words.keys()):
        problems.add(folder, opener_id, "an opener without words; add them")
    return words


def _reading(source: Source, known: frozenset[str], problems: Problems) -> tuple[Section, ...]:
    sections = []
    for row in source.data.get("section", []):
        heading = str(row.get("heading", ""))
        if row.keys() != {"heading", "text", "sources", "rows"}:
            problems.add(source, heading, "a section has heading, text, sources and rows")
            continue
        for cited in row["sources"]:
            if cited not in known:
                problems.add(source, heading, f"source {cited!r} is not in sources.toml")
        section = Section(heading, row["text"], tuple(row["sources"]), tuple(row["rows"]))
        sections.append(section)
    missing = set(range(1, 14)) - {number for section in sections for number in section.rows}
    if missing:
        rows = ", ".join(map(str, sorted(missing)))
        problems.add(source, "section", f"no section answers row {rows}")
    return tuple(sections)


def _facts(source: Source, problems: Problems) -> dict[str, str]:
    """Sentences for facts that are not about one theme's level or gap, by their condition."""
    flat: dict[str, str] = {}
    for group, rows in source.data.items():
        if not isinstance(rows, dict):
            problems.add(source, group, "write a table of sentences")
            continue
        for name, text in rows.items():
            if _is_text(source, name, text, problems):
                flat[f"{group} {name}"] = text
    return flat


def _interface(folder: Path, problems: Problems) -> dict[str, str]:
    """Nested tables of texts as `interface.<area>.<name>`; each file holds one table of its name."""
    flat: dict[str, str] = {}

    def walk(source: Source, prefix: str, rows: Mapping[str, Any]) -> None:
        for name, value in rows.items():
            key = f"{prefix}.{name}"
            if isinstance(value, dict):
                walk(source, key, value)
            elif _is_text(source, name, value, problems):
                if _placeholders(value) is None:
                    problems.add(source, name, "a brace is open; write {name}, or {{ for a brace")
                flat[key] = value

    for source in read_all(folder, problems):
        area = source.path.stem
        for other in source.data:
            if other != area:
                problems.add(source, other, f"the file holds one table, [{area}]")
        walk(source, f"interface.{area}", source.data.get(area, {}))
    return flat


def _placeholders(text: str) -> frozenset[str] | None:
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
    except ValueError:
        return None
