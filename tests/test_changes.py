"""Settings changed from the dashboard: checked, kept, and read again by whatever starts next."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from monitor.appliance import Appliance
from monitor.camera import Camera
from monitor.changes import WrongSettingsError, changed, given_elsewhere, in_words, keep_changes
from monitor.commands import Commands
from monitor.control import RefusedError
from monitor.cues.board import open_board
from monitor.cues.patterns import WALK_S
from monitor.cues.sound import BuzzerUse
from monitor.errors import MediusError
from monitor.files import part_of
from monitor.pose.region import Region
from monitor.pose.weights import Model
from monitor.service import Service
from monitor.settings import CHANGEABLE, OWNERS_FILE, Settings, read_settings
from monitor.setup_file import setup_of, turn_of
from monitor.vocabulary import LampState
from tests.test_setup_file import SET_UP
from tests.test_setup_file import keep as keep_setup

ALL = {
    "target_left_deg": "6.5",
    "target_right_deg": "4",
    "buzzer": "metronome",
    "metronome_spm": "172",
    "sessions": "auto",
    "keep_days": "inf",
    "keep_mb": "500",
    "mains_hz": "60",
    "camera_turn_deg": "90",
    "language": "de",
    "speed_unit": "mph",
}


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The settings file that somebody may have written."""
    file = tmp_path / "etc.toml"
    monkeypatch.setattr("monitor.settings.SETTINGS_FILES", (file, tmp_path / "user.toml"))
    monkeypatch.setenv("MEDIUS_STATE_DIR", str(tmp_path))
    return file


class IdleUnit:
    """A unit that measures nobody."""

    def __init__(self) -> None:
        self.session: str | None = None
        self.in_session_by_now = False
        self.state = LampState.READY, ""
        self.stops = 0

    def leave(self) -> None:
        if self.in_session_by_now:
            raise RefusedError("A session is open: end it first.")
        self.stops += 1


class Running:
    """A real appliance behind its real commands, but for the unit that it would measure with."""

    def __init__(self, folder: Path) -> None:
        self.appliance = Appliance(read_settings({}), Model.LITE, folder, _no_camera, "none", Service())
        self.commands = Commands(self.appliance)
        self.unit = IdleUnit()
        self.appliance._unit = self.unit  # type: ignore[assignment]

    def change(self, **to: Any) -> dict[str, str]:
        answer, after = self.commands.do("change", {"to": to})
        assert after == b""
        wrong: dict[str, str] = answer["wrong"]
        return wrong

    def said(self) -> dict[str, dict[str, str]]:
        said: dict[str, dict[str, str]] = self.commands.do("settings", {})[0]["settings"]
        return said


def _no_camera(_: Settings) -> Camera:
    raise AssertionError


@pytest.fixture
def running(tmp_path: Path) -> Running:
    return Running(tmp_path)


def test_what_is_changed_is_used_is_told_and_is_read_by_the_next_start(running: Running) -> None:
    assert set(ALL) == set(CHANGEABLE)
    assert running.change(**ALL) == {}
    assert {name: said["value"] for name, said in running.said().items()} == ALL
    assert running.unit.stops == 1
    read = read_settings({})
    assert read == running.appliance.settings
    assert (read.target_left_deg, read.sound.use, read.sound.metronome_spm) == (6.5, BuzzerUse.METRONOME, 172.0)
    assert (read.sessions, read.keep_days, read.mains_hz, read.camera_turn_deg) == ("auto", math.inf, 60, 90)


def test_what_is_as_it_was_starts_nothing_anew(running: Running, tmp_path: Path) -> None:
    as_they_are = {name: said["value"] for name, said in running.said().items()}
    assert running.change(**as_they_are) == {}
    assert running.unit.stops == 0
    assert not (tmp_path / OWNERS_FILE).exists()


