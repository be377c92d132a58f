import pytest

from monitor.camera.opencv import silence_opencv


@pytest.fixture(scope="session", autouse=True)
def _silence() -> None:
    """Before the first video is written: OpenCV reads its environment once."""
    silence_opencv()
