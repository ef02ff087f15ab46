"""The plan of the house, where import-linter does not see it: app.py, pages, single exceptions."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from random import SystemRandom

import pyotp
import pytest

from lib.services.house import House

ROOT = Path(__file__).resolve().parents[1]
STANDARD = frozenset(sys.stdlib_module_names)


def imports(file: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it, by its whole name."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports by dots"
            yield node.module or ""
            if node.module == "lib" or (node.module or "").startswith("lib."):
                yield from (f"{node.module}.{name.name}" for name in node.names)


def strangers(files: Iterator[Path], *allowed: str) -> list[str]:
    """What these files import beside the standard library and the allowed, as 'file: module'."""
    return [
        f"{file.relative_to(ROOT)}: {module}"
        for file in sorted(files)
        for module in imports(file)
        if module.split(".")[0] not in STANDARD
        and module != "lib"
        and not any(module == room or module.startswith(f"{room}.") for room in allowed)
    ]


def importers(*modules: str) -> set[str]:
    """The files of lib, pages and app.py that import one of these, or something in it."""
    files = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "lib").rglob("*.py")]
    return {
        file.relative_to(ROOT).as_posix()
        for file in files
        for module in imports(file)
        if any(module == one or module.startswith(f"{one}.") for one in modules)
    }


def test_pages_know_the_kit_and_the_services_only() -> None:
    assert not strangers((ROOT / "pages").glob("*.py"), "streamlit", "lib.ui", "lib.services")


def test_the_launcher_knows_web_services_and_settings_only() -> None:
    allowed = ("streamlit", "lib.web", "lib.services", "lib.settings")
    assert not strangers(iter([ROOT / "app.py"]), *allowed)


def test_the_domain_needs_nothing_but_the_standard_library() -> None:
    assert not strangers((ROOT / "lib" / "domain").rglob("*.py"), "lib.domain", "lib.errors")


def test_only_the_gate_reads_streamlits_frames_outside_of_the_kit() -> None:
    outside = {
        file
        for file in importers("streamlit")
        if not file.startswith(("pages/", "lib/ui/")) and file != "app.py"
    }
    assert outside == {"lib/web/gate.py", "lib/web/steady.py"}  # what comes in, what goes out
    assert not [
        module
        for file in outside
        for module in imports(ROOT / file)
        if module.split(".")[0] == "streamlit" and not module.startswith("streamlit.proto.")
    ]


def test_the_authenticator_stays_in_one_module() -> None:
    assert importers("streamlit_authenticator") == {"lib/ui/signin.py"}


def test_sql_and_its_drivers_stay_in_storage() -> None:
    drivers = ("sqlite3", "pysqlite3", "sqlite_utils", "psycopg", "psycopg_pool")
    assert not [file for file in importers(*drivers) if not file.startswith("lib/storage/")]


def test_pandas_is_only_where_a_table_is_made_for_a_person() -> None:
    places = ("lib/ui/", "lib/commands/")
    assert not [file for file in importers("pandas") if not file.startswith(places)]


def test_chance_that_nobody_may_guess_comes_from_the_system() -> None:
    """`secrets` and pyotp draw from the system's generator. `random` is for waits, for
    invented couples, and as the type of the lot, which the house draws by `SystemRandom`."""
    assert importers("random") == {
        "lib/storage/postgres.py",
        "lib/commands/coverage.py",
        "lib/domain/comparison.py",
        "lib/services/house.py",
    }
    (chance,) = (field for field in fields(House) if field.name == "chance")
    assert chance.default_factory is SystemRandom
    assert isinstance(pyotp.random, SystemRandom)


def test_nothing_that_runs_imports_a_test() -> None:
    assert not importers("tests")


@pytest.mark.parametrize("name", ["utils", "util", "common", "helpers", "misc"])
def test_no_module_is_a_drawer_for_everything(name: str) -> None:
    assert not [path for path in (ROOT / "lib").rglob("*") if path.stem == name]
