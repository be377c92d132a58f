"""What waits in memory to be written."""

from collections import deque
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa

from monitor.store.codec import Values
from monitor.store.writer import Insert, Row

BATCH_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction is to write."""

    inserts: list[Insert]
    updates: dict[Row, Values]
    last: bool
    """Nothing more waited when it was taken."""


class Backlog:
    """Rows in their order, and the latest values of those that change. Not safe between threads."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._inserts: deque[Insert] = deque()
        self._updates: dict[Row, Values] = {}

    @property
    def full(self) -> bool:
        """Whether the next row would be refused."""
        return len(self._inserts) >= self._capacity

    def insert(self, table: sa.Table, values: Values, *, always: bool = False) -> bool:
        """Add a row and return True, or return False when the backlog is full and the row may be refused."""
        if self.full and not always:
            return False
        self._inserts.append((table, values))
        return True

    def update(self, row: Row, values: Values) -> None:
        """Set columns of a row; what waits for the same columns is replaced."""
        self._updates.setdefault(row, {}).update(values)

    def take(self) -> Batch:
        """Return the next batch; its rows stay here until they are `settled`.

        Updates wait for the last rows, so that a session is never seen closed before all of it is there.
        """
        inserts = list(islice(self._inserts, BATCH_ROWS))
        if len(inserts) < len(self._inserts):
            return Batch(inserts, {}, last=False)
        updates, self._updates = self._updates, {}
        return Batch(inserts, updates, last=True)

    def settled(self, batch: Batch) -> None:
        """Forget what has been written."""
        for _ in batch.inserts:
            self._inserts.popleft()

    def failed(self, batch: Batch) -> None:
        """Keep what could not be written; newer values of the same columns win."""
        for row, values in batch.updates.items():
            self._updates[row] = values | self._updates.get(row, {})
