from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain import advice as advising
from lib.domain.advice import Advice, Past, Voice, advise, advise_alone
from lib.domain.because import FOR_YOU, Because, themes_of
from lib.domain.comparison import ThemeGap, compare, set_aside, shown_themes
from lib.domain.patterns import found, is_well
from lib.domain.questionnaire import PRIVATE_THEME, THEMES
from lib.domain.rules import DEPTHS, Library, Opener, Rule, Tip
from tests.domain.couples import MIDDLE, WELL, loaded, sheet

USED = loaded().current
LIBRARY = loaded().library
TIPS = {tip.id: tip for tip in LIBRARY.tips}
OPENERS = {opener.id: opener for opener in LIBRARY.openers}
IDS = [question.id for question in USED.questions]
FULL = st.fixed_dictionaries({item: st.integers(1, 7) for item in IDS})
# Levels rather than answers, so that lows and highs, and so patterns, come up often.
LEVELS = st.fixed_dictionaries({theme: st.sampled_from((1, 2, 4, 6, 7)) for theme in THEMES})
SHEETS = st.one_of(FULL, LEVELS.map(lambda levels: sheet(USED, levels)))
PACES = st.sampled_from(DEPTHS)
VOICES = st.builds(
    Voice,
    SHEETS,
    guesses=st.dictionaries(st.sampled_from(IDS), st.integers(1, 7), max_size=9),
    pace=PACES,
    support=st.lists(st.sampled_from(loaded().support), max_size=2, unique=True).map(tuple),
    outcome=st.sampled_from((None, "kept", "partly", "not", "no_longer_fits")),
)
SOME = settings(max_examples=40, deadline=None)


def pair(first: Voice, second: Voice, **more: object) -> tuple[Advice, Advice]:
    return advise(LIBRARY, USED, first, second, shown=shown(first, second), **more)  # type: ignore[arg-type]


def shown(first: Voice, second: Voice) -> tuple[ThemeGap, ...]:
    """What such a couple is shown by a lot of its own, the same whatever only one of them knows."""
    both = [*first.answers.items(), *second.answers.items()]
    told = sum(value for item, value in both if USED.question(item).theme != PRIVATE_THEME)
    lot = set_aside(USED, Random(told))
    return shown_themes(compare(first.answers, second.answers, USED), USED, aside=lot)


def well() -> Voice:
    return Voice(sheet(USED, WELL))


@SOME
@given(VOICES, VOICES)
def test_swapping_swaps_the_lists_and_nothing_in_them(first: Voice, second: Voice) -> None:
    assert pair(first, second) == pair(second, first)[::-1]


@SOME
@given(VOICES, VOICES)
def test_everybody_reads_three_to_seven_tips_of_two_families(first: Voice, second: Voice) -> None:
    for advice in (*pair(first, second), advise_alone(LIBRARY, USED, first)):
        assert 3 <= len(advice.tips) <= 7
        assert len({tip.family for tip in advice.tips}) >= 2
        assert len({tip.id for tip in advice.tips}) == len(advice.tips)


@SOME
@given(VOICES, VOICES)
def test_openers_stay_within_the_lower_pace_and_begin_lightly(first: Voice, second: Voice) -> None:
    lower = min(first.pace, second.pace, key=DEPTHS.index)
    for advice in pair(first, second):
        assert 4 <= len(advice.openers) <= 10
        depths = [DEPTHS.index(opener.depth) for opener in advice.openers]
        assert max(depths) <= DEPTHS.index(lower)
        assert depths == sorted(depths)
        assert depths[0] == 0
        assert len(set(depths)) == DEPTHS.index(lower) + 1


@SOME
@given(VOICES, VOICES, PACES)
def test_nothing_tells_whose_pace_was_the_lower(first: Voice, second: Voice, pace: str) -> None:
    one = pair(replace(first, pace="light"), replace(second, pace=pace))
    assert one == pair(replace(first, pace=pace), replace(second, pace="light"))


