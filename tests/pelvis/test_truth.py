import numpy as np
import pytest

from monitor.pelvis import BeltReader, PelvicReader
from monitor.vocabulary import PelvicSource
from tests.pelvis.clips import RENDERED, Clip, demo, rendered

CLIPS = rendered()


@pytest.mark.parametrize("clip", [demo(), *(clip for clip in CLIPS if clip.belt)], ids=lambda clip: clip.name)
def test_the_belt_follows_the_pelvis(clip: Clip) -> None:
    reader, truth_deg, angle_deg, sd_deg, frames = PelvicReader(), [], [], [], 0
    for i, picture, pose in clip.frames(every=6):
        frames += 1
        line = reader(picture, pose)
        if line is not None and line.source is PelvicSource.BELT:
            truth_deg.append(clip.hipline_deg[i])
            angle_deg.append(line.angle_deg)
            sd_deg.append(line.sd_deg)
    error_deg = np.subtract(angle_deg, truth_deg)
    assert len(angle_deg) >= 0.98 * frames
    assert abs(error_deg.mean()) < 0.3
    assert error_deg.std() < 0.3
    assert np.polyfit(truth_deg, angle_deg, 1)[0] == pytest.approx(1.0, abs=0.05)
    assert np.sqrt(np.mean((error_deg / sd_deg) ** 2)) < 1.0


@pytest.mark.skipif(not CLIPS, reason=f"no clips in {RENDERED.parent.parent.name}/ beside the repository")
@pytest.mark.parametrize("clip", [clip for clip in CLIPS if not clip.belt], ids=lambda clip: clip.name)
def test_runners_without_a_belt_have_none(clip: Clip) -> None:
    reader = BeltReader()
    assert [i for i, picture, pose in clip.frames(every=20) if reader(picture, pose)] == []
