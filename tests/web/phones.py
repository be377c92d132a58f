"""Phones on the live page of one unit: `python -m tests.web.phones [--minutes M] [--phones N] [--deaf N] [--clip]`.

How long it takes from a stance's being handed to the recorder until each phone has it, and what the phones cost. With
`--clip` the bundled clip goes through the real pipeline and the frame rate is measured without phones first; otherwise
the stances are made, for a computer that has not the time for both. Deaf phones ask and never read.
"""

import argparse
import asyncio
import itertools
import multiprocessing
import os
import random
import re
import socket
import tempfile
import threading
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from pathlib import Path
from statistics import median, quantiles

from monitor.cli import main as medius
from monitor.store import Recorder, SystemClock
from monitor.vocabulary import LampState, Stance
from tests.web import demo
from tests.web.cost import cpu_s, memory_mb
from tests.web.test_server import PATIENCE_S, served

WITHIN_S = 0.5
LOOK_S = 4.0
"""How long a page waits that was refused a stream."""
COUNT = re.compile(r"</a>: ([0-9,]+) stance")
RETRY_S = re.compile(rb"retry: (\d+)")
SETTLED_S = 3.0
"""Stances that are younger when the phones are put away count as neither told nor missed."""

Heard = list[tuple[float, int]]
"""When a phone was told, and of how many stances."""


@dataclass
class Phone:
    """A browser's end of the live page."""

    port: int
    heard: Heard = field(default_factory=list)
    refused: int = 0
    ended: int = 0

    async def follow(self) -> None:
        retry_s, taken = 1.0, True
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
                writer.write(b"GET /live/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                taken = b" 200 " in await reader.readline()
                self.refused += not taken
                async for line in reader if taken else nothing():
                    if line.startswith(b"data: {") and (count := COUNT.search(line.decode())):
                        self.heard.append((time.monotonic(), int(count[1].replace(",", ""))))
                    elif found := RETRY_S.match(line):
                        retry_s = int(found[1]) / 1e3
                writer.close()
                self.ended += taken
            await asyncio.sleep(retry_s if taken else LOOK_S)


async def nothing() -> AsyncIterator[bytes]:
    """What a refused phone reads."""
    return
    yield


def follow(port: int, phones: int, deaf: int, seconds: float, told: "Queue[list[Phone]]") -> None:
    """In a process of its own, so that the unit's is left alone: let so many phones look for so long."""

    async def all_of_them() -> list[Phone]:
        looking = [Phone(port) for _ in range(phones)]
        silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(deaf)]
        for line in silent:
            line.sendall(b"GET /live/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        tasks = [asyncio.create_task(phone.follow()) for phone in looking]
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for line in silent:
            line.close()
        return looking

    told.put(asyncio.run(all_of_them()))


@dataclass
class Running:
    """A unit that runs in this process, and its dashboard in another."""

    port: int
    dashboard: int
    """The process."""
    stances_s: list[float]
    """When each was handed to the recorder."""


@contextmanager
def timed() -> Iterator[list[float]]:
    """Note when stances are handed to whatever recorder there is."""
    handed_s: list[float] = []
    really = Recorder.stance

    def stance(self: Recorder, measured: Stance) -> None:
        handed_s.append(time.monotonic())
        really(self, measured)

    Recorder.stance = stance  # type: ignore[method-assign]
    try:
        yield handed_s
    finally:
        Recorder.stance = really  # type: ignore[method-assign]


@contextmanager
def made(folder: Path) -> Iterator[Running]:
    """A unit without a camera, by whose clock somebody takes 167 steps a minute."""
    with ExitStack() as stack:
        handed_s = stack.enter_context(timed())
        recorder = stack.enter_context(Recorder(folder / "medius.db", SystemClock()))
        recorder.open_session(demo.start_of("camera 0"))
        recorder.state(LampState.MEASURING, "")
        recorder.flush()
        process, port = stack.enter_context(served(folder / "medius.db"))
        runner = threading.Thread(target=run_on, args=(recorder, done := threading.Event()))
        stack.callback(runner.join)
        stack.callback(done.set)
        runner.start()
        yield Running(port, process.pid, handed_s)


def run_on(recorder: Recorder, done: threading.Event) -> None:
    """Take a step every now and then."""
    dice = random.Random(1)
    begun_s = time.monotonic()
    for index in itertools.count():
        recorder.stance(demo.make_stance(index, dice))
        recorder.engine(demo.make_engine(11 * index))
        if done.wait(max(0.0, begun_s + (index + 1) * demo.STEP_S - time.monotonic())):
            return


def report(unit: Running, phones: Sequence[Phone], from_s: float, to_s: float) -> None:
    """Print how long each phone waited for each stance."""
    numbered = [(n, at) for n, at in enumerate(unit.stances_s, 1) if from_s <= at <= to_s - SETTLED_S]
    waits: list[float] = []
    missed = 0
    for phone in phones:
        told = iter(phone.heard)
        latest: tuple[float, int] | None = next(told, None)
        for number, at in numbered:
            while latest is not None and latest[1] < number:
                latest = next(told, None)
            if latest is None:
                missed += 1
            else:
                waits.append(latest[0] - at)
    if waits:
        print(
            f"{len(phones)} phones, {len(numbered)} stances: median {median(waits):.3f} s, "
            f"95th {quantiles(waits, n=20)[-1]:.3f}, worst {max(waits):.3f}; "
            f"{100 * sum(wait <= WITHIN_S for wait in waits) / (len(waits) + missed):.3f} % within {WITHIN_S} s, "
            f"{missed} never told"
        )
    print(f"streams that were refused {sum(p.refused for p in phones)}, that ended {sum(p.ended for p in phones)}")


def look_on(unit: Running, phones: int, deaf: int, seconds: float) -> None:
    """Let phones look, and print what comes of it."""
    context = multiprocessing.get_context("spawn")
    told: Queue[list[Phone]] = context.Queue()
    before_s = cpu_s(unit.dashboard)
    watching = context.Process(target=follow, args=(unit.port, phones, deaf, seconds, told))
    watching.start()
    time.sleep(10.0)  # until all of them have come
    from_s = time.monotonic()
    health = threading.Thread(target=ask_health, args=(unit.port, seconds - 15.0))
    health.start()
    found = told.get(timeout=seconds + 60.0)
    to_s = time.monotonic()
    watching.join()
    health.join()
    report(unit, found, from_s, to_s)
    spent = (cpu_s(unit.dashboard) - before_s) / (to_s - from_s + 10.0)
    print(
        f"dashboard: {memory_mb(unit.dashboard)} MB, {100 * spent:.0f} % of a core; load {os.getloadavg()}", flush=True
    )


def ask_health(port: int, seconds: float) -> None:
    """What a watcher sees meanwhile."""
    took_s: list[float] = []
    unanswered = 0
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        for path in ("healthz", "metrics", "live"):
            began_s = time.monotonic()
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=PATIENCE_S) as answer:
                    answer.read()
            except OSError:
                unanswered += 1
            took_s.append(time.monotonic() - began_s)
        time.sleep(1.0)
    print(
        f"health, figures and a page meanwhile: median {1e3 * median(took_s):.0f} ms, worst {1e3 * max(took_s):.0f}, "
        f"{unanswered} of {len(took_s)} not answered"
    )


