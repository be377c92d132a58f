"""The CSV, read back by another reader and as a spreadsheet would."""

import csv
import io
import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.export.document import total_sd
from monitor.export.session import Stances
from monitor.export.table import csv_lines, header, safe
from monitor.store import Reader
from monitor.vocabulary import VARIABLES, Measure, Stance
from tests.web.conftest import Demo
from tests.web.demo import make_stance

BEGAN = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
FORMULA = tuple("=+-@\t\r＝＋－＠")
SEPARATORS = ",", ";", "\t", "|"


def rows_of(text: str, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def with_reason(reason: str) -> Stance:
    stance = make_stance(0, random.Random(1))
    return replace(stance, measures={name: Measure.withheld(reason) for name in stance.measures}, reason=reason)


def test_the_header_names_every_column_once_with_its_unit() -> None:
    columns = header()
    assert len(columns) == len(set(columns)) == 10 + 3 * len(VARIABLES)
    for variable in VARIABLES:
        unit = {"°": "deg", "hip widths": "hip widths"}[variable.unit]
        stem = variable.name.removesuffix("_deg")
        assert {f"{stem} [{unit}]", f"{stem}_sd [{unit}]", f"{stem}_withheld"} <= set(columns)
    assert columns[:6] == ["session", "stance", "side", "contact [s]", "midstance [s]", "toe_off [s]"]


@pytest.mark.parametrize("kind", ["story", "recovered", "withheld", "single", "nobody"])
def test_every_stance_comes_back_as_it_is_stored(demo_store: Demo, reader: Reader, kind: str) -> None:
    session = reader.session(demo_store.ids[kind])
    assert session is not None
    text = "".join(csv_lines(session.started_at, Stances(reader, session)))
    assert text.count("\r\n") == text.count("\n") == session.stance_count + 1
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    stored = reader.stances(session.id)
    assert [int(row["stance"]) for row in found] == [row.seq for row in stored]
    for row, (stance) in zip(found, (s.stance for s in stored), strict=True):
        assert datetime.fromisoformat(row["session"]) == session.started_at.replace(microsecond=0)
        assert row["side"] == stance.side
        assert float(row["contact [s]"]) == pytest.approx(stance.contact_s - session.origin_s, abs=1e-4)
        assert row["hip_line_from"] == (stance.pelvic_source or "")
        for variable in VARIABLES:
            measure, stem = stance.measures[variable.name], variable.name.removesuffix("_deg")
            value, sd = (row[c] for c in row if c.startswith((f"{stem} [", f"{stem}_sd [")))
            if measure.value is None:
                assert (value, sd, row[f"{stem}_withheld"]) == ("", "", measure.reason)
            else:
                assert float(value) == pytest.approx(measure.value, abs=1e-4)
                assert float(sd) == pytest.approx(total_sd(measure), abs=1e-4)
                assert row[f"{stem}_withheld"] == ""


@given(st.text(min_size=1) | st.builds(str.__add__, st.sampled_from([*"=+-@;,\t\r\n\"'| ＝", ";=", "\n@"]), st.text()))
def test_no_text_becomes_a_formula_or_another_cell(reason: str) -> None:
    text = "".join(csv_lines(BEGAN, [with_reason(reason)]))
    columns, row = rows_of(text)
    assert len(columns) == len(row) == len(header())
    assert row[-1] == safe(reason)
    for separator in SEPARATORS:
        cells = [cell for line in rows_of(text, separator) for cell in line]
        assert [c for c in cells if c.lstrip().startswith(FORMULA) and not is_number(c)] == []


@given(st.text(alphabet=st.characters(min_codepoint=97, max_codepoint=122), min_size=1))
def test_plain_words_stay_what_they_are(reason: str) -> None:
    assert safe(reason) == reason


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd ' /C calc'!A0"),
        ("  @SUM(1)", "'@SUM(1)"),
        ("-5", "'-5"),
        ("a;=1", "a =1"),
        ("a\r\n=1", "a  =1"),
        ("the belt, hidden", "the belt, hidden"),
    ],
)
def test_what_a_spreadsheet_would_run_is_told_as_text(text: str, cell: str) -> None:
    assert safe(text) == cell


def test_the_belts_speed_stands_where_it_was_said() -> None:
    stances = [make_stance(i, random.Random(1)) for i in range(60)]
    lines = list(csv_lines(BEGAN, stances, [(5.0, 2.5), (10.0, 3.0)]))
    told = [row[-1] for row in rows_of("".join(lines))]
    assert told[0] == "belt_speed [m/s]"
    wanted = ["" if s.contact_s < 5.0 else "2.5" if s.contact_s < 10.0 else "3.0" for s in stances]
    assert told[1:] == wanted
