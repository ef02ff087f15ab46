"""What each step of a talk shows: one thing, large and calm, and one button to press next."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib.domain.readings import ThemeLine
from lib.domain.talks import MINUTES, Seen
from lib.services import talks
from lib.services.reviews import Review
from lib.services.talks import Talking
from lib.ui import agreeing, cards, people_text, timer, visitor, words
from lib.ui.told import told

_MOST_CLOSE = 3
_NO_TIMER = 0


def draw(review: Review, talking: Talking) -> None:
    """The step at which both are."""
    steps: dict[str, Callable[[Review, Talking], None]] = {
        "appreciate": _appreciate,
        "close": _close,
        "difference": _difference,
        "openers": _openers,
        "turns": _turns,
        "agree": _agree,
        "end": _end,
    }
    steps[talking.seen.step](review, talking)


def can_leave_out(review: Review, seen: Seen) -> bool:
    """Whether the step has something else as its first button, so that passing by needs its own."""
    if seen.step == "difference":
        return seen.theme is None
    if seen.step == "agree":
        return not _has_agreed(review)
    return seen.step in ("openers", "turns")


def button(
    talking: Talking,
    label: str,
    act: Callable[..., None],
    *,
    first: bool = False,
    quiet: bool = False,
    said: str | None = None,
    **given: object,
) -> None:
    """A button that does `act` for who is here. said: words shown for a moment when it is done.

    at, among what is given: where it belongs to. It is another button at each place, or one pressed
    on a screen that has not followed yet would be taken for its namesake of the next step.
    """

    def press() -> None:
        with told("talk"):
            act(visitor.house(), visitor.asker(), checkin_id=talking.checkin_id, **given)
            if said:
                st.toast(_text(said))

    st.button(
        _text(label),
        key=f"talk-{label}-{given.get('at', '')}",
        type="primary" if first else "tertiary" if quiet else "secondary",
        on_click=press,
    )


def _appreciate(review: Review, talking: Talking) -> None:
    _title("appreciate_title")
    mine, theirs = review.reading.mine, review.reading.theirs
    wrote = [
        (talking.other, theirs.appreciation if theirs else ""),
        (talking.me, mine.appreciation),
    ]
    if not any(text for _, text in wrote):
        st.markdown(_text("appreciate_none"))
    else:
        st.markdown(_text("appreciate"))
        for number, (name, text) in enumerate(wrote):
            if text:
                with cards.quote(f"talk-{number}", "interface.talking.wrote", name=name):
                    people_text.show(text, key=f"talk-{number}")
    _go_on(talking)


def _close(review: Review, talking: Talking) -> None:
    _title("close_title")
    close = [line for line in review.reading.themes if not line.clear]
    close.sort(key=lambda line: abs(line.mine - (line.theirs or line.mine)))
    if close:
        st.markdown("\n".join(f"- {_capital(line.name)}" for line in close[:_MOST_CLOSE]))
    st.markdown(_text("close" if close else "close_none"))
    _go_on(talking)


def _difference(review: Review, talking: Talking) -> None:
    seen = talking.seen
    lines = {line.id: line for line in review.reading.themes if line.clear}
    clear = bool(lines)
    lines = lines or {line.id: line for line in review.reading.themes}
    if seen.theme in lines:
        _title("chosen_title")
        with st.container(key="card-choice-theme"):
            st.header(_capital(lines[seen.theme].name), anchor=False)
            if clear and not seen.one_device:
                st.markdown(lines[seen.theme].words)
        _go_on(talking)
        return
    _title("difference_title" if clear else "difference_none_title")
    alone = "_here" if seen.one_device else ""
    st.markdown(_text(f"difference{alone}"))
    _choose(talking, lines, clear=clear)


def _choose(talking: Talking, lines: dict[str, ThemeLine], *, clear: bool) -> None:
    seen, key = talking.seen, f"talk-theme-{talking.seen.at}"

    def keep() -> None:
        with told("talk"):
            chosen = st.session_state[key]
            talks.choose_theme(
                visitor.house(),
                visitor.asker(),
                checkin_id=talking.checkin_id,
                at=seen.at,
                theme=chosen,
            )

    if key not in st.session_state:
        st.session_state[key] = seen.my_theme
    with st.container(key="question-talk-theme"):
        st.radio(
            _text("difference_ask"),
            list(lines),
            index=None,
            key=key,
            format_func=lambda theme: _capital(lines[theme].name),
            captions=[
                line.words if clear and not seen.one_device else "" for line in lines.values()
            ],
            label_visibility="collapsed",
            on_change=keep,
        )
    if seen.my_theme:
        st.caption(_text("difference_said"))


def _openers(review: Review, talking: Talking) -> None:
    _title("openers_title")
    st.markdown(_text("openers_here" if talking.seen.one_device else "openers"))
    _card(talking, may_change=True)
    button(talking, "begin", talks.speak, first=True, at=talking.seen.at)


def _card(talking: Talking, *, may_change: bool) -> None:
    card = talking.seen.card
    if card is None:
        st.markdown(_text("openers_none"))
        return
    with st.container(key="card-opener-talk"):
        st.markdown(card.text)
        if may_change:
            button(talking, "another", talks.other_opener, quiet=True)


def _turns(review: Review, talking: Talking) -> None:
    seen = talking.seen
    if seen.speaking is None:
        _title("turns_title")
        _card(talking, may_change=True)
        button(talking, "begin", talks.speak, first=True, at=seen.at)
        return
    if seen.one_device:
        _title("pass_title")
        _card(talking, may_change=True)
        st.markdown(_text("pass"))
    elif seen.speaking == "me":
        _title("speak_title")
        _card(talking, may_change=False)
    else:
        _title("listen_title")
        people_text.sentence("interface.talking.speaks", name=talking.other)
        st.markdown(_text("listen"))
    if seen.left is not None and seen.minutes is not None:
        timer.show(seen.left, of=seen.minutes * 60)
    if seen.one_device:
        button(talking, "pass_over", talks.hand_over, first=True, at=seen.at)
    elif seen.speaking == "me":
        button(talking, "hand_over", talks.hand_over, first=True, at=seen.at)
    _length(talking)


def _length(talking: Talking) -> None:
    """How long a turn is, or no timer at all; the same for both."""
    now = talking.seen.minutes or _NO_TIMER
    key = f"talk-minutes-{now}"

    def keep() -> None:
        with told("talk"):
            chosen = st.session_state[key] or None
            talks.set_minutes(
                visitor.house(), visitor.asker(), checkin_id=talking.checkin_id, minutes=chosen
            )

    with st.popover(_text("timer"), type="tertiary"):
        st.radio(
            _text("timer_ask"),
            [_NO_TIMER, *MINUTES],
            index=[_NO_TIMER, *MINUTES].index(now),
            key=key,
            format_func=lambda length: (
                _text("timer_off")
                if length == _NO_TIMER
                else _text("timer_one" if length == 1 else "timer_minutes", minutes=length)
            ),
            on_change=keep,
        )


def _agree(review: Review, talking: Talking) -> None:
    _title("agree_title")
    agreeing.agree(review, talking)
    if _has_agreed(review):
        held = review.agreement is not None and review.agreement.holds
        button(talking, "go_on", talks.go_on, first=held, quiet=not held, at=talking.seen.at)


def _has_agreed(review: Review) -> bool:
    """Whether they said yes to what is written, which may still wait for the other's."""
    return review.agreement is not None and review.agreement.yes_me


def _end(review: Review, talking: Talking) -> None:
    _title("end_title")
    st.markdown(_text("end"))
    if review.agreement and review.agreement.holds:
        cards.agreement(review.agreement.text, key="talk-end")
    button(talking, "end_it", talks.close, first=True, at=talking.seen.at)


def _go_on(talking: Talking) -> None:
    button(talking, "go_on", talks.go_on, first=True, at=talking.seen.at)


def _title(key: str) -> None:
    st.header(_text(key), anchor=False)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _text(key: str, **facts: object) -> str:
    return words.text(f"interface.talking.{key}", **facts)
