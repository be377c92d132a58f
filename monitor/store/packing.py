"""Rows of an event table as a few dozen bytes each: columns of whole numbers, texts once.

```
block  = count of rows u16 | length of the new texts u32 | four bits for each column's type | columns | new texts (JSON)
column = its numbers in the smallest type that holds them: all their lowest bytes, then all their next ones…
```

A number is rounded to 0.001 and a time to 0.0001 s [ours]: a stance's own error is several hundred times as large, that
of its times a hundred times. What cannot be rounded so (beyond 2^52 such units; times that would meet) is kept exactly.
Times are kept as steps from row to row, and from the first time of a row to its others. A text is kept as its place in
a list that the writer and the reader of several blocks carry along.
"""

import itertools
import json
import math
import struct
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

Columns = dict[str, list[Any]]
"""A table's columns by name, all of one length."""

MOST_ROWS = 2**16 - 1
NUMBER_UNITS = 1000.0
"""Units in 1 of whatever the number is in."""
TIME_UNITS = 10_000.0
"""Units in a second."""
HIGHEST_UNITS = 2**52

_HEAD = struct.Struct("<HI")
EXACT = 5
TYPES = ("", "b", "h", "i", "q", "d")
"""`array`'s name of a type by its code. The least whole number, or NaN, says that there is no value; a column of code 0
has none at all."""


@cache
def packed_names(table: sa.Table) -> tuple[str, ...]:
    """Return the columns of a block: those of an event table that are not its key."""
    return tuple(column.name for column in table.columns if column.name not in ("session_id", "seq"))


def columns_of(table: sa.Table, rows: Sequence[Mapping[Any, Any]]) -> Columns:
    """Return rows as columns."""
    return {name: [row[name] for row in rows] for name in packed_names(table)}


def count_of(columns: Columns) -> int:
    """Return how many rows there are."""
    return len(next(iter(columns.values())))


def cut(columns: Columns, start: int, stop: int | None = None) -> Columns:
    """Return some of the rows."""
    return {name: values[start:stop] for name, values in columns.items()}


def joined(table: sa.Table, parts: Sequence[Columns]) -> Columns:
    """Return all the rows of all the parts."""
    return {name: list(itertools.chain.from_iterable(part[name] for part in parts)) for name in packed_names(table)}


def pack(table: sa.Table, columns: Columns, known: Sequence[str] = ()) -> tuple[bytes, list[str]]:
    """Return a block of at most `MOST_ROWS` rows, and the texts in it that were not known."""
    texts, times = names_of(table, sa.Text), times_of(table)
    places = {text: place for place, text in enumerate(known)}
    numbers: Columns = {}
    for name, given in columns.items():
        if name in texts:
            numbers[name] = [None if text is None else places.setdefault(text, len(places)) for text in given]
        else:
            numbers[name] = _scaled(given, NUMBER_UNITS) if name in names_of(table, sa.Double) else given
    numbers |= _steps({name: columns[name] for name in times})
    packed = [_pack_column(column) for column in numbers.values()]
    new = list(places)[len(known) :]
    said = json.dumps(new, ensure_ascii=False, separators=(",", ":")).encode() if new else b""
    head = _HEAD.pack(count_of(columns), len(said)) + _nibbles([code for code, _ in packed])
    return head + b"".join(data for _, data in packed) + said, new


def unpack(table: sa.Table, block: bytes, texts: list[str]) -> Columns:
    """Undo `pack`; `texts` grows by the new ones."""
    doubles = names_of(table, sa.Double)
    head = read_head(table, block)
    texts += head.texts
    at = head.end
    columns: Columns = {}
    for name, code in head.codes.items():
        numbers, at = _unpack_column(code, block, at, head.count)
        if name in names_of(table, sa.Text):
            columns[name] = [None if place is None else texts[place] for place in numbers]
        elif name in names_of(table, sa.Boolean):
            columns[name] = [bool(number) for number in numbers]
        elif name in doubles and name not in times_of(table) and code != EXACT:
            columns[name] = [None if number is None else number / NUMBER_UNITS for number in numbers]
        else:
            columns[name] = numbers
    exact = head.codes[times_of(table)[0]] == EXACT
    return columns if exact else columns | _from_steps({name: columns[name] for name in times_of(table)})


