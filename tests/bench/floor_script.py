"""From a page that was received to the text of a bare Streamlit page with the same elements.

Same calls of Streamlit in the same order, same nesting, same texts, same widgets; no callbacks,
nothing looked up. Charts, tables and components are made once, when the module is imported, and a
chart is drawn by the cheapest call there is for one. An element that is not known here stops the
bench: add it to `_ELEMENTS`.

Each page stands there twice: bare, and below the same bar of navigation with the same logo.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pprint import pformat
from typing import Any

import pyarrow as pa
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

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
                if kind not in _ELEMENTS:
                    raise NotImplementedError(f"the floor does not know the element {kind}")
                call = _ELEMENTS[kind](getattr(element, kind), self.module)
                where = self._at(path)
                lines.append(_within(where, call))
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
        return [f"{name} = {self._at(path)}.{_BLOCKS[kind](block)}"]

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
        _call(
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
        _call("st.logo", logo.image, size=logo.size),
        f"page = st.navigation([{', '.join(pages)}], position='top')",
        _call("st.set_page_config", page_icon=config.favicon),
        "page.run()",
    ]


def _within(where: str, call: str) -> str:
    """A call inside a container; components are called, all else is a method of the container."""
    if not call.startswith("ONCE_"):
        return f"{where}.{call}"
    return call if where == "st" else f"with {where}: {call}"


def _call(name: str, *given: object, **named: object) -> str:
    """A call as text; what is None or empty is left out."""
    parts = [pformat(each, width=10_000) for each in given]
    parts += [f"{key}={value!r}" for key, value in named.items() if value not in (None, "")]
    return f"{name}({', '.join(parts)})"


def _key(widget_id: str) -> str | None:
    """The key that its author gave it, the last part of the id."""
    key = widget_id.split("-", 2)[2] if widget_id.count("-") > 1 else "None"
    return None if key == "None" else key


def _markdown(content: Any, _: Module) -> str:
    kinds = {content.CAPTION: "caption", content.NATIVE: "markdown"}
    return _call(kinds[content.element_type], content.body)


def _heading(content: Any, _: Module) -> str:
    kinds = {"h1": "title", "h2": "header", "h3": "subheader"}
    return _call(kinds[content.tag], content.body, anchor=False)


def _button(content: Any, _: Module) -> str:
    name = "form_submit_button" if content.is_form_submitter else "button"
    return _call(name, content.label, type=content.type or None, key=_own_key(content))


def _own_key(content: Any) -> str | None:
    """The key, unless Streamlit has made it up for the only button of a form."""
    key = _key(content.id)
    return None if key is None or key.startswith("FormSubmitter:") else key


def _text_input(content: Any, _: Module) -> str:
    return _call(
        "text_input",
        content.label,
        key=_key(content.id),
        value=content.default,
        type="password" if content.type == content.PASSWORD else None,
        autocomplete=content.autocomplete,
        help=content.help,
    )


def _text_area(content: Any, _: Module) -> str:
    return _call("text_area", content.label, key=_key(content.id), value=content.default)


def _radio(content: Any, _: Module) -> str:
    index = content.default if content.HasField("default") else None
    call = _call("radio", content.label, list(content.options), key=_key(content.id))
    return f"{call[:-1]}, index={index})"


def _selectbox(content: Any, _: Module) -> str:
    call = _call(
        "selectbox", content.label, list(content.options), key=_key(content.id),
        placeholder=content.placeholder,
    )  # fmt: skip
    return f"{call[:-1]}, index=None)"


def _button_group(content: Any, _: Module) -> str:
    options = [option.content for option in content.options]
    many = content.click_mode == content.MULTI_SELECT
    chosen = [options[each] for each in content.default]
    return _call(
        "pills" if content.style == content.PILLS else "segmented_control",
        content.label,
        options,
        key=_key(content.id),
        selection_mode="multi" if many else "single",
        default=(chosen if many else chosen[0]) if chosen else None,
    )


def _alert(content: Any, _: Module) -> str:
    kinds = {
        content.ERROR: "error",
        content.WARNING: "warning",
        content.INFO: "info",
        content.SUCCESS: "success",
    }
    return _call(kinds[content.format], content.body, icon=content.icon)


def _table(content: Any, module: Module) -> str:
    frame = pa.ipc.open_stream(io.BytesIO(content.arrow_data.data)).read_all().to_pandas()
    data = module.make_once(f"pd.DataFrame({frame.to_dict('list')!r})")
    return f"table({data}, border='horizontal', hide_index={content.hide_index})"


def _chart(content: Any, module: Module) -> str:
    """The chart as its author had it: Streamlit has moved its data out of it."""
    spec = json.loads(content.spec)
    spec["datasets"] = {
        part.name: pa.ipc.open_stream(io.BytesIO(part.data.data)).read_all().to_pylist()
        for part in content.datasets
    }
    return f"vega_lite_chart({module.make_once(repr(spec))}, width='stretch')"


def _component(content: Any, module: Module) -> str:
    made = _call(
        "st.components.v2.component",
        f"floor_{content.component_name}",
        html=content.html_content,
        css=content.css_content,
        js=content.js_content,
    )
    data = json.loads(content.json) if content.json else None
    return _call(module.make_once(made), key=_key(content.id), data=data)


_ELEMENTS: dict[str, Callable[[Any, Module], str]] = {
    "alert": _alert,
    "bidi_component": _component,
    "button": _button,
    "button_group": _button_group,
    "checkbox": lambda content, _: _call("checkbox", content.label, key=_key(content.id)),
    "code": lambda content, _: _call("code", content.code_text),
    "heading": _heading,
    "html": lambda content, _: _call("html", content.body),
    "markdown": _markdown,
    "page_link": lambda content, _: _call(
        "page_link", "http://localhost/" + content.page, label=content.label, icon=content.icon
    ),
    "progress": lambda content, _: _call("progress", content.value, text=content.text),
    "radio": _radio,
    "selectbox": _selectbox,
    "table": _table,
    "text": lambda content, _: _call("text", content.body),
    "text_area": _text_area,
    "text_input": _text_input,
    "vega_lite_chart": _chart,
}


def _container(block: Any) -> str:
    lies = block.flex_container.direction == block.flex_container.HORIZONTAL
    return _call("container", key=_key(block.id), horizontal=True if lies else None)


_BLOCKS: dict[str, Callable[[Any], str]] = {
    "expandable": lambda block: _call("expander", block.expandable.label),
    "flex_container": _container,
    "form": lambda block: _call("form", block.form.form_id, border=False),
}
