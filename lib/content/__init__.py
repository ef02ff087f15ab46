"""content/ -> frozen objects, loaded once at start. Everything wrong is told at once.

For authors: content/README.md. For the check without the app: `python -m lib check-content`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lib.content import extras, questionnaires, rules, words
from lib.content.extras import Country, Example, Source, Suggestion
from lib.content.files import Problems
from lib.content.words import Words
from lib.domain.questionnaire import Questionnaire
from lib.domain.rules import Library

__all__ = ["Content", "Country", "Example", "Source", "Suggestion", "load"]


@dataclass(frozen=True, slots=True)
class Content:
    """All of it. support: ids of the kinds of support; agreements: the suggested ones."""

    questionnaires: Mapping[int, Questionnaire]
    library: Library
    support: tuple[str, ...]
    agreements: tuple[Suggestion, ...]
    sources: Mapping[str, Source]
    help_lines: tuple[Country, ...]
    example: Example
    words: Words

    @property
    def current(self) -> Questionnaire:
        """The questionnaire that new check-ins are opened with."""
        return self.questionnaires[max(self.questionnaires)]


def load(folder: Path, language: str = "en") -> Content:
    """Read and check everything; raises ContentError with one line a problem."""
    problems = Problems(folder)
    found = questionnaires.load(folder, problems)
    support = extras.support(folder, problems)
    sources = extras.sources(folder, problems)
    agreements = extras.agreements(folder, problems)
    library = rules.load(folder, support=support, sources=sources, problems=problems)
    spoken = words.load(
        folder,
        language,
        questionnaires=found.values(),
        library=library,
        support=support,
        agreements=[suggestion.id for suggestion in agreements],
        sources=sources,
        problems=problems,
    )
    current = found[max(found)] if found else None
    content = Content(
        questionnaires=found,
        library=library,
        support=support,
        agreements=agreements,
        sources=sources,
        help_lines=extras.help_lines(folder, problems),
        example=extras.example(folder, current, support, problems),
        words=spoken,
    )
    problems.raise_if_any()
    return content
