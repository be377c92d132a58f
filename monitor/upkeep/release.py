"""A version of Medius as it is handed over: a folder, or a .tar.gz of one."""

import hashlib
import shutil
import tarfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Self

from monitor.upkeep.layout import UpkeepError

SHIPPED = (
    "CHANGELOG.md",
    "LICENSE",
    "PRIVACY.md",
    "README.md",
    "install",
    "medius",
    "monitor",
    "pyproject.toml",
    "systemd",
    "web",
)
"""What a unit needs of the project; the rest (tests, training, drawings) stays where it is."""
DIGITS = 10


@dataclass(frozen=True, slots=True)
class Release:
    """A folder that holds a Medius."""

    folder: Path
    version: str
    """As pyproject.toml has it."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Look at a folder. Raises UpkeepError unless a Medius is in it."""
        missing = [name for name in SHIPPED if not (folder / name).exists()]
        if missing:
            raise UpkeepError(f"{folder} holds no Medius, for it has no {missing[0]}: give the folder of a release")
        try:
            project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
            name, version = project["name"], str(project["version"])
        except (OSError, KeyError, ValueError) as error:
            raise UpkeepError(
                f"{folder / 'pyproject.toml'} cannot be read ({error}): unpack the release again"
            ) from error
        if name != "medius" or not version.replace(".", "").isalnum():
            raise UpkeepError(f"{folder} holds no Medius but {name} {version}: give the folder of a release")
        return cls(folder, version)

    def name(self) -> str:
        """The version's number and a digest of all that is in it: two that differ have two names."""
        digest = hashlib.sha256()
        for path in self.files():
            content = path.read_bytes()
            digest.update(f"{path.relative_to(self.folder)}\0{_mode(path):o}\0{len(content)}\0".encode())
            digest.update(content)
        return f"{self.version}-{digest.hexdigest()[:DIGITS]}"

    def files(self) -> Iterator[Path]:
        """What is shipped, in the order of the paths; links are not."""
        for name in SHIPPED:
            path = self.folder / name
            inside = sorted(path.rglob("*")) if path.is_dir() else [path]
            yield from (
                file for file in inside if file.is_file() and not file.is_symlink() and "__pycache__" not in file.parts
            )

    def copy_to(self, folder: Path) -> None:
        """Copy what is shipped into a new folder, for everybody to read and its owner to write."""
        for path in self.files():
            target = folder / path.relative_to(self.folder)
            for parent in reversed(target.relative_to(folder).parents):
                (folder / parent).mkdir(parents=True, exist_ok=True)
                (folder / parent).chmod(0o755)  # whatever the umask
            shutil.copyfile(path, target)
            target.chmod(_mode(path))


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack a .tar.gz into a new folder and return where in it the release is. Raises UpkeepError."""
    folder.mkdir(parents=True)
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                path = PurePosixPath(member.name)
                content = tar.extractfile(member) if member.isfile() else None
                if content is None or path.is_absolute() or ".." in path.parts:
                    continue
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as file:
                    shutil.copyfileobj(content, file)
                target.chmod(0o755 if member.mode & 0o100 else 0o644)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise UpkeepError(f"{archive} cannot be unpacked ({error}): copy the release here again") from error
    places = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    return next((place for place in places if (place / "pyproject.toml").exists()), folder)


def _mode(path: Path) -> int:
    return 0o755 if path.stat().st_mode & 0o100 else 0o644
