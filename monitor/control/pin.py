"""The owner's PIN: who may change the unit and see every session from another computer."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

DIGITS = 8
"""With ten tries a minute, half of all PINs take nine and a half years."""
MODE = 0o600


@dataclass(frozen=True, slots=True)
class Owner:
    """What the owner knows, and what signs the cookie of who has said it."""

    pin: str
    secret: str

    @classmethod
    def new(cls) -> Self:
        """Another PIN, and with it another secret: whoever was let in is out."""
        return cls("".join(secrets.choice("0123456789") for _ in range(DIGITS)), secrets.token_hex(32))

    def knows(self, said: str) -> bool:
        """Whether this is the PIN; spaces are for the eye."""
        return secrets.compare_digest("".join(said.split()).encode(), self.pin.encode())

    @property
    def in_words(self) -> str:
        """The PIN as it is read out."""
        return f"{self.pin[:4]} {self.pin[4:]}"


def owner_of(folder: Path) -> Owner:
    """The owner of a unit whose secrets are in `folder`, made when there is none. Raises OSError."""
    path = file_in(folder)
    try:
        return Owner(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        pass
    except (ValueError, TypeError):  # a file that a power cut has emptied lets nobody in for ever
        pass
    return renew(folder)


def renew(folder: Path) -> Owner:
    """Give the unit another PIN. Raises OSError."""
    owner, path = Owner.new(), file_in(folder)
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(owner), file)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():  # it stays the web service's, whoever renews it
        os.chown(part, path.stat().st_uid, path.stat().st_gid)
    part.replace(path)
    return owner


def file_in(folder: Path) -> Path:
    """Where it is kept."""
    return folder / "owner.json"
