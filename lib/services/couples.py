"""Two people become a couple: invite, look, accept, confirm, and every way back out of it."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lib.domain import couples as couple_rules
from lib.domain.couples import (
    CODE_ALPHABET,
    CODE_FINDER_LENGTH,
    CODE_LENGTH,
    CODE_LIFETIME,
    CODE_TRIES,
    LINK_LIFETIME,
    Couple,
    Invitation,
    Partner,
)
from lib.errors import Refused, SignedOut
from lib.services import access, throttling
from lib.services.access import Asker, Place
from lib.services.house import House
from lib.storage import checkins, couples, people
from lib.storage.gateway import Unit

Stand = Literal["alone", "inviting", "asked_to_confirm", "awaiting_confirmation", "together"]
LINK_SECRET_LENGTH = 43  # 32 bytes, URL-safe
_LONGEST_CODE_TYPED = CODE_LENGTH + 4
_NEVER_WRONG = 1_000_000  # a link is all or nothing: nothing can be tried on it


@dataclass(frozen=True, slots=True)
class Situation:
    """How far somebody is with bringing the other in. `name` is the other's, where known."""

    stand: Stand
    name: str | None = None
    link_until: datetime | None = None
    code_until: datetime | None = None


def situation(house: House, asker: Asker) -> Situation:
    """Where the asker stands now."""

    def look(unit: Unit) -> Situation:
        place = access.place(house, unit, asker)
        if place.couple.state == "together":
            return Situation("together", place.other.display_name if place.other else None)
        return _pending_situation(house, unit, place)

    return house.gateway.read(look)


def invite_by_link(house: House, asker: Asker) -> str:
    """The secret of a new link, good for a week and one person; an earlier link is withdrawn."""
    secret = access.new_token()
    house.gateway.write(lambda unit: _invite(house, unit, asker, kind="link", secret=secret))
    return secret


def invite_by_code(house: House, asker: Asker) -> str:
    """A code of ten characters, good for 15 minutes and five tries; an earlier one is withdrawn."""

    def work(unit: Unit) -> str:
        # Finders are few: take another when one is in use.
        while True:
            secret = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
            couples.forget_expired_codes(unit, _finder(secret), house.clock())
            if _invite(house, unit, asker, kind="code", secret=secret):
                return secret

    return house.gateway.write(work)


def withdraw(house: House, asker: Asker) -> None:
    """Take back what is under way: one's open invitations, or one's own acceptance."""

    def work(unit: Unit) -> None:
        place = access.place(house, unit, asker)
        _need_pending(place.couple)
        for invitation in couples.invitations_accepted_by(unit, place.me.id):
            if invitation.state(house.clock()) == "accepted":
                couples.end_invitation(unit, invitation.finder, "withdrawn")
                couples.raise_version(unit, invitation.couple_id)
        _end_open(house, unit, place.couple.id)

    house.gateway.write(work)


def look(house: House, asker: Asker, *, secret: str) -> str:
    """The display name of whoever invites with this secret; Refused with the reason otherwise.

    `secret` may be a code as typed, a link's secret, or a whole link. A wrong proof of a code
    counts as a try.
    """
    plain = _plain(secret)
    found = house.gateway.write(lambda unit: _find(house, unit, asker, plain))
    if isinstance(found, Refused):
        raise found
    return found[1].display_name


def accept(house: House, asker: Asker, *, secret: str) -> None:
    """Say yes to an invitation; it makes a couple when the inviter confirms."""
    plain = _plain(secret)

    def work(unit: Unit) -> Refused | None:
        found = _find(house, unit, asker, plain)
        if isinstance(found, Refused):
            return found
        invitation, _ = found
        place = access.place(house, unit, asker)
        me = place.me
        if invitation.accepted_by == me.id:
            return None
        answered = _answered_by(house, unit, place, invitation.inviter_id)
        if answered:
            # Each has invited the other, and each has said yes: nobody is left to be asked.
            _connect(house, unit, place, *answered)
            return None
        for earlier in couples.invitations_accepted_by(unit, me.id):
            if earlier.state(house.clock()) == "accepted":
                return Refused("already_waiting", field="invitation")
        couples.accept_invitation(unit, invitation.finder, me.id)
        couples.raise_version(unit, invitation.couple_id)
        return None

    refused = house.gateway.write(work)
    if refused:
        raise refused


