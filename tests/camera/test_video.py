import base64
import os
import random
import tempfile
from itertools import islice, pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from monitor.camera import CameraError, VideoFile, errors
from tests.camera.mp4 import number_of, put_index_first, set_rotation, set_times, write_video

SHARED = Path(__file__).resolve().parents[3] / "shared" / "clips" / "rendered"

BARE_H264 = base64.b64decode(
    "AAAAAWdCwArZCWwEQAAAAwBAAAAMg8SJkgAAAAFoy4PLIAAAAWWIhAzyYoABuTrrwAAAAAFBmjgX5YAAAAABQZpUBflgAAAAAUGaYCvL"
)
"""Four grey pictures of 32 × 32 without a container."""


class Clock:
    """Time that passes only when somebody sleeps or works."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, duration_s: float) -> None:
        assert duration_s > 0.0
        self.now_s += duration_s


def test_gives_every_frame_with_its_time(tmp_path: Path) -> None:
    with VideoFile(write_video(tmp_path / "a.mp4", 12, fps=25.0)) as camera:
        frames = list(camera)
    assert [number_of(frame.image) for frame in frames] == list(range(12))
    assert [frame.index for frame in frames] == list(range(12))
    assert [frame.time_s for frame in frames] == pytest.approx([n / 25.0 for n in range(12)], abs=1e-6)
    assert (camera.size, camera.nominal_fps, camera.live, camera.skipped) == ((64, 96), 25.0, False, 0)
    assert not camera.ends_early


def test_variable_frame_rate_is_honoured(tmp_path: Path) -> None:
    intervals_s = [0.02, 0.05, 0.01, 0.3, 0.033, 0.02, 0.02, 0.1]
    path = set_times(write_video(tmp_path / "a.mp4", 8), intervals_s)
    times_s = [frame.time_s for frame in VideoFile(path)]
    assert times_s == pytest.approx([sum(intervals_s[:n]) for n in range(8)], abs=1e-4)


def test_random_frame_times_come_out_as_they_went_in(tmp_path: Path) -> None:
    chance = random.Random(7)
    intervals_s = [chance.choice((1, 2, 3, 5, 8)) / 120.0 for _ in range(60)]
    path = set_times(write_video(tmp_path / "a.mp4", 60, fps=120.0), intervals_s)
    times_s = [frame.time_s for frame in VideoFile(path)]
    assert times_s == pytest.approx([sum(intervals_s[:n]) for n in range(60)], abs=1e-4)


@pytest.mark.parametrize(("degrees", "bright_side"), [(90, "right"), (180, "bottom"), (270, "left")])
def test_turned_pictures_are_set_upright(tmp_path: Path, degrees: int, bright_side: str) -> None:
    camera = VideoFile(set_rotation(write_video(tmp_path / "a.mp4", 4), degrees))
    image = next(iter(camera)).image
    assert camera.size == ((64, 96) if degrees == 180 else (96, 64))
    assert image.shape[1::-1] == camera.size
    sides = {"right": image[:, -8:], "left": image[:, :8], "bottom": image[-8:]}
    assert sides[bright_side].mean() > 200
    assert all(side.mean() < 200 for name, side in sides.items() if name != bright_side)


def test_loop_starts_over_in_a_new_epoch_with_rising_times(tmp_path: Path) -> None:
    camera = VideoFile(write_video(tmp_path / "a.mp4", 5, fps=10.0), loop=True)
    frames = list(islice(camera, 13))
    assert [frame.epoch for frame in frames] == [0] * 5 + [1] * 5 + [2] * 3
    assert [number_of(frame.image) for frame in frames] == [0, 1, 2, 3, 4] * 2 + [0, 1, 2]
    assert [frame.index for frame in frames] == list(range(13))
    assert [b.time_s - a.time_s for a, b in pairwise(frames)] == pytest.approx([0.1] * 12)


def test_plays_at_the_files_own_rate(tmp_path: Path) -> None:
    clock = Clock()
    camera = VideoFile(write_video(tmp_path / "a.mp4", 10, fps=20.0), realtime=True, clock=clock, sleep=clock.sleep)
    assert [clock.now_s - 1000.0 - frame.time_s for frame in camera] == pytest.approx([0.0] * 10, abs=1e-9)
    assert camera.live
    assert camera.skipped == 0


def test_a_slow_taker_gets_the_newest_frame_and_the_rest_is_counted(tmp_path: Path) -> None:
    clock = Clock()
    camera = VideoFile(write_video(tmp_path / "a.mp4", 20, fps=20.0), realtime=True, clock=clock, sleep=clock.sleep)
    numbers = []
    for frame in camera:
        age_s = clock.now_s - 1000.0 - frame.time_s
        assert -1e-9 <= age_s <= 0.05 + 1e-9
        numbers.append(number_of(frame.image))
        clock.now_s += 0.16
    assert numbers == [0, 3, 6, 9, 12, 15, 19]
    assert camera.skipped == 20 - len(numbers)


def test_a_computer_too_slow_to_decode_still_sees_pictures(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", 100, fps=20.0)
    clock = Clock()

    def slow_clock() -> float:
        clock.now_s += 0.1
        return clock.now_s

    camera = VideoFile(path, realtime=True, clock=slow_clock, sleep=clock.sleep)
    times_s = [frame.time_s for frame in camera]
    assert len(times_s) >= 4
    assert max(b - a for a, b in pairwise(times_s)) <= 1.05


def test_times_that_do_not_rise_are_left_out(tmp_path: Path) -> None:
    path = set_times(write_video(tmp_path / "a.mp4", 6), [0.1, 0.1, 0.0, 0.1, 0.1, 0.1])
    camera = VideoFile(path)
    times_s = [frame.time_s for frame in camera]
    assert all(b > a for a, b in pairwise(times_s))
    assert len(times_s) + camera.skipped == 6


def test_a_file_without_its_end_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    path = put_index_first(write_video(tmp_path / "a.mp4", 40))
    assert len(list(VideoFile(path))) == 40
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    camera = VideoFile(path)
    assert camera.ends_early
    assert "its end is missing" in camera.describe()
    assert 2 <= len(list(camera)) < 40


@pytest.mark.parametrize("name", ["a.avi", "a.mkv"])
def test_other_containers_tell_that_their_end_is_missing(tmp_path: Path, name: str) -> None:
    path = write_video(tmp_path / name, 60, code="MJPG")
    assert not VideoFile(path).ends_early
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    camera = VideoFile(path)
    assert camera.ends_early
    assert 2 <= len(list(camera)) < 60


def test_ten_hours_open_at_once_and_are_not_read_ahead(tmp_path: Path) -> None:
    path = set_times(write_video(tmp_path / "a.mp4", 3000, size=(64, 64)), [12.0] * 3000)

    def read_bytes() -> int:
        return int(Path("/proc/self/io").read_text(encoding="ascii").split()[1])

    camera = VideoFile(path)
    frames = iter(camera)
    next(frames)
    before = read_bytes()
    assert next(frames).time_s == pytest.approx(12.0)
    assert read_bytes() - before < 1_000_000
    times_s = [frame.time_s for frame in frames]
    assert times_s[-1] == pytest.approx(36_000.0 - 12.0)


def test_closing_ends_the_iteration(tmp_path: Path) -> None:
    with VideoFile(write_video(tmp_path / "a.mp4", 20), loop=True) as camera:
        frames = iter(camera)
        next(frames)
    assert list(frames) == []
    assert "closed" in repr(camera)
    camera.close()


def test_a_looping_file_that_vanishes_ends_with_a_sentence(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", 4)
    frames = iter(VideoFile(path, loop=True))
    list(islice(frames, 4))
    path.unlink()
    with pytest.raises(errors.CameraNotFound, match="can no longer be read"):
        next(frames)


def _sound(path: Path) -> None:
    path.write_bytes(b"RIFF" + (2036).to_bytes(4, "little") + b"WAVEfmt " + bytes(2028))


def _cut_off(path: Path) -> None:
    data = write_video(path, 40).read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _unknown_code(path: Path) -> None:
    path.write_bytes(write_video(path, 5, code="MJPG").read_bytes().replace(b"MJPG", b"zzzz"))


@pytest.mark.parametrize(
    ("name", "make", "error", "words"),
    [
        ("absent.mp4", lambda _: None, errors.CameraNotFound, "There is no file"),
        ("folder.mp4", Path.mkdir, errors.NotAFile, "is a folder"),
        ("pipe.mp4", os.mkfifo, errors.NotAFile, "is not a file"),
        ("x" * 300, lambda _: None, CameraError, "cannot be read"),
        ("empty.mp4", Path.touch, errors.EmptyFile, "is empty"),
        (
            "noise.mp4",
            lambda path: path.write_bytes(random.Random(1).randbytes(50_000)),
            errors.NotAVideo,
            "not a video",
        ),
        ("text.mp4", lambda path: path.write_text("hello\n" * 100), errors.NotAVideo, "not a video"),
        ("sound.wav", _sound, errors.SoundOnly, "sound and no pictures"),
        ("half.mp4", _cut_off, errors.CutOff, "was cut off"),
        ("one.mp4", lambda path: write_video(path, 1), errors.SinglePicture, "a single picture"),
        ("code.avi", _unknown_code, errors.NotDecodable, "cannot be decoded here"),
        ("bare.h264", lambda path: path.write_bytes(BARE_H264), errors.NoTimes, "when they were taken"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, make: object, error: type[CameraError], words: str
) -> None:
    path = tmp_path / name
    make(path)  # type: ignore[operator]
    with pytest.raises(error, match=words) as caught:
        VideoFile(path)
    message = str(caught.value)
    assert str(path) in message
    assert message.endswith(".")
    assert ": " in message
    assert capfd.readouterr() == ("", "")


def test_an_mp4_with_sound_only_is_told_from_garbage(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", 5)
    path.write_bytes(path.read_bytes().replace(b"vide", b"soun"))
    with pytest.raises(errors.SoundOnly):
        VideoFile(path)


def test_a_file_one_may_not_read() -> None:
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as folder:
        path = write_video(Path(folder) / "a.mp4", 5)
        path.chmod(0)
        Path(folder).chmod(0o711)
        if user == 0:
            os.seteuid(65534)
        try:
            with pytest.raises(errors.CameraNotAllowed, match="may not read"):
                VideoFile(path)
        finally:
            os.seteuid(user)


def test_a_real_h264_clip_has_the_times_of_its_truth() -> None:
    clip = SHARED / "08_left_drop10_30"
    if not clip.exists():
        pytest.skip("no rendered clips beside the project")
    truth_s = np.load(clip / "truth.npz")["t"]
    frames = list(islice(VideoFile(clip / "video.mp4"), 40))
    exposure_middle_s = 0.5 / 30.0
    assert [frame.time_s for frame in frames] == pytest.approx(truth_s[:40] - exposure_middle_s, abs=1e-5)


def test_opencv_decodes_only_the_frames_that_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    camera = VideoFile(write_video(tmp_path / "a.mp4", 20, fps=20.0), realtime=True, clock=clock, sleep=clock.sleep)
    retrieved = []

    class Capture:
        def __init__(self, *arguments: object) -> None:
            self._capture = original(*arguments)

        def retrieve(self) -> tuple[bool, np.ndarray]:
            retrieved.append(1)
            return self._capture.retrieve()

        def __getattr__(self, name: str) -> object:
            return getattr(self._capture, name)

    original = cv2.VideoCapture
    monkeypatch.setattr(cv2, "VideoCapture", Capture)
    shown = 0
    for _ in camera:
        shown += 1
        clock.now_s += 0.3
    assert len(retrieved) == shown < 10
