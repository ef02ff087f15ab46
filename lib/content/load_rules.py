"""Tips and openers from TOML, with every rule checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from lib.content.reader import File, Problems, Table, one_of, read, tables
from lib.domain.impossible import why_never, why_withheld
from lib.domain.questionnaire import THEMES, Questionnaire
from lib.domain.rules import (
    DEPTHS,
    DOES,
    FAMILIES,
    ROWS,
    Library,
    Opener,
    Rule,
    Tip,
    is_private,
    vocabulary,
)

_LONGEST_REST = 12
_READERS = ("me", "us")


def load_library(
    folder: Path,
    problems: Problems,
    *,
    questionnaire: Questionnaire,
    support: Collection[str],
    sources: Collection[str],
) -> tuple[Library, Mapping[str, File]]:
    """All tips and openers; and for messages, the file of each by its id."""
    loader = _Loader(questionnaire, vocabulary(support), (*ROWS, *sources))
    for kind, names in (("tips", FAMILIES), ("openers", THEMES)):
        for path in sorted((folder / kind).glob("*.toml")):
            file = read(folder, f"{kind}/{path.name}", problems)
            if file is None:
                continue
            if path.stem not in names:
                file.problem(
                    "", f'"{path.stem}" is not the name of a group', one_of(path.stem, names)
                )
            for table in tables(file, kind.removesuffix("s")):
                loader.add(kind, path.stem, table)
    return Library(tuple(loader.tips), tuple(loader.openers)), loader.files


class _Loader:
    """Collects tips and openers over all files, so that an id can be seen to come twice."""

    def __init__(
        self, questionnaire: Questionnaire, words: frozenset[str], sources: tuple[str, ...]
    ) -> None:
        self.questionnaire = questionnaire
        self.words = words
        self.sources = sources
        self.tips: list[Tip] = []
        self.openers: list[Opener] = []
        self.files: dict[str, File] = {}

    def add(self, kind: str, group: str, table: Table) -> None:
        if table.item in self.files:
            where = self.files[table.item].path
            table.file.problem(
                table.item, f"this id stands in {where} already", "Choose another id"
            )
            return
        self.files[table.item] = table.file
        if kind == "tips":
            self.tips.append(self._tip(group, table))
        else:
            self.openers.append(self._opener(group, table))
        table.done()

    def _tip(self, group: str, table: Table) -> Tip:
        family = table.choice("family", FAMILIES)
        if family != group and family:
            table.bad("family", f"is not that of the file, {group}", "Move the tip or correct it")
        shared = table.choice("for", _READERS) == "us"
        tip = Tip(
            id=table.item,
            family=family,
            shared=shared,
            rule=self._rule(table, shared),
            does=frozenset(table.choices("does", DOES, least=1)),
            themes=table.choices("themes", THEMES, least=1),
            source=table.choice("source", self.sources),
            cool_down=table.whole("cool_down", 0, _LONGEST_REST),
        )
        reason = why_withheld(tip)
        if reason:
            clause, _, remedy = reason.partition("; ")
            table.bad("does", f"can never be shown: {clause}", remedy.capitalize())
        return tip

    def _opener(self, group: str, table: Table) -> Opener:
        theme = table.choice("theme", THEMES)
        if theme != group and theme:
            table.bad("theme", f"is not that of the file, {group}", "Move the opener or correct it")
        shared = table.choice("for", _READERS) == "us"
        if shared and theme == "self_worth":
            table.bad("for", "shares self_worth, which is each one's own", 'Write for = "me"')
        rule = self._rule(table, shared)
        if "unsafe" in rule.when:
            clause = "can never be shown: who marks that honesty is unsafe reads no openers"
            table.bad("when", clause, "Take `unsafe` out")
        return Opener(
            id=table.item,
            theme=theme,
            depth=table.choice("depth", DEPTHS),
            shared=shared,
            rule=rule,
            source=table.choice("source", self.sources),
            cool_down=table.whole("cool_down", 0, _LONGEST_REST, default=1),
            does=frozenset(table.choices("does", DOES)),
        )

    def _rule(self, table: Table, shared: bool) -> Rule:
        when = table.choices("when", self.words)
        options = table.choices("any", self.words)
        never = table.choices("never_when", self.words)
        if shared:
            for key, conditions in (("when", when), ("any", options), ("never_when", never)):
                for condition in filter(is_private, conditions):
                    remedy = 'Write for = "me", or take it out'
                    table.bad(key, f'shares "{condition}", which is one person\'s own', remedy)
        if table.raw("any") == []:
            table.bad("any", "is empty, so nothing could hold", "Take it out")
        rule = Rule(when, options, never)
        reason = why_never(rule, self.questionnaire, shared=shared)
        if reason:
            table.bad("when", f"can never hold: {reason}", "Take one of them out")
        return rule
