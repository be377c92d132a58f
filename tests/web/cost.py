"""What the dashboard costs over a large store: `python -m tests.web.cost [--sessions N] [--rounds N] [--store PATH]`.

A unit records beside it. Every page is asked of a dashboard in a process of its own, as owner and by a runner's phone,
each time about another session; once more about the largest one. Times are those of the whole answer over the loopback
interface, whatever else the computer does meanwhile; the CPU time is the server's alone.
"""

import argparse
import http.client
import itertools
import os
import random
import re
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urljoin, urlsplit

from monitor.claims import Claims
from monitor.commands import listening
from monitor.control.pin import owner_of
from monitor.handover import OneSession
from monitor.settings import Settings
from monitor.store import Recorder, SystemClock
from monitor.turns import Turns
from monitor.vocabulary import LampState
from tests.web import demo
from tests.web.crowd import Crowd, fill
from tests.web.test_server import PATIENCE_S, served
from web import Config, create_app

ROUNDS = 40
STREAMS = ("live.events", "unit.events")
ASSET = re.compile(r'<(?:link[^>]* href|script[^>]* src|img[^>]* src)="([^"]+)"')


@dataclass
class Answer:
    status: int
    kind: str
    sent: int
    """Bytes of the body on the line."""
    body: bytes
    took_s: float


@dataclass
class Figures:
    """Of one page."""

    name: str
    times_ms: list[float] = field(default_factory=list)
    cpu_ms: float = 0.0
    sent: int = 0
    plain: int = 0
    whole: int = 0
    """Bytes on the line of the page and all it brings along."""
    status: int = 0
    is_page: bool = False

    def __str__(self) -> str:
        p95 = quantiles(self.times_ms, n=20)[-1]
        kb = f"{self.plain / 1e3:8.1f} {self.sent / 1e3:8.1f} {self.whole / 1e3:8.1f}"
        times = f"{median(self.times_ms):7.1f} {p95:7.1f} {max(self.times_ms):7.1f} {self.cpu_ms:7.1f}"
        return f"{self.name:44} {self.status} {times} {kb}"


HEAD = f"{'page':44} {'':3} {'median':>7} {'95th':>7} {'worst':>7} {'CPU':>7} {'plain':>8} {'sent':>8} {'whole':>8}"
UNITS = f"{'':44} {'':3} {'ms':>7} {'ms':>7} {'ms':>7} {'ms':>7} {'kB':>8} {'kB':>8} {'kB':>8}"


class Browser:
    """Asks over one connection, as a phone does."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port = port
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S * 3)
        self._headers = {"Accept-Encoding": "gzip", "Cookie": cookie}

    def get(self, path: str) -> Answer:
        began_s = time.perf_counter()
        self._line.request("GET", path, headers=self._headers)
        response = self._line.getresponse()
        body = response.read()
        took_s = time.perf_counter() - began_s
        packed = response.getheader("Content-Encoding") == "gzip"
        plain = zlib.decompress(body, 16 + zlib.MAX_WBITS) if packed else body
        return Answer(response.status, response.getheader("Content-Type", ""), len(body), plain, took_s)

    def whole(self, path: str) -> int:
        """Bytes on the line of a page and all it brings along, by a browser that has nothing of it."""
        page = self.get(path)
        found = {urljoin(path, each) for each in ASSET.findall(page.body.decode("utf-8", "replace"))}
        return page.sent + sum(self.get(each).sent for each in found if not urlsplit(each).scheme)

    def close(self) -> None:
        self._line.close()


def signed_in(port: int, pin: str) -> str:
    """The owner's cookie."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as line:
        here = {"Origin": f"http://127.0.0.1:{port}", "Content-Type": "application/x-www-form-urlencoded"}
        line.request("POST", "/owner", f"pin={pin}", here)
        response = line.getresponse()
        assert response.status == 303, response.status
        return response.getheader("Set-Cookie", "").partition(";")[0]


def routes() -> list[str]:
    """Addresses that answer to GET and come to an end, with the names of what they are about."""
    rules = create_app(Config("unused")).url_map.iter_rules()
    return sorted(r.rule for r in rules if "GET" in (r.methods or ()) and r.endpoint not in STREAMS)


def address(rule: str, session: str, runner: str) -> str:
    filled = rule.replace("<session_id>", session).replace("<runner_id>", runner)
    return re.sub("<path:filename>", "medius.css", re.sub("<token>", "nobody", filled))


