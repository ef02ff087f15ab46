"""Nothing that somebody wrote may reach a log.

The message of an unexpected error can hold it, and Streamlit and the server log such errors whole.
So every logged error of this process is cut down to its kind and place. And a record is one line,
so that nobody can write a line of their own into the log, such as by the id of a fragment.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

_FRAMES = 12


def keep_private() -> None:
    """From now on log the kind and place of errors, never their message. Again changes nothing."""
    before = logging.getLogRecordFactory()
    if getattr(before, "keeps_private", False):
        return

    def make(*given: Any, **named: Any) -> logging.LogRecord:
        record = before(*given, **named)
        if record.exc_info:
            error = record.exc_info[1]
            record.msg = f"unexpected {kind_and_place(error)}" if error else "unexpected error"
            record.args = None
            record.exc_info = record.exc_text = None
        record.msg = _in_one_line(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(map(_in_one_line, record.args))
        return record

    make.keeps_private = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(make)


def _in_one_line(given: Any) -> Any:
    if isinstance(given, str) and not given.isprintable():
        return given.encode("unicode_escape").decode("ascii")
    return given


def kind_and_place(error: BaseException) -> str:
    """What kind of error it is and where it came from, innermost first."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = (f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return f"{type(error).__name__} at {' < '.join(places)}"
