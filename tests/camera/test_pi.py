"""The Pi camera on a stand-in for Picamera2. On the real one: tests/camera/real_picamera2.sh, by hand."""

import errno
import os
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.camera import Camera, PiCamera, PiSettings, errors, open_camera, sensor
from monitor.camera.clock import ClockWatch
from monitor.camera.sensor import choose_mode
from monitor.pose.slots import FrameSlots
from monitor.setting_up import wizard_for
from tests.camera.picamera2_stand_in import COLOURS, LENS, MODULE_3, World

SMALL = PiSettings(size=(60, 40))
FIXED = {"ExposureTime", "AnalogueGain", "ColourGains", "AfMode", "LensPosition"}


def camera_of(world: World, settings: PiSettings = SMALL, number: int = 0) -> PiCamera:
    return PiCamera(number, settings, load=lambda: world, clock=world.clock, sleep=world.sleep)


def fixed_in(world: World) -> list[tuple[float, dict[str, Any]]]:
    return [(time_s, controls) for time_s, controls in world.controls if "ExposureTime" in controls]


# ---- What is asked for


def test_pictures_are_asked_for_as_frames_hold_them() -> None:
    world = World()
    camera: Camera = camera_of(world, PiSettings())
    configuration = world.openings[0].configuration
    assert configuration["main"] == {"format": "BGR888", "size": (1280, 720)}
    assert (configuration["buffer_count"], configuration["queue"]) == (6, False)
    assert configuration["sensor"] == {"output_size": (2304, 1296), "bit_depth": 10}
    assert camera.live
    assert camera.size == (1280, 720)


@pytest.mark.parametrize(
    ("fps", "mains_hz", "least_us", "duration_us"),
    [(50.0, 50, 17_849, 20_000), (50.0, 60, 17_849, 25_000), (60.0, 60, 16_000, 16_667), (50.0, 50, 24_300, 30_000)],
)
def test_frames_are_equally_long_as_the_lamps_want_it(
    fps: float, mains_hz: int, least_us: int, duration_us: int
) -> None:
    world = World()
    world.offered["FrameDurationLimits"] = (least_us, 10**8, 33_333)
    camera = camera_of(world, replace(SMALL, fps=fps, mains_hz=mains_hz))
    limits = [controls["FrameDurationLimits"] for _, controls in world.controls if "FrameDurationLimits" in controls]
    assert limits == [(duration_us, duration_us)]
    assert camera.nominal_fps == pytest.approx(1e6 / duration_us)


def test_a_sensor_that_cannot_be_as_slow_as_the_lamps_want_it_is_as_slow_as_it_can() -> None:
    world = World()
    world.offered["FrameDurationLimits"] = (33_333, 33_333, 33_333)
    assert camera_of(world).nominal_fps == pytest.approx(30.0, abs=0.01)


def test_the_sensors_mode_that_sees_most_is_chosen() -> None:
    half_view, full_view, all_pixels = MODULE_3
    assert choose_mode(MODULE_3, (1280, 720), 50.0) is full_view
    assert choose_mode(MODULE_3, (1280, 720), 100.0) is half_view
    assert choose_mode(MODULE_3, (1280, 720), 10.0) is full_view
    assert choose_mode(MODULE_3, (3840, 2160), 50.0) is all_pixels
    assert choose_mode(MODULE_3, (1280, 720), 150.0) is full_view
    assert choose_mode([{"format": "MJPEG"}], (1280, 720), 50.0) is None


@given(st.permutations(MODULE_3), st.floats(1.0, 200.0))
def test_the_order_of_modes_does_not_matter(modes: list[dict[str, Any]], fps: float) -> None:
    assert choose_mode(modes, (1280, 720), fps) is choose_mode(MODULE_3, (1280, 720), fps)


