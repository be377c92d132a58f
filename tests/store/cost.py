"""What recording costs: `python -m tests.store.cost [MINUTES]` plays so many minutes of running, 20 times as fast."""

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from monitor.store import Reader, Recorder, SystemClock
from monitor.store.spool import BEAT_EVERY_S, COMMIT_EVERY_S, SLOW_EVERY_S
from monitor.vocabulary import VARIABLES, Cue, CueKind, LampState, Side, Statistic, Summary
from tests.store.made import ENGINE, START, make_curves, make_stance

SPEED = 20.0
STANCES_PER_MIN = 170.0
STANCES_PER_CUE = 8
STANCES_PER_STATE = 45
CUE_REASON = "the pelvis drops beyond your band while you stand on the left leg"
FRAMES_PER_STANCE = 60.0 * 60.0 / STANCES_PER_MIN
SUMMARY: Summary = {
    side: {v.name: Statistic(4.87654321, 1.2345678, 900, (4.1, 5.6), None) for v in VARIABLES} for side in Side
}

CURVES = make_curves()


@dataclass(frozen=True)
class Cost:
    """Of an hour of running, at 170 steps a minute."""

    written_mb: float
    """Handed to the system by write()."""
    blocks_mb: float
    """Sent to the disk, which takes whole blocks of 4 kB."""
    file_mb: float
    syncs: float
    """Times that the disk was waited for."""
    cpu_ms_per_stance: float

    def __str__(self) -> str:
        return (
            f"an hour of running: {self.written_mb:.1f} MB written, {self.blocks_mb:.1f} MB in blocks, "
            f"{self.file_mb:.1f} MB kept, {self.syncs:.0f} syncs; CPU {self.cpu_ms_per_stance:.2f} ms a stance, "
            f"{self.cpu_ms_per_stance / FRAMES_PER_STANCE:.3f} ms a frame at 60 fps"
        )


def measure(path: Path, minutes: float) -> Cost:
    """Record so many minutes of running."""
    stances = [make_stance(number) for number in range(1, int(minutes * STANCES_PER_MIN) + 1)]
    syncs = 0

    def count(_connection: sa.Connection) -> None:
        nonlocal syncs
        syncs += 1

    def fdatasync(descriptor: int) -> None:
        nonlocal syncs
        syncs += 1
        really(descriptor)

    really = os.fdatasync
    with Recorder(
        path,
        SystemClock(),
        commit_every_s=COMMIT_EVERY_S / SPEED,
        beat_every_s=BEAT_EVERY_S / SPEED,
        progress_every_s=SLOW_EVERY_S / SPEED,
    ) as recorder:
        recorder.open_session(START)
        recorder.flush()
        sa.event.listen(sa.Engine, "commit", count)
        os.fdatasync = fdatasync
        before, cpu_s, started_s = _io(), time.process_time(), time.monotonic()
        for number, stance in enumerate(stances):
            time.sleep(max(0.0, started_s + number * 60.0 / STANCES_PER_MIN / SPEED - time.monotonic()))
            recorder.stance(stance)
            if number % STANCES_PER_CUE == 0:
                recorder.cue(Cue(stance.toe_off_s, Side.LEFT, CueKind.OUTSIDE, CUE_REASON, 7.531, 0.412, 6.0))
            if number % STANCES_PER_STATE == 0:
                recorder.state(LampState.MEASURING if number % 2 else LampState.CANNOT_SEE, "nobody is in the picture")
            recorder.progress(number * 21, 0, 59.9, STANCES_PER_MIN, {"nobody is in the picture": 3}, SUMMARY, CURVES)
            recorder.engine(ENGINE)
    os.fdatasync = really
    sa.event.remove(sa.Engine, "commit", count)
    cpu_s = time.process_time() - cpu_s
    after = _io()
    with Reader.open(path) as reader:
        assert reader.sessions()[0].stance_count == len(stances)
    per_hour = 60.0 / minutes
    return Cost(
        written_mb=(after["wchar"] - before["wchar"]) * per_hour / 1e6,
        blocks_mb=(after["write_bytes"] - before["write_bytes"]) * per_hour / 1e6,
        file_mb=path.stat().st_size * per_hour / 1e6,
        syncs=syncs * per_hour,
        cpu_ms_per_stance=cpu_s / len(stances) * 1e3,
    )


def _io() -> dict[str, int]:
    lines = Path("/proc/self/io").read_text().splitlines()
    return {name: int(count) for name, count in (line.split(": ") for line in lines)}


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as directory:
        print(measure(Path(directory, "medius.db"), float(sys.argv[1]) if len(sys.argv) > 1 else 10.0))


if __name__ == "__main__":
    main()
