"""TOML to domain objects, frozen once. Whatever is wrong is named: file, line, id and remedy.

content/README.md describes the files. Called when a process starts, and by `python -m lib`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lib.content import load_areas, load_questionnaires, load_rules
from lib.content.areas import Agreement, Country, Example, ExampleSide, Page, Section, Source
from lib.content.load_words import load_words
from lib.content.reader import Problems
from lib.content.words import ThemeWords, TipWords, Words
from lib.domain.questionnaire import Questionnaire
from lib.domain.rules import Library
from lib.errors import ContentError

__all__ = [
    "FOLDER", "Agreement", "Content", "Country", "Example", "ExampleSide", "Page", "Section",
    "Source", "ThemeWords", "TipWords", "Words", "load",
]  # fmt: skip

FOLDER = Path(__file__).resolve().parents[2] / "content"


@dataclass(frozen=True, slots=True)
class Content:
    """Everything in content/, in one language.

    questionnaires: by version, old ones included; current: the newest. support: ids of the kinds of
    support, in the menu's order. example is there whenever loading succeeded.
    """

    questionnaires: Mapping[int, Questionnaire]
    current: Questionnaire
    library: Library
    words: Words
    support: tuple[str, ...]
    sources: Mapping[str, Source]
    agreements: tuple[Agreement, ...]
    help_lines: tuple[Country, ...]
    reading: Page
    safety: Page
    example: Example | None


def load(folder: Path = FOLDER, language: str = "en") -> Content:
    """Load and check everything; raises ContentError with every problem, one line each: those of
    files that cannot be read first and alone, for most others come of them."""
    problems = Problems()
    questionnaires = load_questionnaires.load_questionnaires(folder, problems)
    if not questionnaires:
        raise ContentError(tuple(problems.unreadable or problems.lines))
    current = questionnaires[max(questionnaires)]
    sources = load_areas.load_sources(folder, problems)
    support = load_areas.load_support(folder, problems)
    library, files = load_rules.load_library(
        folder, problems, questionnaire=current, support=support, sources=tuple(sources)
    )
    agreements = load_areas.load_agreements(folder, problems)
    countries = load_areas.load_help_lines(folder, problems)
    ids = {
        "support": support,
        "agreements": [agreement.id for agreement in agreements],
        "help_lines": [country.id for country in countries],
    }
    words = load_words(
        folder,
        language,
        problems,
        questionnaires=tuple(questionnaires.values()),
        library=library,
        ids=ids,
        files=files,
    )
    content = Content(
        questionnaires=questionnaires,
        current=current,
        library=library,
        words=words,
        support=support,
        sources=sources,
        agreements=agreements,
        help_lines=countries,
        reading=load_areas.load_page(
            folder, f"{language}/reading.toml", problems, sources=tuple(sources), least=1
        ),
        safety=load_areas.load_page(
            folder, f"{language}/safety.toml", problems, sources=tuple(sources)
        ),
        example=load_areas.load_example(
            folder, language, problems, questionnaire=current, support=support
        ),
    )
    if problems.lines:
        raise ContentError(tuple(problems.unreadable or problems.lines))
    return content