def cpu_s(pid: int) -> float:
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> dict[str, float]:
    lines = (line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {line[0]: int(line[1]) / 1024 for line in lines if line[0] in ("VmRSS:", "VmHWM:")}


@contextmanager
def recording(path: Path, socket: Path) -> Iterator[None]:
    """A unit that has begun a session."""
    with ExitStack() as stack:
        clock = SystemClock()
        recorder = stack.enter_context(Recorder(path, clock))
        claims = stack.enter_context(closing(Claims(recorder, clock)))
        turns = stack.enter_context(closing(Turns(recorder, clock=clock)))
        settings = Settings(state_dir=path.parent)
        stack.enter_context(listening(socket, OneSession(recorder, claims, turns, settings)))
        recorder.open_session(demo.start_of("camera 0"))
        recorder.state(LampState.MEASURING, "")
        runner = threading.Thread(target=_run_on, args=(recorder, done := threading.Event()))
        stack.callback(runner.join)
        stack.callback(done.set)
        runner.start()
        yield


def _run_on(recorder: Recorder, done: threading.Event) -> None:
    """Take a step every now and then."""
    dice = random.Random(1)
    for index in itertools.count():
        recorder.stance(demo.make_stance(index, dice))
        recorder.engine(demo.make_engine(11 * index))
        if done.wait(demo.STEP_S):
            return


def measure(crowd: Crowd, port: int, pid: int, pin: str, rounds: int) -> Iterator[Figures]:
    """Ask every page `rounds` times."""
    dice = random.Random(1)
    whole = [(session, crowd.runners[i % len(crowd.runners)]) for i, session in enumerate(crowd.sessions)]
    theirs = [(session, crowd.runners[-1]) for session in crowd.of_last_runner()]
    big = [(crowd.big, crowd.runners[-1])]
    runs = (
        ("owner", signed_in(port, pin), whole),
        ("phone", f"medius_runner={crowd.cookie}", theirs),
        ("big", f"medius_runner={crowd.cookie}", big),
    )
    for who, cookie, choices in runs:
        with closing(Browser(port, cookie)) as browser:
            for rule in routes():
                if who == "big" and "<session_id>" not in rule:
                    continue
                asked = [address(rule, *dice.choice(choices)) for _ in range(rounds)]
                before_s = cpu_s(pid)
                answers = [browser.get(path) for path in asked]
                spent_s = cpu_s(pid) - before_s
                largest = max(answers, key=lambda answer: answer.sent)
                yield Figures(
                    f"{who} {rule}",
                    [1e3 * answer.took_s for answer in answers],
                    1e3 * spent_s / rounds,
                    largest.sent,
                    len(largest.body),
                    browser.whole(asked[answers.index(largest)]) if "html" in largest.kind else largest.sent,
                    largest.status,
                    largest.status == 200 and "html" in largest.kind,
                )


def crowd_in(crowd: Crowd, port: int, rounds: int) -> None:
    """Have many phones ask for large pages at once, over and over."""

    def ask(path: str) -> None:
        with closing(Browser(port, f"medius_runner={crowd.cookie}")) as browser:
            for _ in range(rounds):
                assert browser.get(path).status in (200, 503)  # files are taken away a few at a time

    session = f"/sessions/{crowd.big}"
    paths = [f"{session}{of}" for of in ("", "/stances", "/stances.csv", "/session.json", "/report", "/parts")] * 4
    asking = [threading.Thread(target=ask, args=(path,)) for path in paths]
    for each in asking:
        each.start()
    for each in asking:
        each.join()


def summed_up(name: str, figures: Sequence[Figures]) -> str:
    """One line about the times of many pages."""
    times_ms = [each for of in figures for each in of.times_ms]
    p95 = quantiles(times_ms, n=20)[-1]
    return f"{name}: median {median(times_ms):.1f} ms, 95th {p95:.1f}, worst {max(times_ms):.1f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place, owner, socket = Path(folder, "medius.db"), Path(folder, "owner"), Path(folder, "monitor.sock")
        crowd = fill(place, given.sessions)
        print(f"{given.sessions} sessions in {place.stat().st_size / 1e6:.0f} MB; load {os.getloadavg()}")
        options = "--owner-dir", str(owner), "--control", str(socket)
        with recording(place, socket), served(place, *options) as (process, port):
            print(f"at rest: {memory_mb(process.pid)}", HEAD, UNITS, sep="\n")
            found = []
            for figures in measure(crowd, port, process.pid, owner_of(owner).pin, given.rounds):
                print(figures, flush=True)
                found.append(figures)
            print(f"one after the other: {memory_mb(process.pid)}")
            crowd_in(crowd, port, max(1, given.rounds // 8))
            print(f"24 phones at once: {memory_mb(process.pid)}; load {os.getloadavg()}")
            pages = [each for each in found if each.is_page]
            print(summed_up("pages", pages), summed_up("all", found), sep="\n")


if __name__ == "__main__":
    main()
