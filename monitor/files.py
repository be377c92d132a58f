"""Files that are written whole or not at all."""

import os
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Put `content` into a file, whatever happens meanwhile; until then stands what stood there. Raises OSError."""
    part = part_of(path)
    try:
        with part.open("wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def part_of(path: Path) -> Path:
    """What is written first, beside it."""
    return path.with_name(f".{path.name}.part")
