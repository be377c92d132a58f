"""When a runner is to be cued in a session, and about what."""

import math
from dataclasses import dataclass
from itertools import chain, pairwise

from monitor.vocabulary.side import Side

LEAST_SPM, MOST_SPM = 140.0, 220.0
"""Steps a minute that a metronome can click."""
HIGHEST_TARGET_DEG = 30.0


@dataclass(frozen=True, slots=True)
class CuePlan:
    """One session's cue. Times are seconds of running, breaks left out."""

    run_s: float
    """So long the runner is to run."""
    windows: tuple[tuple[float, float], ...]
    """From when until when the cue is available; none in a silent run."""
    side: Side
    """The leg that the cue is about."""
    target_deg: float
    """Up to this pelvis drop the leg is left in peace."""
    metronome_spm: float | None = None
    """Clicks in place of the lamp: steps a minute."""
    behind_s: float = 0.0
    """What of it was run before a session that was cut off."""

    def __post_init__(self) -> None:
        edges = [0.0, *chain.from_iterable(self.windows), self.run_s]
        if not all(map(math.isfinite, edges)) or any(early > late for early, late in pairwise(edges)):
            raise ValueError("a plan's windows follow one another within the time that is run")
        if not (0.0 < self.target_deg <= HIGHEST_TARGET_DEG and 0.0 <= self.behind_s <= self.run_s):
            raise ValueError("a plan has a target, and no more of it is behind the runner than there is")
        if self.metronome_spm is not None and not LEAST_SPM <= self.metronome_spm <= MOST_SPM:
            raise ValueError(f"a metronome clicks {LEAST_SPM:g} to {MOST_SPM:g} times a minute")
