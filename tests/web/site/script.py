"""What a page of the app can be made of, and what the gate tells it about the visitor."""

import time

import altair as alt
import pandas as pd
import streamlit as st

NUMBERS = pd.DataFrame({"theme": ["a", "b"], "level": [3, 5]})
MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 28" width="44" height="28">'
    '<circle cx="15" cy="14" r="12" fill="#2f7a6b"/></svg>'
)
DOT = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
SIGN_OUT = st.components.v2.component(
    "site_sign_out",
    html="<button>Sign out</button>",
    js="""
export default function ({ parentElement }) {
  parentElement.querySelector('button').onclick = () =>
    fetch('/auth/sign-out', { method: 'POST' }).then(() => location.replace('/'))
}
""",
)


@st.cache_data
def number_of_this_cache() -> int:
    made_ever["times"] += 1
    return made_ever["times"]


@st.dialog("A dialog")
def dialog() -> None:
    st.text("Inside the dialog")


@st.fragment
def part() -> None:
    st.text("A part by itself")


def start() -> None:
    st.text(f"Session <{st.user.get('session')}>")
    st.text(f"Cache <{number_of_this_cache()}>")
    st.session_state.setdefault("count", 0)
    if st.button("Count"):
        st.session_state["count"] += 1
    st.text(f"Count <{st.session_state['count']}>")
    with st.form("form"):
        st.text_input("Name")
        st.form_submit_button("Send")
    if st.button("Open the dialog"):
        dialog()
    if st.query_params.get("fail"):
        raise ValueError("a private sentence " + st.query_params["fail"])
    if st.query_params.get("file"):
        st.image(DOT)
    chart = alt.Chart(NUMBERS).mark_bar().encode(x="level:Q", y="theme:N")
    st.altair_chart(chart)
    st.table(NUMBERS)
    st.markdown("![mark](data:image/gif;base64,R0lGODlhAQABAAAAACw=)")
    part()
    SIGN_OUT(key="sign_out")
    st.html('<form method="post" action="/auth/sign-out"><button>Sign out by form</button></form>')


def second() -> None:
    st.title("The second page")
    if st.query_params.get("slow"):
        time.sleep(1)  # so that something can be asked for meanwhile
    st.text(f"Session <{st.user.get('session')}>")


# The module is made anew at every run; what must outlive the caches hangs on a module that is not.
made_ever = st.__dict__.setdefault("made_ever", {"times": 0})
st.logo(MARK)
st.navigation(
    [st.Page(start, title="Start", default=True), st.Page(second, title="Second", url_path="two")],
    position="top",
).run()
