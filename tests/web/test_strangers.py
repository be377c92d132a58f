"""Nobody, a runner's phone and the owner, each with whatever can be sent: who may not see or change it does not."""

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

import web
from monitor.commands import Commands
from monitor.control import ask
from tests.web.gym import HERE, Gym, claim, get, home_of, post
from tests.web.markup import check_page
from tests.web.test_hostile import ASKED, ATTACKS, header_names
from web.guard import HEADERS
from web.owner import FOR_ALL

FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "＝1")
MARKUP = ("{{7*191}}", "${7*191}", "#{7*191}", "<%= 7*191 %>", '"><script>alert(1)</script>', "' onmouseover='alert(1)")
PATHS = ("..%2f..%2fetc%2fpasswd", "%00", "\\..\\owner", "../owner/owner.json", ".", "..", "medius.css/..")
ODD = (
    "\u202eevil",
    "\ufeff",
    "\ufdd0",
    "ﬃ" * 40,
    "👩‍👩‍👧‍👦" * 20,
    "e\u0301" * 90,
    "\x1b[31m",
    "\0",
    "A" * 9000,
    "İıſK",
)
SQL = ("1; DROP TABLE sessions", "%", "_", "x' UNION SELECT * FROM phones --", "00000000-0000-0000-0000-00000000000g")
LINES = ("a\r\nSet-Cookie: medius=x", "a\nX-Evil: 1", "a%0d%0aX-Evil: 1")
SENT = (*ATTACKS, *FORMULAS, *MARKUP, *PATHS, *ODD, *SQL, *LINES)
PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
hostile = st.sampled_from(SENT) | texts
methods = st.sampled_from(["GET", "GET", "POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
kinds = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-16",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/json",
        "text/xml",
        "\xff",
    ]
)


def times(examples: int) -> settings:
    """The same ones each time, however long they take."""
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=checks)


def in_a_header(text: str) -> str:
    return re.sub(r"[\r\n\0]", " ", text).encode().decode("latin-1")


def fields() -> list[str]:
    """What forms and queries are called, in all templates and elsewhere."""
    pages = (Path(web.__file__).parent / "templates").glob("*.html")
    found = {name for page in pages for name in re.findall(r'name="([a-z_]+)"', page.read_text(encoding="utf-8"))}
    return sorted(found | set(ASKED))


@dataclass(frozen=True)
class Town:
    """Ann has a phone and a session, and so has Ben; one session is nobody's, and one is offered."""

    gym: Gym
    ann: FlaskClient
    sessions: dict[str, str]
    """By whose they are."""
    runners: dict[str, str]

    def not_for(self, who: str) -> list[str]:
        """What they must not be told."""
        names = {"ann", "ben"} - {who}
        others = [self.gym.sources[id_] for whose, id_ in self.sessions.items() if whose != who]
        return [] if who == "owner" else [*others, *(f"nickname-of-{name}" for name in names)]

    def client(self, who: str) -> FlaskClient:
        return self.ann if who == "ann" else self.gym.owner() if who == "owner" else self.gym.phone()

    def kept(self) -> Any:
        """What nobody here may change."""
        reader = self.gym.reader
        phones = [bool(reader.sessions_of(runner)) for runner in self.runners.values()]
        rows = [(row.id, reader.runner_of(row.id), reader.marks(row.id)) for row in reader.sessions()]
        return rows, phones, reader.runner(self.runners["ben"])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with Gym(tmp_path_factory.mktemp("town")).runs() as gym:
        phones = {"ann": gym.phone(), "ben": gym.phone()}
        sessions = {}
        for name, phone in phones.items():
            sessions[name] = gym.session(20.0)
            claim(phone, gym.link(), f"nickname-of-{name}")
        sessions["nobody's"] = gym.session(20.0)
        gym.app.extensions["medius.streams"].end()  # or they would go on for minutes
        homes = {name: home_of(phone).rpartition("/")[2] for name, phone in phones.items()}
        yield Town(gym, phones["ann"], sessions, homes)


def address(town: Town, rule: Rule, who: str, method: str, data: st.DataObject) -> str:
    """A route about what is there, or is not; not what they may delete."""
    sessions, runners = set(town.sessions.values()), set(town.runners.values())
    if method == "POST":
        ours = {"ann": {town.sessions["ann"], town.runners["ann"]}, "owner": sessions | runners}.get(who, set())
        sessions, runners = sessions - ours, runners - ours
    there = {"session_id": sorted(sessions), "runner_id": sorted(runners)}

    def one(found: re.Match[str]) -> str:
        known = there.get(found[1], [])
        drawn = data.draw((st.sampled_from(known) | hostile) if known else hostile)
        return quote(drawn, safe="")

    return PLACEHOLDER.sub(one, rule.rule)


def draw_sent(data: st.DataObject) -> dict[str, Any]:
    form = data.draw(st.dictionaries(st.sampled_from(fields()) | hostile, hostile, max_size=5))
    if data.draw(st.booleans()):
        return {"data": form}
    return {"data": data.draw(st.binary(max_size=300)), "content_type": data.draw(kinds)}


