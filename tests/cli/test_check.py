"""`medius check` on recordings of every kind."""

import json
from pathlib import Path

import pytest

from monitor.cli.parts import DEMO_CLIP
from monitor.pose.weights import Model, WeightsUnavailable, ensure_model
from monitor.vocabulary import Side
from tests.cli.clips import nobody
from tests.cli.command import medius
from tests.cli.tracks import arrays, save, without_line
from tests.coach.squatter import Squatter
from tests.gait.synthetic import Runner

FIVE = (0.1,) * 5


@pytest.fixture
def both_legs(tmp_path: Path) -> Path:
    return save(tmp_path / "squats.npz", arrays(Squatter().observe()))


def test_both_legs_are_read_and_told(both_legs: Path) -> None:
    done = medius("check", both_legs)
    assert done.status == 0
    for words in ("left leg", "right leg", "Pelvis drop", "Knee collapse", "Trunk lean", "moderate", "steady", "Sum"):
        assert words in done.out
    (total,) = [line for line in done.out.splitlines() if line.strip().startswith("Sum")]
    assert total.count("±") == total.count("(5)") == 2
    assert "Left leg: 5 squats, 5 count.\nRight leg: 5 squats, 5 count.\n" in done.out


def test_everything_as_json(both_legs: Path) -> None:
    done = medius("check", both_legs, "--roll-deg", 0, "--json", "-")
    document = json.loads(done.out)
    assert document["schema"] == 1
    assert document["source"] == "squats.npz"
    assert [rep["side"] for rep in document["reps"]] == ["left"] * 5 + ["right"] * 5
    assert {rep["reason"] for rep in document["reps"]} == {None}
    left = document["check"]["legs"]["left"]
    assert left["values"]["pelvis"]["value"] == pytest.approx(5.0, abs=0.5)
    assert left["levels"]["pelvis"] == "moderate"
    assert document["check"]["differences"]["pelvis"]["value"] == pytest.approx(3.0, abs=0.6)
    assert "left less right" in done.err


def test_pelvis_and_trunk_are_not_compared_by_a_camera_whose_roll_is_not_known(both_legs: Path) -> None:
    done = medius("check", both_legs, "--json", "-")
    differences = json.loads(done.out)["check"]["differences"]
    assert [part for part, of in differences.items() if of is None] == ["pelvis", "trunk"]
    assert "roll" in done.err


def test_practice_is_left_out(both_legs: Path, tmp_path: Path) -> None:
    path = tmp_path / "check.json"
    assert medius("check", both_legs, "--practice", 2, "--json", path).status == 0
    legs = json.loads(path.read_text())["check"]["legs"]
    assert [legs[side]["reps"] for side in ("left", "right")] == [3, 3]
    assert "leave out fewer" in medius("check", both_legs, "--practice", 5).sentence


def test_one_leg_alone_and_no_hip_line(tmp_path: Path) -> None:
    track = Squatter(squats=((Side.RIGHT, FIVE),)).observe()
    done = medius("check", save(tmp_path / "one.npz", without_line(arrays(track))))
    assert done.status == 0
    assert "left" not in done.out.replace("left less right", "")
    assert "withheld: the hip line" in done.out


def test_squats_that_do_not_count_leave_no_value(tmp_path: Path) -> None:
    track = Squatter(squats=((Side.LEFT, (0.2,) * 5),)).observe()
    done = medius("check", save(tmp_path / "deep.npz", arrays(track)))
    assert "Left leg: 5 squats, 0 count, 5 too deep." in done.out
    assert "0 of 3" in done.out


def test_a_run_holds_no_squat(tmp_path: Path) -> None:
    sentence = medius("check", save(tmp_path / "run.npz", arrays(Runner().observe()))).sentence
    assert sentence.startswith("No single-leg squat was found in run.npz: nobody stands on one leg, lets the hips down")


def test_from_the_wrong_side_it_says_what_to_try(tmp_path: Path) -> None:
    track = arrays(Squatter().observe())
    track["landmarks"] = track["landmarks"] * [-1.0, 1.0, 1.0] + [1.0, 0.0, 0.0]
    path = save(tmp_path / "front.npz", track)
    assert medius("check", path).sentence.endswith("Does the camera stand in front? Then use --view front.")
    assert medius("check", path, "--view", "front").status == 0


def test_bad_input_is_said(tmp_path: Path, both_legs: Path) -> None:
    missing = tmp_path / "no.mp4"
    assert medius("check", missing).sentence == f"There is no file {missing}: check the name."
    assert "is the recording itself" in medius("check", both_legs, "--json", both_legs).sentence
    (empty := tmp_path / "empty.npz").touch()
    assert "is damaged" in medius("check", empty).sentence


@pytest.mark.parametrize("kind", ["nobody", "a run"])
def test_videos_without_a_squat(tmp_path: Path, kind: str) -> None:
    try:
        ensure_model(Model.LITE)
    except WeightsUnavailable as failure:
        pytest.skip(str(failure))
    path = nobody(tmp_path / "wall.mp4", 20) if kind == "nobody" else DEMO_CLIP
    sentence = medius("check", path, "--model", "lite").sentence
    assert sentence.startswith(f"No single-leg squat was found in {path.name}: nobody")
