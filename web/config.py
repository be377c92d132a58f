"""What the dashboard is told at its start."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Config:
    """Where the sessions are and who may ask for them."""

    database: str
    """Path or SQLAlchemy address of the store."""
    owner_dir: str | None = None
    """Where the owner's PIN is kept; None asks nobody for it, which is for a dashboard of this computer alone."""
    control: str | None = None
    """The running unit's socket; None: it is not commanded from here."""
    allowed_hosts: tuple[str, ...] = ()
    """Names the pages answer to besides localhost, `*.local` and IP addresses; `*.name` is every name under it."""
    home: str = "/opt/medius"
    """Where Medius is installed as a unit, if it is."""
    poll_s: float = 0.1
    """How often a live page looks into the store."""
    beat_s: float = 2.0
    """How often a live page without news is told that the line is still open."""
    stream_s: float = 300.0
    """A live stream ends after this long and the browser opens the next one, so none outlives its reader for long."""
    max_streams: int = 56
    """Live pages open at once; each one holds a server thread."""
