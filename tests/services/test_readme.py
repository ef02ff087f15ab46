"""README names everything that is stored."""

from __future__ import annotations

import re

from lib.services.house import House
from lib.storage.schema import columns
from tests.server import ROOT

ROW = re.compile(r"^\| `(\w+)` \| ((?:`\w+` ?)+) \|", re.MULTILINE)


def test_every_table_and_column_is_named_in_the_readme(house: House) -> None:
    """As the database has them, not as the code that made them says."""

    def there(table: str) -> list[str]:
        rows = house.gateway.read(lambda unit: unit.all(f"PRAGMA table_info({table})"))
        return [row["name"] for row in rows]

    tables = house.gateway.read(
        lambda unit: unit.all("SELECT name FROM sqlite_master WHERE type = 'table'")
    )
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("## What is stored, who can see it")[2].partition("\n## ")[0]
    named = {table: re.findall(r"`(\w+)`", listed) for table, listed in ROW.findall(section)}
    assert named == {row["name"]: there(row["name"]) for row in tables}


def test_the_schema_knows_its_own_tables_and_columns(house: House) -> None:
    """What goes with an account or a couple is told from these."""
    for table, names in columns().items():
        rows = house.gateway.read(lambda unit, one=table: unit.all(f"PRAGMA table_info({one})"))
        assert tuple(row["name"] for row in rows) == names


def test_readme_and_page_say_the_same_about_chance(house: House) -> None:
    said = house.content.words.text("interface.talk.chance").partition(". ")[0] + "."
    assert said in (ROOT / "README.md").read_text(encoding="utf-8")
