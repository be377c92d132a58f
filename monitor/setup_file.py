"""The set-up of the camera: what `medius setup` found, kept beside the sessions, and what a session takes from it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from monitor.errors import MediusError
from monitor.files import write_whole
from monitor.pose.region import Region
from monitor.settings import Settings
from monitor.setup import Placement, Reference, Roll
from monitor.setup.roll import GOOD_ENOUGH_SD_DEG

SAME_SHAPE = 0.01
PI = "pi"
"""How the sources of Pi cameras begin."""
AGAIN = "set the camera up again, with medius setup or on the page /setup"


@dataclass(frozen=True, slots=True)
class SetUp:
    """How a camera was set up, and when."""

    camera: str
    """As sessions name it."""
    size: tuple[int, int]
    """(width, height) of its picture."""
    date: datetime
    lens_deg: float
    """Field of view along the picture's long side that was reckoned with."""
    placement: Placement | None
    """None where nobody was seen."""
    treadmill: Region | None
    """Where feet land; None where nobody was seen to stay in place."""
    still: Reference | None
    """What stands still; None where the picture shows too little."""
    turn_deg: int = 0
    """By how much the camera's picture was turned clockwise."""

    @property
    def roll(self) -> Roll | None:
        """The camera's roll, where it is known well enough to be used."""
        roll = None if self.placement is None else self.placement.roll
        return roll if roll is not None and roll.good_enough else None


_SetUps = TypeAdapter(SetUp)


def keep(setup: SetUp, state_dir: Path) -> Path:
    """Write it into the set-up file, and return that. Raises MediusError."""
    path = _file_in(state_dir)
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        write_whole(path, _SetUps.dump_json(setup, indent=1).decode() + "\n")
    except OSError as error:
        raise MediusError(
            f"The set-up cannot be written to {path} ({error.strerror}): choose another folder with MEDIUS_STATE_DIR."
        ) from error
    return path


def kept(state_dir: Path) -> SetUp | None:
    """What `keep` wrote last, if anything. Raises MediusError."""
    path = _file_in(state_dir)
    try:
        return _SetUps.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise MediusError(f"The set-up in {path} cannot be read: {AGAIN}.") from error


def turn_of(settings: Settings, camera: str) -> int:
    """By how much the picture of a camera is turned: only a Pi camera's is."""
    return settings.camera_turn_deg if camera.partition(":")[0] == PI else 0


def setup_of(settings: Settings, camera: str, size: tuple[int, int]) -> SetUp | None:
    """The set-up of this camera, if it was set up as it hangs now.

    Raises:
        MediusError: it was in a picture of another shape, or it cannot be read.
    """
    setup = kept(settings.state_dir)
    if setup is None or setup.camera != camera or setup.turn_deg != turn_of(settings, camera):
        return None
    shape, known_shape = size[0] / size[1], setup.size[0] / setup.size[1]
    if abs(shape - known_shape) > SAME_SHAPE * known_shape:
        raise MediusError(
            f"The camera was set up with pictures of {setup.size[0]} × {setup.size[1]}, and now gives "
            f"{size[0]} × {size[1]}: {AGAIN}."
        )
    return setup


def treadmill_of(settings: Settings, setup: SetUp | None) -> Region | None:
    """The region that was set, or else the one that was found."""
    return settings.treadmill if settings.treadmill is not None or setup is None else setup.treadmill


def roll_of(settings: Settings, setup: SetUp | None) -> float:
    """The roll that was set, or else the one that was measured, or else none, degrees."""
    if settings.roll_deg is not None:
        return settings.roll_deg
    return 0.0 if setup is None or setup.roll is None else setup.roll.deg


def roll_sd_of(settings: Settings, setup: SetUp | None) -> float | None:
    """Standard deviation of `roll_of`, degrees: one that was set is taken for good enough; None where none is known."""
    if settings.roll_deg is not None:
        return GOOD_ENOUGH_SD_DEG
    return None if setup is None or setup.roll is None else setup.roll.sd_deg


def roll_in_words(settings: Settings, setup: SetUp | None) -> str:
    """Where the roll comes from."""
    if settings.roll_deg is not None:
        return f"{settings.roll_deg:+.1f}°, as set"
    if setup is None or setup.roll is None:
        return "not known, taken for level; `medius setup` measures it"
    return f"{setup.roll.deg:+z.1f} ± {1.96 * setup.roll.sd_deg:.1f}°, measured on {setup.date:%Y-%m-%d}"


def _file_in(state_dir: Path) -> Path:
    return state_dir / "setup.json"
