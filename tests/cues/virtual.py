"""Lamps on simulated pins with a clock that the test moves."""

import math
from itertools import pairwise

import pytest
from gpiozero.pins import mock

from monitor.cues.board import simulated_factory
from monitor.cues.lamps import Lamps, LampsState
from monitor.cues.pins import Pins

NAMES = ("left_amber", "left_blue", "right_amber", "right_blue", "status", "buzzer")


class VirtualLamps:
    """Lamps whose pins record when they changed; `told` is what an observer was told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, pins: Pins | None = None, **more) -> None:
        self.now_s = 0.0
        monkeypatch.setattr(mock, "monotonic", lambda: self.now_s)
        factory = simulated_factory()
        wired = Pins() if pins is None else pins
        self.pins = {name: factory.pin(pin) for name in NAMES if (pin := getattr(wired, name)) is not None}
        for pin in self.pins.values():
            pin.clear_states()
        self.told: list[tuple[float, LampsState]] = []
        self.lamps = Lamps(
            wired,
            factory,
            on_change=lambda state: self.told.append((round(self.now_s, 2), state)),
            clock=self._clock,
            background=False,
            **more,
        )

    def _clock(self) -> float:
        """Never the same time twice, as a real clock."""
        self.now_s += 1e-6
        return self.now_s

    def play(self, until_s: float) -> None:
        """Let the clock run, refreshing the lamps when they are due."""
        while True:
            due_s = self.lamps.refresh()
            if self.now_s + due_s > until_s:
                self.now_s = until_s
                return
            self.now_s += due_s

    def recorded(self, name: str) -> list[tuple[float, bool]]:
        """When a pin changed (to 0.01 s), and to what, since before the lamps were opened."""
        at_s, changes = 0.0, []
        for since_s, value in self.pins[name].states:
            at_s += since_s
            changes.append((round(at_s, 2), bool(value)))
        return changes

    def lit_now(self) -> list[str]:
        return [name for name, pin in self.pins.items() if pin.state]

    def shortest_onset_gap_s(self, name: str) -> float:
        onsets = [at_s for at_s, value in self.recorded(name) if value]
        return min((late - early for early, late in pairwise(onsets)), default=math.inf)
