"""Records while the disk is full: `python -m tests.store.full_disk ballast|limit DIRECTORY`; ballast fills the disk."""

import resource
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from monitor.store import Reader, Recorder, StoreError, filewriter
from tests.store.made import START, HandClock, make_stance

BEFORE, DURING = 400, 3000
JOURNAL_BYTES = 16_000
"""So short that its content is moved before the disk is full, and that it is to be moved while the disk is full."""
WAIT_S = 20.0


def main() -> int:
    """Fill the disk in the middle of a session, make room again, check what is said and stored."""
    directory = Path(sys.argv[2])
    filewriter.JOURNAL_BYTES = JOURNAL_BYTES
    fill, make_room = {"ballast": _ballast(directory), "limit": _limit()}[sys.argv[1]]
    faults: list[str | None] = []
    reported = threading.Event()

    def on_fault(fault: str | None) -> None:
        faults.append(fault)
        reported.set()

    path = directory / "medius.db"
    with Recorder(path, HandClock(), on_fault, commit_every_s=0.02) as recorder, Reader.open(path) as reader:
        session_id = recorder.open_session(START)
        for number in range(1, BEFORE + 1):
            recorder.stance(make_stance(number))
        assert recorder.flush(WAIT_S)
        fill()
        for number in range(BEFORE + 1, DURING + 1):
            recorder.stance(make_stance(number))
        assert reported.wait(WAIT_S)
        assert not recorder.flush(0.5)
        print(recorder.fault)
        kept = reader.stances(session_id)
        assert BEFORE <= len(kept) < DURING
        make_room()
        assert recorder.flush(WAIT_S)
        assert recorder.fault is None
        assert faults[-1] is None
        assert recorder.rows_lost == 0
        stored = [(row.seq, row.stance) for row in reader.stances(session_id)]
        assert stored == [(number, make_stance(number)) for number in range(1, DURING + 1)]
        fill()
        recorder.close(timeout_s=0.2)
    make_room()
    with Recorder(path, HandClock()), Reader.open(path) as reader:
        assert [row.stance_count for row in reader.sessions()] == [DURING]
    if sys.argv[1] == "ballast":
        fill()
        _start_on_a_full_disk(path)
    return 0


def _start_on_a_full_disk(path: Path) -> None:
    """No new database can be made, and what has been recorded can still be read."""
    try:
        Recorder(path.with_name("new.db"), HandClock())
    except StoreError as error:
        print(error)
    with Reader.open(path) as reader:
        assert [row.stance_count for row in reader.sessions()] == [DURING]


def _ballast(directory: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    ballast = directory / "ballast"

    def fill() -> None:
        with suppress(OSError), ballast.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    return fill, ballast.unlink


def _limit() -> tuple[Callable[[], None], Callable[[], None]]:
    """Stand in for a full disk: no file may grow beyond 40 kB."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    return (
        lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard)),
        lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard)),
    )


if __name__ == "__main__":
    sys.exit(main())
