"""The start page of somebody signed in: what there is to do now, most pressing first."""

from __future__ import annotations

import streamlit as st

from lib.services import checkins, couples, reviews, talks
from lib.services.accounts import Me
from lib.services.couples import Situation
from lib.services.reviews import Review
from lib.ui import dates, frame, leaving, people_text, recovery, visitor, words


def home(me: Me) -> None:
    """Cards for the check-in, the shared page, the partner, and the recovery codes."""
    house, asker = visitor.house(), visitor.asker()
    situation = couples.situation(house, asker)
    if situation.stand in ("asked_to_confirm", "awaiting_confirmation"):
        _partner(situation)
    recovery.offer(me)
    _checkin(me)
    _together(me)
    if situation.stand not in ("asked_to_confirm", "awaiting_confirmation"):
        _partner(situation)


def _checkin(me: Me) -> None:
    desk = checkins.desk(visitor.house(), visitor.asker())
    with st.container(key="card-plain-checkin"):
        st.header(words.text("interface.home.checkin_title"), anchor=False)
        if desk.stage == "waiting":
            st.markdown(words.text("interface.home.waiting"))
            frame.act("checkin", "interface.home.see_awaiting")
        elif desk.stage == "resting" and desk.next_from:
            day = dates.day(desk.next_from)
            st.markdown(words.text("interface.home.checkin_resting", day=day))
        elif desk.stage == "read_alone":
            st.markdown(words.text("interface.home.read_alone"))
            frame.act("talk", "interface.home.read")
        else:
            begun = desk.checkin_id is not None
            fresh = "checkin_new" if me.together else "checkin_new_alone"
            st.markdown(words.text(f"interface.home.{'checkin_going' if begun else fresh}"))
            frame.act("checkin", f"interface.home.{'go_on' if begun else 'begin'}", first=True)


def _together(me: Me) -> None:
    if not me.together:
        return
    review = reviews.review(visitor.house(), visitor.asker())
    if review is None:
        leaving.gone()
        return
    other = _proposed(review)
    with st.container(key="card-tip-together"):
        st.header(words.text("interface.home.together_title"), anchor=False)
        over = review.stage == "talked_over"
        if other:
            people_text.sentence("interface.home.asked_talk", name=other)
            frame.act("talk", "interface.home.to_talk", first=True)
            return
        st.markdown(words.text(f"interface.home.{'together_over' if over else 'together_text'}"))
        frame.act("talk", f"interface.home.{'read' if over else 'read_together'}", first=not over)


def _proposed(review: Review) -> str | None:
    """The name of the other while they propose a talk. Never where the page to be read offers none
    at first: to somebody to whom honesty is not safe, or where nothing was compared."""
    if review.alone or review.reading.help is not None or not review.reading.compared:
        return None
    talking = talks.look(visitor.house(), visitor.asker())
    return talking.other if talking and talking.seen.asked else None


def _partner(situation: Situation) -> None:
    with st.container(key="card-choice-partner"):
        st.header(words.text("interface.home.partner_title"), anchor=False)
        name = situation.name or ""
        if situation.stand == "together":
            people_text.sentence("interface.home.together_with", name=name)
        elif situation.stand == "asked_to_confirm":
            people_text.sentence("interface.home.asked", name=name)
            frame.act("invite", "interface.home.answer_guest", first=True)
        elif situation.stand == "awaiting_confirmation":
            people_text.sentence("interface.home.awaiting", name=name)
            frame.act("join", "interface.home.see_awaiting")
        elif situation.stand == "inviting":
            st.markdown(words.text("interface.home.inviting"))
            frame.act("invite", "interface.home.see_invitation")
        else:
            parted = reviews.shared_gone(visitor.house(), visitor.asker())
            key = "leaving.gone_alone" if parted else "home.invite_text"
            st.markdown(words.text(f"interface.{key}"))
            with st.container(horizontal=True):
                frame.act("invite", "interface.home.invite")
                frame.act("join", "interface.home.have_invitation")
