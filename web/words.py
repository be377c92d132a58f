"""Numbers, times and names as a reader sees them, in the reader's language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from monitor.vocabulary import VARIABLES, LampState, PelvicSource, Side, Stance, Statistic, Variable
from web.heard import heard
from web.language import N_, _, both, ngettext, spoken

SOURCE_WORDS = {
    PelvicSource.BELT: N_("the marked belt"),
    PelvicSource.NETWORK: N_("the pelvis network"),
    PelvicSource.GIVEN: N_("a line given with the recording"),
    PelvicSource.LANDMARKS: N_("the body points of the pose network alone"),
}

STATE_WORDS = {
    LampState.STARTING: N_("Starting"),
    LampState.READY: N_("Ready"),
    LampState.MEASURING: N_("Measuring"),
    LampState.CANNOT_SEE: N_("Cannot see you"),
    LampState.SETUP: N_("Somebody looks through the camera"),
    LampState.CHECKING: N_("A control check is on"),
    LampState.FAULT: N_("Fault"),
    LampState.OFF: N_("Off"),
}

LAMP_WORDS = {
    "left_amber": N_("left lamp, amber"),
    "left_blue": N_("left lamp, blue"),
    "right_amber": N_("right lamp, amber"),
    "right_blue": N_("right lamp, blue"),
    "status": N_("status lamp"),
    "buzzer": N_("buzzer"),
}

HIP_LINE_WORDS = {
    PelvicSource.BELT: N_("belt"),
    PelvicSource.NETWORK: N_("network"),
    PelvicSource.GIVEN: N_("given"),
    PelvicSource.LANDMARKS: N_("landmarks"),
}

DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
MONTHS = (
    *(N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun")),
    *(N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")),
)

STATUS_WORDS = {
    "running": N_("running"),
    "not closed": N_("not closed"),
    "cut off": N_("cut off"),
    "ended by a fault": N_("ended by a fault"),
}

COUNTED = {
    "stance": both("%(num)s stance", "%(num)s stances"),
    "stride": both("%(num)s stride", "%(num)s strides"),
    "session": both("%(num)s session", "%(num)s sessions"),
    "frame": both("%(num)s frame", "%(num)s frames"),
}

VARIABLE = {variable.name: variable for variable in VARIABLES}
NUMBER = re.compile(r"-?\d+\.\d+")
NORMAL_95 = 1.96
"""Two-sided 95 % of a normal distribution, in standard deviations."""
SIDES = (Side.LEFT, Side.RIGHT)
"""As they stand before somebody behind the runner."""
PELVIC_DROP = VARIABLE["pelvic_drop_deg"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A statistic in words: a value with its interval, or the reason why there is none."""

    exact: float | None
    value: str
    plus_minus: str
    """Half the 95 % interval."""
    interval: str
    n: int
    reason: str | None


def decimals(variable: Variable) -> int:
    """How many decimals a variable is shown with."""
    return 1 if variable.unit == "°" else 2


def number(value: float, digits: int = 0) -> str:
    """A number as the language writes it."""
    return spoken().number(f"{value:,.{digits}f}")


def plain(value: float) -> str:
    """A number with as many decimals as it has."""
    return spoken().number(f"{value:g}")


def written(text: str) -> str:
    """A number that is given as text, as the language writes it; anything else as it is."""
    return spoken().number(text) if NUMBER.fullmatch(text) else text


def signed(value: float, digits: int) -> str:
    """A number with its sign, a true minus included; zero has none."""
    text = f"{value:+.{digits}f}"
    return spoken().number(text[1:] if float(text) == 0.0 else text.replace("-", "−"))


def unsigned(value: float, digits: int) -> str:
    """A size, never shown as nothing."""
    text = f"{value:.{digits}f}"
    if float(text):
        return spoken().number(text)
    return _("under %(size)s", size=spoken().number(f"{10**-digits:.{digits}f}"))


def with_unit(number: str, variable: Variable) -> str:
    """`+5.2°`; any other unit stands at the name of the variable."""
    return f"{number}°" if variable.unit == "°" else number


def label(variable: Variable) -> str:
    """What a variable is called."""
    return heard(variable.label)


def unit(variable: Variable) -> str:
    """What a variable is measured in."""
    return heard(variable.unit)


def meaning_of_plus(variable: Variable) -> str:
    """What a positive value says."""
    return heard(variable.meaning_of_plus)


def name_of(variable: Variable) -> str:
    """What a variable is called, with the unit that its numbers do not carry."""
    if variable.unit == "°":
        return label(variable)
    return _("%(variable)s, in %(unit)s", variable=label(variable), unit=unit(variable))


