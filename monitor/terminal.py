"""What a session looks like in a terminal: a line a stance, the lamps, how the engine does."""

import math
from collections import Counter
from types import TracebackType
from typing import Self

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from monitor.audience import Progress
from monitor.cues.lamps import LampsState
from monitor.export.document import Result, neutral_text
from monitor.vocabulary import (
    VARIABLES,
    Cue,
    CueKind,
    EngineFigures,
    LampState,
    Measure,
    Neutral,
    Quantiles,
    Side,
    Stance,
    Statistic,
    Summary,
)

SHOWN = {"pelvic_drop_deg": "drop", "knee_collapse_deg": "knee", "trunk_lean_deg": "trunk"}
"""Variables in a stance's line; the rest are on the dashboard and in the JSON."""
LEGEND = "Contact, leg, and three angles with half of their 95 % interval; last, what the pelvis was read from."
VALUE_WIDTH = len("+10.0 ± 10.0° (99)")
_REDRAWS_PER_S = 8


class Terminal:
    """An audience that prints. In a terminal the last lines show lamps and engine; in a file only events are kept."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lamps: LampsState | None = None
        self._progress: Progress | None = None
        self._explained = False
        self._live = Live(console=console, get_renderable=self._foot, refresh_per_second=_REDRAWS_PER_S, transient=True)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()
        if self._progress is not None:
            self.say(engine_report(self._progress.engine))

    def say(self, text: str, style: str = "") -> None:
        """Print a line; a file gets it whole."""
        self._console.print(Text(text, style), soft_wrap=not self._console.is_terminal)

    def stance(self, stance: Stance) -> None:
        """Print a stance; a narrow terminal gets its beginning."""
        if not self._explained:
            self.say(LEGEND, "dim")
            self._explained = True
        text = stance_text(stance)
        if self._console.is_terminal:
            text.truncate(self._console.width, overflow="ellipsis")
        self._console.print(text, soft_wrap=True)

    def cue(self, cue: Cue) -> None:
        """Print what is said now."""
        style = {CueKind.OUTSIDE: "bold yellow", CueKind.INSIDE: "bold blue", CueKind.OFF: "bold"}[cue.kind]
        has_blue = self._lamps is None or self._lamps.left_blue is not None
        blue = f"{cue.side} lamp blue" if cue.side else "lamps blue"
        inside = blue if has_blue else "lamps off"
        lamp = {CueKind.OUTSIDE: f"{cue.side} lamp amber", CueKind.INSIDE: inside, CueKind.OFF: "lamps off"}
        figures = ""
        if cue.estimate_deg is not None and cue.sd_deg is not None and cue.target_deg is not None:
            figures = f" ({cue.estimate_deg:+.1f}° ± {1.96 * cue.sd_deg:.1f}°, target {cue.target_deg:.1f}°)"
        self.say(f"{cue.time_s:8.2f} s  {lamp[cue.kind]}: {cue.reason}{figures}", style)

    def neutral(self, neutral: Neutral) -> None:
        """Print what the drop is counted from."""
        self.say(f"{neutral.time_s:8.2f} s  {neutral_text(neutral)}")

    def progress(self, progress: Progress) -> None:
        """Keep what the foot shows, and print a fault that is new."""
        before, self._progress = self._progress, progress
        known = before is not None and (before.state, before.reason) == (progress.state, progress.reason)
        if progress.state is LampState.FAULT and not known:
            self.say(f"{progress.time_s:8.2f} s  fault: {progress.reason}", "bold red")
        warning = progress.engine.warning
        if warning is not None and (before is None or before.engine.warning != warning):
            self.say(f"{progress.time_s:8.2f} s  {warning}", "bold yellow")

    def lamps(self, state: LampsState) -> None:
        """Keep what the lamps show."""
        self._lamps = state

    def _foot(self) -> Group:
        """One line for the lamps and one for the engine, never more: the terminal is not to jump."""
        lamps, progress = self._lamps, self._progress
        lines = [Text()]
        if lamps is not None:
            lines.append(lamps_text(lamps))
        if progress is not None:
            lines.append(Text(engine_text(progress), "dim"))
        for line in lines:
            line.truncate(self._console.width - len("^C"), overflow="ellipsis")  # a typed ^C is echoed behind it
        return Group(*lines)


def stance_text(stance: Stance) -> Text:
    """A stance in one line."""
    head = f"{stance.contact_s:8.2f} s  {stance.side:<5}  "
    if not stance.valid:
        return Text(f"{head}withheld: {stance.reason}", "dim")
    values = "  ".join(f"{label} {measure_text(stance.measures[name])}" for name, label in SHOWN.items())
    return Text(f"{head}{values}  {stance.pelvic_source or ''}".rstrip())


def lamps_text(lamps: LampsState) -> Text:
    """The lamps as they stand on the treadmill, left on the left."""
    status = f"{'●' if lamps.status else '○'} {lamps.means}{f': {lamps.reason}' if lamps.reason else ''}"
    parts = [
        _lamp("left", lamps.left_amber, lamps.left_blue),
        _lamp("right", lamps.right_amber, lamps.right_blue),
        *([Text("♪")] if lamps.buzzer else []),
        *([Text("muted")] if lamps.muted else []),
        Text(status),
    ]
    return Text("   ").join(parts)


def _lamp(name: str, amber: bool, blue: bool | None) -> Text:
    if amber:
        return Text(f"● {name} amber", "bold yellow")
    return Text(f"◆ {name} blue ", "bold blue") if blue else Text(f"○ {name} off  ", "dim")


def engine_text(progress: Progress) -> str:
    """How the engine does, in one line."""
    engine = progress.engine
    parts = [frames_text(engine)]
    if engine.fps is not None:
        parts.append(f"{engine.fps:.1f} a second")
    if progress.cadence_spm is not None:
        parts.append(f"{progress.cadence_spm:.0f} steps/min")
    if engine.inference_s is not None:
        parts.append(f"pose {times_text(engine.inference_s)}")
    if engine.age_s is not None:
        parts.append(f"result after {times_text(engine.age_s)}")
    return ", ".join(parts)


def times_text(seconds: Quantiles) -> str:
    """Median, 95th and 99th percentile in milliseconds."""
    return "/".join(f"{1e3 * value:.0f}" for value in (seconds.median, seconds.p95, seconds.p99)) + " ms"


def engine_report(engine: EngineFigures) -> str:
    """How the engine did, in sentences."""
    lines = [f"{frames_text(engine)}."]
    if engine.inference_s is not None and engine.age_s is not None:
        lines.append(
            f"A picture took {times_text(engine.inference_s)} in a worker, and {times_text(engine.age_s)} until it was "
            "decided on (median/95th/99th percentile)."
        )
    if engine.restarts:
        lines.append(f"{count(engine.restarts, 'worker')} replaced; the last because {engine.last_failure}.")
    lines += [f"{fault.capitalize()} in {count(n, 'frame')}." for fault, n in engine.clock_faults.items()]
    return "\n".join(lines)


def frames_text(engine: EngineFigures) -> str:
    """How many frames were looked at and lost."""
    return f"{count(engine.frames, 'frame')}, {engine.dropped} dropped"


def measure_text(measure: Measure) -> str:
    """An angle with the half width of its 95 % interval, or why there is none."""
    if measure.value is None or measure.sd is None:
        return f"withheld ({measure.reason})"
    return f"{measure.value:+5.1f} ± {1.96 * math.hypot(measure.sd, measure.shared_sd):.1f}°"


def quality_text(result: Result) -> str:
    """What was measured, how well, and what was withheld and why."""
    quality, valid = result.quality, sum(stance.valid for stance in result.stances)
    fps = "" if result.fps_measured is None else f" at {result.fps_measured:.1f} a second"
    cadence = "" if result.cadence_spm is None else f", {result.cadence_spm:.0f} steps a minute"
    lines = [
        f"{result.source}: {count(quality.frames, 'frame')} in {result.duration_s:.1f} s{fps}, "
        f"{count(valid, 'stance')} measured{cadence}."
    ]
    lines += [f"{count(n, 'frame')} not used: {reason}." for reason, n in quality.frames_withheld.items()]
    withheld = Counter(stance.reason for stance in result.stances if not stance.valid)
    lines += [f"{count(n, 'stance')} withheld: {reason}." for reason, n in withheld.items()]
    return "\n".join([*lines, *quality.notes])


def count(n: int, noun: str) -> str:
    """`1 frame`, `2 frames`."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def summary_table(summary: Summary) -> Table | Text:
    """Every variable of both sides, with interval and count."""
    if not any(statistic.n for side in Side for statistic in summary[side].values()):
        return Text("No stance was measured.")
    table = Table(
        title="Mean of each side ± half of its 95 % interval (stances)",
        caption="+ means more of what the name says, the same on both sides",
        box=box.SIMPLE,
        show_edge=False,
    )
    table.add_column("")
    for side in Side:
        table.add_column(side, justify="right", min_width=VALUE_WIDTH)
    for variable in VARIABLES:
        cells = [statistic_text(summary[side][variable.name], variable.unit) for side in Side]
        table.add_row(variable.label, *cells)
    return table


def statistic_text(statistic: Statistic, unit: str) -> str:
    """A mean with half width, unit and count, or why there is none."""
    if statistic.mean is None or statistic.ci95 is None:
        return f"withheld: {statistic.reason}"
    half = (statistic.ci95[1] - statistic.ci95[0]) / 2.0
    digits, sign = (1, "°") if unit == "°" else (2, "")
    return f"{statistic.mean:+.{digits}f} ± {half:.{digits}f}{sign} ({statistic.n})"
