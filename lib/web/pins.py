"""The Streamlit options that the safety of the app rests on, and a check that refuses others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lib.errors import SettingsError

IDENTITY_HEADER = "X-Halfway-Session"

# With the reason wherever the name does not give it.
PINS: Mapping[str, object] = MappingProxyType(
    {
        "browser.gatherUsageStats": False,  # the browser would call a third party
        "client.allowedOrigins": [],  # nobody may steer the page with messages from outside
        "client.showErrorDetails": "none",  # a traceback can hold what somebody wrote
        "client.showErrorLinks": False,
        "client.toolbarMode": "minimal",
        "global.developmentMode": False,
        "logger.enableRich": False,  # it prints errors whole, past `logs.keep_private`
        "runner.magicEnabled": False,
        "runner.postScriptGC": False,  # it takes up to 95 % of a rerun; see `edge.lifespan`
        "server.baseUrlPath": "",  # the gate compares whole paths
        "server.corsAllowedOrigins": [],
        "server.enableAgentApi": False,
        "server.enableCORS": True,
        "server.enableStaticServing": False,
        "server.enableWebsocketCompression": False,
        "server.enableXsrfProtection": True,
        "server.headless": True,
        "server.maxMessageSize": 10,  # the server would take in frames of 200 MB before it looks
        "server.maxUploadSize": 1,
        "server.maxWidgetStateSize": 1,
        "server.scriptHealthCheckEnabled": False,
        # A Streamlit session can be resumed by its id with other cookies, but not with another
        # identity; ours is set by the gate.
        "server.trustedUserHeaders": {IDENTITY_HEADER: "session"},
        "server.xsrfCookieSameSite": "strict",
    }
)


def check(option: Callable[[str], object], *, allowed_hosts: tuple[str, ...]) -> None:
    """Raise SettingsError("options_not_pinned"), naming option, value found and value needed.

    option: gives the value of a Streamlit option by its name.
    """
    needed = {**PINS, "server.allowedHosts": list(allowed_hosts)}
    problems = [
        f"{name} is {found!r}, needed is {value!r}"
        for name, value in needed.items()
        if not _same(found := option(name), value)
    ]
    if not option("server.address"):
        problems.append("server.address is not set, needed is the address to listen on")
    if problems:
        raise SettingsError("options_not_pinned", problems="; ".join(problems))


def _same(found: object, needed: object) -> bool:
    """Equal, whether the option came from a file or, as text, from a flag."""
    if isinstance(needed, bool) and isinstance(found, str):
        return found.lower() == str(needed).lower()
    if isinstance(needed, list) and isinstance(found, list | tuple):
        return list(found) == needed
    return type(found) is type(needed) and found == needed
