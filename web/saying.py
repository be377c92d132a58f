"""What the unit says of itself, and whether it still does."""

from dataclasses import dataclass
from datetime import datetime

from monitor.store import StoreError, UnitRow
from monitor.vocabulary import LampState
from web.heard import heard
from web.language import _
from web.words import moment, sentence, state

SILENT_S = 6.0
"""While a unit runs it is heard of every 2.4 s; after this long without a word nobody is there [ours]."""
STARTING_S = 60.0
"""A unit that starts is not heard of until its pose workers have loaded their network [ours]."""


@dataclass(frozen=True, slots=True)
class Saying:
    """In the page's words."""

    state: str
    """A lamp state's name in lower case; "silent" when it is not heard of; "idle" when it never was."""
    headline: str
    detail: str
    reason: str = ""
    """As the unit gave it."""


def saying(unit: UnitRow | None, now: datetime) -> Saying:
    """Return what holds now. A unit that was not switched off and is not heard of says nothing any more."""
    if unit is None:
        return Saying("idle", _("No word from the unit yet"), _("It reports here as soon as it runs."))
    if unit.state is not LampState.OFF and not is_heard(unit, now):
        return Saying(
            "silent",
            _("No word from the unit"),
            _(
                "It has not reported since %(moment)s: it may have lost power, or be restarting. "
                "This page goes on by itself when it is back.",
                moment=moment(unit.updated_at),
            ),
        )
    return Saying(unit.state.name.lower(), state(unit.state), sentence(heard(unit.reason)), unit.reason)


def is_heard(unit: UnitRow, now: datetime) -> bool:
    """Whether the unit's last word is new. A word from the future was said before the clock was set back."""
    longest_s = STARTING_S if unit.state is LampState.STARTING else SILENT_S
    return abs((now - unit.updated_at).total_seconds()) <= longest_s


def unreadable(error: StoreError) -> Saying:
    """Return what is said instead when the store cannot be read."""
    return Saying("fault", _("The sessions cannot be read"), sentence(heard(str(error))))