def confirm(house: House, asker: Asker) -> None:
    """The inviter's word that the right person came: the two are a couple from now on."""

    def work(unit: Unit) -> None:
        place = access.place(house, unit, asker)
        if place.couple.state == "together":
            return
        _connect(house, unit, place, *_waiting_guest(house, unit, place))

    house.gateway.write(work)


def _answered_by(
    house: House, unit: Unit, place: Place, guest_id: str
) -> tuple[Invitation, Partner] | None:
    """The asker's own invitation that this person has accepted, and that person."""
    for invitation in couples.invitations_of(unit, place.couple.id):
        if invitation.accepted_by == guest_id and invitation.state(house.clock()) == "accepted":
            guest = people.by_id(unit, guest_id)
            return (invitation, guest) if guest else None
    return None


def _connect(
    house: House, unit: Unit, place: Place, invitation: Invitation, guest: Partner
) -> None:
    """Make the two a couple; everything else that was offered or accepted is over."""
    couple = _together(house, unit, place.me, guest)
    for pending in (place.couple.id, guest.couple_id):
        _end_open(house, unit, pending)
    couples.end_invitation(unit, invitation.finder, "used")
    for person in (place.me, guest):
        brought = person.couple_id if checkins.last_of(unit, person.couple_id) else None
        people.move(unit, person.id, couple_id=couple.id, earlier_couple_id=brought)


def decline(house: House, asker: Asker) -> None:
    """The inviter's word that somebody else came; that invitation is over."""

    def work(unit: Unit) -> None:
        place = access.place(house, unit, asker)
        invitation, guest = _waiting_guest(house, unit, place)
        couples.end_invitation(unit, invitation.finder, "withdrawn")
        couples.raise_version(unit, guest.couple_id)

    house.gateway.write(work)


def version(house: House, asker: Asker) -> str:
    """Changes whenever something that the asker may see has changed; tells nothing else."""
    found = house.gateway.read(lambda unit: access.versions(house, unit, (asker,)))
    if asker not in found:
        raise SignedOut
    return found[asker]


def _pending_situation(house: House, unit: Unit, place: Place) -> Situation:
    now = house.clock()
    for invitation in couples.invitations_accepted_by(unit, place.me.id):
        if invitation.state(now) == "accepted":
            inviter = people.by_id(unit, invitation.inviter_id)
            return Situation("awaiting_confirmation", inviter.display_name if inviter else None)
    until: dict[str, datetime] = {}
    for invitation in couples.invitations_of(unit, place.couple.id):
        state = invitation.state(now)
        if state == "accepted" and invitation.accepted_by:
            guest = people.by_id(unit, invitation.accepted_by)
            return Situation("asked_to_confirm", guest.display_name if guest else None)
        if state == "open":
            until[invitation.kind] = invitation.expires_at
    if not until:
        return Situation("alone")
    return Situation("inviting", link_until=until.get("link"), code_until=until.get("code"))


def _invite(house: House, unit: Unit, asker: Asker, *, kind: str, secret: str) -> bool:
    place = access.place(house, unit, asker)
    _need_pending(place.couple)
    now = house.clock()
    for earlier in couples.invitations_of(unit, place.couple.id):
        if earlier.state(now) == "accepted":
            raise Refused("guest_waiting", field="invitation")
        if earlier.kind == kind and earlier.ended is None:
            couples.end_invitation(unit, earlier.finder, "withdrawn")
    link = kind == "link"
    return couples.add_invitation(
        unit,
        Invitation(
            finder=_finder(secret),
            kind="link" if link else "code",
            couple_id=place.couple.id,
            inviter_id=place.me.id,
            proof=access.digest(secret),
            expires_at=now + (LINK_LIFETIME if link else CODE_LIFETIME),
            tries_left=_NEVER_WRONG if link else CODE_TRIES,
            accepted_by=None,
            ended=None,
        ),
    )


