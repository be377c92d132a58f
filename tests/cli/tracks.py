"""Landmark tracks as a user would save them."""

from pathlib import Path
from typing import Any

import numpy as np

from monitor.vocabulary import Observation
from tests.gait.synthetic import HEIGHT, WIDTH, Runner

Arrays = dict[str, Any]
LINE, LINE_SD = "pelvic_line_deg", "pelvic_line_sd_deg"


def arrays(observations: list[Observation] | None = None) -> Arrays:
    """The arrays of a track with a given hip line; by default six seconds of a made-up runner."""
    seen = Runner().observe(6.0) if observations is None else observations
    return {
        "time_s": np.array([o.time_s for o in seen]),
        "landmarks": np.array([o.pose.landmarks for o in seen if o.pose]),
        "width": WIDTH,
        "height": HEIGHT,
        LINE: np.array([o.line.angle_deg for o in seen if o.line]),
        LINE_SD: np.array([o.line.sd_deg for o in seen if o.line]),
    }


def save(path: Path, track: Arrays) -> Path:
    np.savez(path, **track)
    return path


def without_line(track: Arrays) -> Arrays:
    return {name: array for name, array in track.items() if name not in (LINE, LINE_SD)}


def changed(track: Arrays, name: str, rows: Any, value: Any) -> Arrays:
    """The track with some entries of one array set to a value."""
    array = np.array(track[name], dtype=float)
    array[rows] = value
    return track | {name: array}
