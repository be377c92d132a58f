"""`medius export` and `medius delete`."""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from garmin_fit_sdk import Decoder, Stream
from jsonschema import Draft202012Validator

from monitor.control import Control, RefusedError
from monitor.store import Reader, Recorder
from tests.cli.command import medius
from tests.store.made import START, HandClock, make_stance


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEDIUS_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state" / "medius.sqlite"


@pytest.fixture
def ids(database: Path) -> list[str]:
    clock = HandClock()
    made = []
    with Recorder(database, clock) as recorder:
        for number in (1, 2, 3):
            made.append(recorder.open_session(START))
            for seq in range(number):
                recorder.stance(make_stance(seq + 1))
            recorder.close_session()
            clock.advance(3600.0)
    return made


def stored(database: Path) -> list[str]:
    with Reader.open(database) as reader:
        return [session.id for session in reader.sessions()][::-1]


def test_a_session_is_written_into_the_files_that_are_named(
    ids: list[str], tmp_path: Path, schema: Draft202012Validator
) -> None:
    table, document, activity = (tmp_path / name for name in ("s.csv", "s.json", "s.fit"))
    done = medius("export", ids[1], "--csv", table, "--json", document, "--fit", activity)
    assert (done.status, done.out, done.err) == (0, "", "")
    with table.open(newline="") as file:
        assert len(list(csv.reader(file))) == 1 + 2
    assert schema.is_valid(json.loads(document.read_text()))
    messages, errors = Decoder(Stream.from_byte_array(bytearray(activity.read_bytes()))).read()
    assert (errors, len(messages["session_mesgs"])) == ([], 1)
    assert medius("export", "last", "--csv", table).status == 0
    with table.open(newline="") as file:
        assert len(list(csv.reader(file))) == 1 + 3


def test_what_cannot_be_exported_is_a_sentence(ids: list[str], tmp_path: Path) -> None:
    assert medius("export", "nowhere", "--csv", tmp_path / "s").sentence.startswith("There is no session nowhere: ")
    assert "There is no folder" in medius("export", "last", "--csv", tmp_path / "no" / "s").sentence
    assert medius("export", ids[0]).status == 2
    assert not (tmp_path / "s").exists()


def test_a_session_is_deleted_where_no_unit_runs(database: Path, ids: list[str]) -> None:
    done = medius("delete", ids[0], "--yes")
    assert (done.status, done.out) == (0, "Deleted: the session of 2026-03-01 07:30.\n")
    assert stored(database) == ids[1:]
    assert medius("delete", "last", "--yes").status == 0
    assert stored(database) == ids[1:2]
    assert medius("delete", ids[0], "--yes").sentence.startswith("There is no session")
    assert medius("delete", "--everything", "--yes").out == "Deleted: 1 session(s).\n"
    assert stored(database) == []


def test_nothing_is_deleted_unasked_or_unnamed(database: Path, ids: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for said in ("n\n", "\n", ""):
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        assert medius("delete", ids[0]).status == 1
    for wrong in ((), (ids[0], "--everything")):
        assert medius("delete", *wrong, "--yes").status == 2
    assert stored(database) == ids


def test_while_another_records_without_a_socket_nothing_is_deleted(database: Path, ids: list[str]) -> None:
    with Recorder(database, HandClock()):
        assert "medius" in medius("delete", ids[0], "--yes").sentence
        assert stored(database) == ids


def test_a_unit_that_runs_is_asked(database: Path, ids: list[str], tmp_path: Path) -> None:
    asked: list[Mapping[str, Any]] = []

    class Unit:
        def do(self, command: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
            asked.append({"do": command, **arguments})
            if "everything" in arguments:
                raise RefusedError("A session is open.")
            return {}, b""

    with Control(tmp_path / "run" / "monitor.sock", Unit()):
        assert medius("delete", ids[0], "--yes").status == 0
        assert medius("delete", "--everything", "--yes").sentence == "A session is open."
    assert asked == [{"do": "delete", "session": ids[0]}, {"do": "delete", "everything": True}]
    assert stored(database) == ids
