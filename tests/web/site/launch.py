"""A small site behind the real edge, so that the edge is tested without the app's own pages.

Started by `RunningServer(way=SITE)`; like app.py, with another script.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit import config

from lib.services import house as houses
from lib.settings import Settings
from lib.web import edge, logs, pins

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]

config._main_script_path = str(ROOT / "app.py")
logs.keep_private()
_set = Settings.from_environment()
_options = {
    "server.port": _set.port,
    "server.address": _set.address,
    "server.allowedHosts": list(_set.allowed_hosts),
}
for _name, _value in _options.items():
    config.set_option(_name, _value)
pins.check(config.get_option, allowed_hosts=_set.allowed_hosts)
_edge = edge.build(
    houses.enter(houses.open_house(_set)),
    streamlit_files=Path(st.__file__).resolve().parent / "static",
)

app = st.App(
    HERE / "script.py",
    routes=_edge.routes,
    middleware=_edge.middleware,
    exception_handlers=_edge.exception_handlers,
    lifespan=_edge.lifespan,
)

if __name__ == "__main__":
    app.run(config=_options)
