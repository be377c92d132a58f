"""A recording, measured faster than real time by the code that measures a runner live."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from monitor.camera import VideoFile
from monitor.export.document import Quality, Result, cadence_spm, neutral_text
from monitor.gait import GaitSettings, GaitTracker, summarise
from monitor.pelvis import PelvicReader
from monitor.pose.pool import PosePool
from monitor.pose.region import Region
from monitor.track import read_track
from monitor.vocabulary import Observation, Stance

MOST_WORKERS = 8
"""Pose processes, 300 MB each."""
Progress = Callable[[int, int | None], None]
"""Called with the frames done and, where it is known, how many there are."""
TRACK_SUFFIXES = (".npz", ".npy")


def analyze_track(path: Path, settings: GaitSettings, progress: Progress) -> Result:
    """Measure a landmark track. Raises TrackError."""
    track = read_track(path)
    return measure(_name(path), track, len(track), settings, progress)


def analyze_video(
    video: VideoFile, model_path: Path, settings: GaitSettings, progress: Progress, treadmill: Region | None = None
) -> Result:
    """Measure an open video on all cores. Raises CameraError, PoseFault."""
    workers = min(os.cpu_count() or 1, MOST_WORKERS)
    with PosePool(model_path, workers=workers, size=video.size, reader=PelvicReader(), treadmill=treadmill) as pool:
        notes = ["The file ends before its time: what it has was measured."] if video.ends_early else []
        if not pool.isolation.isolated:
            notes.append(f"The pose network ran with a network in reach: {pool.isolation.reason}.")
        return measure(_name(video.path), pool.observe(video), video.claimed_frames, settings, progress, notes)


def measure(
    source: str,
    observations: Iterable[Observation],
    count: int | None,
    settings: GaitSettings,
    progress: Progress,
    notes: Iterable[str] = (),
) -> Result:
    """Measure observations in time order; `count` is how many there are, where that is known."""
    tracker = GaitTracker(settings)
    stances: list[Stance] = []
    first_s = last_s = None
    for observation in observations:
        stances += tracker.push(observation)
        first_s = observation.time_s if first_s is None else first_s
        last_s = observation.time_s
        progress(tracker.frames, count)
    stances += tracker.finish()
    duration_s = 0.0 if first_s is None or last_s is None else last_s - first_s
    remarks = list(notes)
    if tracker.neutral is not None:
        remarks.append(neutral_text(tracker.neutral))
    if not any(stance.valid for stance in stances):
        remarks.append(f"No stance could be measured: {_main_reason(tracker, stances)}.")
    return Result(
        source,
        (tracker.frames - 1) / duration_s if duration_s > 0.0 else None,
        duration_s,
        cadence_spm(stances),
        Quality(tracker.frames, tracker.frames_used, dict(tracker.withheld), remarks),
        summarise(stances),
        stances,
    )


def _main_reason(tracker: GaitTracker, stances: list[Stance]) -> str:
    if stances:
        return Counter(str(stance.reason) for stance in stances).most_common(1)[0][0]
    if 2 * tracker.frames_used < tracker.frames and tracker.withheld:
        return tracker.withheld.most_common(1)[0][0]
    return tracker.reason or "too few strides in a row"


def _name(path: Path) -> str:
    """A file's name as text, whatever its bytes are."""
    return os.fsencode(path.name).decode(errors="replace")
