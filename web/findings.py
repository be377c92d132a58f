"""What stands out in a session: at most three findings, each with its evidence and one thing to try.

A finding says more than errors of measurement would (`monitor.coach.comparison`), or what the unit itself did: withheld
a side, lit a lamp. What is tried is taken from the studies and the ladder of science.md sections 3, 5 and 7; which of
them stands at which finding is our choice [ours].
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

import numpy as np
import numpy.typing as npt

from monitor.coach.comparison import can_be_told, detectable, difference, part
from monitor.store import CueRow, StanceColumns
from monitor.vocabulary import PelvicSource, Side, Statistic
from web.chart import cue_spans
from web.heard import heard
from web.language import _, ngettext
from web.words import PELVIC_DROP, SIDES, VARIABLE, clock, duration, heading, number, signed, together, unsigned
from web.words import side as named

MOST = 3
LEAST_WORTH_DEG = 1.0
"""A smaller drift within a session is not worth a runner's time, be it as certain as it may [ours]."""
SHORTEST_DRIFT_S = 180.0
"""Of which a third is a minute [ours]."""
LEAN_MORE_DEG = 3.0
"""A trunk that leans so much more while the lamp is on takes the load off the hip instead (science.md section 5)."""
STEP_RATE_UP = 1.05
"""The smallest step of the cue with the best evidence (science.md section 5)."""
LEAN = VARIABLE["trunk_lean_deg"]


class Evidence(StrEnum):
    """Which picture shows it."""

    DROP = "pelvic_drop_deg"
    LEAN = "trunk_lean_deg"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True)
class Finding:
    """In the page's words."""

    side: Side | None
    headline: str
    detail: str
    to_try: str
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What findings are made of."""

    drop: Mapping[Side, Statistic]
    stances: StanceColumns
    cues: Sequence[CueRow]
    start_s: float
    sides: Statistic | None
    """Left less right."""
    changes: Mapping[Side, Statistic]
    """Against the runner's own baseline; of a session that is nobody's, none."""
    cadence_spm: float | None
    zeroed: bool
    """Whether the drop is counted from the runner standing still."""

    @property
    def end_s(self) -> float:
        """When the last stance ended."""
        return float(self.stances.toe_off_s.max(initial=self.start_s))


def findings(facts: Facts) -> tuple[Finding, ...]:
    """The first ones, those that matter most first."""
    every = (_unmeasured, _changed, _leaned, _beyond, _drifted, _uneven)
    return tuple(islice((finding for kind in every for finding in kind(facts)), MOST))


def _unmeasured(facts: Facts) -> Iterator[Finding]:
    withheld = {side: statistic.reason for side, statistic in facts.drop.items() if statistic.mean is None}
    if not len(facts.stances) or not withheld:
        return
    both = len(withheld) == len(SIDES)
    side = None if both else next(iter(withheld))
    yield Finding(
        side,
        _("No pelvis drop this time") if side is None else _("%(side)s: no pelvis drop this time", side=heading(side)),
        _(
            "Withheld, because: %(reasons)s.",
            reasons="; ".join(dict.fromkeys(heard(str(reason)) for reason in withheld.values())),
        ),
        _("Wear fitted shorts, or the belt over the hips, and let the set-up page look at the camera."),
        None,
    )


def _changed(facts: Facts) -> Iterator[Finding]:
    told = [(side, change, change.mean or 0.0) for side, change in facts.changes.items() if can_be_told(change)]
    for side, change, by_deg in sorted(told, key=lambda item: -abs(item[2]) / detectable(item[1]))[:1]:
        more = by_deg > 0.0
        headline = (
            _("%(side)s: %(by)s° more drop than your baseline", side=heading(side), by=unsigned(by_deg, 1))
            if more
            else _("%(side)s: %(by)s° less drop than your baseline", side=heading(side), by=unsigned(-by_deg, 1))
        )
        yield Finding(
            side,
            headline,
            _told_from(change),
            _metronome(facts)
            if more
            else _("Note what was different (shoes, speed, cue) and do it once more: what returns counts for more."),
            Evidence.DROP,
        )


def _leaned(facts: Facts) -> Iterator[Finding]:
    """The trunk of a side leans more while that side's lamp is on."""
    for side in SIDES:
        lean = facts.stances.value[LEAN.name]
        mine, lit = facts.stances.of(side), _during(facts, side)
        change = difference(part(lean[mine & ~lit]), part(lean[mine & lit]))
        by_deg = change.mean or 0.0
        if can_be_told(change) and by_deg > LEAN_MORE_DEG:
            yield Finding(
                side,
                _(
                    "%(side)s: the trunk leaned %(by)s° more while the lamp was on",
                    side=heading(side),
                    by=unsigned(by_deg, 1),
                ),
                together(_("A trunk that leans over the leg makes the pelvis look level."), _told_from(change)),
                _("Next time keep the trunk where it is, even if the lamp stays on: what the hip changes counts."),
                Evidence.LEAN,
            )


