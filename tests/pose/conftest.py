from itertools import islice
from pathlib import Path

import pytest

from monitor.camera import VideoFile
from monitor.pose.weights import Model, WeightsUnavailable, ensure_model
from monitor.vocabulary import Frame
from tests.pose import pools
from tests.pose.pools import make

__all__ = ["make"]  # a fixture for every module

CLIP = Path(__file__).resolve().parents[3] / "shared" / "clips" / "rendered" / "02_left_drop10_60"


@pytest.fixture(autouse=True)
def _strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "strangers", pools.all_children())


@pytest.fixture(scope="session")
def lite_model() -> Path:
    """The smallest pose network, fetched where it is not on this machine yet."""
    try:
        return ensure_model(Model.LITE)
    except WeightsUnavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def runner_frames() -> list[Frame]:
    """Half a second of a rendered runner seen from behind, 720 × 1280, 60 frames a second."""
    if not CLIP.exists():
        pytest.skip("no rendered clips beside the project")
    return list(islice(VideoFile(CLIP / "video.mp4"), 30))
