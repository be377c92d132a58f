"""Bringing the database to the schema of this program."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from monitor.store.errors import NewerStoreError, OlderStoreError, StoreDamagedError, StoreUnreachableError, nothing_yet
from monitor.store.schema import REVISIONS

if TYPE_CHECKING:
    from alembic.config import Config


def upgrade(engine: sa.Engine, path: Path | None, place: str) -> None:
    """Migrate the database to the newest schema, all or nothing.

    An SQLite file at `path` that already holds something is copied first, to `PATH.before-REVISION`.
    Raises `NewerStoreError` when a newer medius has written it.
    """
    with engine.connect() as connection:
        found = _revision(connection, place)
        if found is None and path is not None and sa.inspect(connection).get_table_names():
            raise StoreDamagedError(f"{place} is the database of another program: give medius a file of its own")
    if found == head():
        return
    if path is not None and found is not None:
        back_up(path, path.with_name(f"{path.name}.before-{head()}"))
    _migrate(engine)


def require_current(connection: sa.Connection, place: str) -> None:
    """Raise the `StoreError` that says so unless the database has the schema of this program."""
    found = _revision(connection, place)
    if found is None:
        raise nothing_yet(place)
    if found != head():
        raise OlderStoreError(f"{place} was written by an older medius: start medius run once to bring it up to date")


def back_up(source: Path, target: Path) -> None:
    """Copy a database that may be in use; `target` appears whole or not at all. Raises `StoreUnreachableError`."""
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(partial)) as copy:
            original.backup(copy)
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnreachableError(
            f"{source} could not be copied to {target} ({error}): make room there; nothing was changed"
        ) from error


def head() -> str:
    """Return the revision of this program's schema."""
    return REVISIONS[-1]


def _revision(connection: sa.Connection, place: str) -> str | None:
    """Return the revision of the database, None when it has no tables yet."""
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


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "monitor.store:migrations")
    return config