def test_a_camera_is_slowed_in_the_lamps_steps_until_it_is_adjusted_and_never_hurried() -> None:
    world = World()
    camera = camera_of(world, replace(SMALL, fps=50.0, mains_hz=50))
    before = len(world.controls)
    frames = iter(camera)
    next(frames)
    for fps, nominal_fps in ((40.0, 1e6 / 30_000), (60.0, 1e6 / 30_000), (12.0, 1e6 / 90_000)):
        camera.pace(fps)
        assert camera.nominal_fps == pytest.approx(nominal_fps)
    paces = [c["FrameDurationLimits"][0] for _, c in world.controls[before:] if "FrameDurationLimits" in c]
    assert paces == [30_000, 90_000]
    for _ in range(20):
        next(frames)
    skipped = camera.skipped
    assert [round(b.time_s - a.time_s, 3) for a, b in [(next(frames), next(frames))]] == [0.09]
    assert camera.skipped == skipped
    camera.adjust()
    assert camera.nominal_fps == pytest.approx(50.0)


def test_a_camera_that_is_opened_anew_keeps_its_pace() -> None:
    world = World(lives=(40,))
    camera = camera_of(world, replace(SMALL, fps=50.0, mains_hz=50))
    camera.pace(20.0)
    frames = iter(camera)
    while len(world.openings) == 1:
        next(frames)
    assert camera.nominal_fps == pytest.approx(20.0)


def test_the_light_is_looked_at_anew_and_then_fixed_again() -> None:
    world = World(brightness=20_000.0)
    camera = camera_of(world)
    frames = iter(camera)
    next(frames)
    world.brightness = 60_000.0
    camera.adjust()
    (_, first), (_, second) = fixed_in(world)
    assert second["ExposureTime"] * second["AnalogueGain"] == pytest.approx(60_000.0, rel=0.01)
    assert first["ExposureTime"] * first["AnalogueGain"] == pytest.approx(20_000.0, rel=0.01)
    assert "exposed for" in camera.describe()
    assert next(frames).image.shape


def test_a_camera_that_falls_silent_while_it_looks_at_the_light_keeps_what_it_had() -> None:
    world = World(lives=(60,))
    camera = camera_of(world)
    frames = iter(camera)
    while world.open and camera.skipped == 0 and len(world.openings) == 1:
        before = fixed_in(world)
        camera.adjust()
        next(frames)
    assert fixed_in(world)[: len(before)] == before
    assert len(world.openings) == 2


@pytest.mark.parametrize(
    "impossible", [{"turn_deg": 45}, {"mains_hz": 55}, {"fps": 0.0}], ids=["turn", "mains", "rate"]
)
def test_impossible_settings(impossible: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="turned by quarters"):
        PiSettings(**impossible)


# ---- Frames


def test_a_frames_time_is_the_middle_of_its_own_exposure() -> None:
    world = World(brightness=22_500.0)  # fixed: 4 ms, and before that takes effect 20 ms
    frames = iter(camera_of(world))
    seen = [(next(frames), world.now_s) for _ in range(12)]
    before_end_s = [round(now_s - frame.time_s, 6) for frame, now_s in seen]
    assert set(before_end_s) == {0.010, 0.002}
    assert before_end_s == sorted(before_end_s, reverse=True)
    assert [frame.index for frame, _ in seen] == list(range(12))
    assert {frame.epoch for frame, _ in seen} == {0}


def test_a_picture_is_lent_until_the_next_one_is_asked_for() -> None:
    world = World()
    frames = iter(camera_of(world))
    for _ in range(3):
        frame = next(frames)
        assert world.held == 1
        assert frame.image[0, 0].tolist() == [10, 20, 30]  # the stand-in wipes it when it has it back
    del frames
    assert world.held == 0
    assert not frame.image.any()


@pytest.mark.parametrize(
    ("turn_deg", "corner", "along"),
    [(0, (0, 0), (0, 1)), (90, (0, -1), (1, -1)), (180, (-1, -1), (-1, -2)), (270, (-1, 0), (-2, 0))],
)
def test_a_turned_camera_gives_frames_that_say_so(
    turn_deg: int, corner: tuple[int, int], along: tuple[int, int]
) -> None:
    camera = camera_of(World(), replace(SMALL, turn_deg=turn_deg))
    assert camera.size == ((40, 60) if turn_deg in (90, 270) else (60, 40))
    frame = next(frames := iter(camera))
    slots = FrameSlots(camera.size, 1)
    slots.put(0, frame)
    upright = slots[0]
    assert upright[corner].tolist() == upright[along].tolist() == [10, 20, 30]
    assert np.count_nonzero(upright) == 6
    frames.close()
    slots.close()


