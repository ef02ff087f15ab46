"""The interface's words, looked up by key: the one place where pages and kit get them from.

Nothing in pages/ or lib/ui/ carries a sentence of its own; all of them lie in
content/<language>/interface/<area>.toml and are called `interface.<area>.<name>` here.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from lib.errors import ContentError, HalfwayError

_FOLDER = Path(__file__).resolve().parents[2] / "content" / "en"


def text(key: str, **facts: object) -> str:
    """The words at `key`, such as `interface.kit.copy`, its placeholders filled with `facts`.

    Raises ContentError for a key that does not exist. Never pass a text written by a person as a
    fact when the result goes to Markdown, a label or a title: use `people_text.sentence`.
    """
    return template(key).format(**facts)


def template(key: str) -> str:
    """The words at `key` as they are, placeholders in braces."""
    _, area, *path = key.split(".")
    found: Any = _area(area)
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    if not isinstance(found, str):
        raise ContentError((f"content/en/interface/{area}.toml: no words for {key}",))
    return found


def of_error(error: HalfwayError) -> str:
    """The sentence for an expected error; a calm general one when its code has no words."""
    try:
        return text(f"interface.errors.{error.code}", **error.facts)
    except (ContentError, KeyError):
        return text("interface.errors.other")


@cache
def _area(area: str) -> dict[str, Any]:
    loaded = tomllib.loads((_FOLDER / "interface" / f"{area}.toml").read_text(encoding="utf-8"))
    first = loaded.get(area)
    return first if isinstance(first, dict) else loaded
