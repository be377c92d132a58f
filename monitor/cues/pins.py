"""Where the lamps and the buzzer are wired: the one table."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Pins:
    """Which output drives what, in the Broadcom (BCM) numbering; None = not fitted.

    | output | BCM | header pin | ground beside it |
    |---|---|---|---|
    | left lamp, amber | 22 | 15 | 9 |
    | left lamp, blue | 27 | 13 | 9 |
    | right lamp, amber | 23 | 16 | 14 |
    | right lamp, blue | 24 | 18 | 20 |
    | status lamp | 25 | 22 | 20 |
    | buzzer | 26 | 37 | 39 |

    These are clear of the pins of I2C, UART, SPI0, SPI1 and the HAT's ID, and pulled down from power-up on: BCM 0 to 8
    are pulled up and would light a lamp before anything runs.
    """

    left_amber: int = 22
    left_blue: int | None = 27
    right_amber: int = 23
    right_blue: int | None = 24
    status: int = 25
    buzzer: int | None = 26

    def __post_init__(self) -> None:
        used = [pin for pin in asdict(self).values() if pin is not None]
        if not all(2 <= pin <= 27 for pin in used):
            raise ValueError(f"lamps and buzzer use BCM pins 2 to 27, not {sorted(used)}")
        if len(set(used)) < len(used):
            raise ValueError(f"each lamp and the buzzer has a pin of its own, not {sorted(used)}")
