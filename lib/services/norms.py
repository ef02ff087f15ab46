"""For the operator's `python -m lib norms`: the answers of all revealed check-ins.

No person asks here, so there is no asker: the operator holds the key file already. Nothing of a
single couple leaves `lib.domain.norms`, which refuses fewer than 50 couples.
"""

from __future__ import annotations

from collections.abc import Iterable

from lib.domain.norms import RevealedCheckIn
from lib.services import house as houses
from lib.services.house import House
from lib.storage import checkins, couples, people
from lib.storage.gateway import Unit


def revealed_checkins(house: House | None = None) -> Iterable[RevealedCheckIn]:
    """Both partners' answers in every revealed check-in, read in one unit of work."""
    opened = house or houses.current()
    return opened.gateway.read(lambda unit: list(_revealed(opened, unit)))


def _revealed(house: House, unit: Unit) -> Iterable[RevealedCheckIn]:
    for checkin in checkins.all_revealed(unit):
        members = [
            people.by_id(unit, member) for member in couples.members(unit, checkin.couple_id)
        ]
        sheets = [
            checkins.sheet(unit, house.vault, checkin, member) for member in members if member
        ]
        answers = [sheet.answers for sheet in sheets if sheet]
        if len(answers) == 2:
            yield RevealedCheckIn(checkin.couple_id, checkin.questionnaire, answers[0], answers[1])
