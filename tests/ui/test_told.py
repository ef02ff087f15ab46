"""Errors become sentences, beside their field; what is unexpected tells nothing but a reference."""

from __future__ import annotations

import logging

import pytest
from streamlit.testing.v1 import AppTest

from lib.errors import Damaged, NotYours, Refused, SignedOut
from lib.services.house import House
from lib.ui import told

pytestmark = pytest.mark.usefixtures("house")


def form() -> None:
    import streamlit as st

    from lib.errors import Refused, SignedOut
    from lib.ui.told import beside, in_trouble, told

    def send() -> None:
        with told("form"):
            typed = st.session_state["name"]
            if typed == "long":
                raise Refused("display_name_length", field="name", limit=40)
            if typed == "nowhere":
                raise Refused("nobody_waiting")
            if typed == "out":
                raise SignedOut
            if typed == "bug":
                raise ValueError("my secret note")

    st.text_input("Name", key="name")
    beside("form", "name")
    st.text_input("Other", key="other")
    beside("form", "other")
    st.button("Send", on_click=send)
    beside("form")
    st.text("in trouble" if in_trouble("form") else "fine")


def sent(typed: str) -> AppTest:
    app = AppTest.from_function(form, default_timeout=10).run()
    app.text_input(key="name").set_value(typed)
    return app.button[0].click().run()


def said(app: AppTest) -> list[str]:
    return [error.value.replace("\u2060", "").replace("&#46;", ".") for error in app.error]


def test_a_refused_field_has_its_sentence_and_keeps_what_was_typed() -> None:
    app = sent("long")
    assert said(app) == ["This name can have up to 40 characters."]
    assert app.text_input(key="name").value == "long"
    assert [element.type for element in app.main.children.values()][1] == "flex_container"


def test_a_refusal_without_a_field_stands_at_the_end() -> None:
    assert said(sent("nowhere")) == ["Nobody waits to be confirmed any more."]


def test_the_next_try_that_works_takes_the_sentence_away() -> None:
    app = sent("long")
    app.text_input(key="name").set_value("Ana")
    app.button[0].click().run()
    assert said(app) == []
    assert app.text[0].value == "fine"


def test_somebody_signed_out_meanwhile_is_told_so() -> None:
    assert said(sent("out"))[0].startswith("You are signed out.")


def test_what_is_unexpected_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="halfway.ui"):
        sentence = said(sent("bug"))[0]
    reference = sentence.rstrip(".").rpartition(" ")[2]
    assert len(reference) == 6
    assert reference in caplog.text
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text + sentence


def test_damaged_data_is_unexpected_and_a_stranger_learns_nothing(house: House) -> None:
    assert "reference" in told.sentence_for(Damaged("sealed"))
    assert told.sentence_for(NotYours()) == "There is nothing to see here."
    assert told.sentence_for(SignedOut()).startswith("You are signed out.")
    assert told.sentence_for(Refused("no_such_code")).startswith("That did not work.")


def crowded() -> None:
    import streamlit as st

    from lib.errors import Refused
    from lib.ui.told import beside, told

    def send() -> None:
        with told("form"):
            wrong = Refused("display_name_empty", field="name")
            wrong.also = (Refused("login_name_empty", field="other"),)
            raise wrong

    st.text_input("Name", key="name")
    beside("form", "name")
    st.text_input("Other", key="other")
    beside("form", "other")
    st.button("Send", on_click=send)


def test_all_that_is_wrong_is_said_each_beside_its_field() -> None:
    app = AppTest.from_function(crowded, default_timeout=10).run()
    app.text_input(key="other").set_value("kept")
    app.button[0].click().run()
    order = [element.type for element in app.main.children.values()]
    assert order == ["text_input", "flex_container", "text_input", "flex_container", "button"]
    assert said(app) == [
        "Please enter the name that your partner will see.",
        "Please choose a login name.",
    ]
    assert app.text_input(key="other").value == "kept"
