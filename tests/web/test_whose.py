"""Whose session it is: links that open once, and phones that see their own and nothing else."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

from monitor.claims import LASTS
from monitor.control import RefusedError, ask
from monitor.store import new_token
from tests import qr
from tests.web.gym import HERE, Gym, claim, get, home_of, post
from tests.web.markup import check_page

MINUTE = timedelta(minutes=1)


@pytest.fixture
def gym(tmp_path: Path) -> Iterator[Gym]:
    with Gym(tmp_path).runs() as running:
        yield running


def sees(gym: Gym, client: FlaskClient, session_id: str) -> bool:
    answer = get(client, f"/sessions/{session_id}")
    assert (answer.status_code == 200) == (gym.sources[session_id] in answer.text)
    return bool(answer.status_code == 200)


def test_the_first_phone_to_scan_has_the_session_and_the_link_is_used_up(gym: Gym) -> None:
    session_id = gym.session()
    link, ann, ben = gym.link(), gym.phone(), gym.phone()
    scanned = get(ann, link)
    assert (scanned.status_code, scanned.location) == (303, "/claim")
    cookie = scanned.headers["Set-Cookie"]
    assert all(words in cookie for words in ("HttpOnly", "SameSite=Strict", "Path=/claim", "Max-Age=600"))
    asks = get(ann, "/claim")
    check_page(asks.text)
    assert link.removeprefix("/c/") not in asks.text
    assert gym.reader.runner_of(session_id) is None, "to scan it is not to take it"
    assert get(ben, link).status_code == 303, "a preview of the link uses nothing up"
    taken = post(ann, "/claim", nickname="Ann")
    assert (taken.status_code, taken.location) == (303, f"/sessions/{session_id}")
    [key] = [c for c in taken.headers.getlist("Set-Cookie") if c.startswith("medius_runner=")]
    assert "HttpOnly" in key
    assert "SameSite=Strict" in key
    assert sees(gym, ann, session_id)
    assert not sees(gym, ben, session_id)
    for late in (post(ben, "/claim", nickname="Ben"), get(ben, link), get(ben, "/claim"), get(gym.phone(), link)):
        assert late.status_code == 404
        check_page(late.text)
    assert "Set-Cookie" not in get(ben, link).headers
    runner = gym.reader.runner_of(session_id)
    assert runner is not None
    assert runner.nickname == "Ann"
    assert gym.claims.offer() is None


def test_a_known_phone_adds_to_what_it_has(gym: Gym) -> None:
    ann = gym.phone()
    first = gym.session()
    claim(ann, gym.link(), "Ann")
    second = gym.session()
    asks = get(ann, gym.link()) and get(ann, "/claim").text
    check_page(asks)
    assert "It is put with the sessions of Ann" in asks
    assert "Set-Cookie" not in {name for name, _ in post(ann, "/claim").headers if "medius_runner" in _}
    assert sees(gym, ann, first)
    assert sees(gym, ann, second)
    page = get(ann, home_of(ann)).text
    check_page(page)
    assert page.index(second) < page.index(first)


def test_a_phone_that_shows_the_page_needs_no_code(gym: Gym) -> None:
    session_id = gym.session()
    ann = gym.phone()
    page = get(ann, "/live").text
    check_page(page)
    assert "Keep it on this phone" in page
    assert "Keep it on this phone" in get(ann, "/unit").text
    assert gym.link() not in page
    drawn = get(ann, "/claim/qr.svg")
    assert qr.of_svg(drawn.text) == f"http://medius.local{gym.link()}"
    assert (drawn.status_code, drawn.mimetype, drawn.headers["Cache-Control"]) == (200, "image/svg+xml", "no-store")
    assert post(ann, "/claim/here", session="another").status_code == 409
    assert post(ann, "/claim/here", session=session_id).location == "/claim"
    post(ann, "/claim")
    assert sees(gym, ann, session_id)
    assert "Keep it on this phone" not in get(ann, "/live").text
    assert get(ann, "/claim/qr.svg").status_code == 404


@pytest.mark.parametrize("what", ["nothing measured", "another began", "too late", "clock was set", "claimed"])
def test_when_nothing_is_offered(gym: Gym, what: str) -> None:
    gym.session(0.0 if what == "nothing measured" else 40.0)
    if what == "another began":
        assert gym.claims.offer()
        gym.begin()
    if what in ("too late", "clock was set"):
        gym.later(LASTS if what == "too late" else -LASTS - MINUTE)
    if what == "claimed":
        claim(gym.phone(), gym.link())
    assert gym.claims.offer() is None
    assert "Keep it on this phone" not in get(gym.phone(), "/live").text


def test_a_link_that_was_scanned_lives_on_when_the_next_runner_begins(gym: Gym) -> None:
    session_id = gym.session()
    ann = gym.phone()
    get(ann, gym.link())
    gym.begin()
    assert post(ann, "/claim").location == f"/sessions/{session_id}"


@pytest.mark.parametrize("late", [False, True])
def test_a_link_has_its_time(gym: Gym, late: bool) -> None:
    gym.session()
    link, ann = gym.link(), gym.phone()
    assert get(ann, link).status_code == 303
    gym.later(LASTS if late else LASTS - MINUTE)
    assert get(gym.phone(), link).status_code == (404 if late else 303)
    assert post(ann, "/claim").status_code == (404 if late else 303)


@pytest.mark.parametrize("guess", ["x", "é", "a" * 5000, "..%2f", "%00", "' or 1=1", "0" * 64])
def test_a_guess_opens_nothing(gym: Gym, guess: str) -> None:
    session_id = gym.session()
    gym.link()
    stranger = gym.phone()
    answer = get(stranger, f"/c/{guess}")
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers
    stranger.set_cookie("medius_link", "guess", domain="medius.local", path="/claim")
    assert get(stranger, "/claim").status_code == post(stranger, "/claim").status_code == 404
    assert not sees(gym, stranger, session_id)


@pytest.mark.parametrize("change", ["secret", "id", "empty", "nonsense"])
def test_a_forged_key_opens_nothing(gym: Gym, change: str) -> None:
    session_id = gym.session()
    ann = gym.phone()
    claim(ann, gym.link())
    cookie = ann.get_cookie("medius_runner", domain="medius.local")
    assert cookie is not None
    phone_id, _, secret = cookie.value.partition(".")
    forged = {"secret": f"{phone_id}.{new_token()}", "id": f"{session_id}.{secret}", "empty": f"{phone_id}."}
    stranger = gym.phone()
    stranger.set_cookie("medius_runner", forged.get(change, "nonsense"), domain="medius.local")
    assert not sees(gym, stranger, session_id)
    assert get(stranger, "/").location.startswith("/owner")


def test_claims_outlive_both_processes_and_a_link_its_unit(tmp_path: Path) -> None:
    gym = Gym(tmp_path)
    with gym.runs():
        mine = gym.session()
        ann = gym.phone()
        claim(ann, gym.link(), "Ann")
        left = gym.session()
        photographed = gym.link()
    cookie = ann.get_cookie("medius_runner", domain="medius.local")
    assert cookie is not None
    with gym.runs():
        again, ben = gym.phone(), gym.phone()
        again.set_cookie("medius_runner", cookie.value, domain="medius.local")
        assert sees(gym, again, mine)
        assert not sees(gym, again, left)
        assert gym.link() != photographed
        claim(ben, photographed)
        assert sees(gym, ben, left)
        assert gym.claims.offer() is None


def test_the_secret_is_in_no_log_and_no_file(gym: Gym) -> None:
    """Through the server as it is started on a unit; what it writes is what the journal would hold."""
    gym.session()
    link = gym.link()
    command = [sys.executable, "-P", "-m", "web", "--database", str(gym.database), "--port", "0"]
    options = ["--owner-dir", str(gym.folder / "owner"), "--control", str(gym.socket)]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            port = int(line.decode().rsplit(":", 1)[1])
            for path in (f"{link}x", f"{link}/", f"{link}?a=b", link):
                asked = HTTPConnection("127.0.0.1", port, timeout=20)
                asked.request("GET", path, headers={"Host": HERE["Host"]})
                answer = asked.getresponse()
                assert answer.getheader("Referrer-Policy") == "same-origin"
                assert link.removeprefix("/c/").encode() not in answer.read()
                asked.close()
        finally:
            server.terminate()
        said = line + server.stdout.read()
    secret = link.removeprefix("/c/").encode()
    assert secret not in said
    assert not [path for path in gym.folder.rglob("*") if path.is_file() and secret in path.read_bytes()]


def test_a_second_phone_by_a_fresh_code(gym: Gym) -> None:
    session_id = gym.session()
    ann, tablet = gym.phone(), gym.phone()
    claim(ann, gym.link(), "Ann")
    shown = post(ann, f"{home_of(ann)}/phone")
    check_page(shown.text)
    link = qr.of_svg(shown.text).removeprefix("http://medius.local")
    assert link.startswith("/c/")
    assert link not in shown.text
    asks = get(tablet, link) and get(tablet, "/claim").text
    check_page(asks)
    assert "See the sessions of Ann here?" in asks
    post(tablet, "/claim")
    assert home_of(tablet) == home_of(ann)
    assert sees(gym, tablet, session_id)
    assert get(gym.phone(), link).status_code == 404
    left = post(ann, f"{home_of(ann)}/leave")
    assert left.location == "/live"
    assert not sees(gym, ann, session_id)
    assert sees(gym, tablet, session_id)


def test_a_runner_goes_for_good_and_nobody_else_does(gym: Gym) -> None:
    ann, ben = gym.phone(), gym.phone()
    mine = [gym.session()]
    claim(ann, gym.link(), "Ann")
    theirs = gym.session()
    claim(ben, gym.link(), "Ben")
    mine.append(gym.session())
    claim(ann, gym.link())
    home = home_of(ann)
    renamed = post(ann, f"{home}/name", nickname="<b>Annabel</b>")
    assert renamed.location == home
    page = get(ann, home).text
    check_page(page)
    assert "&lt;b&gt;Annabel" in page
    assert post(ann, f"{home}/delete").location == "/live"
    assert [gym.reader.session(session_id) for session_id in mine] == [None, None]
    assert sees(gym, ben, theirs)
    assert get(ann, "/").location.startswith("/owner")
    assert "Annabel" not in get(gym.owner(), "/").text


def test_a_runner_takes_away_and_deletes_one_session_of_theirs(gym: Gym) -> None:
    ann, ben = gym.phone(), gym.phone()
    mine = gym.session()
    claim(ann, gym.link())
    theirs = gym.session()
    claim(ben, gym.link())
    for page in ("stances.csv", "session.json", "report", "delete"):
        for session_id, status in ((mine, 200), (theirs, 303)):
            assert get(ann, f"/sessions/{session_id}/{page}").status_code == status, page
    assert f'href="/sessions/{mine}/delete">Delete this session<' in get(ann, f"/sessions/{mine}").text
    assert "delete everything" not in check_page(get(ann, f"/sessions/{mine}/delete").text).source
    assert "delete everything" in get(gym.owner(), f"/sessions/{mine}/delete").text
    assert post(ann, f"/sessions/{theirs}/delete").location.startswith("/owner")
    assert post(ann, f"/sessions/{mine}/delete").status_code == 200
    assert post(ann, "/delete-everything", sure="yes").location.startswith("/owner")
    assert [s.id for s in gym.reader.sessions()] == [theirs]


def test_the_owner_sees_all_and_whose_they_are(gym: Gym) -> None:
    ann, owner = gym.phone(), gym.owner()
    mine, free = gym.session(), ""
    claim(ann, gym.link(), "Ann")
    free = gym.session()
    listed = get(owner, "/")
    check_page(listed.text)
    assert "Ann" in listed.text
    assert sees(gym, owner, mine)
    assert sees(gym, owner, free)
    home = home_of(ann)
    assert get(owner, home).status_code == 200
    assert post(owner, f"{home}/delete").location == "/"
    assert gym.reader.session(mine) is None


def test_without_a_unit_nothing_is_taken_and_the_page_says_why(gym: Gym) -> None:
    session_id = gym.session()
    ann = gym.phone()
    get(ann, gym.link())
    gym.socket.unlink()
    refused = post(ann, "/claim")
    assert refused.status_code == 503
    assert "is it running" in refused.text
    check_page(refused.text)
    assert "medius_runner" not in str(refused.headers)
    assert gym.reader.runner_of(session_id) is None


def test_who_takes_a_session_while_the_unit_is_slow_has_the_key_to_it(
    gym: Gym, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = gym.session()
    ann, accept, go_on, done = gym.phone(), gym.claims.accept, threading.Event(), threading.Event()

    def accept_late(*given_: Any) -> None:
        go_on.wait(60.0)
        accept(*given_)
        done.set()

    monkeypatch.setattr(gym.claims, "accept", accept_late)
    monkeypatch.setattr("web.asking.ask", partial(ask, patience_s=0.1))
    slow = claim(ann, gym.link(), "Ann")
    assert slow.status_code == 503
    assert "It may still do it: look again in a minute." in check_page(slow.text).source
    assert not sees(gym, ann, session_id)
    go_on.set()
    assert done.wait(60.0)
    assert sees(gym, ann, session_id)


def test_a_runner_is_not_told_that_a_slow_unit_did_nothing(gym: Gym, monkeypatch: pytest.MonkeyPatch) -> None:
    gym.session()
    ann, go_on = gym.phone(), threading.Event()
    claim(ann, gym.link(), "Ann")
    home = home_of(ann)
    monkeypatch.setattr(gym.claims, "rename", lambda *_: go_on.wait(60.0))
    monkeypatch.setattr("web.asking.ask", partial(ask, patience_s=0.1))
    slow = post(ann, f"{home}/name", nickname="Annabel")
    go_on.set()
    assert slow.status_code == 503
    assert "It may still do it" in slow.text
    assert "did not do it" not in slow.text


def test_a_unit_refuses_what_is_no_text(gym: Gym) -> None:
    for given_ in ({}, {"link": 7}, {"link": "x" * 500}, {"link": "x", "phone": "p", "key": None}):
        with pytest.raises(RefusedError):
            ask(gym.socket, "accept", **given_)  # type: ignore[arg-type]


# Two phones never see each other's sessions, whatever page they ask for.

OPEN = {"live.page", "live.events", "unit.page", "unit.events", "static"}
"""They tell everybody what runs now; of a session that is over they tell that it was."""


def paths(gym: Gym, rule: Rule, runner_ids: list[str]) -> Iterator[str]:
    """Every address of a route."""
    sessions, arguments = list(gym.sources), rule.arguments
    values = {"session_id": sessions, "runner_id": runner_ids, "token": [new_token()], "command": ["begin"]}
    path = rule.rule
    if not arguments:
        yield path
        return
    for name in arguments:
        for value in values.get(name, ["x"]):
            one = path
            for placeholder in (f"<{name}>", f"<path:{name}>", f"<int:{name}>"):
                one = one.replace(placeholder, value)
            for other in arguments - {name}:
                one = one.replace(f"<{other}>", "x")
            yield one


def told(client: FlaskClient, method: str, path: str) -> str:
    """All that an answer says, but for the address that was asked for; of a stream its beginning."""
    answer = client.open(path, method=method, headers=HERE, base_url="http://medius.local", buffered=False)
    body = next(iter(answer.response), b"") if answer.mimetype == "text/event-stream" else answer.get_data()
    answer.close()
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
    return text + "".join(value for name, value in answer.headers if name != "Location")


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(whose=st.lists(st.integers(0, 2), min_size=3, max_size=5))
def test_no_route_shows_one_phone_what_is_another_s(tmp_path_factory: pytest.TempPathFactory, whose: list[int]) -> None:
    with Gym(tmp_path_factory.mktemp("gym")).runs() as gym:
        phones = [gym.phone() for _ in range(3)]
        names = [f"nickname-{number}" for number in range(3)]
        owned: dict[str, int] = {}
        for number in whose:
            owned[gym.session(20.0)] = number
            claim(phones[number], gym.link(), names[number])
        runner_ids = [home_of(phones[n]).rpartition("/")[2] for n in sorted(set(whose))]
        first = next(iter(owned))
        rules = list(gym.app.url_map.iter_rules())
        asked = [p for rule in rules if "GET" in (rule.methods or ()) for p in paths(gym, rule, runner_ids)]
        asked += [f"/sessions/{a}/compare?with={b}" for a in owned for b in owned if a != b]
        assert {"/", "/live", "/live/events", f"/sessions/{first}/parts", f"/runners/{runner_ids[0]}"} <= set(asked)
        seen: set[str] = set()
        for number, phone in [*enumerate(phones), (None, gym.phone())]:
            secret = [
                *(gym.sources[s] for s, n in owned.items() if n != number),
                *names[:number],
                *names[(number or -1) + 1 :],
            ]
            secret = [word for word in secret if number is None or word != names[number]]
            for path in asked:
                text = told(phone, "GET", path)
                assert [word for word in secret if word in text] == [], path
                seen |= {s for s, n in owned.items() if n == number and gym.sources[s] in text}
        assert seen == set(owned), "each phone sees its own"
        before = [(s.id, gym.reader.runner_of(s.id)) for s in gym.reader.sessions()]
        posts = [p for rule in rules if "POST" in (rule.methods or ()) for p in paths(gym, rule, runner_ids)]
        for path in posts:
            told(gym.phone(), "POST", path)
            for number, phone in enumerate(phones):
                if not any(i in path for i in (*owned, *runner_ids)) or _is_about_another(gym, path, number, owned):
                    told(phone, "POST", path)
        assert [(s.id, gym.reader.runner_of(s.id)) for s in gym.reader.sessions()] == before


def _is_about_another(gym: Gym, path: str, number: int, owned: dict[str, int]) -> bool:
    """Whether an address names a session or a runner that is not this phone's."""
    named = [part for part in urlsplit(path).path.split("/") if len(part) == 36]
    theirs = {s for s, n in owned.items() if n == number}
    runners = {r.id for s in theirs if (r := gym.reader.runner_of(s))}
    return bool(named) and not any(part in theirs | runners for part in named)
