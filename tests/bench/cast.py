"""Who is measured: two couples with one revealed check-in each, among many other accounts.

`ana` and `ben` read their reveal together. `cleo` and `dan` have talked theirs over and begun the
next: cleo is in the middle of the questions, dan has sealed and waits.
"""

from __future__ import annotations

from lib.domain.checkins import guessable
from lib.domain.readings import Reading
from lib.services import access, accounts, checkins, couples, reviews
from lib.services.access import SIGNED_OUT, Asker
from lib.services.house import House
from lib.storage.gateway import Unit
from lib.storage.times import to_column
from tests.web.client import PASSWORD

NONCE = "a nonce of the bench"


def seed(house: House, accounts_in_all: int) -> dict[str, str]:
    """Fill the database to that many accounts; session tokens by login name."""
    tokens = {name: join(house, name) for name in ("ana", "ben", "cleo", "dan")}
    ana, ben, cleo, dan = (access.asker_of(token) for token in tokens.values())
    reveal(house, ana, ben)
    checkin_id = reveal(house, cleo, dan)
    for asker in (cleo, dan):
        reviews.talked(house, asker, checkin_id=checkin_id)
    _answer(house, cleo, upto=5)
    _answer(house, dan)
    checkins.seal(house, dan, checkin_id=checkins.desk(house, dan).checkin_id)
    crowd(house, accounts_in_all - len(tokens))
    return tokens


def crowd(house: House, count: int) -> None:
    """That many accounts more, each alone in a pending couple and signed in, in one unit.

    Nobody opens them, so that one key and one password hash serve for all.
    """
    now = to_column(house.clock())
    key = house.vault.new_key("crowd")

    def work(unit: Unit) -> None:
        password_hash = unit.one("SELECT password_hash FROM partner LIMIT 1")
        shared = {"now": now, "key": key, **(password_hash or {})}
        for number in range(count):
            for statement in _ONE_MORE:
                unit.run(statement, name=f"crowd-{number}", id=f"{number:032x}", **shared)

    house.gateway.write(work)


_ONE_MORE = (
    "INSERT INTO login (login_name, partner_id) VALUES (:name, :id)",
    "INSERT INTO partner (id, login_name, display_name, password_hash, couple_id, "
    "earlier_couple_id, created_at, consented_at, wrapped_key) "
    "VALUES (:id, :name, :name, :password_hash, :id, NULL, :now, :now, :key)",
    "INSERT INTO couple (id, together_at, version, created_at, wrapped_key) "
    "VALUES (:id, NULL, 0, :now, :key)",
    "INSERT INTO member (couple_id, partner_id) VALUES (:id, :id)",
    "INSERT INTO session (token_hash, partner_id, created_at, seen_at, device) "
    "VALUES (:name, :id, :now, :now, 'bench')",
)


def join(house: House, name: str) -> str:
    """Sign somebody up and in; the session token."""
    accounts.sign_up(
        house,
        SIGNED_OUT,
        login_name=name,
        display_name=name.capitalize(),
        password=PASSWORD,
        of_age=True,
        consent=True,
    )
    ticket = accounts.sign_in(house, SIGNED_OUT, login_name=name, password=PASSWORD, nonce=NONCE)
    return accounts.redeem(house, SIGNED_OUT, ticket=ticket, nonce=NONCE, device="bench")


def reveal(house: House, one: Asker, other: Asker) -> str:
    """Make them a couple that has filled in everything, and sealed; the check-in's id."""
    couples.accept(house, other, secret=couples.invite_by_link(house, one))
    couples.confirm(house, one)
    for number, asker in enumerate((one, other)):
        _answer(house, asker, shift=3 * number)
        for question in guessable(house.content.current)[:3]:
            checkins.guess(house, asker, question.id, 4)
        checkins.write(house, asker, "appreciation", "You made soup when I was ill. " * 3)
        checkins.choose_support(house, asker, tuple(house.content.support)[:3])
    checkin_id = checkins.desk(house, one).checkin_id
    for asker in (one, other):
        checkins.seal(house, asker, checkin_id=checkin_id)
    review = reviews.review(house, one)
    if review is None or checkin_id is None:
        raise RuntimeError("nothing was revealed")
    _read(house, one, other, review.reading, checkin_id)
    return checkin_id


def _read(house: House, one: Asker, other: Asker, reading: Reading, checkin_id: str) -> None:
    """They mark some, agree on one thing and keep it."""
    for item in sorted(reading.items())[:3]:
        reviews.mark(house, one, checkin_id=checkin_id, item=item, mark="try")
    text = "We leave the phones in the hall until supper is over."
    reviews.write_agreement(house, one, checkin_id=checkin_id, text=text)
    reviews.agree(house, other, checkin_id=checkin_id, text=text)


def _answer(house: House, asker: Asker, *, shift: int = 0, upto: int | None = None) -> None:
    for number, question in enumerate(house.content.current.questions[:upto]):
        checkins.answer(house, asker, question.id, (2 * number + shift) % 7 + 1)