def frames(port: int) -> tuple[float, float, float]:
    """Frames looked at and dropped so far, and the moment."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    seen, dropped = (re.search(rf"^medius_frames{kind}_total (\S+)", text, re.M) for kind in ("", "_dropped"))
    return float(seen[1]) if seen else 0.0, float(dropped[1]) if dropped else 0.0, time.monotonic()


def rate(port: int, seconds: float) -> str:
    """The unit's frame rate over the next seconds."""
    seen, dropped, began_s = frames(port)
    time.sleep(seconds)
    seen_by_now, dropped_by_now, ended_s = frames(port)
    lasted_s = ended_s - began_s
    return (
        f"{(seen_by_now - seen) / lasted_s:.2f} frames a second, {(dropped_by_now - dropped) / lasted_s:.2f} dropped; "
        f"load {os.getloadavg()[0]:.1f}"
    )


def look_at_clip(folder: Path, phones: int, deaf: int, seconds: float) -> None:
    """The same before the real pipeline, without phones first and last."""
    port = free_port()
    os.environ |= {"MEDIUS_STATE_DIR": str(folder), "MEDIUS_RUNTIME_DIR": str(folder)}

    def watch(handed_s: list[float]) -> None:
        while len(handed_s) < 20:
            time.sleep(0.5)
        (dashboard,) = (int(process.name) for process in Path("/proc").glob("[0-9]*") if is_dashboard(process, port))
        unit = Running(port, dashboard, handed_s)
        print("without phones:", rate(port, seconds / 2), flush=True)
        with_phones = threading.Thread(target=lambda: print("with phones:", rate(port, seconds - 20.0), flush=True))
        threading.Timer(10.0, with_phones.start).start()
        look_on(unit, phones, deaf, seconds)
        with_phones.join()
        print("without phones:", rate(port, seconds / 2), flush=True)
        os.kill(os.getpid(), 2)

    with timed() as handed_s:
        threading.Thread(target=watch, args=(handed_s,), daemon=True).start()
        medius(["run", "--port", str(port)], standalone_mode=False)


def is_dashboard(process: Path, port: int) -> bool:
    with suppress(OSError):
        words = (process / "cmdline").read_text().split("\0")
        return "web" in words and str(port) in words
    return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--phones", type=int, default=50)
    parser.add_argument("--deaf", type=int, default=0)
    parser.add_argument("--clip", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seconds = 60.0 * given.minutes
        if given.clip:
            look_at_clip(Path(folder), given.phones, given.deaf, seconds)
        else:
            with made(Path(folder)) as unit:
                look_on(unit, given.phones, given.deaf, seconds)


if __name__ == "__main__":
    main()
