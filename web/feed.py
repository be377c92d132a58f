"""The running session as the live page tells it.

Many phones may look at once: whoever asks after the last look has grown old looks again, the others of the same
language share it.
"""

import math
import threading
from collections import deque
from dataclasses import dataclass

from monitor.coach.programme import Begun, available, changes_in_s, fold, running_of
from monitor.store import Clock, Reader, RunnerRow, SessionRow, StoreError
from monitor.vocabulary import Cue, CueKind, CuePlan, Side, Stance, Statistic
from web.heard import heard
from web.language import N_, _, spoken
from web.programme_view import minutes as minutes_in_words
from web.programme_view import name_of
from web.recent import recent
from web.saying import Saying, saying, unreadable
from web.source import Source
from web.words import PELVIC_DROP, Shown, sentence, show

KEPT_STANCES = 60
PLAN_S = 5.0
"""How often it is looked where a programme's session is: it is told in minutes [ours]."""
BAR_SPAN_DEG = 15.0
"""Length of a side's bar [ours]."""

NO_SESSION = N_("No session is running")
QUIET = ("idle", "silent")
"""States in which nothing is known of the unit."""
NO_VALUE = {
    "idle": N_("the unit has not reported yet"),
    "silent": N_("the unit has stopped reporting"),
    "starting": N_("the unit is starting"),
    "ready": N_("nobody runs yet"),
    "cannot_see": N_("the camera cannot see you"),
    "setup": N_("the unit is being set up"),
    "checking": N_("a control check is on"),
    "fault": N_("the unit has a fault"),
    "off": N_("the unit is off"),
}
LAMP_WORDS = {
    CueKind.OFF: N_("lamp off"),
    CueKind.INSIDE: N_("inside your band"),
    CueKind.OUTSIDE: N_("outside your band"),
}


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
class LivePlan:
    """Where a session of the programme is."""

    name: str
    minute: int
    minutes: int
    cue: str
    """Whether it is there."""


@dataclass(frozen=True, slots=True)
class Live:
    """Everything on the live page."""

    says: Saying
    sides: tuple[LiveSide, ...] = ()
    cue_words: str = ""
    session: SessionRow | None = None
    plan: LivePlan | None = None
    is_somebodys: bool = False
    """Whether a runner has said that the session is theirs."""

    @property
    def said(self) -> str:
        """What a screen reader is told when it changes."""
        return " ".join(words for words in (sentence(self.says.headline), self.cue_words) if words)


class Feed:
    """Looks into the store at most once every `poll_s` for each language."""

    def __init__(self, source: Source, poll_s: float, clock: Clock) -> None:
        self._source = source
        self._poll_s = poll_s
        self._clock = clock
        self._lock = threading.Lock()
        self._told: dict[str, tuple[float, Live]] = {}
        """When it was looked for a language, and what is so in its words."""
        self._forget(None)

    def live(self) -> Live:
        """Return what is so now, at most `poll_s` old."""
        code = spoken().code  # which may ask the unit, and all wait for the lock
        with self._lock:
            now = self._clock.monotonic_s()
            looked_at, live = self._told.get(code, (-math.inf, None))
            if live is None or now - looked_at >= self._poll_s:
                seen = self._look()
                live = live if seen == live else seen
                self._told[code] = now, live
            return live

    def is_running(self, session: SessionRow) -> bool:
        """Whether somebody is recording this session; one that a crash left open is not running."""
        live = self.live()
        reports = live.says.state not in (*QUIET, "off")
        return reports and live.session is not None and live.session.id == session.id

    def _forget(self, session_id: str | None) -> None:
        self._session_id = session_id
        self._stances: deque[Stance] = deque(maxlen=KEPT_STANCES)
        self._last_stance = self._last_cue = 0
        self._cue: Cue | None = None
        self._runner: RunnerRow | None = None
        self._planned: tuple[Begun, float] | None = None
        """What a runner's coach has for the session, and how long they have run of it."""
        self._planned_at = -math.inf

    def _look(self) -> Live:
        try:
            reader = self._source.reader_if_any()
            if reader is None:
                return Live(Saying("idle", _(NO_SESSION), _("There is no session yet.")))
            session = reader.current()
            says = saying(reader.unit(), self._clock.now())
            if session is None:
                self._forget(None)
                return _nobody_runs(reader, says)
            self._follow(reader, session)
        except StoreError as error:
            return Live(unreadable(error))
        return self._running(session, says)

    def _follow(self, reader: Reader, session: SessionRow) -> None:
        if session.id != self._session_id:
            self._forget(session.id)
            self._last_stance = max(0, session.stance_count - KEPT_STANCES)
        for stance in reader.stances(session.id, self._last_stance):
            self._stances.append(stance.stance)
            self._last_stance = stance.seq
        for cue in reader.cues(session.id, self._last_cue):
            self._cue = cue.cue
            self._last_cue = cue.seq
        if self._clock.monotonic_s() - self._planned_at >= PLAN_S:
            self._planned_at = self._clock.monotonic_s()
            self._runner = reader.runner_of(session.id)
            self._planned = _planned(reader, session.id, self._runner)

    def _running(self, session: SessionRow, says: Saying) -> Live:
        if says.state in QUIET:
            return Live(says, _no_sides(_(NO_VALUE[says.state]), _("lamp not known")), session=session)
        if says.state != "measuring":
            return Live(
                says,
                _no_sides(says.reason or _(NO_VALUE[says.state]), _(LAMP_WORDS[CueKind.OFF])),
                session=session,
                plan=_live_plan(self._planned),
                is_somebodys=self._runner is not None,
            )
        stances = tuple(self._stances)
        return Live(
            says,
            tuple(_side(side, recent(side, stances), self._cue) for side in (Side.LEFT, Side.RIGHT)),
            sentence(heard(self._cue.reason)) if self._cue else "",
            session,
            _live_plan(self._planned),
            self._runner is not None,
        )


