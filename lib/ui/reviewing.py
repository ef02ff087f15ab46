"""What both read after the reveal, and what one reads alone: picture, tips, openers, agreement."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from lib.domain import checkins as rules
from lib.domain.readings import GuessLine, OpenerCard, Reading, TipCard
from lib.services import reviews
from lib.services.reviews import Review
from lib.ui import (
    agreeing,
    cards,
    chart,
    dates,
    frame,
    leaving,
    people_text,
    sealing,
    sheets,
    visitor,
    words,
)
from lib.ui.chart import Standing
from lib.ui.told import beside, told

_WHOLE = "talk.whole"


def talk(
    review: Review | None, *, together: bool, offer: Callable[[bool], None] | None = None
) -> None:
    """The page of one check-in, or a way to it when there is none.

    offer: draws the way into a talk, given whether what everybody reads is shown, or the help that
    comes first for somebody to whom honesty is not safe.
    """
    if review is None:
        if not leaving.gone():
            key = "none" if together else "none_alone"
            st.markdown(words.text(f"interface.talk.{key}"))
        frame.act("checkin", "interface.talk.none_go")
        return
    if not review.alone:
        st.caption(words.text("interface.talk.opened", day=dates.day(review.revealed_at)))
    if not review.reading.compared:
        sealing.changed(review.reading)
        return
    st.markdown(words.text(f"interface.talk.{'alone_hint' if review.alone else 'together_hint'}"))
    # A place of its own: what comes and goes here must not move the tabs, or the first would open.
    with st.container(key="talk-top"):
        whole = bool(st.session_state.get(_WHOLE))
        tips, openers = _chosen(review.reading, whole=whole)
        _shared(review, tips, openers)
        if offer:
            offer(tips is review.reading.tips)
        _switch(whole=whole)
    parts: dict[str, Callable[[], None]] = {
        "tab_picture": lambda: _picture(review.reading),
        "tab_tips": lambda: _tips(review, tips),
        "tab_openers": lambda: _openers(review, openers),
    }
    if not review.alone:
        parts["tab_agree"] = lambda: _agree(review)
    _lay_out(parts, whole=whole)
    if review.alone:
        _talked(review)


def _lay_out(parts: dict[str, Callable[[], None]], *, whole: bool) -> None:
    """One part beside the other, each behind its tab, or one below the other."""
    titles = [words.text(f"interface.talk.{name}") for name in parts]
    places = [st.container(border=False) for _ in titles] if whole else st.tabs(titles)
    for title, place, draw in zip(titles, places, parts.values(), strict=True):
        with place:
            if whole:
                st.header(title, anchor=False, divider="gray")
            draw()


def read_only(reading: Reading) -> None:
    """A reading without marks, agreement or anything else that acts."""
    labels = ("tab_picture", "tab_tips", "tab_openers")
    picture, ideas, begin = st.tabs([words.text(f"interface.talk.{name}") for name in labels])
    with picture:
        _picture(reading)
    with ideas:
        for tip in reading.tips:
            cards.tip(tip)
    with begin:
        for opener in reading.openers:
            cards.opener(opener)


def _switch(*, whole: bool) -> None:
    """The way to everything on one page, and back to its parts; it is everybody's.

    For whom honesty is unsafe it leads from the help that comes first to what everybody reads: the
    same words in the same place, for somebody may look over the shoulder.
    """
    label = words.text(f"interface.talk.{'in_parts' if whole else 'whole'}")
    st.button(label, key="view", type="tertiary", on_click=_other_view)


def _chosen(reading: Reading, *, whole: bool) -> tuple[tuple[TipCard, ...], tuple[OpenerCard, ...]]:
    """The tips and openers to draw."""
    if reading.help is None or whole:
        return reading.tips, reading.openers
    return reading.help, ()


def _shared(review: Review, tips: tuple[TipCard, ...], openers: tuple[OpenerCard, ...]) -> None:
    """On top: what both want to try, and the agreement that holds."""
    texts = {card.id: card.heading for card in tips} | {card.id: card.text for card in openers}
    both = [texts[item] for item in review.both_try if item in texts]
    if both:
        with st.container(key="card-choice-both"):
            st.header(words.text("interface.talk.shared_title"), anchor=False)
            st.markdown("\n".join(f"- {text}" for text in both))
    if review.newest and review.agreement and review.agreement.holds:
        cards.agreement(review.agreement.text, key="holds", by=review.agreement.by)


def _picture(reading: Reading) -> None:
    if reading.theirs is None:
        st.markdown("\n".join(f"- {line.words}" for line in reading.themes))
        return
    clear = [line for line in reading.themes if line.clear]
    close = [line for line in reading.themes if not line.clear]
    chart.compared(
        [
            Standing(line.name, line.mine, line.theirs, line.band, clear=line.clear)
            for line in reading.themes
            if line.theirs is not None
        ]
    )
    if reading.picture:
        st.markdown(reading.picture)
    for title, lines in (("close_title", close), ("clear_title", clear)):
        st.header(words.text(f"interface.talk.{title}"), anchor=False)
        none = words.text("interface.talk.clear_none") if title == "clear_title" else ""
        st.markdown("\n".join(f"- {line.words}" for line in lines) or none)
    st.caption(f"{words.text('interface.talk.six')} {words.text('interface.talk.chance')}")
    if reading.changes:
        st.header(words.text("interface.talk.changes_title"), anchor=False)
        st.markdown("\n".join(f"- {line}" for line in reading.changes))
        st.caption(words.text("interface.talk.changes_note"))
    _appreciations(reading)
    _outcomes(reading)
    _support(reading)
    _guesses(reading)
    sealing.compared(reading)


def _appreciations(reading: Reading) -> None:
    if reading.theirs is None:
        return
    st.header(words.text("interface.talk.appreciation_title"), anchor=False)
    for label, side in (("theirs", reading.theirs), ("mine", reading.mine)):
        with cards.quote(f"appreciation-{label}", f"interface.talk.{label}"):
            if side.appreciation:
                people_text.show(side.appreciation, key=f"appreciation-{label}")
            else:
                st.caption(words.text("interface.talk.nothing_written"))


def _outcomes(reading: Reading, title: str = "outcome_title") -> None:
    if not reading.agreement or reading.theirs is None:
        return
    st.header(words.text(f"interface.talk.{title}"), anchor=False)
    people_text.show(reading.agreement, key=title)
    for label, side in (("outcome_mine", reading.mine), ("outcome_theirs", reading.theirs)):
        if side.outcome:
            said = words.text(f"interface.checkin.outcome.{side.outcome}")
            st.markdown(words.text(f"interface.talk.{label}", outcome=said))
    outcomes = {side.outcome for side in (reading.mine, reading.theirs)}
    for outcome in ("not", "partly", "no_longer_fits"):
        if outcome in outcomes:  # whoever said it: the same sentence for both
            st.caption(words.text(f"interface.talk.outcome_kind.{outcome}"))
            return


def _support(reading: Reading) -> None:
    if reading.theirs is None or not (reading.mine.support or reading.theirs.support):
        return
    st.header(words.text("interface.talk.support_title"), anchor=False)
    for label, side in (("support_mine", reading.mine), ("support_theirs", reading.theirs)):
        wishes = "\n".join(f"- {wish}" for wish in side.support)
        st.markdown(f"**{words.text(f'interface.talk.{label}')}**")
        st.markdown(wishes or words.text("interface.checkin.nothing"))


def _guesses(reading: Reading) -> None:
    if reading.theirs is None or not (reading.mine.guesses or reading.theirs.guesses):
        return
    st.header(words.text("interface.talk.guesses_title"), anchor=False)
    for line in reading.mine.guesses:
        _guess(line, "guess_line", "guess_you")
    if reading.guess_words:
        st.markdown(reading.guess_words)
    for line in reading.theirs.guesses:
        _guess(line, "guess_line_theirs", "guess_partner")


def _guess(line: GuessLine, both: str, only: str) -> None:
    guessed = sheets.scale()[line.guessed - rules.LOWEST]
    st.markdown(f"**{line.question}**")
    if line.answered is None:
        said = words.text(f"interface.talk.{only}", guessed=guessed)
        st.markdown(f"{said} {words.text('interface.talk.guess_later')}")
    else:
        answered = sheets.scale()[line.answered - rules.LOWEST]
        st.markdown(words.text(f"interface.talk.{both}", guessed=guessed, answered=answered))


def _tips(review: Review, tips: tuple[TipCard, ...]) -> None:
    if not review.alone:
        st.caption(words.text("interface.talk.tips_lead"))
    for card in tips:
        cards.tip(card, below=partial(_marks, review))


def _openers(review: Review, openers: tuple[OpenerCard, ...]) -> None:
    st.caption(words.text(f"interface.talk.openers_lead{'_alone' if review.alone else ''}"))
    for card in openers:
        cards.opener(card, below=partial(_marks, review))
    if not openers:
        st.markdown(words.text("interface.talk.openers_none"))


def _marks(review: Review, item: str) -> None:
    def save(marked: str, mark: str | None) -> None:
        house, asker = visitor.house(), visitor.asker()
        reviews.mark(house, asker, checkin_id=review.checkin_id, item=marked, mark=mark)

    cards.marks(item, review.marks.get(item), save, alone=review.alone)


def _agree(review: Review) -> None:
    if not review.newest:
        _agreed(review)
        return
    st.header(words.text("interface.talk.agree_title"), anchor=False)
    st.markdown(words.text("interface.talk.agree_lead"))
    agreeing.agree(review)
    _talked(review)


def _agreed(review: Review) -> None:
    """Of a past check-in: what was agreed, and how both said afterwards that it went."""
    st.header(words.text("interface.talk.agree_past"), anchor=False)
    if review.agreement and review.agreement.holds:
        cards.agreement(review.agreement.text, key="agreed", by=review.agreement.by)
    else:
        st.markdown(words.text("interface.talk.agree_past_none"))
    if review.later:
        _outcomes(review.later, "outcome_past")


def _talked(review: Review) -> None:
    title = "talk.talked_title_alone" if review.alone else "talk.talked_title"
    if review.stage == "talked_over" and not review.alone:
        title = "talking.after_title"
    st.header(words.text(f"interface.{title}"), anchor=False)
    if review.stage == "talked_over":
        st.markdown(words.text(f"interface.talk.talked_done{'_alone' if review.alone else ''}"))
        frame.act("checkin", "interface.talk.new_checkin")
    elif review.talked_me:
        st.markdown(words.text("interface.talk.talked_wait"))
    else:
        st.button(
            words.text(f"interface.talk.{'talked_alone' if review.alone else 'talked'}"),
            key="talked",
            on_click=_say_talked,
            args=(review.checkin_id,),
        )
    beside("talked", rest=True)


def _other_view() -> None:
    st.session_state[_WHOLE] = not st.session_state.get(_WHOLE)


def _say_talked(checkin_id: str) -> None:
    with told("talked"):
        reviews.talked(visitor.house(), visitor.asker(), checkin_id=checkin_id)
