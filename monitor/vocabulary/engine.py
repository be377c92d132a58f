"""How the engine does: the figures that the terminal, the benchmark and the unit's page show."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Median, 95th and 99th percentile of the newest of something."""

    median: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class EngineFigures:
    """The engine as it is now; what is not known yet, or not at all on this computer, is None."""

    model: str
    isolation: str
    """How the workers are kept off the network, or why they are not."""
    frames: int
    """Looked at."""
    dropped: int
    """Lost because the workers were busy, or left out by the camera."""
    fps: float | None
    """Frames looked at in a second, measured by their own times."""
    inference_s: Quantiles | None
    """One picture in a worker: pose and pelvic line, seconds."""
    age_s: Quantiles | None
    """From a frame's arrival to what is decided and lit because of it, seconds."""
    restarts: int
    """Workers replaced because they died, hung or grew beyond bounds."""
    last_failure: str | None
    worker_bytes: tuple[int, ...]
    """Memory that each worker shares with nobody."""
    clock_faults: Mapping[str, int] = field(default_factory=dict)
    """What was wrong with the camera's clock, and how often."""
    temperature_c: float | None = None
    throttled: str | None = None
    """In words, on a Raspberry Pi: what slows it down, now or since it started."""
    warning: str | None = None
    """What is not right though the unit goes on, in a sentence: the camera was moved since it was set up."""
