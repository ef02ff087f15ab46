"""From the content of an element or container to the call of Streamlit that makes it, as text.

The cheapest call there is for each. An element that is not known here stops the bench: add it to
`ELEMENTS`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pprint import pformat
from typing import Any

import pyarrow as pa

MakeOnce = Callable[[str], str]
"""The text of something to be made when the module is imported -> its name."""


def call(name: str, *given: object, **named: object) -> str:
    """A call as text; what is named and None or empty is left out."""
    parts = [pformat(each, width=10_000) for each in given]
    parts += [f"{key}={value!r}" for key, value in named.items() if value not in (None, "")]
    return f"{name}({', '.join(parts)})"


def _key(widget_id: str) -> str | None:
    """The key that its author gave it, the last part of the id."""
    key = widget_id.split("-", 2)[2] if widget_id.count("-") > 1 else "None"
    return None if key == "None" else key


def _markdown(content: Any, _: MakeOnce) -> str:
    kinds = {content.CAPTION: "caption", content.NATIVE: "markdown"}
    return call(kinds[content.element_type], content.body)


def _heading(content: Any, _: MakeOnce) -> str:
    kinds = {"h1": "title", "h2": "header", "h3": "subheader"}
    return call(kinds[content.tag], content.body, anchor=False)


def _button(content: Any, _: MakeOnce) -> str:
    name = "form_submit_button" if content.is_form_submitter else "button"
    return call(name, content.label, type=content.type or None, key=_own_key(content))


def _own_key(content: Any) -> str | None:
    """The key, unless Streamlit has made it up for the only button of a form."""
    key = _key(content.id)
    return None if key is None or key.startswith("FormSubmitter:") else key


def _text_input(content: Any, _: MakeOnce) -> str:
    return call(
        "text_input",
        content.label,
        key=_key(content.id),
        value=content.default,
        type="password" if content.type == content.PASSWORD else None,
        autocomplete=content.autocomplete,
        help=content.help,
    )


def _text_area(content: Any, _: MakeOnce) -> str:
    return call("text_area", content.label, key=_key(content.id), value=content.default)


def _radio(content: Any, _: MakeOnce) -> str:
    index = content.default if content.HasField("default") else None
    made = call("radio", content.label, list(content.options), key=_key(content.id))
    return f"{made[:-1]}, index={index})"


def _selectbox(content: Any, _: MakeOnce) -> str:
    made = call(
        "selectbox",
        content.label,
        list(content.options),
        key=_key(content.id),
        placeholder=content.placeholder,
    )
    return f"{made[:-1]}, index=None)"


def _button_group(content: Any, _: MakeOnce) -> str:
    options = [option.content for option in content.options]
    many = content.click_mode == content.MULTI_SELECT
    chosen = [options[each] for each in content.default]
    return call(
        "pills" if content.style == content.PILLS else "segmented_control",
        content.label,
        options,
        key=_key(content.id),
        selection_mode="multi" if many else "single",
        default=(chosen if many else chosen[0]) if chosen else None,
    )


def _alert(content: Any, _: MakeOnce) -> str:
    kinds = {
        content.ERROR: "error",
        content.WARNING: "warning",
        content.INFO: "info",
        content.SUCCESS: "success",
    }
    return call(kinds[content.format], content.body, icon=content.icon)


def _table(content: Any, once: MakeOnce) -> str:
    frame = pa.ipc.open_stream(io.BytesIO(content.arrow_data.data)).read_all().to_pandas()
    data = once(f"pd.DataFrame({frame.to_dict('list')!r})")
    return f"table({data}, border='horizontal', hide_index={content.hide_index})"


def _chart(content: Any, once: MakeOnce) -> str:
    """The chart as its author had it: Streamlit has moved its data out of it."""
    spec = json.loads(content.spec)
    spec["datasets"] = {
        part.name: pa.ipc.open_stream(io.BytesIO(part.data.data)).read_all().to_pylist()
        for part in content.datasets
    }
    return f"vega_lite_chart({once(repr(spec))}, width='stretch')"


def _component(content: Any, once: MakeOnce) -> str:
    made = call(
        "st.components.v2.component",
        f"floor_{content.component_name}",
        html=content.html_content,
        css=content.css_content,
        js=content.js_content,
    )
    data = json.loads(content.json) if content.json else None
    return call(once(made), key=_key(content.id), data=data)


ELEMENTS: dict[str, Callable[[Any, MakeOnce], str]] = {
    "alert": _alert,
    "bidi_component": _component,
    "button": _button,
    "button_group": _button_group,
    "checkbox": lambda content, _: call("checkbox", content.label, key=_key(content.id)),
    "code": lambda content, _: call("code", content.code_text),
    "heading": _heading,
    "html": lambda content, _: call("html", content.body),
    "link_button": lambda content, _: call(
        "link_button", content.label, "http://localhost/" + content.url, type=content.type or None
    ),
    "markdown": _markdown,
    "page_link": lambda content, _: call(
        "page_link", "http://localhost/" + content.page, label=content.label, icon=content.icon
    ),
    "progress": lambda content, _: call("progress", content.value, text=content.text),
    "radio": _radio,
    "selectbox": _selectbox,
    "table": _table,
    "text": lambda content, _: call("text", content.body),
    "text_area": _text_area,
    "text_input": _text_input,
    "vega_lite_chart": _chart,
}


def _container(block: Any) -> str:
    lies = block.flex_container.direction == block.flex_container.HORIZONTAL
    return call("container", key=_key(block.id), horizontal=True if lies else None)


BLOCKS: dict[str, Callable[[Any], str]] = {
    "expandable": lambda block: call("expander", block.expandable.label),
    "flex_container": _container,
    "form": lambda block: call("form", block.form.form_id, border=False),
    "popover": lambda block: call("popover", block.popover.label),
}
