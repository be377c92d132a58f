"""Whose a session is: what the unit writes when a phone asks for it."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.store.codec import clean
from monitor.store.diary import add_entry, put_together
from monitor.store.errors import LinkDeadError, RunnerGoneError, TooManyRunnersError
from monitor.store.identity import canonical
from monitor.store.queries import NO_SESSION
from monitor.store.recorder import Recorder
from monitor.store.schema import claims, diary, links, marks, phones, runners, speeds
from monitor.store.writer import delete_sessions

NICKNAME_LENGTH = 40
MOST_WITHOUT_SESSION = 1000
"""So many runners can begin before they have a session: any phone of the house may ask for it [ours]."""
IDLE = timedelta(days=1)
"""Where there are so many, who wrote nothing for so long after they began makes room [ours]."""
JOINED = "joined"
"""The first entry in the diary of one who did."""


@dataclass(frozen=True, slots=True)
class PhoneKey:
    """A phone that is new to the unit: its id, and the digest of the secret that it keeps."""

    id: str
    digest: str


class Ownership:
    """Writes runners, their phones, links and claims through a recorder, from any thread. All raise `StoreError`."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def offer(self, session_id: str, digest: str, now: datetime, until: datetime) -> bool:
        """Make a link by which a session can be claimed; False when it is somebody's already."""

        def work(connection: sa.Connection) -> bool:
            taken = connection.execute(sa.select(claims).where(claims.c.session_id == session_id)).first()
            if taken is None:
                _open_link(connection, now, digest=digest, session_id=session_id, expires_at=until)
            return taken is None

        return self._recorder.transact(work)

    def invite(self, runner_id: str, digest: str, now: datetime, until: datetime) -> None:
        """Make a link by which another phone sees what a runner sees; it takes the place of the one before.

        Raises `LinkDeadError` for a runner who is not there.
        """
        runner = canonical(runner_id) or NO_SESSION

        def work(connection: sa.Connection) -> None:
            if connection.execute(sa.select(runners.c.id).where(runners.c.id == runner)).first() is None:
                raise LinkDeadError
            connection.execute(links.delete().where(links.c.runner_id == runner))
            _open_link(connection, now, digest=digest, runner_id=runner, expires_at=until)

        self._recorder.transact(work)

    def accept(
        self, digest: str, now: datetime, *, runner_id: str | None, phone: PhoneKey | None, nickname: str = ""
    ) -> None:
        """Give a phone what a link opens, and close the link.

        runner_id: whom the phone is known to belong to already; None: `phone` is new. A session goes to that runner, or
        to a new one. What another runner has becomes that of both: their sessions are put together.
        Raises `LinkDeadError` for a link that was used, has expired or never was.
        """

        def work(connection: sa.Connection) -> None:
            alive = sa.select(links).where(links.c.digest == digest, links.c.expires_at > now)
            link = connection.execute(alive.with_for_update()).mappings().first()
            if link is None:
                raise LinkDeadError
            runner = link["runner_id"] or runner_id or _new_runner(connection)
            if link["session_id"] is not None:
                connection.execute(claims.insert().values(session_id=link["session_id"], runner_id=runner))
                connection.execute(links.delete().where(links.c.session_id == link["session_id"]))
            elif runner_id is not None and runner_id != runner:
                _put_together(connection, runner_id, runner)
            connection.execute(links.delete().where(links.c.digest == digest))
            if runner_id is None and phone is not None:
                connection.execute(phones.insert().values(id=phone.id, runner_id=runner, digest=phone.digest))
            if tidy(nickname):
                _name(connection, runner, nickname)

        self._recorder.transact(work)

    def join(self, phone: PhoneKey, now: datetime, nickname: str = "") -> None:
        """Make a runner who has no session yet, known by a phone; asked again, there is that one.

        Raises `TooManyRunnersError`.
        """

        def work(connection: sa.Connection) -> None:
            same = sa.select(phones.c.id).where(phones.c.id == phone.id, phones.c.digest == phone.digest)
            if connection.execute(same).first() is not None:
                return
            if _without_session(connection) >= MOST_WITHOUT_SESSION:
                _let_go_idle(connection, now - IDLE)
                if _without_session(connection) >= MOST_WITHOUT_SESSION:
                    raise TooManyRunnersError
            runner = _new_runner(connection)
            connection.execute(phones.insert().values(id=phone.id, runner_id=runner, digest=phone.digest))
            _name(connection, runner, nickname)
            add_entry(connection, runner, JOINED, now, {})

        self._recorder.transact(work)

    def give(self, session_id: str, runner_id: str) -> None:
        """Make a session a runner's who said so beforehand. Raises `RunnerGoneError`.

        One that is somebody's already stays theirs.
        """

        def work(connection: sa.Connection) -> None:
            if connection.execute(sa.select(runners.c.id).where(runners.c.id == runner_id)).first() is None:
                raise RunnerGoneError
            if connection.execute(sa.select(claims).where(claims.c.session_id == session_id)).first() is None:
                connection.execute(claims.insert().values(session_id=session_id, runner_id=runner_id))
                connection.execute(links.delete().where(links.c.session_id == session_id))

        self._recorder.transact(work)

    def rename(self, runner_id: str, nickname: str) -> None:
        """Call a runner so from now on; an empty nickname is none."""
        self._recorder.transact(lambda connection: _name(connection, canonical(runner_id) or NO_SESSION, nickname))

    def forget_phone(self, phone_id: str) -> None:
        """Let a phone see nothing any more."""
        gone = phones.delete().where(phones.c.id == (canonical(phone_id) or NO_SESSION))
        self._recorder.transact(lambda connection: connection.execute(gone))

    def delete_runner(self, runner_id: str) -> None:
        """Delete all sessions of a runner and the diary, for good, and with them the runner."""
        theirs = sa.select(claims.c.session_id).where(claims.c.runner_id == (canonical(runner_id) or NO_SESSION))
        self._recorder.delete_sessions(
            self._recorder.transact(lambda connection: list(connection.execute(theirs).scalars()))
        )
        self._recorder.delete_diary(runner_id)

    def mark(self, session_id: str, time_s: float) -> None:
        """Remember a moment of a session, by the camera's clock."""

        self._recorder.transact(lambda connection: _note(connection, marks, session_id, time_s=float(time_s)))

    def belt_speed(self, session_id: str, time_s: float, speed_mps: float) -> None:
        """Remember how fast the belt runs from a moment of a session on, by the camera's clock."""
        said = {"time_s": float(time_s), "speed_mps": float(speed_mps)}
        self._recorder.transact(lambda connection: _note(connection, speeds, session_id, **said))


