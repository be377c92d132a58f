"""Renders treadmills and people who stand on them, before cameras of known places, for `python -m tests.bench cameras`.

    python -m tests.render_cameras ../shared/render FOLDER [--cameras 32]

RENDER is a copy of the project's runner generator; its own README names what it needs. Four rooms, cameras 1.9 to 3.4 m
behind, 0.6 to 1.3 m high, up to 45 cm aside, rolled by up to 4°, and aimed at the runner give or take 4°. Of each, a
picture with nobody and three of somebody who stands, every second one with a belt. Some seconds for each camera.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np

MOMENTS_S = (0.0, 0.15, 0.3)
"""Of the generator's squat, before the first leg is lifted."""


def arguments(number: int) -> list[str]:
    """For the generator: a camera, a room and a person, drawn by lot."""
    lot = np.random.default_rng(1000 + number)
    distance, aside, height = lot.uniform(1.9, 3.4), lot.uniform(-0.45, 0.45), lot.uniform(0.6, 1.3)
    roll = lot.uniform(-4.0, 4.0)
    yaw = -np.degrees(np.arctan2(aside, distance)) + lot.uniform(-4.0, 4.0)
    pitch = np.degrees(np.arctan2(height - 0.85, distance)) + lot.uniform(-4.0, 4.0)
    sex = lot.choice(["male", "female"])
    stature = lot.uniform(1.58, 1.72) if sex == "female" else lot.uniform(1.68, 1.9)
    outfits = (
        "shorts_tee",
        "tights_tee",
        "tights_singlet",
        "shorts_singlet",
        "capri_long",
        "short_tights_tee",
        "loose",
    )
    given = {
        "mode": "squat",
        "seed": number,
        "sex": sex,
        "height": stature,
        "outfit": lot.choice(outfits),
        "cam-roll": roll,
        "cam-x": aside,
        "cam-yaw": yaw,
        "cam-height": height,
        "cam-dist": distance,
        "cam-pitch": pitch,
        "scene": number % 4,
        "light": lot.uniform(0.6, 1.2),
        "ss": 1.0,
        "msaa": 4,
        "markers": "belt" if number % 2 else "none",
        **dict.fromkeys(("drop-left", "drop-right", "lean-left", "lean-right"), 0.0),
    }
    return ["--out", "unused", *(text for name, value in given.items() for text in (f"--{name}", str(value)))]


def render(generator: Path, folder: Path, cameras: int) -> None:
    """Write NNN.json with the truth, NNN_empty.png and NNN_standing0.png to 2."""
    sys.path.insert(0, str(generator))
    import body
    import make_runner
    import scene

    folder.mkdir(parents=True, exist_ok=True)
    for number in range(cameras):
        parameters = make_runner.prepare(vars(make_runner.parser().parse_args(arguments(number))))
        parameters["treadmill"] = True  # which the generator leaves out of squats
        person = body.build(parameters)
        camera = make_runner.camera(parameters)
        scene.garments(person, parameters)
        standing = make_runner.make_motion(person, parameters)
        _, joints, _, bones = make_runner.truth(standing, np.array(MOMENTS_S), *camera)
        renderer = scene.Renderer(person, parameters, *camera)
        pictures = {f"standing{i}": renderer.draw(bones, i, 0.0) for i in range(len(MOMENTS_S))}
        renderer.items = []
        pictures["empty"] = renderer.draw(bones, 0, 0.0)
        for name, picture in pictures.items():
            cv2.imwrite(str(folder / f"{number:03d}_{name}.png"), np.ascontiguousarray(picture[..., ::-1]))
        truth = where_it_is(make_runner, camera, joints) | {"stature_m": person.stature}
        (folder / f"{number:03d}.json").write_text(json.dumps(truth))
        renderer.ctx.release()
        print(number, flush=True)


def where_it_is(make_runner: Any, camera: Any, joints: dict[str, Any]) -> dict[str, float]:
    """Of the lens to the middle of the hips, and a level line's angle there."""
    centre, hips = camera[2], 0.5 * (joints["hipL"] + joints["hipR"]).mean(axis=0)
    left, right = make_runner.project(*camera, hips + np.array([[-0.1, 0.0, 0.0], [0.1, 0.0, 0.0]]))
    return {
        "roll_deg": float(np.degrees(np.arctan2(left[1] - right[1], right[0] - left[0]))),
        "distance_cm": float(100.0 * (hips[1] - centre[1])),
        "height_cm": float(100.0 * (centre[2] - hips[2])),
        "aside_cm": float(100.0 * (centre[0] - hips[0])),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("generator", type=Path, help="folder of the runner generator")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--cameras", type=int, default=32)
    given = parser.parse_args()
    render(given.generator, given.folder, given.cameras)


if __name__ == "__main__":
    main()
