"""Whose a session is: real recorder, store, diary and unit; a made-up runner is before the camera."""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.claims import Claims
from monitor.coach.programme import Change, Purpose, State, Step, Waits, Why, fold, next_step, outcome, runs_of
from monitor.coach.programme.entries import How
from monitor.commands import Commands
from monitor.control import RefusedError
from monitor.cues.board import simulated_factory
from monitor.cues.decision import Decider
from monitor.cues.lamps import Lamps
from monitor.cues.pins import Pins
from monitor.gait import GaitSettings, GaitTracker, summarise
from monitor.handover import OneSession
from monitor.measurement import OTHER_SPEED, SILENT_RUN, Measurement
from monitor.settings import Settings
from monitor.store import Ownership, PhoneKey, Reader, Recorder, SessionStart, digest_of, recover
from monitor.turns import NEXT_IS_TAKEN, NO_BUZZER, NOT_YOURS, REFUSALS, SOMEBODY_ELSES, WAITS_S, Turns
from monitor.unit import Begins, Unit
from monitor.vocabulary import CueKind, Observation, Side, View
from tests.gait.synthetic import Runner
from tests.test_unit import KnowingPool, Listener, PlayedCamera, wait_until
from tests.web import demo
from tests.web.demo import DemoClock

FPS = 30.0
DROPS = Runner(drop_deg=(9.0, 4.0))
DAY_S = 86400.0


class ByHand(OneSession):
    """Remembers that a session was ended."""

    was_ended = False

    def end(self) -> None:
        super().end()
        self.was_ended = True


class House:
    """A unit's store, and whoever it knows."""

    def __init__(self, database: Path, clock: DemoClock) -> None:
        self.clock = clock
        self.database = database
        self.recorder = Recorder(database, clock, commit_every_s=0.01)
        self.reader = Reader.open(database)
        self.turns = Turns(self.recorder, clock=clock)
        self.claims = Claims(self.recorder, clock)
        self.by_hand = ByHand(self.recorder, self.claims, self.turns, Settings(state_dir=database.parent))
        self.commands = Commands(self.by_hand)
        self.phones = 0

    def close(self) -> None:
        for what in (self.turns, self.claims, self.reader, self.recorder):
            what.close()

    def do(self, command: str, **arguments: object) -> dict[str, object]:
        return self.commands.do(command, arguments)[0]

    def runner(self) -> str:
        self.phones += 1
        phone = PhoneKey(f"00000000-0000-4000-8000-{self.phones:012}", digest_of(str(self.phones)))
        self.claims.join(phone, "")
        row = self.reader.phone(phone.id)
        assert row is not None
        return row.runner.id

    def joined(self, drop_deg: float = 9.0, minutes: float = 6.0) -> str:
        """Somebody in the programme who has a baseline of today."""
        runner = self.runner()
        self.do("note", runner=runner, kind="programme.joined", body={"consent": True})
        self.run_stored(runner, drop_deg, minutes)
        return runner

    def run_stored(self, runner: str | None, drop_deg: float, minutes: float) -> str:
        """A session that was run as many a session, and is in the store."""
        dice = random.Random(3)
        extra = drop_deg - demo.TYPICAL["pelvic_drop_deg"][0]
        count = int(minutes * 60.0 / demo.STEP_S)
        steps = ((demo.make_stance(i, dice, extra=extra if i % 2 == 0 else 0.0), None) for i in range(count))
        start = demo.start_of("made up")
        session_id, stances = demo.record(self.recorder, self.clock, start, steps, length_s=minutes * 60.0 + 2.0)
        self.recorder.progress(1, 0, 29.8, 60.0 / demo.STEP_S, {}, summarise(stances), {})
        self.recorder.close_session()
        assert self.recorder.flush()
        if runner is not None:
            Ownership(self.recorder).give(session_id, runner)
        return session_id

    def run(
        self,
        track: list[Observation],
        asks: dict[int, Callable[[Unit], None]] | None = None,
        begins: Begins = Begins.RUNNING,
    ) -> Listener:
        """Run a unit until the track is over; `asks` as in `tests.test_unit.play`."""
        listener, pool, camera = Listener(), KnowingPool(track), PlayedCamera(track)
        with Lamps(Pins(), simulated_factory()) as lamps:
            listener.lamps = lamps
            unit = Unit(
                camera,
                pool,  # type: ignore[arg-type]
                lambda: Measurement(GaitTracker(GaitSettings()), Decider()),
                lamps,
                self.recorder,
                SessionStart("made up", View.REAR, "none", 0.0),
                listener,
                begins=begins,
                hold=False,
                host=self.turns,
            )
            self.by_hand.is_run_by(unit, lamps)

            def ask(observation: Observation) -> None:
                if asks and observation.index in asks:
                    wait_until(lambda: pool.idle)
                    asks[observation.index](unit)

            camera.before = ask
            unit.run()
        self.turns.wait()
        return listener

    def state(self, runner: str) -> State:
        return fold(self.reader.diary(runner))

    def step(self, runner: str) -> Step | Waits:
        state, now = self.state(runner), self.clock.now()
        return next_step(state, runs_of(self.reader, runner, state.sessions, now), now)

    def later(self, seconds: float) -> None:
        self.clock.passed_s += seconds


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with closing(House(tmp_path / "medius.sqlite", DemoClock(demo.FIRST_DAY))) as made:
        yield made