def tidy(nickname: str) -> str:
    """Return a nickname in one line of at most `NICKNAME_LENGTH` characters that can be seen."""
    seen = "".join(c if c.isprintable() else " " for c in clean(nickname))
    return " ".join(seen.split())[:NICKNAME_LENGTH].strip()


def _note(connection: sa.Connection, table: sa.Table, session_id: str, **values: float) -> None:
    last = connection.scalar(sa.select(sa.func.max(table.c.seq)).where(table.c.session_id == session_id)) or 0
    connection.execute(table.insert().values(session_id=session_id, seq=last + 1, **values))


def _open_link(connection: sa.Connection, now: datetime, **values: object) -> None:
    connection.execute(links.delete().where(links.c.expires_at <= now))
    connection.execute(links.insert().values(values))


def _new_runner(connection: sa.Connection) -> str:
    runner_id = str(uuid.uuid4())
    connection.execute(runners.insert().values(id=runner_id, nickname=""))
    return runner_id


def _without_session(connection: sa.Connection) -> int:
    nobody = sa.select(sa.func.count()).where(runners.c.id.not_in(sa.select(claims.c.runner_id)))
    return connection.execute(nobody).scalar_one()


def _let_go_idle(connection: sa.Connection, before: datetime) -> None:
    """Delete the runners who began before then, and neither ran nor wrote anything since."""
    only_began = (
        sa.select(diary.c.runner_id)
        .where(diary.c.runner_id.not_in(sa.select(claims.c.runner_id)))
        .group_by(diary.c.runner_id)
        .having(sa.func.count() == 1, sa.func.max(diary.c.at) < before, sa.func.max(diary.c.kind) == JOINED)
    )
    connection.execute(diary.delete().where(diary.c.runner_id.in_(only_began)))
    delete_sessions(connection, [])  # and with their diaries those runners


def _put_together(connection: sa.Connection, other_id: str, runner_id: str) -> None:
    for table in (claims, phones):
        connection.execute(table.update().where(table.c.runner_id == other_id).values(runner_id=runner_id))
    put_together(connection, other_id, runner_id)
    connection.execute(links.delete().where(links.c.runner_id == other_id))
    connection.execute(runners.delete().where(runners.c.id == other_id))


def _name(connection: sa.Connection, runner_id: str, nickname: str) -> None:
    connection.execute(runners.update().where(runners.c.id == runner_id).values(nickname=tidy(nickname)))
