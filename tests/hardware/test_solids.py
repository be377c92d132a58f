"""The printed parts are solids that a printer can make and boards fit on."""

import math
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from hardware import solids
from hardware.__main__ import main
from hardware.solids import Solid, SolidError
from tests.hardware import mesh

needs_openscad = pytest.mark.skipif(shutil.which(solids.OPENSCAD) is None, reason="OpenSCAD is not installed")
BED_MM = 220.0
WIDEST_BRIDGE_MM = 14.0
by_name = {solid.name: solid for solid in solids.SOLIDS}


@needs_openscad
@pytest.mark.parametrize("solid", solids.SOLIDS, ids=lambda solid: solid.name)
def test_a_part_is_closed_fits_the_bed_and_needs_no_support(solid: Solid, tmp_path: Path) -> None:
    solid.write(tmp_path / "part.stl")
    triangles = mesh.read_stl(tmp_path / "part.stl")
    assert mesh.open_edges(triangles) == 0
    assert 5.0 < mesh.volume_cm3(triangles) < 80.0
    corners = triangles.reshape(-1, 3)
    size = corners.max(axis=0) - corners.min(axis=0)
    assert corners[:, 2].min() == 0.0
    assert size.max() < BED_MM
    assert mesh.widest_bridge_mm(triangles) <= WIDEST_BRIDGE_MM


@needs_openscad
@pytest.mark.parametrize("computer", ["4", "5"])
def test_the_computer_fits_the_box(computer: str, tmp_path: Path) -> None:
    by_name["unit-box"].write(tmp_path / "box.stl", [f"computer={computer}"])
    triangles = mesh.read_stl(tmp_path / "box.stl")
    assert mesh.open_edges(triangles) == 0
    board = {(3.5 + x, 3.5 + y) for x in (0.0, 58.0) for y in (0.0, 49.0)}
    assert mesh.holes(triangles, 2.1, z=9.0) == board


@needs_openscad
@pytest.mark.parametrize(
    ("camera", "screw", "top", "spacing"), [("module3", 1.6, 7.0, (12.5, 21.0)), ("global_shutter", 2.1, 9.0, (30, 30))]
)
def test_the_camera_fits_the_lid(
    camera: str, screw: float, top: float, spacing: tuple[float, float], tmp_path: Path
) -> None:
    by_name["unit-lid"].write(tmp_path / "lid.stl", [f"camera={camera}"])
    triangles = mesh.read_stl(tmp_path / "lid.stl")
    assert mesh.open_edges(triangles) == 0
    holes = mesh.holes(triangles, screw, z=top)
    assert len(holes) == 4
    xs, ys = (sorted({hole[axis] for hole in holes}) for axis in (0, 1))
    assert (xs[1] - xs[0], ys[1] - ys[0]) == pytest.approx(spacing), "the long side of the sensor is upright"


@needs_openscad
def test_plate_and_box_are_screwed_together(tmp_path: Path) -> None:
    found = {}
    for name in ("unit-box", "mount-plate"):
        by_name[name].write(tmp_path / "part.stl")
        holes = mesh.holes(mesh.read_stl(tmp_path / "part.stl"), 3.4, z=0.0)
        middle = [sum(hole[axis] for hole in holes) / len(holes) for axis in (0, 1)]
        found[name] = sorted(math.hypot(hole[0] - middle[0], hole[1] - middle[1]) for hole in holes)
    assert found["unit-box"] == pytest.approx(found["mount-plate"])
    assert len(found["mount-plate"]) == 4


@needs_openscad
def test_the_simple_build_has_no_holes_for_blue(tmp_path: Path) -> None:
    counts = []
    for blue in ("true", "false"):
        by_name["bar-cover"].write(tmp_path / "cover.stl", [f"blue={blue}"])
        counts.append(len(mesh.holes(mesh.read_stl(tmp_path / "cover.stl"), 10.3, z=0.0)))
    assert counts == [4, 2]


@needs_openscad
def test_values_that_make_no_part_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SolidError, match="OpenSCAD could not make it"):
        by_name["mount-wall"].write(tmp_path / "part.stl", ["wall=1 +"])


def test_an_unknown_parameter_is_named_before_anything_runs(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["solids", str(tmp_path), "--set", "colour=red"])
    assert (done.exit_code, done.output) == (
        1,
        "Error: There is no parameter colour: the drawings in print/ say which there are.\n",
    )


def test_where_openscad_is_missing_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SolidError, match="sudo apt install openscad"):
        by_name["mount-wall"].write(tmp_path / "part.stl")
