"""Which wire goes from which pin of the Raspberry Pi to which part: `Pins`, carried on to the driver and the cable.

Between the computer and the cue bar lies one cable with nine wires (a serial extension cable, DE-9, pin to pin). Each
part keeps its driver channel and its wire in both builds, so that the simple one can grow into the full one.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

from gpiozero.pins.mock import MockFactory

from monitor.cues.pins import Pins

FULL = Pins()
SIMPLE = Pins(left_blue=None, right_blue=None)
"""One colour: amber outside the band, dark inside."""
POWER_WIRE, GROUND_WIRE = 1, 2
"""Of the cable."""
POWER_PIN, GROUND_PIN = 2, 6
"""Of the header: 5 V and ground."""
COMMON_PIN, DRIVER_GROUND_PIN = 10, 9
"""Of the driver: the cathodes of its clamp diodes, and ground."""
CHANNELS: Mapping[str, int] = MappingProxyType(
    {"left_amber": 1, "left_blue": 2, "right_amber": 3, "right_blue": 4, "status": 5, "buzzer": 6}
)
"""The driver's channel, which is also the number of its input pin."""
WIRES: Mapping[str, int] = MappingProxyType(
    {"left_amber": 3, "left_blue": 4, "right_amber": 5, "right_blue": 6, "status": 7, "buzzer": 8, "button": 9}
)
"""The cable's wire."""
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "left_amber": "left lamp, amber",
        "left_blue": "left lamp, blue",
        "right_amber": "right lamp, amber",
        "right_blue": "right lamp, blue",
        "status": "status lamp",
        "buzzer": "buzzer",
        "button": "button",
    }
)
HEADER = MockFactory().board_info.headers["J8"].pins
"""The forty pins as gpiozero knows them."""


@dataclass(frozen=True, slots=True)
class Line:
    """The way of one signal."""

    setting: str
    """Its name in the settings table `pins`."""
    bcm: int
    header_pin: int

    @property
    def part(self) -> str:
        """What it goes to, in words."""
        return NAMES[self.setting]

    @property
    def channel(self) -> int | None:
        """The driver's, whose input is the pin of the same number; None for the button, which needs none."""
        return CHANNELS.get(self.setting)

    @property
    def output_pin(self) -> int | None:
        """The driver's pin opposite the input, on a case with eighteen."""
        return None if self.channel is None else 19 - self.channel

    @property
    def wire(self) -> int:
        """The cable's."""
        return WIRES[self.setting]


def lines(pins: Pins) -> list[Line]:
    """The signals that a build has, in the order of `Pins`."""
    return [Line(setting, bcm, _header_pin(bcm)) for setting, bcm in asdict(pins).items() if bcm is not None]


def _header_pin(bcm: int) -> int:
    return next(int(number) for number, pin in HEADER.items() if pin.name == f"GPIO{bcm}")