@SOME
@given(VOICES, VOICES)
def test_both_find_the_same_shared_ones(first: Voice, second: Voice) -> None:
    one, other = pair(first, second)
    assert {tip.id for tip in one.tips if tip.shared} == {t.id for t in other.tips if t.shared}
    ours = [opener.id for opener in one.openers if opener.shared]
    assert sorted(ours) == sorted(o.id for o in other.openers if o.shared)


@SOME
@given(VOICES, VOICES, st.integers(1, 7), st.integers(1, 7))
def test_kindness_to_oneself_changes_nothing_for_the_other(
    first: Voice, second: Voice, one: int, two: int
) -> None:
    changed = {**second.answers, "self_worth_1": one, "self_worth_2": two}
    assert pair(first, second)[0] == pair(first, replace(second, answers=changed))[0]
    skipped = {item: v for item, v in second.answers.items() if not item.startswith("self_worth")}
    assert pair(first, second)[0] == pair(first, replace(second, answers=skipped))[0]


@SOME
@given(VOICES, VOICES, VOICES)
def test_guesses_outcome_and_marks_change_nothing_for_the_other(
    first: Voice, second: Voice, third: Voice
) -> None:
    changed = replace(second, guesses=third.guesses, outcome=third.outcome)
    past = Past(3, dict.fromkeys(TIPS, 2), frozenset(list(TIPS)[::3]), frozenset(list(TIPS)[::4]))
    before = pair(first, second)[0]
    assert before == pair(first, changed, pasts=(Past(), past))[0]


@SOME
@given(VOICES, VOICES)
def test_the_mark_that_honesty_is_unsafe_changes_nothing_for_the_other(
    first: Voice, second: Voice
) -> None:
    unsafe = replace(first, unsafe=True)
    assert repr(pair(unsafe, second)[1]) == repr(pair(first, second)[1])
    assert repr(pair(second, unsafe)[0]) == repr(pair(second, first)[0])


@SOME
@given(VOICES, VOICES)
def test_to_whom_honesty_is_unsafe_reads_help_and_self_kindness_only(
    first: Voice, second: Voice
) -> None:
    unsafe = replace(first, unsafe=True)
    for advice in (pair(unsafe, second)[0], advise_alone(LIBRARY, USED, unsafe)):
        assert advice.openers == ()
        assert len(advice.tips) >= 3
        assert advice.tips[0].does == ("outside_help",)
        for tip in advice.tips:
            assert set(tip.does) <= {"outside_help", "self_kindness"}
            assert tip.family in ("support", "self_kindness")
            assert not tip.shared
            assert tip.because == (FOR_YOU,)


@SOME
@given(VOICES, VOICES)
def test_nobody_is_told_to_pursue_someone_who_wants_room(first: Voice, second: Voice) -> None:
    for me, other, advice in zip(
        (first, second), (second, first), pair(first, second), strict=True
    ):
        gaps = {gap.id: gap for gap in compare(me.answers, other.answers, USED).themes}
        space = gaps["space"]
        if space.second >= 5 or (space.clear and space.gap < 0):
            for tip in advice.tips:
                assert "invites_talk" not in tip.does
                if {"asks_needs", "gives_reassurance", "joint_exercise"} & set(tip.does):
                    assert {"gives_space", "slows_pace"} & set(tip.does)


@SOME
@given(VOICES, VOICES)
def test_more_reassurance_is_never_asked_of_who_gives_much(first: Voice, second: Voice) -> None:
    for me, advice in zip((first, second), pair(first, second), strict=True):
        offered = USED.level("reassurance_offered", me.answers)
        if offered is not None and offered >= 5:
            assert not any("gives_reassurance" in tip.does for tip in advice.tips)


