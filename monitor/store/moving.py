"""Moving what is pending into the tables of an SQLite database: stances in chunks, the rest as rows."""

import zlib
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from monitor.store.codec import Values
from monitor.store.packing import Columns, columns_of, count_of, cut, pack, rows_of, unpack
from monitor.store.pending import Block, Pending
from monitor.store.schema import chunks, journal, sessions, stances
from monitor.store.writer import UNIT, Insert, Row, insert_rows, update_rows

CHUNK_ROWS = 4000
"""At most, so that a page of stances is found without unpacking an hour of them [ours]."""


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
    """Write what is pending and a batch, and the new token that makes the journal void."""
    insert_rows(connection, [insert for insert in inserts if insert[0] is sessions])
    blocks: dict[str | None, list[Block]] = {
        pending.session_id: [block for block in pending.blocks if block.table is stances]
    }
    for owner, rows in _by_session([values for table, values in inserts if table is stances]).items():
        blocks.setdefault(owner, []).append(Block(stances, rows[0]["seq"], columns_of(stances, rows)))
    for session_id, of_session in blocks.items():
        _store_stances(connection, session_id, of_session)
    _store_others(connection, pending)
    insert_rows(connection, [insert for insert in inserts if insert[0] not in (sessions, stances)])
    update_rows(connection, updates or {})
    connection.execute(journal.update().values(token=token))


def unpack_chunk(packed: bytes) -> Columns:
    """Return the stances of a chunk."""
    return unpack(stances, zlib.decompress(packed), [])


def _store_others(connection: sa.Connection, pending: Pending) -> None:
    """Store what is pending besides stances."""
    update_rows(connection, {UNIT: pending.unit})
    if _stance_count(connection, pending.session_id) is None:
        return
    for block in pending.blocks:
        if block.table is not stances:
            numbered = enumerate(rows_of(block.columns), block.first_seq)
            rows = [{"session_id": pending.session_id, "seq": seq} | row for seq, row in numbered]
            insert_rows(connection, [(block.table, row) for row in rows])
    if pending.progress:
        still_open = sessions.update().where(sessions.c.id == pending.session_id, sessions.c.ended_at.is_(None))
        connection.execute(still_open.values(pending.progress))


def _store_stances(connection: sa.Connection, session_id: str | None, blocks: Sequence[Block]) -> None:
    """Store what is not there yet: a commit may have reached the disk though it failed."""
    count = _stance_count(connection, session_id)
    if not blocks or count is None:
        return
    first_seq, columns = Pending(session_id, tuple(blocks)).after(stances, count)
    total = count_of(columns)
    for start in range(0, total, CHUNK_ROWS):
        part = cut(columns, start, start + CHUNK_ROWS)
        block, _ = pack(stances, part)
        last_seq = first_seq + start + count_of(part) - 1
        values = {"session_id": session_id, "seq": last_seq, "packed": zlib.compress(block, 9)}
        connection.execute(chunks.insert(), values)
    if total:
        row = sessions.update().where(sessions.c.id == session_id)
        connection.execute(row.values(stance_count=first_seq + total - 1))


def _stance_count(connection: sa.Connection, session_id: str | None) -> int | None:
    """Return the number of the last stance in the tables, or None when there is no such session (any more)."""
    count: int | None = connection.scalar(sa.select(sessions.c.stance_count).where(sessions.c.id == session_id))
    return count


def _by_session(rows: Sequence[Values]) -> dict[str, list[Values]]:
    by_session: dict[str, list[Values]] = {}
    for row in rows:
        by_session.setdefault(row["session_id"], []).append(row)
    return by_session
