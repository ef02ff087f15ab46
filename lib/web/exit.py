"""Leaving the page quickly: a bar on top of every page, a hidden link before all else, three times
Shift. All three cover the page at once and put a neutral site in its place, in the same tab.

It stands in the HTML itself, outside what Streamlit draws, for it must work before that is there
and when the server does not answer. On the way out it ends the session, so that going back shows
nothing private. Built after "Exit this page" of the GOV.UK design system.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from lib.web.answers import Answers

_HERE = Path(__file__).resolve().parent
_SAID = ("press1", "press2", "expired", "leaving")

_FIRST = '<a id="exit-first" href="{site}" rel="nofollow noreferrer">{button}</a>'
_BAR = """\
<div id="exit-bar" role="region" aria-label="{region}">
<p>{line} <a href="/safety#leave_quickly">{more}</a></p>
<a id="exit-button" href="{site}" rel="nofollow noreferrer" role="button">{button}</a>
</div>
<div id="exit-said" role="status" {said}></div>
<script>{script}</script>
"""


@dataclass(frozen=True, slots=True)
class QuickExit:
    """Pieces of HTML: style for the head, `first` and `last` for the two ends of the body."""

    style: str
    first: str
    last: str


def quick_exit(answers: Answers, site: str) -> QuickExit:
    """The quick exit to that address."""
    keys = ("button", "region", "line", "more")
    words = {key: escape(answers.text(f"exit.{key}")) for key in keys}
    said = " ".join(f'data-{key}="{escape(answers.text(f"exit.{key}"))}"' for key in _SAID)
    site = escape(site)
    return QuickExit(
        style=f"<style>{_file('exit.css')}</style>",
        first=_FIRST.format(site=site, **words),
        last=_BAR.format(site=site, said=said, script=_file("exit.js"), **words),
    )


def _file(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
