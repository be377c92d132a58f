"""A recording, measured faster than real time by the code that measures a runner live."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from monitor.camera import VideoFile
from monitor.gait import GaitSettings, GaitTracker, summarise
from monitor.pelvis import PelvicReader
from monitor.pose.pool import PosePool
from monitor.results import Quality, Result, cadence_spm
from monitor.track import read_track
from monitor.vocabulary import Observation, Stance

Progress = Callable[[int, int | None], None]
"""Called with the frames done and, where it is known, how many there are."""
TRACK_SUFFIX = ".npz"


def analyze_track(path: Path, settings: GaitSettings, progress: Progress) -> Result:
    """Measure a landmark track. Raises TrackError."""
    track = read_track(path)
    return measure(path.name, track, len(track), settings, progress)


def analyze_video(video: VideoFile, model_path: Path, settings: GaitSettings, progress: Progress) -> Result:
    """Measure an open video on all cores. Raises CameraError, PoseFault."""
    with PosePool(model_path, workers=os.cpu_count() or 1, size=video.size, reader=PelvicReader()) as pool:
        notes = ["The file ends before its time: what it has was measured."] if video.ends_early else []
        if not pool.isolation.isolated:
            notes.append(f"The pose network ran with a network in reach: {pool.isolation.reason}.")
        return measure(video.path.name, pool.observe(video), None, settings, progress, notes)


def measure(
    source: str,
    observations: Iterable[Observation],
    count: int | None,
    settings: GaitSettings,
    progress: Progress,
    notes: Iterable[str] = (),
) -> Result:
    """Measure observations in time order."""
    tracker = GaitTracker(settings)
    stances: list[Stance] = []
    first_s = last_s = None
    for observation in observations:
        stances += tracker.push(observation)
        first_s = observation.time_s if first_s is None else first_s
        last_s = observation.time_s
        progress(tracker.frames, count)
    stances += tracker.finish()
    remarks = list(notes)
    if not stances:
        remarks.append(f"No stance could be measured: {_main_reason(tracker)}.")
    return Result(
        source,
        tracker.fps,
        0.0 if first_s is None or last_s is None else last_s - first_s,
        cadence_spm(stances),
        Quality(tracker.frames, tracker.frames_used, dict(tracker.withheld), remarks),
        summarise(stances),
        stances,
    )


def _main_reason(tracker: GaitTracker) -> str:
    if 2 * tracker.frames_used < tracker.frames and tracker.withheld:
        return tracker.withheld.most_common(1)[0][0]
    return tracker.reason or "too few strides in a row"
