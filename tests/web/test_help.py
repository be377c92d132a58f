"""The help page: found from everywhere, complete, and in words that promise nothing."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from monitor.cues.patterns import PATTERNS
from tests.web.conftest import Demo
from tests.web.markup import Page, check_no_foreign_address, check_page
from web import Config, create_app
from web.words import STATE_WORDS

ROOT = Path(__file__).resolve().parents[2]
CONNECTIONS = {
    "setting up `.venv`": "Its Python packages",
    "`sudo ./install`: packages that are missing": "Its Debian packages",
    "the unit's name, and that it has a dashboard": "The unit's name, and that it has a dashboard",
    "the pose network's weights": "The pose network's weights",
    "the dashboard": "The dashboard",
}
"""As PRIVACY.md names them, and as the page does."""


@pytest.fixture
def page(client: FlaskClient) -> Page:
    return check_page(client.get("/help").text)


def heads(page: Page, caption: str) -> list[str]:
    table = next(e.within("table") for e in page.all("caption") if e.text == caption)
    rows = [e for e in page.all("th", scope="row") if e.within("table") is table]
    smalls = {e.within("th"): e.text for e in page.all("small")}
    return [e.text.removesuffix(smalls.get(e, "")).strip() for e in rows]


@pytest.mark.parametrize("path", ["/", "/live", "/unit", "/help", "/nowhere", "/settings"])
def test_every_page_leads_to_it(client: FlaskClient, path: str) -> None:
    links = check_page(client.get(path).text).all("a", href="/help")
    assert [bool(e.within("footer")) for e in links] == [True]


def test_everybody_may_read_it(demo_store: Demo, tmp_path: Path) -> None:
    client = create_app(Config(str(demo_store.path), str(tmp_path / "owner"))).test_client()
    assert client.get("/help").status_code == 200


def test_every_connection_of_the_privacy_page_is_on_it(page: Page) -> None:
    table = (ROOT / "PRIVACY.md").read_text().partition("**Every connection")[2].partition("\n\n")[2]
    rows = re.findall(r"^\| (.+?) \|", table.partition("\n\n")[0], re.MULTILINE)[1:]
    assert [CONNECTIONS.get(row) for row in rows if not row.startswith("-")] == heads(page, "Connections")


def test_every_state_of_the_status_lamp_is_explained(page: Page) -> None:
    assert len(heads(page, "The status lamp")) == len(PATTERNS)
    text = page.all("main")[0].text
    assert all(words in text for words in STATE_WORDS.values())


@pytest.mark.parametrize(
    "word",
    ["abnormal", "normal", "weakness", "diagnos", "prevent", "risk", "screening", "safe to run", "treats", "cure"],
)
def test_its_words_promise_and_judge_nothing(page: Page, word: str) -> None:
    assert not re.search(rf"\b{word}", page.all("main")[0].text, re.IGNORECASE)


def test_it_names_what_nobody_knows_and_loads_nothing_from_elsewhere(page: Page) -> None:
    text = page.all("main")[0].text
    for words in ("no study of one for pelvis drop was found", "No validated limit exists", "They are not people"):
        assert words in text
    check_no_foreign_address(page.source)
