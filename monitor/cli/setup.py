"""`medius setup`: the wizard in a terminal."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from monitor.cli.parts import camera_name, one_sentence_errors, open_camera, pose_weights
from monitor.endings import CTRL_C, STOPPED, heeded
from monitor.settings import read_settings

if TYPE_CHECKING:
    from monitor.setup import Report


@click.command()
@click.option(
    "--camera",
    "source",
    metavar="SOURCE",
    help="pi for the Pi camera, usb:0 for the first USB camera, or a video file. Default: the bundled clip.",
)
@click.option(
    "--height-cm",
    type=click.FloatRange(100.0, 230.0),
    metavar="CM",
    help="How tall the person on the treadmill is, without shoes: lengths come from it. Default: 171 ± 20.",
)
@click.option(
    "--lens-deg",
    type=click.FloatRange(20.0, 140.0),
    metavar="DEG",
    help="Field of view along the picture's long side. Default: that of the Pi camera, and 66 ± 14 for any other.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=5.0),
    help="End by itself after this time of the camera's. Default: when all is well, or with the file.",
)
def setup(source: str | None, height_cm: float | None, lens_deg: float | None, seconds: float | None) -> None:
    """Set up the camera: say what to move, measure its roll, find the treadmill.

    Wants to see the treadmill with nobody on it, somebody who stands still on it, and walks or runs on it, alone in the
    picture, in any order. Ends when nothing has to be moved any more; Ctrl-C keeps what there is. Do it again when the
    camera was moved.
    """
    with one_sentence_errors():
        from monitor.pelvis import PelvicReader
        from monitor.pose.pool import PosePool
        from monitor.pose.serving import lone_person
        from monitor.setting_up import SettingUp
        from monitor.setup_file import keep, turn_of

        settings, console = read_settings({}), Console()
        with open_camera(source, settings, realtime=False) as camera:
            _, model_path = pose_weights(settings)
            with PosePool(
                model_path, workers=1, size=camera.size, reader=PelvicReader(), landmarker=lone_person
            ) as pool:
                console.print(f"Camera: {camera.describe()}", soft_wrap=True)
                work = SettingUp(camera, pool, lens_deg=lens_deg, height_cm=height_cm)
                with _Readings(console) as readings, heeded((CTRL_C, *STOPPED), work.stop):
                    report = work.run(readings.show, seconds)
            console.print(report_text(report), soft_wrap=True)
            found, complaint = work.outcome(
                report, camera_name(source), turn_of(settings, camera_name(source)), datetime.now(UTC)
            )
        if complaint:
            console.print(f"The treadmill was not found. {complaint}", soft_wrap=True)
        console.print(f"This is kept in {keep(found, settings.state_dir)}.", soft_wrap=True)


class _Readings:
    """Shows reports: in a terminal in place, in a file every new advice."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._advice = ""

    def __enter__(self) -> "_Readings":
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, report: "Report") -> None:
        """The newest one."""
        if self._console.is_terminal:
            self._live.update(Group(report_text(report), Text("Ctrl-C keeps what there is.", "dim")), refresh=True)
        elif report.advice and report.advice != self._advice:
            self._console.print(report.advice, soft_wrap=True)
            self._advice = report.advice


def report_text(report: "Report") -> Text:
    """What was seen, what was found, and the one thing to do."""
    lines = []
    for step in report.steps:
        had = "seen" if step.done else f"{step.seconds:.0f} of {step.wanted_s:.0f} s"
        lines.append(Text(f"{'✓' if step.done else '·'} {step.look}: {had}", "" if step.done else "dim"))
    styles = {"good": "green", "to be put right": "bold yellow", "could be better": "yellow", "not known": "dim"}
    for finding in report.findings:
        lines.append(Text(f"{finding.name:>10}  {finding.value} ({finding.verdict})", styles[finding.verdict]))
    if report.advice:
        lines.append(Text(f"→ {report.advice}", "bold"))
    return Text("\n").join(lines)
