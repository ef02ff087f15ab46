"""Reading TOML so that whatever is wrong can be named: file, line, id and remedy.

Problems are collected, never raised one by one: an author wants to see them all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from string import Formatter
from typing import Any

ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_SYNTAX_LINE = re.compile(r"\(at line (\d+)")
_LONGEST_LIST = 12
_MISSING = object()  # reported already; what is returned instead is never used, for loading fails


@dataclass(slots=True)
class Problems:
    """What was found wrong, as lines for people. unreadable: those about files that could not be
    read at all; most others follow from them."""

    lines: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def add(self, where: str, what: str, remedy: str) -> None:
        self.lines.append(f"{where}: {what}. {remedy}.")

    def add_unreadable(self, where: str, what: str, remedy: str) -> None:
        self.add(where, what, remedy)
        self.unreadable.append(self.lines[-1])


@dataclass(frozen=True, slots=True)
class File:
    """One TOML file. path: relative to the content folder, for messages."""

    path: str
    text: str
    data: Mapping[str, Any]
    problems: Problems

    def problem(self, item: str, what: str, remedy: str, *, key: str = "") -> None:
        """Report something about `item` (an id, or "" for the whole file), at `key` if given."""
        line = self.line(item, key)
        about = f": {item}" if item else ""
        self.problems.add(f"content/{self.path}, line {line}{about}", what, remedy)

    def line(self, item: str, key: str = "") -> int:
        """Line of `key` of `item`, or of the item, or 1: counted from 1, found by how it is
        written."""
        lines = self.text.splitlines()
        last = self._last_line_of(item, lines)
        if not key:
            return last or 1
        start = _start_of_table(lines, last) if last else 0
        pattern = re.compile(rf'\s*["\']?{re.escape(key)}["\']?\s*=')
        for number in range(start, len(lines)):
            if number >= last and lines[number].lstrip().startswith("["):
                break
            if pattern.match(lines[number]):
                return number + 1
        return last or 1

    @staticmethod
    def _last_line_of(item: str, lines: list[str]) -> int:
        """The last mention, as of two with the same id the second is the mistake."""
        name = re.escape(item)
        own = re.compile(
            rf'\s*(id\s*=\s*["\']{name}["\']|\[+\s*["\']?{name}["\']?\s*\]+|{name}\s*=)'
        )
        found = [number for number, line in enumerate(lines, 1) if item and own.match(line)]
        return found[-1] if found else 0


def read(folder: Path, path: str, problems: Problems) -> File | None:
    """The file at `path` below `folder`; None, with a problem, when it cannot be read as TOML."""
    try:
        text = (folder / path).read_text(encoding="utf-8")
    except OSError:
        problems.add_unreadable(
            f"content/{path}, line 1", "the file is not there", f"Write content/{path}"
        )
        return None
    except UnicodeDecodeError:
        problems.add_unreadable(
            f"content/{path}, line 1", "it is not UTF-8", "Save the file as UTF-8"
        )
        return None
    try:
        return File(path, text, tomllib.loads(text), problems)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = _SYNTAX_LINE.search(str(error))
        line = at.group(1) if at else str(text.count("\n") + 1)
        problems.add_unreadable(
            f"content/{path}, line {line}", f"not valid TOML ({error})", "Correct this line"
        )
        return None


@dataclass(slots=True)
class Table:
    """One table of a file, read key by key; whatever is not asked for is an unknown key."""

    file: File
    item: str
    data: Mapping[str, Any]
    asked: set[str] = field(default_factory=set)

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self._value(key)
        if value is _MISSING:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.bad(key, "is not a text with something in it", f'Write {key} = "..."')
            return ""
        return value

    def choice(self, key: str, allowed: Collection[str]) -> str:
        """A text that is one of `allowed`."""
        value = self._value(key)
        if isinstance(value, str) and value in allowed:
            return value
        if value is not _MISSING:
            self.bad(key, f"is {shown(value)}, which does not exist", one_of(value, allowed))
        return next(iter(allowed), "")

    def choices(self, key: str, allowed: Collection[str], *, least: int = 0) -> tuple[str, ...]:
        """A list of different texts out of `allowed`; absent counts as empty."""
        found = []
        for value in self.texts(key, least=least):
            if value in found:
                self.bad(key, f'names "{value}" twice', "Take one of them out")
            elif value not in allowed:
                self.bad(key, f'names "{value}", which does not exist', one_of(value, allowed))
            else:
                found.append(value)
        return tuple(found)

    def texts(self, key: str, *, least: int = 0) -> tuple[str, ...]:
        """A list of texts; absent counts as empty."""
        value = self._value(key, [] if not least else None)
        if value is _MISSING:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            self.bad(key, "is not a list of texts", f'Write {key} = ["...", "..."]')
            return ()
        if len(value) < least:
            self.bad(key, f"has fewer than {least}", "Add what is missing")
        return tuple(value)

    def number(self, key: str, low: float, high: float, *, default: float | None = None) -> float:
        """A number from `low` to `high`."""
        value = self._value(key, default)
        if value is _MISSING:
            return low
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            self.bad(key, f"is {shown(value)}", f"Write a number from {low:g} to {high:g}")
            return low
        return float(value) if isinstance(low, float) else value

    def whole(self, key: str, low: int, high: int, *, default: int | None = None) -> int:
        """A whole number from `low` to `high`."""
        value = self.number(key, low, high, default=default)
        if not isinstance(value, int):
            self.bad(key, f"is {shown(value)}", f"Write a whole number from {low} to {high}")
            return low
        return value

    def flag(self, key: str) -> bool:
        value = self._value(key)
        if not isinstance(value, bool) and value is not _MISSING:
            self.bad(key, f"is {shown(value)}", f"Write {key} = true or {key} = false")
        return value is True

    def raw(self, key: str) -> Any:
        """Whatever stands there, or None, for the caller to judge."""
        self.asked.add(key)
        return self.data.get(key)

    def bad(self, key: str, what: str, remedy: str) -> None:
        self.file.problem(self.item, f"`{key}` {what}", remedy, key=key)

    def done(self) -> None:
        """Report keys that nobody asked for."""
        for key in self.data:
            if key not in self.asked:
                self.file.problem(
                    self.item, f'the key "{key}" is unknown', one_of(key, self.asked), key=key
                )

    def _value(self, key: str, default: object = None) -> Any:
        self.asked.add(key)
        if key in self.data:
            return self.data[key]
        if default is None:
            self.file.problem(self.item, f"`{key}` is missing", f"Write {key} = ...")
            return _MISSING
        return default


def tables(file: File, name: str) -> list[Table]:
    """Every [[name]] of a file, with checked, different ids; other top-level keys are problems."""
    for key in file.data:
        if key != name:
            file.problem("", f'"{key}" is unknown here', f"Use [[{name}]] only", key=key)
    rows = file.data.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        file.problem("", f"{name} is not a list of tables", f"Write [[{name}]]", key=name)
        return []
    found = []
    for row in rows:
        item = row.get("id")
        if not isinstance(item, str) or not ID.match(item):
            remedy = 'Write id = "..." of lower case letters, digits and _'
            file.problem("", f"a [[{name}]] has the id {shown(item)}", remedy, key="id")
        else:
            found.append(Table(file, item, row, {"id"}))
    return found


def entries(file: File) -> list[Table]:
    """Every [id] table of a file of words."""
    found = []
    for item, row in file.data.items():
        if isinstance(row, dict):
            found.append(Table(file, item, row))
        else:
            file.problem(item, f'"{item}" stands outside a table', f"Write [{item}] above it")
    return found


def placeholders(text: str) -> set[str] | None:
    """Names in braces; None when the braces do not make sense or do more than name something."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return None
    names = {name for _, name, _, _ in parts if name is not None}
    plain = all(name.isidentifier() for name in names)
    extra = any(form or turned for _, _, form, turned in parts)
    return names if plain and not extra else None


def one_of(value: object, allowed: Collection[str]) -> str:
    """The remedy for a word that does not exist: the nearest, and all if they are few."""
    near = get_close_matches(str(value), list(allowed), n=1, cutoff=0.6)
    if near:
        return f'Did you mean "{near[0]}"'
    if len(allowed) <= _LONGEST_LIST:
        return "Use one of: " + ", ".join(sorted(allowed))
    return "See content/README.md for what exists"


def shown(value: object) -> str:
    """A value for a message, cut short."""
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _start_of_table(lines: list[str], at: int) -> int:
    """Index of the header above line number `at`."""
    for index in range(at - 1, -1, -1):
        if lines[index].lstrip().startswith("["):
            return index + 1
    return 0
