"""How a pool of workers ends, whatever ends its parent."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests.pose.pools import shared_memory
from tests.pose.standin import Do

PARENT = """
    import os, sys, time
    from pathlib import Path
    from monitor.pose.pool import PosePool
    from tests.pose.standin import HEIGHT, WIDTH, Do, Standin, frame
    with PosePool(Path("any.task"), workers=2, size=(WIDTH, HEIGHT), landmarker=Standin) as pool:
        pool.submit(frame(0, Do[sys.argv[1]]))
        try:
            print(*(worker.pid for worker in pool.stats().workers), flush=True)
            time.sleep(60.0)
        except KeyboardInterrupt:
            assert [o.reason for o in pool.observe([frame(1), frame(2), frame(3)])][-3:] == [None] * 3
            assert pool.stats().restarts == 0
            print("still at work", flush=True)
"""


def _parent(do: Do) -> tuple[subprocess.Popen[str], list[int]]:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT), do.name],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    return process, [int(pid) for pid in process.stdout.readline().split()]


def _wait_until_gone(pids: list[int]) -> bool:
    deadline_s = time.monotonic() + 5.0
    while time.monotonic() < deadline_s:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("do", [Do.FIND, Do.HANG])
def test_workers_do_not_outlive_a_parent_that_is_killed(do: Do) -> None:
    shared = shared_memory()
    process, pids = _parent(do)
    with process:
        process.kill()
    assert len(pids) == 2
    assert _wait_until_gone(pids)
    assert shared_memory() == shared


def test_ctrl_c_in_the_terminal_leaves_the_workers_to_their_parent() -> None:
    process, pids = _parent(Do.FIND)
    with process:
        os.killpg(process.pid, signal.SIGINT)
        for pid in pids:
            os.kill(pid, signal.SIGINT)
            os.kill(pid, signal.SIGTERM)
        assert process.stdout is not None
        assert process.stdout.read() == "still at work\n"
    assert process.returncode == 0
    assert _wait_until_gone(pids)
