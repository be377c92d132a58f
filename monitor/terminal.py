"""What a session looks like in a terminal: a line a stance, the lamps, how the engine does."""

import math
from collections import Counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from monitor.cues.lamps import LampsState
from monitor.results import Result
from monitor.unit import Progress
from monitor.vocabulary import VARIABLES, Cue, CueKind, Measure, Side, Stance, Statistic, Summary

SHOWN = {"pelvic_drop_deg": "drop", "knee_collapse_deg": "knee", "trunk_lean_deg": "trunk"}
"""Variables in a stance's line; the rest are on the dashboard and in the JSON."""
_REDRAWS_PER_S = 8


class Terminal:
    """An audience that prints. In a terminal the last lines show lamps and engine; in a file only events are kept."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lamps: LampsState | None = None
        self._progress: Progress | None = None
        self._cue: Cue | None = None
        self._live = Live(console=console, get_renderable=self._foot, refresh_per_second=_REDRAWS_PER_S, transient=True)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def say(self, text: str) -> None:
        """Print a line."""
        self._console.print(Text(text))

    def stance(self, stance: Stance) -> None:
        """Print a stance."""
        head = f"{stance.contact_s:8.2f} s  {stance.side:<5}  "
        if not stance.valid:
            self._console.print(Text(f"{head}withheld: {stance.reason}", style="dim"))
            return
        values = "  ".join(f"{label} {measure_text(stance.measures[name])}" for name, label in SHOWN.items())
        self._console.print(Text(f"{head}{values}  [{stance.pelvic_source or 'no line'}]"))

    def cue(self, cue: Cue) -> None:
        """Print what is said now."""
        self._cue = cue
        style = {CueKind.OUTSIDE: "bold yellow", CueKind.INSIDE: "bold blue", CueKind.OFF: "bold"}[cue.kind]
        lamp = {CueKind.OUTSIDE: f"{cue.side} lamp amber", CueKind.INSIDE: "lamps blue", CueKind.OFF: "lamps off"}
        figures = ""
        if cue.estimate_deg is not None and cue.sd_deg is not None and cue.target_deg is not None:
            figures = f" ({cue.estimate_deg:+.1f}° ± {1.96 * cue.sd_deg:.1f}°, target {cue.target_deg:.1f}°)"
        self._console.print(Text(f"{cue.time_s:8.2f} s  {lamp[cue.kind]}: {cue.reason}{figures}", style=style))

    def progress(self, progress: Progress) -> None:
        """Keep what the foot shows."""
        self._progress = progress

    def lamps(self, state: LampsState) -> None:
        """Keep what the lamps show."""
        self._lamps = state

    def _foot(self) -> Table:
        table = Table.grid(padding=(0, 2))
        lamps, progress = self._lamps, self._progress
        if lamps is not None:
            table.add_row(
                _lamp("left", lamps.left_amber, lamps.left_blue),
                Text(f"{'●' if lamps.status else '○'} {lamps.means}"),
                _lamp("right", lamps.right_amber, lamps.right_blue),
                Text("♪" if lamps.buzzer else " "),
            )
        if progress is not None:
            table.add_row(Text(engine_text(progress), style="dim"))
        return table


def _lamp(name: str, amber: bool, blue: bool | None) -> Text:
    if amber:
        return Text(f"● {name} amber", style="bold yellow")
    return Text(f"◆ {name} blue", style="bold blue") if blue else Text(f"○ {name}", style="dim")


def engine_text(progress: Progress) -> str:
    """How the engine does, in one line."""
    parts = [f"{progress.frames} frames", f"{progress.dropped} dropped"]
    if progress.fps is not None:
        parts.append(f"{progress.fps:.1f} a second")
    if progress.inference_s is not None:
        parts.append(f"pose {1e3 * progress.inference_s:.0f} ms")
    if progress.age_s is not None:
        parts.append(f"result after {1e3 * progress.age_s:.0f} ms")
    if progress.cadence_spm is not None:
        parts.append(f"{progress.cadence_spm:.0f} steps/min")
    if progress.reason:
        parts.append(progress.reason)
    return ", ".join(parts)


def measure_text(measure: Measure) -> str:
    """An angle with the half width of its 95 % interval, or why there is none."""
    if measure.value is None or measure.sd is None:
        return f"withheld ({measure.reason})"
    return f"{measure.value:+5.1f}° ± {1.96 * math.hypot(measure.sd, measure.shared_sd):.1f}°"


def quality_text(result: Result) -> str:
    """What was measured, how well, and what was withheld and why."""
    frames, valid = result.quality, sum(stance.valid for stance in result.stances)
    fps = "" if result.fps_measured is None else f" at {result.fps_measured:.1f} a second"
    cadence = "" if result.cadence_spm is None else f", {result.cadence_spm:.0f} steps a minute"
    lines = [
        f"{result.source}: {frames.frames} frames in {result.duration_s:.1f} s{fps}, {valid} stances measured{cadence}."
    ]
    lines += [f"{count} frames not used: {reason}." for reason, count in frames.frames_withheld.items()]
    withheld = Counter(stance.reason for stance in result.stances if not stance.valid)
    lines += [f"{count} stances withheld: {reason}." for reason, count in withheld.items()]
    return "\n".join([*lines, *frames.notes])


def summary_table(summary: Summary) -> Table:
    """Every variable of both sides, with interval and count."""
    table = Table(title="Mean of each side, with its 95 % interval and the number of stances")
    table.add_column("")
    table.add_column("left", justify="right")
    table.add_column("right", justify="right")
    for variable in VARIABLES:
        cells = [statistic_text(summary[side][variable.name], variable.unit) for side in Side]
        table.add_row(f"{variable.label} (+ = {variable.meaning_of_plus})", *cells)
    return table


def statistic_text(statistic: Statistic, unit: str) -> str:
    """A mean with half width, unit and count, or why there is none."""
    if statistic.mean is None or statistic.ci95 is None:
        return f"withheld: {statistic.reason}"
    half = (statistic.ci95[1] - statistic.ci95[0]) / 2.0
    digits = 1 if unit == "°" else 2
    short = "°" if unit == "°" else ""
    return f"{statistic.mean:+.{digits}f}{short} ± {half:.{digits}f}{short}  (n = {statistic.n})"
