"""The pages that need no account, run through the router as Streamlit runs them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.services import house as houses
from lib.services import readings
from lib.services.house import House
from lib.settings import Settings
from lib.ui import registry, visitor, words
from tests.server import ROOT

FOOT = "Not therapy, not a crisis service. 18 and over."
PRIVATE = [place.name for place in registry.PLACES if place.audience in ("signed_in", "couple")]
OPEN = [
    *("welcome", "example", "reading", "safety", "privacy", "lost"),
    *("signin", "signup", "recover", "mail"),
]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(visitor, "cookie", lambda _kind: None)
    settings = Settings.from_environment({"HALFWAY_DATA_DIR": str(tmp_path / "data")})
    yield houses.enter(houses.open_house(settings))
    houses.leave()


def visit(name: str | None) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=60).run()
    if name:
        app.switch_page(f"{name}.py").run()
    assert not app.exception
    return app


def markdown(app: AppTest) -> str:
    return "\n".join(element.value for element in app.markdown)


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("name", OPEN)
def test_an_open_page_has_its_title_and_the_foot(name: str) -> None:
    app = visit(name)
    assert len(app.title) == 1
    assert FOOT in [caption.value for caption in app.caption]
    assert not app.error


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_page_leads_to_signing_in_with_a_sentence(name: str) -> None:
    app = visit(name)
    assert app.title[0].value == words.text("interface.signin.title")
    assert [info.value for info in app.info] == ["Please sign in to see that page."]


@pytest.mark.usefixtures("house")
def test_the_sentence_is_gone_on_the_next_page() -> None:
    app = visit("account")
    app.switch_page("reading.py").run()
    assert not app.info


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("name", ["signin", "signup", "recover"])
def test_passwords_are_masked_and_managers_may_fill_them_in(name: str) -> None:
    found = [one for one in visit(name).text_input if "assword" in one.label]
    assert found
    for one in found:
        assert one.proto.type == one.proto.PASSWORD
        assert one.proto.autocomplete in ("current-password", "new-password")


@pytest.mark.usefixtures("house")
def test_the_first_page_says_what_this_is_not_before_anything_is_asked() -> None:
    said = markdown(visit(None))
    for needed in ("not therapy", "not a crisis service", "18 and over"):
        assert needed in said


@pytest.mark.usefixtures("house")
def test_the_first_page_is_read_in_half_a_minute() -> None:
    app = visit(None)
    count = len(re.findall(r"\w+", " ".join([app.title[0].value, markdown(app)])))
    assert count <= 200  # of them, what to do stands in the first forty


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("button", "title"), [("Create an account", "signup"), ("Sign in", "signin")]
)
def test_the_first_page_leads_on(button: str, title: str) -> None:
    app = visit(None)
    next(found for found in app.button if found.label == button).click().run()
    assert app.title[0].value == words.text(f"interface.{title}.title")


def test_the_safety_page_shows_every_country_with_the_day_it_was_checked(house: House) -> None:
    app = visit("safety")
    shown = {found.label: found for found in app.expander}
    assert len(shown) == len(house.content.help_lines)
    for country in house.content.help_lines:
        card = shown[house.content.words.country(country.id)]
        said = "\n".join(element.value for element in card.markdown)
        for line in (*country.abuse, *country.emergency, *country.crisis):
            assert line in said
        assert card.caption[0].value.startswith("Checked on ")
    first = [header.value for header in app.header][:2]
    assert first == [house.content.safety.sections[0].heading, "Numbers to call"]


def test_the_reading_page_has_every_section_and_its_sources(house: House) -> None:
    app = visit("reading")
    assert [h.value for h in app.header] == [
        part.heading for part in house.content.reading.sections
    ]
    assert any("https://" in caption.value for caption in app.caption)


@pytest.mark.parametrize("side", ["first", "second"])
def test_the_example_is_what_the_engine_says_and_can_do_nothing(house: House, side: str) -> None:
    app = visit("example")
    app.button_group[0].set_value(side).run()
    reading = readings.example(house, side=side)
    headings = [header.value for header in app.header]
    assert [tip.heading for tip in reading.tips if tip.heading not in headings] == []
    assert all(opener.text in markdown(app) for opener in reading.openers)
    assert [button.label for button in app.button] == []
    assert not app.text_area


def test_the_two_sides_of_the_example_mirror_each_other(house: House) -> None:
    tables = []
    for side in ("first", "second"):
        app = visit("example")
        app.button_group[0].set_value(side).run()
        tables.append(app.table[0].value)
    one, other = tables
    assert list(one["You"]) == list(other["Your partner"])
    assert list(one["Your partner"]) == list(other["You"])
    assert list(one["Theme"]) == list(other["Theme"])


@pytest.mark.usefixtures("house")
def test_a_notice_that_is_not_filled_in_says_so() -> None:
    assert "has not said yet who they are" in markdown(visit("privacy"))


def test_the_notice_says_what_the_operator_filled_in(house: House) -> None:
    operator = {"name": "Ada **Example**", "contact": "ada@example.org", "place": "Graz, 30 days"}
    houses.enter(replace(house, settings=replace(house.settings, operator=operator)))
    app = visit("privacy")
    shown = "\n".join(text.value for text in app.text)
    for said in operator.values():
        assert said in shown
    assert "has not said yet" not in markdown(app)


@pytest.mark.usefixtures("house")
def test_consent_comes_before_anything_is_stored_and_says_how_it_is_taken_back() -> None:
    app = visit("signup")
    assert "take your consent back at any time" in markdown(app)
    assert [box.value for box in app.checkbox] == [False, False]


def test_every_section_of_the_reading_page_shows_its_sources(house: House) -> None:
    app = visit("reading")
    shown = [one.value for one in app.caption if one.value.startswith("From: ")]
    assert len(shown) == len(house.content.reading.sections) == 13
    for section, said in zip(house.content.reading.sections, shown, strict=True):
        for item in section.sources:
            named = house.content.sources.get(item)
            assert (named.title if named else "the popular article") in said, section.id
