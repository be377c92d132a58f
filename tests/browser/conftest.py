from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import PATIENCE_MS, NoBrowserError, chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    try:
        with chromium() as started:
            yield started
    except NoBrowserError as reason:
        pytest.skip(str(reason))
