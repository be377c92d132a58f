"""How fast the belt runs, in the unit that the owner has set."""

import math
import re
from collections.abc import Sequence

from flask import current_app

from monitor.coach.programme.table import SPEED_TOLERANCE
from monitor.vocabulary import FASTEST_MPS, SLOWEST_MPS, SpeedUnit
from web.language import _
from web.standing import Standing
from web.words import clock, number

PACE = re.compile(r"(\d{1,2}):([0-5]\d)", re.ASCII)
DECIMAL = re.compile(r"\d{1,3}([.,]\d{1,3})?", re.ASCII)
LONGEST = 10


class NoSpeedError(ValueError):
    """What was typed is no speed of a treadmill; the message says so."""


def unit() -> SpeedUnit:
    """Return what the owner's treadmill shows; km/h while the unit cannot be asked."""
    standing: Standing = current_app.extensions["medius.standing"]
    said = (standing.now() or {}).get("speed_unit")
    return SpeedUnit(said) if said in list(SpeedUnit) else SpeedUnit.KMH


def shown(speed_mps: float) -> str:
    """`10.0 km/h`, `6:00 min/km`."""
    return f"{bare(speed_mps)} {unit()}"


def bare(speed_mps: float) -> str:
    """The same without its unit, as it is typed."""
    kind = unit()
    value = kind.shown(speed_mps)
    if kind is not SpeedUnit.MIN_PER_KM:
        return number(value, 1)
    minutes, seconds = divmod(round(value * 60.0), 60)
    return f"{minutes}:{seconds:02}"


def typed(text: str) -> float | None:
    """What a form says, in m/s; None where it says nothing. Raises NoSpeedError."""
    text = text.strip()[:LONGEST]
    if not text:
        return None
    value, kind = _value(text), unit()
    speed_mps = kind.mps(value) if value else math.nan
    if SLOWEST_MPS <= speed_mps <= FASTEST_MPS:
        return speed_mps
    least, most = sorted((SLOWEST_MPS, FASTEST_MPS), key=kind.shown)
    raise NoSpeedError(
        _("A treadmill runs at %(least)s to %(most)s %(unit)s.", least=bare(least), most=bare(most), unit=kind)
    )


def _value(text: str) -> float:
    """0 for what is no number."""
    if pace := PACE.fullmatch(text):
        return int(pace[1]) + int(pace[2]) / 60.0
    return float(text.replace(",", ".")) if DECIMAL.fullmatch(text) else 0.0


def in_words(speeds: Sequence[tuple[float, float]]) -> str:
    """`10.0 km/h, from 5:30 on 12.0 km/h`; empty where nobody said.

    :param speeds: seconds from the session's start and m/s, in their order.
    """
    first = [shown(speed_mps) for _at_s, speed_mps in speeds[:1]]
    later = [_("from %(time)s on %(speed)s", time=clock(at_s), speed=shown(mps)) for at_s, mps in speeds[1:]]
    return ", ".join(first + later)


def differ(first: Sequence[tuple[float, float]], second: Sequence[tuple[float, float]]) -> bool:
    """Whether the speeds said of two parts are farther apart than a baseline holds for."""
    said = [speed_mps for _at_s, speed_mps in (*first, *second)]
    return bool(first and second) and max(said) > (1.0 + SPEED_TOLERANCE) * min(said)
