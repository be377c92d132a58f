"""A control check at a camera: the bundled squats through the real pose network, lamps, buzzer and store."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from monitor.camera import VideoFile
from monitor.checking import BEEPS, GuidedCheck, sound
from monitor.cli.parts import CHECK_CLIP
from monitor.coach.check.guide import RECORDING_OVER, Beep
from monitor.control import RefusedError
from monitor.cues.board import open_board
from monitor.cues.lamps import LampsState
from monitor.gait import GaitSettings
from monitor.onlookers import Heartbeat
from monitor.pelvis import PelvicReader
from monitor.pose.pool import PosePool
from monitor.service import Service
from monitor.store import Recorder, SystemClock
from tests.pose.conftest import lite_model

__all__ = ["lite_model"]  # a fixture here too


def test_what_is_heard_is_told_apart_and_nothing_runs_together() -> None:
    assert len(set(BEEPS.values())) == len(Beep)
    assert sound([]) == ()
    assert sound([Beep.COUNTED]) == BEEPS[Beep.COUNTED]
    assert sound([Beep.COUNTED, Beep.GO]) == (*BEEPS[Beep.COUNTED], 1.0, *BEEPS[Beep.GO])
    for beep in Beep:
        assert len(BEEPS[beep]) % 2 == 1, "it ends with a sound"


class _Check:
    """The bundled clip as fast as it goes."""

    def __init__(self, tmp_path: Path, model: Path, keep: Any) -> None:
        self.lit: list[LampsState] = []
        self._tmp_path, self._model, self._keep = tmp_path, model, keep

    def run(self, *, stopped: bool = False) -> dict[str, Any]:
        service = Service.from_environment()
        with (
            VideoFile(CHECK_CLIP) as video,
            PosePool(self._model, workers=2, size=video.size, reader=PelvicReader()) as pool,
            Recorder(self._tmp_path / "medius.sqlite", SystemClock()) as recorder,
            open_board(simulate=True, on_change=self.lit.append) as board,
        ):
            check = GuidedCheck(video, pool, GaitSettings(), 0.1, "lite", Heartbeat(service, recorder), self._keep)
            if stopped:
                check.stop()
            check.run(board.lamps, recorder)
            return check.stage()


def test_the_bundled_squats_are_guided_to_a_result(tmp_path: Path, lite_model: Path) -> None:
    kept: list[Mapping[str, Any]] = []
    check = _Check(tmp_path, lite_model, kept.append)
    stage = check.run()
    assert (stage["step"], stage["kept"], stage["complaint"]) == ("done", True, "")
    (result,) = kept
    assert {side: (of["reps"], of["valid"]) for side, of in result["legs"].items()} == {"left": (5, 5), "right": (5, 5)}
    assert result["legs"]["left"]["values"]["pelvis"]["value"] == pytest.approx(7.4, abs=1.5)
    assert result["legs"]["right"]["values"]["pelvis"]["value"] == pytest.approx(2.0, abs=1.5)
    sides = [side for state in check.lit for side in ("left", "right") if getattr(state, f"{side}_amber")]
    assert sides == sorted(sides), "the left leg's lamp first"
    assert set(sides) == {"left", "right"}
    assert any(state.buzzer for state in check.lit)


def test_who_stops_it_leaves_nothing(tmp_path: Path, lite_model: Path) -> None:
    kept: list[Mapping[str, Any]] = []
    stage = _Check(tmp_path, lite_model, kept.append).run(stopped=True)
    assert (stage["step"], stage["why_not"], kept) == ("stopped", "it was stopped", [])


def test_a_result_that_cannot_be_kept_is_said(tmp_path: Path, lite_model: Path) -> None:
    def refuse(_: Mapping[str, Any]) -> None:
        raise RefusedError("This runner is not there any more.")

    stage = _Check(tmp_path, lite_model, refuse).run()
    assert (stage["kept"], stage["complaint"]) == (False, "This runner is not there any more.")
    assert stage["why_not"] != RECORDING_OVER
