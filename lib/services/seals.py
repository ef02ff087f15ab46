"""What was sealed is what is opened: a fingerprint is kept apart from the sheet and compared.

The fingerprint lies in a table of its own under the couple's key, the sheet under its owner's: a
sheet that was damaged, changed, or put back to an earlier state no longer fits it. Somebody with
the database *and* the master key could write both anew; then only what the owner kept for
themselves tells, which is why it is shown to them at sealing.

Called by other services inside their unit of work; not by pages.
"""

from __future__ import annotations

from lib.domain import fingerprints
from lib.domain.checkins import CheckIn, Sheet
from lib.domain.couples import Couple, Partner
from lib.domain.readings import Seal
from lib.errors import Damaged
from lib.services.house import House
from lib.storage import checkins
from lib.storage.gateway import Unit


def keep(
    house: House, unit: Unit, couple: Couple, checkin: CheckIn, *, owner: Partner, sheet: Sheet
) -> None:
    """Keep the fingerprint of a sheet that is being sealed."""
    kept = fingerprints.fingerprint(sheet, checkin.questionnaire)
    checkins.save_fingerprint(unit, house.vault, checkin, couple, owner.id, kept)


def opened(house: House, unit: Unit, checkin: CheckIn, owner: Partner) -> Sheet | None:
    """A person's sheet; one that was sealed and cannot be opened any more counts as an empty one,
    which fits no fingerprint."""
    try:
        return checkins.sheet(unit, house.vault, checkin, owner)
    except Damaged:
        sealed_at = checkins.sealed_at(unit, checkin, owner.id)
        if sealed_at is None:
            raise
        return Sheet(sealed_at=sealed_at)


def compared(
    house: House, unit: Unit, couple: Couple, checkin: CheckIn, *, owner: Partner, sheet: Sheet
) -> Seal:
    """The fingerprint that was kept, short, and whether the sheet as it is now fits it."""
    try:
        kept = checkins.fingerprint(unit, house.vault, checkin, couple, owner.id)
    except Damaged:
        kept = None
    now = fingerprints.fingerprint(sheet, checkin.questionnaire)
    return Seal(fingerprint=fingerprints.short(kept or now), whole=kept == now)
