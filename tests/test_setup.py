"""What a fresh machine relies on: the locks, the Makefile, CI's script, and names that collide."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
RUNTIME = ROOT / "requirements.txt"
DEV = ROOT / "requirements-dev.txt"
LOCKS = pytest.mark.parametrize(
    "lock", [RUNTIME, DEV, ROOT / "requirements-sbom.txt"], ids=lambda lock: lock.stem
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DIRECT = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
DIRECT_DEV = [Requirement(line) for line in PROJECT["dependency-groups"]["dev"]]


def entries(lock: Path) -> list[tuple[Requirement, list[str]]]:
    """What a lock pins, and the hashes of each."""
    joined = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split() for line in joined.splitlines() if line and not line.startswith("#")]
    return [
        (
            Requirement(" ".join(part for part in line if not part.startswith("--"))),
            [part.removeprefix("--hash=") for part in line if part.startswith("--")],
        )
        for line in lines
    ]


def versions(lock: Path) -> dict[str, set[str]]:
    """The versions pinned for each name; more than one where they differ by platform."""
    pinned: dict[str, set[str]] = {}
    for requirement, _ in entries(lock):
        (pin,) = requirement.specifier
        pinned.setdefault(canonicalize_name(requirement.name), set()).add(pin.version)
    return pinned


def tracked_files() -> list[Path]:
    """The files of the project, as git knows them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


# --- the locks


@LOCKS
def test_each_requirement_is_pinned_exactly_and_hashed(lock: Path) -> None:
    pinned = entries(lock)
    assert len(pinned) > 30
    for requirement, hashes in pinned:
        assert [each.operator for each in requirement.specifier] == ["=="], requirement
        assert requirement.url is None
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), requirement


@LOCKS
def test_locks_carry_no_address_so_that_any_mirror_serves(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--index|--extra-index|--find-links|--trusted)", text, re.M)


@pytest.mark.parametrize(("direct", "lock"), [(DIRECT, RUNTIME), (DIRECT, DEV), (DIRECT_DEV, DEV)])
def test_every_direct_dependency_is_locked_as_asked_for(
    direct: list[Requirement], lock: Path
) -> None:
    pinned = versions(lock)
    for requirement in direct:
        found = pinned.get(canonicalize_name(requirement.name), set())
        assert found, f"{requirement} is not in {lock.name}: run make lock"
        assert all(requirement.specifier.contains(version) for version in found), requirement


def test_setting_up_for_tests_changes_no_version_that_runs() -> None:
    assert versions(RUNTIME).items() <= versions(DEV).items()


def test_these_tests_run_on_what_is_locked() -> None:
    for requirement, _ in entries(DEV):
        if requirement.marker is None or requirement.marker.evaluate():
            here = metadata.version(requirement.name)
            assert requirement.specifier.contains(here), f"{requirement}, here {here}: make setup"


def test_every_package_that_is_imported_is_asked_for_by_name() -> None:
    sources = metadata.packages_distributions()
    asked = {canonicalize_name(requirement.name) for requirement in DIRECT}
    files = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "lib").rglob("*.py")]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = (
                [name.name for name in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for top in {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"lib"}:
                from_packages = {canonicalize_name(name) for name in sources.get(top, [])}
                assert from_packages & asked, f"{file.name} imports {top}: add it to pyproject.toml"


# --- the commands


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, re.M))


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_make_command_that_is_told_exists(name: str) -> None:
    told = set(re.findall(r"(?:^ {4}|`)make ([a-z]+)", (ROOT / name).read_text("utf-8"), re.M))
    assert told
    assert told <= targets()


def test_the_readme_tells_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^ {4}make run\b", readme, re.M)
    assert re.search(r"^ {4}make test\b", readme, re.M)


def test_ci_runs_the_readmes_test_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").rstrip().endswith("\nmake test")


