"""The readable page of a copy: one HTML file that needs nothing else, and in which nothing runs.

Called by `exports`; not by pages. Whatever a person wrote is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from lib.content import Content

_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.35rem; margin-top: 2.5rem; } h3 { font-size: 1.1rem; }
dt { margin-top: .6rem; } dd { margin: 0; font-weight: 600; white-space: pre-wrap; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid; padding: .6rem; }
"""


def page(content: Content, data: Mapping[str, Any]) -> str:
    """HTML of everything in `data`, as `exports` gathers it."""
    text = content.words.text
    account = data["account"]
    address = account["mail_address"]
    parts = [
        f"<h1>{escape(text('interface.exports.page_title'))}</h1>",
        _paragraph(text("interface.exports.made", day=data["made_at"][:10])),
        _pairs(
            (
                (text("interface.exports.login_name"), account["login_name"]),
                (text("interface.exports.display_name"), account["display_name"]),
                (text("interface.exports.since"), account["created_and_consented_at"][:10]),
                (text("interface.exports.mail"), address["address"] if address else ""),
                *(
                    (text("interface.exports.signed_in", device=one["device"]), one["last_seen"])
                    for one in account["signed_in"]
                ),
            )
        ),
        _paragraph(text("interface.exports.keep_safe")),
        *(_check_in(content, one) for one in data["check_ins"]),
    ]
    if any(one["fingerprint"] for one in data["check_ins"]):
        parts.append(f"<h2>{escape(text('interface.exports.by_hand_title'))}</h2>")
        parts.append(_paragraph(text("interface.exports.by_hand")))
    title = escape(text("interface.exports.page_title"))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{chr(10).join(parts)}\n</body></html>\n"
    )


def _check_in(content: Content, one: Mapping[str, Any]) -> str:
    text = content.words.text
    parts = [
        f"<h2>{escape(text('interface.exports.check_in', day=one['opened_at'][:10]))}</h2>",
        f"<h3>{escape(text('interface.exports.mine'))}</h3>",
        _pairs((line["what"], line["said"]) for line in one["in_words"]),
    ]
    if one["reading"]:
        parts += _reading(content, one["reading"])
    if one["agreement"]:
        parts.append(f"<h3>{escape(text('interface.exports.agreement'))}</h3>")
        parts.append(_paragraph(one["agreement"]))
    if one["talk"] and one["talk"]["draft"]:
        parts.append(f"<h3>{escape(text('interface.exports.draft'))}</h3>")
        parts.append(_paragraph(one["talk"]["draft"]))
    if one["talk"] and one["talk"]["openers"]:
        parts.append(f"<h3>{escape(text('interface.exports.openers'))}</h3>")
        parts += [_paragraph(opener) for opener in one["talk"]["openers"]]
    if one["fingerprint"]:
        parts.append(f"<h3>{escape(text('interface.exports.fingerprint'))}</h3>")
        parts.append(_paragraph(f"{one['fingerprint']['short']} ({one['fingerprint']['sha256']})"))
        parts.append(f"<pre>{escape(one['fingerprint']['sealed_text'])}</pre>")
    return "\n".join(parts)


def _reading(content: Content, reading: Mapping[str, Any]) -> list[str]:
    """What was read: themes, ideas and sentences to begin with, what the other wrote to be read."""
    text = content.words.text
    parts = [f"<h3>{escape(text('interface.exports.reading'))}</h3>"]
    parts += [_paragraph(line["words"]) for line in reading["themes"]]
    theirs = reading["theirs"]
    if theirs:
        nothing = text("interface.checkin.nothing")
        parts.append(
            _pairs(
                (
                    (text("interface.talk.theirs"), theirs["appreciation"] or nothing),
                    (
                        text("interface.exports.their_support"),
                        ", ".join(theirs["support"]) or nothing,
                    ),
                )
            )
        )
    for tip in (*(reading["help"] or ()), *reading["tips"]):
        parts.append(_pairs([(tip["heading"], f"{tip['text']}\n{tip['try_this']}")]))
    parts += [_paragraph(opener["text"]) for opener in reading["openers"]]
    return parts


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    lines = (f"<dt>{escape(what)}</dt><dd>{escape(said) or '-'}</dd>" for what, said in pairs)
    return f"<dl>{''.join(lines)}</dl>"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"
