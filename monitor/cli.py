"""The command `medius`.

What needs OpenCV is imported inside the commands: without the system libraries that its wheel wants the import fails,
and the help and the sentence that says what to install must work all the same.
"""

import contextlib
import errno
import importlib.metadata
import io
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from monitor.cues.settings import HIGHEST_TARGET_DEG
from monitor.endings import STOPPED, heeded
from monitor.errors import MediusError
from monitor.pose.system import library_hint, missing_libraries
from monitor.pose.weights import Model, WeightsUnavailable, ensure_any
from monitor.settings import Settings, read_settings
from monitor.vocabulary import View

if TYPE_CHECKING:
    from monitor.camera import Camera
    from monitor.pose.region import Region
    from monitor.results import Result

DEMO_CLIP = Path(__file__).parent / "demo" / "runner.mp4"
STDOUT = Path("-")
WIDE = 140
"""Columns of a table that is made to be pasted."""
LEAST_LIVE_S = 15.0
"""A slow computer needs so long to measure a stance and lose a worker."""
Command = Callable[..., Any]


def _camera_options(command: Command) -> Command:
    options = (
        click.option(
            "--roll-deg",
            type=click.FloatRange(-45.0, 45.0),
            metavar="DEG",
            help="Angle at which a truly level line appears in the picture; + = its picture-right end higher.",
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
            "0.35,0.7,0.65,0.85: nobody else is measured. Default: for run, what locate has found; for analyze, none.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(importlib.metadata.version("medius"), prog_name="medius")
@click.pass_context
def main(context: click.Context) -> None:
    """Medius measures a runner on a treadmill from behind, and says so with lamps.

    It estimates from video how far the pelvis drops on the swing side, how far the stance knee moves inward and how
    the trunk leans. It is a training aid, not a medical device.

    \b
    medius run            shows everything on a bundled clip, no camera needed
    medius analyze FILE   measures a recording
    medius locate         finds the treadmill in the camera's picture

    Exit status: 0 when it is done or a session was ended with Ctrl-C, 1 when it cannot be done (one sentence says
    why), 2 when the command line is wrong.
    """
    context.with_resource(heeded(STOPPED, _interrupt))  # as Ctrl-C does
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # not every terminal has a degree sign


@main.command()
@click.option(
    "--camera",
    "source",
    metavar="SOURCE",
    help="pi for the Pi camera, usb:0 for the first USB camera, or a video file, played at its own rate. Default: the "
    "bundled clip, looped.",
)
@_camera_options
@click.option(
    "--target-left",
    "target_left_deg",
    type=click.FloatRange(0.0, HIGHEST_TARGET_DEG, min_open=True),
    metavar="DEG",
    help="The left lamp turns amber while the pelvis drops by more than this in left stance, in degrees. Default: 5.",
)
@click.option(
    "--target-right",
    "target_right_deg",
    type=click.FloatRange(0.0, HIGHEST_TARGET_DEG, min_open=True),
    metavar="DEG",
    help="The same for the right lamp and right stance. Default: 5.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 16),
    metavar="N",
    help="Pose processes. Default: one fewer than there are cores, 4 at most.",
)
@click.option(
    "--host",
    metavar="ADDRESS",
    help="Address the dashboard listens on; 0.0.0.0 opens it to the LAN. Default: 127.0.0.1.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Port of the dashboard; 0 takes a free one. Default: 8420.",
)
@click.option("--dashboard/--no-dashboard", default=None, help="Whether to serve the dashboard. Default: yes.")
@click.option(
    "--seconds", type=click.FloatRange(min=0.0, min_open=True), help="End by itself after this time. Default: never."
)
def run(source: str | None, seconds: float | None, **options: Any) -> None:
    """Run the unit until Ctrl-C: camera, measurement, lamps, dashboard.

    Without a Raspberry Pi the lamps are simulated. At the end the session is closed and its summary printed.
    """
    with _one_sentence_errors():
        from monitor.running import run_unit

        settings = read_settings(options)
        with _open_camera(source, settings, realtime=True) as camera:
            model, model_path = _weights(settings)
            run_unit(settings, model, model_path, camera, _camera_name(source), Console(), seconds)


@main.command()
@click.option(
    "--camera",
    "source",
    metavar="SOURCE",
    help="pi for the Pi camera, usb:0 for the first USB camera, or a video file. Default: the bundled clip.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=5.0),
    default=20.0,
    show_default=True,
    help="How long to watch, by the camera's clock.",
)
def locate(source: str | None, seconds: float) -> None:
    """Find the treadmill in the camera's picture.

    Watches the feet of somebody who stands, walks or runs on it, alone in the picture, and keeps where they land. From
    then on nobody is taken for the runner who is not on the treadmill. Do it again when the camera has moved.
    """
    with _one_sentence_errors():
        from monitor.pose.pool import PosePool
        from monitor.pose.serving import lone_person
        from monitor.treadmill import Located, in_words, keep, locate_treadmill

        settings = read_settings({})
        with _open_camera(source, settings, realtime=False) as camera:
            _, model_path = _weights(settings)
            with PosePool(model_path, workers=1, size=camera.size, landmarker=lone_person) as pool:
                click.echo(f"Be on the treadmill, alone in the picture, for {seconds:g} seconds.")
                region = locate_treadmill(camera, pool, seconds)
        path = keep(Located(region, _camera_name(source), camera.size, datetime.now(UTC)), settings.state_dir)
        click.echo(f"Treadmill: {in_words(region)}. This is kept in {path}.")


def _open_camera(source: str | None, settings: Settings, *, realtime: bool) -> "Camera":
    from monitor.camera import PiSettings, VideoFile, open_camera

    if source is None:
        return VideoFile(DEMO_CLIP, realtime=realtime, loop=realtime)
    pi = PiSettings(settings.camera_turn_deg, settings.camera_fps, settings.mains_hz)
    return open_camera(source, realtime=realtime, pi=pi)


def _camera_name(source: str | None) -> str:
    """As sessions and the set-up name it."""
    return "the bundled clip" if source is None else Path(source).name


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--json",
    "json_path",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Write everything here; - is standard output, and the table then goes to standard error.",
)
@_camera_options
def analyze(path: Path, json_path: Path | None, **options: Any) -> None:
    """Measure a recording: a video, or a landmark track (.npz).

    Prints the summary of both sides; --json writes every stance. A recording in which nobody runs gives a result that
    says so. The keys of the JSON are described in monitor/schema1.json, those of a landmark track in the README.
    """
    with _one_sentence_errors():
        from monitor.results import check_writable, json_text, write_json
        from monitor.terminal import quality_text, summary_table

        settings = read_settings(options)
        treadmill = None if options["treadmill"] is None else settings.treadmill  # the unit's camera is another
        if json_path not in (None, STDOUT):
            check_writable(json_path, path)
        result = _measure(path, settings, treadmill)
        console = Console(stderr=json_path == STDOUT)
        if json_path == STDOUT:
            click.echo(json_text(result), nl=False)
        elif json_path is not None:
            write_json(result, json_path)
        console.print(summary_table(result.summary))
        console.print(Text(quality_text(result)), soft_wrap=not console.is_terminal)


@main.command()
@click.option(
    "--model",
    "models",
    type=click.Choice([str(m) for m in Model]),
    multiple=True,
    help="Pose network to measure; may be given several times. Default: lite.",
)
@click.option(
    "--seconds", type=click.FloatRange(min=4.0), default=10.0, show_default=True, help="Time for each measurement."
)
@click.option(
    "--soak",
    "soak_min",
    type=click.FloatRange(min=1.0),
    metavar="MINUTES",
    help="Run the whole unit for so long, to see whether its memory grows. Default: 23 seconds.",
)
@click.option("--workers", type=click.IntRange(1, 16), metavar="N", help="At most so many. Default: a worker a core.")
@click.option(
    "--clip",
    type=click.Path(path_type=Path),
    default=DEMO_CLIP,
    show_default="the bundled one, of a runner with a belt",
    help="Recording to play: pictures of another size, or a runner without a belt.",
)
def bench(models: tuple[str, ...], seconds: float, soak_min: float | None, workers: int | None, clip: Path) -> None:
    """Measure how fast this computer is as a unit.

    Plays a clip through the whole unit, with simulated lamps and a store of its own, and prints tables that
    can be pasted into a report. Nothing else should run on the computer meanwhile.
    """
    began_s = time.perf_counter()
    with _one_sentence_errors():
        from monitor import bench as measuring
        from monitor.bench_report import figures_table, machine_text, speed_table
        from monitor.machine import cores

        console = Console(width=WIDE)
        most = workers or cores()
        console.print(machine_text())
        pictures: list[Any] = []
        for name in models or (Model.LITE,):
            model, path = _weights(read_settings({"model": name}))
            live_s = 60.0 * soak_min if soak_min else max(LEAST_LIVE_S, 2.3 * seconds)
            live = measuring.measure_live(path, clip, min(2, most), live_s, began_s)
            click.echo(f"The pose processes' network: {live.engine.isolation}")
            if not pictures:
                pictures, fps = measuring.load_pictures(clip)
            before = measuring.measure_bare(path, pictures, seconds)
            counts = range(1, most + 1)
            alone = [measuring.measure_pose(path, pictures, fps, n, seconds) for n in counts]
            bare = measuring.mean_bare(before, measuring.measure_bare(path, pictures, seconds))
            whole = [measuring.measure_unit(path, pictures, fps, n, seconds) for n in counts]
            console.print(speed_table(str(model), bare, alone, whole))
            console.print(figures_table(str(model), bare, alone, whole, live))
            began_s = time.perf_counter()
        console.print(machine_text())


def _measure(path: Path, settings: Settings, treadmill: "Region | None") -> "Result":
    from monitor.analysis import TRACK_SUFFIXES, analyze_track, analyze_video
    from monitor.camera import VideoFile
    from monitor.gait import GaitSettings

    gait = GaitSettings(settings.view, settings.roll_deg)
    if path.suffix.lower() in TRACK_SUFFIXES:
        if treadmill is not None:
            raise MediusError("A landmark track is of one person: --treadmill is for videos.")
        with _counting(path.name) as progress:
            return analyze_track(path, gait, progress)
    with VideoFile(path) as video:
        _, model_path = _weights(settings)
        with _counting(path.name) as progress:
            return analyze_video(video, model_path, gait, progress, treadmill)


def _weights(settings: Settings) -> tuple[Model, Path]:
    """The pose network that was asked for; in place of the lite one, where that cannot be had, the full one."""
    wanted = [settings.model, Model.FULL] if settings.model is Model.LITE else [settings.model]
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
        message = f"The {settings.model} pose network cannot be had here; the {model} one is used, which is slower."
        click.echo(message, err=True)
    return model, path


@contextlib.contextmanager
def _counting(label: str) -> Iterator[Callable[[int, int | None], None]]:
    errors = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("frames"), TimeElapsedColumn(), TimeRemainingColumn())
    label_column = TextColumn("{task.description}", markup=False)
    with Progress(label_column, *columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextlib.contextmanager
def _one_sentence_errors() -> Iterator[None]:
    """End the command with one sentence for what is expected to go wrong; anything else keeps its trace."""
    hint = library_hint(missing_libraries())
    if hint is not None:
        raise click.ClickException(hint)
    from monitor.camera import CameraError
    from monitor.cues.lamps import LampError
    from monitor.pose.pool import PoseFault
    from monitor.store import StoreError

    try:
        yield
    except (MediusError, CameraError, LampError, PoseFault, StoreError, WeightsUnavailable) as error:
        raise click.ClickException(f"{str(error).removesuffix('.')}.") from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise click.ClickException("There is no room left to write to: free some space on the disk.") from error


def _interrupt() -> None:
    raise KeyboardInterrupt
