"""The unit's settings. What is said last in this row wins:

built-in defaults, what the owner has set on the dashboard, the settings files, `MEDIUS_…` variables, the command line.
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_cache_path, user_config_path, user_state_path
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from monitor.cues.pins import Pins
from monitor.cues.settings import DEFAULT_TARGET_DEG
from monitor.cues.sound import BuzzerUse, Sound
from monitor.errors import MediusError
from monitor.pose.region import Region
from monitor.pose.weights import Model
from monitor.vocabulary import HIGHEST_TARGET_DEG, SpeedUnit, View

SETTINGS_FILES = (Path("/etc/medius/medius.toml"), user_config_path("medius") / "medius.toml")
"""Read in this order; a later one wins."""
OWNERS_FILE = "settings.toml"
"""In the state directory: what the owner has set on the dashboard."""
CHANGEABLE = (
    "target_left_deg",
    "target_right_deg",
    "buzzer",
    "metronome_spm",
    "sessions",
    "speed_unit",
    "keep_days",
    "keep_mb",
    "mains_hz",
    "camera_turn_deg",
    "language",
)
"""What can be set on the dashboard."""
Folder = Annotated[Path, AfterValidator(Path.expanduser)]
Treadmill = Annotated[
    Region | None, BeforeValidator(lambda given: Region.parse(given) if isinstance(given, str) else given)
]
_AsNumber = BeforeValidator(lambda given: int(given) if str(given).isdecimal() else given)
"""A variable of the environment is text."""
_NotFitted = BeforeValidator(
    lambda given: (
        {part: None if pin == "none" else pin for part, pin in given.items()} if isinstance(given, dict) else given
    )
)
"""TOML has no word for nothing."""


class Settings(BaseSettings):
    """Everything that can be set about a unit. An unknown name or an impossible value is an error at start."""

    model_config = SettingsConfigDict(
        env_prefix="MEDIUS_", env_nested_delimiter="__", env_ignore_empty=True, extra="forbid"
    )

    state_dir: Folder = Field(default_factory=lambda: user_state_path("medius"))
    """Where the sessions are kept."""
    cache_dir: Folder = Field(default_factory=lambda: user_cache_path("medius"))
    """Where the pose network's weights are kept."""
    owner_dir: Folder | None = None
    """Where the owner's PIN is kept. None: with the sessions."""
    runtime_dir: Folder | None = None
    """Where the running unit's socket is. None: with the sessions."""
    camera: str = "pi"
    """For the unit as a service: pi, usb:0, a video file, or demo for the bundled clip."""
    sessions: Literal["button", "auto"] | None = None
    """For the unit as a service, when a session begins: asked for by the button or a phone, or by itself when somebody
    runs. Unless it is set, button where one is fitted."""
    model: Model = Model.LITE
    view: View = View.REAR
    roll_deg: float | None = Field(default=None, ge=-45.0, le=45.0)
    """Angle at which a truly level line appears in the picture, + = its picture-right end higher. None: what
    `medius setup` measured, if it did, and else 0."""
    camera_turn_deg: Annotated[Literal[0, 90, 180, 270], _AsNumber] = 0
    """For a Pi camera: by how much it is turned clockwise, seen from behind it. Turned by 90 or 270, a runner who fills
    the picture's height is 1.8 times as large in it."""
    camera_fps: float = Field(default=50.0, ge=10.0, le=120.0)
    """For a Pi camera: at most so many frames a second; fewer where lamps would flicker or the sensor is slower."""
    mains_hz: Annotated[Literal[50, 60], _AsNumber] = 50
    """For a Pi camera: frequency of the current that the lamps burn on, 60 in the Americas and in part of Asia."""
    treadmill: Treadmill = None
    """Where the treadmill is in the picture: a table of left, top, right and bottom, or the four numbers with commas
    between, as fractions of width and height. None: where `medius setup` found it, if it did."""
    workers: int = Field(default_factory=lambda: min(max(1, (os.cpu_count() or 2) - 1), 4), ge=1, le=16)
    """Pose processes while running live. More than four are never busy with one runner [ours]."""
    target_left_deg: float = Field(default=DEFAULT_TARGET_DEG, gt=0.0, le=HIGHEST_TARGET_DEG)
    target_right_deg: float = Field(default=DEFAULT_TARGET_DEG, gt=0.0, le=HIGHEST_TARGET_DEG)
    dashboard: bool = True
    host: str = "127.0.0.1"
    port: int = Field(default=8420, ge=0, le=65535)
    keep_days: float | None = Field(default=730.0, gt=0.0)
    """Sessions are deleted when they are so old: after two years, unless this says otherwise. `inf` keeps them."""
    keep_mb: float | None = Field(default=2000.0, gt=0.0)
    """The oldest sessions are deleted when all take more room than this, in 10^6 bytes: some 6000 hours of running."""
    speed_unit: SpeedUnit = SpeedUnit.KMH
    """What the treadmill's display counts in: km/h, mph or min/km."""
    language: str = Field(default="browser", pattern=r"^(browser|[a-z]{2,3}(-[A-Z]{2})?)$")
    """Of the dashboard's pages, by its code: en, de. browser: the one that a browser asks for, if it is there."""
    pins: Annotated[Pins, _NotFitted] = Pins()
    """A table; "none" for a part that is not fitted."""
    buzzer: BuzzerUse = BuzzerUse.CUE
    """off; cue: a beep when a side is newly outside its band; metronome: a click for every step of `metronome_spm`."""
    metronome_spm: float | None = Field(default=None, validate_default=True)
    """Steps a minute, 140 to 220; trials aim at 5 to 10 % above the runner's own."""

    @field_validator("metronome_spm")
    @classmethod
    def _is_a_rate(cls, spm: float | None, info: ValidationInfo) -> float | None:
        """What `Sound` says of it and of the buzzer, which was looked at before."""
        Sound(info.data.get("buzzer", BuzzerUse.CUE), spm)
        return spm

    @property
    def sound(self) -> Sound:
        """What the buzzer does."""
        return Sound(self.buzzer, self.metronome_spm)

    @property
    def can_click(self) -> bool:
        """Whether a metronome can be heard."""
        return self.buzzer is not BuzzerUse.OFF and self.pins.buzzer is not None

    @property
    def database(self) -> Path:
        """The file that holds the sessions."""
        return self.state_dir / "medius.sqlite"

    @property
    def owner_folder(self) -> Path:
        """Where the owner's PIN is kept."""
        return self.owner_dir or self.state_dir

    @property
    def control_socket(self) -> Path:
        """Where a running unit takes commands."""
        return (self.runtime_dir or self.state_dir) / "monitor.sock"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The command line wins over variables, these over the files, and these over the dashboard."""
        del dotenv_settings, file_secret_settings
        files = TomlConfigSettingsSource(settings_cls, toml_file=SETTINGS_FILES)
        return init_settings, env_settings, files, _OwnersFile(settings_cls, {})


class _OwnersFile(InitSettingsSource):
    """The owner's file, in the state directory that the other sources name."""

    def __call__(self) -> dict[str, Any]:
        """Names that this version does not know are left out: a newer one wrote them, before an update was undone."""
        state_dir = Path(self.current_state.get("state_dir") or user_state_path("medius")).expanduser()
        path = state_dir / OWNERS_FILE
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError, PermissionError):  # it may be another user's folder
            return {}
        except (OSError, ValueError) as error:
            raise MediusError(f"{path} cannot be read ({error}): remove it, and set the unit anew.") from error
        return {name: value for name, value in given.items() if name in CHANGEABLE}


def why(error: ErrorDetails) -> str:
    """What is wrong with a value."""
    return error["msg"].removeprefix("Value error, ")


def read_settings(options: dict[str, Any]) -> Settings:
    """The settings, with the command line's `options` on top; an option that is None was not given.

    Raises:
        MediusError: a value is impossible, a name unknown, or a settings file is not TOML.
    """
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise MediusError(f"The setting {name} cannot be used: {why(first)} (it was {first['input']!r}).") from None
    except OSError as error:
        raise MediusError(f"The settings file {error.filename} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        files = " or ".join(str(path) for path in SETTINGS_FILES if path.exists())
        raise MediusError(f"The settings file {files} is not TOML: {error}.") from None
