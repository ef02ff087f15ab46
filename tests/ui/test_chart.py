"""The picture of two treats both alike and says nothing by numbers."""

from __future__ import annotations

import json
import re

import pytest

from lib.services.house import House
from lib.ui import chart
from lib.ui.chart import Standing

ROWS = (
    Standing("closeness", 5.5, 5.0, 1.6, clear=False),
    Standing("room for oneself", 6.5, 3.0, 1.7, clear=True),
    Standing("trust", 1.0, 7.0, 1.5, clear=True),
)
SWAPPED = tuple(Standing(r.theme, r.partner, r.you, r.band, clear=r.clear) for r in ROWS)

pytestmark = pytest.mark.usefixtures("house")


def test_swapping_the_two_swaps_the_columns_and_who_has_more() -> None:
    one, other = chart.in_table(ROWS), chart.in_table(SWAPPED)
    assert one["You"] == other["Your partner"]
    assert one["Your partner"] == other["You"]
    assert one["Between you"] == [
        "no clear difference",
        "clear difference, more for you",
        "clear difference, more for your partner",
    ]
    assert other["Between you"] == [one["Between you"][index] for index in (0, 2, 1)]


def test_swapping_the_two_moves_nothing_but_the_two_marks() -> None:
    one, other = (
        json.dumps(chart._picture(rows)["data"]["values"].to_pylist()) for rows in (ROWS, SWAPPED)
    )

    def marks(dumped: str) -> list[str]:
        return sorted(json.dumps(row, sort_keys=True) for row in json.loads(dumped))

    exchange = {"you": "partner", "partner": "you"}
    back = re.sub(r'"(you|partner)"', lambda found: f'"{exchange[found[1]]}"', other)
    assert marks(one) == marks(back)


def test_the_band_lies_around_the_middle_and_inside_the_scale() -> None:
    row = chart._row(0, ROWS[0])
    assert (row["low"], row["high"]) == (4.45, 6.05)
    edge = chart._row(0, Standing("x", 7.0, 6.8, 1.6, clear=False))
    assert edge["high"] == 7.0


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1, "rather low"),
        (3, "rather low"),
        (3.5, "in between"),
        (5, "rather high"),
        (7, "rather high"),
    ],
)
def test_a_level_is_said_in_words(value: float, said: str) -> None:
    assert chart.level(value) == said


def test_no_figure_stands_in_any_word(house: House) -> None:
    said = json.dumps(chart.in_table(ROWS)) + chart._alt(ROWS)
    assert not re.search(r"[\d%]", said)


def test_the_description_names_what_differs() -> None:
    assert "A clear difference in: room for oneself, trust." in chart._alt(ROWS)
    assert "No clear difference in any of them." in chart._alt(ROWS[:1])


def test_the_picture_holds_its_rows_and_drawing_it_changes_nothing_kept() -> None:
    first = chart._picture(ROWS)
    assert [row["theme"] for row in first["data"]["values"].to_pylist()] == [
        "Closeness",
        "Room for oneself",
        "Trust",
    ]
    # A second, named set of data would be drawn in place of the rows.
    assert "datasets" not in first
    first["layer"].clear()
    assert chart._picture(ROWS)["layer"]
