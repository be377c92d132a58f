"""A control check as its page shows it: from what the diary holds to words, bars and courses. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.coach.check import FROM_LEVEL, LIMITS_DEG, Part
from monitor.coach.check.kinds import CHECK
from monitor.vocabulary import DiaryEntry, Side, Statistic, View
from web.axes import Axis, Tick, degree_axis, degree_ticks
from web.language import N_, _
from web.words import SIDES, day, signed, unsigned

PART_NAMES = {Part.PELVIS: N_("Pelvis drop"), Part.KNEE: N_("Knee collapse"), Part.TRUNK: N_("Trunk lean")}
PART_MEANS = {
    Part.PELVIS: N_("the hip of the free leg is lower"),
    Part.KNEE: N_("the knee is medial of the line from hip to ankle"),
    Part.TRUNK: N_("the trunk leans toward the leg that stands"),
}
LEVEL_NAMES = {"steady": N_("steady"), "moderate": N_("moderate"), "marked": N_("marked")}
REASONS = {
    "lost": N_("you were not seen for a moment"),
    "touched down": N_("the other foot came down"),
    "turned": N_("you were turned"),
    "moved": N_("the foot moved"),
    "too shallow": N_("too shallow"),
    "too deep": N_("too deep"),
}
ADVICE = {
    "lost": N_("Stay in the picture."),
    "touched down": N_("Keep the other foot up."),
    "turned": N_("Face straight ahead."),
    "moved": N_("Keep the foot where it is."),
    "too shallow": N_("A little deeper."),
    "too deep": N_("Not so deep."),
}
BOX = 1000.0
MOST_SHOWN = 30
"""Checks in the course and its table."""
_LONGEST = 1.5
"""Of the upper limit: so long is a bar."""


@dataclass(frozen=True, slots=True)
class LevelBar:
    """Places in per cent from the left."""

    moderate: float
    marked: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Read:
    """One part of one leg."""

    part: Part
    value: str
    """Empty where it is withheld."""
    plus_minus: str
    n: int
    level: str | None
    reason: str | None
    bar: LevelBar | None
    statistic: Statistic


@dataclass(frozen=True, slots=True)
class Sum:
    """Trunk, pelvis and knee of one leg together."""

    value: str
    """Empty where it is withheld."""
    plus_minus: str
    n: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class CheckedLeg:
    """One leg of one check."""

    side: Side
    parts: tuple[Read, ...]
    sum: Sum
    valid: int
    touches: int
    discarded: tuple[tuple[str, int], ...]

    def has(self, part: Part) -> bool:
        """Whether the part has a value."""
        return any(read.part is part and read.value for read in self.parts)


@dataclass(frozen=True, slots=True)
class Told:
    """A difference between the legs that is more than the measurement's error."""

    part: Part
    more: Side
    by: str
    error: str
    """From what size on a difference can be told."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One check."""

    at: datetime
    view: View
    legs: tuple[CheckedLeg, ...]
    told: tuple[Told, ...]
    compared: bool
    """Whether the legs could be set against each other at all."""
    roll_missing: bool
    """Whether pelvis or trunk could not be for want of the camera's roll."""


@dataclass(frozen=True, slots=True)
class Trend:
    """One leg's part over the checks, the oldest first."""

    part: Part
    side: Side
    dots: str
    whiskers: str
    ticks: tuple[Tick, ...]
    dates: tuple[Tick, ...]


def checks(diary: Sequence[DiaryEntry]) -> list[Checked]:
    """The newest first."""
    return [_checked(entry) for entry in reversed(diary) if entry.kind == CHECK][:MOST_SHOWN]


def trends(newest_first: Sequence[Checked]) -> dict[Part, tuple[Trend, ...]]:
    """Every part on one axis for both legs; nothing of a part that never had a value, or of a single check.

    Only checks seen from where the newest was seen: from the front the knee reads more.
    """
    oldest_first = [check for check in reversed(newest_first) if check.view is newest_first[0].view]
    found = {}
    for part in Part:
        of = {side: [_of(check, side, part) for check in oldest_first] for side in SIDES}
        ends = [end for side in SIDES for s in of[side] if s is not None and s.ci95 is not None for end in s.ci95]
        if len(oldest_first) > 1 and ends:
            axis = degree_axis(min(ends), max(ends))
            dates = _dates(oldest_first)
            found[part] = tuple(_trend(part, side, of[side], axis, dates) for side in SIDES)
    return found


