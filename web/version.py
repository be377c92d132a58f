"""Which version runs, and how the last update ended."""

import importlib.metadata
from dataclasses import dataclass
from pathlib import Path

from web.language import _

MOST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Version:
    """As the owner is told."""

    number: str
    installed: str
    """The installed version's own name; empty where Medius was not installed as a unit."""
    update: str
    """How the last update ended, where that is known."""


def version(home: str) -> Version:
    """Look it up in the folder of an installed unit.

    There `current` is a link to the version that runs and `proven` one to the last that is trusted; `undone` says why
    an update was taken back, until one succeeds.
    """
    folder = Path(home)
    current, proven = _target(folder / "current"), _target(folder / "proven")
    return Version(importlib.metadata.version("medius"), current, _update(folder, current, proven))


def _update(folder: Path, current: str, proven: str) -> str:
    if current != proven:
        return _("%(new)s is on trial: if it does not work, %(old)s runs again.", new=current, old=proven)
    try:
        return (folder / "undone").read_text(encoding="utf-8", errors="replace")[:MOST_WORDS].strip()
    except OSError:
        return ""


def _target(link: Path) -> str:
    try:
        return link.readlink().name
    except OSError:
        return ""
