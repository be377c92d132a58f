import numpy as np
import pytest

from monitor.pelvis.curve import fit_curve
from monitor.pelvis.edges import Band, cut_band, find_edges
from monitor.pelvis.region import hip_region
from monitor.pelvis.strap import EVERY, STRAP_PX, crop_hips, rough_line, strap_response
from monitor.pelvis.trace import joined, middle_of_pelvis, on_body
from tests.pelvis.drawing import Runner


@pytest.mark.parametrize("strap_px", STRAP_PX)
@pytest.mark.parametrize("colour", range(3))
def test_the_response_is_the_contrast_in_the_colour_that_shows_it_best(strap_px: int, colour: int) -> None:
    image = np.full((60, 45, 3), 60, np.uint8)
    image[20 : 20 + strap_px, :, colour] += 50
    response = strap_response(image)
    assert response.shape == (60, 45 // EVERY)
    assert response.max(axis=0) == pytest.approx(50.0)


def test_a_hem_gives_no_response() -> None:
    image = np.full((60, 45, 3), 60, np.uint8)
    image[30:] = 200
    assert not strap_response(image).any()


def band_of(runner: Runner) -> Band:
    region = hip_region(runner.pose())
    assert not isinstance(region, str), region
    crop = crop_hips(runner.picture(), region)
    rough = rough_line(crop)
    assert rough is not None
    return cut_band(crop, rough)


def test_the_edges_are_found_where_they_were_drawn() -> None:
    runner = Runner(noise=0.0)
    band = band_of(runner)
    edges = find_edges(band, band.v, thickness=0.25, reach=0.1)
    core = np.abs(band.u) < 0.7
    assert edges.seen[core].all()
    assert edges.centre[core] == pytest.approx(runner.belt_v, abs=0.5 * band.pixel)
    assert edges.thickness[core] == pytest.approx(runner.belt_thickness, abs=0.5 * band.pixel)


def test_a_strap_that_goes_on_in_the_room_ends_with_the_body() -> None:
    belt = Runner().belt
    assert belt is not None
    band = band_of(Runner(in_room=(((-4.0, -0.64, 4.0, -0.46), belt),)))
    on = on_body(band, np.full_like(band.u, -0.55), 0.18)
    assert on[np.abs(band.u) < 0.7].all()
    assert not on[np.abs(band.u) > 1.1].any()


@pytest.mark.parametrize(
    ("use", "kept"),
    [
        ("..##.###.....####..", "..##.###..........."),
        ("#.....####", "......####"),
        ("####.....#.#.#.", "####..........."),
        (".....", "....."),
    ],
)
def test_the_longest_run_is_kept_with_its_narrow_gaps(use: str, kept: str) -> None:
    u = 0.1 * np.arange(len(use))
    assert joined(u, np.array([c == "#" for c in use])).tolist() == [c == "#" for c in kept]


def test_a_curve_is_fitted_to_the_columns_in_use_that_lie_on_it() -> None:
    u = np.linspace(-1.0, 1.0, 81)
    v = -0.5 + 0.1 * u + 0.04 * u * u
    on_it = np.abs(u - 0.3) > 0.04
    v[~on_it] += 0.2
    use = u < 0.8
    curve = fit_curve(u, v, use)
    assert curve.coefficients == pytest.approx([-0.5, 0.1, 0.04], abs=0.001)
    assert curve.kept.tolist() == (use & on_it).tolist()


@pytest.mark.parametrize(("right_end", "middle"), [(1.0, 0.0), (0.0, 0.15)])
def test_the_middle_of_the_pelvis_is_the_straps_or_the_poses_where_an_end_is_hidden(
    right_end: float, middle: float
) -> None:
    found, sd = middle_of_pelvis(np.linspace(-1.0, right_end, 50), by_pose=0.15)
    assert found == pytest.approx(middle, abs=0.04)
    assert sd < 0.08
