from pathlib import Path

import pytest

from tests.store.cost import measure


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="counts bytes with /proc/self/io")
def test_an_hour_of_running_costs_little(path: Path) -> None:
    """Two megabytes at most; beginning and ending a session weighs as much in three minutes as half of the rest."""
    cost = measure(path, minutes=3.0)
    assert cost.written_mb < 3.0
    assert cost.syncs < 12_000.0  # never more than once for a stance, a cue or a change of state
    assert cost.cpu_ms_per_stance < 5.0
