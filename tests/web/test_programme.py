"""The programme's pages, on a runner's phone and on the live page, with the unit's own socket behind them."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from monitor.coach.programme import Purpose, Step, fold, next_step, runs_of
from monitor.coach.red_flags import ASKED, SEEN
from monitor.gait import summarise
from monitor.store import Ownership
from monitor.vocabulary import LampState
from tests.web import demo
from tests.web.gym import Gym, get, home_of, post
from tests.web.markup import check_page

DAY_S = 86400.0


@pytest.fixture
def gym(tmp_path: Path) -> Iterator[Gym]:
    with Gym(tmp_path).runs() as running:
        yield running


class Runner:
    """A runner's phone."""

    def __init__(self, gym: Gym) -> None:
        self.gym = gym
        self.phone: FlaskClient = gym.phone()
        post(self.phone, "/begin", agreed="yes")
        self.home = home_of(self.phone)
        self.id = self.home.rsplit("/", 1)[-1]

    def page(self) -> str:
        answer = get(self.phone, f"{self.home}/programme")
        assert answer.status_code == 200
        return check_page(answer.text).source

    def does(self, what: str, status: int = 303, **form: str) -> str:
        answer = post(self.phone, f"{self.home}/programme/{what}", **form)
        assert answer.status_code == status, answer.text
        return str(answer.text)

    def runs_by_oneself(
        self,
        drop_deg: float = 9.0,
        minutes: float = 6.0,
        speed_mps: float | None = None,
        last_spm: float = 60.0 / demo.STEP_S,
    ) -> None:
        dice = random.Random(3)
        extra = drop_deg - demo.TYPICAL["pelvic_drop_deg"][0]
        count = int(minutes * 60.0 / demo.STEP_S)
        steps = ((demo.make_stance(i, dice, extra=extra if i % 2 == 0 else 0.0), None) for i in range(count))
        recorder = self.gym.recorder
        session, made = demo.record(
            recorder, self.gym.clock, demo.start_of("made up"), steps, length_s=minutes * 60.0 + 2.0
        )
        recorder.progress(1, 0, 29.8, last_spm, {}, summarise(made), {})
        recorder.close_session()
        assert recorder.flush()
        Ownership(recorder).give(session, self.id)
        if speed_mps is not None:
            Ownership(recorder).belt_speed(session, 0.0, speed_mps)

    def runs_what_is_next(self, share: float = 1.0, drop_deg: float = 8.0, end: bool = True) -> None:
        gym = self.gym
        state, now = fold(gym.reader.diary(self.id)), gym.clock.now()
        step = next_step(state, runs_of(gym.reader, self.id, state.sessions, now), now)
        assert isinstance(step, Step)
        dice = random.Random(5)
        extra = drop_deg - demo.TYPICAL["pelvic_drop_deg"][0]
        session = gym.recorder.open_session(demo.start_of("made up"))
        gym.turns.plan(session, 0.0)
        count = int(share * step.plan.run_s / demo.STEP_S) + 20
        made = [demo.make_stance(i, dice, extra=extra if i % 2 == 0 else 0.0) for i in range(count)]
        for number, stance in enumerate(made):
            gym.recorder.stance(stance)
            if number % 500 == 0:
                gym.recorder.flush()
        gym.recorder.progress(1, 0, 29.8, 60.0 / demo.STEP_S, {}, summarise(made), {})
        gym.clock.passed_s += count * demo.STEP_S
        gym.recorder.state(LampState.MEASURING, "")
        if end:
            gym.recorder.close_session()
            gym.turns.ended(session)
        gym.turns.wait()
        assert gym.recorder.flush()


@pytest.fixture
def runner(gym: Gym) -> Runner:
    return Runner(gym)


def taking_part(gym: Gym, sessions: int = 0, speed_mps: float | None = None) -> Runner:
    runner = Runner(gym)
    runner.does("join", consent="yes")
    runner.runs_by_oneself(speed_mps=speed_mps)
    for _ in range(sessions):
        runner.does("start")
        runner.runs_what_is_next()
        gym.clock.passed_s += DAY_S
    return runner


