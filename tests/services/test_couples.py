"""Two people become a couple, and every wrong turn on the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lib.domain.couples import CODE_ALPHABET, CODE_LENGTH, CODE_TRIES
from lib.errors import Refused, SignedOut
from lib.services import accounts, checkins, couples
from lib.services.access import SIGNED_OUT, Asker
from lib.services.house import House
from tests.services.conftest import Cast, Clock, fill, join, pair, sign_in

Newcomer = Callable[[str], Asker]


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def test_a_link_a_yes_and_the_inviters_word_make_a_couple(house: House, newcomer: Newcomer) -> None:
    ana, ben = newcomer("ana"), newcomer("ben")
    secret = couples.invite_by_link(house, ana)
    assert couples.situation(house, ana).stand == "inviting"
    assert couples.look(house, ben, secret=secret) == "Ana"
    couples.accept(house, ben, secret=secret)
    assert couples.situation(house, ben) == couples.Situation("awaiting_confirmation", "Ana")
    assert couples.situation(house, ana) == couples.Situation("asked_to_confirm", "Ben")
    couples.confirm(house, ana)
    assert couples.situation(house, ana) == couples.Situation("together", "Ben")
    assert couples.situation(house, ben) == couples.Situation("together", "Ana")


def test_accepting_alone_makes_no_couple(house: House, newcomer: Newcomer) -> None:
    ana, ben = newcomer("ana"), newcomer("ben")
    couples.accept(house, ben, secret=couples.invite_by_link(house, ana))
    assert not accounts.arrive(house, ben).together
    assert not accounts.arrive(house, ana).together


def test_a_code_may_be_typed_with_spaces_and_small_letters(
    house: House, newcomer: Newcomer
) -> None:
    ana, ben = newcomer("ana"), newcomer("ben")
    code = couples.invite_by_code(house, ana)
    assert len(code) == CODE_LENGTH
    typed = f" {code[:5].lower()}-{code[5:]} "
    assert couples.look(house, ben, secret=typed) == "Ana"


def test_a_whole_link_may_be_pasted(house: House, newcomer: Newcomer) -> None:
    ana, ben = newcomer("ana"), newcomer("ben")
    secret = couples.invite_by_link(house, ana)
    assert couples.look(house, ben, secret=f"https://halfway.example/i#{secret}\n") == "Ana"


def test_five_wrong_tries_end_a_code_and_the_right_one_comes_too_late(
    house: House, newcomer: Newcomer
) -> None:
    ana, ben = newcomer("ana"), newcomer("ben")
    code = couples.invite_by_code(house, ana)
    other_letter = next(letter for letter in CODE_ALPHABET if letter != code[-1])
    wrong = code[:-1] + other_letter
    for _ in range(CODE_TRIES - 1):
        assert refusal(lambda: couples.look(house, ben, secret=wrong)) == "invitation_unknown"
    assert couples.look(house, ben, secret=code) == "Ana"
    assert refusal(lambda: couples.accept(house, ben, secret=wrong)) == "invitation_unknown"
    assert refusal(lambda: couples.accept(house, ben, secret=code)) == "invitation_spent"


@pytest.mark.parametrize(("how", "minutes"), [("link", 7 * 24 * 60), ("code", 15)])
def test_an_invitation_expires(
    house: House, clock: Clock, newcomer: Newcomer, how: str, minutes: int
) -> None:
    ana, ben = newcomer("ana"), newcomer("ben")
    invite = couples.invite_by_link if how == "link" else couples.invite_by_code
    secret = invite(house, ana)
    clock.forward(minutes=minutes - 1)
    ben = join(house, "benno")
    assert couples.look(house, ben, secret=secret) == "Ana"
    clock.forward(minutes=1)
    assert refusal(lambda: couples.look(house, ben, secret=secret)) == "invitation_expired"


def test_ones_own_link_is_recognised(house: House, newcomer: Newcomer) -> None:
    ana = newcomer("ana")
    secret = couples.invite_by_link(house, ana)
    assert refusal(lambda: couples.look(house, ana, secret=secret)) == "invitation_own"


def test_the_second_of_three_people_on_one_link_is_told_it_is_used(
    house: House, newcomer: Newcomer
) -> None:
    ana, ben, third = newcomer("ana"), newcomer("ben"), newcomer("third")
    secret = couples.invite_by_link(house, ana)
    couples.accept(house, ben, secret=secret)
    assert refusal(lambda: couples.accept(house, third, secret=secret)) == "invitation_used"
    couples.confirm(house, ana)
    assert refusal(lambda: couples.look(house, third, secret=secret)) == "invitation_used"
    assert couples.situation(house, third).stand == "alone"


def test_who_is_in_a_couple_cannot_join_another(cast: Cast, newcomer: Newcomer) -> None:
    secret = couples.invite_by_link(cast.house, cast.stranger)
    assert (
        refusal(lambda: couples.accept(cast.house, cast.ben, secret=secret))
        == "invitation_in_couple"
    )
    assert refusal(lambda: couples.invite_by_link(cast.house, cast.ana)) == "already_together"


def test_opening_the_used_link_again_as_the_couple_says_it_is_done(
    house: House, newcomer: Newcomer
) -> None:
    ana, ben = newcomer("ana"), newcomer("ben")
    secret = couples.invite_by_link(house, ana)
    couples.accept(house, ben, secret=secret)
    couples.accept(house, ben, secret=secret)
    couples.confirm(house, ana)
    couples.confirm(house, ana)
    assert refusal(lambda: couples.look(house, ben, secret=secret)) == "invitation_done"


def test_a_newer_link_withdraws_the_older(house: House, newcomer: Newcomer) -> None:
    ana, ben = newcomer("ana"), newcomer("ben")
    old = couples.invite_by_link(house, ana)
    couples.invite_by_link(house, ana)
    assert refusal(lambda: couples.look(house, ben, secret=old)) == "invitation_withdrawn"


def test_the_inviter_can_decline_who_came_and_the_guest_can_step_back(
    house: House, newcomer: Newcomer
) -> None:
    ana, ben = newcomer("ana"), newcomer("ben")
    couples.accept(house, ben, secret=couples.invite_by_link(house, ana))
    couples.decline(house, ana)
    assert couples.situation(house, ben).stand == "alone"
    couples.accept(house, ben, secret=couples.invite_by_link(house, ana))
    couples.withdraw(house, ben)
    assert couples.situation(house, ana).stand == "alone"
    assert refusal(lambda: couples.confirm(house, ana)) == "nobody_waiting"


def test_two_people_who_invite_each_other_become_one_couple_only(
    house: House, newcomer: Newcomer
) -> None:
    ana, ben = newcomer("ana"), newcomer("ben")
    from_ana, from_ben = couples.invite_by_link(house, ana), couples.invite_by_link(house, ben)
    couples.accept(house, ben, secret=from_ana)
    couples.accept(house, ana, secret=from_ben)
    couples.confirm(house, ana)
    assert couples.situation(house, ben) == couples.Situation("together", "Ana")
    couples.confirm(house, ben)
    assert couples.situation(house, ana) == couples.Situation("together", "Ben")


def test_an_invitation_tells_a_signed_out_person_nothing(house: House, newcomer: Newcomer) -> None:
    secret = couples.invite_by_link(house, newcomer("ana"))
    with pytest.raises(SignedOut):
        couples.look(house, SIGNED_OUT, secret=secret)


def test_answers_given_alone_can_be_brought_along_or_left(house: House, newcomer: Newcomer) -> None:
    ana, ben = newcomer("ana"), newcomer("ben")
    fill(house, ana, 6)
    fill(house, ben, 2)
    pair(house, ana, ben)
    assert checkins.desk(house, ana).earlier
    assert checkins.desk(house, ana).sheet.answers == {}
    checkins.bring_earlier(house, ana, keep=True)
    checkins.bring_earlier(house, ben, keep=False)
    assert set(checkins.desk(house, ana).sheet.answers.values()) == {6}
    assert checkins.desk(house, ben).sheet.answers == {}
    assert not checkins.desk(house, ben).earlier


def test_the_bell_of_both_rings_when_they_become_a_couple(house: House, newcomer: Newcomer) -> None:
    ana, ben = newcomer("ana"), newcomer("ben")
    before = couples.version(house, ana)
    couples.accept(house, ben, secret=couples.invite_by_link(house, ana))
    assert couples.version(house, ana) != before
    waiting = couples.version(house, ben)
    couples.confirm(house, ana)
    assert couples.version(house, ben) != waiting


def test_two_who_invite_each_other_are_together_when_both_have_accepted(
    house: House, newcomer: Newcomer
) -> None:
    xan, yui = newcomer("xan"), newcomer("yui")
    from_xan, from_yui = (couples.invite_by_link(house, who) for who in (xan, yui))
    couples.accept(house, yui, secret=from_xan)
    couples.accept(house, xan, secret=from_yui)
    for who in (xan, yui):
        assert couples.situation(house, who).stand == "together"


@pytest.mark.parametrize("kept", [0, 3, 16, 30, 42])
def test_a_link_that_was_cut_short_is_not_taken_for_a_mistyped_code(
    house: House, newcomer: Newcomer, kept: int
) -> None:
    ana, ben = newcomer("ana"), newcomer("ben")
    secret = couples.invite_by_link(house, ana)[:kept]
    pasted = f"https://halfway.example/i#{secret}"
    assert refusal(lambda: couples.look(house, ben, secret=pasted)) == "link_cut_short"
    if kept >= 16:
        assert refusal(lambda: couples.look(house, ben, secret=secret)) == "link_cut_short"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ACDEF-GHJKM-N", "code_mistyped"),
        ("A-C-D-E-F-G-H-J-K-I", "link_cut_short"),
        ("A-C-D-E-F-G-H-J-K-M", "invitation_unknown"),
        # Pieces of a link can have hyphens, too.
        ("x_-q-T-_b-K-w-Zr", "link_cut_short"),
        ("_" * 16, "link_cut_short"),
    ],
)
def test_what_cannot_be_a_code_is_taken_for_a_link_when_it_is_too_long_for_one(
    house: House, newcomer: Newcomer, typed: str, said: str
) -> None:
    assert refusal(lambda: couples.look(house, newcomer("ben"), secret=typed)) == said


def test_the_inviter_who_opens_the_used_link_again_hears_that_it_is_done(
    house: House, newcomer: Newcomer
) -> None:
    ana, ben = newcomer("ana"), newcomer("ben")
    secret = couples.invite_by_link(house, ana)
    couples.accept(house, ben, secret=secret)
    couples.confirm(house, ana)
    assert refusal(lambda: couples.look(house, ana, secret=secret)) == "invitation_done"


def test_ones_own_link_that_ran_out_is_not_to_be_sent(
    house: House, clock: Clock, newcomer: Newcomer
) -> None:
    secret = couples.invite_by_link(house, newcomer("ana"))
    clock.forward(minutes=7 * 24 * 60)
    ana = sign_in(house, "ana")  # a week ends every session
    assert refusal(lambda: couples.look(house, ana, secret=secret)) == "invitation_expired"