def test_a_session_is_the_runners_who_said_so_and_is_cued_as_planned(house: House) -> None:
    runner = house.joined()
    house.do("run_as", runner=runner, speed_mps=2.8)
    assert house.do("status")["next_runner"] == runner
    assert house.turns.waiting() == "it is a runner's own, session 1 of 8, 15 minutes"
    listener = house.run(DROPS.observe(40.0, FPS))
    outside = [cue for cue, _ in listener.cues if cue.kind is CueKind.OUTSIDE]
    assert {cue.side for cue in outside} == {Side.LEFT}
    assert {cue.target_deg for cue in outside} == {house.state(runner).past[0].begun.plan.target_deg}
    assert outside[0].target_deg == pytest.approx(0.8 * 9.0, abs=0.1)
    (past,) = house.state(runner).past
    assert (past.begun.purpose, past.begun.number, past.done) == (Purpose.SESSION, 1, False)
    assert past.ended.how is How.FINISHED
    assert past.ended.run_s == pytest.approx(39.0, abs=3.0)
    assert past.ended.drop[Side.LEFT].whole.mean == pytest.approx(9.0, abs=0.4)
    row = house.reader.session(past.begun.session_id)
    assert row is not None
    owner = house.reader.runner_of(row.id)
    assert owner is not None
    assert owner.id == runner
    assert [speed for _, speed in house.reader.belt_speeds(row.id)] == [2.8]
    found = outcome(past.begun, past.ended)
    assert found is not None
    assert (found.changed, found.change.reason) == (Change.NOT_KNOWN, "the speed at the baseline was not said")
    assert house.step(runner) == Waits(Why.ENDED_EARLY)
    with pytest.raises(RefusedError, match="whether it hurt"):
        house.do("run_as", runner=runner)
    assert house.turns.waiting() == "", "the next session is nobody's again"


def test_who_is_in_no_programme_has_the_session_and_the_usual_lamps(house: House) -> None:
    runner = house.runner()
    house.do("run_as", runner=runner)
    listener = house.run(Runner(drop_deg=(3.0, 9.0)).observe(12.0, FPS))
    assert [cue.side for cue, _ in listener.cues if cue.kind is CueKind.OUTSIDE] == [Side.RIGHT]
    (session,) = house.reader.sessions_of(runner)
    assert session.stance_count > 20
    assert house.state(runner) == State()


def test_without_a_baseline_the_run_is_silent(house: House) -> None:
    runner = house.runner()
    house.do("note", runner=runner, kind="programme.joined", body={"consent": True})
    house.do("run_as", runner=runner)
    assert house.turns.waiting() == "it is a runner's own, a silent run for a baseline, 6 minutes"
    listener = house.run(DROPS.observe(15.0, FPS))
    assert {cue.kind for cue, _ in listener.cues} == {CueKind.OFF}
    assert SILENT_RUN in {cue.reason for cue, _ in listener.cues}
    assert [past.begun.purpose for past in house.state(runner).past] == [Purpose.BASELINE]


