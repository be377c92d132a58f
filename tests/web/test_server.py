"""The server as a process of its own."""

import http.client
import json
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from monitor.store import Recorder, SystemClock
from monitor.vocabulary import LampState
from tests.web import demo
from tests.web.conftest import Demo

PATIENCE_S = 20.0


@contextmanager
def served(database: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = [sys.executable, "-m", "web", "--database", str(database), "--port", "0", *options]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("dashboard on http://127.0.0.1:"), line
            yield process, int(line.rsplit(":", 1)[1])
        finally:
            process.kill()


@contextmanager
def asked(port: int, path: str) -> Iterator[http.client.HTTPResponse]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as connection:
        connection.request("GET", path)
        with connection.getresponse() as response:
            yield response


def events(response: http.client.HTTPResponse) -> Iterator[dict[str, str]]:
    while line := response.readline():
        if line.startswith(b"data: {"):
            yield json.loads(line.removeprefix(b"data: "))


def test_it_serves_as_soon_as_it_says_so_and_stops_at_once_even_while_streaming(demo_store: Demo) -> None:
    with served(demo_store.path) as (process, port):
        with asked(port, "/") as page:
            assert page.status == 200
            assert page.getheader("Server") is None
            assert b"Sessions" in page.read()
        with asked(port, "/live/events") as following:
            assert "No session is running" in next(events(following))["html"]
            told = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
            assert time.monotonic() - told < 3.0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_stance_reaches_a_live_page(tmp_path: Path) -> None:
    path = tmp_path / "medius.db"
    with (
        Recorder(path, SystemClock(), commit_every_s=0.05) as recorder,
        served(path) as (_, port),
        asked(port, "/live/events") as following,
    ):
        told = events(following)
        while "Starting" not in next(told)["html"]:
            pass
        recorder.open_session(demo.start_of("camera 0"))
        recorder.state(LampState.MEASURING, "")
        recorder.flush()
        while "0 of 5 stances so far" not in next(told)["html"]:
            pass
        for stance, _ in demo.story(6.0, random.Random(1)):
            recorder.stance(stance)
        recorder.flush()
        stored = time.monotonic()
        while "±" not in next(told)["html"].split("live-foot")[0]:
            pass
        assert time.monotonic() - stored < 1.0


def test_a_port_in_use_is_one_clear_sentence(demo_store: Demo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "web", "--database", str(demo_store.path), "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"port {port}" in done.stderr
    assert "--port" in done.stderr


def test_a_host_that_is_not_ours_is_one_clear_sentence(demo_store: Demo) -> None:
    command = [sys.executable, "-m", "web", "--database", str(demo_store.path), "--host", "192.0.2.1", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1
    assert "192.0.2.1" in done.stderr


def test_it_goes_when_its_parent_goes(demo_store: Demo) -> None:
    with served(demo_store.path, "--with-parent") as (process, _):
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_without_that_option_it_stays(demo_store: Demo) -> None:
    with served(demo_store.path) as (process, port):
        assert process.stdin is not None
        process.stdin.close()
        with asked(port, "/") as page:
            assert page.status == 200
        assert process.poll() is None
