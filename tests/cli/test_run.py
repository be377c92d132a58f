"""`medius run` for real: the bundled clip, the pose network, the store and the dashboard, and every way to end it."""

import re
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from monitor.store import Reader, SessionRow
from tests.camera.mp4 import write_video
from tests.cli.units import Unit, children, wait_until_gone

STANCE = r"^ +\d+\.\d\d s  (left|right) +drop [ +-]"
CUE = r"^ +\d+\.\d\d s  (lamps|left lamp|right lamp) "
COLOUR = re.compile(r"\x1b\[[0-9;]*\b(3[0-7]|4[0-7]|9[0-7]|38|48)\b[0-9;]*m")


@pytest.fixture(scope="module", autouse=True)
def whole_session(lite_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unit]:
    """A session that runs beside the other tests of this module, which leave it a core."""
    folder = tmp_path_factory.mktemp("whole") / "state"
    with Unit(folder, lite_model, "--port", "0", "--workers", "1") as unit:
        yield unit


def only_session(unit: Unit) -> SessionRow:
    with Reader.open(unit.database) as reader:
        (session,) = reader.sessions()
    return session


def test_ctrl_c_in_a_narrow_terminal(tmp_path: Path, lite_model: Path) -> None:
    with Unit(tmp_path, lite_model, "--port", "0", "--workers", "1", columns=60) as unit:
        unit.wait_for(r"frames, \d+ dropped")
        unit.wait_for(STANCE)
        assert unit.end("\x03") == 0
    assert "Traceback" not in unit.text
    assert "Mean of each side" in unit.text
    assert [line for line in unit.lines if cell_len(line) > 60] == [], "^C is echoed by the terminal"
    assert unit.text.rindex("\x1b[?25h") > unit.text.rindex("\x1b[?25l"), "the cursor is shown again"
    assert not COLOUR.search(unit.text)
    session = only_session(unit)
    assert session.ended_how == "finished"
    assert session.stance_count > 0


def test_a_terminal_whose_dashboard_the_network_reaches_shows_how_to_take_the_session_home(
    tmp_path: Path, lite_model: Path
) -> None:
    options = ("--host", "0.0.0.0", "--port", "0", "--workers", "1")
    with Unit(tmp_path, lite_model, *options, columns=100) as unit:
        port = unit.wait_for(r"Dashboard: http://\S+:(\d+)")[1]
        unit.wait_for(STANCE)
        unit.type("\x03")
        link = unit.wait_for(r"^http://\S+\.local:\d+(/c/\S{24})$")[1]
        assert "Mean of each side" in unit.text
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(f"http://127.0.0.1:{port}{link}") as page:
            assert b"Is this your session?" in page.read()
        assert unit.end("\x03") == 0
    assert "Traceback" not in unit.text
    assert only_session(unit).ended_how == "finished"


def test_a_stop_by_the_system(tmp_path: Path, lite_model: Path) -> None:
    with Unit(tmp_path, lite_model, "--no-dashboard", "--workers", "1") as unit:
        unit.wait_for(STANCE)
        workers = children(unit.process.pid)
        assert unit.end(signal.SIGTERM) == 0
    wait_until_gone(workers, 0.5)
    assert "Traceback" not in unit.text
    assert "Mean of each side" in unit.text
    assert only_session(unit).ended_how == "finished"


def test_kill_leaves_nothing_behind_but_what_was_measured(tmp_path: Path, lite_model: Path) -> None:
    with Unit(tmp_path, lite_model, "--port", "0", "--workers", "1") as unit:
        address = unit.wait_for(r"http://127\.0\.0\.1:\d+")[0]
        unit.wait_for(STANCE)
        with urllib.request.urlopen(address) as page:
            assert b"Medius" in page.read()
        family = children(unit.process.pid)
        assert len(family) == 2, "a pose worker and the dashboard"
        assert unit.end(signal.SIGKILL) == -signal.SIGKILL
        wait_until_gone(family, 3.0)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address)
    assert only_session(unit).ended_at is None

    nobody = write_video(tmp_path / "gym.mp4", 10)
    with Unit(tmp_path, lite_model, "--no-dashboard", "--camera", str(nobody)) as next_unit:
        assert next_unit.end() == 0
    with Reader.open(unit.database) as reader:
        newest, cut_off = reader.sessions()
    assert f"Session {cut_off.id} was cut off; it has been closed with what was stored." in next_unit.lines
    assert cut_off.ended_how == "recovered"
    assert cut_off.ended_at is not None
    assert newest.ended_how == "finished"
    assert newest.withheld == {"nobody in view": newest.frames_seen - newest.frames_dropped}
    assert "No stance was measured." in next_unit.lines


def test_a_session_ends_by_itself_after_the_time_that_was_set(tmp_path: Path, lite_model: Path) -> None:
    with Unit(tmp_path, lite_model, "--no-dashboard", "--workers", "1", "--seconds", "0.5") as unit:
        assert unit.end() == 0
    assert only_session(unit).ended_how == "finished"


def test_a_whole_session(whole_session: Unit) -> None:
    whole_session.wait_for(STANCE, 10)
    whole_session.wait_for(CUE)
    assert whole_session.end(signal.SIGINT) == 0
    assert "\x1b" not in whole_session.text

    session = only_session(whole_session)
    with Reader.open(whole_session.database) as reader:
        stances = [row.stance for row in reader.stances(session.id)]
        cues = [row.cue for row in reader.cues(session.id)]
    printed = [line for line in whole_session.lines if re.match(r" +\d+\.\d\d s  (left|right) ", line)]
    assert [line.split()[2] for line in printed if " lamp amber" not in line] == [stance.side for stance in stances]
    assert sum(stance.valid for stance in stances) >= 10
    said = [line for line in whole_session.lines if re.match(CUE, line)]
    assert len(said) == len(cues) > 0
    assert all(cue.reason in line for cue, line in zip(cues, said, strict=True))

    assert session.ended_how == "finished"
    assert session.cadence_spm == pytest.approx(168.0, abs=6.0)
    assert session.summary is not None
    for side, statistics in session.summary.items():
        assert statistics["pelvic_drop_deg"].n == sum(
            stance.valid and stance.side == side and stance.measures["pelvic_drop_deg"].value is not None
            for stance in stances
        )
    assert f"{session.frames_seen - session.frames_dropped} frames, {session.frames_dropped} dropped." in (
        whole_session.lines
    )
