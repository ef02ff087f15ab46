"""Sending mail, behind the back of whoever asked: how long it takes tells nobody anything.

What goes wrong is logged by its kind alone, for a server's answer can hold an address.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from lib.settings import Smtp

_PATIENCE = 20.0
_OFFICE = ThreadPoolExecutor(max_workers=2, thread_name_prefix="halfway-mail")
_log = logging.getLogger("halfway.mail")


def later(work: Callable[[], None]) -> None:
    """Do this soon, in another thread; nobody hears of its failing but the log."""

    def safely() -> None:
        try:
            work()
        except Exception as error:
            _log.error("a mail could not be sent: %s", type(error).__name__)

    _OFFICE.submit(safely)


def send(smtp: Smtp, *, to: str, subject: str, text: str) -> None:
    """Hand one mail to the server; raises OSError or smtplib's errors.

    Without TLS nothing is said to a server that is not on this machine.
    """
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = smtp.sender, to, subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=smtp.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    with _connected(smtp) as server:
        if smtp.user:
            server.login(smtp.user, smtp.password)
        server.send_message(message)


def _connected(smtp: Smtp) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if smtp.tls:
        return smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=_PATIENCE, context=context)
    server = smtplib.SMTP(smtp.host, smtp.port, timeout=_PATIENCE)
    server.ehlo()
    if server.has_extn("starttls") or not smtp.is_local:
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server
