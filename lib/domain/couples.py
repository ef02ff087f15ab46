"""People, couples and invitations: who belongs to whom, and what a name may be.

Pure data and rules; `lib.storage` fills these records and `lib.services` asks them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from lib.errors import Refused

LOGIN_NAME_LENGTH = (3, 64)
DISPLAY_NAME_LIMIT = 40
LINK_LIFETIME = timedelta(days=7)
CODE_LIFETIME = timedelta(minutes=15)
CODE_TRIES = 5
# No 0/O, 1/I/L, 5/S, 2/Z, 8/B: a code is read aloud or copied by hand.
CODE_ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"
# A code is found by its first characters and proved by the rest, so that wrong tries count.
CODE_FINDER_LENGTH = 4
CODE_LENGTH = 10

CoupleState = Literal["pending", "together"]
InvitationKind = Literal["link", "code"]
InvitationState = Literal["open", "accepted", "used", "withdrawn", "expired", "spent"]


@dataclass(frozen=True, slots=True)
class Partner:
    """A person with an account. `couple_id` is where they are now; `earlier_couple_id` is the
    pending couple whose answers they may still bring along. `key` is their wrapped data key."""

    id: str
    login_name: str
    display_name: str
    couple_id: str
    earlier_couple_id: str | None
    created_at: datetime
    key: bytes


@dataclass(frozen=True, slots=True)
class Couple:
    """Exactly two partners once `together_at` is set; one who waits for the other before that.

    `version` counts the changes that both may see, and is all that a doorbell looks at. `parted`: a
    pending couple of somebody who belonged to another one before.
    """

    id: str
    together_at: datetime | None
    version: int
    created_at: datetime
    key: bytes
    parted: bool = False

    @property
    def state(self) -> CoupleState:
        return "pending" if self.together_at is None else "together"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One way in, by link or by code, made by one partner. The secret itself is not kept."""

    finder: str
    kind: InvitationKind
    couple_id: str
    inviter_id: str
    proof: str
    expires_at: datetime
    tries_left: int
    accepted_by: str | None
    ended: str | None

    def state(self, now: datetime) -> InvitationState:
        """What has become of it. `accepted` waits for the inviter's word."""
        if self.ended == "used":
            return "used"
        if self.ended is not None:
            return "withdrawn"
        if self.accepted_by is not None:
            return "accepted"
        if self.tries_left <= 0:
            return "spent"
        return "expired" if now >= self.expires_at else "open"


def login_name(typed: str) -> str:
    """The name as it is kept and compared: NFC, case folded, without surrounding spaces.

    Raises Refused with field `login_name` when it is empty, too short, too long, or has other
    characters than letters, digits and `. _ - @ +`.
    """
    name = unicodedata.normalize("NFC", typed).strip().casefold()
    shortest, longest = LOGIN_NAME_LENGTH
    if not name:
        raise Refused("login_name_empty", field="login_name")
    if not shortest <= len(name) <= longest:
        raise Refused("login_name_length", field="login_name", shortest=shortest, longest=longest)
    if not all(character.isalnum() or character in "._-@+" for character in name):
        raise Refused("login_name_characters", field="login_name")
    return name


def display_name(typed: str) -> str:
    """The name that the partner sees: NFC, letters, marks, spaces and `' - .` only.

    Anything else (Markdown, bidirectional controls, emoji, digits) is refused with field
    `display_name`, because a name stands inside sentences of ours.
    """
    name = " ".join(unicodedata.normalize("NFC", typed).replace("\u2019", "'").split())
    if not name:
        raise Refused("display_name_empty", field="display_name")
    if len(name) > DISPLAY_NAME_LIMIT:
        raise Refused("display_name_length", field="display_name", limit=DISPLAY_NAME_LIMIT)
    categories = [unicodedata.category(character)[0] for character in name]
    allowed = all(
        category in "LM" or character in " '-."
        for category, character in zip(categories, name, strict=True)
    )
    if not allowed or "L" not in categories:
        raise Refused("display_name_characters", field="display_name")
    return name


def typed_code(typed: str) -> str:
    """A code as it was made, whatever spaces, hyphens or small letters it was typed with.

    Raises Refused with field `code` when it cannot be one.
    """
    code = "".join(character for character in typed.upper() if character.isalnum())
    if not code:
        raise Refused("code_empty", field="code")
    if len(code) != CODE_LENGTH or any(character not in CODE_ALPHABET for character in code):
        raise Refused("code_mistyped", field="code", length=CODE_LENGTH)
    return code