PASTS = st.builds(
    Past,
    st.just(5),
    st.dictionaries(st.sampled_from(sorted(TIPS)), st.integers(1, 4))
    | st.just(dict.fromkeys(TIPS, 4)),
    done=st.frozensets(st.sampled_from(sorted(TIPS)), max_size=80) | st.just(frozenset(TIPS)),
)


@settings(max_examples=100, deadline=None)
@given(VOICES, VOICES, PASTS, PASTS, st.booleans(), st.data())
def test_in_a_reassurance_circle_both_are_told_what_helps_at_every_check_in(
    first: Voice, second: Voice, past: Past, other: Past, swapped: bool, data: st.DataObject
) -> None:
    """Much wanted, much offered, little received; whatever else is so and was read before."""
    much, little = st.sampled_from(((7, 7), (5, 5), (4, 6))), st.sampled_from(((1, 7), (3, 5)))
    wanted, given_, got = data.draw(much), data.draw(much), data.draw(little)
    circle = {"reassurance_wanted_1": wanted[0], "reassurance_wanted_2": wanted[1],
              "reassurance_received_1": got[0], "reassurance_received_2": got[1]}  # fmt: skip
    giving = {"reassurance_offered_1": given_[0], "reassurance_offered_2": given_[1]}
    wanter = replace(first, answers={**first.answers, **circle})
    giver = replace(second, answers={**second.answers, **giving})
    names = [one.pattern for one in found(compare(wanter.answers, giver.answers, USED))]
    assert names[0] == "reassurance_circle"
    if swapped:
        to_giver, to_wanter = pair(giver, wanter, pasts=(other, past))
    else:
        to_wanter, to_giver = pair(wanter, giver, pasts=(past, other))
    for advice in (to_wanter, to_giver):
        assert 3 <= len(advice.tips) <= 7
        said = {what for tip in advice.tips for what in tip.does}
        assert any(tip.family == "reassurance" for tip in advice.tips)
        assert {"asks_needs", "outside_help"} <= said
        assert "gives_reassurance" not in said
    assert {tip.id for tip in to_giver.tips} & LIMITING
    assert {tip.id for tip in to_wanter.tips} & LASTING


LIMITING = {tip.id for tip in LIBRARY.tips if "limits_reassurance" in tip.does}
LASTING = {tip.id for tip in LIBRARY.tips
           if tip.family == "reassurance" and "role wanting" in tip.rule.when}  # fmt: skip


def test_what_the_circle_reads_says_it_in_words() -> None:
    """Both that one can look for what lasts; the giver, too, that more will not fill it."""
    assert len(LIMITING) >= 2
    assert len(LASTING) >= 2
    for name in LIMITING | LASTING:
        said = loaded().words.tip(name)
        assert re.search(r"\b(lasts?|lasted|lasting|stays?)\b", f"{said.text} {said.try_this}"), (
            name
        )
        if name in LIMITING:
            assert "will not fill" in said.text, name


@SOME
@given(SHEETS, SHEETS)
def test_a_couple_that_is_well_keeps_well(first: dict[str, int], second: dict[str, int]) -> None:
    if not is_well(compare(first, second, USED)):
        first, second = sheet(USED, WELL), sheet(USED, {**WELL, "heard": 5.0})  # type: ignore[assignment]
    for advice in pair(Voice(first), Voice(second)):
        assert any(tip.family == "appreciation" for tip in advice.tips)
        assert not any(tip.family == "patience" for tip in advice.tips)
        assert not any("outside_help" in tip.does for tip in advice.tips)


@SOME
@given(VOICES, VOICES)
def test_every_tip_says_why_and_never_by_noise_or_what_is_private(
    first: Voice, second: Voice
) -> None:
    for me, other, advice in zip(
        (first, second), (second, first), pair(first, second), strict=True
    ):
        compared = compare(me.answers, other.answers, USED)
        gaps = {gap.id: gap for gap in compared.themes}
        six = {gap.id for gap in shown(me, other)}
        for tip in advice.tips:
            assert themes_of(tip.because)
            for reason in tip.because:
                assert loaded().words.because(reason)
                if reason.kind in ("gap_me_higher", "gap_partner_higher"):
                    assert gaps[str(reason.theme)].clear
                if reason.kind.startswith(("gap_", "partner_")):
                    assert reason.theme in six
                if tip.shared:
                    assert reason.theme != "self_worth"


