"""Starting: what whoever runs the app reads when it cannot start, and how the port is settled."""

from __future__ import annotations

import socket
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lib.errors import ContentError, HalfwayError, SettingsError
from lib.services.house import CONTENT_FOLDER
from lib.settings import Settings

REFUSED = 2
_WORDS = ("start", "errors")


@contextmanager
def or_refuse() -> Iterator[None]:
    """End the process with status 2 and one message on an expected error, without a traceback."""
    try:
        yield
    except HalfwayError as error:
        print(f"Halfway cannot start: {message(error)}", file=sys.stderr, flush=True)
        raise SystemExit(REFUSED) from None


def message(error: HalfwayError) -> str:
    """The sentence for an error before there is a house that could say it; its code comes first.

    Reads the words by itself, for the content may be what is wrong.
    """
    if isinstance(error, ContentError):
        return str(error)
    for area in _WORDS:
        sentence = _sentences(area).get(error.code)
        if isinstance(sentence, str):
            return f"[{error.code}] {sentence.format_map(error.facts)}"
    return str(error)


def settings_as_opened(environ: Mapping[str, str], *, port: int, address: str) -> Settings:
    """The settings under `streamlit run`, which has opened a port before it reads `app.py`.

    What the environment does not say is as opened; what it says otherwise is refused, for it
    cannot be had any more.
    """
    opened = {"HALFWAY_PORT": str(port), "HALFWAY_ADDRESS": address}
    flags = {"HALFWAY_PORT": "--server.port", "HALFWAY_ADDRESS": "--server.address"}
    for setting, value in opened.items():
        wanted = environ.get(setting, value).strip()
        if wanted != value:
            raise SettingsError(
                "opened_elsewhere",
                setting=setting,
                wanted=wanted,
                opened=value,
                flag=flags[setting],
            )
    return Settings.from_environment({**environ, **opened})


def check_port(settings: Settings) -> None:
    """Raise SettingsError("port_taken") when the port cannot be listened on now."""
    family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.address, settings.port))
        except OSError:
            raise SettingsError(
                "port_taken", port=settings.port, address=settings.address
            ) from None


def check_router(path: Path) -> None:
    """Raise SettingsError("router_missing") when the one script is not there."""
    if not path.is_file():
        raise SettingsError("router_missing", path=path.name)


def say_open(settings: Settings) -> None:
    """Say where the app is, in one line, and what is still to be filled in on a public address."""
    print(f"Halfway is open at {settings.public_url}", file=sys.stderr, flush=True)
    if settings.unfilled:
        sentence = str(_sentences("start")["notice_unfilled"])
        names = ", ".join(settings.unfilled)
        print(f"[notice_unfilled] {sentence.format(names=names)}", file=sys.stderr, flush=True)


def _sentences(area: str) -> Mapping[str, object]:
    path = CONTENT_FOLDER / "en" / "interface" / f"{area}.toml"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")).get(area, {})
    except (OSError, tomllib.TOMLDecodeError):
        return {}
    return found if isinstance(found, dict) else {}
