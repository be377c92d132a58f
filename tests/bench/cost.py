"""CPU of everything after the pose step: gait, cue and store, a frame at a time, as the unit runs them."""

import tempfile
import time
from pathlib import Path

from monitor.cues.decision import Decider
from monitor.gait import GaitSettings, GaitTracker, SessionSummary
from monitor.store import Recorder, SessionStart, SystemClock
from monitor.vocabulary import View
from tests.gait.synthetic import Runner

SECONDS, FPS = 60.0, 60.0


def main() -> None:
    track = Runner(line_noise_deg=1.6).observe(SECONDS, FPS)
    with tempfile.TemporaryDirectory() as folder, Recorder(Path(folder) / "medius.sqlite", SystemClock()) as recorder:
        recorder.open_session(SessionStart("benchmark", View.REAR, "none", 0.0))
        tracker, decider, summary = GaitTracker(GaitSettings()), Decider(), SessionSummary()
        stances = 0
        spent_s = {"gait": 0.0, "cue": 0.0}
        whole_s = time.process_time()  # of all threads: the store writes from its own
        for observation in track:
            before_s = time.process_time()
            found = tracker.push(observation)
            spent_s["gait"] += time.process_time() - before_s
            for stance in found:
                stances += 1
                summary.add(stance)
                recorder.stance(stance)
                decider.stance(stance)
            before_s = time.process_time()
            decider.tick(observation.time_s, tracker.seen, tracker.reason)
            spent_s["cue"] += time.process_time() - before_s
            if observation.index % int(FPS) == 0:
                recorder.progress(observation.index, 0, tracker.fps, tracker.cadence_spm, {}, summary.summary())
        recorder.flush()
        whole_s = time.process_time() - whole_s
    print(f"{len(track)} frames at {FPS:.0f} a second, {stances} stances")
    print(f"  gait, cue and store together  {1e3 * whole_s / len(track):.3f} ms of CPU a frame")
    print(f"  of it gait                    {1e3 * spent_s['gait'] / len(track):.3f} ms")
