"""All sessions in one file, for the owner to take away."""

import shutil
import tempfile
import threading
from datetime import date
from pathlib import Path
from typing import BinaryIO

from flask import Blueprint, Flask, current_app, send_file
from werkzeug.wrappers import Response

from monitor.store import StoreError, StoreUnreachableError, back_up, size_bytes
from monitor.store.database import sqlite_path
from web.config import Config
from web.errors import told
from web.heard import heard
from web.language import N_, _
from web.words import number

backup = Blueprint("backup", __name__)

FOLDER = ".copying"
"""Of this module alone, among what else is in the owner's folder."""
SPARE_BYTES = 200_000_000
"""What has to stay free for the unit, which records meanwhile [ours]."""
ON_A_SERVER = N_("these sessions are on a database server: back them up there")


def prepare_copies(app: Flask) -> None:
    """Have one copy made at a time."""
    app.extensions["medius.copying"] = threading.Lock()


@backup.post("/backup")
def download() -> Response | tuple[str, int]:
    """Give a checked copy; it is made on the disk, and gone from there when it was sent."""
    config: Config = current_app.config["MEDIUS"]
    copying: threading.Lock = current_app.extensions["medius.copying"]
    if not copying.acquire(blocking=False):
        return told(_("No copy was made"), _("another one is being made: wait until it is done")), 409
    try:
        copy = _copy(config)
    except StoreError as error:
        return told(_("No copy was made"), heard(str(error))), 503
    except OSError as error:
        return told(_("No copy was made"), _("the unit's disk does not take it (%(error)s)", error=error.strerror)), 503
    finally:
        copying.release()
    name = f"medius-{date.today():%Y-%m-%d}.sqlite"
    response = send_file(copy, "application/vnd.sqlite3", as_attachment=True, download_name=name)
    response.content_length = copy.seek(0, 2)
    copy.seek(0)
    return response


def _copy(config: Config) -> BinaryIO:
    """The copy, open, and without a name any more. Raises StoreError."""
    path = sqlite_path(config.database)
    if path is None:
        raise StoreError(_(ON_A_SERVER))
    with tempfile.TemporaryDirectory(dir=_place(config)) as folder:
        _require_room(path, Path(folder))
        target = Path(folder) / path.name
        back_up(path, target)
        return target.open("rb")


def _place(config: Config) -> Path | None:
    """Where a copy is made, without what is left of one when the dashboard was killed; None: where any program may."""
    if config.owner_dir is None:
        return None
    place = Path(config.owner_dir) / FOLDER
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    return place


def _require_room(path: Path, folder: Path) -> None:
    needed = size_bytes(path) + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StoreUnreachableError(
            _(
                "a copy needs %(needed)s MB of room on the unit for a while, and %(free)s MB are free",
                needed=number(needed / 1e6),
                free=number(free / 1e6),
            )
        )
