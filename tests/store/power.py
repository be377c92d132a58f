"""Cuts the power at random moments of a real recording and holds the store to its promise.

`python -m tests.store.power 200 [SEED]` records under strace what a recorder does to its files, builds the disk as a
power cut may leave it (see `tests.store.disk_model`), and opens what is found there.
"""

import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from monitor.store import Keep, NoStoreYetError, Reader, Recorder, SystemClock, filewriter, recover
from monitor.vocabulary import Cue, CueKind, LampState
from tests.store.disk_model import Disk
from tests.store.made import ENGINE, START, make_stance, make_summary

DATABASE = "medius.db"
PROMISE_S = 1.0
STANCE_EVERY_S = 0.02
SESSION_S = 3.5
SESSIONS = 3
JOURNAL_BYTES = 6_000
"""So short that it is moved several times in a session."""
CALLS = "open,openat,creat,pwrite64,write,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat"


@dataclass(frozen=True)
class Event:
    """A system call that has returned."""

    time_s: float
    call: str
    arguments: str
    result: int


@dataclass
class Told:
    """What the recorder had said when the power went."""

    handed_s: dict[str, list[float]] = field(default_factory=dict)
    """When each stance of a session was handed over."""
    opened_s: dict[str, float] = field(default_factory=dict)
    flushed: dict[str, int] = field(default_factory=dict)
    """How many stances of a session were said to be on the disk."""
    deleted: set[str] = field(default_factory=set)
    died_s: dict[str, float] = field(default_factory=dict)
    """When the process died that recorded a session."""
    stalled_s: float = 0.0
    """How long the computer has let the recorder wait between two stances, beyond what it wanted to wait."""

    def note(self, time_s: float, words: list[str]) -> None:
        """Note a line of the recorder's."""
        match words:
            case ["session", session_id]:
                self.opened_s[session_id] = time_s
                self.handed_s[session_id] = []
            case ["handed", session_id]:
                before_s = self.handed_s[session_id][-1:] or [time_s]
                self.stalled_s = max(self.stalled_s, time_s - before_s[0] - STANCE_EVERY_S)
                self.handed_s[session_id].append(time_s)
            case ["flushed", session_id, count]:
                self.flushed[session_id] = int(count)
            case ["dying", session_id]:
                self.died_s[session_id] = time_s
            case ["deleting", session_id]:
                self.deleted.add(session_id)


def main() -> int:
    """Cut as often as asked, print the worst loss."""
    if sys.argv[1:2] == ["record"]:
        record(Path(sys.argv[2]), Path(sys.argv[3]))
        return 0
    cuts = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        events = list(traced(folder))
        moments = sorted(chance.randrange(len(events)) for _ in range(cuts))
        told = Told()
        losses_s = list(_cut_all(folder, events, moments, chance, told))
    worst_s = max(losses_s, default=0.0)
    print(
        f"{len(moments)} power cuts in {len(events)} calls: every database opened and was sound, every session closed, "
        f"at most the last {worst_s:.2f} s lost (the computer stood still for {told.stalled_s:.2f} s)"
    )
    return 0


def record(state: Path, said: Path) -> None:
    """Record sessions, as a process that dies in the last of them, and then as another that ends well."""
    filewriter.JOURNAL_BYTES = JOURNAL_BYTES
    say = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    child = os.fork()
    if child == 0:
        _record_sessions(state / DATABASE, say, dying=True)
    os.waitpid(child, 0)
    recover(state / DATABASE, make_summary)
    _record_sessions(state / DATABASE, say, dying=False)


def _record_sessions(path: Path, say: int, *, dying: bool) -> None:
    with Recorder(path, SystemClock(), keep=Keep(days=1.0)) as recorder:
        for number in range(SESSIONS):
            session_id = recorder.open_session(START)
            os.write(say, f"session {session_id}\n".encode())
            count = _record_stances(recorder, session_id, say)
            if dying and number == SESSIONS - 1:
                os.write(say, f"dying {session_id}\n".encode())
                os._exit(1)
            recorder.close_session()
            if recorder.flush():
                os.write(say, f"flushed {session_id} {count}\n".encode())
            if number == 1:
                os.write(say, f"deleting {session_id}\n".encode())
                recorder.delete_session(session_id)


def _record_stances(recorder: Recorder, session_id: str, say: int) -> int:
    began_s, number = time.monotonic(), 0
    while time.monotonic() - began_s < SESSION_S:
        number += 1
        recorder.stance(make_stance(number))
        os.write(say, f"handed {session_id}\n".encode())
        recorder.progress(number, 0, 60.0, 170.0, {"nobody": number}, make_summary([]))
        recorder.engine(ENGINE)
        if number % 25 == 0:
            recorder.cue(Cue(100.0 + number, None, CueKind.OFF, "no runner"))
            recorder.state(LampState.READY if number % 2 else LampState.MEASURING, "")
        time.sleep(STANCE_EVERY_S)
    return number