def test_a_second_session_of_the_day_is_silent(house: House) -> None:
    runner = house.joined()
    house.do("run_as", runner=runner)
    begin_and_finish(house, runner)
    assert house.step(runner) == Waits(Why.ONE_A_DAY)
    house.do("run_as", runner=runner)
    listener = house.run(DROPS.observe(12.0, FPS))
    assert {cue.kind for cue, _ in listener.cues} == {CueKind.OFF}
    assert len(house.state(runner).past) == 1


def begin_and_finish(house: House, runner: str, share: float = 1.0) -> None:
    """Run what is offered, of stances that are put into the store as a unit does."""
    step = house.step(runner)
    assert isinstance(step, Step)
    dice = random.Random(5)
    count = int(share * step.plan.run_s / demo.STEP_S) + 20
    session_id = house.recorder.open_session(demo.start_of("made up"))
    house.turns.plan(session_id, 0.0)
    stances = [demo.make_stance(i, dice, extra=3.0) for i in range(count)]
    for number, stance in enumerate(stances):
        house.recorder.stance(stance)
        if number % 500 == 0:
            house.recorder.flush()
    house.recorder.progress(1, 0, 29.8, 166.0, {}, summarise(stances), {})
    house.later(count * demo.STEP_S)
    house.recorder.close_session()
    house.turns.ended(session_id)
    house.turns.wait()


def test_eight_sessions_and_a_check(house: House) -> None:
    runner = house.joined()
    for number in range(1, 9):
        house.do("run_as", runner=runner)
        begin_and_finish(house, runner)
        course = house.state(runner).course
        assert course is not None
        assert course.done == number
        house.later(DAY_S)
    assert course.done_at is not None
    assert house.step(runner) == Waits(Why.CHECK_LATER, course.done_at + timedelta(days=5))
    house.later(7 * DAY_S)
    house.do("run_as", runner=runner)
    begin_and_finish(house, runner)
    course = house.state(runner).course
    assert course is not None
    assert course.checked == {1}
    last = house.state(runner).past[-1]
    found = outcome(last.begun, last.ended)
    assert found is not None
    assert (found.changed, found.change.mean) == (Change.LESS, pytest.approx(-1.0, abs=0.2))


def test_pain_ends_the_session_and_stops_the_programme(house: House) -> None:
    runner = house.joined()
    house.do("run_as", runner=runner)

    def hurt(_: Unit) -> None:
        assert house.turns.runner_now() == runner
        house.do("note", runner=runner, kind="programme.pain", body={}, of_what_runs=True)

    house.run(DROPS.observe(20.0, FPS), {300: hurt})
    assert house.by_hand.was_ended
    state = house.state(runner)
    assert state.pain_at is not None
    assert [past.ended.how for past in state.past] == [How.FINISHED]
    with pytest.raises(RefusedError, match="because it hurt"):
        house.do("run_as", runner=runner)
    with pytest.raises(RefusedError, match="Not today"):
        house.do("note", runner=runner, kind="programme.resumed", body={"red_flags": False})
    house.later(DAY_S)
    house.do("note", runner=runner, kind="programme.resumed", body={"red_flags": False})
    house.do("run_as", runner=runner)


def test_what_hurts_is_ended_even_if_it_cannot_be_written_down(house: House) -> None:
    runner = house.runner()
    house.do("run_as", runner=runner)

    def hurt(_: Unit) -> None:
        with pytest.raises(RefusedError, match="not in the programme"):
            house.do("note", runner=runner, kind="programme.pain", body={})

    house.run(DROPS.observe(20.0, FPS), {300: hurt})
    assert house.by_hand.was_ended


