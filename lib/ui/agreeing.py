"""One small agreement: written, asked about, held, and put into one's own calendar."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

import streamlit as st

from lib.domain import checkins as rules
from lib.domain.readings import Reading
from lib.services import access, reviews, talks
from lib.services.reviews import Agreement, Review
from lib.services.talks import Talking
from lib.ui import cards, dates, drafting, people_text, visitor, words
from lib.ui.told import beside, told

_DRAFT, _DAY, _OTHER_DAY = "agree-text", "agree-day", "agree-other-day"
_CHANGING, _BEGUN = "agree-changing", "agree-begun"
_ANOTHER = "another"
_IDEAS = 4
_WEEK = timedelta(days=7)
_SUNDAY = 6


def agree(review: Review, talking: Talking | None = None) -> None:
    """The agreement of a check-in, one thing at a time: the text that stands or waits for a yes,
    or a place to write. Who has begun to write keeps that place, whatever the other does."""
    agreement = review.agreement
    # A place of its own, so that the field below stays where it is when the other writes first.
    with st.container(key="agree-stands"):
        if agreement is not None:
            _stands(review, agreement, talking)
        beside("agree-yes", rest=True)
    if _is_writing(agreement, talking):
        _write(review, talking)


def _is_writing(agreement: Agreement | None, talking: Talking | None) -> bool:
    if agreement is None or st.session_state.get(_CHANGING):
        return True
    # Being in the field counts: letters typed just now are not here yet.
    begun = st.session_state.get(_BEGUN) or st.session_state.get(_DRAFT)
    return bool(begun or (talking and talking.seen.draft)) and not agreement.yes_me


def _stands(review: Review, agreement: Agreement, talking: Talking | None) -> None:
    if agreement.holds:
        held(review, agreement, in_full=talking is not None)
    else:
        _written(agreement, talking)
        _ask(review, agreement, one_device=talking is not None and talking.seen.one_device)
    if not _is_writing(agreement, talking):
        st.button(_text("change_it"), key="agree-change", type="tertiary", on_click=_change)
        if agreement.yes_other:
            st.caption(words.text("interface.talk.agree_again"))


def _written(agreement: Agreement, talking: Talking | None) -> None:
    """The text that waits for a yes, and whose it is."""
    me = visitor.me()
    with cards.card("written", kind="agreement"):
        if agreement.yes_me and (talking is None or not talking.seen.one_device):
            st.caption(words.text("interface.talk.mine"))
        else:
            other = (talking.other if talking else me and me.partner_name) or ""
            name = talking.me if talking and agreement.yes_me else other
            people_text.sentence("interface.talking.wrote", name=name)
        people_text.show(agreement.text, key="written")
        if agreement.by is not None:
            st.caption(_text("by_day", day=dates.near_day(agreement.by)))


def held(review: Review, agreement: Agreement, *, in_full: bool = True) -> None:
    """An agreement to which both said yes, and a way to take it into one's own calendar.

    in_full: with its card, where the page does not show that already.
    """
    st.caption(words.text("interface.talk.agree_holds"))
    if in_full:
        cards.agreement(agreement.text, key="holds", by=agreement.by)
    with st.popover(_text("calendar"), type="tertiary"):
        st.markdown(_text("calendar_lead"))
        own_words = st.checkbox(_text("calendar_words"), key="calendar-words")
        query = {"checkin": review.checkin_id} | ({"words": "1"} if own_words else {})
        st.link_button(_text("calendar_get"), f"/calendar/agreement.ics?{urlencode(query)}")


def ideas(reading: Reading, theme: str | None) -> list[str]:
    """Ids of the suggestions that fit best: the theme that was chosen, then what both were given to
    read, then what differs clearly. The same for both, and nothing of it private."""
    content = visitor.house().content
    tips = {tip.id: tip.themes for tip in content.library.tips}
    shared = {about for card in reading.tips if card.shared for about in tips.get(card.id, ())}
    clear = {line.id for line in reading.themes if line.clear}
    weights = ((({theme} if theme else set()), 4), (shared, 2), (clear, 1))

    def fits(themes: tuple[str, ...]) -> int:
        return sum(weight for about, weight in weights if about & set(themes))

    ranked = sorted(content.agreements, key=lambda one: -fits(one.themes))
    return [one.id for one in ranked[:_IDEAS]]


def _ask(review: Review, agreement: Agreement, *, one_device: bool) -> None:
    if st.session_state.get(_CHANGING):
        return
    if agreement.yes_me:
        key = "interface.talking.agree_here" if one_device else "interface.talk.agree_wait"
        st.caption(words.text(key))
        return
    st.caption(words.text("interface.talk.agree_asked"))
    st.button(
        words.text("interface.talk.agree_yes"),
        # Another button for another text: nobody says yes to one that they have not before them.
        key=f"agree-yes-{access.digest(f'{agreement.text} {agreement.by}')}",
        type="primary",
        on_click=_say_yes,
        args=(review.checkin_id, agreement.text, agreement.by),
    )


def _write(review: Review, talking: Talking | None) -> None:
    before = review.agreement
    if _DRAFT not in st.session_state:
        draft = talking.seen.draft if talking else ""
        st.session_state[_DRAFT] = draft or (before.text if before else "")
    with drafting.kept("agree", on_begun=_begin):
        st.text_area(
            words.text("interface.talk.agree_label"),
            key=_DRAFT,
            height=100,
            on_change=_keep_draft if talking else None,
            args=(review.checkin_id,) if talking else None,
        )
    beside("agree", rest=True)
    if before is None:
        _offer_ideas(review, talking)
    _ask_day(before.by if before else None)
    if before is not None and before.yes_other:
        st.caption(words.text("interface.talk.agree_again"))
    label = "agree_change" if before else "agree_save"
    st.button(
        words.text(f"interface.talk.{label}"),
        key="agree-save",
        type="secondary" if before else "primary",
        on_click=_save,
        args=(review.checkin_id,),
    )
    if before is not None:
        st.button(
            words.text("interface.talk.agree_leave"),
            key="agree-leave",
            type="tertiary",
            on_click=_leave,
            args=(review.checkin_id, talking is not None),
        )


def _offer_ideas(review: Review, talking: Talking | None) -> None:
    content = visitor.house().content
    with st.expander(_text("ideas")):
        for item in ideas(review.reading, talking.seen.theme if talking else None):
            st.button(
                content.words.agreement(item),
                key=f"idea-{item}",
                type="tertiary",
                on_click=_take,
                args=(review.checkin_id, item, talking is not None),
            )


def _ask_day(before: date | None) -> None:
    """By when, if by any day: the days that are meant most often, or another one."""
    today = dates.today()
    sunday = today + timedelta(days=(_SUNDAY - today.weekday()) % 7 or 7)
    near = {today + timedelta(days=1), sunday, today + _WEEK, today + 2 * _WEEK}
    if before is not None and before >= today:
        near.add(before)
    options = [*(day.isoformat() for day in sorted(near)), _ANOTHER]
    if _DAY not in st.session_state:
        st.session_state[_DAY] = before.isoformat() if before and before >= today else None
    st.pills(
        _text("by_ask"),
        options,
        key=_DAY,
        format_func=lambda day: (
            _text("by_another") if day == _ANOTHER else dates.near_day(date.fromisoformat(day))
        ),
    )
    if st.session_state[_DAY] == _ANOTHER:
        st.date_input(
            _text("by_which"),
            value=None,
            key=_OTHER_DAY,
            min_value=today,
            max_value=today + rules.FURTHEST_DAY,
            format="DD/MM/YYYY",
        )


def _chosen_day() -> date | None:
    chosen = st.session_state.get(_DAY)
    if chosen != _ANOTHER:
        return date.fromisoformat(chosen) if chosen else None
    other = st.session_state.get(_OTHER_DAY)
    return other if isinstance(other, date) else None


def _take(checkin_id: str, item: str, in_talk: bool) -> None:
    st.session_state[_DRAFT] = visitor.house().content.words.agreement(item)
    if in_talk:
        _keep_draft(checkin_id)


def _keep_draft(checkin_id: str) -> None:
    text = st.session_state.get(_DRAFT)
    if text is None:  # what was typed has just been written down, or put away
        return
    with told("agree"):
        talks.keep_draft(visitor.house(), visitor.asker(), checkin_id=checkin_id, text=text)


def _save(checkin_id: str) -> None:
    with told("agree"):
        house, asker, text = visitor.house(), visitor.asker(), st.session_state[_DRAFT]
        reviews.write_agreement(house, asker, checkin_id=checkin_id, text=text, by=_chosen_day())
        _put_away()
        talks.keep_draft(house, asker, checkin_id=checkin_id, text="")


def _begin() -> None:
    st.session_state[_BEGUN] = True


def _change() -> None:
    st.session_state[_CHANGING] = True


def _leave(checkin_id: str, in_talk: bool) -> None:
    """Leave what stands as it is."""
    with told("agree"):
        _put_away()
        if in_talk:
            talks.keep_draft(visitor.house(), visitor.asker(), checkin_id=checkin_id, text="")


def _put_away() -> None:
    for key in (_DRAFT, _DAY, _OTHER_DAY, _CHANGING, _BEGUN):
        st.session_state.pop(key, None)


def _say_yes(checkin_id: str, text: str, by: date | None) -> None:
    with told("agree-yes"):
        reviews.agree(visitor.house(), visitor.asker(), checkin_id=checkin_id, text=text, by=by)


def _text(key: str, **facts: object) -> str:
    return words.text(f"interface.talking.{key}", **facts)
