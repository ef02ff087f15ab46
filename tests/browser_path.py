"""Where the browser for the tests is: an installed Chromium or Chrome, or Playwright's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def browser_path() -> str | None:
    """The executable, or None when there is none."""
    for name in _NAMES:
        found = shutil.which(name)
        if found and _serves(found):
            return found
    if os.access(_MAC, os.X_OK):
        return _MAC
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def _serves(found: str) -> bool:
    """Whether it starts. Ubuntu's package is an empty shell; a snap cannot read our profiles."""
    if os.path.realpath(found).endswith("/snap"):
        return False
    return subprocess.run([found, "--version"], capture_output=True).returncode == 0


if __name__ == "__main__":
    path = browser_path()
    print(path or "no browser found")
    sys.exit(path is None)
