"""`medius run`."""

from typing import Any

import click
from rich.console import Console

from monitor.cli.parts import camera_name, camera_options, one_sentence_errors, open_camera, pose_weights
from monitor.settings import read_settings
from monitor.vocabulary import HIGHEST_TARGET_DEG


@click.command()
@click.option(
    "--camera",
    "source",
    metavar="SOURCE",
    help="pi for the Pi camera, usb:0 for the first USB camera, or a video file, played at its own rate. Default: the "
    "bundled clip, looped.",
)
@camera_options
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
    "--speed",
    type=click.FloatRange(0.0, min_open=True),
    metavar="N",
    help="How fast the belt runs, as its display shows it: kept with the session. In km/h, unless the setting "
    "speed_unit says mph or min/km. Default: not known.",
)
@click.option(
    "--seconds", type=click.FloatRange(min=0.0, min_open=True), help="End by itself after this time. Default: never."
)
def run(source: str | None, seconds: float | None, speed: float | None, **options: Any) -> None:
    """Run the unit until Ctrl-C: camera, measurement, lamps, dashboard.

    Without a Raspberry Pi the lamps are simulated. At the end the session is closed and its summary printed.
    """
    with one_sentence_errors():
        from monitor.running import run_unit

        settings = read_settings(options)
        with open_camera(source, settings, realtime=True) as camera:
            model, model_path = pose_weights(settings)
            run_unit(settings, model, model_path, camera, camera_name(source), Console(), seconds, speed)