@times(150)
@given(data=st.data())
def test_whoever_sends_whatever_is_answered_and_sees_and_changes_nothing_of_another(
    town: Town, data: st.DataObject
) -> None:
    who = data.draw(st.sampled_from(["nobody", "ann", "owner"]))
    rule = data.draw(st.sampled_from(sorted(town.gym.app.url_map.iter_rules(), key=str)))
    method = data.draw(methods)
    values = st.sampled_from(SENT).map(in_a_header)
    headers = data.draw(
        st.dictionaries(header_names.filter(lambda name: name not in ("Host", "Cookie")), values, max_size=4)
    )
    headers |= {} if data.draw(st.booleans()) else HERE
    query = data.draw(st.dictionaries(st.sampled_from(fields()) | hostile, hostile, max_size=3))
    sent = draw_sent(data) if method not in ("GET", "HEAD", "TRACE") else {}
    path = address(town, rule, who, method, data)
    before = town.kept()
    client = town.client(who)
    with client.open(
        path, method=method, query_string=query, headers=headers, base_url="http://medius.local", **sent
    ) as answer:
        said = answer.get_data(as_text=True)
        assert answer.status_code < 500 or answer.status_code == 503, said
        assert "Traceback" not in said
        assert "1337" not in re.sub(r"[0-9a-f-]{20,}|\d{5,}", "", said)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert not {"X-Evil"} & set(answer.headers.keys())
        assert answer.mimetype != "text/html" or "<script>alert" not in said
        told = said + str(answer.headers)
        asked = path + str(query) + str(sent)
        assert [secret for secret in town.not_for(who) if secret in told and secret not in asked] == []
        if who == "nobody" and rule.endpoint not in FOR_ALL and answer.status_code < 300:
            assert method == "OPTIONS"
    assert town.kept() == before
    if who == "ann" and client.get_cookie("medius_runner", "medius.local") is None:
        raise AssertionError("Ann's phone forgot her")


@times(30)
@given(cookie=hostile, name=st.sampled_from(["medius", "medius_runner", "medius_link", "medius_language"]))
def test_no_cookie_of_ones_own_making_opens_anything(town: Town, cookie: str, name: str) -> None:
    client, headers = town.gym.phone(), {"Cookie": f"{name}={in_a_header(cookie)}"}
    for path in ("/", f"/sessions/{town.sessions['ann']}", f"/runners/{town.runners['ann']}", "/settings", "/claim"):
        answer = client.get(path, headers=headers, base_url="http://medius.local")
        assert answer.status_code in ((303, 404) if path != "/claim" else (404,)), path
        assert all(secret not in answer.text for secret in town.not_for("nobody"))


@times(30)
@given(name=hostile)
def test_a_nickname_is_a_text_wherever_it_is_shown(town: Town, name: str) -> None:
    home = f"/runners/{town.runners['ann']}"
    assert post(town.ann, f"{home}/name", nickname=name).status_code in (303, 413)
    kept = town.gym.reader.runner(town.runners["ann"])
    assert kept is not None
    assert len(kept.nickname) <= 40
    assert kept.nickname.isprintable()
    session = f"/sessions/{town.sessions['ann']}"
    owner = town.gym.owner()
    for client, path in ((town.ann, home), (town.ann, session), (owner, "/"), (owner, home)):
        page = get(client, path)
        assert page.status_code == 200
        check_page(page.text)
    for suffix in ("stances.csv", "session.json", "activity.fit"):
        file = get(town.ann, f"{session}/{suffix}")
        said = re.fullmatch(
            r'attachment; filename="medius-[\d-]+\.(csv|json|fit)"', file.headers["Content-Disposition"]
        )
        assert said is not None
        assert said[1] == suffix.rpartition(".")[2]
    post(town.ann, f"{home}/name", nickname="nickname-of-ann")


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | hostile,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(hostile, inner, max_size=3),
    max_leaves=8,
)


@times(80)
@given(data=st.data())
def test_the_unit_s_socket_answers_whatever_it_is_sent(town: Town, data: st.DataObject) -> None:
    known = Commands(town.gym.by_hand)._known
    harmless = sorted(known.keys() - {"delete", "delete_runner"})
    names = st.sampled_from(["session", "runner", "phone", "key", "link", "nickname", "on", "to", "height_cm", "open"])
    asked = data.draw(st.dictionaries(names | hostile, json_values, max_size=4))
    asked["do"] = data.draw(st.sampled_from(harmless) | st.just("delete") | json_values)
    if asked["do"] == "delete":
        asked["everything"] = data.draw(json_values.filter(lambda value: value is not True))
    line = json.dumps(asked).encode() if data.draw(st.integers(0, 4)) else data.draw(st.binary(max_size=200))
    before = town.kept()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(20.0)
        caller.connect(str(town.gym.socket))
        caller.sendall(line[:4000] + b"\n")
        with caller.makefile("rb") as heard:
            answer = json.loads(heard.readline())
    assert answer["ok"] in (True, False)
    assert answer["ok"] or "its log says why" not in answer["error"], "it failed, and did not refuse"
    assert town.kept() == before
    assert ask(town.gym.socket, "status")["state"] == "starting"
