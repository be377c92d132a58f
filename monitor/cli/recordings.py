"""`medius analyze`: what is done with a recording."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from monitor.cli.parts import camera_options, one_sentence_errors, pose_weights
from monitor.errors import MediusError
from monitor.settings import Settings, read_settings

if TYPE_CHECKING:
    from monitor.export.document import Result
    from monitor.pose.region import Region

STDOUT = Path("-")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--json",
    "json_path",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Write everything here; - is standard output, and the table then goes to standard error.",
)
@camera_options
def analyze(path: Path, json_path: Path | None, **options: Any) -> None:
    """Measure a recording: a video, or a landmark track (.npz).

    Prints the summary of both sides; --json writes every stance. A recording in which nobody runs gives a result that
    says so. The keys of the JSON are described in monitor/schema1.json, those of a landmark track in the README.
    """
    with one_sentence_errors():
        from monitor.export.document import json_text
        from monitor.results import check_writable, write_result
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
            write_result(json_text(result), json_path, "--json")
        console.print(summary_table(result.summary))
        console.print(Text(quality_text(result)), soft_wrap=not console.is_terminal)


def _measure(path: Path, settings: Settings, treadmill: "Region | None") -> "Result":
    from monitor.analysis import TRACK_SUFFIXES, analyze_track, analyze_video
    from monitor.camera import VideoFile
    from monitor.gait import GaitSettings

    gait = GaitSettings(settings.view, settings.roll_deg or 0.0)
    if path.suffix.lower() in TRACK_SUFFIXES:
        if treadmill is not None:
            raise MediusError("A landmark track is of one person: --treadmill is for videos.")
        with counting(path.name) as progress:
            return analyze_track(path, gait, progress)
    with VideoFile(path) as video:
        _, model_path = pose_weights(settings)
        with counting(path.name) as progress:
            return analyze_video(video, model_path, gait, progress, treadmill)


@contextlib.contextmanager
def counting(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show how many frames are done."""
    errors = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("frames"), TimeElapsedColumn(), TimeRemainingColumn())
    label_column = TextColumn("{task.description}", markup=False)
    with Progress(label_column, *columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
