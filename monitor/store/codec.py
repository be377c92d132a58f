"""Between the vocabulary and the columns of the tables; nothing is rounded either way.

Numbers are made plain Python ones on the way in: numpy's would stop the drivers, and later, in another thread.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from numbers import Integral
from typing import Any

from monitor.store.rows import Calibration, CueRow, SessionRow, SessionStart, StanceRow, UnitRow
from monitor.vocabulary import (
    VARIABLES,
    Cue,
    CueKind,
    Curve,
    Curves,
    EngineFigures,
    LampState,
    Measure,
    PelvicSource,
    Quantiles,
    Side,
    Stance,
    Statistic,
    Summary,
    View,
)

Values = dict[str, Any]
"""A row to be written: column name to value."""


def clean(text: str) -> str:
    """Return `text` with what no database takes (a zero byte, half a surrogate pair) shown as a question mark."""
    return text.replace("\0", "?").encode("utf-8", "replace").decode("utf-8")


def start_values(start: SessionStart) -> Values:
    """Return the columns of a session that has just begun. Raises `ValueError` for a number that is not finite."""
    return {
        "elapsed_s": 0.0,
        "origin_s": _finite(start.origin_s),
        "source": clean(start.source),
        "view": start.view.value,
        "model": clean(start.model),
        "roll_deg": _finite(start.roll_deg),
        "frames_seen": 0,
        "frames_dropped": 0,
        "withheld": {},
    }


def progress_values(
    frames_seen: int,
    frames_dropped: int,
    fps_measured: float | None,
    cadence_spm: float | None,
    withheld: Mapping[str, int],
    summary: Summary | None,
    curves: Curves | None = None,
) -> Values:
    """Return the columns that change while a session goes on. Raises `ValueError` for a number that is not finite."""
    return {
        "frames_seen": int(frames_seen),
        "frames_dropped": int(frames_dropped),
        "fps_measured": _number(fps_measured),
        "cadence_spm": _number(cadence_spm),
        "withheld": {clean(reason): int(count) for reason, count in withheld.items()},
        "summary": None if summary is None else summary_to_json(summary),
        "curves": None if curves is None else curves_to_json(curves),
    }


def stance_values(stance: Stance) -> Values:
    """Return the columns of a stance. Raises `ValueError` for a time or a shared deviation that is not finite."""
    values: Values = {
        "side": stance.side.value,
        "contact_s": _finite(stance.contact_s),
        "midstance_s": _finite(stance.midstance_s),
        "toe_off_s": _finite(stance.toe_off_s),
        "pelvic_source": stance.pelvic_source and stance.pelvic_source.value,
        "valid": bool(stance.valid),
        "reason": _clean(stance.reason),
    }
    for name, measure in stance.measures.items():
        values[name] = _number(measure.value)
        values[f"{name}_sd"] = _number(measure.sd)
        values[f"{name}_shared_sd"] = _finite(measure.shared_sd)
        values[f"{name}_reason"] = _clean(measure.reason)
    return values


def stance_rows(first_seq: int, columns: Mapping[str, Sequence[Any]]) -> list[StanceRow]:
    """Return the stances of the table's columns."""
    names = [v.name for v in VARIABLES]
    keys = [(name, f"{name}_sd", f"{name}_reason", f"{name}_shared_sd") for name in names]
    measures = [map(Measure, *(columns[key] for key in of_measure)) for of_measure in keys]
    heads = [
        columns[name] for name in ("side", "contact_s", "midstance_s", "toe_off_s", "pelvic_source", "valid", "reason")
    ]
    return [
        StanceRow(
            seq,
            Stance(
                Side(side),
                contact_s,
                midstance_s,
                toe_off_s,
                dict(zip(names, measured, strict=True)),
                PelvicSource(source) if source else None,
                valid,
                reason,
            ),
        )
        for seq, ((side, contact_s, midstance_s, toe_off_s, source, valid, reason), measured) in enumerate(
            zip(zip(*heads, strict=True), zip(*measures, strict=True), strict=True), first_seq
        )
    ]


def cue_values(cue: Cue) -> Values:
    """Return the columns of a cue. Raises `ValueError` for a number that is not finite."""
    return {
        "time_s": _finite(cue.time_s),
        "side": cue.side and cue.side.value,
        "kind": cue.kind.value,
        "reason": clean(cue.reason),
        "estimate_deg": _number(cue.estimate_deg),
        "sd_deg": _number(cue.sd_deg),
        "target_deg": _number(cue.target_deg),
    }


def cue_rows(first_seq: int, columns: Mapping[str, Sequence[Any]]) -> list[CueRow]:
    """Return the cues of the table's columns."""
    names = ("time_s", "side", "kind", "reason", "estimate_deg", "sd_deg", "target_deg")
    return [
        CueRow(seq, Cue(time_s, Side(side) if side else None, CueKind(kind), *others))
        for seq, (time_s, side, kind, *others) in enumerate(
            zip(*(columns[name] for name in names), strict=True), first_seq
        )
    ]


