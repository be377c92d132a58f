"""A runner made of stances, and the ticks between them."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from monitor.cues.decision import Decider
from monitor.vocabulary import VARIABLES, Cue, Measure, PelvicSource, Side, Stance

STEP_S = 0.375
TICK_S = 0.0625
"""Both exact in binary, so that shifted runs can be compared exactly."""


def stance(
    side: Side,
    contact_s: float,
    drop_deg: float | None,
    *,
    sd_deg: float = 1.0,
    shared_sd_deg: float = 0.0,
    lean_deg: float | None = 0.0,
    lean_sd_deg: float = 0.5,
    valid: bool = True,
) -> Stance:
    absent = Measure.withheld("not part of this test")
    measures = {variable.name: absent for variable in VARIABLES}
    if drop_deg is not None:
        measures["pelvic_drop_deg"] = Measure(drop_deg, sd_deg, shared_sd=shared_sd_deg)
    if lean_deg is not None:
        measures["trunk_lean_deg"] = Measure(lean_deg, lean_sd_deg, shared_sd=2.0)
    return Stance(
        side,
        contact_s,
        contact_s + 0.125,
        contact_s + 0.25,
        measures,
        PelvicSource.BELT,
        valid,
        None if valid else "walking",
    )


def steps(start_s: float, end_s: float) -> Iterator[tuple[Side, float]]:
    """Left, right, left… with the time of each contact."""
    side, contact_s = Side.LEFT, start_s
    while contact_s < end_s:
        yield side, contact_s
        side, contact_s = side.other, contact_s + STEP_S


def run(
    decider: Decider,
    make: Callable[[Side, float], Stance | None],
    *,
    start_s: float = 0.0,
    end_s: float,
    seen: Callable[[float], bool] = lambda _: True,
    watch: Callable[[float, Cue], None] = lambda _, __: None,
) -> list[Cue]:
    """Run from `start_s` to `end_s` with a tick every `TICK_S`; each stance comes in with the tick at its toe-off."""
    cues: list[Cue | None] = []
    coming = [step for side, contact_s in steps(start_s, end_s) if (step := make(side, contact_s)) is not None]
    now_s = start_s
    while now_s <= end_s:
        cues.append(decider.tick(now_s, seen(now_s)))
        while coming and coming[0].toe_off_s <= now_s:
            cues.append(decider.stance(coming.pop(0)))
        watch(now_s, decider.current)
        now_s += TICK_S
    return [cue for cue in cues if cue is not None]


def drops(left_deg: float, right_deg: float, **more: float) -> Callable[[Side, float], Stance]:
    return lambda side, contact_s: stance(side, contact_s, left_deg if side is Side.LEFT else right_deg, **more)


def mirrored(cue: Cue) -> Cue:
    swapped = cue.reason.replace("left", "?").replace("right", "left").replace("?", "right")
    return replace(cue, side=cue.side.other if cue.side else None, reason=swapped)
