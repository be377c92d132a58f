"""Where lamps, buzzer and button are wired: the one table."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Pins:
    """Which pin does what, in the Broadcom (BCM) numbering; None = not fitted.

    | part | BCM | header pin | ground beside it |
    |---|---|---|---|
    | left lamp, amber | 22 | 15 | 9 |
    | left lamp, blue | 27 | 13 | 9 |
    | right lamp, amber | 23 | 16 | 14 |
    | right lamp, blue | 24 | 18 | 20 |
    | status lamp | 25 | 22 | 20 |
    | buzzer | 26 | 37 | 39 |
    | button | 3 | 5 | 6 |

    The outputs are clear of the pins of I2C, UART, SPI0, SPI1 and the HAT's ID, and pulled down from power-up on: BCM 0
    to 8 are pulled up and would light a lamp before anything runs. The button closes to ground against that pull-up, on
    the one pin that also wakes a Raspberry Pi 4 that was shut down; I2C must then stay off.
    """

    left_amber: int = 22
    left_blue: int | None = 27
    right_amber: int = 23
    right_blue: int | None = 24
    status: int = 25
    buzzer: int | None = 26
    button: int | None = 3

    def __post_init__(self) -> None:
        used = [pin for pin in asdict(self).values() if pin is not None]
        if not all(2 <= pin <= 27 for pin in used):
            raise ValueError(f"lamps, buzzer and button use BCM pins 2 to 27, not {sorted(used)}")
        if len(set(used)) < len(used):
            raise ValueError(f"each lamp, the buzzer and the button have a pin of their own, not {sorted(used)}")
        if (self.left_blue is None) is not (self.right_blue is None):
            raise ValueError("blue lamps are fitted on both sides or on neither")

    @property
    def has_blue(self) -> bool:
        """Whether the lamps show blue inside the band; those of one colour are dark there."""
        return self.left_blue is not None

    @property
    def outputs(self) -> dict[str, int]:
        """The lamps and the buzzer that are fitted."""
        return {name: pin for name, pin in asdict(self).items() if pin is not None and name != "button"}