def test_nobody_takes_part_who_has_not_said_so(runner: Runner) -> None:
    assert "Eight sessions in which the cue fades" in runner.page()
    assert "No study of a lamp or a buzzer as a cue for pelvis drop was found" in runner.page()
    assert "tick the box" in runner.does("join", 409)
    runner.does("join", consent="yes")
    assert "Silent run for your baseline" in runner.page()
    assert "already" in runner.does("join", 409, consent="yes")
    runner.does("leave")
    assert "Take part" in runner.page()


def test_who_may_begin_sees_every_condition_with_its_value(runner: Runner) -> None:
    runner.runs_by_oneself(5.2, 4.0)
    page = runner.page()
    for words in (
        "At least 5 minutes of running: <b>4.0</b> <small>not yet</small>",
        "At least 50 stances with a value on the left leg: <b>333</b> <small>met</small>",
        "One speed, to within 5 %: <b>no speed was said</b> <small>met</small>",
        "At most 42 days old: <b>0</b> <small>met</small>",
        "<small>not yet</small>",
    ):
        assert words in page
    runner.runs_by_oneself(9.0, 6.0)
    page = runner.page()
    assert "not yet" not in page
    assert "Pelvis drop above 5° on one leg, the ± taken off: left: <b>8.5°</b>" in page or "left: <b>8.6°</b>" in page


def test_steps_and_minutes_of_a_run_are_those_of_all_its_stances(runner: Runner) -> None:
    """And not what its last steps, taken slowly from the belt, would make of it."""
    runner.runs_by_oneself(minutes=6.0, last_spm=90.0)
    [run] = runs_of(runner.gym.reader, runner.id, (), runner.gym.clock.now())
    assert run.cadence_spm == pytest.approx(60.0 / demo.STEP_S, rel=1e-3)
    assert run.run_min == pytest.approx(6.0, abs=0.02)


def test_no_run_older_than_one_that_will_do_is_read(runner: Runner) -> None:
    for minutes in (6.0, 6.0, 1.0, 1.0):
        runner.runs_by_oneself(minutes=minutes)
    runs = runs_of(runner.gym.reader, runner.id, (), runner.gym.clock.now())
    assert [round(run.run_min) for run in runs] == [1, 1, 6], "the newest first"


def test_the_next_session_is_made_the_runners_and_given_back(gym: Gym) -> None:
    runner = taking_part(gym)
    page = runner.page()
    assert "Session 1 of 8" in page
    assert "15 minutes of running, with the cue all the time." in page
    assert "by more than 7.2° in left stance" in page
    runner.does("start", speed="10,0")
    assert gym.turns.next_runner() == runner.id
    assert "The next session on this unit is yours" in runner.page()
    runner.does("not-mine")
    assert gym.turns.next_runner() is None
    assert "A treadmill runs at 1.8 to 28.8 km/h." in runner.does("start", 400, speed="100")
    for nonsense in ("fast", "1e3", "-4", "10:99", "٣"):
        runner.does("start", 400, speed=nonsense)
    assert gym.turns.next_runner() is None


def test_after_a_session_it_says_what_changed_and_what_stayed(gym: Gym) -> None:
    runner = taking_part(gym, 5)
    page = runner.page()
    assert page.count("less drop than at the baseline, beyond the measurement") == 5
    assert page.count("about the same while the cue was silent") == 1
    assert "Session 6 of 8" in page
    assert "30 minutes of running. The cue is there for 12 minutes in three parts" in page
    assert check_page(page).all("tr", **{"class": "upcoming"})[0].text == "63012next"


def test_a_session_that_was_deleted_keeps_its_means_in_the_diary_and_has_no_link(gym: Gym) -> None:
    runner = taking_part(gym, 1)
    [session, _before] = gym.reader.sessions_of(runner.id)
    assert f'href="/sessions/{session.id}"' in runner.page()
    assert (
        "its minutes and means stay in the runner&#39;s diary"
        in get(gym.owner(), f"/sessions/{session.id}/delete").text
    )
    gym.recorder.delete_session(session.id)
    page = runner.page()
    assert f'href="/sessions/{session.id}"' not in page
    assert "the session was deleted" in page
    assert "less drop than at the baseline" in page


