"""What a worker's landmarker holds and asks, in a process without a network, as in a worker."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from monitor.pose.runner import NOT_ON_TREADMILL

ROOT = Path(__file__).resolve().parents[2]
LANDMARKER = """
    from monitor.pose.isolation import leave_network
    leave_network()

    import json
    import sys
    from pathlib import Path

    import cv2

    from monitor.pose.runner import Place
    from monitor.pose.serving import mediapipe_landmarker
    from tests.pose.scenes import HEIGHT, MIDDLE_PX, TREADMILL, nobody, put, runner, somebody

    model = Path(sys.argv[1])
    running = cv2.cvtColor(runner(0), cv2.COLOR_BGR2RGB)
    passing = cv2.cvtColor(put(nobody(), somebody(0), MIDDLE_PX, 1.2 * HEIGHT, HEIGHT), cv2.COLOR_BGR2RGB)

    def memory_mib():
        rollup = dict(line.split(":", 1) for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
        return int(rollup["Anonymous"].split()[0]) / 1024

    landmarker = mediapipe_landmarker(model)
    facts = {"at first": landmarker._finder is not None}
    poses = [landmarker.find(running, None).pose for _ in range(3)]
    facts["looking"] = landmarker._finder is not None
    near = Place.of(poses[-1])
    held, memory = [], []
    for _ in range(110):
        assert landmarker.find(running, near).pose is not None
        held.append(landmarker._finder is not None)
        memory.append(memory_mib())
    facts |= {"following": held, "memory": memory}
    facts["looks again"] = landmarker.find(running, None).pose is not None and landmarker._finder is not None

    with_treadmill = mediapipe_landmarker(model, TREADMILL)
    for _ in range(3):
        assert with_treadmill.find(running, None).pose is not None
    facts["on a treadmill"] = with_treadmill._finder is not None
    without_runner = mediapipe_landmarker(model, TREADMILL)
    reasons, asked = [], []
    for _ in range(31):
        reasons.append(without_runner.find(passing, None).reason)
        asked.append(without_runner._unasked == 0)
    facts |= {"reasons": reasons, "asked": asked}
    print(json.dumps(facts), flush=True)
"""


@pytest.fixture(scope="module")
def facts(lite_model: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(LANDMARKER), str(lite_model)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_the_finder_is_made_when_it_is_needed(facts: dict[str, Any]) -> None:
    assert not facts["at first"]
    assert facts["looking"]
    assert not facts["on a treadmill"], "one person on a known treadmill leaves nothing to choose"


def test_the_finder_is_closed_and_its_memory_given_back_when_it_has_not_been_needed_for_long(
    facts: dict[str, Any],
) -> None:
    held, memory = facts["following"], facts["memory"]
    closed = held.index(False)
    assert 90 < closed < 105
    assert not any(held[closed:])
    assert memory[-1] < memory[closed - 1] - 30.0
    assert facts["looks again"]


def test_somebody_who_stays_in_the_treadmills_line_is_not_searched_through_in_every_picture(
    facts: dict[str, Any],
) -> None:
    assert facts["reasons"] == [NOT_ON_TREADMILL] * 31
    asked = [n for n, now in enumerate(facts["asked"]) if now]
    assert asked == list(range(0, 31, 5))
