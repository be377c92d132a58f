"""The ladder on the phone: every way through it, with the real unit and store behind."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from monitor.coach.ladder import Condition, ladder
from monitor.coach.ladder.state import Leg, fold
from monitor.coach.programme.entries import JOINED, PAIN, RESUMED
from monitor.store import Ownership
from monitor.vocabulary import Side
from tests.web.gym import HERE, Gym, get, home_of, post
from tests.web.markup import Page, check_page
from tests.web.test_report_paper import CHROMIUM, pages_of
from web.exercises import LACK_WORDS, may


@pytest.fixture
def gym(tmp_path: Path) -> Iterator[Gym]:
    with Gym(tmp_path).runs() as running:
        yield running


def ann_of(gym: Gym, *, asked: bool = True) -> tuple[FlaskClient, str]:
    """A phone whose runner has begun; and the address of their pages."""
    ann = gym.phone()
    post(ann, "/begin", agreed="yes", nickname="Ann")
    home = home_of(ann)
    if asked:
        assert post(ann, f"{home}/exercises/questions", flag="none", agreed="yes").location.endswith("#coach-ladder")
    return ann, home


def page(client: FlaskClient, path: str) -> Page:
    answer = get(client, path)
    assert answer.status_code == 200, answer.text
    return check_page(answer.text)


def due(client: FlaskClient, home: str) -> list[str]:
    """The addresses of what is due today and not done."""
    shown = page(client, f"{home}/coach")
    links = [
        e for e in shown.all("a") if e.within("ul") and "doings" in (e.within("ul").classes if e.within("ul") else ())
    ]
    return [e.attributes["href"] for e in links if "is-done" not in e.classes]


def tick(client: FlaskClient, address: str, effort: int = 4, pain: int = 0) -> Any:
    """Two taps: as the browser would, by what stands in the forms."""
    shown = page(client, address)
    fields = {
        e.attributes["name"]: next(
            o.attributes["value"] for o in shown.all("option") if e in o.ancestors and "selected" in o.attributes
        )
        for e in shown.all("select")
    }
    query = "&".join(f"{name}={value}" for name, value in {**fields, "effort": effort}.items())
    asks = page(client, f"{address}/pain?{query}")
    hidden = {e.attributes["name"]: e.attributes["value"] for e in asks.all("input", type="hidden")}
    [form] = [e for e in asks.all("form") if e.attributes["action"].endswith("/done")]
    return post(client, form.attributes["action"], **hidden, pain=str(pain))


def test_two_taps_tick_an_exercise_off(gym: Gym) -> None:
    ann, home = ann_of(gym)
    before = due(ann, home)
    assert len(before) == 5
    assert tick(ann, before[0], effort=6, pain=1).status_code == 303
    assert due(ann, home) == before[1:]
    runner = home.rpartition("/")[2]
    entry = gym.reader.diary(runner)[-1]
    assert (entry.kind, dict(entry.body)) == (
        "ladder.done",
        {"exercise": "wall-hold", "leg": "left", "sets": 1, "reps": 5, "seconds": 5, "effort": 6, "pain": 1},
    )
    assert "Side-lying hold against a wall" in page(ann, f"{home}/exercises/history").source
    post(ann, f"{home}/exercises/undone")
    assert due(ann, home) == before


def test_a_leg_goes_up_by_what_is_ticked_and_is_asked_how_the_morning_was(gym: Gym) -> None:
    ann, home = ann_of(gym)
    for _ in range(2):
        for address in due(ann, home):
            tick(ann, address)
        assert due(ann, home) == []
        gym.later(timedelta(days=1))
        assert "How was your left leg the morning after" in page(ann, f"{home}/coach").source
        for leg in ("left", "right"):
            post(ann, f"{home}/exercises/morning", leg=leg, pain="none")
        assert "How was your" not in page(ann, f"{home}/coach").source
    assert "Left: stage 1 of 5" in page(ann, f"{home}/coach").source
    assert due(ann, home) == []
    gym.later(timedelta(days=1))
    assert any("/clam/left" in address for address in due(ann, home))


def test_pain_ends_the_day_for_that_leg(gym: Gym) -> None:
    ann, home = ann_of(gym)
    address = next(a for a in due(ann, home) if a.endswith("standing-hitch/right"))
    tick(ann, address, pain=5)
    left = due(ann, home)
    assert not [a for a in left if a.endswith("/right")]
    assert [a for a in left if a.endswith("/left")]
    assert "It hurt: nothing more today" in page(ann, f"{home}/coach").source
    assert "It hurt too much today. Leave it for today." in page(ann, address).source
    refused = post(ann, f"{address}/done", effort="4", pain="0", sets="1", reps="5", seconds="5")
    assert refused.status_code == 409
    assert "It hurt too much today. Leave it for today." in check_page(refused.text).source


def test_a_red_flag_stops_all_and_shows_no_stage_until_a_professional_was_seen(gym: Gym) -> None:
    ann, home = ann_of(gym)
    runner = home.rpartition("/")[2]
    post(ann, f"{home}/exercises/questions", flag="groin_pain", agreed="yes")
    refused = get(ann, f"{home}/plan.ics")
    assert (refused.status_code, refused.mimetype) == (409, "text/html")
    assert "plan.ics" not in page(ann, f"{home}/plan").source
    for address in ("coach", "exercises", "exercises/questions", "plan"):
        shown = page(ann, f"{home}/{address}").source
        assert "See a doctor or a physiotherapist before you go on" in shown, address
        assert not re.search(r"To the programme|coach-check|due-", shown), address
        assert not re.search(r"stage \d of 5|badge side", shown), address
    assert due(ann, home) == []
    refused = post(ann, f"{home}/exercises/bridge/both/done", effort="1", pain="0", sets="1", reps="5", seconds="5")
    assert refused.status_code == 409
    kept = gym.reader.diary(runner)
    assert post(ann, f"{home}/exercises/questions", flag="none", agreed="yes").status_code == 409
    assert gym.reader.diary(runner) == kept
    assert post(ann, f"{home}/exercises/seen").location == f"{home}/exercises/questions"
    assert due(ann, home) == []
    post(ann, f"{home}/exercises/questions", flag="none", agreed="yes")
    assert due(ann, home)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"agreed": "yes"}, "Tick what is so"),
        ({"flag": "none"}, "Tick the box to say that you agree"),
        ({}, "Tick what is so"),
    ],
)
def test_nothing_is_kept_of_half_an_answer(gym: Gym, answers: dict[str, str], said: str) -> None:
    ann, home = ann_of(gym, asked=False)
    refused = post(ann, f"{home}/exercises/questions", **answers)
    assert refused.status_code == 400
    assert said in check_page(refused.text).all("p", role="alert")[0].text
    assert [e.kind for e in gym.reader.diary(home.rpartition("/")[2])] == ["joined"]
    assert "Before you exercise" in page(ann, f"{home}/exercises").source


def test_no_runs_stand_in_the_plan_while_the_programme_is_stopped_for_pain(gym: Gym) -> None:
    ann, home = ann_of(gym)
    runner = home.rpartition("/")[2]
    post(ann, f"{home}/plan", day="2", minutes="25", weeks="4")
    gym.claims.note(runner, JOINED, {"consent": True})
    assert "due-programme" in page(ann, f"{home}/plan").source
    gym.claims.note(runner, PAIN, {})
    shown = page(ann, f"{home}/plan").source
    assert "No runs stand here: the programme was stopped because it hurt." in shown
    assert not re.search("due-(run|programme|silent)", shown)
    assert "due-exercises" in shown
    assert b"Run, 25 min" not in get(ann, f"{home}/plan.ics").data
    gym.later(timedelta(days=1))
    gym.claims.note(runner, RESUMED, {"red_flags": False})
    shown = page(ann, f"{home}/plan").source
    assert "due-programme" in shown
    assert "No runs stand here" not in shown


def test_no_tick_is_offered_that_would_be_refused(gym: Gym) -> None:
    ann, home = ann_of(gym)
    runner = home.rpartition("/")[2]
    tick(ann, f"{home}/exercises/standing-hitch/right", pain=5)
    for exercise in ladder().exercises.values():
        for leg in ("both",) if exercise.legs == "both" else ("left", "right"):
            shown = page(ann, f"{home}/exercises/{exercise.id}/{leg}")
            before = len(gym.reader.diary(runner))
            amounts = {"sets": "3", "reps": "6", "seconds": "5"}
            answer = post(ann, f"{home}/exercises/{exercise.id}/{leg}/done", effort="1", pain="0", **amounts)
            assert bool(shown.all("button", name="effort")) == (answer.status_code == 303), (exercise.id, leg)
            if answer.status_code == 303:
                post(ann, f"{home}/exercises/undone")
            else:
                assert len(gym.reader.diary(runner)) == before
    assert "It hurt too much today" in page(ann, f"{home}/exercises/wall-hold/right").source


def test_an_exercise_after_another_is_not_offered_before_it() -> None:
    state = replace(fold([], ladder()), asked=True, legs={side: Leg(stage=2) for side in Side})
    after = ladder().exercises["side-plank-leg-raise"]
    assert may(after, "left", state, date(2026, 3, 2)) == "Another exercise comes before this one."


def test_an_outer_hip_that_hurts_takes_lying_on_it_out(gym: Gym) -> None:
    ann, home = ann_of(gym, asked=False)
    post(ann, f"{home}/exercises/questions", flag="none", hip="left", agreed="yes")
    names = [address.split("/exercises/")[1] for address in due(ann, home)]
    assert "wall-hold/right" not in names
    assert "wall-hold/left" in names
    assert "Leave this exercise out while the outer hip hurts." in page(ann, f"{home}/exercises/wall-hold/right").source


def test_every_exercise_has_its_page_and_a_picture_with_words(gym: Gym) -> None:
    ann, home = ann_of(gym)
    for exercise in ladder().exercises.values():
        legs = ("both",) if exercise.legs == "both" else ("left", "right")
        for leg in legs:
            shown = page(ann, f"{home}/exercises/{exercise.id}/{leg}")
            for text in (*exercise.set_up, *exercise.steps, *exercise.faults, exercise.easier, exercise.harder):
                assert text in shown.source.replace("&#39;", "'")
            assert shown.all("figcaption")[0].text.strip() == exercise.shows
            assert len([e for e in shown.all("svg") if "figure" in e.classes]) == 1
            asks = list(shown.all("button", name="effort"))
            assert len(asks) == (11 if exercise.stage == 0 else 0)
    for wrong in ("nothing/left", "clam/both", "bridge/left", "clam/middle"):
        assert get(ann, f"{home}/exercises/{wrong}").status_code == 404


def test_the_whole_ladder_is_shown_with_its_limits(gym: Gym) -> None:
    ann, home = ann_of(gym)
    shown = page(ann, f"{home}/exercises").source
    assert all(exercise.name in shown for exercise in ladder().exercises.values())
    assert "the way of running stayed the same" in shown
    assert "No study has tried this ladder" in shown


def test_how_often_is_a_german_sentence(gym: Gym) -> None:
    ann, home = ann_of(gym)
    shown = ann.get(f"{home}/exercises", headers={**HERE, "Accept-Language": "de"}, base_url="http://medius.local")
    assert "Jeden zweiten Tag, also 3–4 in der Woche. " in check_page(shown.text, "de").source


def test_each_thing_that_a_session_lacks_has_words() -> None:
    assert LACK_WORDS.keys() == {"all", "other_rests", "pelvis_unread", *(field.name for field in fields(Condition))}


def test_both_legs_are_told_why_they_wait_for_one_outer_hip(gym: Gym) -> None:
    ann, home = ann_of(gym)
    for stage in (0, 0, 1, 1):
        gym.later(timedelta(days=2))
        for exercise in ladder().of_stage(stage):
            for leg in ("both",) if exercise.legs == "both" else ("left", "right"):
                of = {"sets": "3", "reps": "15", "seconds": "10" if stage == 0 else ""}
                answer = post(ann, f"{home}/exercises/{exercise.id}/{leg}/done", effort="3", pain="0", **of)
                assert answer.status_code == 303
    post(ann, f"{home}/exercises/questions", flag="none", hip="right", agreed="yes")
    gym.later(timedelta(days=2))
    done = post(ann, f"{home}/exercises/side-plank/left/done", effort="3", pain="0", sets="3", seconds="30")
    assert done.status_code == 303
    shown = page(ann, f"{home}/exercises").source.replace("&#39;", "'")
    assert "It waits: this stage's exercises are left out while the outer hip hurts." in shown
    assert "the other side rests while its outer hip hurts" in shown


@pytest.mark.parametrize("query", ["", "?effort=5", "?effort=99&sets=1&reps=5&seconds=5", "?effort=x&sets=1"])
def test_half_a_form_goes_back_to_the_exercise(gym: Gym, query: str) -> None:
    ann, home = ann_of(gym)
    answer = get(ann, f"{home}/exercises/bridge/both/pain{query}")
    assert (answer.status_code, answer.location) == (303, f"{home}/exercises/bridge/both")


def test_six_weeks_on_one_looks_back(gym: Gym) -> None:
    ann, home = ann_of(gym)
    gym.later(timedelta(weeks=6))
    assert "Six weeks are over" in page(ann, f"{home}/coach").source
    assert post(ann, f"{home}/exercises/reviewed").location == f"{home}/exercises/questions"
    assert "five questions again" in page(ann, f"{home}/coach").source


def test_the_exercises_are_lighter_while_running_rises(gym: Gym) -> None:
    ann, home = ann_of(gym)
    runner = home.rpartition("/")[2]
    for week in range(6):
        session = gym.session(60.0 if week < 5 else 120.0)
        Ownership(gym.recorder).give(session, runner)
        gym.later(timedelta(days=7 if week < 4 else 3))
    shown = page(ann, f"{home}/coach").source
    assert "While running rises, the exercises are those of the stage below." in shown
    assert "5 times, each held for 5 s" in shown


def test_the_plan_is_kept_shown_and_given_as_a_calendar_file(gym: Gym) -> None:
    ann, home = ann_of(gym)
    first = page(ann, f"{home}/plan")
    assert len(first.all("tr")) == 1 + 6
    assert post(ann, f"{home}/plan", day="2", minutes="25", weeks="4").location == f"{home}/plan"
    shown = page(ann, f"{home}/plan")
    assert len(shown.all("tr")) == 1 + 4
    runs = [e for e in shown.all("li") if "due-run" in e.classes]
    assert [e.text for e in runs] == ["Run, 25 min"] * 4
    answer = get(ann, f"{home}/plan.ics")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert answer.headers["Cache-Control"] == "no-store"
    read = Calendar.from_ical(answer.data)
    summaries = [str(event["SUMMARY"]) for event in read.walk("VEVENT")]
    assert summaries.count("Medius: Run, 25 min") == 4
    assert len(summaries) == len([e for e in shown.all("li") if e.attributes.get("class", "").startswith("due-")])
    assert b"http" not in answer.data
    assert home.rpartition("/")[2].encode() not in answer.data
    refused = post(ann, f"{home}/plan", day="9", minutes="0", weeks="4")
    assert refused.status_code == 409
    assert "four to eight weeks" in check_page(refused.text).source
    ben = gym.phone()
    for address in ("plan", "plan.ics", "diary.json", "exercises", "exercises/history"):
        assert get(ben, f"{home}/{address}").location.startswith("/owner")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.parametrize("paper", ["A4 landscape", "Letter landscape"])
@pytest.mark.parametrize("weeks", ["6", "8"])
def test_full_weeks_are_one_sheet_of_paper(gym: Gym, tmp_path: Path, paper: str, weeks: str) -> None:
    ann, home = ann_of(gym)
    full = {"day": [str(day) for day in range(7)], "minutes": "180", "weeks": weeks}
    ann.post(f"{home}/plan", data=full, headers=HERE, base_url="http://medius.local")
    assert pages_of(get(ann, f"{home}/plan").text, paper, tmp_path) == 1


def test_the_diary_is_taken_away_and_deleted_with_its_runner(gym: Gym) -> None:
    ann, home = ann_of(gym)
    runner = home.rpartition("/")[2]
    tick(ann, due(ann, home)[0])
    assert "coach&#39;s diary" in get(ann, home).text.replace("'", "&#39;")
    answer = get(ann, f"{home}/diary.json")
    taken = json.loads(answer.data)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert (taken["schema"], taken["nickname"]) == (1, "Ann")
    assert [e["kind"] for e in taken["entries"]] == ["joined", "ladder.asked", "ladder.done"]
    post(ann, f"{home}/delete")
    assert gym.reader.diary(runner) == []


def test_without_a_unit_a_tick_is_not_kept_and_the_page_says_why(gym: Gym) -> None:
    ann, home = ann_of(gym)
    address = due(ann, home)[0]
    gym.socket.unlink()
    refused = tick(ann, address)
    assert refused.status_code == 503
    assert "is it running" in check_page(refused.text).source