def test_only_what_differs_from_the_default_is_kept_and_empty_means_the_default(
    running: Running, tmp_path: Path
) -> None:
    assert running.change(**ALL) == {}
    assert running.change(**dict.fromkeys(ALL, "") | {"mains_hz": "60"}) == {}
    lines = (tmp_path / OWNERS_FILE).read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["mains_hz = 60"]
    assert {name for name, said in running.said().items() if said["value"] != said["default"]} == {"mains_hz"}


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("target_left_deg", "0", "It has to be more than 0."),
        ("target_right_deg", "31", "It can be 30 at most."),
        ("target_left_deg", "five", "This is no number."),
        ("target_left_deg", "nan", "It can be 30 at most."),
        ("buzzer", "loud", "It can be 'off', 'cue' or 'metronome'."),
        ("buzzer", "metronome", "a metronome needs steps a minute, 140 to 220, and not None."),
        ("metronome_spm", "90", "a metronome needs steps a minute, 140 to 220, and not 90.0."),
        ("sessions", "never", "It can be 'button' or 'auto'."),
        ("keep_days", "-1", "It has to be more than 0."),
        ("mains_hz", "55", "It can be 50 or 60."),
        ("camera_turn_deg", "45", "It can be 0, 90, 180 or 270."),
        ("state_dir", "/", "This cannot be set here."),
        ("host", "0.0.0.0", "This cannot be set here."),
        ("keep_mb", None, "This is given as text."),
        ("keep_mb", 5, "This is given as text."),
        ("pins", {"status": 3}, "This cannot be set here."),
    ],
)
def test_what_is_wrong_is_said_at_its_name_and_changes_nothing(
    running: Running, tmp_path: Path, name: str, value: Any, complaint: str
) -> None:
    at = "metronome_spm" if value == "metronome" else name
    assert running.change(**{"target_left_deg": "7", name: value}) == {at: complaint}
    assert running.unit.stops == 0
    assert not (tmp_path / OWNERS_FILE).exists()


def test_every_wrong_value_has_its_own_sentence(running: Running) -> None:
    wrong = running.change(target_left_deg="x", keep_days="0", mains_hz="0", host="x")
    assert set(wrong) == {"target_left_deg", "keep_days", "mains_hz", "host"}


@pytest.mark.parametrize("to", [None, [], "mains_hz", 3])
def test_what_is_no_change_is_refused(running: Running, to: Any) -> None:
    with pytest.raises(RefusedError, match="by their names"):
        running.commands.do("change", {"to": to})


def test_nothing_is_changed_during_a_session_a_set_up_or_a_start(running: Running, tmp_path: Path) -> None:
    running.unit.session = "s"
    with pytest.raises(RefusedError, match="end it first"):
        running.change(mains_hz="60")
    with pytest.raises(RefusedError, match="end it first"):
        running.commands.do("lamps", {})
    running.appliance._unit = None
    with pytest.raises(RefusedError, match="is starting"):
        running.change(mains_hz="60")
    assert running.said()["mains_hz"]["value"] == "50"
    assert not (tmp_path / OWNERS_FILE).exists()


