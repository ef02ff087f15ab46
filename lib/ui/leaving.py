"""On the account page: delete one's answers, leave, close the account; elsewhere: what is gone.

What goes and what the other will see stands above every button.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib.services import leaving, reviews
from lib.services.leaving import Part, Possession
from lib.ui import dates, exporting, frame, visitor, words
from lib.ui.told import beside, told

_WHICH, _DELETED, _LEFT = "leaving-which", "leaving.deleted", "leaving.left"


def section() -> None:
    """Everything by which somebody can go, each act with its own list and password."""
    if st.session_state.pop(_LEFT, False):
        frame.flash("interface.leaving.leave.done")
        frame.go("home")
    st.header(_text("title"), anchor=False)
    st.markdown(_text("lead"))
    st.caption(_text("worry"))
    mine = leaving.possession(visitor.house(), visitor.asker())
    with st.expander(words.text("interface.exports.title")):
        exporting.section()
    with st.expander(_text("delete.title")):
        _delete(mine)
    if mine.partner_name is not None:
        with st.expander(_text("leave.title")):
            _leave()
    with st.expander(_text("close.title")):
        _close(mine)


def gone() -> bool:
    """Say, calmly, that what was shared is no longer there; whether it was said."""
    if not reviews.shared_gone(visitor.house(), visitor.asker()):
        return False
    with st.container(key="inset-gone"):
        st.markdown(_text("gone"))
    return True


def _delete(mine: Possession) -> None:
    if st.session_state.pop(_DELETED, False):
        st.success(_text("delete.done"))
    if not mine.parts:
        st.markdown(_text("delete.none"))
        return
    by_id = {part.checkin_id: part for part in mine.parts}
    chosen = st.selectbox(
        _text("delete.which"),
        [None, *by_id],
        key=_WHICH,
        format_func=lambda item: _line(by_id[item]) if item in by_id else _text("delete.all"),
    )
    parts = [by_id[chosen]] if chosen in by_id else list(mine.parts)
    joint = any(part.kind == "shared" for part in parts)
    _goes(_text("delete.own"), *([_text("delete.joint")] if joint else []))
    if mine.partner_name is not None:
        _seen(_text("delete.seen_joint" if joint else "delete.seen_none"))
    _asked("delete", _delete_now)


def _leave() -> None:
    _goes(_text("leave.goes"))
    _seen(_text("leave.seen"))
    _asked("leave", _leave_now)


def _close(mine: Possession) -> None:
    together = mine.partner_name is not None
    _goes(_text("close.goes"), *([_text("close.goes_together")] if together else []))
    _seen(_text("close.seen" if together else "close.seen_alone"))
    st.markdown(_text("close.consent"))
    _asked("close", lambda password: _do(leaving.close, password))


def _goes(*lines: str) -> None:
    st.markdown(f"**{_text('goes')}**")
    st.markdown("\n".join(f"- {line}" for line in lines))


def _seen(line: str) -> None:
    st.markdown(f"**{_text('seen')}**")
    st.markdown(f"- {line}")


def _asked(scope: str, act: Callable[[str], None]) -> None:
    """The password and the button."""
    st.caption(_text("no_way_back"))
    with st.form(scope, border=False, clear_on_submit=True):
        st.text_input(
            _text("password"),
            type="password",
            key=f"{scope}-password",
            autocomplete="current-password",
        )
        beside(scope, rest=True)
        st.form_submit_button(_text(f"{scope}.do"), on_click=_try, args=(scope, act))


def _try(scope: str, act: Callable[[str], None]) -> None:
    with told(scope):
        act(st.session_state[f"{scope}-password"])


def _do(act: Callable[..., None], password: str) -> None:
    act(visitor.house(), visitor.asker(), password=password)


def _delete_now(password: str) -> None:
    leaving.delete_answers(
        visitor.house(),
        visitor.asker(),
        password=password,
        checkin_id=st.session_state.get(_WHICH),
    )
    st.session_state[_DELETED] = True


def _leave_now(password: str) -> None:
    _do(leaving.leave, password)
    st.session_state[_LEFT] = True


def _line(part: Part) -> str:
    return _text(
        "delete.one", day=dates.day(part.opened_at), kind=_text(f"delete.kind.{part.kind}")
    )


def _text(key: str, **facts: object) -> str:
    return words.text(f"interface.leaving.{key}", **facts)