def would_do(folder: Path, target: str) -> str:
    """What `make <target>` would run in that folder."""
    done = subprocess.run(
        ["make", "--dry-run", target], cwd=folder, capture_output=True, check=True, text=True
    )
    return done.stdout


@pytest.fixture
def set_up(tmp_path: Path) -> Path:
    """A folder in which `make setup` seems to have been run."""
    for name in ("Makefile", RUNTIME.name, DEV.name):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name in ("bin/python", ".runtime", ".dev"):
        (tmp_path / ".venv" / name).touch()
    return tmp_path


@pytest.mark.parametrize("target", ["run", "test", "setup"])
def test_a_second_start_installs_nothing(set_up: Path, target: str) -> None:
    assert "pip install" not in would_do(set_up, target)


def test_a_changed_lock_is_installed(set_up: Path) -> None:
    later = (set_up / ".venv" / ".dev").stat().st_mtime + 5
    os.utime(set_up / RUNTIME.name, (later, later))
    assert f"-r {RUNTIME.name}" in would_do(set_up, "run")


def test_a_first_start_installs_by_hash(tmp_path: Path) -> None:
    for name in ("Makefile", RUNTIME.name):
        shutil.copy(ROOT / name, tmp_path / name)
    installs = [line for line in would_do(tmp_path, "run").splitlines() if "pip install" in line]
    assert len(installs) == 1
    assert "--require-hashes" in installs[0]


def test_the_list_of_what_is_shipped_is_the_lock() -> None:
    """That it is valid is said by the tool, which refuses to write another."""
    subprocess.run(["make", "sbom"], cwd=ROOT, check=True, capture_output=True)
    listed = json.loads((ROOT / "build" / "sbom.json").read_text(encoding="utf-8"))
    assert listed["metadata"]["component"]["name"] == "halfway"
    assert {(part["name"], part["version"]) for part in listed["components"]} == {
        (requirement.name, pin.version)
        for requirement, _ in entries(RUNTIME)
        for pin in requirement.specifier
    }
    for part in listed["components"]:
        (source,) = part["externalReferences"]
        assert source["hashes"]
        assert source["url"].startswith("pkg:pypi/")


def run_script(name: str, *given: str, tools: Path) -> subprocess.CompletedProcess[str]:
    """Run a script of .ci with these tools on the path and no others."""
    bash = shutil.which("bash")
    assert bash
    return subprocess.run(
        [bash, str(ROOT / ".ci" / name), *given],
        cwd=tools.parent,
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder of tools in which Python is too old and the user is not root."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name, script in {"python3": "exit 1", "id": "echo 1000"}.items():
        tool = folder / name
        tool.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        tool.chmod(0o755)
    return folder


def test_without_a_python_that_serves_it_stops_with_a_sentence(tools: Path) -> None:
    done = run_script("venv", "made", tools=tools)
    assert done.returncode == 1
    assert "Python 3.11" in done.stderr
    assert not (tools.parent / "made").exists()


def test_without_a_browser_it_stops_with_the_command_to_run(tools: Path) -> None:
    done = run_script("browser", str(tools / "python3"), tools=tools)
    assert done.returncode == 1
    assert "sudo apt-get install chromium" in done.stderr


# --- names and paths


def test_no_page_has_the_name_of_a_module() -> None:
    taken = {*sys.stdlib_module_names, *metadata.packages_distributions(), "app", "lib", "tests"}
    assert not {page.stem for page in (ROOT / "pages").glob("*.py")} & taken


def test_no_file_mentions_a_path_of_somebodys_machine() -> None:
    roots = "|".join(("work", "opt", "root", "Users", "home/[a-z]"))
    path = re.compile(rf"(?<![\w.:/~}}])/(?:{roots})/|/tmp/(?:probe|halfway|infra)")
    mentions = []
    for file in tracked_files():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found = path.search(text)
        if found and file != Path(__file__).resolve():
            mentions.append(f"{file.relative_to(ROOT)}: {found.group()}")
    assert not mentions
