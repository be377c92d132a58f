"""Each check, from what is read to what is said."""

import sqlite3
import struct
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.cues.pins import Pins
from monitor.doctor import camera, computer, network, pins, services, sessions
from monitor.doctor.finding import Finding, Verdict, broken, look, ok
from monitor.machine import THROTTLED_BITS
from monitor.pose.region import Region
from monitor.pose.weights import KNOWN_SHA256, Model
from monitor.setup_file import SetUp, keep
from monitor.store import Recorder, SystemClock
from monitor.upkeep.layout import Layout

OK, LOOK, BROKEN = Verdict


def verdicts(*findings: Finding) -> list[Verdict]:
    return [finding.verdict for finding in findings]


def test_advice_is_given_exactly_where_something_is_to_be_done() -> None:
    assert Finding(OK, "well").advice == ""
    for verdict, advice in ((OK, "do"), (LOOK, ""), (BROKEN, "")):
        with pytest.raises(ValueError, match="advice"):
            Finding(verdict, "found", advice)


def test_power_tells_now_from_ever() -> None:
    now, before = THROTTLED_BITS[0], THROTTLED_BITS[16]
    assert verdicts(*map(computer.power, (None, "no", before, f"{now}, {before}", THROTTLED_BITS[2]))) == [
        *(OK, OK, LOOK, BROKEN, LOOK),
    ]
    assert "power supply" in computer.power(before).advice
    assert "heat sink" in computer.power(THROTTLED_BITS[2]).advice


def test_heat_disk_memory_and_clock_have_limits() -> None:
    assert verdicts(*map(computer.temperature, (None, 60.0, 75.0, 84.0))) == [OK, OK, LOOK, BROKEN]
    assert verdicts(
        computer.disk(50 * 10**9, 64 * 10**9, False, None),
        computer.disk(50 * 10**9, 64 * 10**9, False, 80),
        computer.disk(10**9, 64 * 10**9, False, 10),
        computer.disk(10**8, 64 * 10**9, False, 10),
        computer.disk(50 * 10**9, 64 * 10**9, True, None),
    ) == [OK, LOOK, LOOK, BROKEN, BROKEN]
    assert computer.memory("MemTotal: 4000000 kB\nMemAvailable: 3000000 kB\n") == ok("3.1 of 4.1 GB free")
    assert computer.memory("MemTotal: 4000000 kB\nMemAvailable: 100000 kB\n").verdict is LOOK
    assert verdicts(*map(computer.clock, (True, False, None))) == [OK, LOOK, OK]


def test_wear_is_the_worse_of_the_two_that_a_card_tells(tmp_path: Path) -> None:
    assert computer.wear_of_cards(tmp_path) is None
    for number, told in enumerate(("0x01 0x03\n", "0x02 0x01\n")):
        device = tmp_path / f"mmcblk{number}" / "device"
        device.mkdir(parents=True)
        (device / "life_time").write_text(told)
    assert computer.wear_of_cards(tmp_path) == 30


def test_the_camera_that_is_set_against_those_that_are_there() -> None:
    found = {"cameras": [{"Model": "imx708", "Id": "/base/i2c"}, {"Model": "webcam", "Id": "/base/usb@1"}]}
    missing = {"error": "The Pi camera needs picamera2, which is not on this computer: sudo apt install it"}
    assert camera.camera("pi", found, ["python3"], False) == ok("imx708, used by python3")
    assert camera.camera("pi", found, ["motion"], False).advice == "end motion, which keeps the camera from Medius"
    assert camera.camera("pi", missing, [], False) == broken(
        "The Pi camera needs picamera2, which is not on this computer", "sudo apt install it"
    )
    assert verdicts(
        camera.camera("pi:1", found, [], False),
        camera.camera("pi", None, [], False),
        camera.camera("usb:0", None, [], False),
        camera.camera("usb:0", None, [], True),
        camera.camera("pilates.mp4", None, [], True),
        camera.camera("demo", None, [], False),
    ) == [BROKEN, BROKEN, BROKEN, OK, OK, OK]


def test_who_has_a_device_open(tmp_path: Path) -> None:
    for number, (name, device) in enumerate((("motion", "/dev/video0"), ("sh", "/dev/null"))):
        descriptors = tmp_path / str(number) / "fd"
        descriptors.mkdir(parents=True)
        (descriptors.parent / "comm").write_text(f"{name}\n")
        (descriptors / "3").symlink_to(device)
    assert camera.users_of(["/dev/video"], tmp_path) == ["motion"]


def test_pins_held_by_others_are_named() -> None:
    wanted = Pins()
    assert pins.pins(wanted, None).verdict is OK
    assert pins.pins(wanted, pins.Access(True, True, True, {})) == ok("7 fitted, all free")
    assert pins.pins(wanted, pins.Access(True, True, True, {wanted.status: "lg"})) == ok("7 fitted, held by Medius")
    held = pins.pins(wanted, pins.Access(True, True, True, {wanted.left_amber: "spi0 CS1"}))
    assert held.found == f"BCM {wanted.left_amber} (left amber) is held by spi0 CS1"
    assert verdicts(
        held,
        pins.pins(wanted, pins.Access(False, True, True, {})),
        pins.pins(wanted, pins.Access(True, True, False, {})),
        pins.pins(wanted, pins.Access(True, False, None, {})),
    ) == [BROKEN, BROKEN, BROKEN, LOOK]


def test_what_the_kernel_is_asked_of_the_pins_has_its_size() -> None:
    """An ioctl's number holds the size of what is handed over: see _IOC in <asm-generic/ioctl.h>."""
    for number, record in ((pins.GET_CHIP_INFO, pins.CHIP_INFO), (pins.GET_LINE_INFO, pins.LINE_INFO)):
        assert isinstance(record, struct.Struct)
        assert number >> 16 & 0x3FFF == record.size


