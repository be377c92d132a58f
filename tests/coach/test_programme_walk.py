"""Whatever a runner does, the programme is never in a state that its tables forbid."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from monitor.coach.programme import Purpose, Step
from monitor.coach.programme.entries import How
from tests.coach.walk import Walk

HOWS = (How.FINISHED, How.FAULT, How.CUT_OFF, How.GONE)


class AnyRunner(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.walk = Walk()

    @rule(hours=st.sampled_from((0.1, 3.0, 13.0, 24.0, 30.0, 72.0, 24.0 * 8, 24.0 * 15, 24.0 * 22, 24.0 * 43)))
    def wait(self, hours: float) -> None:
        self.walk.wait(hours)

    @rule(consent=st.sampled_from((True, True, False, None, "yes", 1)))
    def join(self, consent: object) -> None:
        self.walk.join(consent)

    @rule()
    def leave(self) -> None:
        self.walk.leave()

    @rule(cue=st.sampled_from(("lamps", "metronome", "drum", None, 3, ["lamps"])))
    def choose(self, cue: object) -> None:
        assert self.walk.say("cue", cue=cue) == (self.walk.joined and cue in ("lamps", "metronome"))

    @rule()
    def hurt(self) -> None:
        self.walk.hurt()

    @rule(kind=st.sampled_from(("check.refused", "ladder.done")), pain=st.integers(0, 10))
    def hurt_elsewhere(self, kind: str, pain: int) -> None:
        self.walk.note(kind, {"flags": [], "pain": pain})

    @rule(red_flags=st.sampled_from((False, True, None, 0, "no")))
    def resume(self, red_flags: object) -> None:
        self.walk.resume(red_flags)

    @rule()
    def answer(self) -> None:
        self.walk.answer()

    @rule(
        minutes=st.floats(0.0, 40.0),
        left_deg=st.floats(-5.0, 15.0),
        right_deg=st.floats(-5.0, 15.0),
        half=st.floats(0.1, 4.0),
        n=st.integers(0, 3000),
        speeds=st.lists(st.floats(2.0, 4.0), max_size=2).map(tuple),
    )
    def run_by_oneself(
        self, minutes: float, left_deg: float, right_deg: float, half: float, n: int, speeds: tuple[float, ...]
    ) -> None:
        self.walk.run_by_oneself(minutes, left_deg, right_deg, half, n, speeds)

    @rule()
    def run_well_by_oneself(self) -> None:
        self.walk.run_by_oneself(6.0, 8.0, 5.0, 1.0, 500, ())

    @rule(
        share=st.floats(0.0, 1.2),
        how=st.sampled_from(HOWS),
        cadence_spm=st.none() | st.floats(120.0, 230.0),
        drop_deg=st.floats(0.0, 12.0),
        pain=st.booleans(),
    )
    def run(self, share: float, how: How, cadence_spm: float | None, drop_deg: float, pain: bool) -> None:
        self.walk.run(share, how, cadence_spm, drop_deg, pain)

    @rule()
    def run_all_of_it_the_next_day(self) -> None:
        self.walk.wait(24.0)
        step = self.walk.step
        asked = step.plan.metronome_spm if isinstance(step, Step) else None
        self.walk.run(1.0, How.FINISHED, asked or 170.0, 8.0)

    @invariant()
    def what_is_forbidden_does_not_happen(self) -> None:
        self.walk.judge()

    def teardown(self) -> None:
        self.walk.judge_the_diary()


AnyRunner.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestAnyRunner = AnyRunner.TestCase


def wander(walk: Walk, chance: random.Random) -> None:
    """One of the things a runner can do; often enough what leads on."""
    turn = chance.random()
    if turn < 0.30:
        walk.wait(chance.choice((2.0, 20.0, 24.0, 26.0)))
    elif turn < 0.33:
        walk.wait(24.0 * chance.choice((4.0, 15.0, 21.0, 43.0)))
    elif turn < 0.62:
        step = walk.step
        asked = step.plan.metronome_spm if isinstance(step, Step) else None
        kept = asked if asked and chance.random() < 0.8 else chance.uniform(150.0, 190.0)
        share = 1.0 if chance.random() < 0.8 else chance.uniform(0.0, 1.0)
        walk.run(share, chance.choice(HOWS), kept, chance.uniform(4.0, 10.0), chance.random() < 0.03)
    elif turn < 0.70:
        walk.run_by_oneself(chance.uniform(3.0, 30.0), chance.uniform(3, 12), chance.uniform(3, 12), 1.0, 400, ())
    elif turn < 0.80:
        if not walk.joined or chance.random() < 0.1:
            walk.join()
    elif turn < 0.81:
        walk.leave()
    elif turn < 0.90:
        walk.answer()
    elif turn < 0.98:
        walk.resume(chance.choice((False, False, True)))
    elif turn < 0.99:
        walk.hurt()
    else:
        walk.say("cue", cue=chance.choice(("lamps", "metronome")))


def test_thousands_of_random_inputs() -> None:
    """And they go everywhere, or what is judged would hold of nothing."""
    seen: Counter[str] = Counter()
    for seed in range(4):
        walk, chance = Walk(), random.Random(seed)
        for _ in range(1000):
            wander(walk, chance)
            walk.judge()
            seen.update(_where(walk))
        walk.judge_the_diary()
    wanted = [f"session {number}" for number in range(1, 9)] + [f"check {number}" for number in (1, 2, 3)]
    wanted += ["baseline 1", "behind", "anew after a gap", "metronome, second rate", "again"]
    wanted += ["not joined", "pain", "ended early", "one a day", "check later", "over"]
    assert [name for name in wanted if not seen[name]] == []


def _where(walk: Walk) -> Iterator[str]:
    step = walk.step
    if not isinstance(step, Step):
        yield step.why.value
        return
    yield f"{step.purpose.value} {step.number}"
    if step.again:
        yield "again"
    if step.plan.behind_s:
        yield "behind"
    if step.anew and walk.done:
        yield "anew after a gap"
    if max(walk.rates, default=0.0) > 1.07:
        yield "metronome, second rate"


def test_the_shortest_way_through() -> None:
    walk = Walk()
    walk.join()
    walk.run_by_oneself(6.0, 9.0, 5.5, 1.0, 500, ())
    for number in range(1, 9):
        walk.wait(24.0)
        step = walk.step
        assert isinstance(step, Step)
        assert (step.purpose, step.number, step.plan.target_deg) == (Purpose.SESSION, number, 0.8 * 9.0)
        walk.run(1.0, How.FINISHED, 170.0)
        walk.judge()
    for number, days in ((1, 7), (2, 23), (3, 61)):
        walk.now += timedelta(days=days)
        step = walk.step
        assert isinstance(step, Step)
        assert (step.purpose, step.number) == (Purpose.CHECK, number)
        walk.run(1.0, How.FINISHED, 170.0)
    assert walk.state.course is not None
    assert walk.state.course.checked == {1, 2, 3}
    assert len(walk.state.past) == 11
