"""SECURITY.md names tests that exist, and its tables are whole."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from lib.web import headers

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
STATES = {"met", "not met", "operator"}


def section(title: str) -> str:
    return TEXT.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(title: str) -> list[list[str]]:
    """The cells of a section's table, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


ASVS = rows("OWASP ASVS 5.0.0, levels 1 and 2")


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED.findall(TEXT))))
def test_every_test_that_is_named_exists(path: str, name: str) -> None:
    assert (ROOT / path).is_file()
    assert not name or (name.startswith("test_") and name in names_in(path))


def test_every_hole_of_the_platform_names_its_test() -> None:
    holes = rows("The platform's holes, and what closes them")
    assert len(holes) >= 16
    for _hole, closing, test in holes:
        assert closing
        assert NAMED.search(test)


def test_every_requirement_has_a_state_and_what_is_met_names_its_proof() -> None:
    for requirement, short, state, proof in ASVS:
        assert re.fullmatch(r"v5\.0\.0-\d+\.\d+\.\d+", requirement)
        assert short
        assert state in STATES
        if state == "met":
            part = re.search(r'this file, "([^"]+)"', proof)
            assert NAMED.search(proof) or (part and section(part[1])), requirement
        else:
            assert proof, requirement


def test_requirements_stand_once_and_in_order() -> None:
    ids = [tuple(map(int, row[0].removeprefix("v5.0.0-").split("."))) for row in ASVS]
    assert ids == sorted(set(ids))
    assert len(ids) > 140


def test_everybody_who_might_try_has_a_row() -> None:
    who = [row[0] for row in rows("Who might try, and what they get")]
    for one in ("partner", "stranger", "runs it", "stolen disk", "shares the device"):
        assert sum(one in name for name in who) == 1
    assert all(len(row) == 3 and all(row) for row in rows("Who might try, and what they get"))


def test_it_is_never_called_end_to_end_or_zero_knowledge() -> None:
    claims = re.findall(r"(?i)[^.]*(?:end-to-end|zero.knowledge)[^.]*", TEXT)
    assert claims
    assert all("not" in claim for claim in claims)


def test_every_loosening_of_the_policy_is_listed_with_its_reason() -> None:
    listed = {(name, source) for row in rows("Response headers") for name, source in loosened(row)}
    policy = headers.content_security_policy("<script>1</script><script>2</script>")
    found = {
        (name, "hash" if source.startswith("'sha256") else source)
        for name, *sources in (part.split() for part in policy.split("; "))
        for source in sources
        if source not in ("'self'", "'none'")
    }
    assert found == listed


def loosened(row: list[str]) -> list[tuple[str, str]]:
    """Directive and sources of one row of the table."""
    name, *sources = row[0].replace("two hashes", "hash").replace("`", "").split()
    return [(name, source) for source in sources]
