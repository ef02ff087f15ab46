"""Nobody signed out gets anything, and the stranger nothing that is another couple's.

The table names every public function of the services; one that is missing from it fails here.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from lib import services
from lib.errors import NotYours, Refused, SignedOut
from lib.services import (
    access,
    accounts,
    checkins,
    couples,
    devices,
    exports,
    leaving,
    mail,
    readings,
    recovery,
    reviews,
    second_factor,
    talks,
)
from lib.services.access import SIGNED_OUT, Asker
from lib.services.house import House
from tests.services.conftest import PASSWORD, Cast, fill, reveal

# For services among themselves, or for the operator: no asker stands before them. What pages and
# routes may use of them stands beside each; `test_nothing_else_inside_is_reached_without_an_asker`.
INSIDE: dict[str, set[str]] = {
    # The check itself: it makes askers, and answers what hangs on a session, which it looks up.
    "access": {"*"},
    # Openers dealt within a talk, whose service has asked.
    "decks": set(),
    # The opened house, as a whole: it is handed on to the services.
    "house": {"*"},
    # Counts of all couples together, for the operator's command.
    "norms": set(),
    # A passphrase by chance, and two numbers.
    "passwords": {"SHORTEST", "WORDS", "suggestion"},
    # How a letter is sent, and how a copy looks on paper, for the services that may.
    "post": set(),
    "printing": set(),
    # Made of an invented couple's answers.
    "readings": {"example"},
    # Fingerprints, inside the unit that seals or reveals.
    "seals": set(),
    # An address cut down to its household, for the caps on connections.
    "throttling": {"household"},
    # Words for what a reading holds, within the unit that writes it.
    "wording": set(),
}
MODULES = tuple(
    importlib.import_module(f"lib.services.{found.name}")
    for found in pkgutil.iter_modules(services.__path__)
    if found.name not in INSIDE
)
Act = Callable[[House, Asker], object]

# Open to whoever is at the door, or harmless there: each has its own tests in test_accounts.
AT_THE_DOOR = {
    *("accounts.sign_up", "accounts.sign_in", "accounts.sign_out", "accounts.verify"),
    *(
        "accounts.redeem",
        "accounts.stays",
        "accounts.who",
        "leaving.was_closed",
        "recovery.recover",
        "second_factor.is_wanted",
        "mail.is_offered",
        "mail.forgot",
        "mail.purpose",
        "mail.confirm",
        "mail.reset",
        "second_factor.pass_with",
    ),
}
SECRET = "x" * 43
SIGNED_IN: dict[str, Act] = {
    "accounts.arrive": accounts.arrive,
    "accounts.rename": lambda h, a: accounts.rename(h, a, display_name="Ann"),
    "accounts.prove": lambda h, a: accounts.prove(h, a, "x"),
    "accounts.change_password": lambda h, a: accounts.change_password(h, a, old="x", new="y"),
    "recovery.new_codes": recovery.new_codes,
    "second_factor.is_on": second_factor.is_on,
    "second_factor.begin": lambda h, a: second_factor.begin(h, a, password="x"),
    "second_factor.confirm": lambda h, a: second_factor.confirm(h, a, code="000000"),
    "second_factor.end": lambda h, a: second_factor.end(h, a, password="x"),
    "mail.address": mail.address,
    "mail.add": lambda h, a: mail.add(h, a, address="a@example.org", password="x"),
    "mail.remove": lambda h, a: mail.remove(h, a, password="x"),
    "devices.signed_in": devices.signed_in,
    "devices.end": lambda h, a: devices.end(h, a, handle="x"),
    "devices.end_others": devices.end_others,
    "checkins.desk": checkins.desk,
    "checkins.answer": lambda h, a: checkins.answer(h, a, "closeness_1", 4),
    "checkins.guess": lambda h, a: checkins.guess(h, a, "closeness_1", 4),
    "checkins.write": lambda h, a: checkins.write(h, a, "note", "x"),
    "checkins.choose_pace": lambda h, a: checkins.choose_pace(h, a, "deep"),
    "checkins.choose_support": lambda h, a: checkins.choose_support(h, a, ()),
    "checkins.say_unsafe": lambda h, a: checkins.say_unsafe(h, a, True),
    "checkins.say_outcome": lambda h, a: checkins.say_outcome(h, a, "kept"),
    "checkins.bring_earlier": lambda h, a: checkins.bring_earlier(h, a, keep=True),
    "checkins.seal": lambda h, a: checkins.seal(h, a, checkin_id="x"),
    "checkins.release": lambda h, a: checkins.release(h, a, checkin_id="x"),
    "couples.situation": couples.situation,
    "couples.invite_by_link": couples.invite_by_link,
    "couples.invite_by_code": couples.invite_by_code,
    "couples.withdraw": couples.withdraw,
    "couples.look": lambda h, a: couples.look(h, a, secret=SECRET),
    "couples.accept": lambda h, a: couples.accept(h, a, secret=SECRET),
    "couples.confirm": couples.confirm,
    "couples.decline": couples.decline,
    "couples.version": couples.version,
    "reviews.review": reviews.review,
    "reviews.shared_gone": reviews.shared_gone,
    "reviews.past": reviews.past,
    "exports.ticket": lambda h, a: exports.ticket(h, a, password="x"),
    "exports.take": lambda h, a: exports.take(h, a, ticket="x", form="json"),
    "leaving.possession": leaving.possession,
    "leaving.delete_answers": lambda h, a: leaving.delete_answers(h, a, password="x"),
    "leaving.leave": lambda h, a: leaving.leave(h, a, password="x"),
    "leaving.close": lambda h, a: leaving.close(h, a, password="x"),
    "reviews.own_sheet": lambda h, a: reviews.own_sheet(h, a, checkin_id="x"),
    "reviews.mark": lambda h, a: reviews.mark(h, a, checkin_id="x", item="x", mark="try"),
    "reviews.write_agreement": lambda h, a: reviews.write_agreement(h, a, checkin_id="x", text="x"),
    "reviews.agree": lambda h, a: reviews.agree(h, a, checkin_id="x", text="x"),
    "reviews.talked": lambda h, a: reviews.talked(h, a, checkin_id="x"),
    "talks.look": talks.look,
    "talks.say_yes": lambda h, a: talks.say_yes(h, a, checkin_id="x"),
    "talks.not_now": lambda h, a: talks.not_now(h, a, checkin_id="x"),
    "talks.choose_depth": lambda h, a: talks.choose_depth(h, a, checkin_id="x", depth="deep"),
    "talks.lighter": lambda h, a: talks.lighter(h, a, checkin_id="x"),
    "talks.begin_here": lambda h, a: talks.begin_here(h, a, checkin_id="x"),
    "talks.leave_here": lambda h, a: talks.leave_here(h, a, checkin_id="x"),
    "talks.go_on": lambda h, a: talks.go_on(h, a, checkin_id="x", at="1.0"),
    "talks.go_back": lambda h, a: talks.go_back(h, a, checkin_id="x", at="1.0"),
    "talks.choose_theme": lambda h, a: talks.choose_theme(
        h, a, checkin_id="x", at="1.0", theme="trust"
    ),
    "talks.other_opener": lambda h, a: talks.other_opener(h, a, checkin_id="x"),
    "talks.speak": lambda h, a: talks.speak(h, a, checkin_id="x", at="1.0"),
    "talks.hand_over": lambda h, a: talks.hand_over(h, a, checkin_id="x", at="1.0"),
    "talks.set_minutes": lambda h, a: talks.set_minutes(h, a, checkin_id="x", minutes=5),
    "talks.pause": lambda h, a: talks.pause(h, a, checkin_id="x", kind="twenty"),
    "talks.close": lambda h, a: talks.close(h, a, checkin_id="x", at="1.0"),
    "talks.say_felt": lambda h, a: talks.say_felt(h, a, checkin_id="x", safe=True, useful=None),
    "talks.leave": lambda h, a: talks.leave(h, a, checkin_id="x"),
    "talks.keep_draft": lambda h, a: talks.keep_draft(h, a, checkin_id="x", text="x"),
}


# Every act on a talk, told only which check-in it is about.
ON_A_TALK: tuple[Callable[..., object], ...] = (
    *(talks.say_yes, talks.not_now, talks.lighter, talks.begin_here, talks.leave_here),
    *(talks.other_opener, talks.leave),
    partial(talks.choose_depth, depth="deep"),
    *(partial(act, at="1.0") for act in (talks.go_on, talks.go_back, talks.speak, talks.close)),
    partial(talks.hand_over, at="1.0"),
    partial(talks.choose_theme, at="1.0", theme="trust"),
    partial(talks.set_minutes, minutes=5),
    partial(talks.pause, kind="twenty"),
    partial(talks.say_felt, safe=True, useful=True),
    partial(talks.keep_draft, text="x"),
)


def public(module: ModuleType) -> set[str]:
    """The functions that a module offers to others."""
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for name, found in vars(module).items()
        if inspect.isfunction(found)
        and found.__module__ == module.__name__
        and not name.startswith("_")
    }


def test_every_public_function_is_in_the_table() -> None:
    there = set().union(*map(public, MODULES))
    assert there == set(SIGNED_IN) | AT_THE_DOOR


@pytest.mark.parametrize("name", sorted(set().union(*map(public, MODULES))))
def test_every_public_function_takes_the_house_and_the_asker_first(name: str) -> None:
    module, function = name.split(".")
    found = next(one for one in MODULES if one.__name__.endswith(module))
    parameters = list(inspect.signature(getattr(found, function)).parameters)
    assert parameters[:2] == ["house", "asker"]


def test_what_writes_readings_is_called_inside_a_unit_of_work_only() -> None:
    """`readings` has no asker of its own: nothing in it may be callable without a unit, but the
    example, which belongs to nobody."""
    for name in public(readings):
        parameters = inspect.signature(getattr(readings, name.split(".")[1])).parameters
        assert "unit" in parameters or name == "readings.example"


@pytest.mark.parametrize(
    "asker",
    [SIGNED_OUT, Asker(""), Asker("0" * 64), access.asker_of("no such cookie")],
    ids=["nobody", "empty", "unknown", "wrong cookie"],
)
def test_nobody_signed_out_gets_anything(cast: Cast, asker: Asker) -> None:
    for name, act in SIGNED_IN.items():
        with pytest.raises(SignedOut):
            pytest.fail(f"{name} gave {act(cast.house, asker)!r}")


def test_a_session_that_ran_out_gets_nothing(cast: Cast) -> None:
    cast.clock.forward(minutes=30)
    for name, act in SIGNED_IN.items():
        with pytest.raises(SignedOut):
            pytest.fail(f"{name} gave {act(cast.house, cast.ana)!r}")


def test_a_closed_account_gets_nothing(cast: Cast) -> None:
    leaving.close(cast.house, cast.ana, password=PASSWORD)
    for name, act in SIGNED_IN.items():
        with pytest.raises(SignedOut):
            pytest.fail(f"{name} gave {act(cast.house, cast.ana)!r}")


def test_whoever_has_left_reaches_nothing_of_the_couple(cast: Cast) -> None:
    """One's own sheet stays; what was shared, and all that the other does from now on, is gone."""
    checkin_id = reveal(cast)
    leaving.leave(cast.house, cast.ana, password=PASSWORD)
    house, left = cast.house, cast.ana
    bell = couples.version(house, left)
    couples.invite_by_link(house, cast.ben)
    assert couples.version(house, left) == bell
    assert reviews.review(house, left) is None
    given = {"checkin_id": checkin_id}
    for act in (
        lambda: reviews.review(house, left, **given),
        lambda: reviews.mark(house, left, **given, item="x", mark="try"),
        lambda: reviews.write_agreement(house, left, **given, text="mine"),
        lambda: reviews.agree(house, left, **given, text="a walk"),
        lambda: reviews.talked(house, left, **given),
    ):
        with pytest.raises((NotYours, Refused)):
            act()
    assert couples.situation(house, left).name is None
    assert accounts.arrive(house, left).partner_name is None


