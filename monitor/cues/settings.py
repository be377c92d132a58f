"""What the live cue is set to. Every figure here is a default of this project, not a clinical cut-off."""

import math
from dataclasses import dataclass, field

from monitor.vocabulary import HIGHEST_TARGET_DEG, Side

DEFAULT_TARGET_DEG = 5.0
MOST_STANCES = 100


@dataclass(frozen=True, slots=True)
class Band:
    """The mean peak pelvic drop, in degrees, up to which each stance leg is left in peace."""

    left_deg: float = DEFAULT_TARGET_DEG
    right_deg: float = DEFAULT_TARGET_DEG

    def __post_init__(self) -> None:
        for side in Side:
            target_deg = self.target_deg(side)
            if not 0.0 < target_deg <= HIGHEST_TARGET_DEG:
                raise ValueError(
                    f"the {side} target must be above 0° and at most {HIGHEST_TARGET_DEG:g}°, not {target_deg:g}°"
                )

    def target_deg(self, side: Side) -> float:
        """The band's edge for a stance leg, in degrees."""
        return self.left_deg if side is Side.LEFT else self.right_deg


@dataclass(frozen=True, slots=True)
class CueSettings:
    """When the cue comes on, stays and goes. Raises ValueError for settings that contradict themselves."""

    band: Band = field(default_factory=Band)
    leg: Side | None = None
    """The one leg that is spoken of; None: whichever drops more."""
    hysteresis_deg: float = 0.5
    """A cue starts this far above the target and ends this far below it."""
    stances: int = 10
    """A leg's estimate is the mean over its last so many stances…"""
    least_stances: int = 5
    """…and does not exist below so many…"""
    window_s: float = 20.0
    """…none of them older than this…"""
    fresh_s: float = 4.0
    """…and the newest no older than this: whoever stops running is not cued. (`window_s / least_stances`: stances that
    come evenly but rarely do not switch the cue on and off.)"""
    start_sd_deg: float = 1.25
    """A claim begins with an estimate of at most this standard deviation…"""
    keep_sd_deg: float = 1.75
    """…and is held up to this one…"""
    sure_sds: float = 3.0
    """…or lies so many standard deviations from the target: what is read of a great drop is less exact and no less
    great."""
    cue_limit_s: float = 30.0
    """A runner is spoken to for at most this long within `cue_limit_s + silence_s`…"""
    silence_s: float = 30.0
    """…and then left alone for this long."""
    trunk_rise_deg: float = 3.0
    """A trunk lean that grew by more than this since before the cue is named instead."""
    lost_after_s: float = 0.4
    """Without a sight of the runner for this long, nothing is claimed; half a second at the most."""

    def __post_init__(self) -> None:
        lowest_target_deg = min(self.band.left_deg, self.band.right_deg)
        for holds, rule in (
            (0.0 <= self.hysteresis_deg < lowest_target_deg, "hysteresis_deg is at least 0 and below both targets"),
            (1 <= self.least_stances <= self.stances <= MOST_STANCES, f"1 ≤ least_stances ≤ stances ≤ {MOST_STANCES}"),
            (0.0 < self.fresh_s <= self.window_s < math.inf, "0 < fresh_s ≤ window_s"),
            (0.0 < self.start_sd_deg <= self.keep_sd_deg < math.inf, "0 < start_sd_deg ≤ keep_sd_deg"),
            (2.0 <= self.sure_sds < math.inf, "2 ≤ sure_sds"),
            (0.0 < self.cue_limit_s < math.inf, "cue_limit_s is above 0"),
            (0.0 <= self.silence_s < math.inf, "silence_s is at least 0"),
            (self.hysteresis_deg < self.trunk_rise_deg < math.inf, "trunk_rise_deg is above hysteresis_deg"),
            (0.0 < self.lost_after_s <= 0.5, "lost_after_s is above 0 and at most 0.5"),
        ):
            if not holds:
                raise ValueError(f"these cue settings cannot work: {rule}")
