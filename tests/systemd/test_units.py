"""What the unit files promise, read from them; and what systemd itself says of them, where its tools are."""

import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from monitor.appliance import SHUTDOWN
from monitor.onlookers import STUCK_S
from monitor.settings import Settings

UNITS = Path(__file__).parents[2] / "systemd"
MONITOR, WEB, SAFE = "medius-monitor.service", "medius-web.service", "medius-safe.service"
NOTICED_S = 10.0
EXPOSURE_TENTHS = {MONITOR: 7, WEB: 10}
FOLDERS = {"%S": "/var/lib", "%C": "/var/cache", "%t": "/run"}
Unit = dict[str, list[str]]


def unit(name: str) -> Unit:
    """Every setting of a unit with its values in their order, specifiers of folders filled in."""
    text = (UNITS / name).read_text().replace("\\\n", " ")
    for specifier, folder in FOLDERS.items():
        text = text.replace(specifier, folder)
    found: Unit = defaultdict(list)
    for line in text.splitlines():
        if line and line[0] not in "#[":
            key, _, value = line.partition("=")
            found[key].append(value)
    return found


def words(values: list[str]) -> list[str]:
    return " ".join(values).split()


def option(command: str, name: str) -> str:
    return command.split()[command.split().index(name) + 1]


def test_the_monitor_has_no_network() -> None:
    monitor = unit(MONITOR)
    assert monitor["PrivateNetwork"] == ["yes"]
    assert monitor["IPAddressDeny"] == ["any"]
    assert "IPAddressAllow" not in monitor
    assert set(words(monitor["RestrictAddressFamilies"])) == {"AF_UNIX", "AF_NETLINK"}


def test_the_monitor_has_cameras_and_pins_and_no_other_device() -> None:
    monitor = unit(MONITOR)
    assert monitor["DevicePolicy"] == ["closed"]
    devices = {value.split()[0] for value in monitor["DeviceAllow"]}
    assert devices == {"char-video4linux", "char-media", "char-dma_heap", "char-gpiochip"}
    assert set(words(monitor["SupplementaryGroups"])) == {"video", "gpio", "render"}


def test_what_a_raspberry_pi_tells_of_itself_in_proc_can_be_read() -> None:
    """gpiozero opens no pin without it, and on aarch64 the pose network does not know its processor."""
    assert "ProcSubset" not in unit(MONITOR)


def test_the_dashboard_has_no_devices_and_one_port() -> None:
    web = unit(WEB)
    assert web["PrivateDevices"] == ["yes"]
    assert "DeviceAllow" not in web
    assert words(web["SupplementaryGroups"]) == ["medius"]
    assert web["SocketBindDeny"] == web["IPAddressDeny"] == ["any"]
    assert web["SocketBindAllow"] == [f"ipv4:tcp:{option(web['ExecStart'][0], '--port')}"]


def test_every_service_has_a_user_of_its_own_that_is_made() -> None:
    made = re.findall(r"^u (\S+)", (UNITS / "etc/sysusers.d/medius.conf").read_text(), re.MULTILINE)
    assert [unit(name)["User"] for name in (MONITOR, WEB, SAFE)] == [["medius"], ["medius-web"], ["medius"]]
    assert set(made) == {"medius", "medius-web"}


def test_the_two_services_mean_the_same_files(monkeypatch: pytest.MonkeyPatch) -> None:
    for assignment in words(unit(MONITOR)["Environment"]):
        monkeypatch.setenv(*assignment.split("=", 1))
    settings, command = Settings(), unit(WEB)["ExecStart"][0]
    assert option(command, "--database") == str(settings.database)
    assert option(command, "--control") == str(settings.control_socket)
    assert unit("medius-shutdown.path")["PathExists"] == [str(settings.runtime_dir / SHUTDOWN)]
    assert unit("medius-shutdown.service")["ExecStart"] == [f"/usr/bin/rm -f {settings.runtime_dir / SHUTDOWN}"]


def test_what_is_recorded_is_the_groups_to_read_and_nobody_elses() -> None:
    monitor = unit(MONITOR)
    assert monitor["UMask"] == ["0027"]
    assert monitor["StateDirectoryMode"] == monitor["RuntimeDirectoryMode"] == ["0750"]


def test_a_hang_is_noticed_in_time() -> None:
    monitor = unit(MONITOR)
    assert monitor["Type"] == ["notify"]
    assert float(monitor["WatchdogSec"][0]) + STUCK_S <= NOTICED_S
    assert unit(WEB)["Type"] == ["notify"]
    assert "WatchdogSec" in unit(WEB)


def test_failures_have_a_limit_and_the_limit_a_safe_state() -> None:
    monitor = unit(MONITOR)
    assert monitor["Restart"] == ["always"]
    assert int(monitor["StartLimitBurst"][0]) <= 5
    assert monitor["OnFailure"] == [SAFE]
    assert monitor["RestartMode"] == ["direct"], "otherwise every failure leads to the safe state"
    assert "lamps dark" in monitor["ExecStopPost"][0]
    assert unit(SAFE)["Conflicts"] == [MONITOR]


@pytest.mark.parametrize("name", [MONITOR, WEB, SAFE])
def test_no_picture_reaches_the_disk_with_a_crash_and_last_words_reach_the_log(name: str) -> None:
    service = unit(name)
    assert service["LimitCORE"] == ["0"]
    assert service["SyslogLevel"] == ["err"]
    assert service["StandardOutput"] == [] or service["StandardError"] == ["journal"], "stderr goes where stdout does"


def test_the_target_joins_what_is_there() -> None:
    wanted = words(unit("medius.target")["Wants"])
    assert set(wanted) == {MONITOR, WEB, "medius-shutdown.path"}
    assert all(unit(name)["PartOf"] == ["medius.target"] for name in [*wanted, SAFE])


def systemd_analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed, so systemd itself did not look at the units")
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(("name", "most_tenths"), EXPOSURE_TENTHS.items())
def test_exposure(name: str, most_tenths: int) -> None:
    path = str(UNITS / name)
    done = systemd_analyze("security", "--offline=yes", "--no-pager", f"--threshold={most_tenths}", path)
    assert done.returncode == 0, done.stdout
    assert "Overall exposure level" in done.stdout


def test_systemd_understands_every_line() -> None:
    """But for the program, which is not installed here, and what systemd before Debian 13 did not know."""
    paths = [str(path) for path in UNITS.iterdir() if path.suffix in (".service", ".path", ".target")]
    done = systemd_analyze("verify", "--man=no", "--recursive-errors=no", *paths)
    expected = re.compile(r"/opt/medius/\S+ is not executable|Unknown key (name )?'RestartMode'")
    said = [line for line in done.stderr.splitlines() if "medius" in line and not expected.search(line)]
    assert said == []
