"""A session as its page tells it: the answer first, then everything it rests on."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from monitor.coach.comparison import can_be_told, detectable, difference
from monitor.store import Calibration, CueRow, SessionRow, StanceColumns
from monitor.vocabulary import VARIABLES, Curves, PelvicSource, Side, Statistic, Summary, Variable, View
from web.chart import Chart, Panel, chart, cue_spans
from web.comparison import baseline, between_sides, verdict
from web.drift import Drift, drift
from web.figure import Figure, figure
from web.findings import Facts, Finding, findings, limit_deg
from web.heard import heard
from web.language import _, ngettext
from web.rangebar import RangeBar, range_bars
from web.strides import StrideChart, stride_charts
from web.words import (
    PELVIC_DROP,
    SIDES,
    SOURCE_WORDS,
    VARIABLE,
    Shown,
    clock,
    count,
    decimals,
    duration,
    number,
    show,
    signed,
    titled,
    together,
    unsigned,
    with_unit,
)
from web.words import side as named

ALSO = (VARIABLE["knee_collapse_deg"], VARIABLE["trunk_lean_deg"])
"""What the answer tells besides the pelvis drop."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A variable of one side."""

    side: Side
    shown: Shown
    bar: RangeBar | None
    figure: Figure | None = None
    change: str = ""
    """Against the runner's baseline, in a sentence; empty of a session that is nobody's."""


@dataclass(frozen=True, slots=True)
class Line:
    """One variable, both sides."""

    variable: Variable
    left: Shown
    right: Shown


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding and the picture of its evidence: one of the two, or none where neither could be drawn."""

    told: Finding
    strides: StrideChart | None
    drift: Drift | None


@dataclass(frozen=True, slots=True)
class Unevenness:
    """Left against right in one variable."""

    variable: Variable
    difference: Shown
    detectable: str
    is_told: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What the session page shows."""

    session: SessionRow
    answers: tuple[Answer, ...]
    """Pelvis drop, left and right; none before there is a summary."""
    also: tuple[tuple[Variable, tuple[Answer, ...]], ...]
    """Knee and trunk in the same way."""
    findings: tuple[ShownFinding, ...]
    lines: tuple[Line, ...]
    line: str
    """What measured the line of the hips, and how often it could."""
    quality: tuple[str, ...]
    strides: tuple[StrideChart, ...]
    no_strides: str
    """Why there is no average stride."""
    drift: Drift | None
    unevenness: tuple[Unevenness, ...]
    chart: Chart | None
    missing: dict[Side, tuple[str, ...]]
    """For each side, where the chart has no value and why."""
    cues: tuple[str, ...]


def report(
    session: SessionRow,
    stances: StanceColumns,
    cues: Sequence[CueRow],
    calibration: Calibration | None = None,
    curves: Curves | None = None,
    earlier: Sequence[Summary] | None = None,
) -> Report:
    """Put a session's page together.

    earlier: summaries of the same runner's sessions before it, the oldest first; None of a session that is nobody's.
    """
    drawn = chart(stances, cues, session.origin_s)
    limits = {side: limit_deg(side, cues) for side in SIDES}
    uneven = _uneven(session.summary, stances) if session.summary else {}
    changes = _changes(session.summary, earlier) if session.summary and earlier is not None else {}
    strides = stride_charts(curves, limits)
    went = drift(stances, session.origin_s)
    found = findings(
        Facts(
            {side: session.summary[side][PELVIC_DROP.name] for side in SIDES} if session.summary else {},
            stances,
            cues,
            session.origin_s,
            uneven.get(PELVIC_DROP),
            changes,
            session.cadence_spm,
            calibration is not None,
        )
    )
    return Report(
        session=session,
        answers=answers(session, limits, changes),
        also=tuple((variable, _also(session.summary, variable)) for variable in ALSO) if session.summary else (),
        findings=tuple(_shown(finding, strides, went) for finding in found),
        lines=lines(session),
        line=_hip_line(stances),
        quality=tuple(_quality(session, calibration)),
        strides=strides,
        no_strides=_no_strides(session, curves),
        drift=went,
        unevenness=tuple(_unevenness(variable, difference) for variable, difference in uneven.items()),
        chart=drawn,
        missing={panel.side: tuple(_missing(panel, session.origin_s)) for panel in drawn.panels} if drawn else {},
        cues=tuple(_cues(session, stances, cues)),
    )


