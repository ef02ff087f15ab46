"""One frozen Settings read from the environment; anything wrong fails loudly and names the remedy.

`SETTINGS` is the list of them all; the table in README.md is tested against it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from lib.errors import SettingsError

PREFIX = "HALFWAY_"
PROJECT = Path(__file__).resolve().parents[1]
DATABASE = "halfway.db"
EXIT_URL = "https://www.bbc.co.uk/weather"
Cookie = Literal["session", "nonce", "invitation", "device", "mail", "said"]

_OPERATOR = (
    ("name", "HALFWAY_OPERATOR_NAME"),
    ("contact", "HALFWAY_OPERATOR_CONTACT"),
    ("place", "HALFWAY_OPERATOR_PLACE"),
)
_COOKIE_NAMES: Mapping[Cookie, str] = {
    "session": "halfway",
    "nonce": "halfway_nonce",
    "invitation": "halfway_invitation",
    "device": "halfway_device",
    "mail": "halfway_mail",
    "said": "halfway_said",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the settings table."""

    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting("HALFWAY_DATA_DIR", "`data` beside `app.py`", "folder of the database"),
    Setting(
        "HALFWAY_KEY_FILE",
        "`<data folder>.key`",
        "file of the master key; never inside the data folder, readable by its owner only",
    ),
    Setting(
        "HALFWAY_DATABASE_URL",
        "a file in the data folder",
        "`postgresql://user:password@host/database` to use PostgreSQL in its place",
    ),
    Setting("HALFWAY_PORT", "`8501`", "port to listen on"),
    Setting("HALFWAY_ADDRESS", "`127.0.0.1`", "address to listen on; `0.0.0.0` for all"),
    Setting(
        "HALFWAY_PUBLIC_URL",
        "`http://localhost:<port>`",
        "address under which people open the app; `https://` turns on secure cookies and HSTS",
    ),
    Setting(
        "HALFWAY_TRUSTED_PROXIES",
        "`127.0.0.1,::1`",
        "addresses or networks of proxies in front, whose `X-Forwarded-For` is believed",
    ),
    Setting(
        "HALFWAY_SMTP_URL",
        "none: no mail",
        "mail server: `smtp://user:password@host:587?from=halfway@host` (STARTTLS) or `smtps://`",
    ),
    Setting("HALFWAY_SESSION_IDLE_MINUTES", "`30`", "sign out after so long without an act"),
    Setting("HALFWAY_SESSION_HOURS", "`12`", "sign out at the latest after so long"),
    Setting(
        "HALFWAY_OPERATOR_NAME",
        "(nothing)",
        "who runs this server, for the privacy notice; a public address without it is warned of "
        "at start",
    ),
    Setting("HALFWAY_OPERATOR_CONTACT", "(nothing)", "how to reach them, likewise"),
    Setting(
        "HALFWAY_OPERATOR_PLACE",
        "(nothing)",
        "where data and backups lie and how long backups are kept, likewise",
    ),
    Setting(
        "HALFWAY_EXIT_URL",
        "`https://www.bbc.co.uk/weather`",
        "neutral website that the quick exit opens",
    ),
)


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server. tls: from the first byte; otherwise by STARTTLS, which only a server on this
    machine may do without. sender: the address that mail comes from."""

    host: str
    port: int
    tls: bool
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_local(self) -> bool:
        return _is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decided. Paths are absolute; the public URL has no slash at its end.

    database_url: empty for the embedded engine; can hold a password, so that it is never shown.
    operator: `name`, `contact` and `place` for the privacy notice, "" for what is not filled in.
    """

    data_dir: Path
    key_file: Path
    database_url: str = field(repr=False)
    port: int
    address: str
    public_url: str
    trusted_proxies: tuple[str, ...]
    session_idle: timedelta
    session_lifetime: timedelta
    exit_url: str
    operator: Mapping[str, str]
    smtp: Smtp | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read and check all settings; raises SettingsError with the name and the remedy.

        A setting that is empty counts as not set. Relative paths begin beside `app.py`.
        """
        given = _given(os.environ if environment is None else environment)
        data_dir = _path(given, "HALFWAY_DATA_DIR", "data")
        key_file = _path(given, "HALFWAY_KEY_FILE", f"{data_dir}.key")
        if key_file == data_dir or data_dir in key_file.parents:
            raise SettingsError("key_inside_data", path=str(key_file), folder=str(data_dir))
        port = _whole(given, "HALFWAY_PORT", 8501, highest=65535)
        idle = _whole(given, "HALFWAY_SESSION_IDLE_MINUTES", 30, highest=60 * 24 * 14)
        hours = _whole(given, "HALFWAY_SESSION_HOURS", 12, highest=24 * 90)
        public_url = _public_url(given.get("HALFWAY_PUBLIC_URL", f"http://localhost:{port}"))
        return cls(
            data_dir=data_dir,
            key_file=key_file,
            database_url=_database_url(given.get("HALFWAY_DATABASE_URL", "")),
            port=port,
            address=_address(given.get("HALFWAY_ADDRESS", "127.0.0.1")),
            public_url=public_url,
            trusted_proxies=_networks(given, "HALFWAY_TRUSTED_PROXIES", "127.0.0.1,::1"),
            session_idle=timedelta(minutes=idle),
            session_lifetime=timedelta(hours=hours),
            exit_url=_exit_url(given.get("HALFWAY_EXIT_URL", EXIT_URL)),
            operator=MappingProxyType({part: given.get(name, "") for part, name in _OPERATOR}),
            smtp=_smtp(given, public_url),
        )

    @property
    def unfilled(self) -> tuple[str, ...]:
        """The settings of the privacy notice that are missing although others can reach the app."""
        if self.is_local:
            return ()
        return tuple(name for part, name in _OPERATOR if not self.operator[part])

    @property
    def database(self) -> Path:
        return self.data_dir / DATABASE

    @property
    def secure(self) -> bool:
        """Whether people reach the app over TLS."""
        return self.public_url.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.public_url).hostname or ""

    @property
    def is_local(self) -> bool:
        """Whether the public address leads to this machine only."""
        return _is_loopback(self.host)

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """Host names that requests may ask for: the public one, and loopback on a local install."""
        loopback = ("localhost", "127.0.0.1", "::1") if self.is_local else ()
        return tuple(dict.fromkeys((self.host, *loopback)))

    def cookie_name(self, cookie: Cookie) -> str:
        """The name of a cookie of ours; behind TLS one that only this host can have set."""
        name = _COOKIE_NAMES[cookie]
        return f"__Host-{name}" if self.secure else name


def _given(environment: Mapping[str, str]) -> dict[str, str]:
    """What is set of our settings; one that we do not know is a mistake worth stopping for."""
    ours = {name: value.strip() for name, value in environment.items() if name.startswith(PREFIX)}
    known = {setting.name for setting in SETTINGS}
    for name in sorted(ours.keys() - known):
        raise SettingsError("setting_unknown", name=name, known=", ".join(sorted(known)))
    return {name: value for name, value in ours.items() if value}


def _path(given: Mapping[str, str], name: str, default: str) -> Path:
    value = given.get(name, default)
    try:
        path = Path(value).expanduser()
        # Resolved, so that a link into the data folder is seen for what it is.
        return (path if path.is_absolute() else PROJECT / path).resolve()
    except (OSError, RuntimeError, ValueError):  # no such home, links in a circle, a NUL
        raise SettingsError("setting_path", name=name, value=value) from None


def _whole(given: Mapping[str, str], name: str, default: int, *, highest: int) -> int:
    value = given.get(name, str(default))
    if not re.fullmatch("[0-9]{1,9}", value) or not 1 <= int(value) <= highest:
        raise SettingsError("setting_number", name=name, value=value, highest=highest)
    return int(value)


def _address(value: str) -> str:
    try:
        return str(ip_address(value))
    except ValueError:
        raise SettingsError("setting_address", name="HALFWAY_ADDRESS", value=value) from None


def _networks(given: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    """Addresses or networks, parted by commas; never all of them, for then anybody could lie."""
    value = given.get(name, default)
    try:
        found = [ip_network(part.strip()) for part in value.split(",")]
    except ValueError:
        found = []
    if not found or any(network.prefixlen == 0 for network in found):
        raise SettingsError("setting_networks", name=name, value=value)
    return tuple(str(network) for network in found)


def _database_url(value: str) -> str:
    """As it is, when it looks like one; otherwise nothing of it is said, for a password can be
    anywhere in it."""
    try:
        parts = urlsplit(value)
        sound = not value or (parts.scheme in ("postgresql", "postgres") and parts.port != 0)
    except ValueError:
        sound = False
    if not sound:
        raise SettingsError("setting_database", name="HALFWAY_DATABASE_URL")
    return value


def _public_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        plain = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
        sound = plain and parts.port != 0 and _is_host(parts.hostname or "")
    except ValueError:
        sound = False
    if not sound or parts.scheme not in ("http", "https"):
        # A password in the address is nobody's to read.
        shown = value.rpartition("@")[2]
        raise SettingsError("setting_url", name="HALFWAY_PUBLIC_URL", value=shown)
    host = parts.hostname or ""
    if parts.scheme == "http" and not (_is_loopback(host) or _is_private(host)):
        raise SettingsError("setting_needs_tls", name="HALFWAY_PUBLIC_URL", value=value)
    return value.rstrip("/")


def _exit_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.port != 0 and _is_host(parts.hostname or "") and "@" not in parts.netloc
    except ValueError:
        sound = False
    if not sound or parts.scheme != "https":
        shown = value.rpartition("@")[2]
        raise SettingsError("setting_exit", name="HALFWAY_EXIT_URL", value=shown)
    return value


def _smtp(given: Mapping[str, str], public_url: str) -> Smtp | None:
    """The mail server, if one is named; mail comes from `halfway@<our host>` unless it says."""
    value = given.get("HALFWAY_SMTP_URL")
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        more = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
        sender = more.pop("from", f"halfway@{urlsplit(public_url).hostname}")
        sound = not (parts.path.strip("/") or parts.fragment or more) and parts.port != 0
        sound = sound and re.fullmatch(r"[!-?A-~]+@[a-z0-9.-]+", sender) is not None
        port = parts.port
    except ValueError:
        sound = False
    host = parts.hostname or "" if sound else ""
    if parts.scheme not in ("smtp", "smtps") or not sound or not _is_host(host):
        shown = value.rpartition("@")[2]  # a password is nobody's to read
        raise SettingsError("setting_smtp", name="HALFWAY_SMTP_URL", value=shown)
    tls = parts.scheme == "smtps"
    return Smtp(
        host=host,
        port=port or (465 if tls else 587),
        tls=tls,
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _is_host(host: str) -> bool:
    """A name as browsers send it, which write one in other letters as xn--..., or an address."""
    try:
        return ip_address(host).version in (4, 6)
    except ValueError:
        return re.fullmatch("[a-z0-9]([a-z0-9._-]*[a-z0-9])?", host) is not None


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_private(host: str) -> bool:
    """An address or name of a home network, where TLS can hardly be had."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".home.arpa", ".lan"))
