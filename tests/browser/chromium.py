"""The system's Chromium, which sees the unit under a name of the local network, and nothing beside it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOST = "medius.local"
ONLY_THE_UNIT = f"--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP * ~NOTFOUND"
"""Under this name pages are no secure context, as on a phone in a gym; every other name is unknown."""
PATIENCE_MS = 180_000
"""A bound, which a computer that does its work does not come near."""


class NoBrowserError(Exception):
    """Why there is none."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start it. Raises NoBrowserError."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise NoBrowserError("no Chromium on this computer: apt install chromium")
    try:
        playwright = sync_playwright().start()
    except (Error, OSError) as error:
        raise NoBrowserError(f"playwright does not start: {error}") from error
    try:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=["--disable-gpu", ONLY_THE_UNIT])
        except Error as error:
            raise NoBrowserError(f"{path} does not start: {error.message}") from error
        yield browser
        browser.close()
    finally:
        playwright.stop()
