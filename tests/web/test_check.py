"""The control check's pages: questions, guidance, result, what was before it."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from monitor.checking import CheckWish
from monitor.coach import KINDS
from monitor.coach.check import CheckResult, Part, body, leg
from monitor.coach.check.guide import Guide, Seen, Step
from monitor.coach.check.kinds import CHECK
from monitor.coach.check.questions import Ready
from monitor.coach.red_flags import CHECK_REFUSED, RedFlag
from monitor.control import RefusedError
from monitor.handover import OneSession
from monitor.vocabulary import DiaryEntry, Side, View
from tests.coach.squatter import Angles, Squatter, watched
from tests.coach.test_guide import rep
from tests.web.gym import Gym, get, home_of, post
from tests.web.markup import check_page
from web.checked import checks, trends

READY = [str(ready) for ready in Ready]


class Unit(OneSession):
    """Has a check whose guide is told by the test what is seen."""

    guide: Guide | None = None
    wish: CheckWish | None = None

    def open_check(self, wish: CheckWish) -> None:
        self.wish, self.guide = wish, Guide(View.REAR)

    def check(self) -> Any:
        if self.guide is None:
            raise RefusedError("No control check is on.")
        return self

    def stage(self) -> dict[str, Any]:
        assert self.guide is not None
        return {**asdict(self.guide.stage), "view": "rear", "kept": False, "complaint": ""}

    def stop(self) -> None:
        self.guide = self.wish = None

    def status(self) -> dict[str, Any]:
        return {**super().status(), "check": self.wish.runner_id if self.wish else None}


@pytest.fixture
def gym(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gym]:
    made: list[Unit] = []
    monkeypatch.setattr("tests.web.gym.OneSession", lambda *given: made.append(Unit(*given)) or made[0])
    with Gym(tmp_path).runs() as running:
        running.unit = made[0]  # type: ignore[attr-defined]
        yield running


@pytest.fixture
def ann(gym: Gym) -> FlaskClient:
    phone = gym.phone()
    assert post(phone, "/begin", agreed="yes", nickname="Ann").status_code == 303
    return phone


def unit_of(gym: Gym) -> Unit:
    found: Unit = gym.unit  # type: ignore[attr-defined]
    return found


def diary(gym: Gym, phone: FlaskClient) -> list[DiaryEntry]:
    return gym.reader.diary(home_of(phone).split("/")[-1])


def result(roll_sd_deg: float | None = 0.1, **angles: float) -> dict[str, Any]:
    left, right = Angles(9.0, 12.0, 2.0), Angles(**{"pelvis": 2.0, "knee": 4.0, "trunk": 1.0, **angles})
    reps, watch = watched(Squatter(angles={Side.LEFT: left, Side.RIGHT: right}).observe())
    legs = {side: leg([r for r in reps if r.side is side], watch.touches[side], "heavy") for side in Side}
    return body(CheckResult(View.REAR, legs, roll_sd_deg))


def keep(gym: Gym, phone: FlaskClient, of: dict[str, Any]) -> None:
    gym.claims.note(home_of(phone).split("/")[-1], CHECK, of)
    gym.later(timedelta(days=7))


def answered(phone: FlaskClient, *, ready: list[str] = READY, flag: list[str], pain: str = "0") -> Any:
    data = {"ready": ready, "flag": flag, "pain": pain}
    return phone.post(
        f"{home_of(phone)}/check/begin",
        data=data,
        headers={"Host": "medius.local", "Origin": "http://medius.local"},
        base_url="http://medius.local",
    )


def test_the_coach_leads_to_the_check_and_the_check_asks_first(gym: Gym, ann: FlaskClient) -> None:
    home = home_of(ann)
    assert f"{home}/check" in get(ann, f"{home}/coach").text
    page = check_page(get(ann, f"{home}/check").text)
    assert len(page.all("input", name="flag")) == len(RedFlag) + 1
    assert "Begin the check" in page.source
    assert "All checks" not in page.source
    assert get(gym.phone(), f"{home}/check").location.startswith("/owner")


@pytest.mark.parametrize(
    "given",
    [
        {"flag": ["none"], "ready": READY[:1]},
        {"flag": []},
        {"flag": ["none"], "pain": ""},
        {"flag": ["none"], "pain": "11"},
        {"flag": ["none"], "pain": "²"},
    ],
)
def test_every_question_has_to_be_answered(gym: Gym, ann: FlaskClient, given: dict[str, Any]) -> None:
    refused = answered(ann, **given)
    assert refused.status_code == 400
    assert "Answer every question" in check_page(refused.text).all("p", role="alert")[0].text
    assert unit_of(gym).wish is None


@pytest.mark.parametrize("flag", RedFlag)
def test_a_red_flag_stops_it_with_no_score(gym: Gym, ann: FlaskClient, flag: RedFlag) -> None:
    page = check_page(answered(ann, flag=[str(flag), "none"], pain="7").text)
    assert "See a professional" in page.source
    assert "Your exercises rest, too" in page.source
    assert unit_of(gym).wish is None
    assert [(e.kind, e.body) for e in diary(gym, ann)][1:] == [(CHECK_REFUSED, {"flags": [str(flag)], "pain": 7})]
    assert answered(ann, flag=["none"], pain="0").status_code == 409, "it stands until a professional has seen it"
    page = check_page(get(ann, f"{home_of(ann)}/check").text)
    assert "See a doctor or a physiotherapist" in page.source
    assert not page.all("input", name="flag")
    assert unit_of(gym).wish is None
    assert post(ann, f"{home_of(ann)}/exercises/seen").status_code == 303
    assert answered(ann, flag=["none"], pain="0").status_code == 303


def test_a_red_flag_that_cannot_be_kept_says_so(gym: Gym, ann: FlaskClient) -> None:
    before = diary(gym, ann)
    gym.socket.unlink()
    page = check_page(answered(ann, flag=[str(RedFlag.LIMP)], pain="7").text)
    assert "See a professional" in page.source
    assert "It could not write down what you said" in page.source
    assert "Your exercises rest, too" not in page.source
    assert diary(gym, ann) == before


def test_pain_puts_it_off(gym: Gym, ann: FlaskClient) -> None:
    page = check_page(answered(ann, flag=["none"], pain="3").text)
    assert "You said pain of 3 of 10" in page.source
    assert unit_of(gym).wish is None


def test_it_guides_and_can_be_stopped(gym: Gym, ann: FlaskClient) -> None:
    home = home_of(ann)
    begun = answered(ann, flag=["none"], pain="2")
    assert (begun.status_code, begun.location) == (303, f"{home}/check")
    guide = unit_of(gym).guide
    assert guide is not None
    told = []
    for seen in (
        Seen(0.0, "nobody in view"),
        Seen(1.0, None),
        Seen(2.5, None),
        Seen(9.0, None, Side.RIGHT),
        Seen(10.0, None, Side.LEFT),
        Seen(11.5, None, Side.LEFT),
        Seen(13.0, None, Side.LEFT, reps=[rep()]),
        Seen(15.0, None, Side.LEFT, reps=[rep(reason="too shallow")]),
        Seen(16.0, "nobody in view"),
    ):
        guide.see(seen)
        news = json.loads(get(ann, f"{home}/check/stage").text)
        assert news["on"] is True
        told.append(" ".join(re.sub(r"<[^>]+>", " ", news["html"]).split()))
        check_page(get(ann, f"{home}/check").text)
    expected = (
        *("Nobody in view.", "I can see you.", "Stand on your left leg", "That is the other leg"),
        *("Stand on your left leg", "Practice: 0 of 2", "Practice: 1 of 2", "Too shallow. A little deeper."),
        "I cannot see you",
    )
    assert [words for words, said in zip(expected, told, strict=True) if words not in said] == [], told
    assert all("LEFT leg" in said for said in told[2:])
    ben = gym.phone()
    post(ben, "/begin", agreed="yes")
    assert "Somebody else" in check_page(get(ben, f"{home_of(ben)}/check").text).source
    assert json.loads(get(ben, f"{home_of(ben)}/check/stage").text) == {"on": False, "html": ""}
    post(ben, f"{home_of(ben)}/check/stop")
    assert guide.step is Step.PRACTICE, "another runner does not stop it"
    assert unit_of(gym).guide is guide
    assert post(ann, f"{home}/check/stop").location == f"{home}/check"
    assert unit_of(gym).guide is None
    assert "Begin the check" in get(ann, f"{home}/check").text


def test_the_result_says_levels_values_and_what_left_and_right_differ_by(gym: Gym, ann: FlaskClient) -> None:
    keep(gym, ann, result())
    page = check_page(get(ann, f"{home_of(ann)}/check").text)
    levels = [e.text for e in page.all("span") if e.attributes.get("class") == "badge"]
    assert levels == ["marked", "moderate", "steady", "steady", "steady", "steady"]
    assert "Pelvis drop: 7." in page.source
    assert "more on the left leg, which is beyond the measurement&#39;s error" in page.source
    assert "5 squats count." in page.source
    assert len(re.findall(r"together: [+−]\d+\.\d° ± \d+\.\d°, n = 5\.", page.source)) == len(Side)
    assert "Over time" not in page.source
    assert "roll is not known" not in page.source
    card = check_page(get(ann, f"{home_of(ann)}/coach").text).source
    assert "<b>marked</b>" in card
    for word in ("normal", "abnormal", "weak"):
        assert word not in page.source


def test_without_the_roll_pelvis_and_trunk_are_not_compared_and_it_is_said(gym: Gym, ann: FlaskClient) -> None:
    before = result()
    assert before["differences"]["pelvis"]["value"] > before["differences"]["pelvis"]["detectable"]
    del before["roll_sd"]  # as checks were kept once
    for of in (result(None), before):
        gym.claims.note(home_of(ann).split("/")[-1], CHECK, of)
        page = check_page(get(ann, f"{home_of(ann)}/check").text)
        assert "Pelvis and trunk of the two legs are not set against each other" in page.source
        assert "Pelvis drop: 7." not in page.source
    for leg_of in (of := result(None))["legs"].values():
        for part in ("pelvis", "trunk"):
            leg_of["values"][part] = {"value": None, "sd": None, "half95": None, "n": 0, "reason": "not seen"}
            leg_of["levels"][part] = None
    keep(gym, ann, of)
    assert "are not set against each other" not in get(ann, f"{home_of(ann)}/check").text


def test_checks_stand_in_a_row_with_their_table(gym: Gym, ann: FlaskClient) -> None:
    keep(gym, ann, result())
    keep(gym, ann, result(pelvis=1.0))
    page = check_page(get(ann, f"{home_of(ann)}/check").text)
    charts = [e.attributes["aria-label"] for e in page.all("svg") if e.attributes.get("role") == "img"]
    assert [label.split(",")[0] for label in charts] == [
        name for name in ("Pelvis drop", "Knee collapse", "Trunk lean") for _ in Side
    ]
    rows = page.all("tr")[1:]
    assert len(rows) == 2 * len(Side)
    assert [row.text.count("n = 5") for row in rows] == [len(Part) + 1] * len(rows)


@pytest.mark.parametrize("once", [23.4, None])
def test_a_sum_that_was_kept_without_its_error_is_withheld(
    gym: Gym, ann: FlaskClient, monkeypatch: pytest.MonkeyPatch, once: float | None
) -> None:
    of = result()
    for leg_of in of["legs"].values():
        leg_of["sum"] = once
    monkeypatch.setitem(KINDS, CHECK, lambda _diary, given, _now: given)
    keep(gym, ann, of)
    page = check_page(get(ann, f"{home_of(ann)}/check").text)
    assert page.source.count("together: withheld, its uncertainty was not kept.") == len(Side)
    assert "23.4" not in page.source


def test_the_course_holds_only_what_was_seen_from_one_side(gym: Gym, ann: FlaskClient) -> None:
    front = {**result(knee=30.0), "view": "front"}
    for of in (result(), front, result()):
        keep(gym, ann, of)
    past = checks(diary(gym, ann))
    assert [check.view for check in past] == [View.REAR, View.FRONT, View.REAR]
    assert {trend.dots.count("M") for sides in trends(past).values() for trend in sides} == {2}
    assert trends(past) == trends([past[0], past[2]])
    page = check_page(get(ann, f"{home_of(ann)}/check").text)
    assert "Only checks from behind, as the newest" in page.source
    rows = page.all("tr")[1:]
    assert ["from the front" in row.text for row in rows] == [False] * 2 + [True] * 2 + [False] * 2
    keep(gym, ann, front)
    assert {len(sides) for sides in trends(checks(diary(gym, ann))).values()} == {2}
    assert "Only checks from the front" in get(ann, f"{home_of(ann)}/check").text


def test_what_is_withheld_is_said_and_not_compared(gym: Gym, ann: FlaskClient) -> None:
    of = result()
    for side in of["legs"].values():
        nothing = {"value": None, "sd": None, "half95": None, "n": 0}
        side["values"]["pelvis"] = {**nothing, "reason": "clothing seems to hide the pelvis"}
        side["levels"]["pelvis"], side["sum"] = None, side["values"]["pelvis"]
    of["differences"] = dict.fromkeys(map(str, Part))
    keep(gym, ann, of)
    page = check_page(get(ann, f"{home_of(ann)}/check").text)
    assert page.source.count("<b>withheld:</b> clothing seems to hide the pelvis") == len(Side)
    assert page.source.count("together: withheld, clothing seems to hide the pelvis.") == len(Side)
    assert "differ" not in page.source


def test_a_unit_that_cannot_says_so(gym: Gym, ann: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Unit, "open_check", OneSession.open_check)
    refused = answered(ann, flag=["none"])
    assert refused.status_code == 409
    assert "medius monitor guides a control check" in check_page(refused.text).source
    gym.socket.unlink()
    assert "Begin the check" in check_page(get(ann, f"{home_of(ann)}/check").text).source
    assert answered(ann, flag=["none"]).status_code == 503
