"""The exercises' drawings: as the skeleton makes them, and the bodies in them as the exercises want them."""

from pathlib import Path

import numpy as np
import pytest

from monitor.coach.drawings import __main__ as made
from monitor.coach.drawings.poses import DRAWINGS
from monitor.coach.drawings.skeleton import FOREARM, SHANK, THIGH, TRUNK, UPPER_ARM, Vector
from monitor.coach.ladder import Legs, ladder

FOLDER = Path(made.__file__).parent
BEGIN, END = 0, 1


def joints(name: str, which: int) -> dict[str, Vector]:
    return DRAWINGS[name].panels[which].pose.joints()


def angle_deg(a: Vector, b: Vector, c: Vector) -> float:
    """Between the ways from `b` to the others."""
    one, other = a - b, c - b
    return float(np.degrees(np.arccos(one @ other / np.linalg.norm(one) / np.linalg.norm(other))))


def knee_deg(name: str, which: int, side: str = "right") -> float:
    """Flexion: 0 is straight."""
    at = joints(name, which)
    return 180.0 - angle_deg(at[f"{side} hip"], at[f"{side} knee"], at[f"{side} ankle"])


def test_the_files_are_what_the_skeleton_draws() -> None:
    assert {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.svg")} == made.drawn()


def test_they_are_small_and_have_no_colour_of_their_own() -> None:
    for name, text in made.drawn().items():
        assert len(text) < 5000, name
        assert "style" not in text
        assert "fill=" not in text
        assert "nan" not in text


def test_both_legs_are_drawn_as_working_where_both_are_trained() -> None:
    for exercise in ladder().exercises.values():
        assert len(DRAWINGS[exercise.drawing].work) == (2 if exercise.legs is Legs.BOTH else 1)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_body_keeps_its_lengths_and_stays_above_the_floor(name: str) -> None:
    for which in (BEGIN, END):
        at = joints(name, which)
        for side in ("left", "right"):
            for a, b, length in (
                ("hip", "knee", THIGH),
                ("knee", "ankle", SHANK),
                ("shoulder", "elbow", UPPER_ARM),
                ("elbow", "wrist", FOREARM),
            ):
                assert np.linalg.norm(at[f"{side} {a}"] - at[f"{side} {b}"]) == pytest.approx(length)
        assert np.linalg.norm(at["neck"] - at["pelvis"]) == pytest.approx(TRUNK)
        assert [joint for joint, place in at.items() if joint != "face" and place[1] < -0.01] == []


@pytest.mark.parametrize("name", DRAWINGS)
def test_everything_is_within_its_frame(name: str) -> None:
    drawing = DRAWINGS[name]
    left, right, low, high = (100.0 * value for value in drawing.frame)
    for panel in drawing.panels:
        for joint, place in panel.pose.joints().items():
            if joint != "face":
                x, y = drawing.view.see(place)
                assert left <= x <= right, joint
                assert low <= -y <= high, joint


def test_in_the_side_plank_the_elbow_is_below_the_shoulder_and_the_body_a_line() -> None:
    for name, which in (("side-plank", END), ("side-plank-leg-raise", BEGIN), ("side-plank-leg-raise", END)):
        at = joints(name, which)
        assert abs(at["right elbow"][0] - at["right shoulder"][0]) < 0.02
        assert 0.0 < at["right elbow"][1] < 0.08
        assert angle_deg(at["head"], at["neck"], at["pelvis"]) > 178.0
        assert angle_deg(at["neck"], at["pelvis"], at["right ankle"] - at["right hip"] + at["pelvis"]) > 175.0
        assert knee_deg(name, which) < 1.0


def test_in_the_bridges_shoulders_hips_and_knee_are_in_a_line_at_the_end() -> None:
    for name in ("bridge", "single-leg-bridge"):
        at = joints(name, END)
        assert angle_deg(at["neck"], at["pelvis"], at["right knee"] - at["right hip"] + at["pelvis"]) > 170.0
        assert np.linalg.norm(at["right toe"] - joints(name, BEGIN)["right toe"]) < 0.02, "the foot stays"


def test_in_the_clam_the_feet_stay_and_the_knee_rises() -> None:
    begin, end = joints("clam", BEGIN), joints("clam", END)
    assert np.linalg.norm(end["right ankle"] - end["left ankle"]) < 0.2
    assert end["right knee"][1] - begin["right knee"][1] > 0.2
    assert np.allclose(begin["left knee"], end["left knee"])


def test_in_the_leg_raise_the_leg_is_straight_and_behind_the_body_s_line() -> None:
    at = joints("side-lying-abduction", END)
    assert knee_deg("side-lying-abduction", END) < 1.0
    assert at["right ankle"][2] < at["right hip"][2]
    assert at["right toe"][1] < at["right heel"][1], "the heel leads"


def test_in_the_hitches_only_the_pelvis_moves() -> None:
    for name in ("standing-hitch", "step-hitch"):
        begin, end = joints(name, BEGIN), joints(name, END)
        rise = (end["left hip"] - end["right hip"])[1] - (begin["left hip"] - begin["right hip"])[1]
        assert rise > 0.04
        assert knee_deg(name, BEGIN) < 20.0
        assert knee_deg(name, END) < 20.0


@pytest.mark.parametrize("name", ["wall-slide", "lateral-step-down", "reverse-lunge", "split-squat", "box-squat"])
def test_the_standing_leg_bends_and_the_knee_stays_over_the_foot(name: str) -> None:
    assert knee_deg(name, END) - knee_deg(name, BEGIN) > 30.0
    at = joints(name, END)
    across = at["right hip"] - at["left hip"]
    across /= np.linalg.norm(across)
    assert abs((at["right knee"] - at["right ankle"]) @ across) < 0.06, "neither in nor out"
    ahead = at["right toe"] - at["right heel"]
    assert (at["right knee"] - at["right toe"]) @ ahead < 0.02, "not in front of the toes"


def test_the_pelvis_is_level_where_it_should_be() -> None:
    for name in ("wall-slide", "lateral-step-down", "reverse-lunge", "split-squat", "box-squat", "hops", "skips"):
        at = joints(name, END)
        assert abs((at["left hip"] - at["right hip"])[1]) < 1e-9


def test_who_springs_is_in_the_air() -> None:
    for name in ("skips", "hops"):
        at = joints(name, END)
        assert min(at[f"{side} {part}"][1] for side in ("left", "right") for part in ("toe", "heel")) > 0.05
        assert DRAWINGS[name].panels[END].shadow
