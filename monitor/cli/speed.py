"""`medius bench`: how fast a computer is as a unit."""

import time
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from monitor.cli.parts import DEMO_CLIP, one_sentence_errors, pose_weights
from monitor.pose.weights import Model
from monitor.settings import read_settings

WIDE = 140
"""Columns of a table that is made to be pasted."""
LEAST_LIVE_S = 15.0
"""A slow computer needs so long to measure a stance and lose a worker."""


@click.command()
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
    with one_sentence_errors():
        from monitor import bench as measuring
        from monitor.bench_report import figures_table, machine_text, speed_table
        from monitor.machine import cores

        console = Console(width=WIDE)
        most = workers or cores()
        console.print(machine_text())
        pictures: list[Any] = []
        for name in models or (Model.LITE,):
            model, path = pose_weights(read_settings({"model": name}))
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
