"""The talk on the page: how it is offered, and its frame while it runs: steps, rests, the end.

While a talk runs it takes the page's place. One thing a screen and one button to press next, so
that two look at each other and not at it. What each step shows is in `lib.ui.talking_steps`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from lib.domain import talks as rules
from lib.services import talks
from lib.services.reviews import Review
from lib.services.talks import Talking
from lib.ui import (
    agreeing,
    dates,
    look,
    people_text,
    questions,
    reviewing,
    talking_steps,
    visitor,
    words,
)
from lib.ui.told import beside, told

_FELT = {"yes": True, "no": False}


def page(review: Review | None, *, together: bool) -> None:
    """The talk while there is one, and otherwise the page that both read, with the offer of one."""
    found = None
    if review and not review.alone and review.reading.compared:
        found = talks.look(visitor.house(), visitor.asker())
    if review is None or found is None or found.checkin_id != review.checkin_id:
        look.follow("reading", selector="h1")
        reviewing.talk(review, together=together)
    elif found.seen.stage == "closed":
        _after(review, found)
    elif found.seen.stage == "paused":
        _paused(found)
    elif found.seen.stage == "running":
        _run(review, found)
    else:
        look.follow("reading", selector="h1")
        reviewing.talk(review, together=together, offer=partial(_offer, found))


# --- offered, and resting until another day


def _offer(talking: Talking, open_to_all: bool) -> None:
    """The card by which a talk begins. open_to_all: False in the first view of somebody to whom
    honesty is not safe: the same card in the same place, with nothing to press."""
    with st.container(key="card-choice-talk"):
        st.header(_text("offer_title"), anchor=False)
        if not open_to_all:
            st.markdown(_text("offer_no_hurry"))
        elif talking.seen.stage == "resting":
            _resting(talking)
        elif talking.seen.stage == "wished":
            st.markdown(_text("wished"))
            _button(talking, "not_now", talks.not_now)
        else:
            _propose(talking)
        beside("talk", rest=True)


def _propose(talking: Talking) -> None:
    if talking.seen.asked:
        people_text.sentence("interface.talking.asked", name=talking.other)
    st.markdown(_text("offer"))
    questions.choice(
        "talk-depth",
        _text("depth_ask"),
        rules.DEPTHS,
        words_at="interface.checkin.pace_choice",
        value=talking.seen.depth,
        save=lambda depth: talks.choose_depth(
            visitor.house(), visitor.asker(), checkin_id=talking.checkin_id, depth=depth
        ),
    )
    st.caption(_text("depth_hint"))
    with st.container(horizontal=True, key="talk-begin"):
        _button(talking, "yes", talks.say_yes, first=True)
        if talking.seen.asked:
            _button(talking, "aside", talks.not_now)
        _button(talking, "here", talks.begin_here)
    st.caption(_text("here_hint"))


def _resting(talking: Talking) -> None:
    st.markdown(_text("resting", step=_text(f"step.{talking.seen.step}")))
    if talking.seen.said_yes:
        st.markdown(_text("ready_said"))
        _button(talking, "not_now", talks.not_now)
        return
    if talking.seen.asked:
        people_text.sentence("interface.talking.asked_to_go_on", name=talking.other)
    with st.container(horizontal=True, key="talk-rest"):
        _button(talking, "ready", talks.say_yes, first=True)
        if talking.seen.one_device:
            _button(talking, "put_away", talks.leave_here)


# --- running


def _run(review: Review, talking: Talking) -> None:
    with st.container(key="talk-run"):
        _where(talking.seen.step)
        with st.container(key=f"talk-step-{talking.seen.step}"):
            talking_steps.draw(review, talking)
        beside("talk", rest=True)
        _foot(review, talking)


def _where(step: rules.Step) -> None:
    """The stepper: where both are. Said aloud when it changes."""
    number = rules.STEPS.index(step) + 1
    name = _text(f"step.{step}")
    dots = "".join(
        f"<li{' aria-current=step' if each == number else ''}></li>"
        for each in range(1, len(rules.STEPS) + 1)
    )
    said = f"{words.text('interface.kit.step', now=number, total=len(rules.STEPS))}: {name}"
    look.follow(step, selector=".talk-where", text=said)
    st.html(
        f'<p class="talk-where" role="status">{said}</p>'
        f'<ol class="talk-dots" aria-hidden="true">{dots}</ol>'
    )


def _foot(review: Review, talking: Talking) -> None:
    """What can be done at any moment, quietly."""
    seen = talking.seen
    with st.container(horizontal=True, key="talk-foot"):
        if seen.step != rules.STEPS[0]:
            _button(talking, "back", talks.go_back, quiet=True, at=seen.at)
        if talking_steps.can_leave_out(review, seen):
            _button(talking, "leave_out", talks.go_on, quiet=True, at=seen.at)
        if rules.STEPS.index(seen.step) < rules.STEPS.index("agree"):
            _button(talking, "lighter", talks.lighter, quiet=True, said="lighter_said")
        _button(talking, "pause", talks.pause, quiet=True, kind="twenty")
        if seen.one_device:
            _button(talking, "put_away", talks.leave_here, quiet=True)


# --- resting, and after


def _paused(talking: Talking) -> None:
    seen = talking.seen
    look.follow("paused", selector=".st-key-waiting-talk h2")
    with st.container(key="talk-run"), st.container(key="waiting-talk"):
        st.header(_text("paused_title"), anchor=False)
        until = dates.time(seen.rest_until) if seen.rest_until else ""
        st.markdown(_text("paused", time=until))
        if seen.said_yes:
            st.markdown(_text("ready_said"))
            _button(talking, "not_yet", talks.not_now, quiet=True)
        else:
            _button(talking, "ready", talks.say_yes, first=True)
        _button(talking, "another_day", talks.pause, quiet=True, kind="another_day")
        beside("talk", rest=True)


def _after(review: Review, talking: Talking) -> None:
    title = _text("after_title")
    look.follow("after", selector=".st-key-talk-run h2", text=title)
    with st.container(key="talk-run"):
        st.header(title, anchor=False)
        if review.agreement and review.agreement.holds:
            agreeing.held(review, review.agreement)
        st.markdown(_text("after"))
        st.caption(_text("after_private"))
        _felt(talking, "safe", talking.seen.safe)
        _felt(talking, "useful", talking.seen.useful)
        if talking.seen.safe is False:
            st.markdown(_text("after_unsafe"))
        beside("talk", rest=True)
        _button(talking, "done", talks.leave, first=True)


def _felt(talking: Talking, name: str, value: bool | None) -> None:
    key = f"felt-{name}"

    def keep() -> None:
        with told("talk"):
            said = {each: getattr(talking.seen, each) for each in ("safe", "useful")}
            said[name] = _FELT.get(st.session_state[key])
            talks.say_felt(visitor.house(), visitor.asker(), checkin_id=talking.checkin_id, **said)

    if key not in st.session_state:
        st.session_state[key] = next((one for one, felt in _FELT.items() if felt is value), None)
    with st.container(key=f"question-{key}"):
        st.segmented_control(
            _text(f"felt_{name}"),
            list(_FELT),
            key=key,
            format_func=lambda one: _text(f"felt.{one}"),
            on_change=keep,
        )


def _button(
    talking: Talking,
    label: str,
    act: Callable[..., None],
    *,
    first: bool = False,
    quiet: bool = False,
    said: str | None = None,
    **given: object,
) -> None:
    talking_steps.button(talking, label, act, first=first, quiet=quiet, said=said, **given)


def _text(key: str, **facts: object) -> str:
    return words.text(f"interface.talking.{key}", **facts)