def _plain(secret: str) -> str:
    """The secret in what somebody pasted or typed."""
    _, mark, last = secret.strip().rpartition("#")
    if len(last) >= LINK_SECRET_LENGTH:
        return last
    if mark or "/" in last:
        raise Refused("link_cut_short", field="code")
    try:
        return couple_rules.typed_code(last)
    except Refused:
        # Even with a slip or two a code is far shorter than a piece of a link.
        if len(last) > _LONGEST_CODE_TYPED:
            raise Refused("link_cut_short", field="code") from None
        raise


def _finder(secret: str) -> str:
    """How an invitation is found without storing what proves it."""
    is_code = len(secret) == CODE_LENGTH
    return "code:" + secret[:CODE_FINDER_LENGTH] if is_code else "link:" + access.digest(secret)


def _find(
    house: House, unit: Unit, asker: Asker, secret: str
) -> tuple[Invitation, Partner] | Refused:
    """The live invitation behind a secret and its inviter, or why there is none.

    The refusal is returned, not raised, so that a counted try is committed.
    """
    place = access.place(house, unit, asker)
    attempt = _typing(house, unit, asker, place.me, secret)
    if attempt and attempt.wait:
        return throttling.too_soon(attempt.wait, field="invitation")
    found = couples.invitation(unit, _finder(secret))
    if found is None:
        return Refused("invitation_unknown", field="invitation")
    if not hmac.compare_digest(found.proof, access.digest(secret)):
        if found.state(house.clock()) == "open":
            couples.count_try(unit, found.finder)
        return Refused("invitation_unknown", field="invitation")
    if attempt:
        throttling.succeeded(unit, attempt)
    inviter = people.by_id(unit, found.inviter_id)
    together = place.couple.state == "together"
    if found.ended == "used" and together and inviter and inviter.couple_id == place.couple.id:
        return Refused("invitation_done", field="invitation")
    state = found.state(house.clock())
    if found.inviter_id == place.me.id and state in ("open", "accepted"):
        return Refused("invitation_own", field="invitation")
    if together:
        return Refused("invitation_in_couple", field="invitation")
    if state == "accepted" and found.accepted_by != place.me.id:
        return Refused("invitation_used", field="invitation")
    if inviter is None or state not in ("open", "accepted"):
        return Refused(f"invitation_{state}", field="invitation")
    return found, inviter


def _typing(
    house: House, unit: Unit, asker: Asker, me: Partner, secret: str
) -> throttling.Attempt | None:
    """A code that is typed counts as a try of this person and address; a link cannot be guessed."""
    if len(secret) != CODE_LENGTH:
        return None
    person = throttling.bucket(house, throttling.CODE, "invitation", "person", me.id)
    address = throttling.at_address(house, "invitation", asker.address)
    return throttling.begin(house, unit, person, address)


def _waiting_guest(house: House, unit: Unit, place: Place) -> tuple[Invitation, Partner]:
    for invitation in couples.invitations_of(unit, place.couple.id):
        if invitation.state(house.clock()) == "accepted" and invitation.accepted_by:
            guest = people.by_id(unit, invitation.accepted_by)
            guest_couple = couples.by_id(unit, guest.couple_id) if guest else None
            if guest and guest_couple and guest_couple.state == "pending":
                return invitation, guest
    raise Refused("nobody_waiting", field="invitation")


def _together(house: House, unit: Unit, first: Partner, second: Partner) -> Couple:
    now = house.clock()
    couple = couples.new(house.vault, now, together_at=now)
    couples.add(unit, couple, (first.id, second.id))
    return couple


def _end_open(house: House, unit: Unit, couple_id: str) -> None:
    """Withdraw what a pending couple still offers; whoever had accepted it is told by the bell."""
    for invitation in couples.invitations_of(unit, couple_id):
        if invitation.state(house.clock()) in ("open", "accepted"):
            couples.end_invitation(unit, invitation.finder, "withdrawn")
            guest = people.by_id(unit, invitation.accepted_by) if invitation.accepted_by else None
            if guest:
                couples.raise_version(unit, guest.couple_id)


def _need_pending(couple: Couple) -> None:
    if couple.state == "together":
        raise Refused("already_together", field="invitation")
