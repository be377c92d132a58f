"""What a unit needs around its version: made once, and taken away without a trace."""

import tomllib
from pathlib import Path

import pytest

from monitor.doctor.network import PORT
from monitor.settings import Settings
from monitor.upkeep import provision, removal
from monitor.upkeep.health import SERVICES, TRUSTED_AFTER_S, complaint, parse
from monitor.upkeep.layout import Layout, UpkeepError
from monitor.upkeep.units import GUARD, link_units, our_links
from tests.upkeep.made import installed, make_release

ROOT = Path(__file__).resolve().parents[2]
CONFIG = "# comment\n[pi4]\narm_boost=1\n[all]\ndtparam=i2c_arm=on\n"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path)
    for folder in (layout.firmware.parent, layout.command.parent):
        folder.mkdir(parents=True)
    return layout


def test_the_firmware_is_told_once_and_after_all_else(layout: Layout) -> None:
    assert not provision.write_firmware(layout)  # no Raspberry Pi
    layout.firmware.write_text(CONFIG)
    assert provision.write_firmware(layout)
    assert layout.firmware.read_text() == (
        f"{CONFIG}# Medius begins\n[all]\n"
        "dtparam=watchdog=on\ndtparam=strict_gpiod\ndtparam=i2c_arm=off\n# Medius ends\n"
    )
    assert not provision.write_firmware(layout)
    assert provision.write_firmware(layout, ("dtparam=watchdog=on",))  # another version wants something else
    assert layout.firmware.read_text() == f"{CONFIG}# Medius begins\n[all]\ndtparam=watchdog=on\n# Medius ends\n"
    assert provision.firmware_before(layout).read_text() == CONFIG
    assert provision.write_firmware(layout, ())
    assert layout.firmware.read_text() == CONFIG


def test_what_others_wrote_below_the_block_stays(layout: Layout) -> None:
    layout.firmware.write_text(provision.with_block(CONFIG, provision.FIRMWARE) + "dtoverlay=other\n")
    assert provision.write_firmware(layout)
    assert layout.firmware.read_text() == provision.with_block(f"{CONFIG}dtoverlay=other\n", provision.FIRMWARE)


OWN = {
    "none": None,
    "empty": b"",
    "a setting, and no newline at the end": b"roll_deg = 1.0",
    "lines as on Windows": b"# the gym's\r\nroll_deg = 1.0\r\n",
    "a table": b"[treadmill]\nleft = 0.1\ntop = 0.1\nright = 0.9\nbottom = 0.9\n",
}


@pytest.mark.parametrize("own", OWN.values(), ids=OWN)
def test_settings_name_the_units_folders_before_what_the_owner_wrote(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, own: bytes | None
) -> None:
    layout.settings.parent.mkdir(parents=True)
    if own is not None:
        layout.settings.write_bytes(own)
        layout.settings.chmod(0o600)
    assert provision.write_settings(layout)
    written = layout.settings.read_bytes()
    assert written.endswith(own or b"")
    assert own is None or layout.settings.stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr("monitor.settings.SETTINGS_FILES", (layout.settings,))
    settings = Settings()
    assert (settings.state_dir, settings.cache_dir) == (layout.state, layout.cache)
    assert (settings.owner_folder, settings.runtime_dir) == (layout.dashboard_state, Path("/run/medius"))
    assert not provision.write_settings(layout)
    assert layout.settings.read_bytes() == written


def test_a_folder_that_the_owner_has_named_stays_named(layout: Layout) -> None:
    layout.settings.parent.mkdir(parents=True)
    layout.settings.write_text('state_dir = "/mnt/sessions"\n')
    assert provision.write_settings(layout)
    settings = tomllib.loads(layout.settings.read_text())
    assert settings["state_dir"] == "/mnt/sessions"
    assert settings.keys() == {"state_dir", "cache_dir", "owner_dir", "runtime_dir"}


def test_settings_that_are_not_toml_stay_and_are_said(layout: Layout) -> None:
    layout.settings.parent.mkdir(parents=True)
    for wrong in (b"roll_deg = = 1", b"\xff"):
        layout.settings.write_bytes(wrong)
        with pytest.raises(UpkeepError, match="is not TOML"):
            provision.write_settings(layout)
        assert layout.settings.read_bytes() == wrong


def test_files_of_the_system_are_written_when_they_differ(layout: Layout) -> None:
    assert provision.write_system_files(layout, ROOT)
    assert not provision.write_system_files(layout, ROOT)
    (layout.root / "etc/systemd/system.conf.d/medius.conf").write_text("")
    assert provision.write_system_files(layout, ROOT)
    assert "RuntimeWatchdogSec=10" in (layout.root / "etc/systemd/system.conf.d/medius.conf").read_text()


