"""A runner's history, and comparisons as the pages show them."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.coach.comparison import LEAST_STANCES
from monitor.store import Ownership
from monitor.vocabulary import VARIABLES, Side, Statistic
from tests.web import demo
from tests.web.gym import Gym, claim, get, home_of
from tests.web.markup import check_page
from web.history import history
from web.words import PELVIC_DROP


@pytest.fixture(scope="module")
def gym(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gym]:
    """A runner with five sessions, the last two of which drop less; and a stranger's session."""
    with Gym(tmp_path_factory.mktemp("gym")).runs() as running:
        yield running


@pytest.fixture(scope="module")
def ann(gym: Gym) -> tuple[str, str, list[str]]:
    """Ann's cookie, her page and her sessions, the oldest first."""
    phone = gym.phone()
    sessions = []
    for extra in (0.0, 0.2, -0.2, -2.0, -2.2):
        sessions.append(gym.session(120.0, extra))
        claim(phone, gym.link(), "Ann")
    claim(gym.phone(), (gym.session(), gym.link())[1])
    cookie = phone.get_cookie("medius_runner", domain="medius.local")
    assert cookie is not None
    return cookie.value, home_of(phone), sessions


def ask(gym: Gym, ann: tuple[str, str, list[str]], path: str) -> str:
    phone = gym.phone()
    phone.set_cookie("medius_runner", ann[0], domain="medius.local")
    answer = get(phone, path)
    assert answer.status_code == 200, path
    check_page(answer.text)
    return str(answer.text)


def test_the_page_shows_baseline_and_change_in_order(gym: Gym, ann: tuple[str, str, list[str]]) -> None:
    page = ask(gym, ann, ann[1])
    assert "5 sessions, as estimated from video" in page
    assert page.count("beyond the measurement") == 2
    assert [i for i in re.findall(r"/sessions/([0-9a-f-]{36})\"", page) if i in ann[2]] == ann[2][::-1]
    for variable in VARIABLES:
        assert f"{variable.label}" in ask(gym, ann, f"{ann[1]}?of={variable.name}")
    assert "Pelvis drop, session by session" in ask(gym, ann, f"{ann[1]}?of=nonsense")


def test_the_drawing_is_of_the_same_numbers(gym: Gym, ann: tuple[str, str, list[str]]) -> None:
    sessions = gym.reader.sessions_of(ann[1].rpartition("/")[2])
    drawn = history(sessions, sessions[::-1], PELVIC_DROP)
    assert [tick.label for tick in drawn.dates] == ["3 Nov"] * 3
    values = [float(tick.label.rstrip("°").replace("−", "-")) for tick in drawn.ticks]
    for course in drawn.courses:
        points = [(float(x), float(y)) for x, y in re.findall(r"M([\d.]+) ([\d.]+)h", course.dots)]
        means = [s.summary[course.side]["pelvic_drop_deg"].mean for s in sessions[::-1] if s.summary]
        assert [x for x, _ in points] == [100.0, 300.0, 500.0, 700.0, 900.0]
        a, b = drawn.ticks[0], drawn.ticks[-1]
        read = [values[0] + (y / 10 - a.at) / (b.at - a.at) * (values[-1] - values[0]) for _, y in points]
        assert read == pytest.approx(means, abs=0.02)
        assert course.band is not None
        assert course.verdict == "beyond the measurement's error"


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_sessions_have_no_baseline(gym: Gym, ann: tuple[str, str, list[str]], count: int) -> None:
    sessions = gym.reader.sessions_of(ann[1].rpartition("/")[2])[:count]
    for course in history(sessions, sessions[::-1], PELVIC_DROP).courses:
        assert course.band is None
        assert course.baseline.reason == f"{count} of 3 sessions so far"
        assert course.shown == count


@pytest.mark.parametrize("count", [3, 4])
def test_the_newest_session_is_not_compared_with_a_baseline_that_holds_it(
    gym: Gym, ann: tuple[str, str, list[str]], count: int
) -> None:
    sessions = gym.reader.sessions_of(ann[1].rpartition("/")[2])[::-1][:count]
    for course in history(sessions[::-1], sessions, PELVIC_DROP).courses:
        assert course.baseline.exact is not None
        if count == 3:
            assert (course.change.exact, course.verdict) == (None, "")
            assert course.change.reason == "2 of 3 sessions so far"
        else:
            newest = sessions[-1].summary
            assert newest is not None
            assert course.change.exact == pytest.approx(
                (newest[course.side]["pelvic_drop_deg"].mean or 0.0) - course.baseline.exact
            )