@SOME
@given(VOICES, VOICES)
def test_the_reason_is_about_what_the_tip_is_about(first: Voice, second: Voice) -> None:
    """Not about any theme on which there is something to say, where the rule names its own."""
    six = {gap.id for gap in shown(first, second)}
    for advice in pair(first, second):
        for one in advice.tips:
            written = TIPS[one.id]
            asked = {name.partition(" ")[0].partition(".")[2] for name in written.rule.asked}
            about = {*asked, *written.themes} - {""}
            told = {reason.theme for reason in one.because if reason.theme}
            if about - {PRIVATE_THEME} and told and six >= about - {PRIVATE_THEME}:
                assert told & about, (one.id, told, about)


@SOME
@given(VOICES, VOICES)
def test_no_opener_asks_somebody_who_wants_room_to_come_nearer(first: Voice, second: Voice) -> None:
    inviting = {one.id for one in LIBRARY.openers if "invites_talk" in one.does}
    assert inviting >= {"closeness_last_time", "closeness_what_brings", "trust_never_finished"}
    for other, advice in zip((second, first), pair(first, second), strict=True):
        room = USED.level("space", other.answers)
        if room is None or room >= 5:
            assert not inviting & {one.id for one in advice.openers}


@SOME
@given(VOICES)
def test_who_reads_alone_reads_of_themselves(me: Voice) -> None:
    advice = advise_alone(LIBRARY, USED, me)
    assert len(advice.openers) >= 4
    for item in (*advice.tips, *advice.openers):
        assert not item.shared
    for tip in advice.tips:
        assert "invites_talk" not in tip.does
        assert not any(r.kind.startswith(("gap", "partner", "pattern")) for r in tip.because)


def test_the_same_answers_read_the_same_on_every_day() -> None:
    first, second = Voice(sheet(USED, {**MIDDLE, "trust": 2})), well()
    assert pair(first, second) == pair(first, second)


# What was seen, done and refused -------------------------------------------------------------


def ids(advice: Advice) -> list[str]:
    return [item.id for item in (*advice.tips, *advice.openers)]


def test_what_was_shown_rests_for_its_cool_down() -> None:
    voices = Voice(sheet(USED, {**MIDDLE, "trust": 2})), Voice(sheet(USED, {**MIDDLE, "heard": 2}))
    first = pair(*voices)[0]
    seen = Past(2, dict.fromkeys(ids(first), 1))
    second = pair(*voices, pasts=(seen, Past()))[0]
    resting = {item for item in ids(first) if (TIPS | OPENERS)[item].cool_down >= 1}  # type: ignore[operator]
    assert resting
    assert resting.isdisjoint(ids(second))


def test_after_its_cool_down_a_tip_can_come_again() -> None:
    voices = Voice(sheet(USED, {**MIDDLE, "trust": 2})), Voice(sheet(USED, {**MIDDLE, "heard": 2}))
    first = pair(*voices)[0]
    later = Past(14, dict.fromkeys(ids(first), 1))
    assert pair(*voices, pasts=(later, Past()))[0] == first


@SOME
@given(VOICES, VOICES, st.sets(st.sampled_from(sorted(TIPS | OPENERS)), max_size=60))  # type: ignore[operator]
def test_not_for_us_never_comes_back(first: Voice, second: Voice, refused: set[str]) -> None:
    past = Past(5, dict.fromkeys(TIPS, 4), not_for_us=frozenset(refused))
    for advice in (
        pair(first, second, pasts=(past, past))[0],
        advise_alone(LIBRARY, USED, first, past=past),
        advise_alone(LIBRARY, USED, replace(first, unsafe=True), past=past),
    ):
        assert refused.isdisjoint(ids(advice))


