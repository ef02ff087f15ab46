"""A forgotten password by mail, over a real SMTP server."""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lib.errors import Refused
from lib.services import access, accounts, mail, post
from lib.services.access import SIGNED_OUT
from lib.settings import Settings
from tests.services.conftest import PASSWORD, Cast, sign_in
from tests.services.mailbox import Mailbox, link_in, mailbox
from tests.services.test_exports import copy, data
from tests.services.test_second_factor import right_password, turn_on, wants

ADDRESS = "ana.of.the.weir@example.org"
NEW = "nine slow barges on the canal"
OTHER = "eleven grey stones in a ring"


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def box(server: Mailbox, cast: Cast) -> Iterator[Mailbox]:
    """The server, and the cast's house set to use it."""
    smtp = Settings.from_environment({"HALFWAY_SMTP_URL": f"smtp://127.0.0.1:{server.port}"}).smtp
    cast.house = replace(cast.house, settings=replace(cast.house.settings, smtp=smtp))
    yield server
    post_is_done()
    assert server.is_empty(), "a mail that no test asked for"


def post_is_done() -> None:
    """Wait until all that was to be sent has been tried."""
    done = threading.Barrier(3)
    for _ in range(2):
        post.later(lambda: done.wait(10) and None)
    done.wait(10)


def confirmed(cast: Cast, box: Mailbox, address: str = ADDRESS) -> None:
    mail.add(cast.house, cast.ana, address=address, password=PASSWORD)
    mail.confirm(cast.house, SIGNED_OUT, token=link_in(box.next()))


def asked(cast: Cast, box: Mailbox) -> str:
    mail.forgot(cast.house, SIGNED_OUT, login_name="Ana")
    return link_in(box.next())


def is_refused(cast: Cast, token: str, password: str = NEW) -> str:
    with pytest.raises(Refused) as caught:
        mail.reset(cast.house, SIGNED_OUT, token=token, password=password)
    return caught.value.code


def signs_in(cast: Cast, password: str) -> bool:
    return bool(accounts.verify(cast.house, SIGNED_OUT, login_name="ana", password=password))


def test_a_link_by_mail_sets_a_new_password_once(cast: Cast, box: Mailbox) -> None:
    confirmed(cast, box)
    elsewhere = sign_in(cast.house, "ana")
    mail.forgot(cast.house, SIGNED_OUT, login_name="Ana")
    message = box.next()
    assert message["To"] == ADDRESS
    assert message["From"] == "halfway@localhost"
    assert "ana" not in str(message).replace(ADDRESS, "").casefold()
    token = link_in(message)
    assert mail.purpose(cast.house, SIGNED_OUT, token=token) == "reset"
    mail.reset(cast.house, SIGNED_OUT, token=token, password=NEW)
    assert signs_in(cast, NEW)
    assert not signs_in(cast, PASSWORD)
    assert [accounts.who(cast.house, one) for one in (cast.ana, elsewhere)] == [None, None]
    assert accounts.who(cast.house, cast.ben)
    assert is_refused(cast, token) == "mail_link"


def test_a_link_runs_out_after_half_an_hour(cast: Cast, box: Mailbox) -> None:
    confirmed(cast, box)
    token = asked(cast, box)
    cast.clock.forward(minutes=29, seconds=59)
    assert mail.purpose(cast.house, SIGNED_OUT, token=token) == "reset"
    cast.clock.forward(seconds=1)
    assert mail.purpose(cast.house, SIGNED_OUT, token=token) is None
    assert is_refused(cast, token) == "mail_link"
    assert signs_in(cast, PASSWORD)


def test_links_are_dead_once_their_owner_has_a_new_password(cast: Cast, box: Mailbox) -> None:
    """Somebody who could look into the mailbox for a minute, or add an address of their own with
    the old password, kept a link for later."""
    confirmed(cast, box)
    kept = asked(cast, box)
    accounts.change_password(cast.house, cast.ana, old=PASSWORD, new=NEW)
    assert is_refused(cast, kept, password=OTHER) == "mail_link"
    mail.add(cast.house, cast.ana, address="else@example.org", password=NEW)
    confirming = link_in(box.next())
    accounts.change_password(cast.house, cast.ana, old=NEW, new=OTHER)
    with pytest.raises(Refused, match="mail_link"):
        mail.confirm(cast.house, SIGNED_OUT, token=confirming)


