"""What `real_picamera2.sh` runs in its Debian 13: our Pi camera on the real Picamera2. It prints what it sees."""

import errno
import itertools
import logging
import os
import threading
import time
from pathlib import Path

import cv2
import numpy as np

os.environ.setdefault("LIBCAMERA_LOG_LEVELS", "*:FATAL")
FRAMES = Path("/opt/frames")
RED, GREEN, BLUE = (30, 30, 220), (30, 200, 30), (220, 30, 30)
picture = np.zeros((480, 640, 3), np.uint8)
picture[:240, :320], picture[:240, 320:], picture[240:, :320] = RED, GREEN, BLUE
for number in range(4):
    cv2.imwrite(str(FRAMES / f"{number}.jpg"), picture)

import libcamera  # noqa: E402
import virtual_camera  # noqa: E402

from monitor.camera import PiCamera, PiSettings, errors  # noqa: E402
from monitor.camera.sensor import AF_MANUAL, AUTOMATIC  # noqa: E402
from monitor.pose.slots import FrameSlots  # noqa: E402

SIZE = (640, 480)
CORNERS = {0: (RED, GREEN), 90: (BLUE, RED), 180: ((0, 0, 0), BLUE), 270: (GREEN, (0, 0, 0))}
"""What is upper left and upper right once a camera that is turned so has been put upright."""


def opened(turn_deg: int = 0, number: int = 0) -> PiCamera:
    return PiCamera(number, PiSettings(turn_deg=turn_deg, size=SIZE), load=lambda: virtual_camera)


def resident_mib() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def look_upright() -> None:
    for turn_deg, (left, right) in CORNERS.items():
        with opened(turn_deg) as camera:
            width, height = camera.size
            slots = FrameSlots(camera.size, 1)
            slots.put(0, next(iter(camera)))
        upright = slots[0][..., ::-1].astype(int)
        got = upright[height // 4, width // 4], upright[height // 4, 3 * width // 4]
        assert np.abs(np.subtract(got, (left, right))).max() < 25, (turn_deg, got)
        print(f"turned by {turn_deg}°: {camera.size}, upper left and right as they should be (blue, green, red)")


def look_at_times() -> None:
    with opened() as camera:
        print(camera.describe())
        frames = iter(camera)
        next(frames)
        before_mib = resident_mib()
        late_s, times_s = [], []
        for frame in itertools.islice(frames, 300):
            times_s.append(frame.time_s)
            late_s.append(time.monotonic() - frame.time_s)
        steps_s = np.diff(times_s)
        assert np.all(steps_s > 0.0)
        assert 0.0 <= min(late_s) <= max(late_s) < 2.0
        print(
            f"300 frames: {1e3 * np.median(steps_s):.1f} ms apart, taken {1e3 * np.median(late_s):.1f} ms before they "
            f"came (pipeline's stamps), {camera.skipped} skipped, {resident_mib() - before_mib:+.1f} MiB"
        )


def fall_silent() -> None:
    with opened() as camera:
        frames = iter(camera)
        first = [next(frames) for _ in range(5)]
        virtual_camera.manager.silent = True
        heal = threading.Timer(1.5, lambda: setattr(virtual_camera.manager, "silent", False))
        heal.start()
        began_s = time.monotonic()
        frame = next(frames)
        while frame.time_s < began_s:
            frame = next(frames)
        assert frame.index > first[-1].index
        print(f"silent for 1.5 s: the next frame came after {time.monotonic() - began_s:.1f} s, number {frame.index}")
        virtual_camera.manager.silent = True
        began_s = time.monotonic()
        try:
            for _ in frames:
                pass
        except errors.CameraSilent as error:
            print(f"silent for good, after {time.monotonic() - began_s:.1f} s: {error}")
        else:
            raise AssertionError("it was not given up")
        finally:
            virtual_camera.manager.silent = False


def close_from_another_thread() -> None:
    for _ in range(10):
        camera = opened()
        frames = iter(camera)
        next(frames)
        closing = threading.Timer(0.05, camera.close)
        closing.start()
        count = sum(1 for _ in frames)
        closing.join()
    print(f"closed from another thread ten times, the last after {count} frames")


def say_what_is_wrong() -> None:
    with opened() as camera:
        next(iter(camera))
        for number in (0, 1):
            try:
                opened(number=number)
            except errors.CameraError as error:
                print(f"{type(error).__name__}: {error}")
            else:
                raise AssertionError("it was opened")
        assert next(iter(camera)).image is not None, "and the one that is open goes on"


def refuse_memory() -> None:
    allocate = virtual_camera.MemoryAllocator.allocate

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    virtual_camera.MemoryAllocator.allocate = refuse
    try:
        opened()
    except errors.CameraError as error:
        print(f"{type(error).__name__}: {error}")
    else:
        raise AssertionError("it was opened")
    finally:
        virtual_camera.MemoryAllocator.allocate = allocate
    with opened() as camera:
        assert next(iter(camera)).index == 0, "and it was let go"


def set_every_control() -> None:
    """The virtual camera has none of them, but libcamera knows their types."""
    device = virtual_camera.Picamera2(0)
    try:
        device.configure(device.create_video_configuration(main={"size": SIZE, "format": "BGR888"}))
        request = device.camera.create_request(0)
        fixed = {"ExposureTime": 4000, "AnalogueGain": 2.5, "ColourGains": (2.1, 1.6), "LensPosition": 0.4}
        for name, value in {**AUTOMATIC, "AfMode": AF_MANUAL, **fixed, "FrameDurationLimits": (20000, 20000)}.items():
            request.set_control(getattr(libcamera.controls, name), value)
            print(f"libcamera takes {name} = {value}")
    finally:
        device.close()


logging.getLogger("picamera2").setLevel(logging.CRITICAL)
print(f"libcamera {libcamera.CameraManager.singleton().version}")
CHECKS = (
    look_upright,
    look_at_times,
    fall_silent,
    close_from_another_thread,
    say_what_is_wrong,
    refuse_memory,
    set_every_control,
)
for check in CHECKS:
    check()
print("all as it should be")
