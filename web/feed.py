"""The running session as the live page tells it.

Many phones may look at once: whoever asks after the last look has grown old looks again, the others share it.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from monitor.store import Reader, SessionRow, StoreError
from monitor.vocabulary import Cue, CueKind, LampState, Side, Stance, Statistic
from web.recent import recent
from web.source import Source
from web.words import PELVIC_DROP, Shown, sentence, show

KEPT_STANCES = 60
SILENT_S = 6.0
"""While a unit records, counts reach the store every 2.4 s; after this long without a change nobody records [ours]."""
BAR_SPAN_DEG = 15.0
"""Length of a side's bar [ours]."""

HEADLINES = {
    LampState.STARTING: "Starting",
    LampState.READY: "Ready",
    LampState.MEASURING: "Measuring",
    LampState.CANNOT_SEE: "Cannot see you",
    LampState.FAULT: "Fault",
    LampState.OFF: "Off",
}
NO_VALUE = {
    LampState.STARTING: "the unit is starting",
    LampState.READY: "nobody runs yet",
    LampState.CANNOT_SEE: "the camera cannot see you",
    LampState.FAULT: "the unit has a fault",
    LampState.OFF: "the unit is off",
}
LAMP_WORDS = {CueKind.OFF: "lamp off", CueKind.INSIDE: "inside your band", CueKind.OUTSIDE: "outside your band"}


@dataclass(frozen=True, slots=True)
class LiveSide:
    """One side's big number."""

    side: Side
    shown: Shown
    bar: float
    """Length of the bar, 0 to 100; a negative drop has none."""
    target: float | None
    """Where the target lies on the bar."""
    lamp: CueKind
    lamp_words: str


@dataclass(frozen=True, slots=True)
class Live:
    """Everything on the live page."""

    state: str
    headline: str
    detail: str
    sides: tuple[LiveSide, ...] = ()
    cue_words: str = ""
    session: SessionRow | None = None

    @property
    def said(self) -> str:
        """What a screen reader is told when it changes."""
        return " ".join(words for words in (sentence(self.headline), self.cue_words) if words)


class Feed:
    """Looks into the store at most once every `poll_s`."""

    def __init__(self, source: Source, poll_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._poll_s = poll_s
        self._now = now
        self._lock = threading.Lock()
        self._looked_at: float | None = None
        self._live = Live("", "", "")
        self._forget(None)

    def live(self) -> Live:
        """Return what is so now, at most `poll_s` old."""
        with self._lock:
            now = self._now()
            if self._looked_at is None or now - self._looked_at >= self._poll_s:
                seen = self._look(now)
                self._looked_at = now
                if seen != self._live:
                    self._live = seen
            return self._live

    def is_running(self, session: SessionRow) -> bool:
        """Whether somebody is recording this session; one that a crash left open is not running."""
        live = self.live()
        return live.state != "silent" and live.session is not None and live.session.id == session.id

    def _forget(self, session_id: str | None) -> None:
        self._session_id = session_id
        self._stances: deque[Stance] = deque(maxlen=KEPT_STANCES)
        self._last_stance = self._last_cue = 0
        self._cue: Cue | None = None
        self._progress: tuple[object, ...] = ()
        self._changed_at = 0.0

    def _look(self, now: float) -> Live:
        try:
            reader = self._source.reader_if_any()
            session = reader.current() if reader else None
            if reader is None or session is None:
                self._forget(None)
                return self._nobody_runs(reader)
            self._follow(reader, session, now)
        except StoreError as error:
            return Live("fault", "The sessions cannot be read", sentence(str(error)))
        return self._running(session, now)

    def _nobody_runs(self, reader: Reader | None) -> Live:
        last = reader.sessions(limit=1) if reader else []
        return Live(
            "idle",
            "No session is running",
            "This page follows the next one by itself." if last else "There is no session yet.",
            session=last[0] if last else None,
        )

    def _follow(self, reader: Reader, session: SessionRow, now: float) -> None:
        if session.id != self._session_id:
            self._forget(session.id)
            self._last_stance = max(0, session.stance_count - KEPT_STANCES)
        for stance in reader.stances(session.id, self._last_stance):
            self._stances.append(stance.stance)
            self._last_stance = stance.seq
        for cue in reader.cues(session.id, self._last_cue):
            self._cue = cue.cue
            self._last_cue = cue.seq
        progress = (
            session.elapsed_s,
            session.frames_seen,
            session.state,
            session.state_reason,
            self._last_stance,
            self._last_cue,
        )
        if progress != self._progress:
            self._progress, self._changed_at = progress, now

    def _running(self, session: SessionRow, now: float) -> Live:
        if now - self._changed_at > SILENT_S:
            return Live(
                "silent",
                "No word from the unit",
                "It has stopped reporting: it may be restarting. This page goes on by itself when it is back.",
                _no_sides("the unit has stopped reporting", "lamp not known"),
                session=session,
            )
        state, reason = session.state, session.state_reason
        if state is not LampState.MEASURING:
            sides = _no_sides(reason or NO_VALUE[state], LAMP_WORDS[CueKind.OFF])
            return Live(state.name.lower(), HEADLINES[state], sentence(reason), sides, session=session)
        stances = tuple(self._stances)
        return Live(
            state.name.lower(),
            HEADLINES[state],
            sentence(reason),
            tuple(_side(side, recent(side, stances), self._cue) for side in (Side.LEFT, Side.RIGHT)),
            sentence(self._cue.reason) if self._cue else "",
            session,
        )


def _no_sides(reason: str, lamp_words: str) -> tuple[LiveSide, ...]:
    shown = show(Statistic(None, None, 0, None, reason), PELVIC_DROP)
    return tuple(LiveSide(side, shown, 0.0, None, CueKind.OFF, lamp_words) for side in (Side.LEFT, Side.RIGHT))


def _side(side: Side, statistic: Statistic, cue: Cue | None) -> LiveSide:
    """One side. Inside is said of both legs, outside of one."""
    concerned = cue is not None and (cue.kind is CueKind.INSIDE or cue.side is side)
    lamp = cue.kind if cue is not None and concerned else CueKind.OFF
    target_deg = cue.target_deg if cue is not None and cue.side is side else None
    return LiveSide(
        side,
        show(statistic, PELVIC_DROP),
        _bar(statistic.mean or 0.0),
        None if target_deg is None else _bar(target_deg),
        lamp,
        LAMP_WORDS[lamp],
    )


def _bar(deg: float) -> float:
    return round(100 * min(1.0, max(0.0, deg / BAR_SPAN_DEG)), 1)
