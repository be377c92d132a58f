from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="the tests' extra is not installed")

from playwright.sync_api import Browser  # noqa: E402

from monitor.store import Recorder  # noqa: E402
from tests.browser.chromium import NoBrowserError, chromium  # noqa: E402
from tests.browser.unit import Place, Shown, dashboard, resting_unit  # noqa: E402


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as started:
            yield started
    except NoBrowserError as reason:
        pytest.skip(str(reason))
