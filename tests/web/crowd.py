"""A store as large as one gets: `python -m tests.web.crowd PATH` makes 10,000 sessions with 20 million stances.

Some sessions are recorded by the real recorder and then copied, chunks and all, under other ids and dates.
"""

import random
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from monitor.store import Ownership, Recorder, digest_of
from monitor.store.database import open_writing
from monitor.store.identity import uuid7
from monitor.store.schema import chunks, claims, marks, phones, runners, sessions
from tests.web import demo
from tests.web.demo import DemoClock

SESSIONS = 10_000
STANCES = 2_000
BIG_STANCES = 10_000
RUNNERS = 100
PATTERNS = 20
"""Sessions that are recorded and then copied."""
SPAN = timedelta(days=700)
SECRET = "what-a-phone-keeps"


@dataclass(frozen=True)
class Crowd:
    """What is in it beside the patterns."""

    path: Path
    sessions: tuple[str, ...]
    """The oldest first; the last one is the big one."""
    runners: tuple[str, ...]
    """Session i is of runner i modulo their number."""
    cookie: str
    """Of a phone of the last runner, whose session the big one is."""

    @property
    def big(self) -> str:
        return self.sessions[-1]

    def of_last_runner(self) -> tuple[str, ...]:
        return self.sessions[len(self.runners) - 1 :: len(self.runners)]


def fill(path: Path, count: int = SESSIONS, stances: int = STANCES, big: int = BIG_STANCES) -> Crowd:
    """Make a store of so many sessions with so many stances each, the newest one with more; `count` in hundreds."""
    began = datetime.now(UTC) - SPAN
    clock, dice = DemoClock(began - timedelta(days=2)), random.Random(count)
    with Recorder(path, clock) as recorder:
        patterns = [_record(recorder, clock, dice, stances) for _ in range(PATTERNS)]
        large = _record(recorder, clock, dice, big)
    moments = [began + SPAN * (number / count) for number in range(count)]
    crowd = Crowd(
        path,
        tuple(uuid7(int(moment.timestamp() * 1e3)) for moment in moments),
        tuple(uuid7(number) for number in range(RUNNERS)),
        f"{uuid7(0)}.{SECRET}",
    )
    engine = open_writing(path)
    with engine.begin() as connection:
        _people(connection, crowd)
        for number, (session_id, moment) in enumerate(zip(crowd.sessions, moments, strict=True)):
            pattern = large if session_id == crowd.big else patterns[number % PATTERNS]
            _copy(connection, pattern, session_id, moment)
            runner = crowd.runners[number % RUNNERS]
            connection.execute(claims.insert().values(session_id=session_id, runner_id=runner))
    engine.dispose()
    return crowd


def _record(recorder: Recorder, clock: DemoClock, dice: random.Random, stances: int) -> str:
    length_s = (stances + 2) * demo.STEP_S / 0.96 + 1.5
    steps = demo.story(length_s, dice)
    withheld = {"the marked belt was hidden": 311, "the pose was lost for a moment": 12}
    start = demo.start_of("camera 0")
    session_id, _ = demo.record(recorder, clock, start, steps, length_s=length_s, withheld=withheld)
    Ownership(recorder).mark(session_id, length_s / 2.0)
    recorder.close_session()
    assert recorder.flush()
    return session_id


def _people(connection: sa.Connection, crowd: Crowd) -> None:
    named = [{"id": runner, "nickname": f"Runner {number}"} for number, runner in enumerate(crowd.runners)]
    connection.execute(runners.insert(), named)
    phone_id, _, secret = crowd.cookie.partition(".")
    connection.execute(phones.insert().values(id=phone_id, runner_id=crowd.runners[-1], digest=digest_of(secret)))


def _copy(connection: sa.Connection, pattern: str, session_id: str, moment: datetime) -> None:
    length = connection.scalar(sa.select(sessions.c.elapsed_s).where(sessions.c.id == pattern)) or 0.0
    new = {"id": session_id, "started_at": moment, "ended_at": moment + timedelta(seconds=length)}
    for table, key in ((sessions, "id"), (chunks, "session_id"), (marks, "session_id")):
        changed = new | {"session_id": session_id}
        shown = [sa.literal(changed[c.name], c.type) if c.name in changed else c for c in table.c]
        source = sa.select(*shown).where(table.c[key] == pattern)
        connection.execute(table.insert().from_select(list(table.c), source))


if __name__ == "__main__":
    made = fill(Path(sys.argv[1]))
    print(f"the big session: {made.big}\nits runner: {made.runners[-1]}\nthe phone's cookie: {made.cookie}")