def test_the_live_page_says_where_the_session_is(gym: Gym) -> None:
    runner = taking_part(gym, 4)
    runner.does("start")
    runner.runs_what_is_next(share=0.4, end=False)
    live = get(runner.phone, "/live").text
    assert "Session 5 of 8 · minute 11 of 27 · the cue is there, 5 minutes more" in live
    assert "Your session is running" in runner.page()
    page = get(gym.owner(), "/live").text
    assert 'action="/unit/speed"' in page
    assert f'action="{runner.home}/programme/speed"' in live
    assert "It hurts: stop" in live
    for other in (gym.phone(), Runner(gym).phone):
        page = get(other, "/live").text
        assert "Somebody has said that this session is theirs." in page
        assert 'name="speed"' not in page
        assert "It hurts" not in page


def test_the_live_page_can_stop_what_begins_later(gym: Gym) -> None:
    runner, onlooker = taking_part(gym), taking_part(gym)
    before = check_page(get(runner.phone, "/live").text)
    runner.does("start")
    runner.runs_what_is_next(share=0.2, end=False)
    stops = f"{runner.home}/programme/stop"
    for page in (before, check_page(get(runner.phone, "/live").text)):
        (form,) = page.all("form", action=stops)
        assert form.within("div")
        assert "while-running" in page.source[: page.source.index(stops)].rpartition("<div")[2]
        assert [f.attributes["class"] for f in page.all("form", action=f"{runner.home}/programme/speed")] == [
            "speed-form while-running"
        ]
    assert "not yours" in onlooker.does("stop", 409)
    assert fold(gym.reader.diary(onlooker.id)).pain_at is None
    runner.does("stop")
    assert fold(gym.reader.diary(runner.id)).pain_at is not None


def test_ones_own_session_is_not_called_somebody_elses(gym: Gym) -> None:
    runner = taking_part(gym, 1)
    gym.clock.passed_s -= DAY_S  # today again: what is run besides is in no diary
    runner.does("start")
    session = gym.recorder.open_session(demo.start_of("made up"))
    gym.turns.plan(session, 0.0)
    gym.turns.wait()
    page = runner.page()
    assert "Your session is running" in page
    assert f"{runner.home}/programme/start" not in page
    runner.does("start")
    assert gym.turns.next_runner() is None


def test_a_run_that_was_left_open_does_not_keep_its_runner_from_the_next(gym: Gym) -> None:
    runner = taking_part(gym)
    runner.does("start")
    runner.runs_what_is_next(end=False)
    assert "Your session is running" in runner.page()
    gym.recorder.close_session()
    gym.turns._session = None  # as after a restart, or when the store could not be written
    page = runner.page()
    assert "Your last session is over" in page
    assert f"{runner.home}/programme/start" in page
    runner.does("start")
    assert "Done for today" in runner.page()


def test_pain_and_its_way_back(gym: Gym) -> None:
    runner = taking_part(gym, 1)
    runner.does("pain")
    assert "Stopped, because it hurt" in runner.page()
    assert "because it hurt" in runner.does("start", 409)
    assert "Not today" in runner.does("resume", 409, flag="none")
    gym.clock.passed_s += DAY_S
    assert "Say which of these is so" in runner.does("resume", 409)
    runner.does("resume", flag="none")
    assert "Session 2 of 8" in runner.page()


def test_a_red_flag_said_of_pain_stops_exercises_and_check_too(gym: Gym) -> None:
    runner = taking_part(gym, 1)
    runner.does("pain")
    runner.does("resume", flag="limp")
    for path in ("programme", "exercises", "check"):
        page = get(runner.phone, f"{runner.home}/{path}").text
        assert "See a doctor or a physiotherapist before you go on." in page, path
        assert "I limp" in page, path
    gym.claims.note(runner.id, SEEN, {})
    assert "Stopped, because it hurt" in runner.page()


