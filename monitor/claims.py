"""The link by which a runner takes the session just ended home, and what phones ask about it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from monitor.coach import KINDS, CoachError
from monitor.control import RefusedError
from monitor.store import (
    Clock,
    Diary,
    Ownership,
    PhoneKey,
    Reader,
    Recorder,
    SessionRow,
    StoreError,
    SystemClock,
    digest_of,
    new_token,
)
from monitor.vocabulary import DiaryEntry

LASTS = timedelta(minutes=10)
"""So long after a session its link can be opened, and so long the one for a second phone [ours]."""
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Offer:
    """A session that is nobody's yet, and the secret that opens it."""

    session_id: str
    token: str
    until: datetime


class Claims:
    """Offers the last session until another begins, somebody has it, or its time is over. Safe from any thread.

    The secret is in memory alone; after a restart there is another one, and both open the session until it is claimed.
    """

    def __init__(self, recorder: Recorder, clock: Clock | None = None) -> None:
        self._ownership = Ownership(recorder)
        self._diary = Diary(recorder)
        self._reader = Reader.open(recorder.url_or_path)
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._offer: Offer | None = None

    def offer(self) -> Offer | None:
        """What can be claimed now. Raises RefusedError."""
        with self._lock:
            return refusing(self._renewed)

    def accept(self, digest: str, runner_id: str | None, phone: PhoneKey | None, nickname: str) -> None:
        """Give a phone what a link opens. Raises RefusedError."""
        now = self._clock.now()
        refusing(lambda: self._ownership.accept(digest, now, runner_id=runner_id, phone=phone, nickname=nickname))

    def invite(self, runner_id: str, digest: str) -> None:
        """Let another phone see what a runner sees, by a link. Raises RefusedError."""
        now = self._clock.now()
        refusing(lambda: self._ownership.invite(runner_id, digest, now, now + LASTS))

    def rename(self, runner_id: str, nickname: str) -> None:
        """Raises RefusedError."""
        refusing(lambda: self._ownership.rename(runner_id, nickname))

    def forget_phone(self, phone_id: str) -> None:
        """Raises RefusedError."""
        refusing(lambda: self._ownership.forget_phone(phone_id))

    def delete_runner(self, runner_id: str) -> None:
        """Raises RefusedError."""
        refusing(lambda: self._ownership.delete_runner(runner_id))

    def mark(self, session_id: str, time_s: float) -> None:
        """Raises RefusedError."""
        refusing(lambda: self._ownership.mark(session_id, time_s))

    def join(self, phone: PhoneKey, nickname: str) -> None:
        """Make a runner who has no session yet. Raises RefusedError."""
        now = self._clock.now()
        refusing(lambda: self._ownership.join(phone, now, nickname))

    def note(self, runner_id: str, kind: str, given: Mapping[str, Any]) -> DiaryEntry:
        """Write in a runner's diary what its kind allows. Raises RefusedError."""
        if kind not in KINDS:
            raise RefusedError("The unit knows no such entry of a diary.")
        now = self._clock.now()
        try:
            return refusing(
                lambda: self._diary.add(runner_id, kind, now, lambda entries: KINDS[kind](entries, given, now))
            )
        except CoachError as error:
            raise RefusedError(str(error)) from error

    def belt_speed(self, session_id: str, time_s: float, speed_mps: float) -> None:
        """Raises RefusedError."""
        refusing(lambda: self._ownership.belt_speed(session_id, time_s, speed_mps))

    def close(self) -> None:
        """Let go of the store. Idempotent."""
        self._reader.close()

    def _renewed(self) -> Offer | None:
        now = self._clock.now()
        last = next(iter(self._reader.sessions(limit=1)), None)
        until = None if last is None else _can_be_claimed_until(last, now)
        if last is None or until is None or self._reader.runner_of(last.id) is not None:
            self._offer = None
        elif self._offer is None or self._offer.session_id != last.id:
            made = Offer(last.id, new_token(), until)
            self._offer = made if self._ownership.offer(last.id, digest_of(made.token), now, made.until) else None
        return self._offer


def _can_be_claimed_until(session: SessionRow, now: datetime) -> datetime | None:
    """Until when, if it ended not long ago and holds anything. A clock that was set meanwhile makes it too old."""
    ended_at = session.ended_at
    if ended_at is None or abs(now - ended_at) >= LASTS or not session.stance_count:
        return None
    return ended_at + LASTS


def refusing(work: Callable[[], Done]) -> Done:
    """Do something to the store; what it cannot do is refused in a sentence. Raises RefusedError."""
    try:
        return work()
    except StoreError as error:
        raise RefusedError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