def _planned(reader: Reader, session_id: str, runner: RunnerRow | None) -> tuple[Begun, float] | None:
    begun = fold(reader.diary(runner.id)).open if runner else None
    if begun is None or begun.session_id != session_id:
        return None
    run_s = running_of(begun, reader.stance_columns(session_id).contact_s, reader.belt_speeds(session_id))
    return begun, float(run_s[-1]) if len(run_s) else begun.plan.behind_s


def _live_plan(planned: tuple[Begun, float] | None) -> LivePlan | None:
    if planned is None:
        return None
    begun, run_s = planned
    minutes = round(begun.plan.run_s / 60.0)
    return LivePlan(
        name_of(begun.purpose, begun.number), min(int(run_s / 60.0) + 1, minutes), minutes, _cue_of(begun.plan, run_s)
    )


def _cue_of(plan: CuePlan, run_s: float) -> str:
    rest_s = changes_in_s(plan, run_s)
    if rest_s is None:
        return _("all minutes are run")
    if not plan.windows:
        return _("a silent run")
    rest = minutes_in_words(60.0 * math.ceil(rest_s / 60.0))
    if available(plan, run_s):
        return _("the cue is there, %(time)s more", time=rest)
    return _("no cue for %(time)s: run on your own", time=rest)


def _nobody_runs(reader: Reader, says: Saying) -> Live:
    """What is so without a session: the unit's word when it has one, or the last session."""
    last = next(iter(reader.sessions(limit=1)), None)
    if says.state in ("idle", "off", "measuring"):
        detail = _("This page follows the next one by itself.") if last else _("There is no session yet.")
        says = Saying("idle", _(NO_SESSION), detail)
    return Live(says, session=last)


def _no_sides(reason: str, lamp_words: str) -> tuple[LiveSide, ...]:
    shown = show(Statistic(None, None, 0, None, reason), PELVIC_DROP)
    return tuple(LiveSide(side, shown, 0.0, None, CueKind.OFF, lamp_words) for side in (Side.LEFT, Side.RIGHT))


def _side(side: Side, statistic: Statistic, cue: Cue | None) -> LiveSide:
    """One side. Inside is said of both legs or of one, outside of one."""
    concerned = cue is not None and cue.side in (None, side)
    lamp = cue.kind if cue is not None and concerned else CueKind.OFF
    target_deg = cue.target_deg if cue is not None and cue.side is side else None
    return LiveSide(
        side,
        show(statistic, PELVIC_DROP),
        _bar(statistic.mean or 0.0),
        None if target_deg is None else _bar(target_deg),
        lamp,
        _(LAMP_WORDS[lamp]),
    )


def _bar(deg: float) -> float:
    return round(100 * min(1.0, max(0.0, deg / BAR_SPAN_DEG)), 1)
