"""The wizard, from frames to what it says: drawn rooms, and somebody who comes, stands and walks."""

import itertools
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from monitor.pose.runner import NOBODY as NOBODY_OF_POSE
from monitor.pose.runner import SEVERAL as SEVERAL_OF_POSE
from monitor.setup import Finding, Report, Stature, Verdict, Wizard
from monitor.setup.advice import about_light
from monitor.setup.light import Light, light_of
from monitor.setup.looks import NOBODY, SEVERAL
from monitor.setup.report import ALONE, TO_DO, Look
from monitor.vocabulary import Pose
from tests.setup.drawing import HEIGHT_CM, Scene, observed

FPS = 10.0


class Session:
    """Somebody before the camera, ten frames a second."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.wizard = Wizard(scene.lens, Stature.of(HEIGHT_CM))
        self._count = itertools.count()

    def sees(self, poses: Iterable[Pose | None], reason: str = NOBODY) -> "Session":
        for pose in poses:
            index = next(self._count)
            self.wizard.frame(self.scene.frame(index, index / FPS, person=pose is not None))
            self.wizard.observation(observed(index, index / FPS, pose, reason))
        return self

    def leaves(self, seconds: float) -> "Session":
        return self.sees([None] * round(seconds * FPS))

    def stands(self, seconds: float) -> "Session":
        return self.sees([self.scene.pose(right_m=0.002 * (n % 3)) for n in range(round(seconds * FPS))])

    def walks(self, seconds: float) -> "Session":
        return self.sees([self.scene.pose(step_m=0.25 * (n % 4 < 2)) for n in range(round(seconds * FPS))])

    @property
    def report(self) -> Report:
        return self.wizard.report()


def of(report: Report, name: str) -> Finding:
    return next(finding for finding in report.findings if finding.name == name)


def test_the_reasons_are_those_of_the_pose_network() -> None:
    assert (NOBODY, SEVERAL) == (NOBODY_OF_POSE, SEVERAL_OF_POSE)


def test_it_leads_through_the_three_looks() -> None:
    session = Session(Scene(roll_deg=2.0))
    assert session.report.advice == TO_DO[Look.EMPTY]
    assert session.leaves(3.5).report.advice == TO_DO[Look.STANDING]
    halfway = session.stands(3.0).report
    assert halfway.advice == TO_DO[Look.STANDING]
    assert halfway.steps[1].seconds == pytest.approx(2.9)
    assert session.stands(3.0).report.advice == TO_DO[Look.MOVING]
    report = session.walks(11.0).report
    assert report.complete
    assert report.advice == ""
    assert {finding.verdict for finding in report.findings} == {Verdict.GOOD}
    assert report.placement is not None
    assert report.placement.roll is not None
    assert report.placement.roll.deg == pytest.approx(2.0, abs=0.2)
    assert len(session.wizard.seen().on_belt) > 100
    assert session.wizard.still() is not None


def test_the_order_does_not_matter() -> None:
    assert Session(Scene()).walks(11.0).stands(6.0).leaves(4.0).report.complete


@pytest.mark.parametrize(
    ("scene", "name", "advice"),
    [
        (Scene(lens_m=1.25), "height", "Lower the camera by 30 cm, to the hips' height."),
        (Scene(lens_m=0.6), "height", "Raise the camera by 35 cm, to the hips' height."),
        (Scene(distance_m=1.6), "distance", "Move the camera back, away from the treadmill, by 70 cm."),
        (Scene(distance_m=3.5, lens_m=0.93), "distance", "Move the camera nearer to the treadmill, by 120 cm."),
        (
            Scene(aside_m=0.5, yaw_deg=-9.0),
            "aside",
            "Move the camera 50 cm to the left, and turn it so that it looks along the belt.",
        ),
        (Scene(tilt_deg=-14.0), "framing", "Tilt the camera down by 15°."),
        (Scene(yaw_deg=-8.0), "middle", "Turn the camera to the right by 8°."),
        (Scene(roll_deg=7.0), "roll", "Turn the camera anticlockwise by 7°, as seen from behind it."),
        (Scene(roll_deg=-7.0), "roll", "Turn the camera clockwise by 7°, as seen from behind it."),
    ],
)
def test_it_says_what_to_move_and_by_how_much(scene: Scene, name: str, advice: str) -> None:
    report = Session(scene).leaves(3.5).stands(6.0).report
    found = of(report, name)
    assert found.verdict is Verdict.BAD
    assert numbers_about(found.advice) == pytest.approx(numbers_about(advice), abs=5.1)
    assert without_numbers(found.advice) == without_numbers(advice)
    assert report.advice == found.advice


def numbers_about(text: str) -> list[float]:
    return [float(word.strip("°.,")) for word in text.split() if word[0].isdigit()]


def without_numbers(text: str) -> list[str]:
    return [word for word in text.split() if not word[0].isdigit()]


def test_a_wide_picture_could_be_better() -> None:
    scene = Scene(size=(1280, 720), distance_m=3.3)
    found = of(Session(scene).leaves(3.5).stands(6.0).report, "size")
    assert found.verdict is Verdict.BETTER
    assert found.advice.startswith("Mount the camera on its side")


def test_a_bare_room_is_said_and_not_guessed() -> None:
    report = Session(Scene(bare=True)).leaves(3.5).stands(6.0).walks(11.0).report
    assert {name: of(report, name).verdict for name in ("height", "aside", "roll")} == dict.fromkeys(
        ("height", "aside", "roll"), Verdict.UNKNOWN
    )
    assert report.advice.startswith("Put something upright into the picture")


def test_others_are_sent_away() -> None:
    session = Session(Scene()).leaves(3.5)
    assert session.sees([None] * 20, SEVERAL).report.advice == ALONE


@pytest.mark.parametrize("change", [{"tilt_deg": 4.0, "roll_deg": 2.0}, {"distance_m": 3.2}])
def test_who_moves_the_camera_begins_anew(change: dict[str, float]) -> None:
    session = Session(Scene()).leaves(3.5).stands(6.0)
    assert [step.done for step in session.report.steps] == [True, True, False]
    session.scene = replace(session.scene, **change)
    report = session.stands(4.0).report
    assert report.moved == 1
    assert [step.done for step in report.steps] == [False, False, False]
    assert session.stands(6.0).walks(11.0).leaves(4.0).report.complete
    assert session.report.moved == 1


def test_who_sways_does_not_stand() -> None:
    scene = Scene()
    session = Session(scene).sees([scene.pose(right_m=0.06 * np.sin(0.6 * n)) for n in range(80)])
    assert session.report.steps[1].seconds < 2.0


def test_light() -> None:
    random = np.random.default_rng(0)

    def pictures(grey: float, noise: float, flicker: float) -> list[np.ndarray]:
        values = (grey * (1.0 + flicker * (n % 3 - 1)) + random.normal(0, noise, (90, 160)) for n in range(9))
        return [np.clip(value, 0, 255).astype(np.uint8) for value in values]

    assert light_of(pictures(100.0, 2.0, 0.0)[:3]) is None
    steady = light_of(pictures(100.0, 4.0, 0.0))
    assert steady is not None
    assert steady.median_grey == pytest.approx(100.0, abs=1.0)
    assert steady.noise_grey == pytest.approx(4.0, rel=0.15)
    assert steady.flicker < 0.005
    flickering = light_of(pictures(100.0, 2.0, 0.1))
    assert flickering is not None
    assert flickering.flicker > 0.05


@pytest.mark.parametrize(
    ("light", "exposure_ms", "verdict", "advice"),
    [
        (Light(110.0, 3.0, 0.0), 4.0, Verdict.GOOD, ""),
        (Light(110.0, 3.0, 0.0), 8.0, Verdict.BETTER, "More light"),
        (Light(20.0, 3.0, 0.0), None, Verdict.BAD, "Too dark"),
        (Light(110.0, 15.0, 0.0), None, Verdict.BAD, "Too dark"),
        (Light(240.0, 1.0, 0.0), None, Verdict.BAD, "Too bright"),
        (Light(110.0, 3.0, 0.08), None, Verdict.BAD, "The lamps flicker"),
    ],
)
def test_what_is_said_about_light(light: Light, exposure_ms: float | None, verdict: Verdict, advice: str) -> None:
    found = about_light(light, exposure_ms)
    assert found.verdict is verdict
    assert found.advice.startswith(advice)
    assert bool(found.advice) == bool(advice)
