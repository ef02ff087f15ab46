"""content/tips and content/openers -> Library, every rule checked when it is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from lib.content.files import Fields, Problems, Source, read_all, tables
from lib.domain.questionnaire import THEMES
from lib.domain.rules import (
    DEPTHS,
    DOES,
    FAMILIES,
    PRIVATE_THEME,
    Library,
    Opener,
    Rule,
    Tip,
    possible,
    theme_of,
    vocabulary,
)

_ROW = re.compile(r"row ([1-9]|1[0-3])")
_SAYS_NOTHING = frozenset({"alone", "together"})
_LONGEST_COOL_DOWN = 12


def load(
    folder: Path, *, support: Iterable[str], sources: Iterable[str], problems: Problems
) -> Library:
    """All tips and openers, in the order of files and lines."""
    known = vocabulary(support)
    cited = frozenset(sources)
    seen: dict[str, Path] = {}
    tips, openers = [], []
    for source in read_all(folder / "tips", problems):
        for row in tables(source, "tip", problems):
            fields = Fields(source, row, problems)
            _unique(fields, source, seen)
            tips.append(_tip(fields, known, cited))
    for source in read_all(folder / "openers", problems):
        for row in tables(source, "opener", problems):
            fields = Fields(source, row, problems)
            _unique(fields, source, seen)
            openers.append(_opener(fields, known, cited))
    return Library(tuple(tips), tuple(openers))


def _tip(fields: Fields, known: frozenset[str], cited: frozenset[str]) -> Tip:
    us = fields.text("for", among=("me", "us")) == "us"
    tip = Tip(
        id=fields.id,
        family=fields.text("family", among=FAMILIES),
        us=us,
        rule=_rule(fields, known, us=us),
        does=frozenset(fields.texts("does", among=DOES)),
        source=_source(fields, cited),
        cool_down=int(fields.number("cool_down", 0, _LONGEST_COOL_DOWN)),
    )
    if not tip.does:
        fields.problem(f"does is missing; say what it does: {', '.join(DOES)}")
    if not (tip.rule.when | tip.rule.any) - _SAYS_NOTHING:
        fields.problem("a tip needs a fact to rest on; add a condition to `when` or `any`")
    fields.finish()
    return tip


def _opener(fields: Fields, known: frozenset[str], cited: frozenset[str]) -> Opener:
    us = fields.text("for", among=("me", "us")) == "us"
    opener = Opener(
        id=fields.id,
        theme=fields.text("theme", among=THEMES),
        depth=fields.text("depth", among=DEPTHS),
        us=us,
        rule=_rule(fields, known, us=us),
        source=_source(fields, cited),
    )
    fields.finish()
    return opener


def _rule(fields: Fields, known: frozenset[str], *, us: bool) -> Rule:
    rule = Rule(
        when=frozenset(fields.texts("when", among=known)),
        any=frozenset(fields.texts("any", among=known)),
        never=frozenset(fields.texts("never_when", among=known)),
    )
    if not possible(rule):
        fields.problem("these conditions can never hold together; take one away")
    if us and any(theme_of(each) == PRIVATE_THEME for each in rule.when | rule.any | rule.never):
        fields.problem('self_worth is never laid open to the other; use for = "me"')
    return rule


def _source(fields: Fields, cited: frozenset[str]) -> str:
    source = fields.text("source")
    if source and not _ROW.fullmatch(source) and source not in cited:
        fields.problem(f'source {source!r} is neither "row 1" to "row 13" nor in sources.toml')
    return source


def _unique(fields: Fields, source: Source, seen: dict[str, Path]) -> None:
    if fields.id in seen:
        fields.problem(f"this id stands in {seen[fields.id].name} already; choose another")
    seen[fields.id] = source.path
