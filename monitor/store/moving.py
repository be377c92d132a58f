"""Moving what is pending into the tables of an SQLite database: what happened in a session in chunks."""

import zlib
from collections.abc import Mapping, Sequence
from itertools import groupby

import sqlalchemy as sa

from monitor.store.codec import Values
from monitor.store.packing import Columns, columns_of, count_of, cut, pack, unpack
from monitor.store.pending import Block, Pending
from monitor.store.schema import EVENTS, chunks, journal, sessions, stances
from monitor.store.writer import UNIT, Insert, Row, insert_rows, update_rows

CHUNK_ROWS = 1000
"""At most, so that a page of stances is found without unpacking many more [ours]."""


def stored_token(connection: sa.Connection) -> int:
    """Return the token under which the journal counts."""
    token: int = connection.execute(sa.select(journal.c.token)).scalar_one()
    return token


def move(
    connection: sa.Connection,
    pending: Pending,
    token: int,
    inserts: Sequence[Insert] = (),
    updates: Mapping[Row, Values] | None = None,
) -> None:
    """Write what is pending and a batch after it, and the new token that makes the journal void."""
    insert_rows(connection, [insert for insert in inserts if insert[0] not in EVENTS])
    update_rows(connection, {UNIT: pending.unit})
    blocks = _by_session(inserts)
    if pending.session_id is not None:
        blocks[pending.session_id] = [*pending.blocks, *blocks.get(pending.session_id, [])]
        _store_progress(connection, pending.session_id, pending.progress)
    for session_id, of_session in blocks.items():
        for table in EVENTS:
            _store_events(connection, Pending(session_id, tuple(of_session)), table)
    update_rows(connection, updates or {})
    connection.execute(journal.update().values(token=token))


def unpack_chunk(table: sa.Table, packed: bytes) -> Columns:
    """Return the rows of a chunk."""
    return unpack(table, zlib.decompress(packed), [])


def _by_session(inserts: Sequence[Insert]) -> dict[str, list[Block]]:
    """Return what happened in each session; the rows of a table follow one another."""
    events = [(values["session_id"], table, values) for table, values in inserts if table in EVENTS]
    blocks: dict[str, list[Block]] = {}
    for (session_id, table), group in groupby(events, key=lambda event: event[:2]):
        rows = [values for *_, values in group]
        blocks.setdefault(session_id, []).append(Block(table, rows[0]["seq"], columns_of(table, rows)))
    return blocks


def _store_progress(connection: sa.Connection, session_id: str, progress: Values) -> None:
    if progress:
        row = sessions.update().where(sessions.c.id == session_id, sessions.c.ended_at.is_(None))
        connection.execute(row.values(progress))


def _store_events(connection: sa.Connection, events: Pending, table: sa.Table) -> None:
    """Store the rows that are not there yet: a commit may have reached the disk though it failed."""
    if not events.last_seq(table) or not _is_there(connection, events.session_id):
        return
    first_seq, columns = events.after(table, _last_stored(connection, events.session_id, table))
    for start in range(0, count_of(columns), CHUNK_ROWS):
        part = cut(columns, start, start + CHUNK_ROWS)
        block, _ = pack(table, part)
        last_seq = first_seq + start + count_of(part) - 1
        chunk = {"session_id": events.session_id, "of": table.name, "seq": last_seq}
        connection.execute(chunks.insert(), chunk | {"packed": zlib.compress(block, 9)})
    if table is stances and count_of(columns):
        row = sessions.update().where(sessions.c.id == events.session_id)
        connection.execute(row.values(stance_count=first_seq + count_of(columns) - 1))


def _is_there(connection: sa.Connection, session_id: str | None) -> bool:
    return connection.scalar(sa.select(sessions.c.id).where(sessions.c.id == session_id)) is not None


def _last_stored(connection: sa.Connection, session_id: str | None, table: sa.Table) -> int:
    """Return the number of a session's last row of a table; one of an older medius has them in the table itself."""
    in_chunks = sa.select(sa.func.max(chunks.c.seq)).where(chunks.c.session_id == session_id, chunks.c.of == table.name)
    in_table = sa.select(sa.func.max(table.c.seq)).where(table.c.session_id == session_id)
    return max(connection.scalar(query) or 0 for query in (in_chunks, in_table))