def test_only_the_latest_link_counts_and_only_for_what_it_is_for(cast: Cast, box: Mailbox) -> None:
    mail.add(cast.house, cast.ana, address=ADDRESS, password=PASSWORD)
    confirming = link_in(box.next())
    assert is_refused(cast, confirming) == "mail_link"
    mail.confirm(cast.house, SIGNED_OUT, token=confirming)
    first, second = asked(cast, box), asked(cast, box)
    assert is_refused(cast, first) == "mail_link"
    with pytest.raises(Refused, match="mail_link"):
        mail.confirm(cast.house, SIGNED_OUT, token=second)
    for wrong in ("", "x" * 43, access.digest(second)):
        assert is_refused(cast, wrong) == "mail_link"
    mail.reset(cast.house, SIGNED_OUT, token=second, password=NEW)


def test_a_password_that_is_not_taken_spends_nothing(cast: Cast, box: Mailbox) -> None:
    confirmed(cast, box)
    token = asked(cast, box)
    assert is_refused(cast, token, "short") == "password_length"
    mail.reset(cast.house, SIGNED_OUT, token=token, password=NEW)


def test_nothing_is_sent_to_unknown_names_and_unconfirmed_addresses(
    cast: Cast, box: Mailbox
) -> None:
    """And whoever asks hears the same each time: nothing."""
    mail.add(cast.house, cast.ana, address=ADDRESS, password=PASSWORD)
    box.next()
    for name in ("ana", "ben", "nobody", "<>", ""):
        mail.forgot(cast.house, SIGNED_OUT, login_name=name)
    post_is_done()
    assert box.is_empty()


def test_who_has_an_account_is_looked_up_behind_the_back_of_whoever_asks(
    cast: Cast, box: Mailbox
) -> None:
    """Nothing of an account is read before the answer, so its time cannot depend on it."""
    confirmed(cast, box)
    read = []

    class Gateway:
        def write(self, work):  # type: ignore[no-untyped-def]
            return cast.house.gateway.write(lambda unit: work(Watched(unit)))

    class Watched:
        def __init__(self, unit: object) -> None:
            self._unit = unit

        def __getattr__(self, name: str) -> object:
            def do(sql: str, **values: object) -> object:
                read.append((threading.current_thread() is threading.main_thread(), sql))
                return getattr(self._unit, name)(sql, **values)

            return do

    watched = replace(cast.house, gateway=Gateway())  # type: ignore[arg-type]
    before: dict[str, list[str]] = {}
    for name in ("ana", "nobody"):
        read.clear()
        mail.forgot(watched, SIGNED_OUT, login_name=name)
        post_is_done()
        before[name] = [sql for here, sql in read if here]
    box.next()
    assert before["ana"] == before["nobody"]
    assert not [sql for sql in before["ana"] if "throttle" not in sql]


def test_asking_again_and_again_has_to_wait_whatever_the_name(cast: Cast, box: Mailbox) -> None:
    for name in ("ana", "nobody"):
        for _ in range(5):
            mail.forgot(cast.house, SIGNED_OUT, login_name=name)
        with pytest.raises(Refused, match="too_soon_moment"):
            mail.forgot(cast.house, SIGNED_OUT, login_name=name)


def test_a_second_factor_is_still_asked_for(cast: Cast, box: Mailbox) -> None:
    confirmed(cast, box)
    turn_on(cast, cast.ana)
    mail.reset(cast.house, SIGNED_OUT, token=asked(cast, box), password=NEW)
    assert wants(cast.house, right_password(cast.house, password=NEW))


def test_an_address_needs_the_password_and_can_be_taken_away(cast: Cast, box: Mailbox) -> None:
    for act in (
        lambda: mail.add(cast.house, cast.ana, address=ADDRESS, password="not it at all"),
        lambda: mail.remove(cast.house, cast.ana, password="not it at all"),
    ):
        with pytest.raises(Refused, match="password_wrong"):
            act()
    assert mail.address(cast.house, cast.ana) is None
    confirmed(cast, box)
    assert mail.address(cast.house, cast.ana) == mail.Address(ADDRESS, True)
    assert mail.address(cast.house, cast.ben) is None
    token = asked(cast, box)
    mail.remove(cast.house, cast.ana, password=PASSWORD)
    assert mail.address(cast.house, cast.ana) is None
    assert is_refused(cast, token) == "mail_link"


