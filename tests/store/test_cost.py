from pathlib import Path

import pytest

from tests.store.cost import measure


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="counts bytes with /proc/self/io")
def test_an_hour_of_running_costs_little(path: Path) -> None:
    """Half again what was measured when this was written, so that a change that doubles it is seen."""
    cost = measure(path, minutes=0.5)
    assert cost.written_mb < 3.0
    assert cost.syncs < 8500.0
    assert cost.cpu_ms_per_stance < 5.0