def test_what_somebody_has_set_by_hand_wins_and_is_changed_there(
    tmp_path: Path, by_hand: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Running(tmp_path).change(mains_hz="60", keep_days="30", keep_mb="100") == {}
    by_hand.write_text("mains_hz = 50\ncamera = 'demo'\n")
    monkeypatch.setenv("MEDIUS_KEEP_DAYS", "90")
    assert given_elsewhere() == {"keep_days": "the variable MEDIUS_KEEP_DAYS", "mains_hz": str(by_hand)}
    read = read_settings({})
    assert (read.mains_hz, read.keep_days, read.keep_mb) == (50, 90.0, 100.0)
    running = Running(tmp_path)
    assert running.said()["mains_hz"] == {"value": "50", "default": "50", "elsewhere": str(by_hand)}
    assert running.change(mains_hz="60") == {"mains_hz": f"It is set in {by_hand}: change it there."}
    assert running.change(keep_mb="200") == {}
    assert "keep_days" not in (tmp_path / OWNERS_FILE).read_text()


@pytest.mark.parametrize(
    ("camera", "turned", "still_fits"), [("pi", 180, False), ("pi:1", 90, False), ("usb:0", 180, True)]
)
def test_a_pi_camera_that_is_turned_is_to_be_set_up_again(
    tmp_path: Path, camera: str, turned: int, still_fits: bool
) -> None:
    keep_setup(replace(SET_UP, camera=camera), tmp_path)
    assert setup_of(read_settings({}), camera, SET_UP.size) is not None
    turned_settings = read_settings({"camera_turn_deg": turned})
    assert (setup_of(turned_settings, camera, SET_UP.size) is not None) is still_fits
    keep_setup(replace(SET_UP, camera=camera, turn_deg=turn_of(turned_settings, camera)), tmp_path)
    assert setup_of(turned_settings, camera, SET_UP.size) is not None


def test_a_session_that_began_meanwhile_is_left_alone_and_nothing_is_changed(running: Running, tmp_path: Path) -> None:
    assert running.change(keep_days="30") == {}
    running.unit.in_session_by_now = True
    with pytest.raises(RefusedError, match="A session is open"):
        running.change(mains_hz="60")
    with pytest.raises(RefusedError, match="A session is open"):
        running.commands.do("setup", {"open": True})
    assert running.commands.do("status", {})[0]["setup"] is False
    assert running.appliance.settings.mains_hz == 50
    assert "mains_hz" not in (tmp_path / OWNERS_FILE).read_text()


def test_a_folder_that_cannot_be_written_is_said_and_nothing_changes(running: Running, tmp_path: Path) -> None:
    (tmp_path / OWNERS_FILE).mkdir()
    with pytest.raises(RefusedError, match="cannot be read"):
        running.change(mains_hz="60")
    (tmp_path / OWNERS_FILE).rmdir()
    part_of(tmp_path / OWNERS_FILE).mkdir()
    with pytest.raises(RefusedError, match="cannot be kept"):
        running.change(mains_hz="60")
    assert (running.appliance.settings.mains_hz, running.unit.stops) == (50, 0)
    assert not (tmp_path / OWNERS_FILE).exists()


def test_what_a_newer_version_has_kept_does_not_stop_an_older_one(tmp_path: Path) -> None:
    (tmp_path / OWNERS_FILE).write_text('mains_hz = 60\nlanguage = "de"\nstate_dir = "/"\n')
    read = read_settings({})
    assert (read.mains_hz, read.state_dir) == (60, tmp_path)


def test_a_spoilt_file_is_said(tmp_path: Path) -> None:
    (tmp_path / OWNERS_FILE).write_bytes(b"\xff = ")
    with pytest.raises(MediusError, match=r"settings\.toml cannot be read"):
        read_settings({})
    (tmp_path / OWNERS_FILE).write_text("mains_hz = 55")
    with pytest.raises(MediusError, match="The setting mains_hz cannot be used"):
        read_settings({})


def test_the_rest_of_the_settings_stays_as_it_is() -> None:
    options = {"treadmill": "0.2,0.5,0.8,0.9", "roll_deg": 1.5, "camera": "demo", "model": "full"}
    before = read_settings(options)
    after = changed(before, {"mains_hz": "60"}, {})
    assert after.treadmill == Region(0.2, 0.5, 0.8, 0.9)
    assert after.model_dump() == before.model_dump() | {"mains_hz": 60}
    keep_changes(after, {})
    assert read_settings(options) == after


def test_the_lamps_are_walked_through_and_their_order_is_told(running: Running) -> None:
    with open_board(simulate=True) as board:
        running.appliance._board = board
        answer, _ = running.commands.do("lamps", {})
        assert answer == {
            "lamps": ("left_amber", "left_blue", "right_amber", "right_blue", "status", "buzzer"),
            "each_s": WALK_S,
            "simulated": True,
        }
        assert board.lamps.state.left_amber


def tried(before: Settings, asked: dict[str, str]) -> tuple[Settings | None, dict[str, str]]:
    try:
        return changed(before, asked, {}), {}
    except WrongSettingsError as error:
        return None, error.sentences


texts = st.text(max_size=12) | st.sampled_from(["inf", "-inf", "nan", "1e999", "٥٠", "0x10", "1_0", "", "off", "90"])
names = st.sampled_from((*CHANGEABLE, "state_dir", "pins", "", "__class__"))


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(asked=st.dictionaries(names, texts))
def test_whatever_is_asked_is_refused_in_sentences_or_comes_back_as_it_was_set(asked: dict[str, str]) -> None:
    before = read_settings({})
    after, wrong = tried(before, asked)
    if after is None:
        assert wrong
        assert all(text.endswith(".") for text in wrong.values())
        assert set(wrong) <= {*asked, "metronome_spm"}
        return
    keep_changes(after, {})
    assert read_settings({}) == after
    again = {name: said["value"] for name, said in in_words(after, {}).items()}
    assert changed(before, again, {}) == after
