"""`medius run` for real, and a runner's phone that says that the session is theirs."""

import re
import signal
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from monitor.coach.programme import Purpose, fold
from monitor.store import Reader
from tests.cli.command import medius
from tests.cli.units import Unit

STANCE = r"^ +\d+\.\d\d s  (left|right) +drop [ +-]"


class Phone:
    """A browser, without its scripts."""

    def __init__(self, port: str) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.opener.addheaders = [("Origin", self.origin)]

    def get(self, path: str) -> tuple[str, str]:
        """The page, and where it is in the end."""
        with self.opener.open(self.origin + path) as page:
            return page.read().decode(), urllib.parse.urlsplit(page.url).path

    def post(self, path: str, **form: str) -> str:
        with self.opener.open(self.origin + path, urllib.parse.urlencode(form).encode()) as page:
            return str(page.read().decode())


def test_a_silent_run_on_the_bundled_clip(tmp_path: Path, lite_model: Path) -> None:
    with Unit(tmp_path, lite_model, "--port", "0", "--workers", "1", "--speed", "10") as unit:
        phone = Phone(unit.wait_for(r"Dashboard: http://\S+:(\d+)")[1])
        unit.wait_for(STANCE)
        phone.post("/begin", agreed="yes")
        _, coach = phone.get("/coach")
        home = coach.removesuffix("/coach")
        phone.post(f"{home}/programme/join", consent="yes")
        started = phone.post(f"{home}/programme/start", speed="10")
        assert "Silent run for your baseline" in started or "Your session is running" in started  # it may have begun
        while "minute 1 of 6 · a silent run" not in phone.get("/live")[0]:
            time.sleep(0.2)
        before = sum(re.search(STANCE, line) is not None for line in unit.lines)
        unit.wait_for(STANCE, before + 8)  # what is run from here on is the runner's
        assert unit.end(signal.SIGTERM) == 0
    runner_id = home.rsplit("/", 1)[-1]
    with Reader.open(unit.database) as reader:
        (session,) = reader.sessions_of(runner_id)
        speeds = [round(3.6 * speed_mps, 6) for _, speed_mps in reader.belt_speeds(session.id)]
        (past,) = fold(reader.diary(runner_id)).past
    assert speeds == [10.0, 10.0], "said at the start, and by the phone"
    assert (past.begun.purpose, past.begun.session_id, past.done) == (Purpose.BASELINE, session.id, False)
    assert 0.0 < past.ended.run_s < session.elapsed_s


def test_a_speed_that_no_treadmill_has_is_refused(tmp_path: Path, lite_model: Path, monkeypatch) -> None:
    monkeypatch.setenv("MEDIUS_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("MEDIUS_CACHE_DIR", str(lite_model.parent))
    sentence = "A treadmill runs at 1.8 to 28.8 km/h, and not at 100: mend --speed."
    assert medius("run", "--speed", 100).sentence == sentence
