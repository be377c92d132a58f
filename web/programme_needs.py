"""What a run has to have to be the programme's baseline, in words and figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.coach.programme import Condition, Run, Wanted, conditions
from web.language import _
from web.words import PELVIC_DROP, number, side, with_unit


@dataclass(frozen=True, slots=True)
class Need:
    """A condition, how it is, and whether it is met."""

    what: str
    how: str
    met: bool


def needs_of(run: Run, now: datetime) -> Iterator[Need]:
    """Say of every condition how this run meets it; of the last two, one leg is enough."""
    found = conditions(run, now)
    one_side = any(c.met for c in found if c.wanted is Wanted.DROP)
    for condition in found:
        met = one_side if condition.wanted is Wanted.DROP else condition.met
        yield Need(_need(condition), _how(condition), met)


def _need(condition: Condition) -> str:
    limit = condition.limit
    if condition.wanted is Wanted.MINUTES:
        return _("At least %(n)s minutes of running", n=number(limit, 0))
    if condition.wanted is Wanted.STANCES:
        return _("At least %(n)s stances with a value on the %(side)s leg", n=number(limit, 0), side=_leg(condition))
    if condition.wanted is Wanted.ONE_SPEED:
        return _("One speed, to within %(n)s %%", n=number(100.0 * limit, 0))
    if condition.wanted is Wanted.AGE:
        return _("At most %(n)s days old", n=number(limit, 0))
    return _(
        "Pelvis drop above %(limit)s on one leg, the ± taken off: %(side)s",
        limit=with_unit(number(limit, 0), PELVIC_DROP),
        side=_leg(condition),
    )


def _how(condition: Condition) -> str:
    value = condition.value
    if condition.wanted is Wanted.MINUTES:
        return number(value or 0.0, 1)
    if condition.wanted is Wanted.ONE_SPEED:
        return _("no speed was said") if value is None else f"{number(100.0 * value, 0)} %"
    if condition.wanted is Wanted.DROP:
        return _("not measured") if value is None else with_unit(number(value, 1), PELVIC_DROP)
    return number(value or 0.0, 0)


def _leg(condition: Condition) -> str:
    return side(condition.side) if condition.side else ""
