"""A runner who does anything at any time, and what must hold then: written down without looking at the rules' code."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.coach import KINDS, CoachError
from monitor.coach.programme import Begun, Ended, Purpose, Run, State, Step, Waits, fold, next_step
from monitor.coach.programme.entries import BEGUN, ENDED, How, Parts
from monitor.coach.programme.state import after
from monitor.vocabulary import DiaryEntry, Side, Statistic

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
RUN_MIN = {1: 15, 2: 18, 3: 21, 4: 24, 5: 27, 6: 30, 7: 30, 8: 30}
CUE_MIN = {1: 15, 2: 18, 3: 21, 4: 24, 5: 18, 6: 12, 7: 6, 8: 3}
CHECK_DAYS = {1: (5, 14), 2: (21, 45), 3: (75, 120)}
NONE = Statistic(None, None, 0, None, "no stance")


def statistic(mean: float, half: float = 1.0, n: int = 500) -> Statistic:
    return Statistic(mean, 1.0, n, (mean - half, mean + half))


def day(at: datetime) -> Any:
    return at.astimezone().date()


@dataclass
class Done:
    at: datetime
    number: int
    course: int


@dataclass
class Walk:
    """Keeps the diary as the unit does, and notes beside it what it takes to judge what is offered."""

    now: datetime = START
    entries: list[DiaryEntry] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    joined: bool = False
    hurt_at: datetime | None = None
    early: bool = False
    course: int = 0
    target_deg: float = 0.0
    base: Run | None = None
    done: list[Done] = field(default_factory=list)
    checks: list[tuple[int, int]] = field(default_factory=list)
    parts: list[tuple[datetime, int, float]] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    made: int = 0
    state: State = field(default_factory=State)

    @property
    def step(self) -> Step | Waits:
        return next_step(self.state, self.runs, self.now)

    def wait(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    def say(self, kind: str, **given: Any) -> bool:
        """What a phone writes; whether it was taken."""
        try:
            body = KINDS[f"programme.{kind}"](self.entries, given, self.now)
        except CoachError:
            return False
        self._write(f"programme.{kind}", body)
        return True

    def note(self, kind: str, body: dict[str, Any]) -> None:
        """What another part of the coach wrote."""
        self._write(kind, body)
        least = {"check.refused": 3, "ladder.done": 5}.get(kind)
        if least is not None and (body.get("pain") or 0) >= least:
            self.hurt_at, self.early = self.now, False

    def join(self, consent: Any = True) -> None:
        if self.say("joined", consent=consent):
            assert consent is True
            assert not self.joined or (self._dones() and self._dones()[-1].number == 8)
            self.joined = True
            self.course += 1

    def leave(self) -> None:
        assert self.say("left") == self.joined
        self.joined = False
        self.course += 1

    def hurt(self) -> None:
        if self.say("pain"):
            self.hurt_at, self.early = self.now, False

    def resume(self, red_flags: Any) -> None:
        if self.say("resumed", red_flags=red_flags):
            assert self.joined
            assert red_flags is False
            assert self.hurt_at is not None
            assert day(self.now) > day(self.hurt_at)
            self.hurt_at = None

    def answer(self) -> None:
        assert self.say("no pain") == (self.joined and self.early)
        self.early = self.early and not self.joined

    def run_by_oneself(
        self, minutes: float, left_deg: float, right_deg: float, half: float, n: int, speeds: tuple[float, ...]
    ) -> None:
        self.made += 1
        drop = {Side.LEFT: statistic(left_deg, half, n), Side.RIGHT: statistic(right_deg, half, n)}
        self.runs.append(Run(f"run {self.made}", self.now, minutes, drop, 170.0, speeds))
        self.wait(minutes / 60.0)

    def run(self, share: float, how: How, cadence_spm: float | None, drop_deg: float = 6.0, pain: bool = False) -> None:
        """Run what is offered, or a share of it."""
        step = self.step
        if isinstance(step, Waits):
            return
        self.made += 1
        name = f"run {self.made}"
        begun = Begun(name, step.purpose, step.number, step.plan, step.baseline, step.anew)
        self._write(BEGUN, begun.body())
        assert isinstance(self.step, Waits), "one run at a time"
        began = self.now
        run_s = max(step.plan.behind_s, share * step.plan.run_s)
        self.wait((run_s - step.plan.behind_s) / 3600.0)
        if pain:
            self.hurt()
        drop = {side: Parts(statistic(drop_deg), statistic(drop_deg), NONE) for side in Side}
        self._write(ENDED, Ended(name, how, run_s, drop, cadence_spm).body())
        if step.purpose is Purpose.BASELINE:
            whole = {side: parts.whole for side, parts in drop.items()}
            self.runs.append(Run(name, began, run_s / 60.0, whole, cadence_spm))
        self._note(step, run_s >= 0.8 * step.plan.run_s, run_s, how)

    def judge(self) -> None:
        """What must hold, whatever happened."""
        step = self.step
        if isinstance(step, Waits):
            assert step.until is None or step.until > self.now
            return
        assert self.joined
        assert self.hurt_at is None
        assert not self.early
        {
            Purpose.BASELINE: self._judge_baseline,
            Purpose.SESSION: self._judge_session,
            Purpose.CHECK: self._judge_check,
        }[step.purpose](step)

    def judge_the_diary(self) -> None:
        """A unit that starts anew has nothing but the diary."""
        assert fold(self.entries) == self.state

    def _judge_baseline(self, step: Step) -> None:
        assert step.plan.windows == ()
        if self._dones():
            assert self.now - self._dones()[-1].at > timedelta(days=42)

    def _judge_session(self, step: Step) -> None:
        number, plan = step.number, step.plan
        assert 1 <= number <= 8
        assert plan.run_s == 60 * RUN_MIN[number]
        assert round(sum(end - start for start, end in plan.windows), 6) == 60 * CUE_MIN[number]
        assert plan.windows[-1][1] < plan.run_s or number <= 4
        assert all(day(done.at) < day(self.now) for done in self.done)
        assert 0.0 <= plan.behind_s < 0.8 * plan.run_s
        if plan.behind_s:
            at, part_of, run_s = self.parts[-1]
            assert (day(at), part_of, run_s) == (day(self.now), number, plan.behind_s)
        assert step.baseline is not None
        before = self._dones()
        gap = self.now - before[-1].at if before else None
        if step.anew:
            assert number == 1
            assert gap is None or gap > timedelta(days=42)
            run = next(run for run in self.runs if run.session_id == step.baseline.session_id)
            assert run.run_min >= 5.0
            assert all(run.drop[side].n >= 50 for side in Side)
            assert self.now - run.at <= timedelta(days=42)
            assert all(run.at > done.at for done in self.done if done.number == 8), "of a second round its own"
            low = {side: interval[0] for side in Side if (interval := run.drop[side].ci95)}
            assert low[plan.side] > 5.0
            assert low[plan.side] == max(low.values())
            assert plan.target_deg == max(5.0, 0.8 * (run.drop[plan.side].mean or 0.0))
        else:
            assert plan.target_deg == self.target_deg
            assert self.base is None or step.baseline.session_id == self.base.session_id
            last = before[-1].number if before else 0
            if gap is not None and gap > timedelta(days=14):
                assert number == last
                assert step.again
                assert gap <= timedelta(days=42)
            else:
                assert number == last + 1
        if plan.metronome_spm is not None and step.baseline.cadence_spm is not None:
            rate = plan.metronome_spm / step.baseline.cadence_spm
            assert 1.05 - 1e-9 <= rate <= 1.10 + 1e-9
            highest = max(self.rates, default=0.0) if not step.anew else 0.0
            assert rate <= max(1.05, highest + 0.025) + 1e-9

    def _judge_check(self, step: Step) -> None:
        assert step.plan.windows == ()
        last = self._dones()[-1]
        assert last.number == 8
        opens, closes = CHECK_DAYS[step.number]
        assert timedelta(days=opens) <= self.now - last.at <= timedelta(days=closes)
        assert (self.course, step.number) not in self.checks

    def _dones(self) -> list[Done]:
        return [done for done in self.done if done.course == self.course]

    def _note(self, step: Step, done: bool, run_s: float, how: How) -> None:
        if step.anew:
            self.course += 1
            self.target_deg, self.rates = step.plan.target_deg, []
            self.base = next(run for run in self.runs if step.baseline and run.session_id == step.baseline.session_id)
        if step.purpose is Purpose.SESSION and done:
            self.done.append(Done(self.now, step.number, self.course))
            if step.plan.metronome_spm is not None and step.baseline and step.baseline.cadence_spm:
                self.rates.append(step.plan.metronome_spm / step.baseline.cadence_spm)
        elif step.purpose is Purpose.SESSION:
            self.parts.append((self.now, step.number, run_s))
        elif step.purpose is Purpose.CHECK and done:
            self.checks.append((self.course, step.number))
        self.early = not done and how is How.FINISHED and self.hurt_at is None

    def _write(self, kind: str, body: Any) -> None:
        held = json.loads(json.dumps(body, allow_nan=False))
        at = max([self.now, *(entry.at for entry in self.entries[-1:])])
        self.entries.append(DiaryEntry(len(self.entries) + 1, at, kind, held))
        self.state = after(self.state, self.entries[-1])
