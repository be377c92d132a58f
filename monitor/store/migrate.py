"""Bringing the database to the schema of this program."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from monitor.store.copying import copy_whole
from monitor.store.errors import NewerStoreError, OlderStoreError, StoreDamagedError, nothing_yet
from monitor.store.schema import REVISIONS

if TYPE_CHECKING:
    from alembic.config import Config


def upgrade(engine: sa.Engine, path: Path | None, place: str) -> None:
    """Migrate the database to the newest schema, all or nothing.

    An SQLite file at `path` that already holds something is copied first, to `PATH.before-REVISION`.
    Raises `NewerStoreError` when a newer medius has written it.
    """
    with engine.connect() as connection:
        found = revision_of(connection, place)
        if found is None and path is not None and sa.inspect(connection).get_table_names():
            raise StoreDamagedError(f"{place} is the database of another program: give medius a file of its own")
    if found == head():
        return
    if path is not None and found is not None:
        copy_whole(path, path.with_name(f"{path.name}.before-{head()}"))
    _migrate(engine)
    if path is not None:
        _let_shrink(path)


def require_current(connection: sa.Connection, place: str) -> None:
    """Raise the `StoreError` that says so unless the database has the schema of this program."""
    found = revision_of(connection, place)
    if found is None:
        raise nothing_yet(place)
    if found != head():
        raise OlderStoreError(f"{place} was written by an older medius: start medius run once to bring it up to date")


def copies_beside(path: Path) -> list[Path]:
    """Return the former databases beside one, with all that belongs to them, in the order of their names.

    `.before-…` is from a migration, a restore or an update, `.of-VERSION` from an update that was undone.
    """
    beginnings = (f"{path.name}.before-", f"{path.name}.of-")
    return sorted(found for found in path.parent.iterdir() if found.name.startswith(beginnings))


def head() -> str:
    """Return the revision of this program's schema."""
    return REVISIONS[-1]


def revision_of(connection: sa.Connection, place: str) -> str | None:
    """Return the revision of the database, None when it has no tables of ours. Raises `NewerStoreError`."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if found is not None and found not in REVISIONS:
        raise NewerStoreError(f"{place} was written by a newer medius (schema {found}): update this medius")
    return found


def _migrate(engine: sa.Engine) -> None:
    """Run the migrations. Alembic is imported here alone: a store that is up to date need not pay for it."""
    from alembic import command

    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, head())


def _let_shrink(path: Path) -> None:
    """Let a file give its free pages back, which one made before revision 0003 cannot: it is written anew once."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        if connection.execute("PRAGMA auto_vacuum").fetchone() == (0,):
            with suppress(sqlite3.OperationalError):  # without room for it, it stays as it is
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
                connection.execute("VACUUM")


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "monitor.store:migrations")
    return config
