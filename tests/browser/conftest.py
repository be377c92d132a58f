from collections.abc import Iterator

import pytest

pytest.importorskip("playwright", reason="the extra `test` is not installed")

from playwright.sync_api import Browser  # noqa: E402

from tests.browser.chromium import NoBrowserError, chromium  # noqa: E402


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as started:
            yield started
    except NoBrowserError as reason:
        pytest.skip(str(reason))
