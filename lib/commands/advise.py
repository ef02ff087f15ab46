"""`python -m lib advise COUPLE.json`: what a couple would see, as one JSON object.

For authors who try a rule. Numbers are not rounded. Bad input: status 2, one line on standard error
and nothing on standard output. "-" reads standard input.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lib import content
from lib.commands.couple_file import SIDES, BadCouple, parse
from lib.content import Content
from lib.domain import patterns
from lib.domain.advice import Advice, Voice, advise
from lib.domain.because import themes_of
from lib.domain.comparison import compare
from lib.domain.guesses import VERDICTS, GuessCheck, judge
from lib.errors import ContentError


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m lib advise COUPLE.json", file=sys.stderr)
        return 2
    try:
        loaded = content.load()
    except ContentError as error:
        print(f"content: {len(error.problems)} to correct, run check-content", file=sys.stderr)
        return 1
    try:
        text = _read(arguments[0])
        voices = parse(text, loaded.current)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        print(f"the file: {arguments[0]!r}: {reason}; name a JSON file", file=sys.stderr)
        return 2
    except BadCouple as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    print(json.dumps(told(loaded, *voices), ensure_ascii=False, indent=2))
    return 0


def told(loaded: Content, first: Voice, second: Voice) -> dict[str, Any]:
    """All that the two would see, as plain data."""
    questionnaire = loaded.current
    comparison = compare(first.answers, second.answers, questionnaire)
    advice = advise(loaded.library, questionnaire, first, second, comparison=comparison)
    both = [gap.id for gap in comparison.themes]
    read = {one.pattern: one.read for one in patterns.found(comparison)}
    checks = (
        judge(first.guesses, first.answers, second.answers, questionnaire),
        judge(second.guesses, second.answers, first.answers, questionnaire),
    )
    return {
        "themes": [asdict(gap) for gap in comparison.themes],
        "profile": asdict(comparison.profile),
        "pattern": patterns.pattern(comparison),
        "guesses": {side: _check(check) for side, check in zip(SIDES, checks, strict=True)},
        "tips": {
            side: _tips(loaded, own, both, read) for side, own in zip(SIDES, advice, strict=True)
        },
        "openers": {side: _openers(loaded, own) for side, own in zip(SIDES, advice, strict=True)},
    }


def _read(path: str) -> str:
    if path == "-":
        return sys.stdin.read() if sys.stdin else ""  # None when it was closed
    return Path(path).read_text(encoding="utf-8")


def _check(check: GuessCheck | None) -> dict[str, Any] | None:
    if check is None:
        return None
    return {
        "bias": check.bias,
        "tracking": check.tracking,
        "projection": check.projection,
        "skill": check.skill,
        "verdict": VERDICTS[check.verdict],
    }


def _tips(
    loaded: Content,
    advice: Advice,
    compared: Collection[str],
    read: Mapping[str, tuple[str, ...]],
) -> list[dict[str, Any]]:
    return [
        {
            "id": tip.id,
            "family": tip.family,
            "does": list(tip.does),
            "shared": tip.shared,
            "because": list(themes_of(tip.because, compared, read)),
            "heading": loaded.words.tip(tip.id).heading,
            "text": loaded.words.tip(tip.id).text,
        }
        for tip in advice.tips
    ]


def _openers(loaded: Content, advice: Advice) -> list[dict[str, Any]]:
    return [
        {
            "id": opener.id,
            "theme": opener.theme,
            "depth": opener.depth,
            "shared": opener.shared,
            "text": loaded.words.opener(opener.id),
        }
        for opener in advice.openers
    ]
