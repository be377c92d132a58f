"""How the engine does, as the unit's page tells it."""

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.vocabulary import EngineFigures, Quantiles
from web.heard import heard
from web.language import N_, _
from web.words import milliseconds, number, sentence

UNKNOWN = N_("not known yet")


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
        _("Frame rate"),
        [_(UNKNOWN) if engine.fps is None else _("%(n)s a second", n=number(engine.fps, 1))],
        _("Frames that were looked at, by the camera's own time."),
    )
    yield _("Frames"), [number(engine.frames)], _("Looked at in this session.")
    yield (
        _("Dropped frames"),
        [_dropped(engine)],
        _("Never looked at, because a newer frame came while every worker was busy or the camera left them out."),
    )
    yield (
        _("Inference time"),
        _times(engine.inference_s),
        _("What a worker needs for a frame: its pose, then the line of the hips. 95 and 99 % of them take no longer."),
    )
    yield (
        _("Age of a result"),
        _times(engine.age_s),
        _("From the arrival of a frame to what is decided because of it: so far behind the runner are the lamps."),
    )
    yield (
        _("Camera clock"),
        [f"{heard(fault)}: {number(count)} ×" for fault, count in engine.clock_faults.items()] or [_("no fault")],
        _("All times are the camera's. Counted here: frames whose time could not be believed."),
    )
    yield _("Pose network"), [engine.model], _("The model that finds the runner's body.")
    yield (
        _("Memory of the workers"),
        [f"{number(size / 1e6)}\u00a0MB" for size in engine.worker_bytes] or [_(UNKNOWN)],
        _("Each process that runs the network, without what it shares with others."),
    )
    yield (
        _("Restarted workers"),
        [number(engine.restarts)],
        _("They ended, hung or grew too large, and were replaced. Five in a minute stop the measuring."),
    )
    if engine.last_failure is not None:
        yield _("Last failure"), [sentence(heard(engine.last_failure))], _("Why a worker was restarted last.")
    yield (
        _("Network of the workers"),
        [sentence(heard(engine.isolation))],
        _(
            "What keeps them from any network, or why nothing does: the software of the pose network would report its "
            "use to its maker."
        ),
    )
    if engine.temperature_c is not None:
        yield (
            _("Temperature"),
            [f"{number(engine.temperature_c)}\u00a0°C"],
            _("The warmest sensor of the computer. A Raspberry Pi slows down from 80 °C on."),
        )
    if engine.throttled is not None:
        yield (
            _("Slowed down"),
            [heard(engine.throttled)],
            _("By heat or a weak power supply, now or since the computer was switched on."),
        )


def _dropped(engine: EngineFigures) -> str:
    arrived = engine.frames + engine.dropped
    return f"{number(engine.dropped)} ({number(100 * engine.dropped / arrived, 1)}\u00a0%)" if arrived else "0"


def _times(times_s: Quantiles | None) -> list[str]:
    if times_s is None:
        return [_(UNKNOWN)]
    return [
        _("median") + f": {milliseconds(times_s.median)}",
        f"95\u00a0%: {milliseconds(times_s.p95)}",
        f"99\u00a0%: {milliseconds(times_s.p99)}",
    ]
