"""The test: whole clips of runners that no training saw, made by the renderer's own command, unaltered.

Other seeds, hence other bodies, clothes, cameras and gaits than any of `crops`; the renderer's own four rooms and
outfits. Doses of pelvic drop are 0, 5, 10 and 15 degrees, unequal on the two sides. A clip's name begins with its
group. The renderer's straps sit straight; those of one group are put on askew, as far as people do, for what is said of
a belt before standing still has to hold for those.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path

import numpy as np

FITTED = ("tights_singlet", "short_tights_tee", "tights_tee", "shorts_singlet", "capri_long", "short_tights_tee")
LOOSE = ("loose", "shorts_tee", "loose", "shorts_tee")
MIXED = ("short_tights_tee", "shorts_tee", "tights_singlet", "loose")
DOSES = ((0, 10), (5, 15), (10, 5), (15, 0))
LEANS = (0, 6, 12)
LEANING = (("fitted", "tights_tee"), ("fitted", "short_tights_tee"), ("loose", "loose"), ("belt", "shorts_tee"))
STRAPS = ("f4f4e0", "ffffff", "d8e840", "f0b030")
ASKEW_PEOPLE, ASKEW_SD_DEG = 10, 0.9
"""How far askew a strap is put on: one side 5 mm higher, over 32 cm [ours]."""
RUNNERS = ("RBDS023", "RBDS026", "RBDS03", "RBDS08")
"""Motion capture kept from training."""
FIRST_SEED = 900_000
PEOPLE = 60
"""Numbers from one test to the next: other people, in the same outfits, rooms and pictures."""

ASKEW = "askew"
"""Degrees; no option of the renderer's."""

_WITH_STRAP_ASKEW = """
import math, sys
sys.path.insert(0, ".")
import make_runner, scene
level, slope = "abs(rest.z-mk.z)", math.tan(math.radians(float(sys.argv[1])))
assert scene.FS_PERSON.count(level) == 1, "this renderer draws its straps in another way"
scene.FS_PERSON = scene.FS_PERSON.replace(level, f"abs(rest.z-mk.z-({slope:.6f})*rest.x)")
make_runner.main(sys.argv[2:])
"""
"""The renderer's command, the strap's right end higher by so many degrees."""

Arguments = dict[str, object]


def clips(motion_capture: Path, test: int = 0) -> list[tuple[str, Arguments]]:
    """Name and renderer's arguments of every clip, the groups in turn: whoever stops early has some of each."""
    first = PEOPLE * test
    groups = (
        [_doses("fitted", number, outfit) for number, outfit in enumerate(FITTED, start=first)],
        [_doses("loose", number, outfit) for number, outfit in enumerate(LOOSE, start=first + 10)],
        [
            _doses("belt", number, outfit, {"markers": "belt", "marker_col": strap})
            for number, (outfit, strap) in enumerate(zip(MIXED, STRAPS, strict=True), start=first + 20)
        ],
        [_leans(number, group, outfit) for number, (group, outfit) in enumerate(LEANING, start=first + 30)],
        [_captured(number, runner, motion_capture) for number, runner in enumerate(RUNNERS, start=first + 40)],
        [[_askew(number)] for number in range(first + 50, first + 50 + ASKEW_PEOPLE)],
    )
    return [clip for people in zip_longest(*groups, fillvalue=[]) for person in people for clip in person]


def _doses(group: str, number: int, outfit: str, more: Arguments | None = None) -> list[tuple[str, Arguments]]:
    person = _person(number, outfit) | (more or {})
    return [
        (f"{group}-dose-{number}-{left:02d}-{right:02d}", person | {"drop_left": left, "drop_right": right})
        for left, right in DOSES
    ]


def _leans(number: int, group: str, outfit: str) -> list[tuple[str, Arguments]]:
    person = _person(number, outfit) | {"drop_left": 8, "drop_right": 4, "seconds": 7}
    if group == "belt":
        person["markers"] = "belt"
    return [(f"{group}-lean-{number}-{lean}", person | {"lean_left": lean, "lean_right": lean}) for lean in LEANS]


