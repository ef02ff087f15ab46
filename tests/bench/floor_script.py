"""From a page that was received to the text of a bare Streamlit page with the same elements.

Same calls of Streamlit in the same order, same nesting, same texts, same widgets; no callbacks,
nothing looked up. Charts, tables and components are made once, when the module is imported.

Each page stands there twice: bare, and below the same bar of navigation with the same logo.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.bench.floor_calls import BLOCKS, ELEMENTS, call

Path = tuple[int, ...]
_TOP = 1  # a path of one step is one of Streamlit's own containers, such as the main one


@dataclass
class Module:
    """The module under way: what is made once, and one function for each page."""

    once: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def add(
        self, name: str, deltas: Iterable[ForwardMsg], around: Mapping[str, ForwardMsg]
    ) -> None:
        """Take in one page. around: navigation, logo and page_config_changed, as received."""
        number = len(self.names)
        self.names.append(name)
        lines = _Page(self).lines(list(deltas))
        self.pages.append(_function(f"page_{number}", lines))
        self.pages.append(_function(f"barred_{number}", _bar(f"page_{number}", around)))

    def make_once(self, made: str) -> str:
        """The name of a thing made at import; the same one for the same text."""
        if made not in self.once:
            self.once.append(made)
        return f"ONCE_{self.once.index(made)}"

    def text(self) -> str:
        numbered = list(enumerate(self.names))
        once = [f"ONCE_{number} = {made}" for number, made in enumerate(self.once)]
        tables = [
            f"{table} = {{{', '.join(f'{name!r}: {kind}_{n}' for n, name in numbered)}}}"
            for table, kind in (("PAGES", "page"), ("BARRED", "barred"))
        ]
        head = "import pandas as pd\nimport streamlit as st"
        return "\n\n".join([head, *once, *self.pages, *tables, ""])


@dataclass
class _Page:
    """One page. `places`: path of a container -> the variable that holds it in this scope."""

    module: Module
    places: dict[Path, str] = field(default_factory=dict)
    counted: int = 0

    def lines(self, deltas: list[ForwardMsg]) -> list[str]:
        lines: list[str] = []
        while deltas:
            fragment = deltas[0].delta.fragment_id
            count = next(
                (n for n, each in enumerate(deltas) if each.delta.fragment_id != fragment),
                len(deltas),
            )
            part, deltas = deltas[:count], deltas[count:]
            lines += self._fragment(part) if fragment else self._plain(part)
        return lines

    def _fragment(self, part: list[ForwardMsg]) -> list[str]:
        """Streamlit puts a container of its own around a fragment, the first of these messages."""
        own = tuple(part[0].metadata.delta_path)
        name = self._new("part")
        body = _Page(self.module, {own: "st"}, self.counted)._plain(part[1:]) or ["pass"]
        self.counted += len(part)
        indented = [f"    {line}" for line in body]
        called = f"{name}()" if self._at(own) == "st" else f"with {self._at(own)}: {name}()"
        return ["@st.fragment", f"def {name}():", *indented, called]

    def _plain(self, part: list[ForwardMsg]) -> list[str]:
        lines: list[str] = []
        for message in part:
            path = tuple(message.metadata.delta_path)
            if message.delta.WhichOneof("type") == "add_block":
                lines += self._block(path, message.delta.add_block, part)
            else:
                element = message.delta.new_element
                kind = element.WhichOneof("type")
                if kind not in ELEMENTS:
                    raise NotImplementedError(f"the floor does not know the element {kind}")
                made = ELEMENTS[kind](getattr(element, kind), self.module.make_once)
                where = self._at(path)
                lines.append(_within(where, made))
        return lines

    def _block(self, path: Path, block: Any, part: list[ForwardMsg]) -> list[str]:
        kind = block.WhichOneof("type")
        name = self._new("place")
        if kind == "tab":  # drawn with its row of tabs
            return []
        if kind == "tab_container":
            tabs = [
                (inner, each.delta.add_block.tab.label)
                for each in part
                if (inner := tuple(each.metadata.delta_path))[:-1] == path
                and each.delta.add_block.WhichOneof("type") == "tab"
            ]
            names = [self._new("place") for _ in tabs]
            self.places |= {inner: each for (inner, _), each in zip(tabs, names, strict=True)}
            labels = [label for _, label in tabs]
            return [f"{', '.join(names)}, = {self._at(path)}.tabs({labels!r})"]
        self.places[path] = name
        return [f"{name} = {self._at(path)}.{BLOCKS[kind](block)}"]

    def _at(self, path: Path) -> str:
        above = path[:-1]
        return "st" if len(above) <= _TOP and above not in self.places else self.places[above]

    def _new(self, kind: str) -> str:
        self.counted += 1
        return f"{kind}_{self.counted}"


def _function(name: str, lines: list[str]) -> str:
    return "\n    ".join([f"def {name}():", *lines])


def _bar(body: str, around: Mapping[str, ForwardMsg]) -> list[str]:
    """The lines that draw the bar and then the page. Its links lead to the same page here."""
    pages = [
        call(
            "st.Page",
            title=page.page_name,
            url_path=page.url_pathname or "start",
            default=page.is_default or None,
            visibility="hidden" if page.is_hidden else None,
        ).replace("(", f"({body}, ", 1)
        for page in around["navigation"].navigation.app_pages
    ]
    logo, config = around["logo"].logo, around["page_config_changed"].page_config_changed
    return [
        call("st.logo", logo.image, size=logo.size),
        f"page = st.navigation([{', '.join(pages)}], position='top')",
        call("st.set_page_config", page_icon=config.favicon),
        "page.run()",
    ]


def _within(where: str, made: str) -> str:
    """A call inside a container; components are called, all else is a method of the container."""
    if not made.startswith("ONCE_"):
        return f"{where}.{made}"
    return made if where == "st" else f"with {where}: {made}"