def _beyond(facts: Facts) -> Iterator[Finding]:
    spans = {side: cue_spans(side, facts.cues, facts.end_s) for side in SIDES}
    lit_s = {side: sum(end - start for start, end in of_side) for side, of_side in spans.items()}
    side = max(SIDES, key=lit_s.__getitem__)
    if not lit_s[side]:
        return
    limit = limit_deg(side, facts.cues)
    lit = duration(lit_s[side])
    first = clock(spans[side][0][0] - facts.start_s)
    yield Finding(
        side,
        _("%(side)s: beyond your band for %(time)s", side=heading(side), time=lit)
        if limit is None
        else _(
            "%(side)s: beyond your band of %(limit)s° for %(time)s",
            side=heading(side),
            limit=unsigned(limit, 1),
            time=lit,
        ),
        ngettext(
            "The lamp came on once, first at %(first)s.",
            "The lamp came on %(num)s times, first at %(first)s.",
            len(spans[side]),
            first=first,
        ),
        _metronome(facts),
        Evidence.DROP,
    )


def _drifted(facts: Facts) -> Iterator[Finding]:
    length_s = facts.end_s - facts.start_s
    if length_s < SHORTEST_DRIFT_S:
        return
    drop, at_s = facts.stances.value[PELVIC_DROP.name], facts.stances.midstance_s
    first, last = at_s < facts.start_s + length_s / 3.0, at_s >= facts.end_s - length_s / 3.0
    thirds = {s: (part(drop[first & facts.stances.of(s)]), part(drop[last & facts.stances.of(s)])) for s in SIDES}
    changes = {s: difference(then, now) for s, (then, now) in thirds.items()}
    side = max(SIDES, key=lambda s: abs(changes[s].mean or 0.0))
    change, (then, now) = changes[side], thirds[side]
    by_deg = change.mean or 0.0
    if not can_be_told(change) or abs(by_deg) < LEAST_WORTH_DEG:
        return
    more = by_deg > 0.0
    means = _(
        "%(last)s° in the session's last third, %(first)s° in its first.",
        last=signed(now.mean or 0.0, 1),
        first=signed(then.mean or 0.0, 1),
    )
    yield Finding(
        side,
        _("%(side)s: %(by)s° more drop at the end", side=heading(side), by=unsigned(by_deg, 1))
        if more
        else _("%(side)s: %(by)s° less drop at the end", side=heading(side), by=unsigned(-by_deg, 1)),
        together(means, _told_from(change)),
        _(
            "Walk for a minute at %(moment)s next time, and see whether the last third still differs.",
            moment=clock(length_s * 2.0 / 3.0),
        )
        if more
        else _("Run the first minutes next time as you ran the last, and see whether the first third still differs."),
        Evidence.DRIFT,
    )


def _uneven(facts: Facts) -> Iterator[Finding]:
    if facts.sides is None or not can_be_told(facts.sides):
        return
    by_deg = facts.sides.mean or 0.0
    side = Side.LEFT if by_deg > 0.0 else Side.RIGHT
    belt = PelvicSource.BELT.value in facts.stances.source
    yield Finding(
        None,
        _(
            "The pelvis drops %(by)s° more on the %(side)s leg than on the %(other)s",
            by=unsigned(abs(by_deg), 1),
            side=named(side),
            other=named(side.other),
        ),
        _told_from(facts.sides),
        _("Stand still for five seconds before the next run, belt on: then belt and camera make no such difference.")
        if belt and not facts.zeroed
        else _(
            "Hip hitches on a step, 3 × 8 to 12 on the %(side)s leg: people train the muscles at the hip with them.",
            side=named(side),
        ),
        Evidence.DROP,
    )


def limit_deg(side: Side, cues: Sequence[CueRow]) -> float | None:
    """The edge of the band that the side was last cued by; None of one that was not."""
    return next((c.cue.target_deg for c in reversed(cues) if c.cue.side is side and c.cue.target_deg), None)


def _during(facts: Facts, side: Side) -> npt.NDArray[np.bool_]:
    """Which stances fall in the times that a side's lamp was on."""
    lit = np.zeros(len(facts.stances), np.bool_)
    for start_s, end_s in cue_spans(side, facts.cues, facts.end_s):
        lit |= (facts.stances.midstance_s >= start_s) & (facts.stances.midstance_s < end_s)
    return lit


def _metronome(facts: Facts) -> str:
    """The study of Bramah 2019: one session at 10 % more, 12 runners, 3.1 degrees less."""
    study = _("In a study of 12 runners 10 % more steps went with 3.1° less drop (Bramah 2019); yours may differ.")
    if facts.cadence_spm is None:
        return together(_("Take 5 % more steps a minute at the same speed, with a metronome."), study)
    to_do = _(
        "Run to a metronome at %(faster)s steps a minute, 5 %% above your %(now)s, at the same speed.",
        faster=number(STEP_RATE_UP * facts.cadence_spm),
        now=number(facts.cadence_spm),
    )
    return together(to_do, study)


def _told_from(change: Statistic) -> str:
    return _(
        "From %(least)s° on it is more than the measurement can tell from nothing.",
        least=unsigned(detectable(change), 1),
    )
