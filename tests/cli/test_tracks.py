"""`medius analyze` on landmark tracks: what comes out of a good one, and what is said of any other."""

import contextlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import TrackError
from monitor.export.document import sd_name
from monitor.gait import summarise
from monitor.pelvis import landmark_line
from monitor.track import read_track
from monitor.vocabulary import VARIABLES, Landmark, Side, Stance
from tests.cli.command import medius, unprivileged
from tests.cli.tracks import LINE, LINE_SD, Arrays, arrays, changed, save, without_line
from tests.gait.synthetic import Runner, run

GOOD = arrays()
N = len(GOOD["time_s"])


def measured(path: Path) -> dict[str, Any]:
    """What the command writes."""
    done = medius("analyze", path, "--json", "-")
    assert done.status == 0, done.err
    document: dict[str, Any] = json.loads(done.out)
    return document


def same(document: dict[str, Any], stances: list[Stance]) -> None:
    """The document's stances and summary are these, to the four decimals that are written."""
    assert len(document["stances"]) == len(stances) > 10
    for written, stance in zip(document["stances"], stances, strict=True):
        assert written["side"] == stance.side
        assert [written[name] for name in ("contact_s", "midstance_s", "toe_off_s")] == pytest.approx(
            [stance.contact_s, stance.midstance_s, stance.toe_off_s], abs=1e-4
        )
        assert written["pelvic_source"] == stance.pelvic_source
        for name, measure in stance.measures.items():
            assert written[name] == pytest.approx(measure.value, abs=1e-4)
            assert (written[sd_name(name)] is None) == (measure.sd is None)
            assert written["withheld"].get(name) == measure.reason
    for side, statistics in summarise(stances).items():
        for name, statistic in statistics.items():
            written = document["summary"][side][name]
            assert written["mean"] == pytest.approx(statistic.mean, abs=1e-4)
            assert written["ci95"] == (statistic.ci95 and pytest.approx(statistic.ci95, abs=1e-4))
            assert (written["n"], written["reason"]) == (statistic.n, statistic.reason)


def test_a_track_is_measured_as_the_gait_measures_it(track: Path) -> None:
    observations = Runner().observe(6.0)
    document = measured(track)
    same(document, run(observations))
    assert document["source"] == track.name
    assert document["fps_measured"] == pytest.approx(60.0)
    assert document["duration_s"] == pytest.approx(observations[-1].time_s - observations[0].time_s, abs=1e-4)
    assert document["cadence_spm"] == pytest.approx(120.0 / 0.7, abs=1.0)
    assert document["quality"]["pelvic_sources"] == {"given": len(document["stances"])}


def test_without_a_line_the_landmarks_own_is_used(tmp_path: Path) -> None:
    observations = [replace(o, line=o.pose and landmark_line(o.pose)) for o in Runner().observe(6.0)]
    document = measured(save(tmp_path / "track.npz", without_line(GOOD)))
    same(document, run(observations))
    for side in Side:
        drop = document["summary"][side]["pelvic_drop_deg"]
        assert drop["ci95"][1] - drop["ci95"][0] > 30.0
    assert {stance["pelvic_source"] for stance in document["stances"]} == {"landmarks"}


