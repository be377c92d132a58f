"""`medius analyze` and `medius run` on recordings of every kind, most of them bad."""

import json
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from monitor.camera import VideoFile
from tests.camera.mp4 import write_video
from tests.cli.clips import beginning_of_demo, landscape_at_uneven_times
from tests.cli.command import Done, medius, unprivileged

NOBODY = "No stance could be measured: nobody in view."


def sound(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(8000))


def in_unknown_code(path: Path) -> None:
    content = write_video(path, 10).read_bytes()
    path.write_bytes(content.replace(b"mp4v", b"zzzz").replace(b"esds", b"zzzz"))


BAD: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "missing": ("run.mp4", lambda _: None, "There is no file {path}: check the name."),
    "a folder": ("run.mp4", lambda path: path.mkdir(), "{path} is a folder: name one video in it."),
    "empty": ("run.mp4", lambda path: path.touch(), "{path} is empty: copy it again from where it was recorded."),
    "not a video": (
        "run.mp4",
        lambda path: path.write_bytes(b"MThd" + bytes(range(256)) * 40),
        "{path} is not a video: use MP4, MOV, MKV, WebM or AVI.",
    ),
    "sound only": ("run.wav", sound, "{path} holds sound and no pictures: choose a video."),
    "one picture": (
        "run.mp4",
        lambda path: write_video(path, 1),
        "{path} holds a single picture: a measurement takes a video of some seconds.",
    ),
    "cut off before its index": (
        "run.mp4",
        lambda path: path.write_bytes(write_video(path, 40).read_bytes()[:4000]),
        "{path} was cut off before the recording was finished, so its pictures cannot be found: "
        "use the original, or repair it with the app that recorded it.",
    ),
    "another code": (
        "run.mp4",
        in_unknown_code,
        "The pictures in {path} are damaged or in a code that cannot be decoded here: "
        "convert it to H.264, for example with ffmpeg -i IN -c:v libx264 OUT.mp4.",
    ),
}


@pytest.mark.parametrize("command", [("analyze",), ("run", "--no-dashboard", "--camera")])
@pytest.mark.parametrize("kind", BAD)
def test_what_is_wrong_is_said(tmp_path: Path, kind: str, command: tuple[str, ...]) -> None:
    name, make, sentence = BAD[kind]
    make(path := tmp_path / name)
    assert medius(*command, path).sentence == sentence.format(path=path)
    assert not (tmp_path / "state").exists()


def test_a_recording_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.settings.SETTINGS_FILES", ())
    path = write_video(tmp_path / "run.mp4", 10)
    path.chmod(0)
    with unprivileged():
        sentence = medius("analyze", path).sentence
    assert sentence == f"You may not read {path}: ask its owner, or copy it to your own folder."


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("rtsp://camera/live", "rtsp://camera/live is on a network"),
        ("usb:left", "usb:left is not a USB camera"),
        ("/dev/video97", "There is no camera /dev/video97"),
        ("pi", "use a USB camera (usb:0) or a video file."),
    ],
)
def test_a_camera_that_is_not_there(source: str, sentence: str) -> None:
    assert sentence in medius("run", "--camera", source).sentence


def measured(done: Done, json_path: Path, schema: Draft202012Validator) -> dict[str, Any]:
    assert (done.status, done.err) == (0, "")
    document: dict[str, Any] = json.loads(json_path.read_text(encoding="utf-8"))
    schema.validate(document)
    return document


@pytest.fixture
def cached(lite_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIUS_CACHE_DIR", str(lite_model.parent))


@pytest.mark.usefixtures("cached")
def test_nobody_in_view(tmp_path: Path, schema: Draft202012Validator) -> None:
    path = write_video(tmp_path / "gym.mp4", 15)
    done = medius("analyze", path, "--json", tmp_path / "out.json")
    document = measured(done, tmp_path / "out.json", schema)
    assert document["quality"]["notes"] == [NOBODY]
    assert document["quality"]["frames_withheld"] == {"nobody in view": 15}
    assert document["stances"] == []
    assert done.out.splitlines() == [
        "No stance was measured.",
        "gym.mp4: 15 frames in 0.5 s at 30.0 a second, 0 stances measured.",
        "15 frames not used: nobody in view.",
        NOBODY,
    ]


@pytest.mark.usefixtures("cached")
def test_a_file_that_ends_early_gives_what_it_has(tmp_path: Path, schema: Draft202012Validator) -> None:
    path = beginning_of_demo(tmp_path / "run.mp4", 195_000)
    done = medius("analyze", path, "--json", tmp_path / "out.json")
    document = measured(done, tmp_path / "out.json", schema)
    assert document["quality"]["notes"] == ["The file ends before its time: what it has was measured."]
    assert 1.5 < document["duration_s"] < 4.0
    assert document["cadence_spm"] == pytest.approx(168.0, abs=4.0)
    assert sum(stance["valid"] for stance in document["stances"]) >= 3
    assert done.out.endswith("\nThe file ends before its time: what it has was measured.\n")


@pytest.mark.usefixtures("cached")
def test_a_wide_picture_at_uneven_times(tmp_path: Path, schema: Draft202012Validator) -> None:
    path = landscape_at_uneven_times(tmp_path / "run.mp4", 120)
    document = measured(medius("analyze", path, "--json", tmp_path / "out.json"), tmp_path / "out.json", schema)
    assert document["quality"]["frames"] == 80
    assert document["fps_measured"] == pytest.approx(20.0, abs=0.3)
    assert document["duration_s"] == pytest.approx(119 / 30.0, abs=0.04)
    assert document["cadence_spm"] == pytest.approx(168.0, abs=3.0)
    assert sum(stance["valid"] for stance in document["stances"]) >= 7
    sides = [stance["side"] for stance in document["stances"]]
    assert sides == ["left" if (i % 2 == 0) == (sides[0] == "left") else "right" for i in range(len(sides))]


def test_how_many_frames_there_will_be_is_known_where_the_file_says_so(tmp_path: Path) -> None:
    assert VideoFile(write_video(tmp_path / "run.mp4", 12)).claimed_frames == 12
    assert VideoFile(beginning_of_demo(tmp_path / "cut.mp4", 130_000)).claimed_frames == 720
