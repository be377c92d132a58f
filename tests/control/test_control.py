"""The socket between the services, with a real one."""

import json
import socket
import stat
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from monitor.control import Control, RefusedError, UnitBusyError, UnitUnreachableError, ask, picture

JPEG = bytes(range(256)) * 400


class Asked:
    """Does what is asked, and remembers it."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, Mapping[str, Any]]] = []

    def do(self, command: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        self.commands.append((command, dict(arguments)))
        if command == "refuse":
            raise RefusedError("Not now.")
        if command == "fail":
            raise ZeroDivisionError
        if command not in ("begin", "preview"):
            raise LookupError(command)
        return {"session": "s"}, JPEG if command == "preview" else b""


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def path(tmp_path: Path, asked: Asked) -> Iterator[Path]:
    path = tmp_path / "run" / "monitor.sock"
    with Control(path, asked):
        yield path


def say(path: Path, *lines: bytes) -> list[dict[str, Any]]:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(10.0)
        line.connect(str(path))
        line.sendall(b"".join(lines))
        line.shutdown(socket.SHUT_WR)
        with line.makefile("rb") as heard:
            return [json.loads(answer) for answer in heard]


def test_what_is_asked_is_done_and_answered(path: Path, asked: Asked) -> None:
    assert ask(path, "begin", now=True) == {"session": "s"}
    assert asked.commands == [("begin", {"now": True})]


def test_a_picture_comes_whole(path: Path) -> None:
    assert picture(path) == JPEG


def test_a_refusal_is_the_unit_s_own_sentence(path: Path) -> None:
    with pytest.raises(RefusedError, match=r"^Not now\.$"):
        ask(path, "refuse")
    with pytest.raises(RefusedError, match="does not know this command"):
        ask(path, "dance")


def test_a_command_that_fails_does_not_end_the_listening(path: Path) -> None:
    with pytest.raises(RefusedError, match="its log says why"):
        ask(path, "fail")
    assert ask(path, "begin") == {"session": "s"}


def test_an_answer_that_does_not_come_is_told_from_a_unit_that_does_not_run(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf.sock"))
        deaf.listen()
        with pytest.raises(UnitBusyError, match=r"has not answered within 0\.05 s"):
            ask(tmp_path / "deaf.sock", "begin", patience_s=0.05)
    with pytest.raises(UnitUnreachableError, match="is it running") as gone:
        ask(tmp_path / "nobody.sock", "begin")
    assert not isinstance(gone.value, UnitBusyError)


NO_COMMANDS = b"", b"{}", b"[]", b"begin", b'{"do": 3}', b"\xff\xfe", b"[" * 4000, b"x" * 9000


@pytest.mark.parametrize("line", NO_COMMANDS)
def test_what_is_no_command_is_refused_and_harms_nobody(path: Path, asked: Asked, line: bytes) -> None:
    answers = say(path, line + b"\n")
    assert answers
    assert not any(answer["ok"] for answer in answers)
    assert asked.commands == []
    assert ask(path, "begin") == {"session": "s"}


def test_several_lines_are_answered_in_their_order(path: Path) -> None:
    assert [a["ok"] for a in say(path, b'{"do": "begin"}\n', b'{"do": "refuse"}\n', b'{"do": "begin"}\n')] == [
        True,
        False,
        True,
    ]


def test_many_ask_at_once_while_one_says_nothing(path: Path, asked: Asked) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(path))
        callers = [threading.Thread(target=ask, args=(path, "begin")) for _ in range(20)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
    assert len(asked.commands) == 20


def test_only_user_and_group_may_open_it(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_nobody_listens_after_the_end_and_what_a_killed_unit_left_is_replaced(tmp_path: Path, asked: Asked) -> None:
    path = tmp_path / "monitor.sock"
    with pytest.raises(UnitUnreachableError, match="is it running"):
        ask(path, "begin")
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))
    with Control(path, asked) as control:
        assert ask(path, "begin") == {"session": "s"}
        control.close()
        assert not path.exists()
    with pytest.raises(UnitUnreachableError, match="is it running"):
        ask(path, "begin")
