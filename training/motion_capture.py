"""Motion capture of treadmill runners (Fukuchi 2017, force-plate contacts) in the form that the renderer reads."""

from pathlib import Path

import numpy as np

_POINTS = ("HIP", "KNEE", "ANKLE", "HEEL", "TOE")
_DOWN = -0.12
"""The pelvis looks ahead and down by 7 degrees; spines are set from its hip joints, for the renderer wants them."""


def convert(source: Path, folder: Path) -> None:
    """Convert every trial in `source` that has contacts.

    Raises:
        SystemExit: there is none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    converted = 0
    for path in sorted(source.glob("RBDS*.npz")):
        with np.load(path, allow_pickle=True) as trial:
            if "contact_side" in trial:
                np.savez(folder / path.name, **_of_trial(dict(trial)), source=path.name)
                converted += 1
    if not converted:
        raise SystemExit(f"No trial with contacts lies in {source}: give the folder with RBDS*.npz.")


def _of_trial(trial: dict[str, np.ndarray]) -> dict[str, np.ndarray | float]:
    right_forward_up = trial["xyz_m"].astype(float)[..., [2, 0, 1]]
    names = list(trial["joints"])
    marks = {
        f"{side[0]}_{point}": right_forward_up[:, names.index(f"{side}_{point}")]
        for side in ("LEFT", "RIGHT")
        for point in _POINTS
    }
    across = marks["R_HIP"] - marks["L_HIP"]
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    ahead = np.array([0.0, 1.0, _DOWN])
    ahead = ahead - across * (across @ ahead)[:, None]
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    middle = 0.5 * (marks["L_HIP"] + marks["R_HIP"])
    for side, sign in (("L", -1.0), ("R", 1.0)):
        marks[f"{side}_ASIS"] = middle + 0.08 * ahead + sign * 0.12 * across
        marks[f"{side}_PSIS"] = middle - 0.08 * ahead + sign * 0.05 * across
    contacts = np.stack(
        [(trial["contact_side"] == "R").astype(float), trial["contact_on_s"], trial["contact_off_s"]], axis=1
    )
    return {**marks, "fs": float(trial["fs"]), "contacts": contacts, "belt": float(trial["speed_mps"])}
