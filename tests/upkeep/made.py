"""A unit in a folder: real files, links and databases; services that are but names."""

import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.upkeep import database
from monitor.upkeep.layout import Layout, UpkeepError
from monitor.upkeep.release import SHIPPED, Release
from monitor.upkeep.update import first_version, stage

FOLDERS = ("monitor", "systemd", "web")
UNITS = {
    "medius.target": "[Install]\nWantedBy=multi-user.target\n",
    "medius-monitor.service": "[Install]\nWantedBy=medius.target\n",
    "medius-update-guard.service": "[Install]\nWantedBy=multi-user.target\n",
}


def make_release(folder: Path, version: str, *, schema: int = 1, healthy: bool = True, unit: str = "") -> Release:
    """A release whose monitor knows a schema, works or does not, and may have a unit of its own."""
    for name in SHIPPED:
        (folder / name).mkdir(parents=True) if name in FOLDERS else None
    for name in SHIPPED:
        if name not in FOLDERS:
            (folder / name).write_text(name)
    (folder / "pyproject.toml").write_text(f'[project]\nname = "medius"\nversion = "{version}"\n')
    (folder / "medius").chmod(0o700)
    (folder / "web" / "page").touch()
    (folder / "monitor" / "schema").write_text(str(schema))
    if not healthy:
        (folder / "monitor" / "sick").touch()
    for name, text in UNITS.items():
        (folder / "systemd" / name).write_text(f"# {version}\n{text}")
    if unit:
        (folder / "systemd" / unit).write_text("[Install]\nWantedBy=medius.target\n")
    return Release.read(folder)


class System:
    """The computer from power-on on. Its service opens the database as the monitor does, and may migrate it."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.running: str | None = None

    def make_ready(self, tree: Path) -> None:
        (tree / ".venv").mkdir()

    def stop(self) -> None:
        self.running = None

    def start(self) -> None:
        """What systemd runs is what its unit says, and that what is linked."""
        unit = self.layout.root / str((self.layout.units / "medius-monitor.service").readlink()).lstrip("/")
        tree = unit.parents[1].resolve()
        schema = int((tree / "monitor" / "schema").read_text())
        with closing(sqlite3.connect(self.layout.database)) as connection, connection:
            connection.execute("PRAGMA journal_mode = WAL")
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            if found > schema:
                raise UpkeepError("the database was written by a newer medius")
            if found < schema:
                connection.execute(f"CREATE TABLE IF NOT EXISTS of_{schema} (id TEXT)")
                connection.execute("CREATE TABLE IF NOT EXISTS sessions (id TEXT)")
                connection.execute(f"PRAGMA user_version = {schema}")
            connection.execute("INSERT INTO sessions VALUES (?)", (tree.name,))
        self.running = tree.name

    def wait_until_healthy(self) -> None:
        if (self.layout.current / "monitor" / "sick").exists():
            raise UpkeepError("it never gets ready")

    def copy_sessions(self) -> None:
        database.copy(self.layout.database, database.copy_of(self.layout.database))

    def restore_sessions(self, name: str) -> None:
        database.restore(self.layout.database, name)

    def forget_sessions(self) -> None:
        database.forget(self.layout.database)


def silent(_text: str) -> None:
    """Nobody waits."""


def installed(root: Path, release: Release) -> Layout:
    """A unit on which a release is in use."""
    layout = Layout(root)
    for folder in (layout.versions, layout.units, layout.state):
        folder.mkdir(parents=True)
    system = System(layout)
    first_version(layout, system, stage(layout, release, system, silent))
    return layout


def sessions(path: Path) -> list[str]:
    """Which version recorded each session."""
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM sessions ORDER BY rowid")]