def test_another_address_has_to_be_confirmed_again(cast: Cast, box: Mailbox) -> None:
    confirmed(cast, box)
    mail.add(cast.house, cast.ana, address="new@example.org", password=PASSWORD)
    assert box.next()["To"] == "new@example.org"
    assert mail.address(cast.house, cast.ana) == mail.Address("new@example.org", False)
    mail.forgot(cast.house, SIGNED_OUT, login_name="ana")


@pytest.mark.parametrize(
    "wrong",
    ["", "ana", "ana@", "@example.org", "ana@localhost", "a b@example.org",
     "a@example.org\nBcc: b@example.org",
     "a@example.org,b@example.org", "a" * 250 + "@example.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused(cast: Cast, box: Mailbox, wrong: str) -> None:
    with pytest.raises(Refused) as caught:
        mail.add(cast.house, cast.ana, address=wrong, password=PASSWORD)
    assert (caught.value.code, caught.value.field) == ("mail_address", "address")


def test_neither_address_nor_link_is_in_the_file(cast: Cast, box: Mailbox) -> None:
    confirmed(cast, box)
    token = asked(cast, box)
    cast.house.gateway.checkpoint()
    data = b"".join(file.read_bytes() for file in cast.house.settings.data_dir.iterdir())
    assert ADDRESS.encode() not in data
    assert token.encode() not in data


def test_a_server_that_refuses_is_logged_without_the_address(
    cast: Cast, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    confirmed(cast, box)
    box.refuse = f"550 no {ADDRESS} here"
    try:
        mail.forgot(cast.house, SIGNED_OUT, login_name="ana")
        post_is_done()
    finally:
        box.refuse = ""
    assert "a mail could not be sent: SMTPDataError" in caplog.text
    assert ADDRESS not in caplog.text
    assert caplog.records[-1].levelno == logging.ERROR


def test_without_a_mail_server_nothing_is_offered(cast: Cast) -> None:
    assert not mail.is_offered(cast.house, cast.ana)
    mail.forgot(cast.house, SIGNED_OUT, login_name="ana")


# --- the server itself


def smtp_at(box: Mailbox, **changes: object) -> post.Smtp:
    url = f"smtp://somebody:p%3Aa%2Fss@127.0.0.1:{box.port}?from=us@example.org"
    smtp = Settings.from_environment({"HALFWAY_SMTP_URL": url}).smtp
    assert smtp
    return replace(smtp, **changes)  # type: ignore[arg-type]


def test_a_password_of_ours_is_said_to_the_server() -> None:
    with mailbox(auth_require_tls=False) as box:
        post.send(smtp_at(box), to="a@example.org", subject="s", text="t")
        assert box.next()["From"] == "us@example.org"
    assert box.logins == [("somebody", "p:a/ss")]


def test_without_tls_nothing_is_said_to_a_server_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(post.Smtp, "is_local", property(lambda _self: False))
    with mailbox(auth_require_tls=False) as box:
        with pytest.raises(smtplib.SMTPNotSupportedError):
            post.send(smtp_at(box), to="a@example.org", subject="s", text="t")
        assert box.is_empty()
    assert box.logins == []


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(certificate: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with mailbox(tls_context=context) as box:
        with pytest.raises(ssl.SSLCertVerificationError):
            post.send(smtp_at(box), to="a@example.org", subject="s", text="t")
        assert box.is_empty()
    assert box.logins == []


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def test_the_address_is_in_its_owners_copy_and_in_no_other(cast: Cast, box: Mailbox) -> None:
    confirmed(cast, box)
    for who in (cast.ana, cast.ben, cast.stranger):
        found = data(cast, who)["account"]["mail_address"]
        assert found == ({"address": ADDRESS, "confirmed": True} if who == cast.ana else None)
        assert (ADDRESS.encode() in copy(cast, who, "page")) == (who == cast.ana)
