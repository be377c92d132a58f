"""What the store gives and takes: frozen values, times aware and in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.vocabulary import Cue, EngineFigures, LampState, Stance, Summary, View


@dataclass(frozen=True, slots=True)
class SessionStart:
    """What is known of a session when it begins."""

    source: str
    """What the frames come from, in the user's words: a camera's name or a file's."""
    view: View
    model: str
    roll_deg: float
    origin_s: float = 0.0
    """What the camera's clock said when the session began."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the hip line is counted from."""

    time_s: float
    """On the camera's clock."""
    method: str
    """How it was found: "standing", and what read the hip line."""
    roll_deg: float
    """Image angle of the line that counts as level, + = its picture-right end higher."""
    roll_sd_deg: float | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as far as it has been stored."""

    id: str
    """Time-ordered: a later session has a greater id."""
    started_at: datetime
    ended_at: datetime | None
    """None while the session is open."""
    clock_synchronised: bool | None
    """Whether `started_at` can be believed; None = not known."""
    source: str
    view: View
    model: str
    roll_deg: float
    frames_seen: int
    frames_dropped: int
    fps_measured: float | None
    cadence_spm: float | None
    withheld: Mapping[str, int] = field(default_factory=dict)
    """How often each reason withheld something."""
    stance_count: int = 0
    ended_how: str | None = None
    """"finished", "fault" when the unit could not go on, "recovered" after a crash, None while open."""
    summary: Summary | None = None
    origin_s: float = 0.0
    """What the camera's clock said at `started_at`."""
    elapsed_s: float = 0.0
    """How long it had lasted when last heard of, by a clock that never jumps."""

    def when(self, time_s: float) -> datetime:
        """Return the wall time of a moment on the camera's clock."""
        return self.started_at + timedelta(seconds=time_s - self.origin_s)


@dataclass(frozen=True, slots=True)
class RunnerRow:
    """Somebody who has sessions of their own."""

    id: str
    nickname: str
    """Empty when none was given."""


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """What a runner is known by."""

    id: str
    digest: str
    """Of the secret that the phone keeps."""
    runner: RunnerRow


@dataclass(frozen=True, slots=True)
class LinkRow:
    """What a link opens for the phone that opens it first: a session, or all that a runner has."""

    digest: str
    session_id: str | None
    runner_id: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What the unit does, as far as it has said."""

    started_at: datetime
    state: LampState
    reason: str
    since: datetime
    """When it began to say so."""
    updated_at: datetime
    """When it was last heard of. While it runs, every few seconds: what is older may be true no longer."""
    engine: EngineFigures | None = None
    """None before the first frame."""


@dataclass(frozen=True, slots=True)
class StanceRow:
    """A stance and its place in the session, counted from 1."""

    seq: int
    stance: Stance


@dataclass(frozen=True, slots=True)
class CueRow:
    """A cue and its place in the session, counted from 1."""

    seq: int
    cue: Cue
