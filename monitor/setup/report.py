"""How a set-up is, from all that was seen until now."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from monitor.setup.advice import Finding, Verdict, about_light, about_placement, first_advice
from monitor.setup.body import Body, Stature, body_of
from monitor.setup.lens import Lens
from monitor.setup.light import light_of
from monitor.setup.looks import (
    EMPTY_S,
    LOOK_EVERY_S,
    MOMENT_S,
    MOVE_S,
    PICTURES,
    SEVERAL,
    STAND_S,
    Seen,
    where_people_are,
)
from monitor.setup.picture import mean, reduced
from monitor.setup.placing import Placement, placement
from monitor.setup.reference import LONGEST_PX, Reference, reference_of
from monitor.setup.segments import find_segments
from monitor.vocabulary import PelvicSource

LEAST_STRANGERS = 0.3
"""Part of the newest pictures that must show several people before they are sent away [ours]."""
MOST_BONES_FROM = 50
NEWEST = 10
"""Observations that tell where somebody is."""
ALONE = "Only the person on the treadmill may be in the picture: send others away, and cover mirrors."


class Look(StrEnum):
    """What must be seen."""

    EMPTY = "empty treadmill"
    STANDING = "standing still"
    MOVING = "walking or running"


TO_DO = {
    Look.EMPTY: "Leave the picture for three seconds, so that the treadmill is seen with nobody on it.",
    Look.STANDING: "Stand on the belt for five seconds: still and straight, both feet down, back to the camera.",
    Look.MOVING: "Walk or run on the belt for ten seconds.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """How far a look is."""

    look: Look
    seconds: float
    """Had so far."""
    wanted_s: float

    @property
    def done(self) -> bool:
        """Whether it is enough."""
        return self.seconds >= self.wanted_s


@dataclass(frozen=True, slots=True)
class Report:
    """How the set-up is."""

    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    """The most important first."""
    advice: str
    """The one thing to do now; empty when there is nothing."""
    placement: Placement | None
    """None until somebody was seen."""
    moved: int
    """How often the camera was moved, so that all looks began anew."""

    @property
    def complete(self) -> bool:
        """Whether everything was seen."""
        return all(step.done for step in self.steps)


def report_on(seen: Seen, lens: Lens, stature: Stature, exposure_ms: float | None = None) -> Report:
    """How the set-up is; takes a tenth of a second."""
    steps = (
        Step(Look.EMPTY, round(len(seen.empty) * LOOK_EVERY_S, 1), EMPTY_S),
        Step(Look.STANDING, seen.standing_s, STAND_S),
        Step(Look.MOVING, min(seen.moving_s, MOVE_S), MOVE_S),
    )
    light = light_of(seen.newest)
    findings = [] if light is None else [about_light(light, exposure_ms)]
    body, placed = _body(seen), None
    if body is not None and seen.newest:
        placed = _placement(seen, body, lens, stature)
        findings = [*about_placement(placed, body, lens), *findings]
    return Report(steps, tuple(findings), _advice(seen, steps, findings), placed, seen.moved)


def still_edges(seen: Seen) -> Reference | None:
    """What stands still in the picture, for a later look whether the camera was moved."""
    if not seen.newest:
        return None
    picture = reduced(mean(seen.empty) if seen.empty else seen.newest[-1], LONGEST_PX)
    people = (*seen.on_belt[:: max(1, len(seen.on_belt) // MOST_BONES_FROM)], *seen.standing[:1])
    return reference_of(picture, where_people_are(picture.shape, people, deck_too=True))


def _body(seen: Seen) -> Body | None:
    """Who stood, or else who is there now, or was last."""
    now_s = seen.recent[-1].time_s if seen.recent else 0.0
    moment = [o for o in seen.recent if now_s - o.time_s <= MOMENT_S]
    chosen = (seen.standing, moment, seen.on_belt[-NEWEST:])
    return next(filter(None, (body_of([o.pose for o in part if o.pose is not None]) for part in chosen)), None)


def _placement(seen: Seen, body: Body, lens: Lens, stature: Stature) -> Placement:
    alone = len(seen.empty) >= PICTURES
    picture = mean(seen.empty) if alone else seen.newest[-1] if seen.peopled is None else seen.peopled
    people = None if alone else body_of([o.pose for o in seen.on_belt[-NEWEST:] if o.pose is not None])
    segments = find_segments(picture).scaled(body.size[0] / picture.shape[1])
    stands = seen.standing_s >= STAND_S
    belts = [o.line.angle_deg for o in seen.standing if o.line is not None and o.line.source is PelvicSource.BELT]
    worn = stands and len(belts) > len(seen.standing) / 2
    belt_deg = float(np.median(belts)) if worn else None
    return placement(segments, body, stature, lens, people=people, stands=stands, belt_deg=belt_deg)


def _advice(seen: Seen, steps: tuple[Step, ...], findings: list[Finding]) -> str:
    if sum(o.reason == SEVERAL for o in seen.recent) > LEAST_STRANGERS * len(seen.recent):
        return ALONE
    undone = next((TO_DO[step.look] for step in steps if not step.done), "")
    bad = first_advice(findings, Verdict.BAD)
    return bad or undone or first_advice(findings, Verdict.UNKNOWN, Verdict.BETTER)