NO_LIMITS: Mapping[Side, float | None] = {}
NO_CHANGES: Mapping[Side, Statistic] = {}


def answers(
    session: SessionRow,
    limits: Mapping[Side, float | None] = NO_LIMITS,
    changes: Mapping[Side, Statistic] = NO_CHANGES,
) -> tuple[Answer, ...]:
    """Pelvis drop, left then right; empty before there is a summary."""
    if session.summary is None:
        return ()
    drops = {side: session.summary[side][PELVIC_DROP.name] for side in SIDES}
    bars = range_bars(drops, limits)
    return tuple(
        Answer(
            side,
            show(drop, PELVIC_DROP),
            bars.get(side),
            figure(side, drop),
            _change(changes[side]) if side in changes else "",
        )
        for side, drop in drops.items()
    )


def _shown(finding: Finding, strides: Sequence[StrideChart], went: Drift | None) -> ShownFinding:
    stride = next((chart for chart in strides if chart.variable.name == finding.evidence), None)
    return ShownFinding(finding, stride, went if finding.evidence and stride is None else None)


def _also(summary: Summary, variable: Variable) -> tuple[Answer, ...]:
    of_side = {side: summary[side][variable.name] for side in SIDES}
    bars = range_bars(of_side, NO_LIMITS)
    return tuple(Answer(side, show(statistic, variable), bars.get(side)) for side, statistic in of_side.items())


def _changes(summary: Summary, earlier: Sequence[Summary]) -> dict[Side, Statistic]:
    """Of the pelvis drop, less the runner's baseline."""
    before = {side: baseline([of_session[side][PELVIC_DROP.name] for of_session in earlier]) for side in SIDES}
    return {side: difference(before[side], summary[side][PELVIC_DROP.name]) for side in SIDES}


def _change(change: Statistic) -> str:
    if change.mean is None or change.ci95 is None:
        return _("Against your baseline: %(reason)s", reason=heard(change.reason or _("not known")))
    size = f"{signed(change.mean, 1)} ± {unsigned(detectable(change), 1)}°"
    return _("%(size)s against your baseline: %(verdict)s", size=size, verdict=verdict(change))


def _uneven(summary: Summary, stances: StanceColumns) -> dict[Variable, Statistic]:
    """Left less right."""
    left, right = (summary[side] for side in SIDES)
    return {v: between_sides(left[v.name], right[v.name], _shared_sds(stances, v)) for v in VARIABLES}


def _shared_sds(stances: StanceColumns, variable: Variable) -> tuple[float, float]:
    left, right = (_shared_sd(stances, side, variable) for side in SIDES)
    return left, right


def _shared_sd(stances: StanceColumns, side: Side, variable: Variable) -> float:
    """What a side's stances share of the error: the root mean square of what each states, as in its interval."""
    mine = stances.of(side) & np.isfinite(stances.value[variable.name])
    return math.sqrt(float(np.mean(stances.shared_sd[variable.name][mine] ** 2))) if mine.any() else 0.0


def _unevenness(variable: Variable, uneven: Statistic) -> Unevenness:
    told_from = _("not known")
    if uneven.ci95 is not None:
        told_from = with_unit(unsigned(detectable(uneven), decimals(variable)), variable)
    return Unevenness(variable, show(uneven, variable), told_from, can_be_told(uneven))


def _no_strides(session: SessionRow, curves: Curves | None) -> str:
    if curves is None:
        if session.ended_how == "recovered":
            return _("This session has no average stride: it was cut off before one was stored")
        return _("This session has no average stride: none was stored with it")
    return "" if any(curves.values()) else _("No stride was measured")


def lines(session: SessionRow) -> tuple[Line, ...]:
    """Every variable, left and right; empty before there is a summary."""
    if session.summary is None:
        return ()
    left, right = (session.summary[side] for side in SIDES)
    return tuple(Line(v, show(left[v.name], v), show(right[v.name], v)) for v in VARIABLES)


