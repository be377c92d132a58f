"""`medius check`: single-leg squats in a recording."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich import box
from rich.console import Console
from rich.table import Table

from monitor.cli.parts import CHECK_CLIP, one_sentence_errors, pose_weights
from monitor.cli.recordings import STDOUT, counting
from monitor.pose.weights import Model
from monitor.settings import Settings, read_settings
from monitor.vocabulary import Side, View

if TYPE_CHECKING:
    from monitor.coach.check import CheckResult, Leg, Part
    from monitor.squats import CheckedRecording

NAMES = {"pelvis": "Pelvis drop", "knee": "Knee collapse", "trunk": "Trunk lean"}


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=CHECK_CLIP)
@click.option("--view", type=click.Choice([str(v) for v in View]), help="Where the camera stands. Default: rear.")
@click.option(
    "--roll-deg",
    type=click.FloatRange(-45.0, 45.0),
    metavar="DEG",
    help="Angle at which a truly level line appears in the picture; + = its picture-right end higher. Default: 0, and "
    "then pelvis and trunk of the legs are not set against each other.",
)
@click.option(
    "--practice",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="So many first squats of each leg are practice and do not count. Default: 0.",
)
@click.option(
    "--model",
    type=click.Choice([str(m) for m in Model]),
    help="Size of the pose network. Default: heavy; the knee is off by 2.0° on average with it, by 2.9° with full, by "
    "4.2° with lite, on rendered people.",
)
@click.option(
    "--json",
    "json_path",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Write every squat here; - is standard output, and the table then goes to standard error.",
)
def check(path: Path, json_path: Path | None, practice: int, **options: Any) -> None:
    """Read mini single-leg squats in a recording: a video, or a landmark track (.npz). Without PATH: the bundled clip.

    Finds which leg stands and every squat on it, on one leg or on both, and says for each leg how far pelvis, knee and
    trunk go where the hips are down by 8 % of the leg's length, from three squats on that count: 6 to 15 % deep, on one
    leg from beginning to end.
    """
    with one_sentence_errors():
        from monitor.results import check_writable, write_result
        from monitor.squats import json_text

        asked = options["model"]
        settings = read_settings(options | {"model": asked or str(Model.HEAVY)})
        if json_path not in (None, STDOUT):
            check_writable(json_path, path)
        recording = _checked(path, settings, practice, () if asked else (Model.FULL, Model.LITE))
        console = Console(stderr=json_path == STDOUT)
        if json_path == STDOUT:
            click.echo(json_text(recording), nl=False)
        elif json_path is not None:
            write_result(json_text(recording), json_path, "--json")
        console.print(result_table(recording.result))
        console.print(seen_text(recording), soft_wrap=not console.is_terminal, highlight=False)


def _checked(path: Path, settings: Settings, practice: int, instead: Sequence[Model]) -> "CheckedRecording":
    from monitor.analysis import TRACK_SUFFIXES
    from monitor.camera import VideoFile
    from monitor.gait import GaitSettings
    from monitor.setup_file import roll_of, roll_sd_of
    from monitor.squats import check_track, check_video

    gait, roll_sd_deg = GaitSettings(settings.view, roll_of(settings, None)), roll_sd_of(settings, None)
    if path.suffix.lower() in TRACK_SUFFIXES:
        with counting(path.name) as progress:
            return check_track(path, gait, roll_sd_deg, practice, progress)
    with VideoFile(path) as video:
        model, model_path = pose_weights(settings, instead)
        with counting(path.name) as progress:
            return check_video(video, model, model_path, gait, roll_sd_deg, practice, progress)


def result_table(result: "CheckResult") -> Table:
    """Pelvis, knee and trunk of each leg that was seen, and what left and right differ by."""
    from monitor.coach.check import Part
    from monitor.terminal import statistic_text

    table = Table(
        title="With the hips down by 8 % of the leg: mean ± half of its 95 % interval (squats)",
        caption="+ means more of what the name says, the same on both sides; the levels are ours, no clinical limits",
        box=box.SIMPLE,
        show_edge=False,
    )
    table.add_column("")
    for side in result.legs:
        table.add_column(f"{side} leg", justify="right")
    if len(result.legs) == len(Side):
        table.add_column("left less right", justify="right")
    for part in Part:
        table.add_row(NAMES[part], *(_cell(leg, part) for leg in result.legs.values()), *_difference(result, part))
    table.add_row("Sum", *(statistic_text(leg.sum, "°") for leg in result.legs.values()))
    return table


def _cell(leg: "Leg", part: "Part") -> str:
    from monitor.terminal import statistic_text

    level = leg.level(part)
    return statistic_text(leg.parts[part], "°") + (f"\n{level}" if level else "")


def _difference(result: "CheckResult", part: "Part") -> list[str]:
    if len(result.legs) < len(Side):
        return []
    from monitor.coach.check import FROM_LEVEL

    if part in FROM_LEVEL and result.roll_sd_deg is None:
        return ["the camera's roll is not known"]
    found = result.difference(part)
    if found is None:
        return ["not known"]
    if not found.can_be_told:
        return [f"within ± {found.detectable_deg:.1f}°"]
    return [f"{found.value_deg:+.1f}°, beyond ± {found.detectable_deg:.1f}°"]


def seen_text(recording: "CheckedRecording") -> str:
    """What was seen, and what did not count and why."""
    from monitor.terminal import count

    lines = []
    for side, leg in recording.result.legs.items():
        lost = "".join(f", {n} {reason}" for reason, n in leg.discarded.items())
        lines.append(f"{side.capitalize()} leg: {count(leg.reps, 'squat')}, {leg.valid} count{lost}.")
        if leg.touches:
            lines.append(f"The free foot touched down {count(leg.touches, 'time')}.")
    lines += [f"{count(n, 'frame')} not used: {reason}." for reason, n in recording.withheld.items()]
    return "\n".join([*lines, *recording.notes])
