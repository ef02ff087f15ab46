"""`python -m lib norms [FILE]`: reliability, spread and typical answers over all revealed
check-ins.

Prints a table by theme and writes a file that replaces the questionnaire's assumed figures,
content/questionnaire/<version>.norms.toml unless FILE says otherwise. Refused below 50 couples;
never prints or writes anything of a single couple.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

from lib import content
from lib.domain.norms import HIGHEST_RELIABILITY, Norms, RevealedCheckIn, measure
from lib.errors import HalfwayError, Refused

RevealedCheckIns = Callable[[], Iterable[RevealedCheckIn]]
_LEAST_SD = 0.1


def main(arguments: list[str], *, revealed_checkins: RevealedCheckIns | None = None) -> int:
    """revealed_checkins: where the answers come from; the services' unless given."""
    if len(arguments) > 1 or any(one.startswith("-") for one in arguments):
        print("usage: python -m lib norms [FILE]", file=sys.stderr)
        return 2
    loaded = content.load()
    questionnaire = loaded.current
    name = f"{questionnaire.version}.norms.toml"
    path = Path(arguments[0]) if arguments else content.FOLDER / "questionnaire" / name
    if not path.parent.is_dir():
        print(f"There is no folder {path.parent} to write to.", file=sys.stderr)
        return 2
    try:
        norms = measure((revealed_checkins or _of_services())(), questionnaire)
    except Refused as error:
        there, needed = error.facts["couples"], error.facts["needed"]
        print(f"{there} couples have a revealed check-in; norms need {needed}.", file=sys.stderr)
        return 1
    except HalfwayError as error:
        print(f"The answers could not be read: {error.code}.", file=sys.stderr)
        return 1
    try:
        path.write_text(as_toml(norms), encoding="utf-8")
    except OSError as error:
        print(f"{path} could not be written: {error.strerror}.", file=sys.stderr)
        return 1
    print(table(norms))
    print(f"Written to {path}. It is used from the next start on.")
    return 0


def table(norms: Norms) -> str:
    """The figures by theme, as a table to read."""
    import pandas  # here only: it takes a second to import

    rows = [
        {"theme": one.theme, "couples": one.couples, "alpha": one.alpha, "mean": one.mean,
         "sd": one.sd, "partners' ICC": one.icc}
        for one in norms.themes
    ]  # fmt: skip
    frame = pandas.DataFrame(rows).set_index("theme").astype(float).round(2)
    frame["couples"] = frame["couples"].astype(int)
    return str(frame.to_string(na_rep="-"))


def as_toml(norms: Norms) -> str:
    """The file that `lib.content` reads beside the questionnaire. What was not measured stays out,
    so that the assumed figure goes on."""
    measured = [one for one in norms.themes if one.alpha is not None and one.sd is not None]
    # A negative alpha says that the questions do not hang together: no reliability at all.
    parts = {
        "reliability": {
            one.theme: min(max(one.alpha or 0.0, 0.0), HIGHEST_RELIABILITY) for one in measured
        },
        "sd": {one.theme: max(one.sd or 0.0, _LEAST_SD) for one in measured},
        "mean": {one.theme: one.mean for one in norms.themes if one.mean is not None},
        "icc": {one.theme: one.icc for one in norms.themes if one.icc is not None},
        "typical": norms.typical,
    }
    lines = [
        "# Written by `python -m lib norms`; replaces the assumed figures of this version.",
        "# [mean] and [icc], the partners' likeness, are there to be looked at.",
        f"version = {norms.questionnaire}",
        f"couples = {norms.couples}",
    ]
    for name, figures in parts.items():
        lines += ["", f"[{name}]", *(f"{key} = {value:.4f}" for key, value in figures.items())]
    return "\n".join(lines) + "\n"


def _of_services() -> RevealedCheckIns:
    """`revealed_checkins()` of lib.services.norms, which opens the house and reads every sheet."""
    source: RevealedCheckIns = import_module("lib.services.norms").revealed_checkins
    return source
