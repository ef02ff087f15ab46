"""The life of a check-in, and what an answer sheet may hold.

A check-in goes open -> revealed -> talked over. Its windows are laid on a grid that starts at an
event both partners know of (the day they became a couple, the end of their last check-in), never at
somebody's first answer: otherwise the day on which one's own sheet expires would tell when the
other began (invariant 2).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from lib.domain.questionnaire import Question, Questionnaire
from lib.errors import Refused

WINDOW = timedelta(days=14)
REST_AFTER_REVEAL = timedelta(days=7)
MOST_GUESSES = 3
MOST_INCOMPLETE_THEMES = 2
PACES = ("light", "middle", "deep")
OUTCOMES = ("kept", "partly", "not", "no_longer_fits")
MARKS = ("try", "not_now", "not_for_us", "done")
TEXT_LIMITS: Mapping[str, int] = {"appreciation": 500, "note": 2000, "agreement": 300}
LOWEST, HIGHEST = 1, 7
FURTHEST_DAY = timedelta(days=60)

Stage = Literal["open", "expired", "revealed", "talked_over"]


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One round for one couple. Times are UTC; those of what has not happened are None."""

    couple_id: str
    id: str
    questionnaire: int
    opened_at: datetime
    revealed_at: datetime | None = None
    talked_at: datetime | None = None

    def stage(self, now: datetime) -> Stage:
        if self.talked_at is not None:
            return "talked_over"
        if self.revealed_at is not None:
            return "revealed"
        return "expired" if now >= self.opened_at + WINDOW else "open"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One partner's answers in one check-in. A draft until `sealed_at`; never edited after.

    pace None: not said, which counts as light.

    answers and guesses: question id -> 1..7 as chosen, not keyed. nonce: random hexadecimal digits
    that sealing adds for the fingerprint; "" before.
    """

    answers: Mapping[str, int] = field(default_factory=dict)
    guesses: Mapping[str, int] = field(default_factory=dict)
    appreciation: str = ""
    pace: str | None = None
    support: tuple[str, ...] = ()
    unsafe: bool = False
    note: str = ""
    outcome: str | None = None
    hold_back: bool = False
    nonce: str = ""
    sealed_at: datetime | None = None

    @property
    def sealed(self) -> bool:
        return self.sealed_at is not None


def window_start(anchor: datetime, now: datetime) -> datetime:
    """Start of the 14-day window that holds `now`, counted from `anchor` (both UTC)."""
    return anchor + WINDOW * max(0, (now - anchor) // WINDOW)


def next_anchor(last: CheckIn | None, together_at: datetime) -> datetime:
    """From when on the couple's next check-in may be opened; known to both partners."""
    if last is None:
        return together_at
    if last.talked_at is not None and last.revealed_at is not None:
        return min(last.talked_at, last.revealed_at + REST_AFTER_REVEAL)
    if last.revealed_at is not None:
        return last.revealed_at + REST_AFTER_REVEAL
    return last.opened_at


def check_answer(questionnaire: Questionnaire, question_id: str, value: object) -> int:
    """`value` as an answer to that question; Refused when either does not exist."""
    if question_id not in {question.id for question in questionnaire.questions}:
        raise Refused("question_unknown")
    return _rating(value, question_id)


def check_guess(
    questionnaire: Questionnaire, question_id: str, value: object, guesses: Mapping[str, int]
) -> int:
    """`value` as a guess about the other's answer, at most three, never about self_worth."""
    if question_id not in {question.id for question in guessable(questionnaire)}:
        raise Refused("question_unknown")
    if question_id not in guesses and len(guesses) >= MOST_GUESSES:
        raise Refused("guesses_full", field="guesses", limit=MOST_GUESSES)
    return _rating(value, question_id)


def guessable(questionnaire: Questionnaire) -> tuple[Question, ...]:
    """The questions a partner may guess about: those of themes that can be shared."""
    shareable = {theme.id for theme in questionnaire.themes if theme.shareable}
    return tuple(item for item in questionnaire.questions if item.theme in shareable)


def check_text(name: str, typed: object) -> str:
    """Text as typed, NFC, within the limit of that field, without control characters.

    Only spaces count as nothing. Raises Refused with the field's name and what to change.
    """
    if not isinstance(typed, str):
        raise Refused("text_type", field=name)
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n"))
    limit = TEXT_LIMITS[name]
    if len(text) > limit:
        raise Refused("text_too_long", field=name, limit=limit, length=len(text))
    if any(
        unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in text
    ):
        raise Refused("text_control_characters", field=name)
    return text if text.strip() else ""


