"""The files that make a card: they are read as cloud-init, netplan and rpi-image-gen read them."""

import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardware.document import FOLDER
from monitor.pose.system import PACKAGES
from monitor.settings import Settings

IMAGE = FOLDER / "image"
GENERATOR = IMAGE / "rpi-image-gen"
SETTING = re.compile(r"echo '(.+)' >>/etc/medius/medius\.toml")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_first_start_unpacks_installs_and_restarts() -> None:
    assert (IMAGE / "user-data").read_text(encoding="utf-8").startswith("#cloud-config\n")
    data = read(IMAGE / "user-data")
    assert set(data) == {"hostname", "manage_etc_hosts", "users", "ssh_pwauth", "runcmd", "power_state"}
    unpack, install = data["runcmd"][-3:-1]
    assert unpack[unpack.index("-C") + 1] + "/install" == install[0]
    assert data["power_state"]["mode"] == "reboot"
    assert data["ssh_pwauth"] is False
    assert "passwd" not in data["users"][0], "no password that all units share"


@pytest.mark.parametrize("path", [IMAGE / "user-data", GENERATOR / "medius-install.service"], ids=lambda p: p.name)
def test_what_is_written_into_the_settings_is_a_setting(path: Path) -> None:
    written = SETTING.findall(path.read_text(encoding="utf-8"))
    assert len(written) == 1
    assert tomllib.loads(written[0]) == {"camera_turn_deg": 90}, "as the camera lies in the lid"
    assert "camera_turn_deg" in Settings.model_fields


class Unit:
    """What medius-install.service does, below a folder, where `install` and `systemctl` are `own` and a note."""

    def __init__(self, root: Path, own: str) -> None:
        self.root = root
        for folder in ("opt/medius-source", "opt/medius", "etc/medius", "usr/bin"):
            (root / folder).mkdir(parents=True)
        self.settings = root / "etc/medius/medius.toml"
        self._script("opt/medius-source/install", own)
        self._script("usr/bin/systemctl", f'echo "$@" >>{root}/asked')
        for command in ("test", "touch"):
            (root / "usr/bin" / command).symlink_to(f"/usr/bin/{command}")

    def start(self) -> bool:
        """Whether it did all that it has to do; False too when its condition keeps it from starting."""
        lines = (GENERATOR / "medius-install.service").read_text(encoding="utf-8").splitlines()
        said = [line.partition("=")[::2] for line in lines if "=" in line]
        below = [(name, re.sub(r"(?<![\w.])/(?=opt|etc|usr)", f"{self.root}/", value)) for name, value in said]
        if any(Path(value.lstrip("!")).exists() for name, value in below if name == "ConditionPathExists"):
            return False
        for name, value in below:
            if name in ("ExecStart", "ExecStartPost"):
                done = subprocess.run(shlex.split(value.removeprefix("-")), check=False)
                if done.returncode != 0 and not value.startswith("-"):
                    return False
        return True

    def asked(self) -> list[str]:
        path = self.root / "asked"
        return path.read_text().splitlines() if path.exists() else []

    def _script(self, name: str, text: str) -> None:
        (self.root / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.root / name).chmod(0o755)


@pytest.mark.parametrize("status", [0, 1], ids=["it works", "no camera yet"])
@pytest.mark.parametrize("own", ["", "camera_turn_deg = 270\n"], ids=["nothing set", "turned otherwise"])
def test_the_installing_unit_sets_the_camera_and_restarts_once(tmp_path: Path, status: int, own: str) -> None:
    unit = Unit(tmp_path, f"touch {tmp_path}/opt/medius/current; exit {status}")
    unit.settings.write_text(own)
    assert unit.start()
    assert unit.asked() == ["reboot"]
    assert unit.settings.read_text() == (own or "camera_turn_deg = 90\n")
    assert not unit.start()
    assert unit.asked() == ["reboot"]


def test_the_installing_unit_tries_again_until_something_is_installed(tmp_path: Path) -> None:
    unit = Unit(tmp_path, f"[ -e {tmp_path}/network ] && touch {tmp_path}/opt/medius/current")
    assert not unit.start()
    assert (unit.asked(), unit.settings.exists()) == ([], False)
    (tmp_path / "network").touch()
    assert unit.start()
    assert unit.asked() == ["reboot"]


def test_the_network_is_cable_or_wifi_and_neither_is_waited_for() -> None:
    network = read(IMAGE / "network-config")["network"]
    assert network["version"] == 2
    ports = {**network["ethernets"], **network["wifis"]}
    assert {name: (port["dhcp4"], port["optional"]) for name, port in ports.items()} == {
        "eth0": (True, True),
        "wlan0": (True, True),
    }


def test_the_layer_brings_what_the_unit_needs_and_its_hooks_are_shell() -> None:
    layer = read(GENERATOR / "layer/medius.yaml")["mmdebstrap"]
    assert set(PACKAGES.values()) | {"python3-venv", "python3-picamera2", "python3-lgpio"} <= set(layer["packages"])
    for hook in layer["customize-hooks"]:
        checked = subprocess.run(["sh", "-n"], input=hook, text=True, capture_output=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_the_layers_own_description_is_complete() -> None:
    text = (GENERATOR / "layer/medius.yaml").read_text(encoding="utf-8")
    described = dict(re.findall(r"^# X-Env-([\w-]+): (.+)$", text.split("# METAEND")[0], re.M))
    assert described["Layer-Name"] == read(GENERATOR / "config/medius.yaml")["layer"]["app"]
    prefix = described["VarPrefix"]
    used = set(re.findall(rf"\$IGconf_{prefix}_(\w+)", text))
    assert used == {name.removeprefix("Var-") for name in described if re.fullmatch(r"Var-\w+", name)}
    tree = described["Var-tree"].replace("${SRCROOT}", str(GENERATOR))
    assert (Path(tree) / "pyproject.toml").exists(), "the source that is copied is this one"
