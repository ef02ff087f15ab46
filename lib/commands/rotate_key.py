"""`python -m lib rotate-key`: a new master key, without a stop and without a loss.

Running servers take the new file up by themselves: they read it before they wrap a key and when
they meet one that they do not know. A replica with a file of its own needs the new file there.
"""

from __future__ import annotations

import sys

from lib.errors import HalfwayError
from lib.settings import Settings
from lib.storage import open_storage
from lib.storage.rotation import rotate


def main(arguments: list[str]) -> int:
    """No arguments; 1 when it could not be done, in which case it can be run again."""
    if arguments:
        print("usage: python -m lib rotate-key", file=sys.stderr)
        return 2
    try:
        settings = Settings.from_environment()
        gateway, _ = open_storage(settings)
        try:
            count = rotate(gateway, settings.key_file)
        finally:
            gateway.close()
    except HalfwayError as error:
        print(f"The key was not changed to the end: {error}. Run it again.", file=sys.stderr)
        return 1
    print(f"{count} data keys are wrapped by the new master key in {settings.key_file}.")
    print("Backups of the data from before need the former key file: keep its copy with them.")
    return 0