def _captured(number: int, runner: str, motion_capture: Path) -> list[tuple[str, Arguments]]:
    person = _person(number, FITTED[number % len(FITTED)])
    person |= {"mocap": motion_capture / f"{runner}_T35.npz", "mocap_start": 5, "mocap_tilt": 0}
    return [(f"fitted-captured-{runner}", person), (f"belt-captured-{runner}", person | {"markers": "belt"})]


def _askew(number: int) -> tuple[str, Arguments]:
    random = np.random.default_rng(FIRST_SEED + number + 1)
    person = _person(number, MIXED[number % len(MIXED)])
    person |= {"drop_left": random.uniform(0, 14), "drop_right": random.uniform(0, 14), "seconds": 6}
    person |= {"markers": "belt", "marker_col": STRAPS[number % len(STRAPS)]}
    return f"askew-run-{number}", person | {ASKEW: random.normal(0.0, ASKEW_SD_DEG)}


def _person(number: int, outfit: str) -> Arguments:
    random = np.random.default_rng(FIRST_SEED + number)
    u = random.uniform
    female = number % 2 == 0

    def colour() -> str:
        return "{:02x}{:02x}{:02x}".format(*random.integers(10, 245, 3))

    arguments: Arguments = {
        "seed": FIRST_SEED + number,
        "seconds": 8,
        "ss": 1,
        "random_phase": True,
        "cadence": u(155, 188),
        "speed": u(2.4, 3.9),
        "valgus_left": u(0, 16),
        "valgus_right": u(0, 16),
        "lean_left": u(0, 9),
        "lean_right": u(0, 9),
        "step_width": u(0, 0.08),
        "stance_knee": u(35, 46),
        "pelvis_rot": u(2, 8),
        "trunk_rot": u(4, 12),
        "trunk_flex": u(3, 12),
        "arm_swing": u(16, 34),
        "arm_abd": u(10, 24),
        "sex": "female" if female else "male",
        "race": random.choice(["caucasian", "african", "asian"]),
        "height": u(1.58, 1.74) if female else u(1.68, 1.92),
        "weight": u(0.2, 0.7),
        "muscle": u(0.3, 0.85),
        "hips": u(-0.6, 0.6),
        "outfit": outfit,
        "top_col": colour(),
        "bottom_col": colour(),
        "shoe_col": colour(),
        "scene": number % 4,
        "light": u(0.45, 1.2),
        "key_x": u(-0.7, 0.7),
        "noise": u(1, 6),
        "defocus": float(random.choice([0.0, 0.0, 0.5, 0.8])),
        "cam_dist": u(2.3, 3.2),
        "cam_height": u(0.65, 1.2),
        "cam_x": u(-0.2, 0.2),
        "cam_yaw": u(-3, 3),
        "cam_pitch": u(-2, 4),
        "cam_roll": u(-3, 3),
        "fps": 60 if number % 3 == 0 else 30,
        "width": 720 if number % 6 == 0 else 640,
        "image_height": 1280 if number % 6 == 0 else 960,
    }
    if number % 4 == 1:
        arguments.update(shutter=0.3, blur_samples=3)
    return arguments


def make(renderer: Path, motion_capture: Path, folder: Path, processes: int, test: int) -> None:
    """Render what is not there yet, several clips at a time."""
    folder.mkdir(parents=True, exist_ok=True)

    def render(clip: tuple[str, Arguments]) -> None:
        name, arguments = clip
        done = folder / name / "video.mp4"
        if done.exists():
            return
        part = folder / f"{name}.part"
        arguments = dict(arguments)
        askew_deg = arguments.pop(ASKEW, None)
        options = [f"--{key.replace('_', '-')}={value}" for key, value in arguments.items() if value is not True]
        flags = [f"--{key.replace('_', '-')}" for key, value in arguments.items() if value is True]
        program = ["make_runner.py"] if askew_deg is None else ["-c", _WITH_STRAP_ASKEW, str(askew_deg)]
        command = [sys.executable, *program, f"--out={part.resolve()}", *options, *flags]
        ended = subprocess.run(command, cwd=renderer, capture_output=True, text=True)
        if ended.returncode:
            raise SystemExit(f"The renderer failed at {name}: {ended.stderr.strip()[-400:]}")
        part.rename(folder / name)
        print(name, flush=True)

    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(render, clips(motion_capture, test)))
