"""The check-in page: steps of three or four questions, the look over everything, the wait.

Answers are saved by callbacks as they are chosen. Which step is shown is kept for the visit only;
a person who comes back starts at the first step that has something left to answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from lib.domain import checkins as rules
from lib.errors import Refused
from lib.services import checkins
from lib.services.checkins import Desk
from lib.ui import dates, frame, look, people_text, questions, sealing, sheets, visitor, words
from lib.ui.told import beside, told

_STEP, _WAITED, _STAYED = "checkin.step", "checkin.waited", "checkin.stayed"
_IN_ONE_STEP = 4
_REVIEW = "review"
_WRITTEN = {"words": "appreciation", "private": "note"}  # the text that a step asks for


@dataclass(frozen=True, slots=True)
class Step:
    """One screen of the check-in. `ids`: the rated questions on it, if it has any."""

    kind: Literal["agreement", "rated", "words", "together", "private"]
    ids: tuple[str, ...] = ()


def checkin(*, alone: bool) -> None:
    """Whatever lies before this person in the check-in."""
    desk = checkins.desk(visitor.house(), visitor.asker())
    if desk.stage == "resting":
        _resting(desk)
    elif desk.stage == "waiting":
        _waiting(desk)
    elif desk.stage == "read_alone":
        if st.session_state.pop(sheets.SEALED, False):  # a look at it later leads nowhere
            frame.go("talk")
        st.markdown(words.text("interface.checkin.alone_done"))
        frame.act("talk", "interface.home.read")
    elif desk.earlier:
        _bring_earlier()
    else:
        _answer(alone=alone)


def steps_of(desk: Desk) -> tuple[Step, ...]:
    """All screens before the look over everything, in order."""
    ids = [question.id for question in desk.questionnaire.questions]
    rated = [Step("rated", part) for part in split(ids)]
    begin = [Step("agreement")] if desk.begins_with else []
    return (*begin, *rated, Step("words"), Step("together"), Step("private"))


def split(ids: list[str]) -> list[tuple[str, ...]]:
    """The questions in steps of four, the last ones of three where four do not come out even."""
    count = -(-len(ids) // _IN_ONE_STEP)
    large = len(ids) - count * (_IN_ONE_STEP - 1)
    parts, start = [], 0
    for number in range(count):
        size = _IN_ONE_STEP if number < large else _IN_ONE_STEP - 1
        parts.append(tuple(ids[start : start + size]))
        start += size
    return [part for part in parts if part]


@st.fragment
def _answer(*, alone: bool) -> None:
    """The step that is chosen. Only this part of the page is drawn again while answering."""
    with frame.safely():
        _chosen_step(alone=alone)


def _chosen_step(*, alone: bool) -> None:
    desk = checkins.desk(visitor.house(), visitor.asker())
    if desk.stage != "answering" or desk.earlier:
        st.rerun()  # sealed just now, or in another tab
    steps = steps_of(desk)
    chosen = st.session_state.get(_STEP)
    if chosen is None and not desk.checkin_id:
        look.follow("begin", selector="h1")
        key = "intro_alone" if alone else "intro"
        st.markdown(words.text(f"interface.checkin.{key}"))
        st.button(
            words.text("interface.checkin.begin"),
            key="begin",
            type="primary",
            on_click=_go,
            args=(0,),
        )
        return
    if chosen is None:
        chosen = st.session_state[_STEP] = _first_open(desk, steps)
    if chosen == _REVIEW:
        title = words.text("interface.checkin.review_title")
        look.follow(_REVIEW, selector='[data-testid="stMain"] h2', text=title)
        sheets.look_over(desk, alone=alone, change=lambda item: _go(_step_with(steps, item)))
    else:
        _step(desk, steps, min(int(chosen), len(steps) - 1), alone=alone)


def _first_open(desk: Desk, steps: tuple[Step, ...]) -> int | str:
    """Where to go on: the last step in which something was given, while it is not complete, or the
    one after it. So nothing is jumped over, and what was left out is not asked for again."""
    begun = [number for number, step in enumerate(steps) if _given(desk, step)]
    if not begun:
        return 0
    last = steps[begun[-1]]
    if any(item not in desk.sheet.answers for item in last.ids):
        return begun[-1]
    return begun[-1] + 1 if last is not steps[-1] else _REVIEW


def _step_with(steps: tuple[Step, ...], question_id: str | None) -> int:
    """Where that question is asked; without one, the first step."""
    return next((number for number, step in enumerate(steps) if question_id in step.ids), 0)


def _given(desk: Desk, step: Step) -> bool:
    sheet = desk.sheet
    return {
        "agreement": sheet.outcome is not None,
        "rated": any(item in sheet.answers for item in step.ids),
        "words": bool(sheet.appreciation or sheet.guesses),
        "together": bool(sheet.pace or sheet.support),
        "private": bool(sheet.unsafe or sheet.note),
    }[step.kind]


def _step(desk: Desk, steps: tuple[Step, ...], number: int, *, alone: bool) -> None:
    said = questions.steps(number + 1, len(steps) + 1)
    if stayed := st.session_state.get(_STAYED):
        trouble = f'.st-key-step-{number} [data-testid="stAlert"]'
        look.follow(f"{number}, stayed {stayed}", selector=trouble, middle=True)
    else:
        look.follow(str(number), selector='[data-testid="stProgress"] p', text=said)
    step = steps[number]
    drawers: dict[str, Callable[[], None]] = {
        "agreement": lambda: _agreement(desk),
        "rated": lambda: _rated(desk, step),
        "words": lambda: _words(desk, alone=alone),
        "together": lambda: _together(desk),
        "private": lambda: _private(desk),
    }
    with st.container(key=f"step-{number}"):
        drawers[step.kind]()
    last = number == len(steps) - 1
    with st.container(horizontal=True, horizontal_alignment="distribute", key="step-buttons"):
        if number:
            _button("back", number - 1, leaving=step)
        to = _REVIEW if last else number + 1
        _button("to_review" if last else "next", to, leaving=step, first=True)


def _button(label: str, to: int | str, *, leaving: Step, first: bool = False) -> None:
    st.button(
        words.text(f"interface.checkin.{label}"),
        key="next" if first else "back",
        type="primary" if first else "secondary",
        on_click=_leave,
        args=(leaving, to),
    )


def _rated(desk: Desk, step: Step) -> None:
    scale = sheets.scale()
    for question_id in step.ids:
        value = desk.sheet.answers.get(question_id)
        questions.rating(
            question_id, sheets.question(question_id), labels=scale, value=value, save=_save_answer
        )
        if value is not None:
            with st.container(key=f"clearing-{question_id}"):
                st.button(
                    words.text("interface.checkin.clear"),
                    key=f"clear-{question_id}",
                    type="tertiary",
                    on_click=_clear,
                    args=(question_id,),
                )


def _agreement(desk: Desk) -> None:
    st.header(words.text("interface.checkin.agreement_title"), anchor=False)
    people_text.show(desk.begins_with or "", key="begins-with")
    questions.choice(
        "outcome",
        words.text("interface.checkin.agreement_ask"),
        rules.OUTCOMES,
        words_at="interface.checkin.outcome",
        value=desk.sheet.outcome,
        save=lambda value: checkins.say_outcome(visitor.house(), visitor.asker(), value),
    )
    st.caption(words.text("interface.checkin.agreement_hint"))


def _words(desk: Desk, *, alone: bool) -> None:
    limit = rules.TEXT_LIMITS["appreciation"]
    questions.writing(
        "appreciation",
        words.text("interface.checkin.appreciation"),
        value=desk.sheet.appreciation,
        limit=limit,
        save=lambda text: checkins.write(visitor.house(), visitor.asker(), "appreciation", text),
        help_line=words.text("interface.checkin.appreciation_limit", limit=limit),
    )
    if not alone:
        _guesses(desk)


def _guesses(desk: Desk) -> None:
    ids = [question.id for question in rules.guessable(desk.questionnaire)]
    st.multiselect(
        words.text("interface.checkin.guess_which"),
        ids,
        default=None,
        key=_start("guess-which", [item for item in ids if item in desk.sheet.guesses]),
        format_func=sheets.question,
        max_selections=rules.MOST_GUESSES,
        select_all=False,
        placeholder=words.text("interface.checkin.guess_none"),
        on_change=_drop_guesses,
    )
    beside("guess-which", rest=True)
    for question_id in st.session_state["guess-which"]:
        value = desk.sheet.guesses.get(question_id)
        questions.rating(
            question_id,
            sheets.guessed(question_id),
            labels=sheets.scale(),
            value=value,
            save=lambda item, value: checkins.guess(visitor.house(), visitor.asker(), item, value),
            kind="guess",
        )
        st.caption(words.text(f"interface.checkin.guess_{'open' if value is None else 'hint'}"))


def _together(desk: Desk) -> None:
    questions.choice(
        "pace",
        words.text("interface.checkin.pace"),
        rules.PACES,
        words_at="interface.checkin.pace_choice",
        value=desk.sheet.pace,
        save=lambda value: checkins.choose_pace(visitor.house(), visitor.asker(), value),
    )
    st.caption(words.text("interface.checkin.pace_hint"))
    kinds = visitor.house().content.support
    st.pills(
        words.text("interface.checkin.support"),
        kinds,
        selection_mode="multi",
        key=_start("support", list(desk.sheet.support)),
        format_func=sheets.support,
        on_change=_save_support,
        wrap=True,
    )
    beside("support", rest=True)


def _private(desk: Desk) -> None:
    said = {"no": False, "yes": True}
    st.header(words.text("interface.checkin.private"), anchor=False)
    questions.choice(
        "unsafe",
        words.text("interface.checkin.unsafe"),
        tuple(said),
        words_at="interface.checkin.unsafe_choice",
        value="yes" if desk.sheet.unsafe else None,
        save=lambda value: checkins.say_unsafe(visitor.house(), visitor.asker(), said.get(value)),
    )
    st.caption(words.text("interface.checkin.safe_help"))
    limit = rules.TEXT_LIMITS["note"]
    questions.writing(
        "note",
        words.text("interface.checkin.note"),
        value=desk.sheet.note,
        limit=limit,
        save=lambda text: checkins.write(visitor.house(), visitor.asker(), "note", text),
        help_line=words.text("interface.checkin.note_limit", limit=limit),
    )


def _bring_earlier() -> None:
    with st.container(key="card-choice-earlier"):
        st.header(words.text("interface.checkin.earlier_title"), anchor=False)
        st.markdown(words.text("interface.checkin.earlier"))
        with st.container(horizontal=True):
            for keep, label in ((True, "earlier_keep"), (False, "earlier_anew")):
                st.button(
                    words.text(f"interface.checkin.{label}"),
                    key=label,
                    type="primary" if keep else "secondary",
                    on_click=_bring,
                    args=(keep,),
                )
        beside("earlier", rest=True)


def _waiting(desk: Desk) -> None:
    st.session_state.pop(_STEP, None)
    st.session_state[_WAITED] = True
    look.follow("waiting", selector=".st-key-waiting-reveal h2")
    with st.container(key="waiting-reveal"):
        st.header(words.text("interface.checkin.waiting_title"), anchor=False)
        st.markdown(words.text("interface.checkin.waiting"))
    if desk.sheet.hold_back:
        st.markdown(words.text("interface.checkin.waiting_hold"))
        st.button(words.text("interface.checkin.release"), key="release", on_click=_release)
        beside("release", rest=True)
    sealing.kept(desk.fingerprint)
    with st.expander(words.text("interface.checkin.see_mine")):
        sheets.show(desk.sheet, desk.questionnaire, with_private=True)


def _resting(desk: Desk) -> None:
    st.session_state.pop(_STEP, None)
    if st.session_state.pop(_WAITED, False) or st.session_state.pop(sheets.SEALED, False):
        frame.go("talk")  # it has just been opened: nothing to press
    if desk.next_from:
        st.markdown(words.text("interface.checkin.resting", day=dates.day(desk.next_from)))
    frame.act("talk", "interface.checkin.read_last")


def _leave(step: Step, to: int | str) -> None:
    """Go on, unless a text of this step could not be kept: then its sentence is led to."""
    if questions.unkept(_WRITTEN.get(step.kind, "")):
        st.session_state[_STAYED] = st.session_state.get(_STAYED, 0) + 1
    else:
        _go(to)


def _go(step: int | str) -> None:
    st.session_state.pop(_STAYED, None)
    st.session_state[_STEP] = step


def _bring(keep: bool) -> None:
    with told("earlier"):
        checkins.bring_earlier(visitor.house(), visitor.asker(), keep=keep)


def _release() -> None:
    with told("release"):
        desk = checkins.desk(visitor.house(), visitor.asker())
        checkins.release(visitor.house(), visitor.asker(), checkin_id=desk.checkin_id)


def _save_answer(question_id: str, value: int) -> None:
    checkins.answer(visitor.house(), visitor.asker(), question_id, value)


def _clear(question_id: str) -> None:
    with told(f"answer-{question_id}"):
        checkins.answer(visitor.house(), visitor.asker(), question_id, None)
        st.session_state[f"answer-{question_id}"] = None


def _drop_guesses() -> None:
    """A question taken off the list takes its guess with it."""
    kept = st.session_state["guess-which"]
    with told("guess-which"):
        if len(kept) > rules.MOST_GUESSES:  # only a forged message brings more
            del st.session_state["guess-which"]
            raise Refused("choice_unknown", field="guess-which")
        desk = checkins.desk(visitor.house(), visitor.asker())
        for question_id in desk.sheet.guesses:
            if question_id not in kept:
                checkins.guess(visitor.house(), visitor.asker(), question_id, None)


def _save_support() -> None:
    with told("support"):
        chosen = tuple(st.session_state["support"])
        checkins.choose_support(visitor.house(), visitor.asker(), chosen)


def _start(key: str, value: object) -> str:
    if key not in st.session_state:
        st.session_state[key] = value
    return key
