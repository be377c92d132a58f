"""A recording of single-leg squats, read by the code that reads them live."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.analysis import MOST_WORKERS, Progress
from monitor.camera import VideoFile
from monitor.coach.check import WIDEST, CheckResult, Rep, Watch, body, leg
from monitor.errors import MediusError
from monitor.gait import GaitSettings
from monitor.gait.sighting import SIDES_CONTRADICT
from monitor.pelvis import PelvicReader
from monitor.pose.pool import PosePool
from monitor.pose.weights import Model
from monitor.track import read_track
from monitor.vocabulary import Measure, Observation, Side, View

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class CheckedRecording:
    """What a recording shows of a control check."""

    source: str
    frames: int
    withheld: Mapping[str, int]
    """Frames that showed nobody, by reason."""
    reps: Sequence[Rep]
    """Those that are practice left out."""
    result: CheckResult
    notes: Sequence[str] = ()


def check_track(
    path: Path, settings: GaitSettings, roll_sd_deg: float | None, practice: int, progress: Progress
) -> CheckedRecording:
    """Check a landmark track. Raises TrackError, MediusError."""
    track = read_track(path)
    return checked(path.name, track, len(track), settings, roll_sd_deg, practice, progress)


def check_video(
    video: VideoFile,
    model: Model,
    model_path: Path,
    settings: GaitSettings,
    roll_sd_deg: float | None,
    practice: int,
    progress: Progress,
) -> CheckedRecording:
    """Check an open video on all cores. Raises CameraError, PoseFault, MediusError."""
    workers = min(os.cpu_count() or 1, MOST_WORKERS)
    with PosePool(model_path, workers=workers, size=video.size, reader=PelvicReader()) as pool:
        notes = ["The file ends before its time: what it has was read."] if video.ends_early else []
        if not pool.isolation.isolated:
            notes.append(f"The pose network ran with a network in reach: {pool.isolation.reason}.")
        frames, name = pool.observe(video), video.path.name
        count = video.claimed_frames
        return checked(name, frames, count, settings, roll_sd_deg, practice, progress, str(model), notes)


def checked(
    source: str,
    observations: Iterable[Observation],
    count: int | None,
    settings: GaitSettings,
    roll_sd_deg: float | None,
    practice: int,
    progress: Progress,
    network: str = WIDEST,
    notes: Iterable[str] = (),
) -> CheckedRecording:
    """Check observations in time order; `practice` so many first squats of each leg are left out.

    `roll_sd_deg` is that of the roll in `settings`, None where it is not known; `network` is the size of the pose
    network that they came from.

    Raises:
        MediusError: no squat was found.
    """
    watch, reps, frames, withheld = Watch(settings), list[Rep](), 0, Counter[str]()
    for observation in observations:
        reps += watch.push(observation)
        frames += 1
        if watch.reason is not None:
            withheld[watch.reason] += 1
        progress(frames, count)
    of = {side: [rep for rep in reps if rep.side is side][practice:] for side in Side}
    if not any(of.values()):
        raise MediusError(_nothing(source, frames, withheld, bool(reps), settings.view))
    legs = {side: leg(found, watch.touches[side], network) for side, found in of.items() if found}
    kept = [rep for rep in reps if rep in of[rep.side]]
    result = CheckResult(settings.view, legs, roll_sd_deg)
    return CheckedRecording(source, frames, dict(withheld), kept, result, list(notes))


def _nothing(source: str, frames: int, withheld: Counter[str], practised: bool, view: View) -> str:
    if practised:
        return f"{source} holds no more single-leg squats than are left out as practice: leave out fewer."
    if 2 * withheld.total() > frames:
        reason = withheld.most_common(1)[0][0]
        other = View.REAR if view is View.FRONT else View.FRONT
        hint = f" Does the camera stand in {other}? Then use --view {other}." if reason == SIDES_CONTRADICT else ""
        return f"No single-leg squat was found in {source}: {reason}.{hint}"
    return (
        f"No single-leg squat was found in {source}: nobody stands on one leg, lets the hips down and comes up again, "
        "from the beginning to the end of it."
    )


def json_text(recording: CheckedRecording) -> str:
    """All of it as JSON: missing is null. Raises ValueError for what is not finite."""
    document = {
        "schema": SCHEMA,
        "source": recording.source,
        "frames": recording.frames,
        "frames_withheld": dict(recording.withheld),
        "notes": list(recording.notes),
        "check": body(recording.result),
        "reps": [_rep_json(rep) for rep in recording.reps],
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def _rep_json(rep: Rep) -> dict[str, Any]:
    return {
        "side": str(rep.side),
        "start_s": round(rep.start_s, 3),
        "bottom_s": round(rep.bottom_s, 3),
        "end_s": round(rep.end_s, 3),
        "depth": round(rep.depth, 4),
        "reason": rep.reason,
        **{f"{part}_deg": _measure_json(measure) for part, measure in rep.measures.items()},
    }


def _measure_json(measure: Measure) -> dict[str, Any]:
    if measure.value is None or measure.sd is None:
        return {"value": None, "sd": None, "reason": measure.reason}
    return {"value": round(measure.value, 2), "sd": round(measure.sd, 2), "reason": None}
