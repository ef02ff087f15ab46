"""Where two people stand on the themes they share: one picture, and the same in words.

The picture says nothing by colour alone (circle and diamond, and each theme's finding in words),
shows no figures, and treats both alike: with the two swapped, the labels change places and nothing
else. Names of people do not stand in it; the two are "You" and "Your partner".
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
import pyarrow as pa
import streamlit as st

from lib.ui import words

_LOWEST, _HIGHEST = 1.0, 7.0
_LOW, _HIGH = 3.0, 5.0  # the levels that the rules of advice call low and high
_ROW_HEIGHT = 68
_QUIET = "#8a8073"  # 3:1 against the page in both themes
_INK = "currentColor"  # the page's own, whichever theme is on


Row = dict[str, str | float | bool]


@dataclass(frozen=True, slots=True)
class Standing:
    """One theme: its name in words, both levels on 1..7, the band within which a gap is noise,
    and whether this gap lies beyond it."""

    theme: str
    you: float
    partner: float
    band: float
    clear: bool


def compared(standings: Sequence[Standing]) -> None:
    """Draw picture and words for up to six themes, in the order given."""
    st.vega_lite_chart(_picture(standings), width="stretch", alt=_alt(standings))
    st.caption(words.text("interface.kit.chart.band"))
    in_words = words.text("interface.kit.chart.in_words")
    with st.expander(in_words):
        st.table(pa.table(in_table(standings)), border="horizontal", hide_index=True, alt=in_words)


def in_table(standings: Sequence[Standing]) -> dict[str, list[str]]:
    """The same in words, a column for each of: theme, you, your partner, between you."""
    return {
        words.text("interface.kit.chart.theme"): [
            row.theme[:1].upper() + row.theme[1:] for row in standings
        ],
        words.text("interface.kit.you"): [level(row.you) for row in standings],
        words.text("interface.kit.partner"): [level(row.partner) for row in standings],
        words.text("interface.kit.chart.between"): [_finding(row) for row in standings],
    }


def level(value: float) -> str:
    """A level on 1..7 in words: rather low, in between, rather high."""
    name = "low" if value <= _LOW else "high" if value >= _HIGH else "middle"
    return words.text(f"interface.kit.level.{name}")


def _name(row: Standing) -> str:
    return row.theme[:1].upper() + row.theme[1:]


def _finding(row: Standing) -> str:
    if not row.clear:
        return words.text("interface.kit.chart.close")
    more = "you_more" if row.you > row.partner else "partner_more"
    return words.text(f"interface.kit.chart.{more}")


def _alt(standings: Sequence[Standing]) -> str:
    differing = ", ".join(row.theme for row in standings if row.clear)
    summary = (
        words.text("interface.kit.chart.summary_some", themes=differing)
        if differing
        else words.text("interface.kit.chart.summary_none")
    )
    return words.text("interface.kit.chart.alt", summary=summary)


def _picture(standings: Sequence[Standing]) -> dict[str, Any]:
    """The picture as Vega-Lite, with these standings as its data."""
    rows = [_row(index, row) for index, row in enumerate(standings)]
    names = (words.text("interface.kit.you"), words.text("interface.kit.partner"))
    ends = tuple(words.text(f"interface.kit.chart.{end}") for end in ("low_end", "high_end"))
    # As a table of Arrow, for what Streamlit makes of a list first takes eight times as long.
    values = pa.Table.from_pylist(rows)
    return {**deepcopy(_spec(len(rows), names, ends)), "data": {"values": values}}


@lru_cache(maxsize=32)
def _spec(count: int, names: tuple[str, str], ends: tuple[str, str]) -> dict[str, Any]:
    """Everything but the data: Altair checks a chart against its schema each time it is drawn,
    which took four fifths of the page, and only the data differs between couples."""
    base = alt.Chart().encode(
        y=alt.Y("place:Q", axis=None, scale=alt.Scale(domain=[count, 0], nice=False))
    )
    layers = [
        _scale(base, ends),
        _band(base, ends),
        _between(base, ends),
        *_labels(base),
        *_points(names, ends),
    ]
    chart = alt.LayerChart(
        layer=layers,
        data=alt.InlineData(values=[]),
        height=_ROW_HEIGHT * count + 40,
        config=alt.Config(view=alt.ViewConfig(stroke=None)),
    )
    spec: dict[str, Any] = chart.to_dict()
    # Altair has moved the (empty) data into a named set of its own, which Streamlit would draw.
    del spec["datasets"]
    return spec


def _row(index: int, row: Standing) -> Row:
    """One theme for the picture. The band lies around the middle of the two, so neither leads."""
    middle = (row.you + row.partner) / 2
    return {
        "place": index + 0.68,
        "title_place": index + 0.22,
        "theme": _name(row),
        "finding": words.text(f"interface.kit.chart.{'clear' if row.clear else 'close'}"),
        "clear": row.clear,
        "low": max(_LOWEST, middle - row.band / 2),
        "high": min(_HIGHEST, middle + row.band / 2),
        "left": min(row.you, row.partner),
        "right": max(row.you, row.partner),
        "start": _LOWEST,
        "end": _HIGHEST,
        "you": row.you,
        "partner": row.partner,
    }


def _x(field: str, ends: tuple[str, str]) -> alt.X:
    axis = alt.Axis(
        values=[_LOWEST, _HIGHEST],
        labelExpr=f"datum.value == {_LOWEST:.0f} ? '{ends[0]}' : '{ends[1]}'",
        grid=False,
        ticks=False,
        domain=False,
        labelFlush=True,
        labelFontSize=13,
        labelColor=_INK,
        title=None,
    )
    return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=[0.8, 7.2], nice=False))


def _scale(base: alt.Chart, ends: tuple[str, str]) -> alt.Chart:
    rule: alt.Chart = base.mark_rule(color=_QUIET, opacity=0.45)
    return rule.encode(x=_x("start", ends), x2="end:Q")


def _band(base: alt.Chart, ends: tuple[str, str]) -> alt.Chart:
    soft: alt.Chart = base.mark_rule(color=_QUIET, opacity=0.26, strokeWidth=26, strokeCap="round")
    return soft.encode(x=_x("low", ends), x2="high:Q")


def _between(base: alt.Chart, ends: tuple[str, str]) -> alt.Chart:
    line: alt.Chart = base.transform_filter("datum.clear").mark_rule(color=_QUIET, strokeWidth=4)
    return line.encode(x=_x("left", ends), x2="right:Q")


def _labels(base: alt.Chart) -> tuple[alt.Chart, alt.Chart]:
    place = alt.Y("title_place:Q", axis=None)
    theme = base.mark_text(align="left", fontSize=15, fontWeight=600, color=_INK, dy=1)
    finding = base.mark_text(align="right", fontSize=13, color=_INK, dy=1)
    return (
        theme.encode(x=alt.value(4), y=place, text="theme:N"),
        finding.encode(
            x=alt.value(alt.expr("width - 4")),
            y=place,
            text="finding:N",
            opacity=alt.condition("datum.clear", alt.value(1), alt.value(0.8)),
        ),
    )


def _points(names: tuple[str, str], ends: tuple[str, str]) -> tuple[alt.Chart, ...]:
    """The circle is the larger and lies below, so that both are seen where they coincide."""
    scale = alt.Scale(domain=list(names))
    shapes = alt.Scale(domain=list(names), range=["circle", "diamond"])
    legend = alt.Legend(orient="top", title=None, labelFontSize=14, labelColor=_INK, symbolSize=180)
    return tuple(
        alt.Chart()
        .transform_calculate(who=f"'{name}'")
        .mark_point(filled=True, opacity=1, size=size)
        .encode(
            x=_x(side, ends),
            y=alt.Y("place:Q", axis=None),
            color=alt.Color("who:N", scale=scale, legend=legend),
            shape=alt.Shape("who:N", scale=shapes, legend=legend),
        )
        for side, name, size in zip(("you", "partner"), names, (330, 150), strict=True)
    )
