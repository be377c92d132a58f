"""What is kept: the database, the weights, the set-up."""

import hashlib
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from monitor.doctor.finding import Finding, broken, look, ok
from monitor.errors import MediusError
from monitor.pose.weights import KNOWN_SHA256, Model
from monitor.setup_file import kept
from monitor.store import NoStoreYetError, Reader, StoreError

CHECKED_WITHIN_S = 15.0
STEPS_BETWEEN_LOOKS = 100_000
BACKUP = "stop Medius, move the file aside (keep it, it may be repairable), and put a backup in its place"


@dataclass(frozen=True, slots=True)
class Stored:
    """What a look into the database has shown."""

    size_bytes: int
    error: str | None
    """Why it cannot be opened, in a sentence."""
    faults: Sequence[str] | None = None
    """What SQLite's quick_check complains of; None where it takes too long."""
    last: datetime | None = None
    """The beginning of the last session."""


def database(stored: Stored | None) -> Finding:
    """Whether it opens and is sound; None: there is none yet."""
    if stored is None:
        return ok("nothing has been recorded yet")
    size = f"{stored.size_bytes / 1e6:.1f} MB"
    if stored.error is not None:
        found, _, advice = stored.error.partition(": ")
        return broken(f"{size}, {found}", advice or BACKUP)
    if stored.faults:
        return broken(f"{size}, damaged ({stored.faults[0]})", BACKUP)
    sound = "sound" if stored.faults is not None else "opens; too large to be checked through in passing"
    last = "no session yet" if stored.last is None else f"last session {stored.last.astimezone():%Y-%m-%d %H:%M}"
    return ok(f"{size}, {sound}, {last}")


def read_database(path: Path) -> Stored | None:
    """Look into the database, without changing it."""
    try:
        size_bytes = path.stat().st_size
        with Reader.open(path) as reader:
            newest = reader.sessions(limit=1)
        return Stored(size_bytes, None, quick_check(path), newest[0].started_at if newest else None)
    except (FileNotFoundError, NoStoreYetError):
        return None
    except PermissionError:
        return Stored(0, f"{path} is not for you to read: ask again with sudo")
    except StoreError as error:
        return Stored(size_bytes, str(error))


def quick_check(path: Path, within_s: float = CHECKED_WITHIN_S) -> list[str] | None:
    """SQLite's complaints of a database; None when it takes longer than that. Raises sqlite3.OperationalError."""
    deadline_s = time.monotonic() + within_s
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > deadline_s, STEPS_BETWEEN_LOOKS)
        try:
            said = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                return None
            raise
        except sqlite3.DatabaseError as error:  # too damaged to be checked through
            return [str(error)]
    return [] if said == ["ok"] else said


def weights(wanted: Model, digests: dict[Model, str]) -> Finding:
    """Whether the pose network is here whole; `digests` are the SHA-256 of the files that are there."""
    fetch = "connect the internet and run: medius weights"
    known = {model for model, digest in digests.items() if digest in KNOWN_SHA256[model]}
    if wanted in known:
        return ok(f"{wanted}, verified")
    if wanted is Model.LITE and Model.FULL in known:
        return look("lite could not be had; full is used, which is slower", fetch)
    if wanted in digests:
        return broken(f"{wanted.file_name} is damaged", fetch)
    return broken(f"{wanted.file_name} is not here", fetch)


def read_weights(folder: Path) -> dict[Model, str]:
    """The SHA-256 of the networks that are kept."""
    digests = {}
    for model in Model:
        path = folder / model.file_name
        if path.exists():
            with path.open("rb") as file:
                digests[model] = hashlib.file_digest(file, "sha256").hexdigest()
    return digests


def set_up(state_dir: Path) -> Finding:
    """When somebody last told it where it stands, and what is known from that."""
    try:
        setup = kept(state_dir)
    except MediusError as error:
        return broken("the set-up cannot be read", str(error).partition(": ")[2])
    if setup is None:
        return look("not done: whoever is in view first is measured", "medius setup")
    found = f"{setup.date:%Y-%m-%d}, by {setup.camera}"
    if setup.treadmill is None:
        return look(f"{found}, with nobody on the treadmill", "medius setup, with somebody on it")
    return ok(f"{found}, treadmill found, roll {'not known' if setup.roll is None else 'known'}")
