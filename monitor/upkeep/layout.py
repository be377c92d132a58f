"""Where everything of an installed unit is."""

from dataclasses import dataclass
from pathlib import Path


class UpkeepError(Exception):
    """It could not be done, and nothing half-done is in use; the message says why and what to do."""


class ToldError(UpkeepError):
    """The same, and whoever waits for it has read why."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of a unit, below `root`: the computer's own, or a folder for a test."""

    root: Path = Path("/")

    @property
    def home(self) -> Path:
        """Everything that is the same on every unit of a version."""
        return self.root / "opt/medius"

    @property
    def versions(self) -> Path:
        """A folder for each version."""
        return self.home / "versions"

    @property
    def current(self) -> Path:
        """A link to the version that the services run."""
        return self.home / "current"

    @property
    def proven(self) -> Path:
        """A link to the version that last worked."""
        return self.home / "proven"

    @property
    def undone(self) -> Path:
        """The sentence that says why the last update was undone; not there after one that was not."""
        return self.home / "undone"

    @property
    def command(self) -> Path:
        """The command `medius` of whoever logs in."""
        return self.root / "usr/local/bin/medius"

    @property
    def settings(self) -> Path:
        """The unit's settings."""
        return self.root / "etc/medius/medius.toml"

    @property
    def units(self) -> Path:
        """Where systemd looks for units first."""
        return self.root / "etc/systemd/system"

    @property
    def firmware(self) -> Path:
        """What a Raspberry Pi's firmware reads at its start."""
        return self.root / "boot/firmware/config.txt"

    @property
    def state(self) -> Path:
        """Sessions and set-up."""
        return self.root / "var/lib/medius"

    @property
    def dashboard_state(self) -> Path:
        """What the dashboard alone knows: the owner's PIN."""
        return self.root / "var/lib/medius-web"

    @property
    def cache(self) -> Path:
        """What can be fetched again: the pose network's weights."""
        return self.root / "var/cache/medius"

    @property
    def database(self) -> Path:
        """The sessions."""
        return self.state / "medius.sqlite"

    def tree(self, name: str) -> Path:
        """The folder of a version."""
        return self.versions / name

    def name_of(self, link: Path) -> str | None:
        """The version that `current` or `proven` points to; None where there is no such link."""
        try:
            return link.readlink().name
        except OSError:
            return None
