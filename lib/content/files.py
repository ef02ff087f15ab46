"""Reading TOML for authors: every problem is collected with file, line, id and remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lib.errors import ContentError


@dataclass(slots=True)
class Problems:
    """What is wrong so far; `raise_if_any` ends the loading with all of it at once."""

    folder: Path
    lines: list[str] = field(default_factory=list)

    def add(self, source: Source | Path, item: str, remedy: str) -> None:
        """One problem. item: the id it belongs to, or "" for the file as a whole."""
        path = source.path if isinstance(source, Source) else source
        line = source.line_of(item) if isinstance(source, Source) else 1
        name = path.relative_to(self.folder.parent) if path.is_absolute() else path
        self.lines.append(f"{name}:{line}: {item + ': ' if item else ''}{remedy}")

    def raise_if_any(self) -> None:
        if self.lines:
            raise ContentError(tuple(self.lines))


@dataclass(frozen=True, slots=True)
class Source:
    """One file as read. data is empty when the file is missing or not TOML."""

    path: Path
    text: str
    data: Mapping[str, Any]

    def line_of(self, item: str) -> int:
        """The line where an id is given: `id = "item"`, `[item]` or `item = `; 1 when nowhere."""
        name = re.escape(item)
        pattern = re.compile(
            rf'^\s*(id\s*=\s*"{name}"|\[+([\w-]+\.)*"?{name}"?\]+|"?{name}"?\s*=)', re.MULTILINE
        )
        found = pattern.search(self.text) if item else None
        return self.text.count("\n", 0, found.start(1)) + 1 if found else 1


def read(path: Path, problems: Problems) -> Source:
    """A file that has to be there."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        problems.add(path, "", "the file is missing; add it, see content/README.md")
        return Source(path, "", {})
    except UnicodeDecodeError:
        problems.add(path, "", "the file is not UTF-8 text; save it as UTF-8")
        return Source(path, "", {})
    try:
        return Source(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        problems.add(path, "", f"this is not TOML: {error}")
        return Source(path, text, {})


def read_all(folder: Path, problems: Problems) -> tuple[Source, ...]:
    """Every TOML file of a folder, by name."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        problems.add(folder, "", "there are no files here; add some, see content/README.md")
    return tuple(read(path, problems) for path in paths)


def tables(source: Source, name: str, problems: Problems) -> list[dict[str, Any]]:
    """The [[name]] tables of a file, each with an id that is text; others are problems."""
    for key in source.data:
        if key != name:
            problems.add(source, key, f"unknown table; only [[{name}]] stands here")
    found = source.data.get(name, [])
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        problems.add(source, name, f"write each as [[{name}]]")
        return []
    good = [row for row in found if isinstance(row.get("id"), str) and row["id"]]
    if len(good) < len(found):
        problems.add(source, name, f'every [[{name}]] needs an id = "..."')
    return good


class Fields:
    """The keys of one table, taken one by one with their types; `finish` names those left over."""

    def __init__(self, source: Source, row: Mapping[str, Any], problems: Problems) -> None:
        self._source, self._row, self._problems = source, dict(row), problems
        self.id = str(self._row.pop("id", ""))

    def problem(self, remedy: str) -> None:
        self._problems.add(self._source, self.id, remedy)

    def text(self, key: str, *, among: Iterable[str] | None = None) -> str:
        value = self._row.pop(key, None)
        allowed = None if among is None else tuple(among)
        if not isinstance(value, str) or not value.strip():
            self.problem(f'{key} is missing; write {key} = "..."')
            return allowed[0] if allowed else ""
        if allowed is not None and value not in allowed:
            self.problem(f"{key} = {value!r} is unknown; choose one of {', '.join(allowed)}")
            return allowed[0] if allowed else ""
        return value

    def texts(self, key: str, *, among: Iterable[str] | None = None) -> tuple[str, ...]:
        """A list of texts; missing is empty."""
        value = self._row.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.problem(f'{key} has to be a list of texts, such as {key} = ["..."]')
            return ()
        if among is not None:
            allowed = frozenset(among)
            for item in value:
                if item not in allowed:
                    self.problem(f"{key}: {item!r} is unknown; see content/README.md for the list")
            value = [item for item in value if item in allowed]
        return tuple(value)

    def number(
        self, key: str, lowest: float, highest: float, default: float | None = None
    ) -> float:
        value = self._row.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.problem(f"{key} has to be a number from {lowest:g} to {highest:g}")
            return lowest
        if not lowest <= value <= highest:
            self.problem(f"{key} = {value} is outside {lowest:g} to {highest:g}")
            return lowest
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self._row.pop(key, default)
        if not isinstance(value, bool):
            self.problem(f"{key} has to be true or false")
            return default
        return value

    def finish(self) -> None:
        for key in self._row:
            self.problem(f"unknown key {key!r}; take it away or see content/README.md")
