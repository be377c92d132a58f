"""How well each source of the hip line follows the truth: `python -m tests.pelvis.report [--every N]`."""

import argparse
import time

import numpy as np

from monitor.pelvis import BeltReader
from tests.pelvis.clips import Clip, demo, rendered

HEADER = (
    f"{'clip':28}{'frames':>7}{'found %':>9}{'bias°':>7}{'SD°':>6}{'slope':>7}{'worst°':>8}"
    f"{'stated SD°':>12}{'z rms':>7}{'ms':>6}"
)


def line(clip: Clip, every: int) -> str:
    """One row of the table. z is the error without its mean, in stated standard deviations."""
    reader, truth, angle, sd, ms = BeltReader(), [], [], [], []
    for i, picture, pose in clip.frames(every):
        start = time.thread_time()
        found = reader(picture, pose)
        ms.append(1000.0 * (time.thread_time() - start))
        if found is not None:
            truth.append(clip.hipline_deg[i])
            angle.append(found.angle_deg)
            sd.append(found.sd_deg)
    row = f"{clip.name:28}{len(ms):7}{100.0 * len(angle) / len(ms):9.1f}"
    if len(angle) < 3:
        return f"{row}{'':47}{np.median(ms):6.1f}"
    error = np.subtract(angle, truth)
    centred = error - error.mean()
    z_rms = float(np.sqrt(np.mean((centred / sd) ** 2)))
    slope = float(np.polyfit(truth, angle, 1)[0])
    return (
        f"{row}{error.mean():+7.2f}{error.std():6.2f}{slope:7.3f}{np.abs(centred).max():8.2f}"
        f"{np.median(sd):12.2f}{z_rms:7.2f}{np.median(ms):6.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=4, metavar="N", help="read one frame of N (default 4)")
    every = parser.parse_args().every
    print(HEADER)
    for clip in (demo(), *rendered()):
        print(line(clip, every), flush=True)


if __name__ == "__main__":
    main()
