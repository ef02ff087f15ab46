"""One small tree of errors, raised everywhere and translated at the edges.

An error carries a code and the facts that belong to it. The words for a code live in
content/<language>/interface/errors.toml; `lib.ui` turns them into a sentence beside the field and
`lib.web` into an HTTP status. Facts are shown to people, so nothing private may be put in them.
"""

from __future__ import annotations


class HalfwayError(Exception):
    """Base of all expected errors.

    code: key of the sentence in errors.toml. facts: what the sentence's placeholders stand for.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in sorted(self.facts.items()))
        return f"{self.code} ({facts})" if facts else self.code


class SignedOut(HalfwayError):
    """Nobody is signed in under this session, or no longer."""

    def __init__(self) -> None:
        super().__init__("signed_out")


class NotYours(HalfwayError):
    """What was asked for does not exist, or is not the asker's. Both look the same."""

    def __init__(self) -> None:
        super().__init__("not_yours")


class Refused(HalfwayError):
    """Input or an act that cannot be accepted now.

    field: names the input it belongs to. also: what else is wrong in the same form.
    """

    def __init__(self, code: str, *, field: str | None = None, **facts: object) -> None:
        super().__init__(code, **facts)
        self.field = field
        self.also: tuple[Refused, ...] = ()


class Damaged(HalfwayError):
    """Stored data that cannot be read: a wrong key, a changed row, a damaged file."""


class SettingsError(HalfwayError):
    """A setting or the machine's state that the app refuses to start with."""


class ContentError(HalfwayError):
    """What is wrong in content/, every problem as one line: file, id, line, remedy."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("content", count=len(problems))
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(self.problems)
