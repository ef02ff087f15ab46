"""The fingerprint of a sealed sheet: by it its owner can tell that nothing was changed since.

It is the SHA-256 of two lines of UTF-8: a random nonce, and the answers in one canonical spelling.
Without the nonce, which its owner alone can read, nobody can find the answers by trying them out.
"""

from __future__ import annotations

import hashlib
import json

from lib.domain.checkins import Sheet

NONCE_BYTES = 32
_GROUPS, _GROUP = 4, 4


def sealed_text(sheet: Sheet, questionnaire: int) -> str:
    """The two lines that are hashed. questionnaire: the version whose questions were answered.

    JSON with sorted keys and no spaces. When it may open is not part of it, for that may change.
    """
    said = {
        "questionnaire": questionnaire,
        "answers": dict(sheet.answers),
        "guesses": dict(sheet.guesses),
        "appreciation": sheet.appreciation,
        "pace": sheet.pace,
        "support": list(sheet.support),
        "unsafe": sheet.unsafe,
        "note": sheet.note,
        "outcome": sheet.outcome,
    }
    spelled = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{sheet.nonce}\n{spelled}"


def fingerprint(sheet: Sheet, questionnaire: int) -> str:
    """SHA-256 of the sealed text, 64 hexadecimal digits."""
    return hashlib.sha256(sealed_text(sheet, questionnaire).encode()).hexdigest()


def short(whole: str) -> str:
    """The first 16 digits in groups of four, to write down: such as `1f3a 09bc 77d0 5e21`."""
    return " ".join(whole[start : start + _GROUP] for start in range(0, _GROUPS * _GROUP, _GROUP))