def test_a_red_flag_said_before_exercising_stops_the_programme_too(gym: Gym) -> None:
    runner = taking_part(gym, 1)
    runner.does("start")
    gym.claims.note(runner.id, ASKED, {"flags": ["limp"], "outer_hip": []})
    page = runner.page()
    assert "See a doctor or a physiotherapist before you go on." in page
    assert "I limp" in page
    assert f"{runner.home}/programme/start" not in page
    assert "see a professional" in runner.does("start", 409)
    gym.claims.note(runner.id, SEEN, {})
    assert "Session 2 of 8" in runner.page()


def test_who_ended_a_session_early_is_asked(gym: Gym) -> None:
    runner = taking_part(gym)
    runner.does("start")
    runner.runs_what_is_next(share=0.3)
    assert "Did it hurt?" in runner.page()
    assert "whether it hurt" in runner.does("start", 409)
    runner.does("no-pain")
    page = runner.page()
    assert "Session 1 of 8" in page
    assert "ended early: does not count" in page
    assert "10 minutes of it are left today." in page


def test_the_silent_checks_have_dates(gym: Gym) -> None:
    runner = taking_part(gym, 8)
    page = runner.page()
    assert "All eight sessions are done" in page
    assert page.count("from ") >= 3
    assert "Begin a second round" in page
    gym.clock.passed_s += 6 * DAY_S
    assert "Silent check after 1 week" in runner.page()
    runner.does("start")
    runner.runs_what_is_next()
    page = runner.page()
    assert "After 1 week: done" in page
    assert fold(gym.reader.diary(runner.id)).past[-1].begun.purpose is Purpose.CHECK
    assert "The silent checks that are left of this round are then not run." in page
    assert "tick the box" in runner.does("join", 409)
    runner.does("join", consent="yes")
    assert "Silent run for your baseline" in runner.page()


def test_the_metronome_can_be_chosen_and_nothing_else(gym: Gym) -> None:
    runner = taking_part(gym)
    runner.does("cue", cue="metronome")
    assert "The buzzer clicks 175 times a minute" in runner.page()
    runner.does("cue", 409, cue="drum")
    runner.does("nonsense", 404)


def test_nobody_else_sees_or_does_it(gym: Gym) -> None:
    runner, other = taking_part(gym), Runner(gym)
    for path in ("", "/start", "/pain", "/speed"):
        answer = (post if path else get)(other.phone, f"{runner.home}/programme{path}")
        assert answer.location.startswith("/owner")
    assert get(gym.owner(), f"{runner.home}/programme").status_code == 200


def test_speeds_of_the_session_are_said_and_compared(gym: Gym) -> None:
    runner = taking_part(gym, speed_mps=10.0 / 3.6)
    assert 'value="10.0"' in runner.page()
    runner.does("start", speed="12")
    runner.runs_what_is_next(share=0.2)
    (newest, before) = gym.reader.sessions_of(runner.id)
    page = get(runner.phone, f"/sessions/{newest.id}").text
    assert "belt at 12.0 km/h" in page
    compared = get(runner.phone, f"/sessions/{newest.id}/compare?with={before.id}").text
    assert "The belt did not run at the same speed (10.0 km/h; then 12.0 km/h)" in compared
    assert "the belt ran at another speed than at the baseline" in runner.page()
    assert "belt_speed [m/s]" in get(runner.phone, f"/sessions/{newest.id}/stances.csv").text


def test_the_speed_of_a_session_that_is_not_ones_own_cannot_be_said(gym: Gym) -> None:
    runner = taking_part(gym)
    assert "not yours" in runner.does("speed", 409, speed="10")
    answer = post(gym.owner(), "/unit/speed", speed="never")
    assert answer.status_code == 400
    assert "A treadmill runs at" in answer.text


def test_the_coachs_card_leads_there(gym: Gym) -> None:
    runner = taking_part(gym, 1)
    card = check_page(get(runner.phone, f"{runner.home}/coach").text)
    assert f"{runner.home}/programme" in [e.attributes.get("href") for e in card.all("a")]
    assert "Session 2 of 8" in card.source
