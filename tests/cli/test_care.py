"""What keeps a unit well, on a computer that is none."""

import re
from pathlib import Path

import pytest

from monitor.cli.parts import DEMO_CLIP
from monitor.errors import MediusError
from monitor.pelvis.network import NetworkReader
from monitor.pose.pool import PoseFault
from monitor.selftest import BothWays, measure_clip
from tests.cli.clips import nobody
from tests.cli.command import medius

NO_UNIT = "This computer is no unit yet: sudo ./install, in the folder of a release."


@pytest.fixture(autouse=True)
def cached(lite_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIUS_CACHE_DIR", str(lite_model.parent))


def test_what_is_for_units_says_so_elsewhere(tmp_path: Path) -> None:
    assert medius("update", tmp_path).sentence == NO_UNIT
    assert medius("uninstall").sentence == NO_UNIT
    assert medius("update", tmp_path / "gone").status == 2


def test_where_gives_an_address_and_a_code() -> None:
    done = medius("where")
    assert done.status == 0
    assert re.search(r"^On a phone in the same network: http://[\w-]+\.local:8420$", done.out, re.MULTILINE)
    assert "█" in done.out
    assert "PIN" not in done.out
    pin = medius("pin").out.strip()
    assert medius("where").out.endswith(f"The owner's PIN, for all pages but the live one: {pin}\n")


def test_weights_that_are_here_are_named(lite_model: Path) -> None:
    done = medius("weights")
    assert done.status == 0
    assert done.out.startswith(f"The lite pose network is here: {lite_model}\n")


def test_the_selftest_measures_and_opens_a_copy_of_the_sessions(tmp_path: Path) -> None:
    done = medius("selftest", "--database", tmp_path / "copy.sqlite")
    assert re.fullmatch(r"It works: the runner was found in (\d+) of \1 pictures\.\n", done.out)
    assert (tmp_path / "copy.sqlite").exists()


def test_the_selftest_fails_for_sessions_that_it_cannot_open(tmp_path: Path) -> None:
    (tmp_path / "copy.sqlite").write_text("no database" * 1000)
    assert "is damaged or is not a database" in medius("selftest", "--database", tmp_path / "copy.sqlite").sentence


def test_the_selftest_fails_where_nobody_is_seen(tmp_path: Path, lite_model: Path) -> None:
    clip = nobody(tmp_path / "nobody.mp4", 30)
    with pytest.raises(MediusError, match="0 of 30 were found"):
        measure_clip(clip, lite_model)


def test_the_selftest_fails_where_the_network_of_the_hips_is_damaged(tmp_path: Path, lite_model: Path) -> None:
    whole = NetworkReader().weights
    damaged = tmp_path / whole.name
    damaged.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    damaged.with_suffix(".json").write_text(whole.with_suffix(".json").read_text())
    with pytest.raises(PoseFault):
        measure_clip(DEMO_CLIP, lite_model, BothWays(network=NetworkReader(damaged)))
