"""`python -m lib check-content [FOLDER]`: every problem in content/, one line each; status 1 if
any."""

from __future__ import annotations

import sys
from pathlib import Path

from lib import content
from lib.errors import ContentError


def main(arguments: list[str]) -> int:
    if len(arguments) > 1 or any(one.startswith("-") for one in arguments):
        print("usage: python -m lib check-content [FOLDER]", file=sys.stderr)
        return 2
    folder = Path(arguments[0]) if arguments else content.FOLDER
    try:
        loaded = content.load(folder)
    except ContentError as error:
        print("\n".join(error.problems), file=sys.stderr)
        print(f"{len(error.problems)} to correct.", file=sys.stderr)
        return 1
    library = loaded.library
    print(f"Content is in order: {len(library.tips)} tips, {len(library.openers)} openers.")
    return 0
