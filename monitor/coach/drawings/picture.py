"""Draws posed bodies and what they stand on as line art whose colours the page gives.

Every part has a class, and no colour: `fig-body`, `fig-far` (a limb behind the body), `fig-work` and
`fig-work-far` (the leg that is trained), `fig-hair`, `fig-floor`, `fig-shadow`, `fig-thing` and `fig-wall` with their
`-top` and `-side`, `fig-belt` (through both hips), `fig-arrow` and its `fig-tip`, `fig-number`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import cos, hypot, radians, sin

import numpy as np

from monitor.coach.drawings.skeleton import NECK_TO_HEAD, TRUNK, Pose, Triple, Vector

UNITS = 100.0
"""Of the drawing, to a metre."""
GAP = 6.0
"""Between the two pictures."""
FAR_M = 0.045
"""A limb so far behind the middle of the body is drawn as being behind."""
Point = tuple[float, float]
Circle = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class View:
    """From where one looks."""

    turn_deg: float = 0.0
    """Round the body, + to see more of what is at the right."""
    above_deg: float = 6.0

    def see(self, place: Vector) -> Point:
        """Return x and y (down) in the picture, in units of the drawing."""
        turn, above = radians(self.turn_deg), radians(self.above_deg)
        right = float(place[0]) * cos(turn) - float(place[2]) * sin(turn)
        return UNITS * right, -UNITS * (float(place[1]) * cos(above) - self.depth(place) * sin(above))

    def depth(self, place: Vector) -> float:
        """Return how near it is, in metres along the floor."""
        turn = radians(self.turn_deg)
        return float(place[0]) * sin(turn) + float(place[2]) * cos(turn)


@dataclass(frozen=True, slots=True)
class Box:
    """A step, a box, a wall: from corner to corner."""

    low: Triple
    high: Triple
    kind: str = "thing"


@dataclass(frozen=True, slots=True)
class Arrow:
    """The way something moves, in the picture's plane through the middle of the body."""

    start: Point
    end: Point
    bend: float = 0.0
    """How far its middle lies beside the straight line, in parts of its length; + to the left of its way."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One of the two pictures."""

    pose: Pose
    things: Sequence[Box] = ()
    arrows: Sequence[Arrow] = ()
    shadow: Triple | None = None
    """On the floor below somebody who is in the air."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Beginning and end of an exercise."""

    view: View
    work: frozenset[str]
    """Which legs are trained."""
    panels: tuple[Panel, Panel]
    frame: tuple[float, float, float, float]
    """Least and greatest x, least and greatest y of what is shown, in metres in the picture."""
    stacked: bool = False
    """One above the other, for who lies."""
    belt: bool = False
    """A line through both hips, where it matters that they are level."""
    floor: tuple[float, float, float, float] | None = None
    """Least and greatest x and z of the floor or mat."""


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    path: str
    near: float
    """How much nearer to who looks than the body, in metres."""
    order: int = 0
    """Among what is as near: the greater is drawn later."""


