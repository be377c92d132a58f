"""The page, as whoever asks gets it."""

import json
import queue
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from monitor.doctor.finding import Finding, Verdict, examine, ok
from monitor.doctor.page import checks
from monitor.upkeep.layout import Layout
from tests.cli.command import medius
from tests.cli.conftest import own_settings

__all__ = ["own_settings"]  # a fixture here too


def test_what_hangs_or_fails_is_a_finding_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    answering: queue.Queue[threading.Thread] = queue.Queue()
    came_back = 0

    def hangs() -> Finding:
        stop.wait()
        return ok("at last")

    def fails() -> Finding:
        answering.put(threading.current_thread())
        raise RuntimeError("no such thing")

    def answers() -> Finding:
        answering.put(threading.current_thread())
        return ok("well")

    def clock_s() -> float:
        """Begins when the two that come back have done so, however long this computer needs for it."""
        nonlocal came_back
        while came_back < 2:
            answering.get().join()
            came_back += 1
        return 0.0

    monkeypatch.setattr("monitor.doctor.finding.time", SimpleNamespace(monotonic=clock_s))
    try:
        found = examine({"first": hangs, "second": fails, "third": answers}, limit_s=0.05)
    finally:
        stop.set()
    assert list(found) == ["first", "second", "third"]
    assert [finding.verdict for finding in found.values()] == [Verdict.LOOK, Verdict.LOOK, Verdict.OK]
    assert found["first"].found == "did not answer within 0.05 s"
    assert found["second"].found == "could not be checked (RuntimeError: no such thing)"


def test_every_check_can_be_done_on_a_computer_that_is_no_unit(tmp_path: Path) -> None:
    for subject, finding in examine(checks(Layout(tmp_path))).items():
        assert "could not be checked" not in finding.found, subject


@pytest.mark.parametrize("camera", ["demo", "gone.mp4"])
def test_page_json_and_exit_status_agree(monkeypatch: pytest.MonkeyPatch, camera: str) -> None:
    monkeypatch.setenv("MEDIUS_CAMERA", camera)
    monkeypatch.setenv("MEDIUS_CACHE_DIR", "/nonexistent")
    told = medius("doctor", "--json")
    report = json.loads(told.out)
    broken = {subject for subject, finding in report["findings"].items() if finding["verdict"] == "broken"}
    assert "weights" in broken
    assert ("camera" in broken) is (camera != "demo")
    assert report["well"] is False
    page = medius("doctor")
    assert (told.status, page.status) == (1, 1)
    assert {line.split()[1] for line in page.out.splitlines() if line.startswith("broken ")} == broken
    assert len(page.out.splitlines()) < 50
    assert max(map(len, page.out.splitlines())) <= 80


def test_settings_that_cannot_be_read_do_not_keep_the_rest_from_being_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MEDIUS_PORT", "eighty")
    findings = json.loads(medius("doctor", "--json").out)["findings"]
    assert findings["settings"]["found"].startswith("The setting port cannot be used")
    assert findings["disk"]["found"]