def calibration_values(calibration: Calibration) -> Values:
    """Return the columns of a calibration. Raises `ValueError` for a number that is not finite."""
    return {
        "time_s": _finite(calibration.time_s),
        "method": clean(calibration.method),
        "roll_deg": _finite(calibration.roll_deg),
        "roll_sd_deg": _number(calibration.roll_sd_deg),
    }


def calibrations(columns: Mapping[str, Sequence[Any]]) -> list[Calibration]:
    """Return the calibrations of the table's columns."""
    return list(map(Calibration, *(columns[name] for name in ("time_s", "method", "roll_deg", "roll_sd_deg"))))


def session_row(row: Mapping[str, Any]) -> SessionRow:
    """Return the session of a row of the table."""
    return SessionRow(
        id=row["id"],
        started_at=utc(row["started_at"]),
        ended_at=utc(row["ended_at"]) if row["ended_at"] else None,
        clock_synchronised=row["clock_synchronised"],
        source=row["source"],
        view=View(row["view"]),
        model=row["model"],
        roll_deg=row["roll_deg"],
        frames_seen=row["frames_seen"],
        frames_dropped=row["frames_dropped"],
        fps_measured=row["fps_measured"],
        cadence_spm=row["cadence_spm"],
        withheld=row["withheld"],
        stance_count=row["stance_count"],
        ended_how=row["ended_how"],
        summary=summary_from_json(row["summary"]) if row["summary"] else None,
        origin_s=row["origin_s"],
        elapsed_s=row["elapsed_s"],
    )


def unit_row(row: Mapping[str, Any]) -> UnitRow:
    """Return the unit of its row."""
    return UnitRow(
        utc(row["started_at"]),
        LampState(row["state"]),
        row["reason"],
        utc(row["since"]),
        utc(row["updated_at"]),
        engine_from_json(row["engine"]) if row["engine"] else None,
    )


def engine_to_json(engine: EngineFigures) -> Values:
    """Return the figures by their names. Raises `ValueError` for a number that is not finite."""
    values: Values = _plain(engine)
    return values


def engine_from_json(stored: Values) -> EngineFigures:
    """Undo `engine_to_json`. New names of figures need a migration that empties the column."""
    times = {name: stored[name] and Quantiles(**stored[name]) for name in ("inference_s", "age_s")}
    return EngineFigures(**stored | times | {"worker_bytes": tuple(stored["worker_bytes"])})


def summary_to_json(summary: Summary) -> Values:
    """Return `{side: {variable: [mean, sd, n, low, high, reason]}}`. Raises `ValueError` for what is not finite."""
    return {
        side.value: {
            name: [
                _number(s.mean),
                _number(s.sd),
                int(s.n),
                *([_finite(end) for end in s.ci95] if s.ci95 else (None, None)),
                _clean(s.reason),
            ]
            for name, s in statistics.items()
        }
        for side, statistics in summary.items()
    }


def summary_from_json(stored: Mapping[str, Mapping[str, list[Any]]]) -> Summary:
    """Undo `summary_to_json`."""
    return {
        Side(side): {
            name: Statistic(mean, sd, n, None if low is None else (low, high), reason)
            for name, (mean, sd, n, low, high, reason) in statistics.items()
        }
        for side, statistics in stored.items()
    }


def curves_to_json(curves: Curves) -> Values:
    """Return `{side: {variable: [n, toe-off, means, deviations]}}`, angles in hundredths of a degree.

    Raises `ValueError` for what is not finite.
    """
    return {
        side.value: {
            name: [
                int(curve.n),
                round(_finite(curve.toe_off), 4),
                _hundredths(curve.mean),
                None if curve.sd is None else _hundredths(curve.sd),
            ]
            for name, curve in of_side.items()
        }
        for side, of_side in curves.items()
    }


def curves_from_json(stored: Mapping[str, Mapping[str, list[Any]]]) -> Curves:
    """Undo `curves_to_json`."""
    return {
        Side(side): {
            name: Curve(_of_hundredths(mean), None if sd is None else _of_hundredths(sd), n, toe_off)
            for name, (n, toe_off, mean, sd) in of_side.items()
        }
        for side, of_side in stored.items()
    }


def utc(moment: datetime) -> datetime:
    """Return an aware moment in UTC; SQLite keeps no zone, and everything in it is UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _clean(text: str | None) -> str | None:
    return None if text is None else clean(text)


def _number(value: float | None) -> float | None:
    return None if value is None else _finite(value)


def _plain(value: Any) -> Any:
    """Return texts and numbers, and what is made of them, as JSON can hold them."""
    if value is None:
        return None
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Integral):
        return int(value)
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {clean(name): _plain(item) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    return _finite(value)


def _hundredths(angles_deg: Sequence[float]) -> list[int]:
    return [round(100.0 * _finite(angle)) for angle in angles_deg]


def _of_hundredths(stored: Sequence[int]) -> tuple[float, ...]:
    return tuple(number / 100.0 for number in stored)


def _finite(value: float) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} cannot be stored: missing is None, with a reason")
    return number
