"""The report fits on one sheet of paper, printed by a real browser."""

import random
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from monitor.store import Calibration, Recorder
from monitor.vocabulary import Measure
from tests.web import demo
from tests.web.conftest import Demo
from web import Config, create_app
from web.language import languages

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
STATIC = Path(__file__).resolve().parents[2] / "web" / "static"
ENDLESS = "the belt was hidden by a jacket that was not closed and moved with every step, " * 20
KINDS = ("story", "landmarks", "hostile", "nobody", "withheld", "single")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")


def pages_of(html: str, paper: str, folder: Path) -> int:
    """How many sheets a browser prints a page on."""
    page, printed = folder / "page.html", folder / "page.pdf"
    html = html.replace('href="/static/', f'href="{STATIC.as_uri()}/')
    assert f"{STATIC.as_uri()}/medius.css" in html
    page.write_text(html.replace("</head>", f"<style>@page {{ size: {paper}; }}</style></head>"))
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    subprocess.run(
        [*command, "--no-pdf-header-footer", f"--print-to-pdf={printed}", page.as_uri()],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes()))


def worst(tmp_path: Path, language: str = "en") -> str:
    """The report of a session with the longest texts and the most of everything."""
    path = tmp_path / "medius.sqlite"
    dice = random.Random(1)
    clock = demo.DemoClock(demo.FIRST_DAY)
    stances = [demo.make_stance(i, dice) for i in range(40)]
    nothing = dict.fromkeys(stances[0].measures, Measure.withheld(ENDLESS))
    steps = [(replace(stance, measures=nothing), None) for stance in stances]
    with Recorder(path, clock) as recorder:
        session_id, _ = demo.record(recorder, clock, demo.start_of(ENDLESS), steps, length_s=15.0)
        recorder.calibration(Calibration(5.0, "standing, belt", -1.3, 0.1))
        recorder.close_session("recovered")
    app = create_app(Config(str(path)))
    asked = {"Accept-Language": language}
    page = app.test_client().get(f"/sessions/{session_id}/report", headers=asked).text
    app.extensions["medius.source"].close()
    return page


@pytest.mark.parametrize("paper", ["A4", "letter"])
@pytest.mark.parametrize("kind", [*KINDS, "worst"])
def test_the_report_is_one_sheet(client: FlaskClient, demo_store: Demo, tmp_path: Path, kind: str, paper: str) -> None:
    html = worst(tmp_path) if kind == "worst" else client.get(f"/sessions/{demo_store.ids[kind]}/report").text
    assert pages_of(html, paper, tmp_path) == 1


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
@pytest.mark.parametrize("kind", ["story", "worst"])
def test_it_is_one_sheet_in_every_language(
    client: FlaskClient, demo_store: Demo, tmp_path: Path, kind: str, code: str
) -> None:
    asked = {"Accept-Language": code}
    told = client.get(f"/sessions/{demo_store.ids['story']}/report", headers=asked).text
    html = worst(tmp_path, code) if kind == "worst" else told
    assert f'<html lang="{code}">' in html
    assert pages_of(html, "letter", tmp_path) == 1


def test_the_sheets_are_counted(client: FlaskClient, demo_store: Demo, tmp_path: Path) -> None:
    assert pages_of(client.get(f"/sessions/{demo_store.ids['story']}/stances").text, "A4", tmp_path) > 5
