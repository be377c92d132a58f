"""Where what was measured is written: whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import MediusError
from monitor.files import part_of, write_whole


def check_writable(path: Path, recording: Path) -> None:
    """Say before the work that its result could not be written, or would replace the recording. Raises MediusError."""
    with _explained(path, "--json"):
        if path.exists() and recording.exists() and path.samefile(recording):
            raise MediusError(f"{path} is the recording itself: choose another name with --json.")
        if path.is_file() or path.is_dir():  # opening a pipe would take it from its reader
            os.close(os.open(path, os.O_WRONLY))
        if _is_file(path):
            part = part_of(path.resolve())
            part.touch()
            part.unlink()


def write_result(content: str | bytes, path: Path, option: str) -> None:
    """Write a file, which `option` of the command line named, whole or not at all.

    Raises:
        MediusError: the file cannot be written; what stood there before still stands.
    """
    with _explained(path, option):
        if _is_file(path):
            write_whole(path.resolve(), content)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())


def _is_file(path: Path) -> bool:
    """Whether it is or would become a file, and not a pipe or a terminal, where there is nothing to replace."""
    return path.is_file() or not path.exists()


@contextmanager
def _explained(path: Path, option: str) -> Iterator[None]:
    another = f"choose another place with {option}"
    try:
        yield
    except FileNotFoundError as error:
        raise MediusError(f"There is no folder {path.parent}: make it, or {another}.") from error
    except OSError as error:
        raise MediusError(f"{path} cannot be written ({error.strerror}): {another}.") from error
