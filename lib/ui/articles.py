"""Pages that are only read: the reading page with its sources, and help and safety."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from lib.content import Content, Country, Section, Source
from lib.domain.rules import ROWS
from lib.ui import dates, visitor, words


def reading() -> None:
    """Why people pull back or cling, and what helps; sources at each section's end."""
    content = visitor.house().content
    for section in content.reading.sections:
        _section(section)
        _sources(content, section.sources)
    st.caption(words.text("interface.reading.untested"))


def safety() -> None:
    """The same for everybody, stored nowhere. What to do now and the numbers stand first."""
    content = visitor.house().content
    first, *rest = content.safety.sections
    _section(first)
    st.header(words.text("interface.safety.lines"), anchor=False)
    with st.container(gap="xsmall"):
        for country in content.help_lines:
            _country(content, country)
    for section in rest:
        _section(section)


def _section(section: Section) -> None:
    st.header(section.heading, anchor=section.id)
    for paragraph in section.paragraphs:
        st.markdown(paragraph)


def _sources(content: Content, ids: Iterable[str]) -> None:
    """Every one named: the article behind the rows in words, once, and each study with its link."""
    named = [
        words.text("interface.reading.article") if item in ROWS else _cited(content.sources[item])
        for item in ids
    ]
    cited = "; ".join(dict.fromkeys(named))
    st.caption(words.text("interface.reading.sources", sources=cited))


def _cited(source: Source) -> str:
    year = f" ({source.year})" if source.year else ""
    named = f"{source.authors}{year}".strip()
    said = ". ".join(part for part in (named, source.title) if part)
    return f"[{said}]({source.url})" if source.url else said


def _country(content: Content, country: Country) -> None:
    with st.expander(content.words.country(country.id)):
        for kind in ("abuse", "emergency", "crisis"):
            lines: tuple[str, ...] = getattr(country, kind)
            if lines:
                label = words.text(f"interface.safety.{kind}")
                st.markdown(f"{label}  \n" + "  \n".join(f"**{line}**" for line in lines))
        st.caption(words.text("interface.safety.checked", day=dates.calendar_day(country.checked)))
