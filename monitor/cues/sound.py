"""What the buzzer is for, and when it sounds: pure, told the time."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from monitor.vocabulary import LEAST_SPM, MOST_SPM, LampState

BEEP_S = 0.15
CLICK_S = 0.03


class BuzzerUse(StrEnum):
    """What the buzzer is for."""

    OFF = "off"
    CUE = "cue"
    """One beep where a side is newly outside."""
    METRONOME = "metronome"
    """A click for every step while the unit measures."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What the buzzer is set to. Raises ValueError for a metronome without a rate in steps a minute."""

    use: BuzzerUse = BuzzerUse.CUE
    metronome_spm: float | None = None

    def __post_init__(self) -> None:
        spm = self.metronome_spm
        if (self.use is BuzzerUse.METRONOME or spm is not None) and not (spm and LEAST_SPM <= spm <= MOST_SPM):
            raise ValueError(f"a metronome needs steps a minute, {LEAST_SPM:g} to {MOST_SPM:g}, and not {spm}")


class Buzzing:
    """When the buzzer sounds.

    The metronome's beats are whole multiples of its period from one moment on: they do not drift, and come again in
    time after a pause. Nothing sounds while it is muted or while the unit has a fault.
    """

    def __init__(self, sound: Sound, origin_s: float) -> None:
        self._origin_s = origin_s
        self._cue_until_s = self._answer_until_s = -math.inf
        self._played: tuple[float, tuple[float, ...]] = -math.inf, ()
        """Since when, and the ends of what is on, off, on… in seconds after that."""
        self.sound = sound
        self.muted = False

    def cue(self, now_s: float) -> None:
        """A side is newly outside."""
        if self.sound.use is BuzzerUse.CUE:
            self._cue_until_s = now_s + BEEP_S

    def answer(self, now_s: float) -> None:
        """Somebody is to hear that the button was heard."""
        if self.sound.use is not BuzzerUse.OFF:
            self._answer_until_s = now_s + BEEP_S

    def play(self, now_s: float, pattern: tuple[float, ...]) -> None:
        """Sound a pattern, seconds on, off, on…, in place of one that still sounds."""
        if self.sound.use is not BuzzerUse.OFF:
            self._played = now_s, tuple(accumulate(pattern))

    def phase(self, now_s: float, means: LampState, cued: bool) -> tuple[bool, float]:
        """Whether it sounds while the unit is so and cues or does not, and for how many seconds that stays so."""
        if self.muted or means is LampState.FAULT:
            return False, math.inf
        until_s = max(self._answer_until_s, self._cue_until_s if cued else -math.inf)
        if now_s < until_s:
            return True, until_s - now_s
        since_s, ends_s = self._played
        if means is LampState.CHECKING and ends_s and now_s - since_s < ends_s[-1]:
            part = bisect_right(ends_s, now_s - since_s)
            return part % 2 == 0, ends_s[part] - (now_s - since_s)
        if self.sound.metronome_spm is None or self.sound.use is not BuzzerUse.METRONOME:
            return False, math.inf
        if means is not LampState.MEASURING:
            return False, math.inf
        period_s = 60.0 / self.sound.metronome_spm
        into_s = (now_s - self._origin_s) % period_s
        return (True, CLICK_S - into_s) if into_s < CLICK_S else (False, period_s - into_s)