def _checked(entry: DiaryEntry) -> Checked:
    body = entry.body
    legs = tuple(_leg(side, body["legs"][side]) for side in SIDES if side in body["legs"])
    roll_known = body.get("roll_sd") is not None  # checks from before it was asked for have none either
    differences = {
        part: body["differences"].get(part) if roll_known or part not in FROM_LEVEL else None for part in Part
    }
    told = tuple(
        Told(
            part,
            Side.LEFT if of["value"] > 0.0 else Side.RIGHT,
            f"{unsigned(abs(of['value']), 1)}°",
            f"±\u00a0{unsigned(of['detectable'], 1)}°",
        )
        for part, of in differences.items()
        if of is not None and abs(of["value"]) > of["detectable"]
    )
    compared = any(of is not None for of in differences.values())
    in_both = {part for part in FROM_LEVEL if all(leg.has(part) for leg in legs)} if len(legs) == len(Side) else set()
    return Checked(entry.at, View(body["view"]), legs, told, compared, bool(in_both) and not roll_known)


def _leg(side: Side, of: Mapping[str, Any]) -> CheckedLeg:
    return CheckedLeg(
        side,
        tuple(_read(part, of["values"][part], of["levels"][part]) for part in Part),
        _sum(of["sum"]),
        of["valid"],
        of["touches"],
        tuple((reason, n) for reason, n in of["discarded"].items()),
    )


def _read(part: Part, of: Mapping[str, Any], level: str | None) -> Read:
    value, half = of["value"], of["half95"]
    if value is None or half is None:
        withheld = Statistic(None, None, of["n"], None, of["reason"] or "")
        return Read(part, "", "", of["n"], None, of["reason"], None, withheld)
    statistic = Statistic(value, of["sd"], of["n"], (value - half, value + half))
    return Read(
        part,
        _degrees(value),
        _plus_minus(half),
        of["n"],
        level,
        None,
        _bar(part, value, half),
        statistic,
    )


def _sum(of: Mapping[str, Any] | float | None) -> Sum:
    """Older checks hold a bare number or nothing: a sum without its error is withheld."""
    if not isinstance(of, Mapping):
        return Sum("", "", 0, _("its uncertainty was not kept"))
    value, half = of["value"], of["half95"]
    if value is None or half is None:
        return Sum("", "", of["n"], of["reason"])
    return Sum(_degrees(value), _plus_minus(half), of["n"], None)


def _degrees(value: float) -> str:
    return f"{signed(value, 1)}°"


def _plus_minus(half: float) -> str:
    return f"± {unsigned(half, 1)}°"


def _bar(part: Part, value: float, half: float) -> LevelBar:
    moderate, marked = LIMITS_DEG[part]
    axis = Axis(-0.25 * marked, _LONGEST * marked)

    def place(deg: float) -> float:
        return round(100 * axis.part(deg), 1)

    return LevelBar(place(moderate), place(marked), place(value), place(value - half), place(value + half))


def _of(check: Checked, side: Side, part: Part) -> Statistic | None:
    reads = [read for leg in check.legs if leg.side is side for read in leg.parts if read.part is part]
    return reads[0].statistic if reads and reads[0].statistic.mean is not None else None


def _trend(part: Part, side: Side, values: Sequence[Statistic | None], axis: Axis, dates: tuple[Tick, ...]) -> Trend:
    def y(deg: float) -> float:
        return BOX * (1.0 - axis.part(deg))

    known = [(BOX * (i + 0.5) / len(values), s) for i, s in enumerate(values) if s is not None]
    return Trend(
        part,
        side,
        "".join(f"M{x:.0f} {y(s.mean or 0.0):.0f}h.01" for x, s in known),
        "".join(f"M{x:.0f} {y(s.ci95[0]):.0f}V{y(s.ci95[1]):.0f}" for x, s in known if s.ci95 is not None),
        degree_ticks(axis, 4),
        dates,
    )


def _dates(oldest_first: Sequence[Checked]) -> tuple[Tick, ...]:
    every = max(1, -(-len(oldest_first) // 3))
    return tuple(
        Tick(100 * (i + 0.5) / len(oldest_first), day(oldest_first[i].at)) for i in range(0, len(oldest_first), every)
    )
