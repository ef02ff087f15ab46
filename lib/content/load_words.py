"""The words of one language from TOML, each matched with what it is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

from lib.content.reader import File, Problems, Table, entries, placeholders, read
from lib.content.words import ThemeWords, TipWords, Words
from lib.domain.because import PLAIN_KINDS, THEME_KINDS
from lib.domain.questionnaire import THEMES, Questionnaire
from lib.domain.rules import Library

_ANSWERS = 7
_FEWEST_WORDS = 900
Value = TypeVar("Value")


def load_words(
    folder: Path,
    language: str,
    problems: Problems,
    *,
    questionnaires: Collection[Questionnaire],
    library: Library,
    ids: Mapping[str, Collection[str]],
    files: Mapping[str, File],
) -> Words:
    """All words. ids: area -> ids that need a text there; files: the rule file of each item."""
    shelf = _Shelf(folder, language, problems)
    asked = {question.id for one in questionnaires for question in one.questions}
    scale, questions = shelf.questions(asked)
    return Words(
        language=language,
        scale=scale,
        interface=shelf.interface(),
        passphrase=shelf.passphrase(),
        questions=questions,
        themes=shelf.table("themes.toml", THEMES, _theme),
        tips=shelf.group("tips", {tip.id: tip.family for tip in library.tips}, _tip, files),
        openers=shelf.group(
            "openers", {one.id: one.theme for one in library.openers}, _text, files
        ),
        kinds_of_support=shelf.table("support.toml", ids["support"], _text),
        agreements=shelf.table("agreements.toml", ids["agreements"], _text),
        countries=shelf.table("help_lines.toml", ids["help_lines"], _name),
        reasons=shelf.reasons(),
    )


class _Shelf:
    """The folder of one language."""

    def __init__(self, folder: Path, language: str, problems: Problems) -> None:
        self.folder, self.language, self.problems = folder, language, problems

    def open(self, path: str) -> File | None:
        return read(self.folder, f"{self.language}/{path}", self.problems)

    def table(
        self, path: str, wanted: Collection[str], build: Callable[[Table], Value]
    ) -> dict[str, Value]:
        """A file with one table for each id of `wanted`, no more and no fewer."""
        file = self.open(path)
        return self._entries(file, wanted, build) if file else {}

    def _entries(
        self, file: File, wanted: Collection[str], build: Callable[[Table], Value]
    ) -> dict[str, Value]:
        found = {}
        for table in entries(file):
            if table.item not in wanted:
                file.problem(table.item, "words for something that does not exist",
                             "Correct the id, or take them out")  # fmt: skip
                continue
            found[table.item] = build(table)
            table.done()
        for item in wanted:
            if item not in found:
                file.problem(item, "has no words here", f"Write [{item}] into this file")
        return found

    def group(
        self,
        kind: str,
        wanted: Mapping[str, str],
        build: Callable[[Table], Value],
        files: Mapping[str, File],
    ) -> dict[str, Value]:
        """A folder of files, one for each family or theme. wanted: id -> the name of its file."""
        found: dict[str, Value] = {}
        names = {path.stem for path in (self.folder / self.language / kind).glob("*.toml")}
        for name in sorted(names | set(wanted.values())):
            ids = [item for item, group in wanted.items() if group == name]
            path = f"{kind}/{name}.toml"
            if name in names:
                file = self.open(path)
                found.update(self._entries(file, ids, build) if file else {})
                continue
            for item in ids:
                where = f"content/{self.language}/{path}"
                files[item].problem(item, "has no words", f"Write [{item}] into {where}")
        return found

    def questions(self, asked: Collection[str]) -> tuple[tuple[str, ...], dict[str, str]]:
        file = self.open("questions.toml")
        if file is None:
            return (), {}
        scale = Table(file, "scale", file.data.get("scale", {}))
        answers = scale.texts("answers", least=_ANSWERS)
        if len(answers) > _ANSWERS:
            scale.bad("answers", f"has more than {_ANSWERS}", "Take out what is too much")
        scale.done()
        rest = {key: row for key, row in file.data.items() if key != "scale"}
        return answers, self._entries(File(file.path, file.text, rest, file.problems), asked, _text)

    def interface(self) -> dict[str, str]:
        """Every text of interface/*.toml by its key."""
        found: dict[str, str] = {}
        for path in sorted((self.folder / self.language / "interface").glob("*.toml")):
            file = self.open(f"interface/{path.name}")
            if file is None:
                continue
            area = file.data.get(path.stem)
            flat = isinstance(area, dict) and len(file.data) == 1
            _flatten(file, f"interface.{path.stem}", area if flat else file.data, found)
        return found

    def passphrase(self) -> tuple[str, ...]:
        """The words that suggested passwords are made of."""
        file = self.open("passphrase.toml")
        if file is None:
            return ()
        given = file.data.get("words")
        found = given.split() if isinstance(given, str) else []
        if len(set(found)) < _FEWEST_WORDS or len(set(found)) != len(found):
            file.problem("words", f"has fewer than {_FEWEST_WORDS} words, or one twice",
                         "Write each once, parted by spaces")  # fmt: skip
        for word in found:
            if not re.fullmatch("[a-z]{3,8}", word):
                file.problem("words", f"has {word!r}", "Write words of 3 to 8 letters a to z")
        return tuple(found)

    def reasons(self) -> dict[str, Mapping[str, str]]:
        """because.toml: kind -> theme or "default" -> sentence."""
        return {**self.table("because.toml", (*THEME_KINDS, *PLAIN_KINDS), _reason)}


def _flatten(file: File, key: str, value: Any, found: dict[str, str]) -> None:
    name = key.rsplit(".", 1)[-1]
    if isinstance(value, dict):
        for inner, one in value.items():
            _flatten(file, f"{key}.{inner}", one, found)
    elif not isinstance(value, str):
        file.problem(name, "is not a text", f'Write {name} = "..."')
    elif placeholders(value) is None:
        file.problem(name, "has braces that are no placeholder", "Write {name}, or {{ for a brace")
    else:
        found[key] = value


def _plain(table: Table, key: str) -> str:
    """A text without placeholders."""
    text = table.text(key)
    if "{" in text or "}" in text:
        table.bad(key, "has a placeholder, and nothing is filled in here", "Take out the braces")
    return text


def _text(table: Table) -> str:
    return _plain(table, "text")


def _name(table: Table) -> str:
    return _plain(table, "name")


def _theme(table: Table) -> ThemeWords:
    return ThemeWords(*(_plain(table, key) for key in ("name", "meaning", "low", "high")))


def _tip(table: Table) -> TipWords:
    return TipWords(*(_plain(table, key) for key in ("heading", "text", "try", "not_fit")))


def _reason(table: Table) -> Mapping[str, str]:
    """One kind of fact: a default sentence, and others for single themes."""
    allowed = {"theme"} if table.item in THEME_KINDS else set()
    if table.item.startswith("wish_"):
        allowed = {"support"}
    lines = {"default": table.text("default")}
    if table.item in THEME_KINDS:
        lines |= {theme: table.text(theme) for theme in THEMES if theme in table.data}
    for key, line in lines.items():
        names = placeholders(line)
        if names is None or not names <= allowed:
            may = " or ".join(f"{{{name}}}" for name in sorted(allowed)) or "none"
            table.bad(key, "has a placeholder that is not known here", f"Possible here: {may}")
    return lines
