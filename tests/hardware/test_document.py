"""What is generated is what is committed."""

import re
import sys

import pytest
from click.testing import CliRunner

import hardware
from hardware import document, tables
from hardware.__main__ import main


def test_every_generated_file_is_up_to_date() -> None:
    stale = [path.name for path, text in document.generated().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run: python -m hardware"


def test_a_second_run_changes_nothing() -> None:
    done = CliRunner().invoke(main, [])
    assert (done.exit_code, done.output) == (0, "everything was up to date\n")


def test_where_schemdraw_is_missing_what_brings_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "schemdraw", None)
    for name in ("document", "diagram"):
        monkeypatch.delitem(sys.modules, f"hardware.{name}")
        monkeypatch.delattr(hardware, name)
    done = CliRunner().invoke(main, [])
    assert (done.exit_code, done.output) == (
        1,
        "Error: The diagrams need schemdraw: MEDIUS_SETUP=test ./medius brings it.\n",
    )


def test_a_table_that_is_out_of_date_is_made_anew() -> None:
    text = document.README.read_text(encoding="utf-8")
    assert document.with_tables(text.replace("| 22 | 15 |", "| 22 | 17 |")) == text


def test_a_mark_that_is_missing_is_named() -> None:
    text = document.README.read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="the marks of the table pins"):
        document.with_tables(text.replace("<!-- end of pins -->", ""))


def test_everything_the_readme_points_to_is_there() -> None:
    text = document.README.read_text(encoding="utf-8")
    linked = re.findall(r"\]\(([^)#]+)\)", text)
    assert {"wiring-full.svg", "parts.toml", "print/unit.png"} <= set(linked)
    assert [link for link in linked if not (document.FOLDER / link).exists()] == []
    assert set(re.findall(r"<!-- (\w+): ", text)) == set(tables.SECTIONS)
