"""Numbers, times and names as a reader sees them."""

from dataclasses import dataclass
from datetime import datetime

from monitor.vocabulary import VARIABLES, LampState, PelvicSource, Side, Stance, Statistic, Variable

SOURCE_WORDS = {
    PelvicSource.BELT: "the marked belt",
    PelvicSource.NETWORK: "the pelvis network",
    PelvicSource.GIVEN: "a line given with the recording",
    PelvicSource.LANDMARKS: "the body points of the pose network alone",
}

STATE_WORDS = {
    LampState.STARTING: "Starting",
    LampState.READY: "Ready",
    LampState.MEASURING: "Measuring",
    LampState.CANNOT_SEE: "Cannot see you",
    LampState.SETUP: "Somebody looks through the camera",
    LampState.CHECKING: "A control check is on",
    LampState.FAULT: "Fault",
    LampState.OFF: "Off",
}

LAMP_WORDS = {
    "left_amber": "left lamp, amber",
    "left_blue": "left lamp, blue",
    "right_amber": "right lamp, amber",
    "right_blue": "right lamp, blue",
    "status": "status lamp",
    "buzzer": "buzzer",
}

VARIABLE = {variable.name: variable for variable in VARIABLES}
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


def signed(value: float, digits: int) -> str:
    """A number with its sign, a true minus included; zero has none."""
    text = f"{value:+.{digits}f}"
    if float(text) == 0.0:
        return text[1:]
    return text.replace("-", "−")


def with_unit(number: str, variable: Variable) -> str:
    """`+5.2°`; any other unit stands at the name of the variable."""
    return f"{number}°" if variable.unit == "°" else number


def name_of(variable: Variable) -> str:
    """What a variable is called, with the unit that its numbers do not carry."""
    return variable.label if variable.unit == "°" else f"{variable.label}, in {variable.unit}"


def unsigned(value: float, digits: int) -> str:
    """A size, never shown as nothing."""
    text = f"{value:.{digits}f}"
    return text if float(text) else f"under {10**-digits:.{digits}f}"


def show(statistic: Statistic, variable: Variable) -> Shown:
    """A statistic for the page."""
    if statistic.mean is None:
        return Shown(None, "", "", "", statistic.n, statistic.reason or "no stance had a value")
    digits = decimals(variable)
    value = with_unit(signed(statistic.mean, digits), variable)
    if statistic.ci95 is None:
        return Shown(statistic.mean, value, "± not known", "", statistic.n, None)
    low, high = statistic.ci95
    half = with_unit(unsigned((high - low) / 2, digits), variable)
    interval = f"{signed(low, digits)} to {with_unit(signed(high, digits), variable)}"
    return Shown(statistic.mean, value, f"± {half}", interval, statistic.n, None)


def withheld_reason(stance: Stance, variable: Variable) -> str | None:
    """Why a stance has no value of a variable; None if it has one."""
    measure = stance.measures[variable.name]
    return None if measure.value is not None else stance.reason or measure.reason


def show_stance(stance: Stance, variable: Variable) -> str:
    """One stance's value with 95 % of its own error."""
    measure = stance.measures[variable.name]
    if measure.value is None:
        return f"withheld: {withheld_reason(stance, variable)}"
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
    return f"{clock(tenths // 10)}.{tenths % 10}"


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
    return f"{milli:.1f}\u00a0ms" if milli < 99.95 else f"{milli:,.0f}\u00a0ms"


def moment(at: datetime) -> str:
    """Date and time of day where the unit stands."""
    local = at.astimezone()
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def day(at: datetime) -> str:
    """`3 Nov`: the day where the unit stands."""
    local = at.astimezone()
    return f"{local.day} {local:%b}"


def sentence(text: str) -> str:
    """`text` with a capital letter and a full stop; nothing stays nothing."""
    if not text:
        return ""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


def count(number: int, thing: str) -> str:
    """`1 stance`, `5,120 stances`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