def test_who_only_looks_on_stops_nothing(house: House) -> None:
    runner, onlooker = house.joined(), house.joined()
    house.do("run_as", runner=runner)

    def hurt(_: Unit) -> None:
        with pytest.raises(RefusedError) as refused:
            house.do("note", runner=onlooker, kind="programme.pain", body={}, of_what_runs=True)
        assert str(refused.value) == NOT_YOURS
        house.do("note", runner=onlooker, kind="programme.pain", body={})

    house.run(DROPS.observe(20.0, FPS), {300: hurt})
    assert not house.by_hand.was_ended
    assert house.state(runner).pain_at is None
    house.do("note", runner=runner, kind="programme.pain", body={}, of_what_runs=True)
    assert house.state(runner).pain_at is not None, "it hurt as the session ended"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("programme.pain", {}),
        ("programme.left", {}),
        ("ladder.asked", {"flags": ["limp"], "outer_hip": []}),
        ("check.refused", {"limp": True, "pain": 0}),
    ],
)
def test_what_stops_a_runner_gives_the_next_session_back(house: House, kind: str, body: dict[str, object]) -> None:
    runner = house.joined()
    house.do("run_as", runner=runner)
    house.do("note", runner=runner, kind="programme.cue", body={"cue": "lamps"})
    assert house.turns.next_runner() == runner
    house.do("note", runner=runner, kind=kind, body=body)
    assert house.turns.next_runner() is None


@pytest.mark.parametrize("usual_mps", [None, 3.4])
def test_a_speed_that_was_said_before_the_session_was_taken_counts(house: House, usual_mps: float | None) -> None:
    runner = house.runner()
    house.do("note", runner=runner, kind="programme.joined", body={"consent": True})
    Ownership(house.recorder).belt_speed(house.run_stored(runner, 9.0, 6.0), 0.0, 2.8)
    with closing(Turns(house.recorder, clock=house.clock, speed_mps=usual_mps)) as turns:
        session_id = house.recorder.open_session(demo.start_of("made up"))
        assert turns.plan(session_id, 0.0) is None
        turns.wait()
        if usual_mps is None:
            turns.say_speed(session_id, 1.0, 3.4)
        turns.take(runner, None)
        assert turns.plan(session_id, 2.0) is not None
        assert not turns.at_speed
        turns.say_speed(session_id, 3.0, 2.8)
        assert turns.at_speed
        house.recorder.close_session()
        turns.ended(session_id)
        turns.wait()


def test_where_the_baselines_speed_was_not_said_a_session_is_held_to_its_first(house: House) -> None:
    runner = house.joined()
    with closing(Turns(house.recorder, clock=house.clock)) as turns:
        turns.take(runner, None)
        session_id = house.recorder.open_session(SessionStart("made up", View.REAR, "none", 0.0))
        assert turns.plan(session_id, 0.0) is not None
        for time_s, speed_mps, holds in ((1.0, 2.8, True), (2.0, 3.4, False), (3.0, 2.85, True)):
            turns.say_speed(session_id, time_s, speed_mps)
            assert turns.at_speed == holds
        house.recorder.close_session()


def test_the_belts_speed_is_kept_and_silences_what_the_baseline_does_not_hold_for(house: House) -> None:
    runner = house.runner()
    house.do("note", runner=runner, kind="programme.joined", body={"consent": True})
    base = house.run_stored(runner, 9.0, 6.0)
    Ownership(house.recorder).belt_speed(base, 0.0, 2.8)
    house.do("run_as", runner=runner, speed_mps=2.85)

    def faster(unit: Unit) -> None:
        house.turns.say_speed(*unit.moment(), 3.4)

    listener = house.run(DROPS.observe(24.0, FPS), {360: faster})
    reasons = [cue.reason for cue, _ in listener.cues]
    assert reasons.count(OTHER_SPEED) == 1
    (past,) = house.state(runner).past
    assert past.ended.run_s == pytest.approx(11.0, abs=2.5)
    assert [speed for _, speed in house.reader.belt_speeds(past.begun.session_id)] == [2.85, 3.4]


def test_who_starts_at_another_speed_is_not_cued_at_all(house: House) -> None:
    runner = house.runner()
    house.do("note", runner=runner, kind="programme.joined", body={"consent": True})
    Ownership(house.recorder).belt_speed(house.run_stored(runner, 9.0, 6.0), 0.0, 2.8)
    house.do("run_as", runner=runner, speed_mps=3.4)
    listener = house.run(DROPS.observe(12.0, FPS))
    assert {cue.kind for cue, _ in listener.cues} == {CueKind.OFF}
    (past,) = house.state(runner).past
    assert past.ended.run_s == 0.0


