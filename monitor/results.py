"""What was measured, as JSON: schema 1, which `monitor/schema1.json` describes."""

import json
import math
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from monitor.errors import MediusError
from monitor.files import part_of, write_whole
from monitor.vocabulary import VARIABLES, Neutral, PelvicSource, Side, Stance, Statistic, Summary

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
    stances: Sequence[Stance] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        """The document of schema 1: missing is null, never NaN and never 0."""
        withheld = Counter(stance.reason for stance in self.stances if not stance.valid)
        sources = Counter(str(stance.pelvic_source) for stance in self.stances if stance.pelvic_source is not None)
        return {
            "schema": SCHEMA,
            "source": self.source,
            "fps_measured": _round(self.fps_measured),
            "duration_s": _round(self.duration_s),
            "cadence_spm": _round(self.cadence_spm),
            "quality": {
                "frames": self.quality.frames,
                "frames_used": self.quality.frames_used,
                "frames_withheld": dict(self.quality.frames_withheld),
                "stances": len(self.stances),
                "stances_withheld": dict(withheld),
                "pelvic_sources": dict(sources),
                "notes": list(self.quality.notes),
            },
            "summary": {
                str(side): {name: _statistic_json(s) for name, s in self.summary[side].items()} for side in Side
            },
            "stances": [_stance_json(stance) for stance in self.stances],
        }


def neutral_text(neutral: Neutral) -> str:
    """What the drop is counted from, in one sentence."""
    end = "right" if neutral.angle_deg > 0.0 else "left"
    return (
        f"The drop is counted from the runner standing still, whose {end} end of the hip line was "
        f"{abs(neutral.angle_deg):.1f}° ± {1.96 * neutral.sd_deg:.1f}° higher (read from the {neutral.source})."
    )


def cadence_spm(stances: Sequence[Stance]) -> float | None:
    """Steps a minute, both feet: over all pairs of contacts that follow each other left, right, left."""
    steps_s = [
        after.contact_s - before.contact_s
        for before, after in pairwise(stances)
        if before.side is not after.side and after.contact_s - before.contact_s < LONGEST_STEP_S
    ]
    return 60.0 * len(steps_s) / math.fsum(steps_s) if steps_s else None


def check_writable(path: Path, recording: Path) -> None:
    """Say before the work that its result could not be written, or would replace the recording. Raises MediusError."""
    with _explained(path):
        if path.exists() and recording.exists() and path.samefile(recording):
            raise MediusError(f"{path} is the recording itself: choose another name with --json.")
        if path.is_file() or path.is_dir():  # opening a pipe would take it from its reader
            os.close(os.open(path, os.O_WRONLY))
        if _is_file(path):
            part = part_of(path.resolve())
            part.touch()
            part.unlink()


def json_text(result: Result) -> str:
    """The document of schema 1."""
    return json.dumps(result.to_json(), indent=1, allow_nan=False) + "\n"


def write_json(result: Result, path: Path) -> None:
    """Write the document whole or not at all.

    Raises:
        MediusError: the file cannot be written; what stood there before still stands.
    """
    with _explained(path):
        if _is_file(path):
            write_whole(path.resolve(), json_text(result))
        else:
            path.write_text(json_text(result), encoding="utf-8")


def _is_file(path: Path) -> bool:
    """Whether it is or would become a file, and not a pipe or a terminal, where there is nothing to replace."""
    return path.is_file() or not path.exists()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise MediusError(f"There is no folder {path.parent}: make it, or choose another place with --json.") from error
    except OSError as error:
        raise MediusError(f"{path} cannot be written ({error.strerror}): choose another place with --json.") from error


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
        document[sd_name(variable.name)] = (
            None if measure.sd is None else _round(math.hypot(measure.sd, measure.shared_sd))
        )
    source: PelvicSource | None = stance.pelvic_source
    document["pelvic_source"] = None if source is None else str(source)
    document["withheld"] = {name: measure.reason for name, measure in stance.measures.items() if measure.value is None}
    document["valid"] = stance.valid
    document["reason"] = stance.reason
    return document


def sd_name(variable: str) -> str:
    """Where a variable's standard deviation stands: `pelvic_drop_deg` and `pelvic_drop_sd_deg`."""
    stem, unit = (variable.removesuffix("_deg"), "_deg") if variable.endswith("_deg") else (variable, "")
    return f"{stem}_sd{unit}"
