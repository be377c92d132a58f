"""What the programme writes in a diary: its kinds of entries, and their bodies as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from monitor.coach.programme.baseline import Baseline
from monitor.vocabulary import CuePlan, Side, Statistic

JOINED = "programme.joined"
CUE = "programme.cue"
"""The runner chose what cues: `{"cue": …}`."""
LEFT = "programme.left"
PAIN = "programme.pain"
RESUMED = "programme.resumed"
"""Pain is over, and no red flag holds."""
NO_PAIN = "programme.no pain"
"""Why a session was ended early: not for pain."""
BEGUN = "programme.begun"
ENDED = "programme.ended"


class Purpose(StrEnum):
    """What a run is for."""

    BASELINE = "baseline"
    SESSION = "session"
    CHECK = "check"


class Cueing(StrEnum):
    """What cues."""

    LAMPS = "lamps"
    METRONOME = "metronome"


class How(StrEnum):
    """How a run ended; the first three as the store names it."""

    FINISHED = "finished"
    FAULT = "fault"
    CUT_OFF = "recovered"
    GONE = "gone"
    """Its session was deleted before anything was taken from it."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A session began that is a runner's."""

    session_id: str
    purpose: Purpose
    number: int
    """Of the session, 1 to 8, or of the check, 1 to 3; a baseline's is 1."""
    plan: CuePlan
    baseline: Baseline | None
    """What the programme starts from; None of a baseline."""
    anew: bool = False
    """Whether the programme starts with it."""
    from_s: float = 0.0
    """From when on it is the runner's, by the camera's clock."""

    def body(self) -> dict[str, Any]:
        """As the diary holds it."""
        return {
            "session": self.session_id,
            "purpose": self.purpose.value,
            "number": self.number,
            "plan": _plan_json(self.plan),
            "baseline": None if self.baseline is None else _baseline_json(self.baseline),
            "anew": self.anew,
            "from_s": self.from_s,
        }

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Begun":
        """Out of the diary."""
        baseline = body["baseline"]
        return cls(
            body["session"],
            Purpose(body["purpose"]),
            body["number"],
            _plan_of(body["plan"]),
            None if baseline is None else _baseline_of(baseline),
            body["anew"],
            body["from_s"],
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """One leg's pelvis drop in a session."""

    whole: Statistic
    """Its interval with the error that all stances share."""
    cued: Statistic
    """While the cue was available; without that error, as `silent`."""
    silent: Statistic


@dataclass(frozen=True, slots=True)
class Ended:
    """A session of a runner's is over."""

    session_id: str
    how: How
    run_s: float
    """Running at the baseline's speed, what was behind the runner included."""
    drop: Mapping[Side, Parts]
    cadence_spm: float | None = None
    """While the cue was available, or of the whole of a silent run."""
    speed_mps: float | None = None
    """As it was said last."""

    def body(self) -> dict[str, Any]:
        """As the diary holds it."""
        return {
            "session": self.session_id,
            "how": self.how.value,
            "run_s": self.run_s,
            "drop": {
                side.value: {
                    "whole": _statistic_json(parts.whole),
                    "cued": _statistic_json(parts.cued),
                    "silent": _statistic_json(parts.silent),
                }
                for side, parts in self.drop.items()
            },
            "cadence_spm": self.cadence_spm,
            "speed_mps": self.speed_mps,
        }

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Ended":
        """Out of the diary."""
        drop = {
            Side(side): Parts(*(_statistic_of(parts[name]) for name in ("whole", "cued", "silent")))
            for side, parts in body["drop"].items()
        }
        return cls(body["session"], How(body["how"]), body["run_s"], drop, body["cadence_spm"], body["speed_mps"])


def _plan_json(plan: CuePlan) -> dict[str, Any]:
    return {
        "run_s": plan.run_s,
        "windows": [list(window) for window in plan.windows],
        "side": plan.side.value,
        "target_deg": plan.target_deg,
        "metronome_spm": plan.metronome_spm,
        "behind_s": plan.behind_s,
    }


def _plan_of(body: Mapping[str, Any]) -> CuePlan:
    windows = tuple((start_s, end_s) for start_s, end_s in body["windows"])
    side, target_deg = Side(body["side"]), body["target_deg"]
    return CuePlan(body["run_s"], windows, side, target_deg, body["metronome_spm"], body["behind_s"])


def _baseline_json(baseline: Baseline) -> dict[str, Any]:
    return {
        "session": baseline.session_id,
        "at": baseline.at.isoformat(),
        "side": baseline.side.value,
        "target_deg": baseline.target_deg,
        "drop": {side.value: _statistic_json(statistic) for side, statistic in baseline.drop.items()},
        "cadence_spm": baseline.cadence_spm,
        "speed_mps": baseline.speed_mps,
    }


def _baseline_of(body: Mapping[str, Any]) -> Baseline:
    return Baseline(
        body["session"],
        datetime.fromisoformat(body["at"]),
        Side(body["side"]),
        body["target_deg"],
        {Side(side): _statistic_of(statistic) for side, statistic in body["drop"].items()},
        body["cadence_spm"],
        body["speed_mps"],
    )


def _statistic_json(of: Statistic) -> dict[str, Any]:
    return {
        "mean": of.mean,
        "sd": of.sd,
        "n": of.n,
        "ci95": None if of.ci95 is None else list(of.ci95),
        "why": of.reason,
    }


def _statistic_of(body: Mapping[str, Any]) -> Statistic:
    interval = body["ci95"]
    return Statistic(body["mean"], body["sd"], body["n"], interval and (interval[0], interval[1]), body["why"])
