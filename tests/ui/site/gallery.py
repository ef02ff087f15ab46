"""Every part of the kit on one page, for the browser; without the app's headers, so that what
holds here holds by the kit alone. `?part=` chooses what is drawn."""

import streamlit as st

from lib.domain.readings import OpenerCard, TipCard
from lib.errors import Refused
from lib.ui import cards, chart, live, look, people_text, questions, told, words
from lib.ui.chart import Standing
from tests.ui.hostile import NAMES, TEXTS

part = st.query_params.get("part", "kit")
look.apply()
st.title("Gallery", anchor=False)


def refuse(question: str, value: int) -> None:
    if value == 1:
        raise Refused("answer_outside", field=question, lowest=1, highest=7)


def hostile() -> None:
    for number, text in enumerate(TEXTS):
        people_text.show(text, key=f"shown-{number}")
    for number, name in enumerate(NAMES):
        with st.container(key=f"name-{number}"):
            people_text.sentence("interface.home.together_with", name=name)
    for number, text in enumerate(TEXTS):
        told.alert(text, key=f"alert-{number}")


def watched() -> None:
    version = st.container(key="drawn")
    live.watch(lambda: _version(), every=0.5)
    version.text(f"version {_version()}")
    st.text_area("Half typed", key="half")

    @st.fragment
    def change() -> None:
        st.button("Change it", on_click=_raise_version)

    change()


def _version() -> str:
    return str(st.session_state.get("version", 0))


def _raise_version() -> None:
    st.session_state["version"] = st.session_state.get("version", 0) + 1


def kit() -> None:
    chart.compared(
        [
            Standing("closeness", 5.5, 5.0, 1.6, clear=False),
            Standing("room for oneself", 6.5, 3.0, 1.7, clear=True),
        ]
    )
    tip = TipCard(
        id="a_tip",
        family="pace",
        heading="Let the evening stay small",
        text="One short thing that you both like.",
        try_this="Half an hour without the phones.",
        not_fit="One of you needs to talk now.",
        because=("You would like more room.",),
        shared=True,
    )
    cards.tip(tip, below=lambda item: cards.marks(item, None, lambda _item, _mark: None))
    opener = OpenerCard(
        id="o", theme="closeness", depth="light", text="When were we near?", shared=False
    )
    cards.opener(opener)
    cards.agreement("We walk on Sundays.", key="agreed")
    questions.steps(2, 6)
    points = ("Not at all", "Hardly", "A little", "Half", "Rather", "Very", "Fully")
    questions.rating("asked", "I feel close.", labels=points, value=None, save=refuse)
    questions.writing("note", "A note", value="", limit=500, save=lambda _text: None)
    st.button("Go on", type="primary")
    st.caption(words.text("interface.kit.foot"))


{"hostile": hostile, "watched": watched, "kit": kit}[part]()
