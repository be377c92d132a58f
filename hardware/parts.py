"""The bill of materials: parts.toml, read, counted and summed."""

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from hardware import circuit, currents
from monitor.cues.pins import Pins

PARTS = Path(__file__).with_name("parts.toml")
BUILDS = {"full": circuit.FULL, "simple": circuit.SIMPLE}
COMPUTERS = "5", "4"
SCREWS = "4 × M2 × 6 (camera), 12 × M2.5 × 6, 4 × M3 × 12 with nuts, 8 × M3 × 10, 1 × M5 × 30 with nut"


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the bill. An unknown or missing name in the file is a TypeError."""

    name: str
    instead: str
    price_usd: float
    price_from: str
    count: int = 1
    number: str | None = None
    seen: bool = False
    builds: list[str] = field(default_factory=lambda: list(BUILDS))
    computers: list[str] = field(default_factory=lambda: list(COMPUTERS))
    choice: str | None = None

    def __post_init__(self) -> None:
        if not (set(self.builds) <= set(BUILDS) and set(self.computers) <= set(COMPUTERS)):
            raise ValueError(f"{self.name}: there are the builds {', '.join(BUILDS)} and the computers 5 and 4")
        if self.price_from not in ("list", "memory") or self.price_usd <= 0.0 or self.count < 1:
            raise ValueError(
                f"{self.name}: a price is above 0 and comes from a list or from memory, a count is 1 or more"
            )
        if self.seen and self.number is None:
            raise ValueError(f"{self.name}: only a number can have been seen")


def read(path: Path = PARTS) -> tuple[date, list[Part]]:
    """The date of the prices, and the parts, with resistors and screws counted."""
    given: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    words = {"resistors": resistors(circuit.FULL), "screws": SCREWS}
    return given["prices_of"], [Part(**{**part, "name": part["name"].format(**words)}) for part in given["part"]]


def resistors(pins: Pins) -> str:
    """Those beside the resistor network, as `2 × 100 Ω, …`."""
    lamps = [*pins.outputs, "status"]  # which is there twice
    counted = Counter(currents.series_ohm(currents.LEDS[name]) for name in lamps if name in currents.LEDS)
    counted[round(currents.BUTTON_SERIES_OHM)] += 1
    return ", ".join(f"{count} × {ohm} Ω" for ohm, count in sorted(counted.items()))


def total_usd(parts: list[Part], build: str, computer: str) -> float:
    """What a build costs with the first of every choice."""
    chosen: dict[str, Part] = {}
    for part in parts:
        if build in part.builds and computer in part.computers:
            chosen.setdefault(part.choice or part.name, part)
    return sum(part.count * part.price_usd for part in chosen.values())
