"""Pools of stand-ins for the tests, and what they leave in the system."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.pose.pool import PoolStats, PosePool
from tests.pose.standin import HEIGHT, WIDTH, Standin

ANY_FILE = Path("any.task")
Make = Callable[..., PosePool]


@pytest.fixture
def make() -> Iterator[Make]:
    """Makes pools of stand-ins; afterwards nothing of them may be left."""
    pools = []
    opened, shared = descriptors(), shared_memory()

    def make_pool(workers: int = 2, **options: object) -> PosePool:
        settings = {"size": (WIDTH, HEIGHT), "landmarker": Standin} | options
        pools.append(PosePool(ANY_FILE, workers=workers, **settings))  # type: ignore[arg-type]
        return pools[-1]

    yield make_pool
    for pool in pools:
        pool.close()
    assert children() == set()
    assert descriptors() == opened
    assert shared_memory() == shared
    assert not [thread for thread in threading.enumerate() if thread.name == "pose pool"]


strangers: set[int] = set()
"""What ran under this process before the test: a browser's driver, a tracker of shared memory."""


def children() -> set[int]:
    """What runs under this process since the test began."""
    return all_children() - strangers


def all_children() -> set[int]:
    lists = [path.read_text(encoding="ascii") for path in Path("/proc/self/task").glob("*/children")]
    return {int(pid) for pid in " ".join(lists).split()}


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def shared_memory() -> set[str]:
    return {path.name for path in Path("/dev/shm").iterdir()}


def pids_of(stats: PoolStats) -> list[int]:
    return [worker.pid for worker in stats.workers]
