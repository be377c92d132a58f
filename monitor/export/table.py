"""Every stance as a row of a table: comma-separated values after RFC 4180, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from monitor.export.document import speed_at, total_sd
from monitor.vocabulary import VARIABLES, Stance

DIGITS = 4
FORMULA = frozenset("=+-@＝＋－＠")
"""With one of these a spreadsheet takes a text for a formula, and runs it (CWE-1236)."""
SEPARATORS = str.maketrans(dict.fromkeys((*map(chr, range(32)), "\x7f", "\x85", "\u2028", "\u2029", ";", "|"), " "))
"""What ends a cell or a row in one spreadsheet or another; a comma is guarded by quotes."""
Cell = str | int | float | bool | None


def csv_lines(
    started_at: datetime, stances: Iterable[Stance], belt_speeds: Sequence[tuple[float, float]] = ()
) -> Iterator[str]:
    """Yield the header, then a line for every stance, each with its CRLF.

    stances, belt_speeds: times from the session's start, which was at `started_at`; speeds in m/s.
    """
    yield _line(header())
    began = started_at.isoformat(timespec="seconds")
    for number, stance in enumerate(stances, start=1):
        yield _line([*_cells(began, number, stance), speed_at(belt_speeds, stance.contact_s)])


def header() -> list[str]:
    """The columns, with their units."""
    columns = ["session", "stance", "side", "contact [s]", "midstance [s]", "toe_off [s]"]
    for variable in VARIABLES:
        stem = variable.name.removesuffix("_deg")
        unit = "deg" if variable.unit == "°" else variable.unit
        columns += [f"{stem} [{unit}]", f"{stem}_sd [{unit}]", f"{stem}_withheld"]
    return [*columns, "hip_line_from", "valid", "reason", "belt_speed [m/s]"]


def safe(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula: such a one gets an apostrophe before it."""
    one_line = text.translate(SEPARATORS).strip()
    return f"'{one_line}" if one_line[:1] in FORMULA else one_line


def _cells(began: str, number: int, stance: Stance) -> Iterator[Cell]:
    yield from (began, number, stance.side.value)
    yield from (round(at_s, DIGITS) for at_s in (stance.contact_s, stance.midstance_s, stance.toe_off_s))
    for variable in VARIABLES:
        measure = stance.measures[variable.name]
        sd = total_sd(measure)
        yield None if measure.value is None else round(measure.value, DIGITS)
        yield None if sd is None else round(sd, DIGITS)
        yield measure.reason
    yield from (stance.pelvic_source and stance.pelvic_source.value, stance.valid, stance.reason)


def _line(cells: Iterable[Cell]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(safe(cell) if isinstance(cell, str) else cell for cell in cells)
    return written.getvalue()
