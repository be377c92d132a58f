"""Runners, rooms, cameras and clothes drawn at random, as arguments of the renderer."""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

SKINS = (
    "middleage_asian_female",
    "middleage_asian_male",
    "middleage_caucasian_male",
    "young_african_male",
    "young_caucasian_female2",
    "young_caucasian_male",
    "young_caucasian_male2",
)
HAIR = ("bob02", "ponytail01", "short01", "short02", "short03", "short04", "none")
RUNNERS = ("RBDS001", "RBDS011", "RBDS014", "RBDS017", "RBDS020")
"""Motion capture that training sees. RBDS023, RBDS026, RBDS03 and RBDS08 are kept for the test."""
TRIALS = ("T25", "T35", "T45")
FRACTION_CAPTURED = 0.28
RUN_S = 6.0

Random = np.random.Generator


@dataclass(frozen=True)
class Print:
    """A pattern that lies on the cloth: the renderer's `pat`, `pat2` and `patcol`."""

    kind_and_scale: tuple[float, float, float, float]
    spot_and_garment: tuple[float, float, float, float]
    colour: tuple[float, float, float]


@dataclass(frozen=True)
class Person:
    """One identity: what the renderer is told, the print, and what is left of the random numbers."""

    arguments: dict[str, Any]
    printed: Print
    random: Random


def person(renderer: ModuleType, seed: int) -> Person:
    """The runner of a seed; `renderer` is its module `make_runner`."""
    random = np.random.default_rng(seed)
    asked = vars(renderer.parser().parse_args(["--out", "unused"]))
    female = bool(random.random() < 0.5)
    asked.update(_gait(random, seed))
    asked.update(_body(random, female))
    asked.update(_clothes(random, tuple(renderer.OUTFITS)))
    asked.update(_camera(random))
    if random.random() < 0.5:
        asked.update(image_height=960, width=640)
    asked["hip_width"] = asked["height"] * 0.1 * float(np.clip(random.normal(1.0, 0.05), 0.88, 1.12))
    if random.random() < 0.3:
        asked["bottom_col"] = asked["top_col"]
    arguments = renderer.prepare(asked)
    _cut_clothes(random, arguments, of_one_colour=asked["bottom_col"] == asked["top_col"])
    _hang(random, arguments)
    _light(random, arguments)
    printed = _print(random)
    if random.random() < FRACTION_CAPTURED:
        runner = random.choice(RUNNERS)
        arguments["mocap"] = f"{runner}_{random.choice(TRIALS)}.npz"
        arguments.update(mocap_start=float(random.uniform(2.0, 20.0)), mocap_tilt=0.0)
    return Person(arguments, printed, random)


def _gait(random: Random, seed: int) -> dict[str, Any]:
    u = random.uniform
    return {
        "seed": seed,
        "seconds": RUN_S,
        "cadence": u(150.0, 195.0),
        "speed": u(2.2, 4.2),
        "drop_left": u(-3.0, 14.0),
        "drop_right": u(-3.0, 14.0),
        "obliquity_bias": 0.0,
        "valgus_left": u(-5.0, 17.0),
        "valgus_right": u(-5.0, 17.0),
        "lean_left": u(-2.0, 9.0),
        "lean_right": u(-2.0, 9.0),
        "lean_bias": random.normal(0.0, 2.0),
        "step_width": u(-0.02, 0.1),
        "swing_x": u(0.04, 0.11),
        "toe_out": u(0.0, 15.0),
        "stance_knee": u(32.0, 50.0),
        "pelvis_rot": u(0.0, 10.0),
        "pelvis_tilt": u(-4.0, 17.0),
        "trunk_flex": u(0.0, 15.0),
        "trunk_rot": u(2.0, 15.0),
        "arm_swing": u(12.0, 40.0),
        "elbow": u(70.0, 112.0),
        "arm_abd": u(6.0, 30.0),
        "variability": u(0.5, 1.8),
        "drift_x": u(0.005, 0.04),
        "drift_y": u(0.01, 0.08),
        "random_phase": True,
    }


def _body(random: Random, female: bool) -> dict[str, Any]:
    u = random.uniform
    return {
        "sex": "female" if female else "male",
        "height": u(1.52, 1.80) if female else u(1.62, 1.98),
        "muscle": u(0.25, 0.9),
        "weight": u(0.15, 0.8),
        "proportions": u(0.35, 0.95),
        "race": random.choice(["caucasian", "african", "asian"]),
        "hips": u(-0.8, 0.8),
        "skin": random.choice(SKINS),
        "hair": random.choice(HAIR),
        "shoes": f"shoes0{random.integers(1, 7)}",
    }


