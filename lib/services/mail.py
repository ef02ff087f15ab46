"""A forgotten password by mail, where there is a mail server and the person gave an address.

The address is sealed under the person's key. A link counts for half an hour and once, and only its
hash is stored. Whether a name exists, and whether it has an address, is told to nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from lib.domain.couples import Partner
from lib.errors import Refused
from lib.services import access, accounts, passwords, post, throttling
from lib.services.access import Asker
from lib.services.house import House
from lib.storage import letters, people
from lib.storage.gateway import Unit
from lib.storage.letters import Link, Purpose

LINK_LIFETIME = timedelta(minutes=30)
LONGEST_ADDRESS = 254
# Letters that every mail server takes; whether there is such an address, the first mail shows.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Address:
    """One's own, as one typed it, and whether one has shown that mail arrives there."""

    text: str
    confirmed: bool


def is_offered(house: House, asker: Asker) -> bool:
    """Whether this Halfway can send mail; the same for everybody."""
    return house.settings.smtp is not None


def address(house: House, asker: Asker) -> Address | None:
    """The address that the asker has given."""

    def look(unit: Unit) -> Address | None:
        me = access.partner(house, unit, asker)
        return _opened(house, unit, me)

    return house.gateway.read(look)


def add(house: House, asker: Asker, *, address: str, password: str) -> None:
    """Keep an address in place of an earlier one, and send it a link by which it is confirmed.

    Raises Refused("mail_address") with field `address`, or what `accounts.prove` raises.
    """
    typed = address.strip()
    if len(typed) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(typed):
        raise Refused("mail_address", field="address")
    accounts.prove(house, asker, password)

    def work(unit: Unit) -> tuple[throttling.Attempt, str]:
        me = access.partner(house, unit, asker)
        bucket = throttling.bucket(house, throttling.PERSON, "mail", "confirm", me.id)
        attempt = throttling.begin(house, unit, bucket)
        if attempt.wait:
            return attempt, ""
        body = house.vault.seal(me.key, me.id, typed.encode(), _bound_to(me))
        letters.keep_address(unit, me.id, body)
        return attempt, _new_link(house, unit, me, "confirm")

    attempt, link = house.gateway.write(work)
    attempt.need_time(field="address")
    post.later(lambda: _send(house, typed, "confirm", link))


def remove(house: House, asker: Asker, *, password: str) -> None:
    """Forget the address, and what was sent to it; raises what `accounts.prove` raises."""
    accounts.prove(house, asker, password)
    house.gateway.write(
        lambda unit: letters.remove_address(unit, access.partner(house, unit, asker).id)
    )


def forgot(house: House, asker: Asker, *, login_name: str) -> None:
    """Send a link for a new password to whoever has this name and a confirmed address.

    The answer and its time are the same for every name: who has one is looked up afterwards.
    Raises Refused with how long to wait, alike for every name too.
    """
    name = access.known_form(login_name)

    def count(unit: Unit) -> throttling.Attempt:
        bucket = throttling.bucket(house, throttling.PERSON, "mail", "reset", name)
        at_address = throttling.at_address(house, "mail", asker.address)
        return throttling.begin(house, unit, bucket, at_address)

    house.gateway.write(count).need_time(field="login_name")
    post.later(lambda: _send_reset(house, name))


def purpose(house: House, asker: Asker, *, token: str) -> Purpose | None:
    """What a link from a mail is for; None when it has run out, was used, or never was one."""
    found = house.gateway.read(lambda unit: _link(house, unit, token))
    return found.purpose if found else None


def confirm(house: House, asker: Asker, *, token: str) -> None:
    """Confirm the address that this link was sent to; raises Refused("mail_link")."""

    def work(unit: Unit) -> bool:
        found = _link(house, unit, token)
        if found is None or found.purpose != "confirm":
            return False
        letters.confirm_address(unit, found.partner_id)
        letters.end_links(unit, found.partner_id)
        return True

    if not house.gateway.write(work):
        raise Refused("mail_link")


def reset(house: House, asker: Asker, *, token: str, password: str) -> None:
    """Set a new password by the link of a mail, which is spent; all sessions of the person end.

    A second factor is asked for at the next sign-in as before. Raises Refused("mail_link"), or what
    is wrong with the password, which spends nothing.
    """

    def look(unit: Unit) -> Partner | None:
        found = _link(house, unit, token)
        return people.by_id(unit, found.partner_id) if found and found.purpose == "reset" else None

    me = house.gateway.read(look)
    if me is None:
        raise Refused("mail_link")
    passwords.check_new(password, names=(me.login_name, me.display_name))
    password_hash = passwords.hashed(password)

    def work(unit: Unit) -> bool:
        if look(unit) is None:
            return False
        people.set_password(unit, me.id, password_hash)
        access.shut_out(unit, me.id)
        return True

    if not house.gateway.write(work):
        raise Refused("mail_link")


def _send_reset(house: House, name: str) -> None:
    def work(unit: Unit) -> tuple[str, str] | None:
        found = people.credentials(unit, name)
        me = people.by_id(unit, found.partner_id) if found else None
        given = _opened(house, unit, me) if me else None
        if me is None or given is None or not given.confirmed:
            return None
        return given.text, _new_link(house, unit, me, "reset")

    made = house.gateway.write(work)
    if made:
        _send(house, made[0], "reset", made[1])


def _send(house: House, to: str, what: Purpose, link: str) -> None:
    words, smtp = house.content.words, house.settings.smtp
    if smtp is not None:
        minutes = LINK_LIFETIME // timedelta(minutes=1)
        text = words.text(f"interface.mail.letter.{what}.text", link=link, minutes=minutes)
        subject = words.text(f"interface.mail.letter.{what}.subject")
        post.send(smtp, to=to, subject=subject, text=text)


def _new_link(house: House, unit: Unit, me: Partner, what: Purpose) -> str:
    token = access.new_token()
    letters.add_link(
        unit,
        Link(me.id, what),
        token_hash=access.digest(token),
        expires_at=house.clock() + LINK_LIFETIME,
    )
    return f"{house.settings.public_url}/m#{token}"


def _link(house: House, unit: Unit, token: str) -> Link | None:
    return letters.link(unit, access.digest(token), now=house.clock())


def _opened(house: House, unit: Unit, me: Partner) -> Address | None:
    found = letters.address(unit, me.id)
    if found is None:
        return None
    text = house.vault.open(me.key, me.id, found.body, _bound_to(me)).decode()
    return Address(text, found.confirmed)


def _bound_to(me: Partner) -> str:
    return f"mail address/{me.id}"