def _quality(session: SessionRow, calibration: Calibration | None) -> Iterable[str]:
    yield _frames(session)
    stood = (
        _("The camera stood behind the runner; a roll of %(deg)s° was taken out of every angle.", deg=_roll(session))
        if session.view is View.REAR
        else _(
            "The camera stood in front of the runner; a roll of %(deg)s° was taken out of every angle.",
            deg=_roll(session),
        )
    )
    yield together(stood, _("What is left of it adds to one side and takes from the other."))
    if calibration is None:
        yield _(
            "The drop is counted from level. "
            "With a belt on, standing still for five seconds before the run makes a zero of one's own."
        )
    else:
        within = "" if calibration.roll_sd_deg is None else f" ± {number(1.96 * calibration.roll_sd_deg, 1)}"
        yield _(
            "The drop is counted from the runner standing still at %(moment)s: "
            "the hip line stood at %(deg)s° in the picture then.",
            moment=clock(calibration.time_s - session.origin_s),
            deg=signed(calibration.roll_deg, 1) + within,
        )
    if session.clock_synchronised is False:
        yield _("The unit's clock was not set when the session began: its date and time may be wrong.")


def _roll(session: SessionRow) -> str:
    return signed(session.roll_deg, 1)


def _hip_line(stances: StanceColumns) -> str:
    measured = np.isfinite(stances.value[PELVIC_DROP.name])
    if not len(stances):
        return _("No stance was recognised.")
    if not measured.any():
        return _("Stances with a pelvis drop: none of %(all)s.", all=number(len(stances)))
    sources = Counter(source for source in stances.source[measured].tolist() if source is not None)
    counted = {_(SOURCE_WORDS[PelvicSource(source)]): number(n) for source, n in sources.most_common()}
    from_what = (
        "".join(counted)
        if len(counted) == 1
        else ", ".join(_("%(source)s in %(n)s of them", source=source, n=n) for source, n in counted.items())
    )
    text = _(
        "Stances with a pelvis drop: %(n)s of %(all)s. Hip line from %(sources)s.",
        n=number(int(measured.sum())),
        all=number(len(stances)),
        sources=from_what,
    )
    if PelvicSource.LANDMARKS in sources:
        return together(text, _("Body points alone follow the pelvis poorly: that is why the ± is large."))
    return text


def _frames(session: SessionRow) -> str:
    if session.fps_measured is None:
        return _("The frame rate is not known.")
    return _(
        "%(frames)s seen, %(rate)s a second; %(dropped)s dropped.",
        frames=count(session.frames_seen, "frame"),
        rate=number(session.fps_measured, 1),
        dropped=number(session.frames_dropped),
    )


def _missing(panel: Panel, origin_s: float) -> Iterable[str]:
    """One sentence for each reason."""
    if not panel.shown and not panel.stretches:
        yield _("no stance was recognised")
    for reason, group in groupby(sorted(panel.stretches, key=lambda s: s.reason), key=lambda s: s.reason):
        runs = list(group)
        longest = max(runs, key=lambda s: s.end_s - s.start_s)
        span = _("%(low)s to %(high)s", low=clock(longest.start_s - origin_s), high=clock(longest.end_s - origin_s))
        stances = sum(run.stances for run in runs)
        what = heard(_(reason)) + (f" ({count(stances, 'stance')})" if stances else "")
        yield ngettext(
            "%(what)s: %(span)s", "%(what)s: %(num)s times, longest %(span)s", len(runs), what=what, span=span
        )


def _cues(session: SessionRow, stances: StanceColumns, cues: Sequence[CueRow]) -> Iterable[str]:
    end_s = float(stances.toe_off_s.max(initial=session.origin_s))
    for side in SIDES:
        marks = cue_spans(side, cues, end_s)
        if marks:
            lit = duration(sum(end - start for start, end in marks))
            said = ngettext(
                "%(side)s lamp on once, %(time)s in all",
                "%(side)s lamp on %(num)s times, %(time)s in all",
                len(marks),
                side=named(side),
                time=lit,
            )
            yield titled(said)