def shown(name: str, state: str = "active", restarts: int = 0) -> dict[str, str]:
    since = "@1764000000"
    return {
        "Id": f"medius-{name}.service",
        "LoadState": "loaded",
        "ActiveState": state,
        "SubState": "running",
        "NRestarts": str(restarts),
        "ActiveEnterTimestamp": since,
        "StatusText": "ready",
    }


def test_services() -> None:
    assert services.services([]).found.startswith("not installed")
    assert services.services([{"Id": "medius-web.service", "LoadState": "not-found"}]).verdict is OK
    assert verdicts(
        services.services([shown("monitor"), shown("web")]),
        services.services([shown("monitor", restarts=3), shown("web")]),
        services.services([shown("monitor", "failed"), shown("web")]),
    ) == [OK, LOOK, BROKEN]
    assert "(ready), started again 3 times" in services.services([shown("monitor", restarts=3)]).found


def test_an_update_that_was_undone_is_told(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert services.last_update(layout) == ok("none was undone")
    layout.home.mkdir(parents=True)
    layout.undone.write_text("The update to 1.1 was undone: no camera.\n")
    assert services.last_update(layout).found == "The update to 1.1 was undone: no camera."
    layout.proven.symlink_to("versions/1.0")
    layout.current.symlink_to("versions/1.1")
    assert services.last_update(layout).found == "1.1 is on trial"


def test_weights() -> None:
    good = {model: min(KNOWN_SHA256[model]) for model in Model}
    assert verdicts(
        sessions.weights(Model.LITE, {Model.LITE: good[Model.LITE]}),
        sessions.weights(Model.LITE, {Model.FULL: good[Model.FULL]}),
        sessions.weights(Model.LITE, {Model.LITE: "0" * 64, Model.FULL: good[Model.FULL]}),
        sessions.weights(Model.FULL, {Model.LITE: good[Model.LITE]}),
        sessions.weights(Model.HEAVY, {Model.HEAVY: good[Model.FULL]}),
    ) == [OK, LOOK, LOOK, BROKEN, BROKEN]


def test_a_database_that_is_sound_damaged_or_another_program_s(tmp_path: Path) -> None:
    path = tmp_path / "medius.sqlite"
    assert sessions.database(sessions.read_database(path)) == ok("nothing has been recorded yet")
    Recorder(path, SystemClock()).close()
    sound = sessions.database(sessions.read_database(path))
    assert sound.verdict is OK
    assert sound.found.endswith("sound, no session yet")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET rootpage = 2 WHERE name = 'stances'")
    assert sessions.database(sessions.read_database(path)).verdict is BROKEN
    path.write_bytes(b"overwritten" * 1000)
    damaged = sessions.database(sessions.read_database(path))
    assert (damaged.verdict, "is damaged" in damaged.found) == (BROKEN, True)


def test_a_database_that_sqlite_gives_up_on_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "medius.sqlite"
    Recorder(path, SystemClock()).close()
    with closing(sqlite3.connect(path)) as connection:
        ((page_bytes,),) = connection.execute("PRAGMA page_size")
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'stances'")
    with path.open("r+b") as file:
        file.seek((root - 1) * page_bytes)
        file.write(b"\xff" * page_bytes)
    found = sessions.database(sessions.read_database(path))
    assert (found.verdict, found.advice) == (BROKEN, sessions.BACKUP)
    assert "malformed" in found.found


def test_a_large_database_is_not_read_through(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE numbers (n)")
        connection.executemany("INSERT INTO numbers VALUES (?)", ((n,) for n in range(100_000)))
    assert sessions.quick_check(path) == []
    assert sessions.quick_check(path, within_s=-1.0) is None
    last = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
    assert "too large to be checked" in sessions.database(sessions.Stored(9, None, None, last)).found


def test_the_network() -> None:
    assert verdicts(
        network.network("gym.local", [], True),
        network.network("gym.local", ["10.0.0.7"], False),
        network.network("raspberrypi.local", ["10.0.0.7"], True),
        network.network("gym.local", ["10.0.0.7"], True),
        network.network("raspberrypi.local", ["10.0.0.7"], None),
        network.dashboard(8420, None, True),
        network.dashboard(8420, "refused", True),
        network.dashboard(8420, "refused", False),
    ) == [LOOK, LOOK, LOOK, OK, OK, OK, BROKEN, OK]


def test_the_set_up(tmp_path: Path) -> None:
    date, region = datetime(2026, 1, 2, tzinfo=UTC), Region(0.3, 0.7, 0.6, 0.9, 0.2)
    assert sessions.set_up(tmp_path).verdict is LOOK
    keep(SetUp("pi", (720, 1280), date, 66.0, None, None, None), tmp_path)
    assert sessions.set_up(tmp_path).found == "2026-01-02, by pi, with nobody on the treadmill"
    keep(SetUp("pi", (720, 1280), date, 66.0, None, region, None), tmp_path)
    assert sessions.set_up(tmp_path) == ok("2026-01-02, by pi, treadmill found, roll not known")
    (tmp_path / "setup.json").write_text("{")
    assert sessions.set_up(tmp_path) == broken(
        "the set-up cannot be read", "set the camera up again, with medius setup or on the page /setup."
    )


def test_settings(tmp_path: Path) -> None:
    file = tmp_path / "medius.toml"
    assert services.settings(None, [file]) == ok("no file: everything is as built in")
    file.touch()
    assert services.settings(None, [file]) == ok(f"from {file}")
    assert services.settings("The setting x cannot be used", [file]).verdict is BROKEN
    assert look("x", "y").advice == "y"
