"""A real server process for tests and the bench: on a free port, with its own data folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from lib.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 40.0
STOP_SECONDS = 10.0

PYTHON = ("app.py",)
UVICORN = ("-m", "uvicorn", "app:app", "--port", "{port}")
STREAMLIT = ("-m", "streamlit", "run", "app.py", "--server.port", "{port}")

# Streamlit puts the script's folder on the import path for each run and takes it off again. At each
# change coverage looks anew, and forgets whatever another thread imports meanwhile (KeyError in
# importlib on a first page, coverage 7.17). With the folder there from the start nothing changes.
_MEASURED = {"PYTHONPATH": str(ROOT / "pages"), "PYTHONUNBUFFERED": "1"}


class ServerDied(AssertionError):
    """The server ended, or did not answer in time; its output is in the message."""


class RunningServer:
    """`with RunningServer(tmp_path) as server: ... server.url`

    folder: gets the data folder, its key and the output. environment: further HALFWAY_ settings.
    way: how to start, one of PYTHON, UVICORN, STREAMLIT, or other arguments of Python. Only the
    process that was started here is ever ended.
    """

    def __init__(
        self,
        folder: Path,
        *,
        environment: Mapping[str, str] | None = None,
        way: tuple[str, ...] = PYTHON,
        port: int | None = None,
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = {
            "HALFWAY_DATA_DIR": str(folder / "data"),
            "HALFWAY_KEY_FILE": str(folder / "data.key"),
            "HALFWAY_PORT": str(self.port),
            **(environment or {}),
        }
        self.settings = Settings.from_environment(self.environment)
        self.log = folder / "server.log"
        self._way = tuple(part.replace("{port}", str(self.port)) for part in way)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> RunningServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, *, wait: bool = True) -> None:
        """Start the process and wait until it answers; raises ServerDied."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith((PREFIX, "STREAMLIT_"))
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._way],
                cwd=ROOT,
                env={**inherited, **_MEASURED, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if wait:
            self.wait_until_healthy()

    def wait_until_healthy(self) -> None:
        """Wait for the first answer; raises ServerDied with the output."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.ended() is not None:
                raise ServerDied(f"ended with status {self.ended()}:\n{self.output()}")
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.kill()
        raise ServerDied(f"no answer within {START_SECONDS:.0f} s:\n{self.output()}")

    def ended(self) -> int | None:
        """The exit status, or None while it runs."""
        return None if self._process is None else self._process.poll()

    def wait_for_end(self, seconds: float = START_SECONDS) -> int:
        """The exit status of a process that is expected to end by itself."""
        assert self._process is not None
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerDied(f"still running after {seconds:.0f} s:\n{self.output()}") from None

    def output(self) -> str:
        """All that the process wrote so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def stop(self) -> None:
        """End it as an operator would; when it does not, kill it."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(STOP_SECONDS)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
