"""Past check-ins: those read together or alone, and one's own that were never opened."""

from __future__ import annotations

import streamlit as st

from lib.services import reviews
from lib.ui import dates, leaving, reviewing, sheets, visitor, words


def past(*, together: bool) -> None:
    """The list, or the one chosen from it (also by `?checkin=` in the address)."""
    house, asker = visitor.house(), visitor.asker()
    chosen = st.query_params.get("checkin")
    lines = reviews.past(house, asker)
    if chosen:
        _one(
            chosen,
            own=any(line.checkin_id == chosen and line.kind in ("own", "kept") for line in lines),
        )
        st.button(words.text("interface.past.back"), key="past-back", on_click=_close)
        return
    leaving.gone()
    if not lines:
        st.markdown(words.text("interface.past.none"))
    for line in lines:
        with st.container(key=f"card-plain-{line.checkin_id}", horizontal=True):
            st.markdown(
                f"**{dates.day(line.opened_at)}**  \n{words.text(f'interface.past.{line.kind}')}"
            )
            st.button(
                words.text("interface.past.read"),
                key=f"read-{line.checkin_id}",
                on_click=_choose,
                args=(line.checkin_id,),
            )


def _one(checkin_id: str, *, own: bool) -> None:
    house, asker = visitor.house(), visitor.asker()
    if own:
        sheet, version = reviews.own_sheet(house, asker, checkin_id=checkin_id)
        st.header(words.text("interface.past.own_title"), anchor=False)
        sheets.show(sheet, house.content.questionnaires[version], with_private=True)
        return
    reviewing.talk(reviews.review(house, asker, checkin_id=checkin_id), together=True)


def _choose(checkin_id: str) -> None:
    st.query_params["checkin"] = checkin_id


def _close() -> None:
    st.query_params.clear()