def test_the_metronome_wants_a_buzzer(house: House) -> None:
    runner = house.joined()
    house.do("note", runner=runner, kind="programme.cue", body={"cue": "metronome"})
    with closing(Turns(house.recorder, clock=house.clock, has_buzzer=lambda: False)) as silent:
        with pytest.raises(RefusedError) as refused:
            silent.take(runner, None)
        assert str(refused.value) == NO_BUZZER
    house.do("run_as", runner=runner)
    listener = house.run(DROPS.observe(12.0, FPS))
    assert {cue.kind for cue, _ in listener.cues} == {CueKind.OFF}
    (past,) = house.state(runner).past
    assert past.begun.plan.metronome_spm == pytest.approx(1.05 * 60.0 / demo.STEP_S, abs=0.1)  # counted in its stances


def test_a_running_session_can_be_taken_at_its_beginning_only_and_once(house: House) -> None:
    first, second = house.joined(), house.runner()

    def late(_: Unit) -> None:
        house.later(200.0)
        with pytest.raises(RefusedError) as refused:
            house.turns.take(first, None)
        assert str(refused.value) == SOMEBODY_ELSES
        house.later(-200.0)
        house.turns.take(first, None)

    def another(_: Unit) -> None:
        with pytest.raises(RefusedError):
            house.turns.take(second, None)

    house.run(DROPS.observe(12.0, FPS), {150: late, 240: another})
    (past,) = house.state(first).past
    assert past.begun.from_s == pytest.approx(5.0, abs=0.3)
    assert past.ended.run_s == pytest.approx(7.0, abs=1.5)
    assert house.reader.sessions_of(second) == []


def test_a_turn_does_not_wait_for_ever_and_can_be_given_back(house: House) -> None:
    runner, other = house.runner(), house.runner()
    house.do("run_as", runner=runner)
    house.do("not_mine", runner=other)
    assert house.turns.next_runner() == runner
    house.do("not_mine", runner=runner)
    assert house.turns.next_runner() is None
    house.do("run_as", runner=runner)
    house.later(WAITS_S + 1.0)
    assert house.turns.next_runner() is None
    house.do("run_as", runner=other)
    assert house.turns.next_runner() == other
    with pytest.raises(RefusedError) as refused:
        house.do("run_as", runner=runner)
    assert str(refused.value) == NEXT_IS_TAKEN
    assert house.turns.next_runner() == other, "who said so first"


def test_who_is_deleted_has_no_turn(house: House) -> None:
    runner = house.runner()
    house.do("run_as", runner=runner)
    house.do("delete_runner", runner=runner)
    assert house.turns.next_runner() is None


def test_a_turn_that_could_not_be_given_leaves_the_session_to_others(house: House) -> None:
    runner, other = house.runner(), house.joined()
    house.do("run_as", runner=runner)
    house.claims.delete_runner(runner)  # as when the runner's phone was put together with another's

    def take(_: Unit) -> None:
        house.turns.take(other, None)

    house.run(DROPS.observe(12.0, FPS), {150: take})
    assert [past.begun.purpose for past in house.state(other).past] == [Purpose.SESSION]


def test_to_say_again_that_a_running_session_is_ones_own_changes_nothing(house: House) -> None:
    runner, outside = house.joined(), house.runner()

    def again(_: Unit) -> None:
        house.do("run_as", runner=runner)
        assert house.do("status")["runner_now"] == runner
        with pytest.raises(RefusedError, match="somebody else's"):
            house.do("run_as", runner=outside)

    house.do("run_as", runner=runner)
    house.run(DROPS.observe(12.0, FPS), {150: again})
    assert house.turns.next_runner() is None
    assert len(house.state(runner).past) == 1

    def again_outside(_: Unit) -> None:
        house.do("run_as", runner=outside)
        assert house.do("status")["runner_now"] == outside

    house.do("run_as", runner=outside)
    house.run(DROPS.observe(12.0, FPS), {150: again_outside})
    assert house.turns.next_runner() is None
    assert house.do("status")["runner_now"] is None


def test_who_is_not_there_has_no_turn(house: House) -> None:
    with pytest.raises(RefusedError, match="not known here any more"):
        house.do("run_as", runner="00000000-0000-4000-8000-000000000099")
    for nonsense in ({}, {"runner": 3}, {"runner": "x", "speed_mps": "fast"}, {"runner": "x", "speed_mps": 99.0}):
        with pytest.raises(RefusedError):
            house.do("run_as", **nonsense)
    with pytest.raises(RefusedError) as refused:
        house.do("belt_speed", runner="x", speed_mps=2.8)
    assert str(refused.value) == NOT_YOURS


