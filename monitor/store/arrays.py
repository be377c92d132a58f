"""The stances of a session as arrays, for statistics and drawings: ten thousand in some milliseconds, not objects."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from monitor.store.packing import (
    EXACT,
    NUMBER_UNITS,
    TIME_UNITS,
    TYPES,
    Columns,
    least,
    names_of,
    read_head,
    times_of,
)
from monitor.store.schema import stances
from monitor.vocabulary import VARIABLES, Side

FloatArray = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]
Arrays = Mapping[str, npt.NDArray[Any]]
"""A table's columns: numbers with NaN, texts with None where there is none."""


@dataclass(frozen=True, slots=True)
class StanceColumns:
    """The n stances of a session in their order, all (n,); stance i has the number i + 1."""

    side: Texts
    contact_s: FloatArray
    midstance_s: FloatArray
    toe_off_s: FloatArray
    source: Texts
    """What measured the hip line, as `PelvicSource` names it."""
    value: Mapping[str, FloatArray]
    """By a variable's name; NaN = withheld."""
    sd: Mapping[str, FloatArray]
    shared_sd: Mapping[str, FloatArray]
    reason: Mapping[str, Texts]
    """Why a variable was withheld: the stance's own reason where it has one."""

    def __len__(self) -> int:
        return len(self.contact_s)

    def of(self, side: Side) -> npt.NDArray[np.bool_]:
        """Which of them are one side's."""
        mine: npt.NDArray[np.bool_] = self.side == side.value
        return mine

    def cut(self, start: int, stop: int) -> "StanceColumns":
        """Return some of them, which then have other numbers."""
        part = slice(start, stop)
        return StanceColumns(
            self.side[part],
            self.contact_s[part],
            self.midstance_s[part],
            self.toe_off_s[part],
            self.source[part],
            {name: numbers[part] for name, numbers in self.value.items()},
            {name: numbers[part] for name, numbers in self.sd.items()},
            {name: numbers[part] for name, numbers in self.shared_sd.items()},
            {name: texts[part] for name, texts in self.reason.items()},
        )


def stance_columns(parts: Sequence[Arrays]) -> StanceColumns:
    """Return the stances of parts that follow one another."""
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    names = [variable.name for variable in VARIABLES]
    of_stance = whole["reason"]
    has_none = of_stance == None  # noqa: E711 - asked of each
    return StanceColumns(
        whole["side"],
        whole["contact_s"],
        whole["midstance_s"],
        whole["toe_off_s"],
        whole["pelvic_source"],
        {name: whole[name] for name in names},
        {name: whole[f"{name}_sd"] for name in names},
        {name: whole[f"{name}_shared_sd"] for name in names},
        {name: np.where(has_none, whole[f"{name}_reason"], of_stance) for name in names},
    )


def arrays_of(columns: Columns) -> Arrays:
    """Return the columns of `stances` as arrays."""
    texts = names_of(stances, sa.Text)
    return {name: np.array(column, object if name in texts else float) for name, column in columns.items()}


def chunk_arrays(packed: bytes) -> Arrays:
    """Return the rows of a chunk of `stances`: what `unpack` of its block gives, as arrays."""
    block = zlib.decompress(packed)
    head = read_head(stances, block)
    texts = np.array([*head.texts, None], object)
    kinds = {kind: names_of(stances, kind) for kind in (sa.Text, sa.Double)}
    times = times_of(stances)
    exact = head.codes[times[0]] == EXACT
    arrays: dict[str, npt.NDArray[Any]] = {}
    at = head.end
    for name, code in head.codes.items():
        numbers, missing = _column(code, block, at, head.count)
        at += numbers.nbytes if code else 0
        if name in kinds[sa.Text]:
            arrays[name] = texts[np.where(missing, -1, numbers)]
        elif name in times or code == EXACT or name not in kinds[sa.Double]:
            arrays[name] = numbers
        else:
            arrays[name] = np.where(missing, np.nan, numbers / NUMBER_UNITS)
    if not exact:
        first, *others = times
        starts = np.cumsum(arrays[first], dtype=np.int64)
        arrays |= {name: (starts + arrays[name]) / TIME_UNITS for name in others} | {first: starts / TIME_UNITS}
    return arrays


def _column(code: int, block: bytes, at: int, count: int) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Return a column's numbers and which of them stand for none."""
    if code == 0:
        return np.zeros(count, np.int8), np.ones(count, np.bool_)
    kind = np.dtype(TYPES[code]).newbyteorder("<")
    planes = np.frombuffer(block, np.uint8, kind.itemsize * count, at).reshape(kind.itemsize, count)
    numbers = np.ascontiguousarray(planes.T).view(kind)[:, 0]
    return numbers, np.isnan(numbers) if code == EXACT else numbers == least(code)