def check_choice(name: str, value: object, allowed: tuple[str, ...]) -> str:
    """`value` when it is one of `allowed`."""
    if not isinstance(value, str) or value not in allowed:
        raise Refused("choice_unknown", field=name)
    return value


def check_day(by: object, now: datetime) -> str | None:
    """A day that lies ahead, as YYYY-MM-DD. A day to spare: east of here it is tomorrow already,
    and west of here still yesterday."""
    if by is None:
        return None
    spare, today = timedelta(days=1), now.date()
    if type(by) is not date or not today - spare <= by <= today + FURTHEST_DAY + spare:
        raise Refused("agreement_day", field="by", days=FURTHEST_DAY.days)
    return by.isoformat()


def incomplete_themes(sheet: Sheet, questionnaire: Questionnaire) -> tuple[str, ...]:
    """Shareable themes of which at least one question is not answered, in the file's order."""
    return tuple(
        theme.id
        for theme in questionnaire.themes
        if theme.shareable and questionnaire.level(theme.id, sheet.answers) is None
    )


def open_questions(sheet: Sheet, questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    """Of each incomplete theme the questions that are not answered, in the file's order."""
    return {
        theme: tuple(
            question.id
            for question in questionnaire.questions
            if question.theme == theme and question.id not in sheet.answers
        )
        for theme in incomplete_themes(sheet, questionnaire)
    }


def check_sealable(sheet: Sheet, questionnaire: Questionnaire) -> None:
    """Refused unless the sheet may be sealed: at most two shareable themes incomplete.

    More would let the other see from what is missing that something was skipped (invariant 3).
    """
    missing = incomplete_themes(sheet, questionnaire)
    if len(missing) > MOST_INCOMPLETE_THEMES:
        raise Refused(
            "sheet_incomplete", field="seal", missing=len(missing), allowed=MOST_INCOMPLETE_THEMES
        )


class Held(NamedTuple):
    """From `since` (UTC) on an agreement held with these words, or with None no more."""

    since: datetime
    text: str | None


def holds(agreement: Mapping[str, Any], pair: Set[str]) -> bool:
    """Whether both, given by their ids, have said yes to an agreement as it is stored."""
    return pair <= set(agreement["yes"])


def held(agreement: Mapping[str, Any] | None, pair: Set[str], revealed_at: datetime) -> list[Held]:
    """From when on which words of a stored agreement held, oldest first."""
    if agreement is None:
        return []
    if "held" in agreement:
        return [Held(datetime.fromisoformat(since), text) for since, text in agreement["held"]]
    # One from before this was kept: since the reveal, as nothing tells when.
    return [Held(revealed_at, agreement["text"])] if holds(agreement, pair) else []


def asked_about(held: Sequence[Held], asked_from: datetime) -> str | None:
    """The words that a check-in possible from `asked_from` on begins with: those that held then, or
    else the first that held later. held: oldest first."""
    then = next((one.text for one in reversed(held) if one.since <= asked_from), None)
    return then or next((one.text for one in held if one.since > asked_from and one.text), None)


def brought_along(sheet: Sheet, questionnaire: Questionnaire) -> Sheet:
    """A sheet from before as a draft of a new check-in: what that one still asks, not sealed."""
    asked = {question.id for question in questionnaire.questions}
    guessed = {question.id for question in guessable(questionnaire)}
    return replace(
        sheet,
        answers={item: value for item, value in sheet.answers.items() if item in asked},
        guesses={item: value for item, value in sheet.guesses.items() if item in guessed},
        hold_back=False,
        nonce="",
        sealed_at=None,
    )


def opens_together(first: Sheet | None, second: Sheet | None) -> bool:
    """Whether two sheets make the reveal: both sealed and neither holding back."""
    return all(
        sheet is not None and sheet.sealed and not sheet.hold_back for sheet in (first, second)
    )


def _rating(value: object, question_id: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not LOWEST <= value <= HIGHEST:
        raise Refused("answer_outside", field=question_id, lowest=LOWEST, highest=HIGHEST)
    return value