def test_the_stranger_reaches_nothing_of_a_couple(cast: Cast) -> None:
    checkin_id = reveal(cast)
    house, stranger = cast.house, cast.stranger
    review = reviews.review(house, cast.ana)
    assert review
    item = next(iter(review.reading.items()))
    reviews.write_agreement(house, cast.ana, checkin_id=checkin_id, text="a walk")
    before = [reviews.review(house, who) for who in (cast.ana, cast.ben)]
    bell = couples.version(house, cast.ana)
    fill(house, stranger)
    given = {"checkin_id": checkin_id}
    for act in (
        lambda: reviews.review(house, stranger, **given),
        lambda: reviews.own_sheet(house, stranger, **given),
        lambda: reviews.mark(house, stranger, **given, item=item, mark="try"),
        lambda: reviews.write_agreement(house, stranger, **given, text="mine"),
        lambda: reviews.agree(house, stranger, **given, text="a walk"),
        lambda: reviews.talked(house, stranger, **given),
        lambda: checkins.seal(house, stranger, **given),
        lambda: checkins.release(house, stranger, **given),
        *(partial(act, house, stranger, **given) for act in ON_A_TALK),
    ):
        with pytest.raises(NotYours):
            act()
    assert talks.look(house, stranger) is None
    assert reviews.review(house, stranger) is None
    assert reviews.past(house, stranger) == ()
    assert [reviews.review(house, who) for who in (cast.ana, cast.ben)] == before
    assert couples.version(house, cast.ana) == bell


