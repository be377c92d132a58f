"""What has been recorded and is not in the database's tables yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from monitor.store.codec import Values
from monitor.store.packing import Columns, count_of, cut, joined
from monitor.store.schema import stances


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one table that follow one another."""

    table: sa.Table
    first_seq: int
    columns: Columns

    @property
    def last_seq(self) -> int:
        """The number of the last row."""
        return self.first_seq + count_of(self.columns) - 1


@dataclass(frozen=True, slots=True)
class Pending:
    """The rows of one session in their order, and the latest words of the unit and of the session's progress."""

    session_id: str | None = None
    blocks: tuple[Block, ...] = ()
    unit: Values = field(default_factory=dict)
    progress: Values = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.blocks or self.unit or self.progress)

    def last_seq(self, table: sa.Table) -> int:
        """Return the number of the last row of a table, 0 when there is none."""
        return max((block.last_seq for block in self.blocks if block.table is table), default=0)

    def after(self, table: sa.Table, seq: int) -> tuple[int, Columns]:
        """Return the rows of a table above `seq`, and the number of the first."""
        first_seq = seq + 1
        parts: list[Columns] = []
        for block in self.blocks:
            if block.table is table and block.last_seq > seq:
                first_seq = first_seq if parts else max(first_seq, block.first_seq)
                parts.append(cut(block.columns, max(0, seq + 1 - block.first_seq)))
                seq = block.last_seq
        return first_seq, joined(table, parts)

    def with_live(self, live: "Pending") -> "Pending":
        """Return this with what was said without being asked to last; it is the newest."""
        session_id = self.session_id or live.session_id
        return replace(self, session_id=session_id, unit=self.unit | live.unit, progress=live.progress)

    def over_unit(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the unit's row as it is by now."""
        return {**row, **self.unit}

    def over_sessions(self, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return rows of sessions as they are by now."""
        return [self._over(row) if row["id"] == self.session_id and row["ended_at"] is None else row for row in rows]

    def _over(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        count = max(row["stance_count"], self.last_seq(stances))
        return {**row, **self.progress, "stance_count": count}
