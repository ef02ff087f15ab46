"""The interface's words, looked up by key: the one place where pages and kit get them from.

Nothing in pages/ or lib/ui/ carries a sentence of its own; all of them lie in
content/<language>/interface/<area>.toml and are called `interface.<area>.<name>` here.
"""

from __future__ import annotations

from lib.errors import ContentError, HalfwayError
from lib.services import house


def text(key: str, **facts: object) -> str:
    """The words at `key`, such as `interface.kit.copy`, its placeholders filled with `facts`.

    Raises ContentError for a key that does not exist. Never pass a text written by a person as a
    fact when the result goes to Markdown, a label or a title: use `people_text.sentence`.
    """
    return template(key).format(**facts)


def template(key: str) -> str:
    """The words at `key` as they are, placeholders in braces."""
    return house.current().content.words.template(key)


def of_error(error: HalfwayError) -> str:
    """The sentence for an expected error; a calm general one when its code has no words."""
    try:
        return text(f"interface.errors.{error.code}", **error.facts)
    except (ContentError, KeyError):
        return text("interface.errors.other")