@dataclass(frozen=True, slots=True)
class Head:
    """What a block says of itself."""

    count: int
    codes: Mapping[str, int]
    """Each column's type, in their order."""
    end: int
    """Where the columns begin."""
    texts: list[str]
    """The new ones."""


def read_head(table: sa.Table, block: bytes) -> Head:
    """Return how a block is to be read."""
    names = packed_names(table)
    count, said = _HEAD.unpack_from(block)
    end = _HEAD.size + (len(names) + 1) // 2
    codes = [code for pair in block[_HEAD.size : end] for code in (pair & 15, pair >> 4)][: len(names)]
    return Head(count, dict(zip(names, codes, strict=True)), end, json.loads(block[-said:]) if said else [])


@cache
def names_of(table: sa.Table, kind: type[Any]) -> frozenset[str]:
    """Return the names of a table's columns of a kind."""
    return frozenset(column.name for column in table.columns if isinstance(column.type, kind))


@cache
def times_of(table: sa.Table) -> tuple[str, ...]:
    """Return the times of an event, the first one first; every event has one."""
    return tuple(name for name in packed_names(table) if name.endswith("_s"))


def _scaled(numbers: Sequence[float | None], units: float) -> list[Any]:
    """Return numbers as whole numbers of units, or as they are where one is too large for it."""
    if any(number is not None and not abs(number * units) < HIGHEST_UNITS for number in numbers):
        return list(numbers)
    return [None if number is None else round(number * units) for number in numbers]


def _steps(times: Columns) -> Columns:
    scaled = [_scaled(column, TIME_UNITS) for column in times.values()]
    for row in zip(*scaled, strict=True):
        if any(isinstance(time, float) for time in row) or any(a >= b for a, b in itertools.pairwise(row)):
            return times
    first = scaled[0]
    steps = [[b - a for a, b in itertools.pairwise([0, *first])]]
    steps += [[b - a for a, b in zip(first, column, strict=True)] for column in scaled[1:]]
    return dict(zip(times, steps, strict=True))


def _from_steps(steps: Columns) -> Columns:
    first, *others = steps.values()
    starts = list(itertools.accumulate(first))
    scaled = [starts, *([start + step for start, step in zip(starts, other, strict=True)] for other in others)]
    return {name: [time / TIME_UNITS for time in column] for name, column in zip(steps, scaled, strict=True)}


def _nibbles(codes: Iterable[int]) -> bytes:
    pairs = list(codes)
    return bytes(low | high << 4 for low, high in itertools.zip_longest(pairs[::2], pairs[1::2], fillvalue=0))


def _pack_column(column: Sequence[Any]) -> tuple[int, bytes]:
    present = [number for number in column if number is not None]
    if not present:
        return 0, b""
    code = EXACT if any(isinstance(number, float) for number in present) else _narrowest(present)
    empty = math.nan if code == EXACT else least(code)
    numbers = array(TYPES[code], (empty if number is None else number for number in column))
    data, size = numbers.tobytes(), numbers.itemsize
    return code, b"".join(data[place::size] for place in range(size))


def _unpack_column(code: int, block: bytes, at: int, count: int) -> tuple[list[Any], int]:
    """Return a column's numbers and where the next one begins."""
    if code == 0:
        return [None] * count, at
    numbers = array(TYPES[code])
    size = numbers.itemsize
    data = bytearray(count * size)
    for place in range(size):
        data[place::size] = block[at + place * count : at + (place + 1) * count]
    numbers.frombytes(data)
    if code == EXACT:
        found = [None if math.isnan(number) else number for number in numbers]
    else:
        empty = least(code)
        found = [None if number == empty else number for number in numbers]
    return found, at + count * size


def _narrowest(numbers: Sequence[int]) -> int:
    return next(code for code in range(1, EXACT) if max(map(abs, numbers)) < -least(code))


def least(code: int) -> int:
    """Return the number that stands for none in a column of a type of whole numbers."""
    return -(1 << 8 * array(TYPES[code]).itemsize - 1)