def side(of: Side) -> str:
    """`left`, inside a sentence."""
    return _("left") if of is Side.LEFT else _("right")


def heading(of: Side) -> str:
    """`Left`, where a line begins with it."""
    return _("Left") if of is Side.LEFT else _("Right")


def sides(of: Iterable[Side]) -> str:
    """`left`, or `left and right`."""
    named = [side(each) for each in of]
    return _("%(first)s and %(second)s", first=named[0], second=named[1]) if len(named) > 1 else "".join(named)


def state(of: LampState) -> str:
    """What the unit does."""
    return _(STATE_WORDS[of])


def status(of: str) -> str:
    """What is unusual about a session."""
    return _(STATUS_WORDS[of])


def hip_line(source: PelvicSource | None) -> str:
    """What measured the line of the hips in one stance."""
    return _("no hip line") if source is None else _(HIP_LINE_WORDS[source])


def cadence(spm: float) -> str:
    """`172 steps a minute`."""
    return _("%(n)s steps a minute", n=number(spm))


def added(counts: Iterable[int]) -> str:
    """`612 + 598`."""
    return " + ".join(number(n) for n in counts)


def show(statistic: Statistic, variable: Variable) -> Shown:
    """A statistic for the page."""
    if statistic.mean is None:
        return Shown(None, "", "", "", statistic.n, heard(statistic.reason or "") or _("no stance had a value"))
    digits = decimals(variable)
    value = with_unit(signed(statistic.mean, digits), variable)
    if statistic.ci95 is None:
        return Shown(statistic.mean, value, _("± not known"), "", statistic.n, None)
    low, high = statistic.ci95
    half = with_unit(unsigned((high - low) / 2, digits), variable)
    interval = _("%(low)s to %(high)s", low=signed(low, digits), high=with_unit(signed(high, digits), variable))
    return Shown(statistic.mean, value, f"± {half}", interval, statistic.n, None)


def withheld_reason(stance: Stance, variable: Variable) -> str | None:
    """Why a stance has no value of a variable; None if it has one."""
    measure = stance.measures[variable.name]
    return None if measure.value is not None else stance.reason or measure.reason


def show_stance(stance: Stance, variable: Variable) -> str:
    """One stance's value with 95 % of its own error."""
    measure = stance.measures[variable.name]
    if measure.value is None:
        return _("withheld: %(reason)s", reason=heard(withheld_reason(stance, variable) or ""))
    digits = decimals(variable)
    return f"{signed(measure.value, digits)} ± {unsigned(NORMAL_95 * (measure.sd or 0.0), digits)}"


def clock(seconds: float) -> str:
    """`3:07`, or `1:03:07` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def stopwatch(seconds: float) -> str:
    """`3:07.4`: as `clock`, with tenths."""
    tenths = round(seconds * 10)
    return spoken().number(f"{clock(tenths // 10)}.{tenths % 10}")


def duration(seconds: float) -> str:
    """`45 s`, `3 min 7 s`, `1 h 3 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def milliseconds(seconds: float) -> str:
    """`9.5 ms`, `142 ms`, never broken between lines."""
    milli = seconds * 1000.0
    return f"{number(milli, 1 if milli < 99.95 else 0)}\u00a0ms"


def moment(at: datetime) -> str:
    """Date and time of day where the unit stands."""
    local = at.astimezone()
    return _(
        "%(weekday)s %(day)s %(year)s, %(time)s",
        weekday=_(DAYS[local.weekday()]),
        day=day(at),
        year=local.year,
        time=f"{local:%H:%M}",
    )


def day(at: datetime) -> str:
    """`3 Nov`: the day where the unit stands."""
    return in_month(at.astimezone().date())


def in_month(of: date) -> str:
    """`3 Nov`."""
    return _("%(day)s %(month)s", day=of.day, month=_(MONTHS[of.month - 1]))


def on(of: date) -> str:
    """`Mon 3 Nov`."""
    return _("%(weekday)s %(day)s", weekday=_(DAYS[of.weekday()]), day=in_month(of))


def sentence(text: str) -> str:
    """`text` with a capital letter and a full stop; nothing stays nothing."""
    if not text:
        return ""
    return f"{titled(text)}{'' if text.endswith(('.', '!', '?')) else '.'}"


def together(*sentences: str) -> str:
    """Sentences one after the other."""
    return " ".join(sentences)


def titled(text: str) -> str:
    """`text` with a capital letter."""
    return text[:1].upper() + text[1:]


def count(number: int, thing: str) -> str:
    """`1 stance`, `5,120 stances`; `thing` is one of `COUNTED`."""
    return ngettext(*COUNTED[thing], number)
