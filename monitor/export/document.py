"""What was measured, as JSON: schema 1, which `monitor/schema1.json` describes."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import indent

from monitor.vocabulary import VARIABLES, Measure, Neutral, Side, Stance, Statistic, Summary

SCHEMA = 1
_DIGITS = 4
LONGEST_STEP_S = 0.6
"""Contacts farther apart have a lost step between them [ours]: a runner takes 120 steps a minute at the least."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How much of a recording could be measured, and why the rest could not."""

    frames: int
    frames_used: int
    frames_withheld: Mapping[str, int]
    """Frames without a usable pose, by reason."""
    notes: Sequence[str] = ()
    """Sentences about the recording as a whole."""


@dataclass(frozen=True, slots=True)
class Result:
    """A measured recording."""

    source: str
    fps_measured: float | None
    duration_s: float
    cadence_spm: float | None
    quality: Quality
    summary: Summary
    stances: Iterable[Stance] = ()
    """In time order; gone through more than once."""
    belt_speeds: Sequence[tuple[float, float]] = ()
    """From which second on the belt ran how fast, as was said: seconds and m/s, in their order."""


def json_text(result: Result) -> str:
    """The document of schema 1: missing is null, never NaN and never 0. Raises ValueError for what is not finite."""
    return "".join(json_parts(result))


def json_parts(result: Result) -> Iterator[str]:
    """The same, piece by piece: hours of running are tens of megabytes. Raises ValueError for what is not finite."""
    count, withheld, sources = 0, Counter[str](), Counter[str]()
    for stance in result.stances:
        count += 1
        if not stance.valid:
            withheld[str(stance.reason)] += 1
        if stance.pelvic_source is not None:
            sources[str(stance.pelvic_source)] += 1
    head = {
        "schema": SCHEMA,
        "source": result.source,
        "fps_measured": _round(result.fps_measured),
        "duration_s": _round(result.duration_s),
        "cadence_spm": _round(result.cadence_spm),
        "quality": {
            "frames": result.quality.frames,
            "frames_used": result.quality.frames_used,
            "frames_withheld": dict(result.quality.frames_withheld),
            "stances": count,
            "stances_withheld": dict(withheld),
            "pelvic_sources": dict(sources),
            "notes": list(result.quality.notes),
        },
        "belt_speeds": [{"from_s": _round(at_s), "speed_mps": _round(mps)} for at_s, mps in result.belt_speeds],
        "summary": {str(side): {name: _statistic_json(s) for name, s in result.summary[side].items()} for side in Side},
    }
    yield _json(head).removesuffix("\n}") + ',\n "stances": ['
    before = "\n"
    for stance in result.stances:
        yield before + indent(_json(_stance_json(stance)), "  ")
        before = ",\n"
    yield "\n ]\n}\n" if count else "]\n}\n"


def neutral_text(neutral: Neutral) -> str:
    """What the drop is counted from, in one sentence."""
    end = higher_end(neutral.angle_deg)
    return (
        f"The drop is counted from the runner standing still, whose {end} end of the hip line was "
        f"{abs(neutral.angle_deg):.1f}° ± {1.96 * neutral.sd_deg:.1f}° higher (read from the {neutral.source})."
    )


def higher_end(angle_deg: float) -> str:
    """Which end of a line is higher, by its image angle."""
    return "right" if angle_deg > 0.0 else "left"


def cadence_spm(stances: Iterable[Stance]) -> float | None:
    """Steps a minute, both feet: over all pairs of contacts that follow each other left, right, left."""
    steps_s = [
        after.contact_s - before.contact_s
        for before, after in pairwise(stances)
        if before.side is not after.side and 0.0 < after.contact_s - before.contact_s < LONGEST_STEP_S
    ]
    return 60.0 * len(steps_s) / math.fsum(steps_s) if steps_s else None


def speed_at(belt_speeds: Sequence[tuple[float, float]], time_s: float) -> float | None:
    """How fast the belt ran then, in m/s; None before anybody said."""
    return next((speed_mps for from_s, speed_mps in reversed(belt_speeds) if from_s <= time_s), None)


def total_sd(measure: Measure) -> float | None:
    """Standard deviation of a value's error, that which all stances share included."""
    return None if measure.sd is None else math.hypot(measure.sd, measure.shared_sd)


def sd_name(variable: str) -> str:
    """Where a variable's standard deviation stands: `pelvic_drop_deg` and `pelvic_drop_sd_deg`."""
    stem, unit = (variable.removesuffix("_deg"), "_deg") if variable.endswith("_deg") else (variable, "")
    return f"{stem}_sd{unit}"


def _json(document: object) -> str:
    return json.dumps(document, indent=1, allow_nan=False)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _statistic_json(statistic: Statistic) -> dict[str, object]:
    return {
        "mean": _round(statistic.mean),
        "sd": _round(statistic.sd),
        "n": statistic.n,
        "ci95": None if statistic.ci95 is None else [_round(bound) for bound in statistic.ci95],
        "reason": statistic.reason,
    }


def _stance_json(stance: Stance) -> dict[str, object]:
    document: dict[str, object] = {
        "side": str(stance.side),
        "contact_s": _round(stance.contact_s),
        "midstance_s": _round(stance.midstance_s),
        "toe_off_s": _round(stance.toe_off_s),
    }
    for variable in VARIABLES:
        measure = stance.measures[variable.name]
        document[variable.name] = _round(measure.value)
        document[sd_name(variable.name)] = _round(total_sd(measure))
    document["pelvic_source"] = None if stance.pelvic_source is None else str(stance.pelvic_source)
    document["withheld"] = {name: measure.reason for name, measure in stance.measures.items() if measure.value is None}
    document["valid"] = stance.valid
    document["reason"] = stance.reason
    return document
