"""How the engine does, as the unit's page tells it."""

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.vocabulary import EngineFigures, Quantiles
from web.words import milliseconds, sentence

UNKNOWN = "not known yet"


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure of the engine."""

    label: str
    values: tuple[str, ...]
    """A line each."""
    meaning: str


def entries(engine: EngineFigures) -> tuple[Entry, ...]:
    """Return the figures in the page's order; what this computer cannot tell is left out."""
    return tuple(Entry(label, tuple(values), meaning) for label, values, meaning in _entries(engine))


def _entries(engine: EngineFigures) -> Iterable[tuple[str, Iterable[str], str]]:
    yield (
        "Frame rate",
        [UNKNOWN if engine.fps is None else f"{engine.fps:.1f} a second"],
        "Frames that were looked at, by the camera's own time.",
    )
    yield "Frames", [f"{engine.frames:,}"], "Looked at in this session."
    yield (
        "Dropped frames",
        [_dropped(engine)],
        "Never looked at, because a newer frame came while every worker was busy or the camera left them out.",
    )
    yield (
        "Inference time",
        _times(engine.inference_s),
        "What a worker needs for a frame: its pose, then the line of the hips. 95 and 99 % of them take no longer.",
    )
    yield (
        "Age of a result",
        _times(engine.age_s),
        "From the arrival of a frame to what is decided because of it: so far behind the runner are the lamps.",
    )
    yield (
        "Camera clock",
        [f"{fault}: {count:,} ×" for fault, count in engine.clock_faults.items()] or ["no fault"],
        "All times are the camera's. Counted here: frames whose time could not be believed.",
    )
    yield "Pose network", [engine.model], "The model that finds the runner's body."
    yield (
        "Memory of the workers",
        [f"{size / 1e6:.0f}\u00a0MB" for size in engine.worker_bytes] or [UNKNOWN],
        "Each process that runs the network, without what it shares with others.",
    )
    yield (
        "Restarted workers",
        [f"{engine.restarts:,}"],
        "They ended, hung or grew too large, and were replaced. Five in a minute stop the measuring.",
    )
    if engine.last_failure is not None:
        yield "Last failure", [sentence(engine.last_failure)], "Why a worker was restarted last."
    yield (
        "Network of the workers",
        [sentence(engine.isolation)],
        "What keeps them from any network, or why nothing does: the software of the pose network would report its "
        "use to its maker.",
    )
    if engine.temperature_c is not None:
        yield (
            "Temperature",
            [f"{engine.temperature_c:.0f}\u00a0°C"],
            "The warmest sensor of the computer. A Raspberry Pi slows down from 80 °C on.",
        )
    if engine.throttled is not None:
        yield (
            "Slowed down",
            [engine.throttled],
            "By heat or a weak power supply, now or since the computer was switched on.",
        )


def _dropped(engine: EngineFigures) -> str:
    arrived = engine.frames + engine.dropped
    return f"{engine.dropped:,} ({100 * engine.dropped / arrived:.1f}\u00a0%)" if arrived else "0"


def _times(times_s: Quantiles | None) -> list[str]:
    if times_s is None:
        return [UNKNOWN]
    return [
        f"median: {milliseconds(times_s.median)}",
        f"95\u00a0%: {milliseconds(times_s.p95)}",
        f"99\u00a0%: {milliseconds(times_s.p99)}",
    ]
