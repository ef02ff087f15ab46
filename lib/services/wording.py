"""From what was computed to what a person reads: the lines, cards and sentences of a reading.

Called by `lib.services.readings`; nothing is looked up in the database here.
"""

from __future__ import annotations

from lib.domain import history, picture
from lib.domain.advice import Advice
from lib.domain.because import PLAIN_KINDS, Because
from lib.domain.checkins import Sheet
from lib.domain.comparison import ThemeGap
from lib.domain.questionnaire import HIGH, LOW, Questionnaire
from lib.domain.readings import GuessLine, OpenerCard, Reading, Side, ThemeLine, TipCard
from lib.services.house import House


def couple(
    house: House,
    questionnaire: Questionnaire,
    themes: tuple[ThemeGap, ...],
    sheets: tuple[Sheet, Sheet],
    *,
    ordinary: Advice,
    help_first: Advice | None,
    verdict: str | None,
    agreement: str | None,
) -> Reading:
    """A reading of two, from one side. themes: those shown, seen from there; sheets: the reader's
    and the other's; help_first: in place of what is ordinary, for whom honesty is unsafe."""
    mine, theirs = sheets
    shown = frozenset(theme.id for theme in themes)
    return Reading(
        themes=tuple(_line(house, theme) for theme in themes),
        tips=tips(house, ordinary),
        openers=openers(house, ordinary),
        mine=side(house, mine, _guess_lines(house, questionnaire, mine, theirs, shown)),
        theirs=side(house, theirs, _guess_lines(house, questionnaire, theirs, mine, shown)),
        agreement=agreement,
        guess_words=_kind_words(house, "guess", verdict),
        help=None if help_first is None else tips(house, help_first),
        picture=_kind_words(house, "picture", picture.told(themes, questionnaire)),
    )


def changes(
    house: House, questionnaire: Questionnaire, before: Reading | None, now: Reading
) -> tuple[str, ...]:
    """What is clearly different since then, for either, on the themes shown both times.

    Only from what both readings hold anyway: that a theme was not shown then stays untold.
    """
    if before is None:
        return ()
    told = []
    for who in ("me", "partner"):
        found = history.changes(_levels(before, who), _levels(now, who), questionnaire)
        for change in found:
            if change.reliable:
                kind = f"{who}_{'rose' if change.after > change.before else 'fell'}"
                told.append(house.content.words.because(Because(change.theme, kind)))
    return tuple(told)


def own_line(house: House, theme: str, level: float) -> ThemeLine:
    """A theme as somebody reads it who is alone."""
    words = house.content.words
    kind = "me_low" if level <= LOW else "me_high" if level >= HIGH else "me_middle"
    return ThemeLine(
        id=theme,
        name=words.theme(theme).name,
        mine=level,
        theirs=None,
        band=0.0,
        clear=False,
        words=words.because(Because(theme, kind)),
    )


def tips(house: House, chosen: Advice) -> tuple[TipCard, ...]:
    words = house.content.words
    cards = []
    for tip in chosen.tips:
        said = words.tip(tip.id)
        cards.append(
            TipCard(
                id=tip.id,
                family=tip.family,
                shared=tip.shared,
                heading=said.heading,
                text=said.text,
                try_this=said.try_this,
                not_fit=said.not_fit,
                because=tuple(words.because(reason) for reason in tip.because),
            )
        )
    return tuple(cards)


def openers(house: House, chosen: Advice) -> tuple[OpenerCard, ...]:
    words = house.content.words
    return tuple(
        OpenerCard(
            id=opener.id,
            theme=words.theme(opener.theme).name,
            depth=opener.depth,
            shared=opener.shared,
            text=words.opener(opener.id),
        )
        for opener in chosen.openers
    )


def side(house: House, sheet: Sheet, lines: tuple[GuessLine, ...]) -> Side:
    kinds = tuple(house.content.words.support(kind) for kind in sheet.support)
    return Side(sheet.appreciation, kinds, lines, sheet.outcome)


def _line(house: House, theme: ThemeGap) -> ThemeLine:
    words = house.content.words
    kind = "gap_close"
    if theme.clear:
        kind = "gap_me_higher" if theme.gap > 0 else "gap_partner_higher"
    return ThemeLine(
        id=theme.id,
        name=words.theme(theme.id).name,
        mine=theme.first,
        theirs=theme.second,
        band=theme.band,
        clear=theme.clear,
        words=words.because(Because(theme.id, kind)),
    )


def _guess_lines(
    house: House,
    questionnaire: Questionnaire,
    guesser: Sheet,
    other: Sheet,
    shown: frozenset[str],
) -> tuple[GuessLine, ...]:
    """Each guess, with the answer only where its theme is shown today; a theme that is not shown
    is an ordinary thing, so nothing tells that an answer is missing."""
    words = house.content.words
    return tuple(
        GuessLine(
            question=words.question(item),
            guessed=guessed,
            answered=other.answers[item] if questionnaire.question(item).theme in shown else None,
        )
        for item, guessed in guesser.guesses.items()
    )


def _levels(reading: Reading, who: str) -> dict[str, float]:
    """Theme id -> level as it stands in a reading. who: me or partner."""
    sides = ((line.id, line.mine if who == "me" else line.theirs) for line in reading.themes)
    return {theme: level for theme, level in sides if level is not None}


def _kind_words(house: House, about: str, what: str | None) -> str | None:
    """The sentence for a verdict or a picture; None when there is nothing to say."""
    kind = f"{about}_{what}"
    return house.content.words.because(Because(None, kind)) if kind in PLAIN_KINDS else None
