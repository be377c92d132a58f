"""What a runner's coach remembers: entries are added, by rules that see those before, and never changed."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.store.codec import utc
from monitor.store.errors import DiaryFullError, DiaryFullTodayError, RunnerGoneError
from monitor.store.identity import canonical
from monitor.store.queries import NO_SESSION, diary_entry, select_diary
from monitor.store.recorder import Recorder
from monitor.store.schema import diary, runners
from monitor.vocabulary import DiaryEntry

BODY_BYTES = 64_000
MOST_ENTRIES = 10_000
"""Of a runner: every page of the coach reads them all [ours]."""
MOST_A_DAY = 300
"""A day of every exercise that there is takes some fifty [ours]."""
DAY = timedelta(days=1)
Rule = Callable[[Sequence[DiaryEntry]], Mapping[str, Any]]
"""Says, of the entries there are, what the next one holds; or raises, and nothing is written."""


class Diary:
    """Writes in runners' diaries through a recorder, from any thread. All raise `StoreError`."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def add(self, runner_id: str, kind: str, at: datetime, rule: Rule) -> DiaryEntry:
        """Add what a rule says, or nothing when it raises; return the entry.

        No entry comes between what the rule saw and its own. Raises `RunnerGoneError`, `DiaryFullError` and
        `DiaryFullTodayError`, `ValueError` for a body that JSON cannot hold in `BODY_BYTES`.
        """
        runner = canonical(runner_id) or NO_SESSION

        def work(connection: sa.Connection) -> DiaryEntry:
            if connection.execute(sa.select(runners.c.id).where(runners.c.id == runner)).first() is None:
                raise RunnerGoneError
            entries = [diary_entry(row) for row in connection.execute(select_diary(runner)).mappings()]
            body = rule(entries)
            if len(entries) >= MOST_ENTRIES:
                raise DiaryFullError
            if sum(abs(entry.at - at) < DAY for entry in entries) >= MOST_A_DAY:
                raise DiaryFullTodayError
            return add_entry(connection, runner, kind, at, body)

        return self._recorder.transact(work)


def add_entry(
    connection: sa.Connection, runner_id: str, kind: str, at: datetime, body: Mapping[str, Any]
) -> DiaryEntry:
    """Add an entry. A clock that was set back does not put it before the last one."""
    if len(json.dumps(body, allow_nan=False)) > BODY_BYTES:
        raise ValueError("a diary's entry is too long")
    last = connection.execute(
        sa.select(diary.c.seq, diary.c.at).where(diary.c.runner_id == runner_id).order_by(diary.c.seq.desc()).limit(1)
    ).first()
    entry = DiaryEntry(last.seq + 1, max(at, utc(last.at)), kind, body) if last else DiaryEntry(1, at, kind, body)
    connection.execute(_insert(runner_id, entry))
    return entry


def put_together(connection: sa.Connection, other_id: str, runner_id: str) -> None:
    """Make one diary of two, in the order in which it happened."""
    entries = sorted(
        (diary_entry(row) for of in (runner_id, other_id) for row in connection.execute(select_diary(of)).mappings()),
        key=lambda entry: entry.at,
    )
    connection.execute(diary.delete().where(diary.c.runner_id.in_((runner_id, other_id))))
    for seq, entry in enumerate(entries, 1):
        connection.execute(_insert(runner_id, DiaryEntry(seq, entry.at, entry.kind, entry.body)))


def _insert(runner_id: str, entry: DiaryEntry) -> sa.Insert:
    values = {"runner_id": runner_id, "seq": entry.seq, "at": entry.at, "kind": entry.kind, "body": dict(entry.body)}
    return diary.insert().values(values)
