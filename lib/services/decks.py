"""Which openers can be given to each of two in a talk about one theme.

Called by `services.talks` inside its unit of work; not by pages. Both sheets are looked at, as at
the reveal, so that each opener fits its reader by the same rules as on the page that both read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from lib.domain import facts as fact_finding
from lib.domain.checkins import CheckIn
from lib.domain.choosing import points
from lib.domain.comparison import compare
from lib.domain.couples import Partner
from lib.domain.facts import Seen, Voice
from lib.domain.readings import Reading, from_plain
from lib.domain.rules import DEPTHS, Opener
from lib.domain.talks import Card, Deck
from lib.errors import NotYours
from lib.services.access import Place
from lib.services.house import House
from lib.storage import checkins
from lib.storage.gateway import Unit

_REFUSED = ("not_for_us", "not_now", "done")


def decks(
    house: House, unit: Unit, place: Place, checkin: CheckIn, *, theme: str | None, shared: bool
) -> tuple[Deck, Deck]:
    """What may be given to the asker and to the other, the most fitting first.

    theme: what they chose to talk about; None for the openers that each was shown already. shared:
    only what both may read, for a device that both look at.
    """
    people = place.both()
    mine, theirs = (
        _deck(house, unit, checkin, person, seen, theme=theme, shared=shared)
        for person, seen in zip(people, _seen(house, unit, checkin, people), strict=True)
    )
    return mine, theirs


def _deck(
    house: House,
    unit: Unit,
    checkin: CheckIn,
    reader: Partner,
    seen: Seen,
    *,
    theme: str | None,
    shared: bool,
) -> Deck:
    """By depth: what fits the theme, and where there is nothing, what was shown to the reader."""
    paper = checkins.paper(unit, house.vault, "marks", checkin, reader)
    refused = {item for item, mark in (paper or {"marks": {}})["marks"].items() if mark in _REFUSED}
    if shared:
        refused = set()  # what one of them marked alone must not show on a device of both
    shown = _shown(house, unit, checkin, reader, shared=shared)
    themes = (theme,) if theme else sorted(seen.shown) if shared else ()
    return {
        depth: _about(house, seen, themes, depth, refused, shared=shared)
        or [card for card in shown if card.depth == depth and card.id not in refused]
        for depth in DEPTHS
    }


def _shown(
    house: House, unit: Unit, checkin: CheckIn, reader: Partner, *, shared: bool
) -> list[Card]:
    reading = _reading(house, unit, checkin, reader)
    openers = [one for one in reading.openers if one.shared or not shared]
    return [Card(one.id, one.depth, one.text) for one in openers]


def _about(
    house: House,
    seen: Seen,
    themes: Iterable[str],
    depth: str,
    refused: Collection[str],
    *,
    shared: bool,
) -> list[Card]:
    library, found = house.content.library, dict[str, float]()
    for theme in themes:
        key = depth, theme
        for opener in library.shared_openers.get(key, ()):
            _weigh(found, opener, seen)
        for opener in () if shared else library.own_openers.get(key, ()):
            _weigh(found, opener, seen)
    ids = sorted((one for one in found if one not in refused), key=lambda one: (-found[one], one))
    return [Card(one, depth, house.content.words.opener(one)) for one in ids]


def _weigh(found: dict[str, float], opener: Opener, seen: Seen) -> None:
    """Put the opener down with how telling it is, when its rule holds."""
    if opener.shared:
        facts, rule = seen.shared, opener.rule.either(opener.mirrored, seen.shared)
    else:
        facts, rule = seen.own, opener.rule if opener.rule.holds(seen.own) else None
    if rule is not None:
        found[opener.id] = 0.0 if rule.free else points(rule, facts)


def _seen(
    house: House, unit: Unit, checkin: CheckIn, people: tuple[Partner, Partner]
) -> tuple[Seen, Seen]:
    questionnaire = house.content.questionnaires[checkin.questionnaire]
    voices = []
    for person in people:
        sheet = checkins.sheet(unit, house.vault, checkin, person)
        if sheet is None:
            raise NotYours
        voices.append(Voice(sheet.answers, guesses=sheet.guesses, support=sheet.support))
    first, second = voices
    comparison = compare(first.answers, second.answers, questionnaire)
    shown = [line.id for line in _reading(house, unit, checkin, people[0]).themes]
    return fact_finding.of_couple(questionnaire, comparison, (first, second), shown=shown)


def _reading(house: House, unit: Unit, checkin: CheckIn, reader: Partner) -> Reading:
    body = checkins.paper(unit, house.vault, "reading", checkin, reader)
    if body is None:
        raise NotYours
    return from_plain(body)
