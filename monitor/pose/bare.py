"""The pose network with nothing around it, to compare the engine with.

`python -m monitor.pose.bare MODEL WIDTH HEIGHT COUNT FRAMES SECONDS` looks again and again at the RGB pictures that lie
in the inherited descriptor FRAMES, and prints how many it looked at, in how many seconds and with how much CPU.
"""

import sys

from monitor.pose.isolation import leave_network


def main() -> None:
    """Measure for so many seconds."""
    leave_network()

    import time
    from pathlib import Path

    from monitor.pose.runner import Place
    from monitor.pose.serving import mediapipe_landmarker
    from monitor.pose.slots import FrameSlots

    model, width, height, count, frames, seconds = sys.argv[1:7]
    slots = FrameSlots((int(width), int(height)), int(count), int(frames))
    pictures = [slots[n] for n in range(int(count))]
    landmarker = mediapipe_landmarker(Path(model))
    pose = landmarker.find(pictures[0], None).pose
    near = None if pose is None else Place.of(pose)
    for picture in pictures:
        landmarker.find(picture, near)
    began_s, began_cpu_s, looked_at = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - began_s < float(seconds):
        landmarker.find(pictures[looked_at % len(pictures)], near)
        looked_at += 1
    sys.stdout.write(f"{looked_at} {time.perf_counter() - began_s} {time.process_time() - began_cpu_s}")


if __name__ == "__main__":
    main()
