"""Records or looks as another user: as root, `python -m tests.systemd.as_user record|look USER GROUP,... DATABASE`."""

import json
import os
import sys
import tempfile
from pathlib import Path

from monitor.store import Recorder, SystemClock
from tests.store.made import START, make_stance
from tests.systemd.store_watch import found_in

STANCES = 50


def main() -> None:
    """Become that user and do it."""
    what, user, groups, path = (
        sys.argv[1],
        int(sys.argv[2]),
        [int(group) for group in sys.argv[3].split(",")],
        sys.argv[4],
    )
    with tempfile.TemporaryDirectory() as folder:  # the other user may not be able to read what is imported late
        scratch = Path(folder, "scratch.sqlite")
        _record(scratch).close()
        found_in(scratch)
    os.umask(0o027)
    os.setgroups(groups)
    os.setresgid(groups[0], groups[0], groups[0])
    os.setresuid(user, user, user)
    if what == "look":
        print(json.dumps(found_in(Path(path))))
        return
    with _record(Path(path)):
        print("recorded", flush=True)
        sys.stdin.read()


def _record(path: Path) -> Recorder:
    recorder = Recorder(path, SystemClock())
    recorder.open_session(START)
    for number in range(1, STANCES + 1):
        recorder.stance(make_stance(number))
    recorder.flush()
    return recorder


if __name__ == "__main__":
    main()
