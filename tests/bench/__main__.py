"""`make bench`: measures every line of `LINES`, prints a table and writes output/bench.json.

    python -m tests.bench [name of a line ...]

Everything runs on this machine over loopback, on databases of its own, and ends by itself. An aim
that is missed is said, not punished: the exit status is 0.

To add a line: a function that takes the stage and yields figures, and its name here.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from tests.bench import advising, bells, crowds, doors, pages, waiting
from tests.bench.figures import Figure, report, table
from tests.bench.stage import Stage
from tests.server import ROOT

LINES: Mapping[str, Callable[[Stage], Iterator[Figure]]] = {
    "advice": advising.compare_and_choose,
    "pages": pages.reruns,
    "answers": pages.answers,
    "sign-in": crowds.sign_ins,
    "home": crowds.homes,
    "refusals": doors.refusals,
    "waiting": waiting.reasons,
    "doorbell": bells.marks,
    "idle": bells.idle,
}
QUIET = 0.5  # load average of the minute before
OUTPUT = ROOT / "output" / "bench.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("lines", nargs="*", metavar="line", help=f"of {', '.join(LINES)}")
    wanted = parser.parse_args().lines or list(LINES)
    if unknown := [name for name in wanted if name not in LINES]:
        parser.error(f"no line {unknown[0]!r}; there are {', '.join(LINES)}")
    began, load = time.monotonic(), os.getloadavg()[0]
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        stage = Stage(Path(folder), opened)
        for name in wanted:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            figures += LINES[name](stage)
    OUTPUT.parent.mkdir(exist_ok=True)
    taken = report(figures, seconds=time.monotonic() - began, load=load)
    OUTPUT.write_text(json.dumps(taken, indent=2) + "\n", encoding="utf-8")
    print(table(figures))
    if load > QUIET:
        print(f"\nSomething else was running (load {load:.1f}): both sides waited for it, which")
        print("blurs the ratios of times. Those of CPU time still hold; else measure again.")
    print(
        f"\n{taken['seconds']:.0f} s on {taken['cpus']} cores; also in {OUTPUT.relative_to(ROOT)}"
    )


if __name__ == "__main__":
    main()
