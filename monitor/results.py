"""Where the JSON of a recording is written: whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import MediusError
from monitor.export.document import Result, json_text
from monitor.files import part_of, write_whole


def check_writable(path: Path, recording: Path) -> None:
    """Say before the work that its result could not be written, or would replace the recording. Raises MediusError."""
    with _explained(path):
        if path.exists() and recording.exists() and path.samefile(recording):
            raise MediusError(f"{path} is the recording itself: choose another name with --json.")
        if path.is_file() or path.is_dir():  # opening a pipe would take it from its reader
            os.close(os.open(path, os.O_WRONLY))
        if _is_file(path):
            part = part_of(path.resolve())
            part.touch()
            part.unlink()


def write_json(result: Result, path: Path) -> None:
    """Write the document whole or not at all.

    Raises:
        MediusError: the file cannot be written; what stood there before still stands.
    """
    with _explained(path):
        if _is_file(path):
            write_whole(path.resolve(), json_text(result))
        else:
            path.write_text(json_text(result), encoding="utf-8")


def _is_file(path: Path) -> bool:
    """Whether it is or would become a file, and not a pipe or a terminal, where there is nothing to replace."""
    return path.is_file() or not path.exists()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise MediusError(f"There is no folder {path.parent}: make it, or choose another place with --json.") from error
    except OSError as error:
        raise MediusError(f"{path} cannot be written ({error.strerror}): choose another place with --json.") from error