@pytest.mark.parametrize("name", [LINE, LINE_SD])
def test_where_a_line_or_its_uncertainty_is_nan_it_was_not_measured(tmp_path: Path, name: str) -> None:
    holes = np.random.default_rng(2).choice(N, N // 5, replace=False)
    observations = [replace(o, line=None) if i in holes else o for i, o in enumerate(Runner().observe(6.0))]
    same(measured(save(tmp_path / "track.npz", changed(GOOD, name, holes, np.nan))), run(observations))


def test_the_uncertainty_of_a_missing_line_may_be_anything(tmp_path: Path) -> None:
    holes = np.arange(0, N, 7)
    track = changed(changed(GOOD, LINE, holes, np.nan), LINE_SD, holes, 0.0)
    assert read_track(save(tmp_path / "track.npz", track)).line_sd_deg is not None


def test_a_track_of_legs_alone(tmp_path: Path) -> None:
    legs = [Landmark[f"{side}_{joint}"] for side in ("LEFT", "RIGHT") for joint in ("HIP", "KNEE", "ANKLE")]
    landmarks = np.full((N, 33, 3), np.nan)
    landmarks[:, legs] = GOOD["landmarks"][:, legs]
    document = measured(save(tmp_path / "legs.npz", GOOD | {"landmarks": landmarks}))
    for side in Side:
        found = {variable.name: document["summary"][side][variable.name] for variable in VARIABLES}
        assert found.pop("trunk_lean_deg")["reason"] == "shoulders not seen"
        assert all(statistic["n"] >= 7 for statistic in found.values())


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_shorter_numbers_give_the_same_values(tmp_path: Path, track: Path, dtype: type) -> None:
    short = {name: np.asarray(GOOD[name], dtype) for name in (LINE, LINE_SD)}
    short["landmarks"] = GOOD["landmarks"].astype(np.float32)
    short["time_s"] = GOOD["time_s"].astype(np.float32)
    document, exact = measured(save(tmp_path / "short.npz", GOOD | short)), measured(track)
    assert len(document["stances"]) == len(exact["stances"])
    for side in Side:
        for variable in VARIABLES:
            assert document["summary"][side][variable.name]["mean"] == pytest.approx(
                exact["summary"][side][variable.name]["mean"], abs=0.01
            )


def test_whole_numbers_are_numbers(tmp_path: Path) -> None:
    whole = {
        "time_s": np.arange(5),
        "landmarks": np.zeros((5, 33, 3), dtype=np.int32),
        "width": np.float64(720.0),
        "height": np.array([1280], dtype=np.uint16),
    }
    document = measured(save(tmp_path / "whole.npz", whole))
    assert document["quality"]["frames"] == 5
    assert document["fps_measured"] == 1.0
    assert document["stances"] == []


def test_what_else_is_in_the_file_does_not_matter(tmp_path: Path, track: Path) -> None:
    pickled = np.array([{"never": "unpickled"}], dtype=object)
    path = save(tmp_path / "runner.npz", GOOD | {"notes": pickled, "fps": np.array("sixty")})
    assert measured(path) == measured(track)


def test_a_compressed_track(tmp_path: Path, track: Path) -> None:
    path = tmp_path / "RUNNER.NPZ"
    with path.open("wb") as file:
        np.savez_compressed(file, **GOOD)
    assert measured(path) == measured(track) | {"source": "RUNNER.NPZ"}


def test_the_camera_s_roll_and_place_are_heeded(track: Path) -> None:
    rolled = json.loads(medius("analyze", track, "--json", "-", "--roll-deg", "2").out)["summary"]
    upright = measured(track)["summary"]
    for side, sign in (("left", 1.0), ("right", -1.0)):
        change = rolled[side]["pelvic_drop_deg"]["mean"] - upright[side]["pelvic_drop_deg"]["mean"]
        assert change == pytest.approx(sign * 2.0, abs=0.05)
    front = json.loads(medius("analyze", track, "--json", "-", "--view", "front").out)
    assert front["quality"]["frames_withheld"] == {"left and right contradict the picture": N}


def test_a_name_of_any_bytes(tmp_path: Path) -> None:
    path = save(tmp_path / b"l\xe4ufer[bold].npz".decode(errors="surrogateescape"), GOOD)
    done = medius("analyze", path)
    assert done.status == 0
    assert "l\ufffdufer[bold].npz: 360 frames" in done.out


FAULTS: dict[str, tuple[Arrays, str]] = {
    "a time that is not a number": (
        changed(GOOD, "time_s", 100, np.nan),
        "time_s must be finite, but entry 100 is nan.",
    ),
    "an infinite time": (changed(GOOD, "time_s", 100, np.inf), "time_s must be finite, but entry 100 is inf."),
    "a repeated time": (
        changed(GOOD, "time_s", 100, GOOD["time_s"][99]),
        "time_s must rise strictly, but entry 100 (1.65833333 s) does not come after entry 99 (1.65833333 s).",
    ),
    "a time that goes back": (
        changed(GOOD, "time_s", 100, 1.5),
        "time_s must rise strictly, but entry 100 (1.5 s) does not come after entry 99 (1.65833333 s).",
    ),
    "times in a table": (
        GOOD | {"time_s": GOOD["time_s"][None]},
        f"time_s must be of shape ({N},), not (1, {N}).",
    ),
    "a single time": (
        GOOD | {"time_s": 0.5},
        "time_s must be of shape (1,), not ().",
    ),
    "a point too few": (
        GOOD | {"landmarks": GOOD["landmarks"][:, :32]},
        f"landmarks must be of shape ({N}, 33, 3), not ({N}, 32, 3).",
    ),
    "no visibility": (
        GOOD | {"landmarks": GOOD["landmarks"][..., :2]},
        f"landmarks must be of shape ({N}, 33, 3), not ({N}, 33, 2).",
    ),
    "a frame too few": (
        GOOD | {"landmarks": GOOD["landmarks"][1:]},
        f"landmarks must be of shape ({N}, 33, 3), not ({N - 1}, 33, 3).",
    ),
    "pixels": (
        GOOD | {"landmarks": GOOD["landmarks"] * [720, 1280, 1]},
        "landmarks must be fractions of width and height (0 to 1), not pixels.",
    ),
    "infinite landmarks": (
        changed(GOOD, "landmarks", (7, 23, 0), -np.inf),
        "landmarks holds infinite values: write NaN where a point was not measured.",
    ),
    "words": (GOOD | {"landmarks": GOOD["landmarks"].astype(str)}, "landmarks must hold real numbers, not <U32."),
    "complex numbers": (GOOD | {"time_s": GOOD["time_s"] + 0j}, "time_s must hold real numbers, not complex128."),
    "truth values": (GOOD | {LINE: GOOD[LINE] > 0}, f"{LINE} must hold real numbers, not bool."),
    "no width": (GOOD | {"width": 0}, "width must be one whole number of pixels above 0."),
    "a broken width": (GOOD | {"width": 719.5}, "width must be one whole number of pixels above 0."),
    "a width that is not a number": (GOOD | {"width": np.nan}, "width must be one whole number of pixels above 0."),
    "a height for every frame": (
        GOOD | {"height": np.full(N, 1280)},
        "height must be one whole number of pixels above 0.",
    ),
    "a height in words": (GOOD | {"height": "tall"}, "height must be one whole number of pixels above 0."),
    "an infinite line": (
        changed(GOOD, LINE, 3, np.inf),
        f"{LINE} must be finite or NaN, and {LINE_SD} above 0 or NaN.",
    ),
    "a certain line": (changed(GOOD, LINE_SD, 3, 0.0), f"{LINE} must be finite or NaN, and {LINE_SD} above 0 or NaN."),
    "a line too short": (GOOD | {LINE: GOOD[LINE][1:]}, f"{LINE} must be of shape ({N},), not ({N - 1},)."),
    "nothing": ({}, "it lacks time_s, landmarks, width, height."),
    "no height": ({name: GOOD[name] for name in ("time_s", "landmarks", "width")}, "it lacks height."),
    "no frame": (without_line(GOOD) | {"time_s": np.zeros(0), "landmarks": np.zeros((0, 33, 3))}, "holds no frame."),
    "a line without its uncertainty": (
        {name: array for name, array in GOOD.items() if name != LINE_SD},
        f"has only one of {LINE} and {LINE_SD}: a line needs its uncertainty, give both.",
    ),
    "an uncertainty without its line": (
        {name: array for name, array in GOOD.items() if name != LINE},
        f"has only one of {LINE} and {LINE_SD}: a line needs its uncertainty, give both.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_said(tmp_path: Path, fault: str) -> None:
    track, sentence = FAULTS[fault]
    done = medius("analyze", save(tmp_path / "faulty.npz", track), "--json", tmp_path / "out.json")
    assert done.sentence.startswith("faulty.npz")
    assert done.sentence.endswith(sentence)
    assert not list(tmp_path.glob("*.json"))


def header(shape: tuple[int, ...]) -> bytes:
    """What numpy writes before an array's numbers."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return file.getvalue()


def of_members(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)


def saved_bytes(**options: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **options)
    return file.getvalue()


DAMAGED: dict[str, Callable[[Path], object]] = {
    "nothing": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("time_s, landmarks"),
    "an .npy": lambda path: path.write_bytes(header((3,)) + bytes(24)),
    "half of it": lambda path: path.write_bytes(saved_bytes(**GOOD)[:100_000]),
    "pickled objects": lambda path: save(path, GOOD | {"landmarks": np.array([{"x": 1}], dtype=object)}),
    "other members": lambda path: of_members(path, time_s=b"0.1 0.2", landmarks=b"", width=b"", height=b""),
    "more than is there": lambda path: of_members(path, time_s=header((1000,)) + bytes(80)),
    "more than fits": lambda path: of_members(path, time_s=header((10**13,))),
    "more than can be counted": lambda path: of_members(path, time_s=header((10**30,))),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_called_so(tmp_path: Path, damage: str) -> None:
    DAMAGED[damage](path := tmp_path / "damaged.npz")
    assert medius("analyze", path).sentence == (
        "damaged.npz is damaged, or no .npz file of plain numbers: save the track again with numpy.savez."
    )


def test_an_npy_is_no_video(tmp_path: Path) -> None:
    np.save(tmp_path / "times.npy", np.zeros(3))
    assert "save the track again with numpy.savez" in medius("analyze", tmp_path / "times.npy").sentence


def test_a_file_that_is_not_there_or_not_to_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.settings.SETTINGS_FILES", ())
    path = tmp_path / "track.npz"
    assert medius("analyze", path).sentence == f"There is no file {path}: check the name."
    path.mkdir()
    assert medius("analyze", path).sentence == f"{path} cannot be read: Is a directory."
    path.rmdir()
    save(path, GOOD).chmod(0)
    with unprivileged():
        assert medius("analyze", path).sentence == f"{path} cannot be read: Permission denied."


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sysconf", lambda name: {"SC_PHYS_PAGES": 10_000, "SC_PAGE_SIZE": 1_000}[name])
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("time_s.npy", header((10**6,)) + bytes(8_000_000))
    tracemalloc.start()
    sentence = medius("analyze", path).sentence
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sentence == (
        "bomb.npz holds 8 MB of numbers and this computer has room for 5 MB: cut the track into shorter ones."
    )
    assert peak_bytes < 4_000_000


TINY = saved_bytes(
    time_s=np.arange(4) / 60.0,
    landmarks=np.full((4, 33, 3), 0.5),
    width=720,
    height=1280,
    **{LINE: np.zeros(4), LINE_SD: np.ones(4)},
)


@given(st.lists(st.tuples(st.integers(0, len(TINY) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_bytes_changed_at_random_are_damage_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.npz"
    content = bytearray(TINY)
    for at, value in changes:
        content[at] = value
    path.write_bytes(content)
    with contextlib.suppress(TrackError):
        assert len(read_track(path)) > 0
