import pytest
from flask.testing import FlaskClient

from tests.web.conftest import Demo
from tests.web.markup import check_no_foreign_address, check_page
from web.guard import HEADERS, host_is_allowed

PATHS = (
    "/",
    "/live",
    "/live/events",
    "/unit",
    "/unit/events",
    "/nowhere",
    "/static/medius.css",
    "/static/live.js",
    "/static/icon.svg",
)


@pytest.mark.parametrize(
    ("base", "heeded"),
    [
        ("http://localhost", True),
        ("http://127.0.0.1:8420", True),
        ("https://medius.local", True),
        ("http://medius.local", False),
    ],
)
def test_a_page_keeps_to_itself_where_browsers_heed_it(client: FlaskClient, base: str, heeded: bool) -> None:
    policy = client.get("/live", base_url=base).headers.get("Cross-Origin-Opener-Policy")
    assert policy == ("same-origin" if heeded else None)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str, method: str, host: str) -> None:
    with client.open(path, method=method, headers={"Host": host}) as response:
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
        assert response.headers["Cache-Control"] in ("no-store", "no-cache")
        assert "Set-Cookie" not in response.headers
        assert "Access-Control-Allow-Origin" not in response.headers


def test_the_policy_lets_nothing_inline_and_nothing_foreign_in() -> None:
    policy = dict(rule.split(" ", 1) for rule in HEADERS["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert set(policy.values()) == {"'none'", "'self'"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/live", "/nowhere", "/static/medius.css"])
def test_nothing_can_be_changed(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method, data=b"x" * 1000)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    check_page(response.text)


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("localhost", True),
        ("localhost:8420", True),
        ("LOCALHOST.", True),
        ("medius.local", True),
        ("medius-3.local:80", True),
        ("127.0.0.1:8420", True),
        ("192.168.1.23", True),
        ("[::1]:8420", True),
        ("[fe80::1]", True),
        ("gym.example", True),
        ("unit.gym.test", True),
        ("", False),
        (".local", False),
        ("local", False),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("evil.example:localhost", False),
        ("medius.local.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("gym.test", False),
        ("localhost@evil.example", False),
        ("[evil.example]", False),
    ],
)
def test_only_names_of_this_unit_are_answered(host: str, allowed: bool) -> None:
    assert host_is_allowed(host, ("gym.example", "*.gym.test")) is allowed


@pytest.mark.parametrize("path", PATHS)
def test_a_foreign_name_is_refused_everywhere(client: FlaskClient, demo_store: Demo, path: str) -> None:
    response = client.get(path, headers={"Host": "rebound.example:8420"})
    assert response.status_code == 421
    check_page(response.text)
    assert not any(i in response.text for i in demo_store.ids.values())


@pytest.mark.parametrize("host", [".", "..", "a b", "[", "%"])
def test_what_is_no_name_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/live", headers={"Host": host})
    assert answer.status_code == 421
    assert "This unit does not answer to that name" in answer.text


@pytest.mark.parametrize("name", ["medius.css", "live.js", "icon.svg"])
def test_static_files_call_no_other_host(client: FlaskClient, name: str) -> None:
    with client.get(f"/static/{name}") as response:
        assert response.status_code == 200
        check_no_foreign_address(response.get_data(as_text=True))


@pytest.mark.parametrize(
    "path",
    [
        "/static/../__init__.py",
        "/static/..%2f__init__.py",
        "/static/%2e%2e/config.py",
        "/%00",
        "/sessions/%00",
    ],
)
def test_nothing_outside_the_pages_is_served(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "import" not in response.text
