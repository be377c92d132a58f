"""Closing what a crash or a power cut left open."""

from collections.abc import Callable, Sequence
from pathlib import Path

from monitor.store import codec
from monitor.store.database import sqlite_path
from monitor.store.opening import open_writer
from monitor.store.queries import Reader
from monitor.store.rows import CueRow, SessionRow, StanceRow
from monitor.store.schema import sessions
from monitor.vocabulary import Stance, Summary

RECOVERED = "recovered"


def recover(url_or_path: str | Path, summarise: Callable[[list[Stance]], Summary]) -> list[str]:
    """Close the sessions that were left open and return their ids, the oldest first.

    A session ends with the last thing stored of it, and its summary is made anew from its stances. Call
    it before the `Recorder` is opened. Raises `StoreError`; `AlreadyRecordingError` while another
    medius records, whose session is not to be closed under it.
    """
    path = sqlite_path(url_or_path)
    if path is not None and not path.exists():
        return []
    with open_writer(url_or_path) as writer, Reader.open(url_or_path) as reader:
        unfinished = reader.unfinished()
        for session in unfinished:
            stances, cues = reader.stances(session.id), reader.cues(session.id)
            elapsed_s = _last_heard_s(session, stances, cues)
            values = {
                "elapsed_s": elapsed_s,
                "ended_at": session.when(session.origin_s + elapsed_s),
                "ended_how": RECOVERED,
                "summary": codec.summary_to_json(summarise([row.stance for row in stances])),
            }
            writer.write([], {(sessions, session.id): values})
    return [session.id for session in unfinished]


def _last_heard_s(session: SessionRow, stances: Sequence[StanceRow], cues: Sequence[CueRow]) -> float:
    """Return how long after its start the session was last heard of."""
    camera_s = [row.stance.toe_off_s for row in stances[-1:]] + [row.cue.time_s for row in cues[-1:]]
    return max([session.elapsed_s, *(time_s - session.origin_s for time_s in camera_s)])
