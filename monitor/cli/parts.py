"""What several commands share: their options, the camera, the weights, and one sentence for what goes wrong."""

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from monitor.errors import MediusError
from monitor.pose.system import library_hint, missing_libraries
from monitor.pose.weights import Model, WeightsUnavailable, ensure_any
from monitor.settings import Settings
from monitor.vocabulary import View

if TYPE_CHECKING:
    from monitor.camera import Camera

DEMO_CLIP = Path(__file__).parent.parent / "demo" / "runner.mp4"
CHECK_CLIP = DEMO_CLIP.with_name("squats.mp4")
Command = Callable[..., Any]


def camera_options(command: Command) -> Command:
    """Give a command the options that say what the camera sees and how it is read."""
    options = (
        click.option(
            "--roll-deg",
            type=click.FloatRange(-45.0, 45.0),
            metavar="DEG",
            help="Angle at which a truly level line appears in the picture; + = its picture-right end higher. "
            "Default: for run, what setup has measured; for analyze, 0.",
        ),
        click.option(
            "--view", type=click.Choice([str(v) for v in View]), help="Where the camera stands. Default: rear, behind."
        ),
        click.option(
            "--model",
            type=click.Choice([str(m) for m in Model]),
            help="Size of the pose network: lite is fastest, heavy most exact. Default: lite.",
        ),
        click.option(
            "--treadmill",
            metavar="LEFT,TOP,RIGHT,BOTTOM",
            help="Where the runner's feet land, as fractions of the picture's width and height, such as "
            "0.35,0.7,0.65,0.85: nobody else is measured. Default: for run, what setup has found; for analyze, none.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def open_camera(source: str | None, settings: Settings, *, realtime: bool, loop: bool = False) -> "Camera":
    """The camera of that name, a video file, over and over if asked, or the bundled clip. Raises CameraError."""
    from monitor.camera import PiSettings, VideoFile
    from monitor.camera import open_camera as open_source

    if source is None:
        return VideoFile(DEMO_CLIP, realtime=realtime, loop=realtime)
    pi = PiSettings(settings.camera_turn_deg, settings.camera_fps, settings.mains_hz)
    return open_source(source, realtime=realtime, loop=loop, pi=pi)


def camera_name(source: str | None) -> str:
    """As sessions and the set-up name it."""
    return "the bundled clip" if source is None else Path(source).name


def pose_weights(settings: Settings, instead: Sequence[Model] = ()) -> tuple[Model, Path]:
    """The pose network that was asked for, or the first of those `instead` that can be had.

    In place of the lite one that is the full one, unless something else is said.
    """
    wanted = [settings.model, *(instead or ([Model.FULL] if settings.model is Model.LITE else []))]
    errors = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task: list[Any] = []

        def report(label: str, done: int, total: int | None) -> None:
            if not task:
                task.append(bar.add_task(label, total=total))
            bar.update(task[0], description=f"Pose network {label}", completed=done, total=total)

        model, path = ensure_any(wanted, cache_dir=settings.cache_dir, progress=report)
    if model is not settings.model:
        other = "slower" if list(Model).index(model) > list(Model).index(settings.model) else "less exact"
        message = f"The {settings.model} pose network cannot be had here; the {model} one is used, which is {other}."
        click.echo(message, err=True)
    return model, path


@contextlib.contextmanager
def one_sentence_errors() -> Iterator[None]:
    """End the command with one sentence for what is expected to go wrong; anything else keeps its trace."""
    hint = library_hint(missing_libraries())
    if hint is not None:
        raise click.ClickException(hint)
    from monitor.camera import CameraError
    from monitor.cues.lamps import LampError
    from monitor.pose.pool import PoseFault
    from monitor.store import StoreError

    try:
        with in_one_sentence(MediusError, CameraError, LampError, PoseFault, StoreError, WeightsUnavailable):
            yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _discard_output()
        raise click.ClickException("There is no room left to write to: free some space on the disk.") from error


@contextlib.contextmanager
def in_one_sentence(*expected: type[Exception]) -> Iterator[None]:
    """End the command with the sentence that an expected error is."""
    try:
        yield
    except expected as error:
        raise click.ClickException(f"{str(error).removesuffix('.')}.") from error


def _discard_output() -> None:
    """Let what could not be written go, or Python would try again at its exit and end with a status of its own."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
