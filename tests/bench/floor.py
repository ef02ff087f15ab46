"""The floor's server: bare Streamlit under the same options, on pages made by `floor_script`.

Started by `RunningServer(way=FLOOR)`; FLOOR_FOLDER holds the module of pages. No gate, no session,
no database: whatever Halfway puts around a page counts as Halfway's.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from streamlit import config

FLOOR = ("-m", "tests.bench.floor")
BARE, BARRED = "PAGES", "BARRED"
FOLDER_VARIABLE = "FLOOR_FOLDER"
MODULE = "floor_pages.py"
SCRIPT = """\
import floor_pages
import streamlit as st

getattr(floor_pages, st.query_params["kind"])[st.query_params["page"]]()
"""
_APP = Path(__file__).resolve().parents[2] / "app.py"


@asynccontextmanager
async def _frozen(_app: object) -> AsyncIterator[None]:
    gc.collect()
    gc.freeze()
    yield


def main() -> None:
    """Serve until ended. The options come from beside app.py, as they do for the app."""
    folder = Path(os.environ[FOLDER_VARIABLE])
    script = folder / "floor_script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    sys.path.insert(0, str(folder))
    config._main_script_path = str(_APP)
    options: dict[str, object] = {
        "server.port": int(os.environ["HALFWAY_PORT"]),
        "server.address": "127.0.0.1",
        "server.allowedHosts": ["localhost", "127.0.0.1", "::1"],
    }
    for name, value in options.items():
        config.set_option(name, value)
    st.App(script, lifespan=_frozen).run(config=options)


if __name__ == "__main__":
    main()