def test_no_older_session_stands_in_for_the_newest_one(gym: Gym, ann: tuple[str, str, list[str]]) -> None:
    sessions = gym.reader.sessions_of(ann[1].rpartition("/")[2])
    newest = sessions[0].summary
    assert newest is not None
    withheld = Statistic(None, None, 0, None, "the belt was hidden")
    summary = {**newest, Side.LEFT: {**newest[Side.LEFT], "pelvic_drop_deg": withheld}}
    row = replace(sessions[0], summary=summary)
    left, right = history([row, *sessions[1:]], sessions[::-1], PELVIC_DROP).courses
    assert (left.change.exact, left.change.reason, left.verdict) == (None, "the belt was hidden", "")
    assert right.change.exact is not None
    without = replace(sessions[0], summary=None)
    for course in history([without, *sessions[1:]], sessions[::-1], PELVIC_DROP).courses:
        assert course.change.reason == "no summary was stored"


def test_the_page_says_why_the_newest_session_is_not_compared(tmp_path: Path) -> None:
    with Gym(tmp_path).runs() as gym:
        phone = gym.phone()
        for _ in range(3):
            gym.session(60.0)
            claim(phone, gym.link())
        page = get(phone, home_of(phone)).text
    check_page(page)
    assert page.count("Newest session minus the baseline before it: <b>withheld:</b> 2 of 3 sessions so far") == 2


def test_two_sessions_are_compared_in_their_order(gym: Gym, ann: tuple[str, str, list[str]]) -> None:
    oldest, newest = ann[2][0], ann[2][-1]
    there = ask(gym, ann, f"/sessions/{newest}/compare?with={oldest}")
    back = ask(gym, ann, f"/sessions/{oldest}/compare?with={newest}")
    tables = [re.search(r"<table.*</table>", page, re.DOTALL) for page in (there, back)]
    assert tables[0] is not None
    assert tables[1] is not None
    assert tables[0][0] == tables[1][0]
    assert tables[0][0].count("beyond the measurement") >= 6, "what comes from the hip line"
    assert f'<option value="{ann[2][-2]}" selected' in ask(gym, ann, f"/sessions/{newest}/compare")
    assert "<table" not in ask(gym, ann, f"/sessions/{oldest}/compare"), "none came before the first"


def test_a_stranger_s_session_is_no_choice(gym: Gym, ann: tuple[str, str, list[str]]) -> None:
    [theirs] = [s.id for s in gym.reader.sessions() if s.id not in ann[2]]
    phone = gym.phone()
    phone.set_cookie("medius_runner", ann[0], domain="medius.local")
    assert theirs not in ask(gym, ann, f"/sessions/{ann[2][0]}/compare")
    assert get(phone, f"/sessions/{ann[2][0]}/compare?with={theirs}").status_code == 404


def test_parts_are_told_apart_at_the_moment_that_was_marked(tmp_path: Path) -> None:
    with Gym(tmp_path).runs() as gym:
        dice = random.Random(11)
        session_id = gym.recorder.open_session(demo.start_of("test, cue, retest", origin_s=500.0))
        stances = [
            demo.make_stance(i, dice, start_s=500.0, extra=0.0 if i < 250 else -1.5, shared_sd=2.0) for i in range(500)
        ]
        for stance in stances:
            gym.recorder.stance(stance)
        middle_s = 1.0 + 250 * demo.STEP_S
        Ownership(gym.recorder).mark(session_id, 500.0 + middle_s)
        gym.clock.passed_s += 190.0
        gym.recorder.progress(5000, 0, 29.9, 166.7, {}, demo.summarise(stances))
        gym.recorder.close_session()
        assert gym.recorder.flush()
        owner = gym.owner()
        page = get(owner, f"/sessions/{session_id}/parts").text
        check_page(page)
        assert "Before and after 1:31" in page
        assert "Marked at 1:31" in page
        drop = page.split("rowgroup")[1]
        assert drop.count("beyond the measurement") == 2, "what all stances share is not counted"
        assert re.search(r"−1\.[3-7]°", drop)
        knee = page.split("rowgroup")[3]
        assert "Knee collapse" in knee
        early = get(owner, f"/sessions/{session_id}/parts?at=0:06").text
        check_page(early)
        assert f"fewer than {LEAST_STANCES}" in early
        for typed in ("", "99:99:99", "0:30"):
            assert "This is no moment" not in get(owner, f"/sessions/{session_id}/parts?at={typed}").text
        for nonsense in ("x", "-1", "9" * 400):
            wrong = check_page(get(owner, f"/sessions/{session_id}/parts?at={nonsense}").text)
            assert "This is no moment: write minutes and seconds, as 3:07. What is shown is 1:31." in wrong.source
            [field] = wrong.all("input")
            assert field.attributes["value"] == nonsense[:20]
            assert field.attributes["aria-invalid"] == "true"
        assert get(owner, "/sessions/none/parts").status_code == 404
