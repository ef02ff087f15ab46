"""The operator's and the author's commands: `python -m lib <command>`.

To add one, write lib/commands/<module>.py with `main(arguments: list[str]) -> int` and name it
here.
"""

from __future__ import annotations

import sys
from importlib import import_module

# command -> (module in lib.commands, what it does)
COMMANDS = {
    "check-content": ("check_content", "check every file in content/"),
    "advise": ("advise", "print what a couple would see, from COUPLE.json"),
    "coverage": ("coverage", "which tips and openers are never shown, or too often"),
    "norms": ("norms", "measure the questionnaire over all revealed check-ins"),
    "rotate-key": ("rotate_key", "make a new master key and wrap every data key anew"),
}


def main(arguments: list[str]) -> int:
    """Run a command; 2 when there is none of that name."""
    if not arguments or arguments[0] not in COMMANDS:
        told = sys.stdout if arguments[:1] in (["help"], ["--help"], ["-h"]) else sys.stderr
        print("usage: python -m lib <command>", file=told)
        for name, (_, does) in COMMANDS.items():
            print(f"  {name:<14} {does}", file=told)
        return 0 if told is sys.stdout else 2
    module, _ = COMMANDS[arguments[0]]
    status: int = import_module(f"lib.commands.{module}").main(arguments[1:])
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
