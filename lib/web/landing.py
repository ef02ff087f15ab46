"""The small fixed files of our own: where links land, their scripts, icon and robots.

The secret of a link stands after the `#`, so no server log, proxy or Referer ever has it.
The script takes it out of the address bar and the history before anything else.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

from lib.web.answers import Answers
from lib.web.exit import QuickExit

_SCRIPT = """\
const secret = location.hash.slice(1)
history.replaceState(null, '', location.pathname)
const say = (id) => {
  for (const line of document.querySelectorAll('main p')) line.hidden = line.id !== id
}
const open = async () => {
  if (!secret) return say('failed')
  try {
    const body = new URLSearchParams({ @FIELD@: decodeURIComponent(secret) })
    const answer = await fetch('@PATH@/open', { method: 'POST', body })
    answer.ok ? location.replace('@NEXT@') : say('failed')
  } catch { say('failed') }
}
open()
"""

_LOOK = """\
<style>
:root { color-scheme: light dark; font: 1.125rem/1.6 "Source Sans", system-ui, sans-serif;
  background: #faf6ef; color: #2e2a25; }
main { max-width: 34rem; margin: 15vh auto 0; padding: 0 1.25rem; }
h1 { font-size: 1.5rem; }
main a { color: #22665a; }
@media (prefers-color-scheme: dark) {
  :root { background: #1e1b18; color: #efe8dd; }
  main a { color: #8fcdb9; }
}
</style>"""

_HTML = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Halfway</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
{look}
{style}
<script src="{path}/open.js" defer></script>
</head>
<body>
{first}
<main>
<h1>{title}</h1>
<p id="opening" role="status">{opening}</p>
<p id="failed" role="alert" hidden>{failed} <a href="/">{on}</a></p>
<noscript><p>{no_script}</p></noscript>
</main>
{last}
</body>
</html>
"""

_LOST = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Halfway</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
{look}
{style}
</head>
<body>
{first}
<main>
<h1>{title}</h1>
<p>{lead} <a href="/">{on}</a></p>
</main>
{last}
</body>
</html>
"""

_ICON = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6 -14 56 56">
<circle cx="15" cy="14" r="14" fill="#2f7a6b" fill-opacity=".85"/>
<circle cx="29" cy="14" r="14" fill="#c27a45" fill-opacity=".8"/>
</svg>
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A file that never changes while the process runs."""

    body: str
    media_type: str


def pages(answers: Answers, leaving: QuickExit) -> tuple[tuple[str, Page], ...]:
    """Path and file of each."""
    return (
        *_landing(answers, leaving, "/i", field="invitation", then="/join"),
        *_landing(answers, leaving, "/m", field="mail", then="/mail"),
        ("/icon.svg", Page(_ICON, "image/svg+xml")),
        ("/robots.txt", Page("User-agent: *\nDisallow: /\n", "text/plain")),
    )


def lost(answers: Answers, leaving: QuickExit) -> str:
    """What an address shows that leads nowhere and that Streamlit could not draw a page at."""
    words = {key: html.escape(answers.text(f"lost.{key}")) for key in ("title", "lead", "on")}
    around = {"style": leaving.style, "first": leaving.first, "last": leaving.last}
    return _LOST.format(look=_LOOK, **words, **around)


def _landing(
    answers: Answers, leaving: QuickExit, path: str, *, field: str, then: str
) -> tuple[tuple[str, Page], tuple[str, Page]]:
    """Where one kind of link lands, and the script that posts its secret and goes on."""
    keys = ("title", "opening", "failed", "on")
    words = {key: html.escape(answers.text(f"{field}.{key}")) for key in keys}
    words["no_script"] = html.escape(answers.text("no_script"))
    around = {"style": leaving.style, "first": leaving.first, "last": leaving.last}
    script = _SCRIPT
    for mark, value in (("@PATH@", path), ("@FIELD@", field), ("@NEXT@", then)):
        script = script.replace(mark, value)
    return (
        (path, Page(_HTML.format(path=path, look=_LOOK, **words, **around), "text/html")),
        (f"{path}/open.js", Page(script, "text/javascript")),
    )
