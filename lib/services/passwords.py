"""What a password must be, and how it is kept: argon2id with the figures of OWASP's sheet."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from lib.errors import Refused

SHORTEST, LONGEST = 15, 200
WORDS = 5
# 19 MiB, two passes, one lane: the OWASP password storage sheet's first choice for argon2id.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Checked when the name is unknown, so that both cases do the same work.
_NOBODY = _HASHER.hash("nobody has this password")
# zxcvbn's cost grows with the square of the length; what follows cannot make a password weaker.
_ESTIMATED_LENGTH = 72
_WEAKEST_SCORE = 3


def suggestion(words: Sequence[str]) -> str:
    """A password of `WORDS` of these words, each drawn by chance: with 969 of them 49 bits."""
    return "-".join(secrets.choice(words) for _ in range(WORDS))


def hashed(password: str) -> str:
    return _HASHER.hash(_as_typed(password))


def matches(password: str, password_hash: str | None) -> bool:
    """Whether they belong together; hashes once in every case, also for an unknown account."""
    try:
        verified = _HASHER.verify(password_hash or _NOBODY, _as_typed(password)[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return verified and password_hash is not None


def check_new(password: str, *, names: tuple[str, ...]) -> None:
    """Refused, with the reason, unless `password` is 15 to 200 characters, not common, and not
    made of the names given. No rules of composition: length is what helps (NIST SP 800-63B)."""
    typed = _as_typed(password)
    if not SHORTEST <= len(typed) <= LONGEST:
        raise Refused(
            "password_length",
            field="password",
            shortest=SHORTEST,
            longest=LONGEST,
            length=len(typed),
        )
    if _is_of_names(typed, names):
        raise Refused("password_names", field="password")
    from zxcvbn import zxcvbn  # loads word lists: only where a password is chosen

    estimate = zxcvbn(typed[:_ESTIMATED_LENGTH], user_inputs=[name for name in names if name])
    if estimate["score"] < _WEAKEST_SCORE:
        raise Refused("password_common", field="password")


def _is_of_names(password: str, names: tuple[str, ...]) -> bool:
    rest = password.casefold()
    for name in names:
        if len(name) > 2:
            rest = rest.replace(name.casefold(), "")
    return len(rest) < SHORTEST // 2


def _as_typed(password: str) -> str:
    return unicodedata.normalize("NFC", password)
