"""Kills a real recorder at random moments and holds the store to its promise: `python -m tests.store.kills 200`."""

import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from monitor.store import NoStoreYetError, Reader, Recorder, SystemClock, recover
from tests.store.made import ENGINE, START, make_stance, make_summary

PROMISE_S = 1.0
LONGEST_LIFE_S = 1.8
STANCE_EVERY_S = 0.005
FLUSHED = 10
"""The one stance after which the recorder is asked to hurry; the others are left to its own pace."""


@dataclass(frozen=True)
class Heard:
    """What a recorder had said on its pipe before it was killed."""

    session_id: str | None
    handed_s: list[float]
    """When each stance was handed over, on the monotonic clock."""
    flushed: int
    """Stances that it was told are on the disk."""


def main() -> int:
    """Kill as often as asked, print the worst loss."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else None)
    worst_s = 0.0
    with tempfile.TemporaryDirectory() as directory:
        for kill in range(kills):
            # One database in three is killed while it is being made.
            path = Path(directory, f"{kill}.db" if kill % 3 == 0 else "long.db")
            life_s = chance.uniform(0.0, 0.05 if kill % 3 == 0 else LONGEST_LIFE_S)
            worst_s = max(worst_s, _kill_once(path, life_s))
    print(f"{kills} kills: every database opened, every session closed, at most the last {worst_s:.2f} s lost")
    return 0


def _kill_once(path: Path, life_s: float) -> float:
    """Return how old the oldest lost stance was when the kill came, in seconds."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receiver)
        _record(path, sender)
    os.close(sender)
    time.sleep(life_s)
    killed_s = time.monotonic()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(receiver) as pipe:
        heard = _listen(pipe.read())
    return _check(path, heard, killed_s)


def _record(path: Path, sender: int) -> None:
    with Recorder(path, SystemClock()) as recorder:
        session_id = recorder.open_session(START)
        os.write(sender, f"session {session_id}\n".encode())
        for number in range(1, 1_000_000):
            recorder.stance(make_stance(number))
            os.write(sender, f"handed {time.monotonic()!r}\n".encode())
            if number == FLUSHED and recorder.flush():
                os.write(sender, f"flushed {number}\n".encode())
            if number % 7 == 0:
                recorder.progress(number, 0, 60.0, 170.0, {"nobody": number}, make_summary([]))
                recorder.engine(ENGINE)
            time.sleep(STANCE_EVERY_S)


def _listen(said: str) -> Heard:
    words = [line.split() for line in said.splitlines()]
    sessions = [word[1] for word in words if word[0] == "session"]
    handed_s = [float(word[1]) for word in words if word[0] == "handed"]
    flushed = [int(word[1]) for word in words if word[0] == "flushed"]
    return Heard(sessions[-1] if sessions else None, handed_s, flushed[-1] if flushed else 0)


def _check(path: Path, heard: Heard, killed_s: float) -> float:
    recovered = recover(path, make_summary)
    with Recorder(path, SystemClock()):
        pass
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    try:
        with Reader.open(path) as reader:
            assert reader.unfinished() == []
            session = reader.session(heard.session_id or "")
            stored = reader.stances(heard.session_id or "")
    except NoStoreYetError:
        assert heard.flushed == 0
        return 0.0
    count = len(stored)
    assert [(row.seq, row.stance) for row in stored] == [(n, make_stance(n)) for n in range(1, count + 1)]
    assert count >= heard.flushed
    if session is not None:
        assert recovered == [session.id]
        assert (session.ended_how, session.summary) == ("recovered", make_summary([row.stance for row in stored]))
    lost_s = max([killed_s - handed_s for handed_s in heard.handed_s[count:]], default=0.0)
    assert lost_s <= PROMISE_S, f"a stance handed over {lost_s:.2f} s before the kill is lost"
    return lost_s


if __name__ == "__main__":
    sys.exit(main())
