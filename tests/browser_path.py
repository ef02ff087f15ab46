"""Where the browser for the tests is: an installed Chromium or Chrome, or Playwright's own."""

from __future__ import annotations

import os
import shutil
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
        if found:
            return found
    if os.access(_MAC, os.X_OK):
        return _MAC
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


if __name__ == "__main__":
    path = browser_path()
    print(path or "no browser found")
    sys.exit(path is None)