def test_lost_frames_are_counted() -> None:
    world = World()
    camera = camera_of(world)
    frames = iter(camera)
    next(frames)
    world.now_s += 3 * 0.02
    next(frames)
    assert camera.skipped == 3


def test_a_time_that_does_not_rise_is_left_out() -> None:
    world = World()
    camera = camera_of(world)
    frames = iter(camera)
    first = next(frames)
    world.stamp_step_s = -0.02
    second = next(frames)
    assert second.time_s > first.time_s
    assert second.index == 1
    assert camera.skipped >= 1


# ---- The exposure of a session


def test_exposure_colours_and_focus_are_fixed_once_they_have_settled() -> None:
    world = World(brightness=20_000.0, settling=40)
    camera_of(world)
    (time_s, controls), *others = fixed_in(world)
    assert others == []
    assert controls == {
        "ExposureTime": 4000,
        "AnalogueGain": pytest.approx(5.0, rel=0.02),
        "ColourGains": COLOURS,
        "AfMode": 0,
        "LensPosition": LENS,
    }
    assert 40 * 0.02 < time_s - 100.0 < 1.5
    automatic = world.controls[0][1]
    assert (automatic["AeEnable"], automatic["AwbEnable"], automatic["AfMode"]) == (True, True, 2)


@pytest.mark.parametrize(("settling", "least_s", "most_s"), [(0, 0.5, 0.6), (10_000, 2.0, 2.1)])
def test_metering_takes_as_long_as_it_must_and_no_longer(settling: int, least_s: float, most_s: float) -> None:
    world = World(settling=settling)
    camera_of(world)
    assert least_s <= fixed_in(world)[0][0] - 100.0 <= most_s


@pytest.mark.parametrize(
    ("brightness", "words", "absent"),
    [
        (2_000.0, "exposed for 1.8 ms at gain 1.1; times are the camera's own", "dark"),
        (20_000.0, "exposed for 4 ms at gain 5; times", "dim"),
        (40_000.0, "exposed for 5 ms at gain 8; times are the camera's own; it is dim here", "dark"),
        (400_000.0, "it is too dark here: put more light on the runner and start again", "dim"),
    ],
)
def test_the_light_is_told(brightness: float, words: str, absent: str) -> None:
    told = camera_of(World(brightness=brightness)).describe()
    assert words in told
    assert absent not in told
    assert told.startswith("Pi camera 0 (imx708), 60 × 40, 50 frames a second")


def test_a_camera_is_asked_only_for_what_it_has() -> None:
    world = World()
    for missing in ("AfMode", "LensPosition", "ColourGains", "AwbEnable"):
        del world.offered[missing]
    camera_of(world)
    assert set(fixed_in(world)[0][1]) == {"ExposureTime", "AnalogueGain"}


def test_a_camera_without_any_controls_gives_pictures() -> None:
    """libcamera's virtual one."""
    world = World()
    world.offered, world.modes = {}, []
    camera = camera_of(world)
    first, second = (frame for frame, _ in zip(camera, range(2), strict=False))
    assert second.time_s - first.time_s == pytest.approx(1 / 30, abs=1e-3)
    assert world.openings[0].configuration["sensor"] is None
    assert "exposed" not in camera.describe()


# ---- Silence


def test_a_silent_camera_is_opened_anew_with_the_same_exposure() -> None:
    world = World(lives=(40,))
    camera = camera_of(world)
    frames = []
    for frame in ClockWatch(world.clock).watch(camera):
        frames.append(frame)
        if len(world.openings) == 2 and len(frames) > 20:
            break
    steps_s = np.diff([frame.time_s for frame in frames])
    assert np.all(steps_s > 0.0)
    assert np.sum(steps_s > 0.5) == 1
    assert {frame.epoch for frame in frames} == {0}, "its clock went on meanwhile"
    assert [frame.index for frame in frames] == list(range(len(frames)))
    (_, first), (_, second) = fixed_in(world)
    assert {name: second[name] for name in FIXED} == first
    assert "AeEnable" not in second
    assert second["FrameDurationLimits"] == (20_000, 20_000)
    assert world.openings[0].cancelled, "the picture that was waited for would never be given back"
    assert world.open == 1
    assert camera.skipped == 0