def test_packages_are_those_that_are_missing_here(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provision, "missing_libraries", lambda: ("libGL.so.1",))
    there = {"python3-venv"}
    assert provision.packages_missing(layout, there.__contains__)[:1] == ["avahi-daemon"]
    assert "python3-picamera2" not in provision.packages_missing(layout, there.__contains__)
    model = layout.root / "proc/device-tree/model"
    model.parent.mkdir(parents=True)
    model.write_text("Raspberry Pi 5 Model B Rev 1.0\0")
    assert provision.packages_missing(layout, there.__contains__)[:3] == [
        *("avahi-daemon", "python3-picamera2", "python3-lgpio"),
    ]
    there |= {"avahi-daemon", "python3-picamera2", "python3-lgpio"}
    monkeypatch.setattr(provision, "missing_libraries", tuple)
    assert provision.packages_missing(layout, there.__contains__) == []


@pytest.mark.parametrize("with_data", [False, True])
def test_removal_leaves_the_data_or_nothing(tmp_path: Path, with_data: bool) -> None:
    root = tmp_path / "unit"
    kept = {"boot/firmware/config.txt": CONFIG, "etc/systemd/journald.conf.d/other.conf": "", "etc/hostname": "gym"}
    data = ("var/lib/medius/medius.sqlite", "etc/medius/medius.toml", "var/lib/medius-web/owner")
    for name, text in kept.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    release = make_release(tmp_path / "release", "1.0")
    (release.folder / "systemd/etc/systemd/journald.conf.d").mkdir(parents=True)
    (release.folder / "systemd/etc/systemd/journald.conf.d/medius.conf").touch()
    (release.folder / "systemd/etc/avahi.d").mkdir()
    (release.folder / "systemd/etc/avahi.d/medius.service").touch()
    layout = installed(root, release)
    for folder in (layout.command.parent, layout.cache):
        folder.mkdir(parents=True)
    layout.dashboard_state.mkdir(parents=True)
    (layout.dashboard_state / "owner").touch()
    provision.write_firmware(layout)
    provision.write_settings(layout)
    provision.write_system_files(layout, layout.current)
    provision.link_command(layout)
    removal.remove_files(layout, with_data=with_data)
    removal.remove_files(layout, with_data=with_data)
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir()}
    assert files == {*kept, *(() if with_data else data)}
    assert not (root / "etc/avahi.d").exists()
    assert not list(root.rglob("medius*.wants"))
    assert layout.firmware.read_text() == CONFIG


def test_units_are_found_through_the_version_in_use_and_the_guard_through_the_proven_one(tmp_path: Path) -> None:
    layout = installed(tmp_path / "unit", make_release(tmp_path / "release", "1.0"))
    links = {path.relative_to(layout.units).as_posix(): str(path.readlink()) for path in our_links(layout)}
    assert links == {
        "medius.target": "/opt/medius/current/systemd/medius.target",
        "medius-monitor.service": "/opt/medius/current/systemd/medius-monitor.service",
        GUARD: f"/opt/medius/proven/systemd/{GUARD}",
        "multi-user.target.wants/medius.target": "../medius.target",
        f"multi-user.target.wants/{GUARD}": f"../{GUARD}",
        "medius.target.wants/medius-monitor.service": "../medius-monitor.service",
    }
    before = {link: link.lstat().st_mtime_ns for link in our_links(layout)}
    link_units(layout, str(layout.name_of(layout.current)))
    assert {link: link.lstat().st_mtime_ns for link in our_links(layout)} == before


def test_the_parts_agree() -> None:
    web = (ROOT / "systemd/medius-web.service").read_text()
    assert f"--port {PORT}" in web
    assert f"<port>{PORT}</port>" in (ROOT / "systemd/etc/avahi/services/medius.service").read_text()
    monitor = (ROOT / "systemd/medius-monitor.service").read_text()
    watchdog_s = next(line for line in monitor.splitlines() if line.startswith("WatchdogSec=")).partition("=")[2]
    assert float(watchdog_s) * 1.25 < TRUSTED_AFTER_S
    assert all((ROOT / "systemd" / name).exists() for name in (*SERVICES, "medius.target", GUARD))
    guard = (ROOT / "systemd" / GUARD).read_text()
    assert "Before=medius-monitor.service medius-web.service" in guard
    assert "WantedBy=multi-user.target" in guard
    assert "WantedBy=medius.target" not in guard  # a version on trial starts that


SHOWN = """\
Id=medius-monitor.service
ActiveState={state}
SubState=running
NRestarts=0
ActiveEnterTimestampMonotonic={since}
StatusText=frames=1

Id=medius-web.service
ActiveState=active
SubState=running
NRestarts=0
ActiveEnterTimestampMonotonic=1000000
StatusText=
"""


@pytest.mark.parametrize(
    ("state", "since_s", "reason"),
    [
        ("active", 1, None),
        ("active", 95, "medius-monitor did not work for 12 s on end"),
        ("activating", 1, "medius-monitor is activating (running)"),
        ("failed", 1, "medius-monitor is failed (running)"),
    ],
)
def test_trust_takes_both_services_and_time(state: str, since_s: int, reason: str | None) -> None:
    text = SHOWN.format(state=state, since=since_s * 1_000_000)
    assert complaint(parse(text), 100.0) == reason


def test_no_services_are_no_health() -> None:
    assert complaint([], 100.0) == "systemd knows none of its services"
