"""A file for whoever helps: what the doctor says, the services' log, settings, and how much is stored.

No pictures exist, and nothing that was measured is in it. What could name somebody is hidden: this computer's name and
addresses, the people who log in, the names of recordings.
"""

import contextlib
import io
import ipaddress
import json
import pwd
import re
import socket
import sqlite3
import tarfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from monitor.doctor.commands import output
from monitor.doctor.page import Report, json_text
from monitor.settings import Settings
from monitor.store import Reader, StoreError

UNITS = ("medius-monitor", "medius-web", "medius-update", "medius-update-guard")
LINES = 2000
JOURNAL_S = 30.0
NO_LOG = "There is no log, or it is not for you to read: sudo medius support-bundle.\n"
KNOWN_CAMERA = re.compile(r"pi(:\d+)?|usb:\d+|demo|the bundled clip")
TELLING = re.compile(r"password|passphrase|secret|token|key|name|mail", re.IGNORECASE)
PEOPLE = range(1000, 60000)
"""Debian's numbers for those who log in."""
ALL = 1_000_000
SHORTEST_NAME = 3
"""Nobody is hidden by taking out `pi` wherever it stands."""
_NUMBERS = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w)"  # a port may follow
    r"|(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:])",
    re.IGNORECASE,
)
_MAC = re.compile(r"\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b", re.IGNORECASE)


class Hider:
    """Takes names and addresses out of text.

    :param words: what is hidden, each with what stands for it.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = {word.lower(): stand_in for word, stand_in in words.items()}
        longest_first = sorted(filter(None, words), key=len, reverse=True)
        joined = "|".join(map(re.escape, longest_first))
        self._pattern = re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE) if joined else None

    def hide(self, text: str) -> str:
        """The text without them."""
        if self._pattern is not None:
            text = self._pattern.sub(lambda match: self._words[match[0].lower()], text)
        return _NUMBERS.sub(_hidden_address, _MAC.sub("ADDRESS", text))


def words_to_hide(host: str, people: Iterable[pwd.struct_passwd], sources: Iterable[str]) -> dict[str, str]:
    """What names this computer, those who log in, and recordings."""
    words = {name: "PERSON" for person in people if person.pw_uid in PEOPLE for name in _names(person)}
    words |= {name: "RECORDING" for source in sources if not KNOWN_CAMERA.fullmatch(source) for name in _parts(source)}
    return words | {host: "HOST"}


def contents(report: Report, settings: Settings) -> dict[str, str]:
    """The files of the bundle, by their names."""
    database = stored(settings.database)
    sources = {settings.camera, *sources_in(settings.database)}
    hider = Hider(words_to_hide(socket.gethostname(), pwd.getpwall(), sources))
    files = {
        "doctor.json": json_text(report),
        "settings.json": _json(telling_nothing(settings.model_dump(mode="json"))),
        "database.json": _json(database),
        **{f"{unit}.log": journal(unit) for unit in UNITS},
    }
    return {name: hider.hide(text) for name, text in files.items()}


def telling_nothing(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings without those that are secret or name somebody."""
    return {name: "HIDDEN" if TELLING.search(name) else value for name, value in values.items()}


def journal(unit: str) -> str:
    """The last lines of a service's log."""
    options = ("--no-hostname", "--output=short-iso", f"--lines={LINES}", "--quiet")
    return output("journalctl", f"--unit={unit}.service", *options, patience_s=JOURNAL_S) or NO_LOG


def stored(database: Path) -> dict[str, Any]:
    """How much of what is in the database, and none of it."""
    if not database.exists():
        return {"there": False}
    try:
        with closing(_open(database)) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            counts = {table: _one(connection, f'SELECT count(*) FROM "{table}"') for table in sorted(tables)}
            schema = _one(connection, "SELECT version_num FROM alembic_version")
    except sqlite3.Error as error:
        return {"there": True, "bytes": database.stat().st_size, "error": str(error)}
    return {"there": True, "bytes": database.stat().st_size, "schema": schema, "rows": counts}


def sources_in(database: Path) -> set[str]:
    """What sessions were recorded from, the open one too; a recording's name may be a runner's."""
    try:
        with Reader.open(database) as reader:
            return {session.source for session in reader.sessions(limit=ALL)}
    except StoreError:  # of another version, or damaged: then what can be read
        with contextlib.suppress(sqlite3.Error), closing(_open(database)) as connection:
            return {str(row[0]) for row in connection.execute("SELECT DISTINCT source FROM sessions")}
    return set()


def write(path: Path, files: Mapping[str, str], date: datetime) -> None:
    """Pack the files, for its owner alone to read. Raises OSError; a file that is there already is not written over."""
    with path.open("xb") as target:
        path.chmod(0o600)
        with tarfile.open(fileobj=target, mode="w:gz") as tar:
            for name, text in files.items():
                content = text.encode()
                member = tarfile.TarInfo(f"{path.name.removesuffix('.tar.gz')}/{name}")
                member.size, member.mtime = len(content), int(date.timestamp())
                tar.addfile(member, io.BytesIO(content))


def _hidden_address(match: re.Match[str]) -> str:
    try:
        address = ipaddress.ip_address(match[0])
    except ValueError:
        return match[0]
    return match[0] if address.is_loopback or address.is_unspecified else "ADDRESS"


def _names(person: pwd.struct_passwd) -> list[str]:
    full_name = person.pw_gecos.partition(",")[0]
    return [name for name in (person.pw_name, full_name, *full_name.split()) if len(name) >= SHORTEST_NAME]


def _parts(source: str) -> tuple[str, str, str]:
    return source, Path(source).name, Path(source).stem


def _open(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)


def _one(connection: sqlite3.Connection, query: str) -> Any:
    return connection.execute(query).fetchone()[0]


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
