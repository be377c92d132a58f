"""The coach's front page, and the phone that begins without a session."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from monitor.control import ask
from tests.web.gym import Gym, claim, get, home_of, post
from tests.web.markup import check_page
from web.slowing import AT_ONCE, EACH_S

PHONE_ID = "78c9da8e-e5ce-406a-9475-239401a2d8e8"


@pytest.fixture
def gym(tmp_path: Path) -> Iterator[Gym]:
    with Gym(tmp_path).runs() as running:
        yield running


def test_a_phone_begins_by_saying_yes_and_comes_back_to_its_coach(gym: Gym) -> None:
    ann, ben = gym.phone(), gym.phone()
    assert get(ann, "/coach").location == "/begin"
    page = check_page(get(ann, "/begin").text)
    assert [e.attributes["href"] for e in page.all("a") if "aria-current" in e.attributes] == ["/coach"]
    begun = post(ann, "/begin", agreed="yes", nickname="Ann")
    assert (begun.status_code, begun.location) == (303, "/coach")
    assert "HttpOnly" in begun.headers["Set-Cookie"]
    home = home_of(ann)
    assert get(ann, "/coach").location == f"{home}/coach"
    assert get(ann, "/begin").location == "/coach"
    assert post(ann, "/begin", agreed="yes").location == "/coach"
    page = check_page(get(ann, f"{home}/coach").text)
    assert [e.text for e in page.all("a") if "aria-current" in e.attributes] == ["Coach"]
    assert f"{home}/coach" in get(ann, home).text
    assert get(ben, f"{home}/coach").location.startswith("/owner")
    assert get(gym.owner(), f"{home}/coach").status_code == 200


def test_nothing_is_kept_of_who_does_not_agree(gym: Gym) -> None:
    ann = gym.phone()
    refused = post(ann, "/begin", nickname="Ann")
    assert refused.status_code == 400
    assert "Tick the box" in check_page(refused.text).all("p", role="alert")[0].text
    assert "Set-Cookie" not in refused.headers
    assert get(ann, "/coach").location == "/begin"


def test_a_form_that_is_sent_twice_makes_one_runner(gym: Gym) -> None:
    key = check_page(get(gym.phone(), "/begin").text).all("input", name="key")[0].attributes["value"]
    homes = set()
    for _ in range(2):  # the second is on its way before the phone has its key
        ann = gym.phone()
        assert post(ann, "/begin", agreed="yes", key=key).status_code == 303
        homes.add(home_of(ann))
    assert (len(homes), gym.reader.diary_count()) == (1, 1)


@pytest.mark.parametrize("key", ["", "x", f"{'0' * 36}.{'s' * 24}", f"{PHONE_ID}.short", f"{PHONE_ID}."])
def test_what_is_no_key_is_not_kept(gym: Gym, key: str) -> None:
    ann = gym.phone()
    assert post(ann, "/begin", agreed="yes", key=key).status_code == 303
    cookie = ann.get_cookie("medius_runner", domain="medius.local")
    assert cookie is not None
    assert cookie.value != key
    assert home_of(ann)


def test_one_address_begins_a_few_times_and_then_now_and_then(gym: Gym) -> None:
    def begin(address: str) -> int:
        ann = gym.phone()
        ann.environ_base["REMOTE_ADDR"] = address
        answer = post(ann, "/begin", agreed="yes")
        if answer.status_code == 429:
            assert answer.headers["Retry-After"] == str(int(EACH_S) + 1)
            assert "Try again in" in check_page(answer.text).all("p", role="alert")[0].text
        return int(answer.status_code)

    assert [begin("192.0.2.7") for _ in range(AT_ONCE + 1)] == [303] * AT_ONCE + [429]
    assert begin("192.0.2.8") == 303
    assert gym.reader.diary_count() == AT_ONCE + 1
    gym.later(timedelta(seconds=EACH_S))
    assert [begin("192.0.2.7") for _ in range(2)] == [303, 429]


def test_a_runner_with_a_session_has_a_coach_already(gym: Gym) -> None:
    ann = gym.phone()
    gym.session()
    claim(ann, gym.link(), "Ann")
    assert get(ann, "/coach").location == f"{home_of(ann)}/coach"


def test_a_diary_of_nobody_is_no_page(gym: Gym) -> None:
    assert get(gym.owner(), "/runners/nobody/coach").status_code == 404


def test_who_begins_while_the_unit_is_slow_has_the_key(gym: Gym, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, go_on = gym.phone(), threading.Event()
    monkeypatch.setattr(gym.claims, "join", lambda *_: go_on.wait(60.0))
    monkeypatch.setattr("web.asking.ask", partial(ask, patience_s=0.1))
    slow = post(ann, "/begin", agreed="yes")
    go_on.set()
    assert slow.status_code == 503
    assert "It may still do it" in check_page(slow.text).source
    assert ann.get_cookie("medius_runner", domain="medius.local") is not None


def test_without_a_unit_nothing_is_begun(gym: Gym) -> None:
    ann = gym.phone()
    gym.socket.unlink()
    refused = post(ann, "/begin", agreed="yes")
    assert refused.status_code == 503
    assert "is it running" in check_page(refused.text).source
    assert ann.get_cookie("medius_runner", domain="medius.local") is None


class Counted:
    """Counts who takes a turn, and who takes one within another's."""

    def __init__(self) -> None:
        self.taken = self.within = self.most = 0

    def __enter__(self) -> None:
        self.taken += 1
        self.within += 1
        self.most = max(self.most, self.within)

    def __exit__(self, *_: object) -> None:
        self.within -= 1


@pytest.mark.parametrize(
    "page", ["coach", "exercises", "exercises/history", "plan", "plan.ics", "programme", "check", "diary.json"]
)
def test_what_reads_a_whole_diary_waits_for_one_turn(gym: Gym, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    ann = gym.phone()
    post(ann, "/begin", agreed="yes")
    path = f"{home_of(ann)}/{page}"
    monkeypatch.setattr("web.turns._pages", turns := Counted())
    assert get(ann, path).status_code == 200
    assert (turns.taken, turns.most) == (1, 1)