def traced(folder: Path) -> Iterator[Event]:
    """Yield what a recorder does to its files in `folder/state`, and its lines in `folder/said`."""
    (folder / "state").mkdir()
    trace = folder / "trace"
    watch = ["strace", "-f", "-ttt", "-y", "-xx", "-s", "4000000", "-e", f"trace={CALLS}", "-o", str(trace)]
    tracee = [sys.executable, "-m", "tests.store.power", "record", str(folder / "state"), str(folder / "said")]
    subprocess.run([*watch, *tracee], check=True)
    begun: dict[str, str] = {}
    for line in trace.read_text().splitlines():
        pid, time_s, rest = line.split(maxsplit=2)
        if rest.endswith("<unfinished ...>"):
            begun[pid] = rest.removesuffix("<unfinished ...>")
            continue
        rest = re.sub(r"^<\.\.\. \w+ resumed>", lambda _, pid=pid: begun.pop(pid), rest)
        if found := re.fullmatch(r"(\w+)\((.*)\) += (\d+).*", rest):
            event = Event(float(time_s), found[1], found[2], int(found[3]))
            if any(name in _plain(event.arguments) for name in (str(folder / "state"), str(folder / "said"))):
                yield event


def _cut_all(
    folder: Path, events: list[Event], moments: list[int], chance: random.Random, told: Told
) -> Iterator[float]:
    disk, done = Disk(), 0
    for cut, moment in enumerate(moments):
        for event in events[done : moment + 1]:
            _replay(event, folder, disk, told)
        done = moment + 1
        found = Path(folder, f"cut {cut}")
        found.mkdir()
        for name, content in disk.cut(chance).items():
            (found / name).write_bytes(content)
        yield _check(found / DATABASE, told, events[moment].time_s)


def _replay(event: Event, folder: Path, disk: Disk, told: Told) -> None:
    paths = [Path(_plain(text)) for text in re.findall(r'[<"]((?:\\x[0-9a-f]{2}|/)[^>"]*)[>"]', event.arguments)]
    path = next((path for path in paths if path.is_relative_to(folder)), None)
    if path == folder / "said" and event.call == "write":
        told.note(event.time_s, _data(event).decode().split())
    if path is None or not path.is_relative_to(folder / "state") or path.name.endswith("-shm"):
        return  # SQLite makes the index of its write-ahead log anew
    if event.call in ("open", "openat", "creat"):
        if "O_CREAT" in event.arguments:
            disk.open(path)
        if "O_TRUNC" in event.arguments:
            disk.truncate(path, 0)
    elif event.call == "pwrite64" and path in disk.files:
        disk.write(path, int(event.arguments.rsplit(", ", 1)[1]), _data(event)[: event.result])
    elif event.call == "ftruncate" and path in disk.files:
        disk.truncate(path, int(event.arguments.rsplit(", ", 1)[1]))
    elif event.call in ("fsync", "fdatasync"):
        disk.sync(path)
    elif event.call.startswith("rename"):
        disk.rename(*[path for path in paths if path.is_relative_to(folder)][-2:])
    elif event.call.startswith("unlink"):
        disk.unlink(path)


def _data(event: Event) -> bytes:
    quoted = re.findall(r'"((?:\\x[0-9a-f]{2})*)"', event.arguments)
    return bytes.fromhex(quoted[-1].replace("\\x", ""))


def _plain(text: str) -> str:
    return re.sub(r"((?:\\x[0-9a-f]{2})+)", lambda found: _decoded(found[1]), text)


def _decoded(escaped: str) -> str:
    return bytes.fromhex(escaped.replace("\\x", "")).decode("latin-1")


def _check(path: Path, told: Told, cut_s: float) -> float:
    """Return how old the oldest lost stance was when the power went, in seconds."""
    recover(path, make_summary)
    with Recorder(path, SystemClock()):
        pass
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    lost_s = 0.0
    try:
        with Reader.open(path) as reader:
            assert reader.unfinished() == []
            for session_id, handed_s in told.handed_s.items():
                stored = reader.stances(session_id)
                count = len(stored)
                assert [(row.seq, row.stance) for row in stored] == [(n, make_stance(n)) for n in range(1, count + 1)]
                session = reader.session(session_id)
                if session is None:
                    assert session_id in told.deleted or cut_s - told.opened_s[session_id] <= PROMISE_S
                    continue
                assert session.stance_count == count >= told.flushed.get(session_id, 0)
                assert session.ended_at is not None
                end_s = told.died_s.get(session_id, cut_s)
                lost_s = max([lost_s, *(end_s - time_s for time_s in handed_s[count:])])
    except NoStoreYetError:
        assert not told.flushed
    assert lost_s <= PROMISE_S + told.stalled_s, f"a stance handed over {lost_s:.2f} s before the power cut is lost"
    return lost_s


if __name__ == "__main__":
    sys.exit(main())
