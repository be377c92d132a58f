"""Who is slow, silent or too much keeps nobody else waiting."""

import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from waitress import wasyncore

from tests.web.conftest import Demo
from tests.web.test_server import PATIENCE_S, asked, served
from web.server import CONNECTIONS, MOST_OF_ONE, OUTPUT_BYTES, REQUEST_S, STALLED_BYTES, STALLED_S, Channel, Server

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
ANSWER = b"x" * 100_000
PIECES = 80


def endless(_environ: Any, start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [])
    return (ANSWER for _ in range(PIECES))


class Hall:
    """A server that goes on when told, by a clock of its own."""

    def __init__(self, server: Server, port: int) -> None:
        self.server = server
        self.port = port
        self.now = time.time()

    def call(self, said: bytes) -> tuple[socket.socket, Channel]:
        before = set(self.server.active_channels)
        line = socket.create_connection(("127.0.0.1", self.port))
        line.settimeout(PATIENCE_S)
        line.sendall(said)
        self.until(lambda: bool(self.server.active_channels.keys() - before))
        (number,) = self.server.active_channels.keys() - before
        return line, self.server.active_channels[number]

    def until(self, so: Callable[[], bool]) -> None:
        end_s = time.monotonic() + PATIENCE_S
        while not so():
            assert time.monotonic() < end_s
            wasyncore.loop(timeout=0.01, use_poll=True, map=self.server._map, count=1)

    def later(self, seconds: float) -> None:
        self.now += seconds
        self.server.maintenance(self.now)


@pytest.fixture
def hall() -> Iterator[Hall]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = Server(endless, listener, threads=1)
        yield Hall(server, port)
        for channel in list(server.active_channels.values()):
            channel.handle_close()
        server.task_dispatcher.shutdown()
        server.close()


@pytest.mark.parametrize("said", [b"GE", HEAD, b"POST / HTTP/1.1\r\nContent-Length: 9000\r\n\r\nnickname="])
def test_a_request_is_not_waited_for_for_ever(hall: Hall, said: bytes) -> None:
    line, channel = hall.call(said)
    with line:
        hall.until(lambda: channel.request is not None)
        hall.later(REQUEST_S - 1.0)
        heard = channel.last_activity
        line.sendall(b"x")  # a byte now and then buys no time
        hall.until(lambda: channel.last_activity > heard)
        hall.later(0.5)
        assert channel.connected
        hall.later(3.0)
        assert not channel.connected
        with suppress(ConnectionResetError):
            assert line.recv(1) == b""


def test_an_answer_that_nobody_takes_frees_its_thread(hall: Hall) -> None:
    line, channel = hall.call(HEAD + b"\r\n")
    with line:
        hall.until(lambda: channel.total_outbufs_len > OUTPUT_BYTES)
        hall.later(1.0)
        hall.later(STALLED_S - 1.0)
        assert channel.connected
        hall.later(2.0)
        assert not channel.connected
        hall.until(lambda: not hall.server.task_dispatcher.active_count)


def test_who_takes_enough_of_it_may_take_his_time(hall: Hall) -> None:
    line, channel = hall.call(HEAD + b"\r\n")
    taken = 0
    with line:
        hall.until(lambda: channel.total_outbufs_len > OUTPUT_BYTES)
        for _ in range(10):
            sent = channel._sent
            while channel._sent - sent < STALLED_BYTES:
                taken += len(line.recv(50_000))
                wasyncore.loop(timeout=0.0, use_poll=True, map=hall.server._map, count=1)
            hall.later(STALLED_S - 1.0)
        assert channel.connected
        line.setblocking(False)
        with suppress(BlockingIOError):
            while channel.connected:
                taken += len(line.recv(1 << 20))
    assert 0 < taken < PIECES * len(ANSWER)


def test_while_no_more_can_be_taken_who_says_nothing_makes_room(hall: Hall) -> None:
    line, channel = hall.call(HEAD)
    with line:
        hall.until(lambda: channel.request is not None)
        hall.server.in_connection_overflow = True
        hall.later(3.0)
        assert not channel.connected


def test_one_address_has_not_all_the_connections(hall: Hall) -> None:
    with ExitStack() as stack:

        def come(address: str) -> Channel:
            ours, theirs = socket.socketpair()
            stack.enter_context(theirs)
            return Channel(hall.server, ours, (address, 1), hall.server.adj, map=hall.server._map)

        assert not any(come("192.0.2.7").will_close for _ in range(MOST_OF_ONE))
        assert come("192.0.2.7").will_close
        assert not come("192.0.2.8").will_close
        assert not any(come("127.0.0.1").will_close for _ in range(MOST_OF_ONE + 1))


@contextmanager
def crowd(port: int, count: int, said: bytes) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(count)]
        for line in lines:
            line.sendall(said)
        yield lines


def test_others_are_served_beside_requests_that_never_end_and_streams_that_nobody_reads(demo_store: Demo) -> None:
    session = f"/sessions/{demo_store.ids['long']}"
    with served(demo_store.path) as (_, port), ExitStack() as stack:
        for said in (
            HEAD,
            b"POST /claim HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\nnickname=",
            b"GET /live/events HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ):
            stack.enter_context(crowd(port, 130, said))
        for path in ("/", session, f"{session}/stances.csv", "/live", "/healthz"):
            with asked(port, path) as answer:
                assert answer.status in (200, 503 if path == "/healthz" else 200)
                assert answer.read()


def test_more_connections_than_there_may_be_do_not_shut_out_others(demo_store: Demo) -> None:
    with served(demo_store.path) as (_, port), crowd(port, CONNECTIONS + 50, HEAD), asked(port, "/help") as answer:
        assert answer.status == 200


def peak_kb(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1])


def test_ten_megabytes_are_refused_by_what_they_say_of_themselves(demo_store: Demo) -> None:
    with served(demo_store.path) as (_, port):
        for path in ("/owner", "/settings", "/claim", "/nowhere"):
            with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as line:
                line.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n".encode())
                assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_body_without_an_end_is_refused_and_takes_no_memory(demo_store: Demo) -> None:
    piece = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
    with served(demo_store.path) as (process, port):
        with asked(port, "/") as page:
            page.read()
        before_kb = peak_kb(process.pid)
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as line:
                line.sendall(b"POST /claim HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
                with suppress(ConnectionError):
                    for _ in range(10_000_000 // len(piece)):
                        line.sendall(piece)
                    raise AssertionError("all of it was taken")
        assert peak_kb(process.pid) - before_kb < 10_000
        with asked(port, "/") as page:
            assert page.status == 200


NO_REQUESTS = (
    b"\r\n" * 20_000,
    b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 300_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
    b"POST /claim HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    b"\0" * 5000,
    b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
)


def test_what_is_no_request_of_http_makes_no_fault(demo_store: Demo) -> None:
    with served(demo_store.path) as (process, port):
        for said in NO_REQUESTS:
            with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as line, suppress(ConnectionError):
                line.sendall(said)
                line.shutdown(socket.SHUT_WR)
                answer = line.recv(100)
                assert not answer or int(answer.split()[1]) in (*range(200, 500), 501), answer
        with asked(port, "/help") as page:
            assert page.status == 200
        process.terminate()
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