def test_a_camera_that_stays_silent_is_given_up() -> None:
    world = World(lives=(60, 0, 0, 0))
    camera = camera_of(world)
    with pytest.raises(errors.CameraSilent, match="though it was opened anew 3 times: switch the computer off"):
        list(camera)
    assert len(world.openings) == 4
    camera.close()
    assert (world.open, world.held) == (0, 0)


def test_only_failures_in_a_row_count() -> None:
    world = World(lives=(60, 0, 0, 5, 0, 0, 5, 0, 0, 5))
    camera = camera_of(world)
    frames = iter(camera)
    while len(world.openings) < 11:
        next(frames)
    camera.close()


def test_a_camera_that_cannot_be_opened_again_at_once_is_waited_for() -> None:
    world = World(lives=(60,))
    camera = camera_of(world)
    frames = iter(camera)
    next(frames)
    world.refusals = [RuntimeError("Failed to acquire camera: Device or resource busy"), None]
    while len(world.openings) < 2:
        next(frames)
    assert world.pauses_s == [1.0]


def test_a_camera_that_gives_nothing_from_the_start_is_let_go() -> None:
    world = World(lives=(0,))
    with pytest.raises(errors.CameraSilent, match=r"The Pi camera gives no picture: .* firmly at both ends"):
        camera_of(world)
    assert world.open == 0


def test_closing_ends_the_iteration() -> None:
    world = World()
    with camera_of(world) as camera:
        frames = iter(camera)
        next(frames)
        assert repr(camera) == "<PiCamera 0>"
    assert list(frames) == []
    assert repr(camera) == "<PiCamera 0, closed>"
    camera.close()
    assert world.open == 0


def test_a_camera_is_closed_though_what_waits_for_it_cannot_be_cancelled() -> None:
    world = World()
    world.cancel_refusal = RuntimeError("invalid state")
    camera_of(world).close()
    assert world.open == 0


def test_closing_waits_for_the_picture_that_another_thread_copies() -> None:
    world = World()
    camera = camera_of(world)
    closing = threading.Thread(target=camera.close)
    pictures = []
    for frame in camera:
        closing.start()
        while not camera._closed:
            pass
        assert world.open == 1
        pictures.append(frame.image.copy())
    closing.join()
    assert [picture[0, 0].tolist() for picture in pictures] == [[10, 20, 30]]
    assert (world.open, world.held) == (0, 0)


def test_who_has_a_picture_may_close_the_camera() -> None:
    world = World()
    camera = camera_of(world)
    frames = iter(camera)
    next(frames)
    camera.close()
    assert (world.open, world.held) == (0, 0)
    assert list(frames) == []


# ---- Every way it can be missing