def _clothes(random: Random, outfits: tuple[str, ...]) -> dict[str, Any]:
    return {
        "outfit": random.choice(outfits),
        "top_col": _colour(random),
        "top_col2": _colour(random),
        "bottom_col": _colour(random),
        "bottom_col2": _colour(random),
        "shoe_col": _colour(random),
        "sole_col": _colour(random),
        "sock_col": _colour(random),
        "sock_h": random.uniform(0.0, 0.4),
        "markers": random.choice(["none"] * 5 + ["belt", "psis"]),
        "marker_col": _colour(random),
    }


def _camera(random: Random) -> dict[str, Any]:
    u = random.uniform
    return {
        "fov_long": u(55.0, 75.0),
        "cam_dist": u(2.0, 3.6),
        "cam_height": u(0.55, 1.35),
        "cam_x": random.normal(0.0, 0.18),
        "cam_yaw": random.normal(0.0, 3.0),
        "aim": bool(random.random() < 0.5),
        "cam_pitch": u(-4.0, 8.0),
        "cam_roll": random.normal(0.0, 3.0),
        "noise": u(0.0, 7.0),
        "light": u(0.3, 1.4),
        "ambient": u(0.4, 1.5),
        "key_x": u(-1.2, 1.2),
        "defocus": max(0.0, u(-1.0, 1.3)),
        "scene": int(random.integers(0, 4)),
    }


def _colour(random: Random) -> str:
    """Any colour, or, as often, something near black or grey."""
    kind = random.random()
    if kind < 0.5:
        colour = random.uniform(0.0, 255.0, 3)
    elif kind < 0.8:
        colour = np.full(3, random.uniform(8.0, 60.0)) + random.normal(0.0, 8.0, 3)
    else:
        colour = np.full(3, random.uniform(60.0, 250.0)) + random.normal(0.0, 10.0, 3)
    return "{:02x}{:02x}{:02x}".format(*(int(c) for c in np.clip(colour, 0.0, 255.0)))


def _cut_clothes(random: Random, arguments: dict[str, Any], of_one_colour: bool) -> None:
    u = random.uniform
    if random.random() < 0.75:
        # Drawn in full before one is chosen: shorts, shorts, capri to long, capri to long.
        length = random.choice([u(0.3, 0.95), u(0.3, 0.95), u(0.95, 1.95), u(0.95, 1.95)])
        arguments.update(top_hem=u(-0.05, 0.35), sleeve=u(0.05, 1.9), bottom_len=length)
        looseness = [0.0, u(0.2, 1.9)] if length < 1.0 else [0.0, 0.0, u(0.2, 1.2)]
        arguments.update(bottom_loose=random.choice(looseness), fit_loose=u(0.05, 2.2), style=u(0.0, 1.0))
    if of_one_colour:
        arguments["style"] = 0.0


def _hang(random: Random, arguments: dict[str, Any]) -> None:
    """For some, a hem that hangs from the trunk and hides the hips."""
    u = random.uniform
    arguments["hang"] = float(u(0.2, 1.0)) if random.random() < 0.22 else 0.0
    arguments["flare"] = float(u(0.0, 0.05))
    arguments["hang_from"] = str(random.choice(["spine05", "spine04", "spine03"]))
    if arguments["hang"]:
        arguments.update(
            top_hem=max(arguments["top_hem"], u(0.05, 0.45)), fit_loose=max(arguments["fit_loose"], u(0.8, 2.6))
        )


def _light(random: Random, arguments: dict[str, Any]) -> None:
    u = random.uniform
    arguments["key_col"] = tuple(np.array([0.78, 0.75, 0.70]) * u(0.2, 1.6) * u(0.8, 1.2, 3))
    arguments["tread_col"] = tuple(u(0.02, 0.5, 3))
    arguments["ss"] = 1.25
    arguments["shoe_mix"] = u(0.3, 1.0)


def _print(random: Random) -> Print:
    def u(low: float, high: float) -> float:
        return float(random.uniform(low, high))

    kind = float(random.integers(1, 6)) if random.random() < 0.35 else 0.0
    scale = kind, u(6.0, 60.0), u(-3.2, 3.2), u(0.0, 1.0)
    spot = u(-0.12, 0.12), u(0.85, 1.3), u(0.03, 0.13), float(random.integers(0, 3))
    red, green, blue = (random.uniform(0.01, 0.9) * random.uniform(0.4, 1.3, 3)).tolist()
    return Print(scale, spot, (red, green, blue))
