"""One's own answers, read: before sealing, while waiting, and later."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib.domain import checkins as rules
from lib.domain.checkins import Sheet
from lib.domain.questionnaire import Questionnaire
from lib.services import checkins
from lib.services.checkins import Desk
from lib.ui import people_text, visitor, words
from lib.ui.told import beside, told

_HOLD = "hold-back"
SEALED = "checkin.sealed"  # this visit has just sealed: the reveal, if it came, is shown at once


def scale() -> tuple[str, ...]:
    """The words of the answers 1 to 7."""
    return visitor.house().content.words.scale


def question(question_id: str) -> str:
    return visitor.house().content.words.question(question_id)


def guessed(question_id: str) -> str:
    """A question as one guesses the other's answer to it: as a sentence that the other says."""
    return words.text("interface.checkin.guess", question=question(question_id))


def support(kind: str) -> str:
    return visitor.house().content.words.support(kind)


def look_over(desk: Desk, *, alone: bool, change: Callable[[str | None], None]) -> None:
    """Everything on one page, and the button that seals it."""
    st.header(words.text("interface.checkin.review_title"), anchor=False)
    st.markdown(words.text("interface.checkin.review_lead"))
    show(desk.sheet, desk.questionnaire, with_private=True, with_guesses=not alone)
    st.button(
        words.text("interface.checkin.review_change"), key="change", on_click=change, args=(None,)
    )
    _still_open(desk, change=change)
    if not alone:
        st.radio(
            words.text("interface.checkin.open_when"),
            (False, True),
            key=_HOLD,
            format_func=lambda hold: words.text(
                f"interface.checkin.{'open_hold' if hold else 'open_now'}"
            ),
        )
    beside("seal", rest=True)
    label = "finish_alone" if alone else "seal"
    st.button(
        words.text(f"interface.checkin.{label}"),
        key="seal",
        type="primary",
        on_click=_seal,
        args=(desk.checkin_id, desk.sheet),
    )


def _still_open(desk: Desk, *, change: Callable[[str | None], None]) -> None:
    """What may be left out; and when that is exceeded, which questions stand open."""
    rule = words.text("interface.checkin.seal_text", most=rules.MOST_INCOMPLETE_THEMES)
    missing = rules.open_questions(desk.sheet, desk.questionnaire)
    if len(missing) <= rules.MOST_INCOMPLETE_THEMES:
        st.caption(rule)
        return
    theme = visitor.house().content.words.theme
    with st.container(key="inset-open"):
        st.markdown(f"**{words.text('interface.checkin.open_title')}**")
        st.markdown(rule)
        lines = [
            f"- {theme(theme_id).name}: " + " ".join(f"“{question(item)}”" for item in ids)
            for theme_id, ids in missing.items()
        ]
        st.markdown("\n".join(lines))
        first = next(iter(missing.values()))[0]
        st.button(
            words.text("interface.checkin.open_first"),
            key="open-first",
            on_click=change,
            args=(first,),
        )


def show(
    sheet: Sheet, questionnaire: Questionnaire, *, with_private: bool, with_guesses: bool = True
) -> None:
    """All of one's own answers in words."""
    _part("review_part_questions")
    nothing = words.text("interface.checkin.review_missing")
    rows = [
        (question(item.id), _chosen(sheet.answers.get(item.id)) or nothing)
        for item in questionnaire.questions
    ]
    _table(rows)
    if with_guesses and sheet.guesses:
        _part("review_guesses")
        _table([(guessed(item), _chosen(value) or "") for item, value in sheet.guesses.items()])
    if sheet.outcome:
        _line("review_outcome", words.text(f"interface.checkin.outcome.{sheet.outcome}"))
    _written("review_appreciation", sheet.appreciation)
    chosen = ", ".join(support(kind) for kind in sheet.support)
    _line("review_support", chosen or words.text("interface.checkin.nothing"))
    _line(
        "review_pace", words.text(f"interface.checkin.pace_choice.{sheet.pace or rules.PACES[0]}")
    )
    if with_private:
        # A sheet holds the mark or none: "No" would be said by whoever did not answer, too.
        said = "unsafe_choice.yes" if sheet.unsafe else "unsafe_none"
        _line("review_unsafe", words.text(f"interface.checkin.{said}"))
        _written("review_note", sheet.note)


def _chosen(value: int | None) -> str | None:
    return scale()[value - rules.LOWEST] if value is not None else None


def _table(rows: list[tuple[str, str]]) -> None:
    st.markdown("\n".join(f"- {asked}  \n  **{answered}**" for asked, answered in rows))


def _part(key: str) -> None:
    st.markdown(f"### {words.text(f'interface.checkin.{key}')}")


def _line(key: str, value: str) -> None:
    _part(key)
    st.markdown(value)


def _written(key: str, text: str) -> None:
    _part(key)
    if text:
        people_text.show(text, key=key)
    else:
        st.markdown(words.text("interface.checkin.nothing"))


def _seal(checkin_id: str | None, shown: Sheet) -> None:
    with told("seal"):
        hold_back = st.session_state.get(_HOLD, False)
        if not isinstance(hold_back, bool):
            del st.session_state[_HOLD]  # only a forged message brings it
        checkins.seal(
            visitor.house(),
            visitor.asker(),
            checkin_id=checkin_id,
            hold_back=hold_back,
            shown=shown,
        )
        st.session_state.pop("checkin.step", None)
        st.session_state[SEALED] = True
