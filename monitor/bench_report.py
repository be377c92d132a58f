"""What `medius bench` prints: tables in Markdown, to be pasted into a report as they are."""

from rich.box import MARKDOWN
from rich.table import Table
from rich.text import Text

from monitor.bench import LiveRun, Speed
from monitor.machine import describe_machine, temperature_c, throttled
from monitor.terminal import times_text

MB = 1e6


def machine_text() -> Text:
    """The computer, and whether it is held back."""
    warmth, brake = temperature_c(), throttled()
    parts = [describe_machine()]
    if warmth is not None:
        parts.append(f"{warmth:.0f} °C")
    if brake is not None:
        parts.append(f"throttled: {brake}")
    return Text("; ".join(parts))


def speed_table(model: str, bare: Speed, alone: list[Speed], whole: list[Speed]) -> Table:
    """Throughput, and what a frame costs in milliseconds of CPU, a row a measurement."""
    table = _table(
        f"{model}: as fast as it can",
        *("workers", "frames/s", "÷ bare", "one picture, ms", "pose", "pelvic line", "the rest", "rest ÷ all"),
    )
    rows = [("the bare network", bare), *(("pose workers", s) for s in alone), *(("the whole unit", s) for s in whole)]
    for name, speed in rows:
        picture = None if speed.engine is None else speed.engine.inference_s
        table.add_row(
            name,
            str(speed.workers),
            f"{speed.fps:.1f}",
            f"{speed.fps / bare.fps:.2f}",
            "" if picture is None else times_text(picture).removesuffix(" ms"),
            *(f"{cost_ms:.2f} ms" for cost_ms in (speed.pose_ms, speed.line_ms, speed.other_ms)),
            f"{speed.other_share:.3f}",
        )
    return table


def figures_table(model: str, bare: Speed, alone: list[Speed], whole: list[Speed], live: LiveRun) -> Table:
    """The figures that the engine is held to, and what they are here."""
    busiest = whole[-1]
    table = _table(f"{model}: the figures", "here", "to reach")
    for speed in alone:
        if speed.workers == 2:
            reach = "at least 1.85 on 2 cores"
            table.add_row("frames/s of 2 pose workers ÷ the bare network's", f"{speed.fps / bare.fps:.2f}", reach)
    table.add_row("CPU of all that is no network ÷ all CPU", f"{busiest.other_share:.3f}", "at most 0.08")
    line_share = busiest.line_ms / busiest.pose_ms
    table.add_row("CPU of the pelvic line ÷ the pose network's", f"{line_share:.2f}", "at most 0.25 (lite)")
    if live.engine.age_s is not None:
        name = "a frame's arrival to its decision and the lamps, median/95th/99th"
        table.add_row(name, times_text(live.engine.age_s), "at most 60/120 ms (lite)")
    dropped, frames = live.engine.dropped, live.engine.frames + live.engine.dropped
    table.add_row(f"frames dropped at {live.nominal_fps:.0f} a second", f"{dropped} of {frames}", "")
    memory = f"{live.bytes_early / MB:.0f} and {live.bytes_late / MB:.0f} MB"
    table.add_row(f"memory with {live.workers} workers, early and late", memory, "at most 420 MB (lite)")
    table.add_row("start to the first stance measured", f"{live.first_stance_s:.1f} s", "at most 6 s")
    table.add_row("a killed worker is replaced after", f"{live.recovered_s:.2f} s", "at most 2 s")
    table.add_row("stances that it costs", f"{live.stances_lost} of {live.stances}", "at most 3")
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=MARKDOWN)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table