@SOME
@given(VOICES, VOICES)
def test_what_is_done_gives_way_to_the_rest(first: Voice, second: Voice) -> None:
    """All but the help that a circle calls for, when there is no other: that is owed."""
    before = pair(first, second)[0]
    done = Past(2, {}, done=frozenset(ids(before)))
    after = pair(first, second, pasts=(done, Past()))[0]
    back = [tip for tip in after.tips if tip.id in done.done]
    circle = "reassurance_circle" in [
        one.pattern for one in found(compare(first.answers, second.answers, USED))
    ]
    assert [tip for tip in back if not (circle and tip.does == ("outside_help",))] == []
    assert {one.id for one in after.openers}.isdisjoint(done.done)


def test_what_the_circle_calls_for_rests_while_another_of_its_kind_is_rested() -> None:
    wanter = Voice(sheet(USED, {**MIDDLE, "reassurance_wanted": 7, "reassurance_received": 1}))
    giver = Voice(sheet(USED, {**MIDDLE, "reassurance_offered": 7}))
    first = pair(wanter, giver)
    before = [{one.id for one in advice.tips} for advice in first]
    pasts = tuple(Past(2, dict.fromkeys(ids(advice), 1)) for advice in first)
    again = [{one.id for one in advice.tips} for advice in pair(wanter, giver, pasts=pasts)]
    assert again[0] & LASTING
    assert again[1] & LIMITING
    assert not (again[0] & before[0] & LASTING)
    assert not (again[1] & before[1] & LIMITING)
    refused = replace(pasts[1], not_for_us=frozenset(LIMITING))
    told = pair(wanter, giver, pasts=(pasts[0], refused))[1]
    assert not LIMITING & {one.id for one in told.tips}


def test_a_couple_that_is_well_reads_what_keeps_it_well_even_when_all_of_it_was_read() -> None:
    past = Past(2, dict.fromkeys(TIPS, 1))
    for advice in pair(well(), well(), pasts=(past, past)):
        assert any(one.family == "appreciation" for one in advice.tips)


def tip(name: str, family: str = "talking", when: tuple[str, ...] = (), **more: object) -> Tip:
    facts: dict[str, object] = {
        "shared": False, "does": frozenset({"slows_pace"}), "themes": ("trust",), "source": "row 1",
        "cool_down": 3, **more,
    }  # fmt: skip
    return Tip(id=name, family=family, rule=Rule(when), **facts)  # type: ignore[arg-type]


def opener(name: str, depth: str = "light", **more: object) -> Opener:
    return Opener(name, "trust", depth, False, Rule(), "row 1", **more)  # type: ignore[arg-type]


def read(library: Library, past: Past, levels: Mapping[str, float] = MIDDLE) -> Advice:
    return advise(library, USED, Voice(sheet(USED, levels)), well(), pasts=(past, Past()))[0]


def test_when_too_few_are_rested_the_longest_unseen_comes_back_first() -> None:
    library = Library(
        tuple(tip(name, family) for name, family in
              (("a", "pace"), ("b", "talking"), ("c", "pace"), ("d", "pace"), ("e", "balance"))),
        tuple(opener(name) for name in "fghijk"),
    )  # fmt: skip
    seen = {"a": 9, "b": 7, "c": 8, "d": 9, "e": 9, "f": 9, "g": 6, "h": 9, "i": 8, "j": 7}
    past = Past(10, seen, done=frozenset({"b"}), not_for_us=frozenset({"c"}))
    advice = read(library, replace(past, checkin=10))
    assert {one.id for one in advice.tips} == {"a", "d", "e"}  # b is done, c is not for them
    assert {one.id for one in advice.openers} == {"k", "g", "j", "i"}
    tired = read(library, replace(past, done=frozenset("abde"), seen={**seen, "b": 5, "a": 6}))
    assert {one.id for one in tired.tips} == {"b", "a", "d"} or len(tired.tips) == 3


