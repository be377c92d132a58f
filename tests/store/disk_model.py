"""A disk as it may be found after a power cut: what was synced, and any part of what was not.

Follows ext4 with ordered data where it promises something, and is harsher where it does not: of bytes that were not
synced, any of the 512-byte sectors may be missing, and read as before or, where the file has grown, as zeros; lengths
may be older; names are made, moved and removed in their order, up to any of them.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
Change = Callable[[bytearray, random.Random, float], None]


@dataclass(eq=False)
class File:
    """Bytes that are on the disk for certain, and changes that are on their way."""

    synced: bytearray = field(default_factory=bytearray)
    waiting: list[Change] = field(default_factory=list)

    def sync(self) -> None:
        """All changes have arrived."""
        self.synced = self.found(random.Random(0), 1.0)
        self.waiting = []

    def found(self, chance: random.Random, share: float) -> bytearray:
        """Return the bytes when each change has arrived with this probability."""
        content = bytearray(self.synced)
        for change in self.waiting:
            change(content, chance, share)
        return content


class Disk:
    """Files by their names, as the programs see them and as they are on the disk for certain."""

    def __init__(self) -> None:
        self.files: dict[Path, File] = {}
        self._synced: dict[Path, File] = {}
        self._waiting: list[tuple[File | None, Callable[[dict[Path, File]], object]]] = []

    def open(self, path: Path) -> None:
        """A file was opened, and made if there was none."""
        if path not in self.files:
            file = File()
            self._name(file, lambda names: names.update({path: file}))

    def write(self, path: Path, offset: int, data: bytes) -> None:
        """Bytes were written."""
        self.files[path].waiting.append(lambda *found: _write(*found, offset, data))

    def truncate(self, path: Path, length: int) -> None:
        """A length was set."""
        self.files[path].waiting.append(lambda *found: _truncate(*found, length))

    def rename(self, old: Path, new: Path) -> None:
        """A file got another name."""
        self._name(None, lambda names: names.update({new: names.pop(old)}))

    def unlink(self, path: Path) -> None:
        """A name was taken away."""
        self._name(None, lambda names: names.pop(path))

    def sync(self, path: Path) -> None:
        """A file or a folder was waited for; a new file's name comes with it, and all names before."""
        file = self.files.get(path)
        if file is not None:
            file.sync()
        made = [index for index, (of, _) in enumerate(self._waiting) if of is file]
        arrived = (made[-1] + 1 if made else 0) if file is not None else len(self._waiting)
        for _, change in self._waiting[:arrived]:
            change(self._synced)
        del self._waiting[:arrived]

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """Return what is found by the files' names when the power goes now."""
        names = dict(self._synced)
        for _, change in self._waiting[: chance.randint(0, len(self._waiting))]:
            change(names)
        share = chance.choice((0.0, 0.5, 0.9, 1.0))
        return {path.name: bytes(file.found(chance, share)) for path, file in names.items()}

    def _name(self, file: File | None, change: Callable[[dict[Path, File]], object]) -> None:
        change(self.files)
        self._waiting.append((file, change))


def _write(content: bytearray, chance: random.Random, share: float, offset: int, data: bytes) -> None:
    end = offset + len(data)
    at = offset
    while at < end:
        until = min(end, (at // SECTOR + 1) * SECTOR)
        if chance.random() < share:
            content.extend(bytes(max(0, until - len(content))))
            content[at:until] = data[at - offset : until - offset]
        at = until


def _truncate(content: bytearray, chance: random.Random, share: float, length: int) -> None:
    if chance.random() < share:
        del content[length:]
        content.extend(bytes(length - len(content)))
