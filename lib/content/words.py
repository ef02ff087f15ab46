"""Every word of one language, looked up by id or key; checked once, when it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from lib.domain.because import Because
from lib.errors import ContentError

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class TipWords:
    """heading; text of two to four sentences; one thing to try this week; when it does not fit."""

    heading: str
    text: str
    try_this: str
    not_fit: str


@dataclass(frozen=True, slots=True)
class ThemeWords:
    """name, as it stands inside a sentence; meaning; what the low and the high end mean."""

    name: str
    meaning: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Words:
    """All words of a language. Every look-up raises ContentError for what does not exist."""

    language: str
    scale: tuple[str, ...] = ()
    interface: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, ThemeWords] = field(default_factory=dict)
    tips: Mapping[str, TipWords] = field(default_factory=dict)
    openers: Mapping[str, str] = field(default_factory=dict)
    kinds_of_support: Mapping[str, str] = field(default_factory=dict)
    agreements: Mapping[str, str] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)
    passphrase: tuple[str, ...] = ()
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def text(self, key: str, **facts: object) -> str:
        """The interface's words at `interface.<file>.<key>`, placeholders filled with `facts`."""
        template = self.template(key)
        try:
            return template.format(**facts)
        except KeyError as error:
            raise ContentError((f"{key}: nothing was given for {error}",)) from error

    def template(self, key: str) -> str:
        """The interface's words as they are, placeholders in braces."""
        return self._found(self.interface, key)

    def question(self, question_id: str) -> str:
        return self._found(self.questions, question_id)

    def theme(self, theme: str) -> ThemeWords:
        return self._found(self.themes, theme)

    def tip(self, tip_id: str) -> TipWords:
        return self._found(self.tips, tip_id)

    def opener(self, opener_id: str) -> str:
        return self._found(self.openers, opener_id)

    def support(self, kind: str) -> str:
        return self._found(self.kinds_of_support, kind)

    def agreement(self, agreement_id: str) -> str:
        return self._found(self.agreements, agreement_id)

    def country(self, country_id: str) -> str:
        return self._found(self.countries, country_id)

    def because(self, because: Because) -> str:
        """The sentence that tells one fact to its reader."""
        lines = self._found(self.reasons, because.kind)
        line = lines.get(because.theme or "default", lines["default"])
        facts = dict(because.facts)
        if because.theme:
            facts["theme"] = self.theme(because.theme).name
        if "support" in facts:
            facts["support"] = self.support(facts["support"])
        return line.format(**facts)

    def _found(self, where: Mapping[str, Value], key: str) -> Value:
        try:
            return where[key]
        except KeyError:
            raise ContentError((f"content/{self.language}: no words for {key}",)) from None