def test_a_second_family_is_brought_back_when_all_fresh_ones_are_of_one() -> None:
    tips = [*(tip(name, "pace") for name in "abcdefg"), tip("z", "balance")]
    advice = read(Library(tuple(tips), ()), Past(2, {"z": 1}))
    assert "z" in {one.id for one in advice.tips}
    only = read(Library(tuple(tips[:7]), ()), Past())
    assert {one.family for one in only.tips} == {"pace"}


def test_the_more_telling_comes_first() -> None:
    library = Library(
        (
            tip("wide"),
            tip("low", "pace", ("me.trust low",)),
            tip("both", "balance", ("me.trust low", "gap.trust partner_higher")),
        ),
        (),
    )
    advice = read(library, Past(), {**MIDDLE, "trust": 1.0})
    assert [one.id for one in advice.tips] == ["both", "low", "wide"]
    kinds = [reason.kind for reason in advice.tips[0].because]
    assert kinds == ["gap_partner_higher", "me_low"]


def test_a_level_in_the_middle_is_said_before_another_theme_that_is_high() -> None:
    """A tip whose rule is that one wants some room is not there because the two are close."""
    tips = (tip("room", "pace", ("me.space middle",), themes=("space",)), tip("low"), tip("last"))
    both = Voice(sheet(USED, {**MIDDLE, "closeness": 7.0, "space": 3.5}))
    found = advise(Library(tips, ()), USED, both, both)[0]
    (one,) = (each for each in found.tips if each.id == "room")
    assert themes_of(one.because) == ("space",)


def test_a_shared_rule_holds_from_either_side_and_is_told_to_each_from_theirs() -> None:
    library = Library((tip("us", when=("me.trust low",), shared=True),), ())
    low, high = Voice(sheet(USED, {**MIDDLE, "trust": 1.0})), well()
    one, other = advise(library, USED, low, high)
    assert one.tips[0].because == (Because("trust", "me_low"),)
    assert other.tips[0].because == (Because("trust", "partner_low"),)


def test_a_shared_rule_is_blocked_when_either_is_what_it_must_never_be() -> None:
    rule = Rule((), (), ("me.trust low",))
    library = Library(
        (replace(tip("us", shared=True), rule=rule),),
        (Opener("o", "trust", "light", True, rule, "row 1"),),
    )
    low, high = Voice(sheet(USED, {**MIDDLE, "trust": 1.0})), well()
    assert all(ids(advice) == [] for advice in advise(library, USED, low, high))
    assert all(ids(advice) == ["us", "o"] for advice in advise(library, USED, high, high))


def test_a_wish_is_a_reason_that_names_it() -> None:
    kind = loaded().support[0]
    library = Library((tip("wish", when=(f"wish partner {kind}",)),), ())
    asking = replace(well(), support=(kind,))
    chosen = advise(library, USED, well(), asking)[0].tips[0]
    assert chosen.because[0] == Because(None, "wish_partner", {"support": kind})
    assert loaded().words.support(kind) in loaded().words.because(chosen.because[0])


def test_hardly_any_answers_still_give_something_to_read() -> None:
    for advice in (*pair(Voice({}), Voice({})), advise_alone(LIBRARY, USED, Voice({}))):
        assert len(advice.tips) >= 3
        assert len(advice.openers) >= 4
        for chosen in advice.tips:
            assert all(loaded().words.because(reason) for reason in chosen.because)


def test_the_limits_are_those_of_the_issue() -> None:
    assert (advising.FEWEST_TIPS, advising.MOST_TIPS, advising.FEWEST_FAMILIES) == (3, 7, 2)
