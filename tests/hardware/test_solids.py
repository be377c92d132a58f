"""The printed parts are solids that a printer can make and boards fit on."""

import functools
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from click.testing import CliRunner

from hardware import solids
from hardware.__main__ import main
from hardware.solids import SolidError
from tests.hardware import mesh

needs_openscad = pytest.mark.skipif(shutil.which(solids.OPENSCAD) is None, reason="OpenSCAD is not installed")
BED_MM = 220.0
WIDEST_BRIDGE_MM = 14.0
by_name = {solid.name: solid for solid in solids.SOLIDS}
Make = Callable[..., npt.NDArray[np.float64]]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Makes a part with values, once, and gives its triangles."""
    folder = tmp_path_factory.mktemp("solids")

    @functools.cache
    def made(name: str, *values: str) -> npt.NDArray[np.float64]:
        path = folder / "part.stl"
        by_name[name].write(path, values)
        return mesh.read_stl(path)

    return made


@needs_openscad
@pytest.mark.parametrize("name", by_name)
def test_a_part_is_closed_fits_the_bed_and_needs_no_support(name: str, make: Make) -> None:
    triangles = make(name)
    assert mesh.open_edges(triangles) == 0
    assert 5.0 < mesh.volume_cm3(triangles) < 80.0
    corners = triangles.reshape(-1, 3)
    assert corners[:, 2].min() == 0.0
    assert np.ptp(corners, axis=0).max() < BED_MM
    assert mesh.widest_bridge_mm(triangles) <= WIDEST_BRIDGE_MM


@needs_openscad
@pytest.mark.parametrize("values", [(), ("computer=4",)])
def test_the_computer_fits_the_box(values: tuple[str, ...], make: Make) -> None:
    triangles = make("unit-box", *values)
    assert mesh.open_edges(triangles) == 0
    board = {(3.5 + x, 3.5 + y) for x in (0.0, 58.0) for y in (0.0, 49.0)}
    assert mesh.holes(triangles, 2.1, z=9.0) == board


@needs_openscad
@pytest.mark.parametrize(
    ("values", "screw", "top", "spacing"),
    [((), 1.6, 7.0, (12.5, 21.0)), (("camera=global_shutter",), 2.1, 9.0, (30.0, 30.0))],
)
def test_the_camera_fits_the_lid(
    values: tuple[str, ...], screw: float, top: float, spacing: tuple[float, float], make: Make
) -> None:
    triangles = make("unit-lid", *values)
    assert mesh.open_edges(triangles) == 0
    holes = mesh.holes(triangles, screw, z=top)
    assert len(holes) == 4
    xs, ys = (sorted({hole[axis] for hole in holes}) for axis in (0, 1))
    assert (xs[1] - xs[0], ys[1] - ys[0]) == pytest.approx(spacing), "the long side of the sensor is upright"


@needs_openscad
def test_plate_and_box_are_screwed_together(make: Make) -> None:
    box, plate = (mesh.holes(make(name), 3.4, z=0.0) for name in ("unit-box", "mount-plate"))
    middle = np.mean(sorted(box), axis=0)
    assert {(round(x - middle[0], 1), round(y - middle[1], 1)) for x, y in box} == plate
    assert len(plate) == 4


@needs_openscad
def test_the_simple_build_has_no_holes_for_blue(make: Make) -> None:
    full, simple = (mesh.holes(make("bar-cover", *values), 10.3, z=0.0) for values in ((), ("blue=false",)))
    assert simple < full
    assert (len(simple), len(full)) == (2, 4)


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