def test_what_does_not_exist_and_what_is_anothers_look_the_same(cast: Cast) -> None:
    checkin_id = reveal(cast)
    said = set()
    for wrong in (checkin_id, "0" * 32, "", "' OR 1=1 --", "\x00"):
        with pytest.raises(NotYours) as caught:
            reviews.own_sheet(cast.house, cast.stranger, checkin_id=wrong)
        said.add((str(caught.value), tuple(caught.value.facts.items())))
    assert len(said) == 1


def test_the_partner_cannot_read_the_others_sheet_even_after_the_reveal(cast: Cast) -> None:
    checkins.write(cast.house, cast.ana, "note", "only mine")
    checkin_id = reveal(cast, 6, 2)
    mine, _ = reviews.own_sheet(cast.house, cast.ana, checkin_id=checkin_id)
    theirs, _ = reviews.own_sheet(cast.house, cast.ben, checkin_id=checkin_id)
    assert (mine.note, theirs.note) == ("only mine", "")
    assert set(theirs.answers.values()) == {2}


def used_inside(tree: ast.Module) -> set[str]:
    """What a module takes from the services that are inside, as "module.name"."""
    found, local = set(), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {
                one.name.removeprefix("lib.services.") + ".whole"
                for one in node.names
                if one.name.removeprefix("lib.services.") in INSIDE
            }
        if isinstance(node, ast.ImportFrom) and node.module == "lib.services":
            local |= {one.asname or one.name: one.name for one in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            module = node.module.removeprefix("lib.services.")
            if module != node.module and module in INSIDE:
                found |= {f"{module}.{one.name}" for one in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = local.get(node.value.id, "")
            if module in INSIDE:
                found.add(f"{module}.{node.attr}")
    return found


def test_nothing_else_inside_is_reached_without_an_asker() -> None:
    root = Path(__file__).parents[2]
    outside = [root / "app.py", *(root / "pages").rglob("*.py")]
    outside += [*(root / "lib" / "ui").rglob("*.py"), *(root / "lib" / "web").rglob("*.py")]
    for file in outside:
        for used in used_inside(ast.parse(file.read_text())):
            module, name = used.split(".")
            assert INSIDE[module] & {"*", name}, f"{file.name}: {used}"
