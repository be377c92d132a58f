"""What keeps `medius run` from starting: one sentence, and nothing that is stored is touched."""

import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.cues.pins import Pins
from monitor.cues.sound import BuzzerUse, Sound
from monitor.pose import weights
from monitor.pose.sources import SourceFailed
from monitor.pose.weights import Model
from monitor.settings import read_settings
from monitor.store import Recorder, SystemClock
from tests.cli.command import medius
from tests.store.namespace import run_with_mounts

DATABASE = "medius.sqlite"
START_AND_STOP = sys.executable + " -c 'from monitor.store import *; Recorder(\"{}\", SystemClock()).close()'"


@pytest.fixture(autouse=True)
def cached(lite_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIUS_CACHE_DIR", str(lite_model.parent))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_a_file_where_the_folder_should_be(state: Path) -> None:
    state.write_text("mine")
    assert str(state) in medius("run", "--no-dashboard").sentence
    assert state.read_text() == "mine"


def test_a_damaged_database(state: Path) -> None:
    Recorder(state / DATABASE, SystemClock()).close()
    content = bytearray((state / DATABASE).read_bytes())
    content[:40] = b"overwritten".ljust(40)
    (state / DATABASE).write_bytes(content)
    sentence = medius("run", "--no-dashboard").sentence
    assert sentence.startswith(f"{state / DATABASE} is damaged or is not a database: move it aside")
    assert (state / DATABASE).read_bytes() == content


def test_two_units_at_once(state: Path) -> None:
    with Recorder(state / DATABASE, SystemClock()):
        sentence = medius("run", "--no-dashboard").sentence
    assert "is recording in" in sentence
    assert sentence.endswith("stop it first, or give this one a database of its own.")


def test_a_port_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        sentence = medius("run", "--port", port).sentence
    assert sentence == (
        f"The dashboard does not start: cannot listen on 127.0.0.1 port {port} (Address already in use): "
        "stop what uses it, or choose another with --port; or run without it (--no-dashboard)."
    )


def test_a_full_disk(state: Path) -> None:
    state.mkdir()
    script = f"""
        cd {state}; cat /dev/zero > ballast 2>/dev/null
        {sys.executable} -m monitor run --no-dashboard 2>&1; echo $?
        rm ballast; {START_AND_STOP.format(state / DATABASE)}; echo $?"""
    said, status, later = run_with_mounts(f"mount -t tmpfs -o size=256k tmpfs {state}", "sh", "-c", script)
    assert said == f"Error: the disk that holds {state / DATABASE} is full: free some space on it."
    assert (status, later) == ("1", "0")


def test_a_read_only_disk(state: Path) -> None:
    Recorder(state / DATABASE, SystemClock()).close()
    mount = f"mount --bind {state} {state} && mount -o remount,bind,ro {state}"
    script = f"{sys.executable} -m monitor run --no-dashboard 2>&1; echo $?"
    said, status = run_with_mounts(mount, "sh", "-c", script)
    assert said.startswith(f"Error: nothing can be recorded in {state} (Read-only file system)")
    assert status == "1"


SETTINGS: dict[str, tuple[Callable[[Path, pytest.MonkeyPatch], object], str]] = {
    "a variable": (
        lambda _, patch: patch.setenv("MEDIUS_PORT", "eighty"),
        "The setting port cannot be used: Input should be a valid integer, unable to parse string as an integer "
        "(it was 'eighty').",
    ),
    "an angle": (
        lambda _, patch: patch.setenv("MEDIUS_ROLL_DEG", "nan"),
        "The setting roll_deg cannot be used: Input should be less than or equal to 45 (it was 'nan').",
    ),
    "an unknown name": (
        lambda path, _: path.write_text("rol_deg = 1.0"),
        "The setting rol_deg cannot be used: Extra inputs are not permitted (it was 1.0).",
    ),
    "a metronome without a rate": (
        lambda path, _: path.write_text("buzzer = 'metronome'"),
        "The setting metronome_spm cannot be used: a metronome needs steps a minute, 140 to 220, and not None "
        "(it was None).",
    ),
    "a metronome that is too fast": (
        lambda _, patch: patch.setenv("MEDIUS_METRONOME_SPM", "240"),
        "The setting metronome_spm cannot be used: a metronome needs steps a minute, 140 to 220, and not 240.0 "
        "(it was '240').",
    ),
    "a buzzer": (
        lambda _, patch: patch.setenv("MEDIUS_BUZZER", "loud"),
        "The setting buzzer cannot be used: Input should be 'off', 'cue' or 'metronome' (it was 'loud').",
    ),
    "a pin": (
        lambda path, _: path.write_text("pins = { status = 22 }"),
        "The setting pins cannot be used: each lamp, the buzzer and the button have a pin of their own, not "
        "[3, 22, 22, 23, 24, 26, 27] (it was {{'status': 22}}).",
    ),
    "no TOML": (
        lambda path, _: path.write_text("roll_deg: 1.0"),
        "The settings file {0} is not TOML: Expected '=' after a key in a key/value pair (at line 1, column 9).",
    ),
    "no text": (
        lambda path, _: path.write_bytes(b"roll_deg = 1.0 # \xff"),
        "The settings file {0} is not TOML: 'utf-8' codec can't decode byte 0xff in position 17: invalid start byte.",
    ),
}


@pytest.mark.parametrize("fault", SETTINGS)
def test_settings_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    make, sentence = SETTINGS[fault]
    make(tmp_path / "medius.toml", monkeypatch)
    expected = sentence.format(tmp_path / "medius.toml")
    assert medius("run").sentence == expected
    assert medius("analyze", tmp_path / "run.mp4").sentence == expected


def test_a_part_that_is_not_fitted_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ("buzzer = 'metronome'", "metronome_spm = 172", "[pins]", "left_blue = 'none'", "right_blue = 'none'")
    (tmp_path / "medius.toml").write_text("\n".join(lines))
    monkeypatch.setenv("MEDIUS_PINS__BUTTON", "none")
    settings = read_settings({})
    assert settings.pins == Pins(left_blue=None, right_blue=None, button=None)
    assert settings.sound == Sound(BuzzerUse.METRONOME, 172.0)
    assert read_settings({"buzzer": "off"}).sound.use is BuzzerUse.OFF


def test_a_damaged_weights_file_is_replaced(lite_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = lite_model.read_bytes()
    cached = tmp_path / Model.LITE.file_name
    cached.write_bytes(good[:1_000_000])
    monkeypatch.setenv("MEDIUS_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(weights, "sources_of", lambda _model: (lambda _staging, _progress: good,))
    (tmp_path / "state").write_text("in the way, so that the command ends here")
    assert "state" in medius("run", "--no-dashboard").sentence
    assert cached.read_bytes() == good


def test_weights_that_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(_staging: Path, _progress: object) -> bytes:
        raise SourceFailed("the network is down")

    monkeypatch.setenv("MEDIUS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(weights, "sources_of", lambda _model: (no_network,))
    sentence = medius("run", "--no-dashboard").sentence
    assert sentence.startswith("The pose network's weights pose_landmarker_lite.task are not on this machine yet")
    assert "the network is down" in sentence
