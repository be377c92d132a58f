"""A stored session as a measured recording, whose clock begins with it."""

from collections.abc import Iterator
from dataclasses import replace

from monitor.export.document import Quality, Result, cadence_spm, higher_end
from monitor.store import Calibration, Reader, SessionRow, StoreError
from monitor.vocabulary import VARIABLES, Side, Stance, Statistic, Summary

AT_ONCE = 500
"""Stances held in memory, some two megabytes with the chunk that they come from [ours]."""
BUSY = "the computer was busy"
NO_SUMMARY = "no summary was stored"


class SessionGoneError(StoreError):
    """The session was deleted while it was read."""


class Stances:
    """The stances of a session out of the store, as often as they are gone through; times from the session's start.

    Raises `StoreError`, `SessionGoneError` when some are gone that were there.
    """

    def __init__(self, reader: Reader, session: SessionRow) -> None:
        self._reader = reader
        self._session = session

    def __iter__(self) -> Iterator[Stance]:
        seq = 0
        while rows := self._reader.stances(self._session.id, seq, AT_ONCE):
            for row in rows:
                yield _from_start(row.stance, self._session.origin_s)
            seq = rows[-1].seq
        if seq < self._session.stance_count:
            raise SessionGoneError(f"session {self._session.id} was deleted meanwhile")


def result_of(reader: Reader, session: SessionRow) -> Result:
    """The session as a recording of schema 1. Raises `StoreError`."""
    stances = Stances(reader, session)
    withheld = dict(session.withheld) | ({BUSY: session.frames_dropped} if session.frames_dropped else {})
    return Result(
        session.source,
        session.fps_measured,
        session.elapsed_s,
        cadence_spm(stances),
        Quality(
            session.frames_seen,
            max(0, session.frames_seen - sum(withheld.values())),
            withheld,
            list(_notes(session, reader.calibration(session.id))),
        ),
        session.summary or _nothing_summarised(),
        stances,
        speeds_of(reader, session),
    )


def speeds_of(reader: Reader, session: SessionRow) -> list[tuple[float, float]]:
    """How fast the belt ran from which second of the session on. Raises `StoreError`.

    What was said before the first frame holds from the start.
    """
    said = reader.belt_speeds(session.id)
    return [(max(0.0, time_s - session.origin_s), speed_mps) for time_s, speed_mps in said]


def file_stem(session: SessionRow) -> str:
    """What its files are called, without the ending: `medius-2026-03-01-174500`, by the clock on the wall."""
    return f"medius-{session.started_at.astimezone():%Y-%m-%d-%H%M%S}"


def _notes(session: SessionRow, calibration: Calibration | None) -> Iterator[str]:
    yield f"The session began at {session.started_at.isoformat(timespec='seconds')}."
    if session.clock_synchronised is False:
        yield "The unit's clock was not set then: date and time may be wrong."
    if session.ended_at is None:
        yield "The session had not ended: what stands here is so far."
    if session.ended_how == "recovered":
        yield "The session was cut off, by power or a crash."
    if session.ended_how == "fault":
        yield "The unit had a fault and ended the session."
    if calibration is not None:
        end = higher_end(calibration.roll_deg)
        within = "" if calibration.roll_sd_deg is None else f" ± {1.96 * calibration.roll_sd_deg:.1f}"
        yield (
            f"The drop is counted from the runner standing still, whose hip line's {end} end "
            f"was {abs(calibration.roll_deg):.1f}{within}° higher in the picture ({calibration.method})."
        )


def _from_start(stance: Stance, origin_s: float) -> Stance:
    return replace(
        stance,
        contact_s=stance.contact_s - origin_s,
        midstance_s=stance.midstance_s - origin_s,
        toe_off_s=stance.toe_off_s - origin_s,
    )


def _nothing_summarised() -> Summary:
    return {side: {v.name: Statistic(None, None, 0, None, NO_SUMMARY) for v in VARIABLES} for side in Side}
