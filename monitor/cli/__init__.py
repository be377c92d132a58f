"""The command `medius`.

What needs OpenCV is imported inside the commands: without the system libraries that its wheel wants the import fails,
and the help and the sentence that says what to install must work all the same.
"""

import importlib.metadata
import io
import sys

import click

from monitor.cli.care import doctor, selftest, support_bundle, uninstall, update, weights, where
from monitor.cli.check import check
from monitor.cli.lamps import lamps
from monitor.cli.live import run
from monitor.cli.owner import pin
from monitor.cli.recordings import analyze
from monitor.cli.service import monitor
from monitor.cli.sessions import delete, export
from monitor.cli.setup import setup
from monitor.cli.speed import bench
from monitor.cli.storage import backup, restore
from monitor.endings import STOPPED, heeded

__all__ = ["main"]


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
    medius check FILE     reads single-leg squats in a recording
    medius setup          says where to move the camera, and measures its roll
    medius lamps test     lights every lamp in turn, and hears the button
    medius doctor         says what keeps a unit from working

    Exit status: 0 when it is done or a session was ended with Ctrl-C, 1 when it cannot be done (one sentence says
    why), 2 when the command line is wrong.
    """
    context.with_resource(heeded(STOPPED, _interrupt))  # as Ctrl-C does
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # not every terminal has a degree sign


for command in (run, monitor, analyze, check, setup, lamps, bench, pin, backup, restore, export, delete):
    main.add_command(command)
for command in (doctor, support_bundle, where, weights, selftest, update, uninstall):
    main.add_command(command)


def _interrupt() -> None:
    raise KeyboardInterrupt
