"""What `medius run` shows when its session has ended, and what may be asked of it meanwhile."""

import io
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from monitor.claims import LASTS, Claims
from monitor.commands import Commands
from monitor.control import RefusedError
from monitor.handover import LOOKS_EVERY_S, OneSession, hand_over
from monitor.qr import qr_text
from monitor.settings import Settings
from monitor.store import PhoneKey, Recorder, digest_of
from monitor.turns import Turns
from tests import qr
from tests.store.made import START, HandClock, make_stance

ADDRESS = "http://a-unit-with-a-long-name.local:8420"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def recorder(tmp_path: Path, clock: HandClock) -> Iterator[Recorder]:
    with Recorder(tmp_path / "medius.sqlite", clock) as opened:
        yield opened


@pytest.fixture
def turns(recorder: Recorder, clock: HandClock) -> Iterator[Turns]:
    with closing(Turns(recorder, clock=clock)) as opened:
        yield opened


@pytest.fixture
def claims(recorder: Recorder, clock: HandClock) -> Iterator[Claims]:
    with closing(Claims(recorder, clock)) as opened:
        yield opened


def end_a_session(recorder: Recorder) -> None:
    recorder.open_session(START)
    recorder.stance(make_stance(1))
    recorder.close_session()
    assert recorder.flush()


class Phone(threading.Event):
    """Claims the session while the terminal waits."""

    def __init__(self, claims: Claims) -> None:
        super().__init__()
        self._claims = claims
        self.waited: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout)
        offer = self._claims.offer()
        if offer is None:
            return True
        phone = PhoneKey("00000000-0000-4000-8000-000000000001", digest_of("secret"))
        self._claims.accept(digest_of(offer.token), None, phone, "")
        return False


def test_the_terminal_shows_a_code_until_a_phone_has_the_session(recorder: Recorder, claims: Claims) -> None:
    end_a_session(recorder)
    offer = claims.offer()
    assert offer is not None
    shown, phone = io.StringIO(), Phone(claims)
    hand_over(claims, ADDRESS, Console(file=shown, width=80), phone)
    assert phone.waited == [LOOKS_EVERY_S, LASTS.total_seconds()], "who has claimed it reads it afterwards"
    code, rest = shown.getvalue().split("http", 1)
    link = f"http{rest.splitlines()[0]}"
    assert link == f"{ADDRESS}/c/{offer.token}"
    lines = code.rstrip("\n").splitlines()
    width = max(map(cell_len, lines))
    assert qr.of_terminal("\n".join(line.ljust(width) for line in lines)) == link
    assert width < 60


def test_it_waits_no_longer_than_it_is_told(recorder: Recorder, claims: Claims) -> None:
    end_a_session(recorder)
    enough = threading.Event()
    enough.set()
    hand_over(claims, ADDRESS, Console(file=io.StringIO()), enough)
    assert claims.offer() is not None


def test_without_a_stance_there_is_nothing_to_take_home(recorder: Recorder, claims: Claims) -> None:
    recorder.open_session(START)
    recorder.close_session()
    assert recorder.flush()
    shown = io.StringIO()
    hand_over(claims, ADDRESS, Console(file=shown), threading.Event())
    assert shown.getvalue() == ""


@pytest.mark.parametrize("link", ["http://10.0.0.2:8420/c/abc", f"{ADDRESS}/c/{'x' * 24}"])
def test_a_code_in_half_blocks_is_read_back(link: str) -> None:
    assert qr.of_terminal(qr_text(link).plain) == link


def by_hand(recorder: Recorder, claims: Claims, turns: Turns, **given: object) -> Commands:
    settings = Settings(state_dir=Path(str(recorder.url_or_path)).parent, **given)  # type: ignore[arg-type]
    return Commands(OneSession(recorder, claims, turns, settings))


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("belt_speed", {"speed_mps": 2.8}),
        ("belt_speed", {"speed_mps": 2.8, "runner": "nobody"}),
        ("belt_speed", {}),
        ("belt_speed", {"speed_mps": 28.0}),
        ("run_as", {}),
        ("begin", {}),
        ("end", {}),
        ("mute", {"on": True}),
        ("mark", {}),
        ("setup", {"open": True}),
        ("report", {}),
        ("settings", {}),
        ("change", {"to": {}}),
        ("lamps", {}),
        ("accept", {"link": "x", "nickname": "", "runner": None, "phone": "p", "key": "k"}),
        ("delete", {"everything": True}),
    ],
)
def test_what_a_unit_started_by_hand_cannot_do_it_refuses_in_a_sentence(
    recorder: Recorder, claims: Claims, turns: Turns, command: str, arguments: dict[str, object]
) -> None:
    recorder.open_session(START)
    assert recorder.flush()
    with pytest.raises(RefusedError, match=r"\.$"):
        by_hand(recorder, claims, turns).do(command, arguments)


def test_it_says_how_it_is_and_deletes(recorder: Recorder, claims: Claims, turns: Turns) -> None:
    asked = by_hand(recorder, claims, turns, keep_days=30.0, keep_mb=float("inf"))
    status, _ = asked.do("status", {})
    assert (status["state"], status["keep_days"], status["keep_mb"]) == ("starting", 30.0, None)
    end_a_session(recorder)
    offer, _ = asked.do("offer", {})
    asked.do("delete", {"session": offer["session"]})
    assert asked.do("offer", {}) == ({}, b"")