@pytest.mark.parametrize("away_s", [60.0, 3600.0])
def test_after_a_power_cut_a_session_goes_on_where_it_was(house: House, tmp_path: Path, away_s: float) -> None:
    runner = house.joined()
    house.do("run_as", runner=runner)
    session_id = house.recorder.open_session(demo.start_of("made up"))
    house.turns.plan(session_id, 0.0)
    house.turns.wait()
    dice = random.Random(5)
    for i in range(1000):
        house.recorder.stance(demo.make_stance(i, dice, extra=4.0))
    house.later(400.0)
    assert house.recorder.flush()
    shutil.copytree(house.database.parent, tmp_path / "after")  # what the card holds when the power goes
    house.recorder.close_session()

    copy = tmp_path / "after" / house.database.name
    house.clock.passed_s += away_s
    cut_off = recover(copy, summarise)
    assert cut_off == [session_id]
    with closing(House(copy, house.clock)) as again:
        again.turns.go_on(cut_off)
        (past,) = again.state(runner).past
        assert (past.ended.how, past.done) == (How.CUT_OFF, False)
        assert past.ended.run_s == pytest.approx(360.0, abs=2.0)
        assert again.turns.next_runner() == (runner if away_s < 600.0 else None)
        again.do("run_as", runner=runner)
        begin_and_finish(again, runner, share=0.5)
        last = again.state(runner).past[-1]
        assert last.begun.plan.behind_s == past.ended.run_s
        assert last.ended.run_s == pytest.approx(360.0 + 450.0, abs=10.0)
        assert last.done, "810 of 900 seconds are more than 80 %"


def test_a_run_whose_end_was_not_written_is_settled_when_the_unit_starts(house: House) -> None:
    runner = house.joined()
    house.do("run_as", runner=runner)
    session_id = house.recorder.open_session(demo.start_of("made up"))
    house.turns.plan(session_id, 0.0)
    house.turns.wait()
    house.recorder.close_session()  # and the power goes before `ended`
    assert house.recorder.flush()
    assert house.step(runner) == Waits(Why.RUNNING)
    with closing(Turns(house.recorder, clock=house.clock)) as after_a_restart:
        after_a_restart.go_on([])
        after_a_restart.wait()
        after_a_restart.wait()
        assert after_a_restart.next_runner() is None
    (past,) = house.state(runner).past
    assert (past.begun.session_id, past.ended.how) == (session_id, How.FINISHED)
    assert house.step(runner) == Waits(Why.ENDED_EARLY)


def test_a_run_of_one_who_was_put_together_with_another_is_settled(house: House) -> None:
    runner, other = house.joined(), house.runner()

    def put_together(_: Unit) -> None:
        link = digest_of("a link")
        house.claims.invite(other, link)
        house.claims.accept(link, runner, None, "")
        assert house.do("status")["runner_now"] == other

    house.do("run_as", runner=runner)
    house.run(DROPS.observe(12.0, FPS), {150: put_together})
    assert house.reader.runner(runner) is None
    assert [past.ended.how for past in house.state(other).past] == [How.FINISHED]


def test_a_session_that_was_deleted_meanwhile_leaves_nothing_open(house: House) -> None:
    runner = house.joined()
    house.do("run_as", runner=runner)
    session_id = house.recorder.open_session(demo.start_of("made up"))
    house.turns.plan(session_id, 0.0)
    house.turns.wait()
    house.recorder.close_session()
    house.recorder.delete_session(session_id)
    with closing(Turns(house.recorder, clock=house.clock)) as after_a_restart:
        after_a_restart.take(runner, None)
    (past,) = house.state(runner).past
    assert (past.ended.how, past.ended.run_s) == (How.GONE, 0.0)


def test_all_refusals_are_sentences() -> None:
    assert all(
        sentence.endswith(".") for sentence in (*REFUSALS.values(), NEXT_IS_TAKEN, NO_BUZZER, NOT_YOURS, SOMEBODY_ELSES)
    )