def svg(drawing: Drawing, mirrored: bool = False) -> str:
    """Return the two pictures as SVG, for the right leg, or mirrored for the left one."""
    left, right, low, high = (UNITS * value for value in drawing.frame)
    width, height = right - left, high - low
    whole = (width, 2 * height + GAP) if drawing.stacked else (2 * width + GAP, height)
    lines = [f'<svg class="figure" viewBox="0 0 {_n(whole[0])} {_n(whole[1])}" aria-hidden="true" focusable="false">']
    for number, panel in enumerate(drawing.panels):
        x, y = (0.0, number * (height + GAP)) if drawing.stacked else (number * (width + GAP), 0.0)
        place = f"translate({_n(x + right)} {_n(y + high)}) scale(-1 1)" if mirrored else ""
        place = place or f"translate({_n(x - left)} {_n(y + high)})"
        lines.append(f'<g transform="{place}">')
        lines += _panel(drawing, panel)
        lines.append("</g>")
        lines.append(f'<text class="fig-number" x="{_n(x + 4)}" y="{_n(y + 13)}">{number + 1}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _panel(drawing: Drawing, panel: Panel) -> Iterator[str]:
    view = drawing.view
    if drawing.floor:
        x0, x1, z0, z1 = drawing.floor
        level = replace(view, turn_deg=0.0)
        yield _polygon("floor", [level.see(np.array((x, 0.0, z))) for x, z in ((x0, z0), (x1, z0), (x1, z1), (x0, z1))])
    for box in panel.things:
        yield from _box(view, box)
    if panel.shadow:
        x, y = view.see(np.array(panel.shadow))
        yield f'<ellipse class="fig-shadow" cx="{_n(x)}" cy="{_n(y)}" rx="22" ry="4"/>'
    joints = panel.pose.joints()
    for part in sorted(_parts(drawing, joints), key=lambda part: (part.near, part.order)):
        yield f'<path class="fig-{part.name}" d="{part.path}"/>'
    if drawing.belt:
        ends = [np.array(view.see(joints[f"{side} hip"])) for side in ("left", "right")]
        out = 0.9 * (ends[1] - ends[0])
        (x1, y1), (x2, y2) = ends[0] - out, ends[1] + out
        yield f'<path class="fig-belt" d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}"/>'
    for arrow in panel.arrows:
        yield from _arrow(arrow)


def _parts(drawing: Drawing, joints: dict[str, Vector]) -> Iterator[_Part]:
    view = drawing.view

    def circle(name: str, radius: float) -> Circle:
        x, y = view.see(joints[name])
        return x, y, UNITS * radius

    def near(*names: str) -> float:
        return sum(view.depth(joints[name]) for name in names) / len(names)

    middle = near("pelvis", "neck")
    chest = joints["neck"] - 0.1 * (joints["neck"] - joints["pelvis"]) / TRUNK
    cx, cy = view.see(chest)
    hips = [circle(f"{side} hip", 0.085) for side in ("left", "right")]
    shoulders = [circle(f"{side} shoulder", 0.052) for side in ("left", "right")]
    torso = [*hips, circle("pelvis", 0.1), (cx, cy, 11.0), *shoulders]
    yield _Part("body", _hull(torso), 0.0)
    yield from _head(view, joints)
    for side in ("left", "right"):
        hip, knee, ankle = f"{side} hip", f"{side} knee", f"{side} ankle"
        thigh = _hull([circle(hip, 0.083), circle(knee, 0.056)])
        shank = _hull([circle(knee, 0.056), circle(ankle, 0.036)])
        foot = _hull([circle(ankle, 0.034), circle(f"{side} heel", 0.03), circle(f"{side} toe", 0.022)])
        depth = near(hip, knee, ankle) - middle
        plain = "work" if side in drawing.work else "body"
        behind = "work-far" if side in drawing.work else "far"
        yield _Part(behind if depth < -FAR_M else plain, foot + shank + thigh, _apart(depth), 1)
        shoulder, elbow, wrist = f"{side} shoulder", f"{side} elbow", f"{side} wrist"
        upper = _hull([circle(shoulder, 0.05), circle(elbow, 0.038)])
        lower = _hull([circle(elbow, 0.038), circle(wrist, 0.027)])
        hand = _hull([circle(wrist, 0.027), circle(f"{side} hand", 0.022)])
        depth = near(shoulder, elbow, wrist) - middle
        yield _Part("far" if depth < -FAR_M else "body", hand + lower + upper, _apart(depth), 2)


def _apart(depth: float) -> float:
    """How much nearer than the body a limb counts as; what is about as near is drawn over it."""
    return depth if abs(depth) > FAR_M else 0.0


def _head(view: View, joints: dict[str, Vector]) -> Iterator[_Part]:
    """Hair, face, nose: they say which way somebody looks."""
    head, face = joints["head"], joints["face"]

    def circle(place: Vector, radius: float) -> Circle:
        x, y = view.see(place)
        return x, y, UNITS * radius

    neck = _hull([circle(joints["neck"] + 0.2 * (head - joints["neck"]), 0.045), circle(head, 0.045)])
    hair, front = head - 0.035 * face + 0.03 * (head - joints["neck"]) / NECK_TO_HEAD, head + 0.012 * face
    looks_away = view.depth(face) < -0.3
    yield _Part("body", neck, 0.0, -1)
    yield _Part("hair", _hull([circle(hair, 0.1)]), 0.0, 5 if looks_away else 3)
    yield _Part("body", _hull([circle(front, 0.09), circle(head + 0.1 * face, 0.02)]), 0.0, 4)


def _box(view: View, box: Box) -> Iterator[str]:
    (x0, y0, z0), (x1, y1, z1) = box.low, box.high

    def face(*corners: Triple) -> list[Point]:
        return [view.see(np.array(corner)) for corner in corners]

    side = x1 if view.turn_deg > 0 else x0
    if view.turn_deg:
        yield _polygon(f"{box.kind}-side", face((side, y0, z0), (side, y1, z0), (side, y1, z1), (side, y0, z1)))
    yield _polygon(f"{box.kind}-top", face((x0, y1, z0), (x1, y1, z0), (x1, y1, z1), (x0, y1, z1)))
    yield _polygon(box.kind, face((x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)))


def _arrow(arrow: Arrow) -> Iterator[str]:
    (x1, y1), (x2, y2) = ((UNITS * x, -UNITS * y) for x, y in (arrow.start, arrow.end))
    cx = (x1 + x2) / 2 + arrow.bend * (y2 - y1)
    cy = (y1 + y2) / 2 - arrow.bend * (x2 - x1)
    dx, dy = x2 - cx, y2 - cy
    scale = 7.0 / hypot(dx, dy)
    dx, dy = dx * scale, dy * scale
    tip = f"M{_n(x2)} {_n(y2)}L{_n(x2 - dx - 0.65 * dy)} {_n(y2 - dy + 0.65 * dx)}"
    tip += f"L{_n(x2 - dx + 0.65 * dy)} {_n(y2 - dy - 0.65 * dx)}Z"
    yield f'<path class="fig-arrow" d="M{_n(x1)} {_n(y1)}Q{_n(cx)} {_n(cy)} {_n(x2 - dx)} {_n(y2 - dy)}"/>'
    yield f'<path class="fig-tip" d="{tip}"/>'


def _hull(circles: Sequence[Circle]) -> str:
    """Return the outline of what a rubber band round circles encloses: arcs and the straight lines between them."""
    points = sorted(
        (x + r * cos(radians(angle)), y + r * sin(radians(angle)), which)
        for which, (x, y, r) in enumerate(circles)
        for angle in range(0, 360, 4)
    )

    def half(points: Sequence[tuple[float, float, int]]) -> list[tuple[float, float, int]]:
        kept: list[tuple[float, float, int]] = []
        for point in points:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0.0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    found = [*half(points), *half(points[::-1])]
    begins = next((i for i in range(len(found)) if found[i][2] != found[i - 1][2]), 0)
    found = found[begins:] + found[:begins]
    if len({which for *_, which in found}) == 1:  # one circle is all: two halves of it, for an arc has two ends
        x, y, r = circles[found[0][2]]
        arc = f"A{_n(r)} {_n(r)} 0 0 1"
        return f"M{_n(x - r)} {_n(y)}{arc} {_n(x + r)} {_n(y)}{arc} {_n(x - r)} {_n(y)}Z"
    path = ""
    for which, group in groupby(found, key=lambda point: point[2]):
        on = list(group)
        (x1, y1, _), (x2, y2, _) = on[0], on[-1]
        path += f"{'L' if path else 'M'}{_n(x1)} {_n(y1)}"
        if len(on) > 1:
            r = circles[which][2]
            path += f"A{_n(r)} {_n(r)} 0 {int(4 * (len(on) - 1) > 180)} 1 {_n(x2)} {_n(y2)}"
    return path + "Z"


def _turn(a: Sequence[float], b: Sequence[float], c: Sequence[float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _outline(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points) + "Z"


def _polygon(name: str, points: Sequence[Point]) -> str:
    return f'<path class="fig-{name}" d="{_outline(points)}"/>'


def _n(value: float) -> str:
    """A number with one decimal at most."""
    return f"{round(value, 1) + 0.0:g}"