def picamera2_raises(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(_: str) -> None:
        raise error

    monkeypatch.setattr(sensor.importlib, "import_module", fail)


def test_picamera2_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    monkeypatch.setattr(sensor, "DEBIANS", tmp_path / "picamera2")
    with pytest.raises(errors.CameraNotSupported) as caught:
        open_camera("pi")
    assert str(caught.value) == (
        "The Pi camera needs picamera2, which is not on this computer: sudo apt install python3-picamera2, then start "
        "./medius again, which sets itself up anew; or use a USB camera (usb:0) or a video file."
    )


def test_picamera2_is_out_of_reach(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    monkeypatch.setattr(sensor, "DEBIANS", tmp_path)
    with pytest.raises(errors.CameraNotSupported, match=r"does not find it: start Medius with \./medius"):
        open_camera("pi")


@pytest.mark.parametrize(
    "error",
    [
        ModuleNotFoundError("No module named 'libcamera'", name="libcamera"),
        ValueError("numpy.dtype size changed, may indicate binary incompatibility."),
    ],
)
def test_picamera2_is_broken(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    picamera2_raises(monkeypatch, error)
    with pytest.raises(errors.CameraNotSupported, match=r"cannot be loaded \(.*\): install it anew with sudo apt"):
        open_camera("pi")


def test_no_camera_is_connected(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sensor, "DEVICES", tmp_path)
    world = World()
    world.cameras = [{"Id": "/base/axi/pcie/usb@1-1:1.0-046d:0825", "Model": "Webcam", "Num": 0}]
    with pytest.raises(errors.CameraNotFound) as caught:
        camera_of(world)
    assert str(caught.value) == (
        "There is no Pi camera on this computer: switch the computer off, check that the camera's cable sits firmly at "
        "both ends, its contacts towards those of the socket (a Raspberry Pi 5 takes the narrower cable with 22 of "
        "them), and switch it on again."
    )


def test_there_is_no_second_camera() -> None:
    with pytest.raises(errors.CameraNotFound, match=r"There is no Pi camera pi:1, only 1: pi:0 is the first"):
        camera_of(World(), number=1)


def test_who_may_not_use_the_devices_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "media0").touch()
    monkeypatch.setattr(sensor, "DEVICES", tmp_path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    world = World()
    world.cameras = []
    with pytest.raises(errors.CameraNotAllowed, match=r"/media0\): have yourself added to the group \"video\""):
        camera_of(world)


def test_the_camera_is_in_use() -> None:
    world = World()
    world.refusals = [RuntimeError("Failed to acquire camera: Device or resource busy")]
    with pytest.raises(errors.CameraBusy) as caught:
        camera_of(world)
    assert str(caught.value) == "The Pi camera is used by another program: end that one, and start again."


def test_the_memory_for_pictures_may_not_be_used() -> None:
    world = World()
    world.refusals = [PermissionError(errno.EACCES, "Permission denied", "/dev/dma_heap/system")]
    with pytest.raises(errors.CameraNotAllowed, match="sudo usermod -aG video"):
        camera_of(world)


def test_the_camera_cannot_be_opened_for_another_reason() -> None:
    world = World()
    world.refusals = [RuntimeError("Could not open any dmaHeap device")]
    with pytest.raises(errors.CameraError, match=r"cannot be opened \(Could not open any dmaHeap device\): restart"):
        camera_of(world)


@pytest.mark.parametrize(
    "error", [RuntimeError("Configuration failed: {\n...}"), OSError(errno.ENOMEM, "Cannot allocate memory")]
)
def test_the_camera_cannot_be_set_up(error: Exception) -> None:
    world = World()
    world.start_refusal = error
    with pytest.raises(
        errors.CameraError, match=r"cannot be set up \(C[a-z ]+.*\): bring the system up to date .*, restart"
    ):
        camera_of(world)
    assert world.open == 0


# ---- From the command line to the camera


@pytest.mark.parametrize(("source", "number"), [("pi", 0), ("pi:0", 0), ("pi:1", 1)])
def test_a_pi_camera_by_its_number(monkeypatch: pytest.MonkeyPatch, source: str, number: int) -> None:
    opened: list[tuple[int, PiSettings]] = []
    monkeypatch.setattr("monitor.camera.opening.PiCamera", lambda number, pi: opened.append((number, pi)))
    open_camera(source)
    open_camera(source, pi=SMALL)
    assert opened == [(number, PiSettings()), (number, SMALL)]


def test_a_pi_camera_by_something_else() -> None:
    with pytest.raises(errors.CameraNotFound, match="pi is the first one, pi:1 the second"):
        open_camera("pi:left")


# ---- What the set-up asks


@pytest.mark.parametrize(("fps", "part_seen", "lens_deg"), [(50.0, 1.0, 66.0), (100.0, 2.0 / 3.0, 46.8)])
def test_it_says_how_much_of_the_sensor_it_shows(fps: float, part_seen: float, lens_deg: float) -> None:
    with camera_of(World(), PiSettings(fps=fps)) as camera:
        assert camera.sensor == ("imx708", pytest.approx(part_seen))
        assert camera.exposure_ms == pytest.approx(4.0)
        assert wizard_for(camera).lens.long_side_deg == lens_deg
        assert wizard_for(camera, lens_deg=80.0).lens.long_side_deg == 80.0
