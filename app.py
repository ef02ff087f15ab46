"""The launcher: opens the house, builds the edge, and starts Streamlit on the one router.

Three ways lead here: `python app.py`, `streamlit run app.py`, and `uvicorn app:app`. The script is
given by an absolute path inside pages/, so that Streamlit finds no page beside the launcher that it
could run past the router.
"""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st
from streamlit import config

from lib.services import house as houses
from lib.settings import Settings
from lib.web import edge, logs, pins, start

ROUTER = Path(__file__).resolve().parent / "pages" / "_router.py"
STREAMLIT_FILES = Path(st.__file__).resolve().parent / "static"

# Whichever way leads here, and from wherever: the options are those beside this file.
config._main_script_path = str(Path(__file__).resolve())
_OPENED_BY_STREAMLIT = config._server_mode == "starlette-app"


def _settings() -> Settings:
    """The settings; under `streamlit run`, which listens before it reads this, as it listens."""
    if not _OPENED_BY_STREAMLIT:
        return Settings.from_environment()
    return start.settings_as_opened(
        os.environ,
        port=int(config.get_option("server.port")),
        address=str(config.get_option("server.address")),
    )


def _options(settings: Settings) -> dict[str, object]:
    return {
        "server.port": settings.port,
        "server.address": settings.address,
        "server.allowedHosts": list(settings.allowed_hosts),
    }


logs.keep_private()
with start.or_refuse():
    _set = _settings()
    for _name, _value in _options(_set).items():
        config.set_option(_name, _value)
    pins.check(config.get_option, allowed_hosts=_set.allowed_hosts)
    start.check_router(ROUTER)
    if __name__ == "__main__":
        start.check_port(_set)
    _edge = edge.build(houses.enter(houses.open_house(_set)), streamlit_files=STREAMLIT_FILES)

app = st.App(
    ROUTER,
    routes=_edge.routes,
    middleware=_edge.middleware,
    exception_handlers=_edge.exception_handlers,
    lifespan=_edge.lifespan,
)

if __name__ == "__main__" or _OPENED_BY_STREAMLIT:
    start.say_open(_set)
if __name__ == "__main__":
    app.run(config=_options(_set))
