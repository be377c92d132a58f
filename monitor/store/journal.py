"""A file beside the database that takes a row in some sixty bytes, where SQLite would write pages of it.

It is written from its beginning, over what was there, whenever its content has been moved into the database: blocks
that are there already cost the disk less than new ones. What was there is told apart by the token (see
`monitor.store.frames`), which the database keeps and which changes with the transaction that moves the content. So
either the rows are in the tables and the journal is another's, or the other way round, and nothing in between.

```
frame 1     the session's id, or nothing
frame 2…    kind u8 | first number u32 | rows of a table, packed          or          kind u8 | JSON of the unit's row
```
"""

import json
import os
import struct
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import groupby
from pathlib import Path

import sqlalchemy as sa

from monitor.store.codec import Values
from monitor.store.copying import sync
from monitor.store.errors import explain_os
from monitor.store.frames import frame, unframe_all
from monitor.store.packing import columns_of, pack, unpack
from monitor.store.pending import Block, Pending
from monitor.store.schema import EVENTS, unit

Insert = tuple[sa.Table, Values]

TABLES = dict(enumerate(EVENTS, 1))
UNIT_KIND = 255

_ROWS = struct.Struct("<BI")


class Journal:
    """The writer's end. Not safe between threads."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = journal_path(database)
        self._descriptor: int | None = None
        self._texts: list[str] = []
        self.length = 0
        """Bytes of it that count."""

    def append(self, token: int, session_id: str | None, inserts: Sequence[Insert], unit_values: Values) -> None:
        """Add rows of the session and columns of the unit's row; they are on the disk when this returns.

        Whoever is told that it failed moves what is there into the database before adding more: a part of it may have
        been written, and read. Raises `StoreUnreachableError`.
        """
        texts = list(self._texts)
        payloads = [] if self.length else [(session_id or "").encode()]
        for table, group in groupby(inserts, key=lambda insert: insert[0]):
            rows = [values for _, values in group]
            block, new = pack(table, columns_of(table, rows), texts)
            texts += new
            payloads.append(_ROWS.pack(_kind(table), rows[0]["seq"]) + block)
        if unit_values:
            payloads.append(bytes([UNIT_KIND]) + _to_json(unit_values))
        data = b"".join(frame(payload, token) for payload in payloads)
        try:
            self._write(data)
        except OSError as error:
            self.close()
            raise explain_os(error, self._database) from error
        self._texts = texts
        self.length += len(data)

    def restart(self) -> None:
        """Begin anew: what it holds is in the database."""
        self.length = 0
        self._texts = []

    def erase(self) -> None:
        """Take the file away, whose content counts no more; where that cannot be done it stays."""
        self.restart()
        self.close()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file; may be called twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write(self, data: bytes) -> None:
        descriptor = self._opened()
        at, left = self.length, memoryview(data)
        while left:
            written = os.pwrite(descriptor, left, at)
            at, left = at + written, left[written:]
        os.fdatasync(descriptor)

    def _opened(self) -> int:
        """Return the file that can be found at the path; one that was taken away is made anew if nothing was in it."""
        if self._descriptor is not None and not _is_at(self._descriptor, self._path):
            self.close()
        if self._descriptor is None:
            flags = os.O_RDWR | os.O_CLOEXEC
            try:
                self._descriptor = os.open(self._path, flags)
            except FileNotFoundError:
                if self.length:
                    raise
                self._descriptor = os.open(self._path, flags | os.O_CREAT, 0o644)
                sync(self._path.parent)  # or a power cut would take the name
        return self._descriptor


class JournalView:
    """A reader's end; it reads what has come since the last time. Safe between threads."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = journal_path(database)
        self._lock = threading.Lock()
        self._token: int | None = None
        self._forget(None)

    def look(self, token: int) -> Pending:
        """Return what the journal holds under a token.

        Whoever looks while the content is moved may see a part of it: ask the database afterwards whether its token is
        still the same, and if it is not, ask both again. Raises `StoreUnreachableError`.
        """
        with self._lock:
            if token != self._token:
                self._forget(token)
            try:
                with self._path.open("rb", buffering=0) as file:
                    file.seek(self._length)
                    data = file.read()
            except FileNotFoundError:
                return self._pending
            except OSError as error:
                raise explain_os(error, self._database) from error
            self._take(data, token)
            return self._pending

    @property
    def length(self) -> int:
        """Bytes that were read and counted."""
        return self._length

    def _forget(self, token: int | None) -> None:
        self._token = token
        self._length = 0
        self._texts: list[str] = []
        self._pending = Pending()

    def _take(self, data: bytes, token: int) -> None:
        payloads, length = unframe_all(data, 0, token)
        if not payloads:
            return
        session_id, blocks, said = self._pending.session_id, list(self._pending.blocks), dict(self._pending.unit)
        if not self._length:
            session_id = payloads.pop(0).decode() or None
        for payload in payloads:
            if payload[0] == UNIT_KIND:
                said |= _from_json(payload[1:])
            else:
                kind, first_seq = _ROWS.unpack_from(payload)
                table = TABLES[kind]
                blocks.append(Block(table, first_seq, unpack(table, payload[_ROWS.size :], self._texts)))
        self._length += length
        self._pending = Pending(session_id, tuple(blocks), said)


def journal_path(database: Path) -> Path:
    """Return where the journal of a database is."""
    return database.with_name(f"{database.name}.journal")


def _kind(table: sa.Table) -> int:
    return next(kind for kind, known in TABLES.items() if known is table)


def _to_json(values: Values) -> bytes:
    plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def _from_json(data: bytes) -> Values:
    values: Values = json.loads(data)
    return {
        name: datetime.fromisoformat(value) if isinstance(unit.c[name].type, sa.DateTime) else value
        for name, value in values.items()
    }


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
