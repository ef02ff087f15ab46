"""What content holds beside questions, rules and words: frozen objects, one kind for each area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lib.domain.facts import Voice


@dataclass(frozen=True, slots=True)
class Source:
    """A published finding. id: the key by which rules and pages cite it. authors and url may be
    empty."""

    id: str
    title: str
    authors: str
    year: int
    url: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """A small thing that two could agree on, and the themes it fits."""

    id: str
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Country:
    """Help lines as they are shown. grade: A official, B two lists agree. checked: the day."""

    id: str
    grade: str
    checked: date
    abuse: tuple[str, ...]
    emergency: tuple[str, ...]
    crisis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Part of a page that is only read. sources: ids of Source, or rows."""

    id: str
    heading: str
    paragraphs: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is only read: the reading page, the safety page."""

    title: str = ""
    lead: str = ""
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class ExampleSide:
    """One of the made-up couple."""

    name: str
    voice: Voice
    appreciation: str


@dataclass(frozen=True, slots=True)
class Example:
    """The made-up couple that visitors can look at. Its advice is computed like everyone's."""

    first: ExampleSide
    second: ExampleSide
