"""What the unit's socket may ask, and what is answered: names and plain values on one side, the unit on the other."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from monitor.changes import WrongSettingsError, in_words
from monitor.control import RefusedError
from monitor.cues.patterns import WALK_S
from monitor.setting_up import SetUpWish

if TYPE_CHECKING:
    from monitor.appliance import Appliance

Arguments = Mapping[str, Any]
Answer = dict[str, Any]
HEIGHTS_CM = 100.0, 230.0
LENSES_DEG = 20.0, 140.0


class Commands:
    """Does what is asked of a unit."""

    def __init__(self, unit: "Appliance") -> None:
        self._unit = unit
        self._known: dict[str, Callable[[Arguments], Answer | None]] = {
            "begin": lambda _: unit.begin(),
            "end": lambda _: unit.end(),
            "mute": lambda given: unit.mute(given.get("on") is True),
            "status": lambda _: unit.status(),
            "delete": self._delete,
            "setup": self._setup,
            "report": self._report,
            "keep": self._keep,
            "settings": self._settings,
            "change": self._change,
            "lamps": self._lamps,
        }

    def do(self, command: str, arguments: Arguments) -> tuple[Answer, bytes]:
        """Do it. Raises RefusedError, LookupError."""
        if command == "preview":
            return {}, self._unit.setup().preview.look()
        return self._known[command](arguments) or {}, b""

    def _delete(self, given: Arguments) -> None:
        session = given.get("session")
        if given.get("everything") is True:
            self._unit.delete_everything()
        elif isinstance(session, str):
            self._unit.delete_session(session)
        else:
            raise RefusedError("Say which session.")

    def _setup(self, given: Arguments) -> None:
        if given.get("open") is True:
            height_cm = _within(given.get("height_cm"), HEIGHTS_CM, "A height is in cm")
            lens_deg = _within(given.get("lens_deg"), LENSES_DEG, "A field of view is in degrees")
            self._unit.open_setup(SetUpWish(height_cm, lens_deg))
        else:
            self._unit.setup().stop()

    def _report(self, _: Arguments) -> Answer:
        report = self._unit.setup().report()
        return {
            "steps": [
                {"look": step.look.value, "seconds": step.seconds, "wanted_s": step.wanted_s, "done": step.done}
                for step in report.steps
            ],
            "findings": [
                {"name": finding.name, "verdict": finding.verdict.value, "value": finding.value}
                for finding in report.findings
            ],
            "advice": report.advice,
            "complete": report.complete,
        }

    def _keep(self, _: Arguments) -> Answer:
        return {"complaint": self._unit.setup().keep()}

    def _settings(self, _: Arguments) -> Answer:
        return {"settings": in_words(self._unit.settings, self._unit.given_elsewhere)}

    def _change(self, given: Arguments) -> Answer:
        asked = given.get("to")
        if not isinstance(asked, dict):
            raise RefusedError("The settings are changed by their names.")
        try:
            self._unit.change(asked)
        except WrongSettingsError as error:
            return {"wrong": error.sentences}
        return {"wrong": {}}

    def _lamps(self, _: Arguments) -> Answer:
        names, simulated = self._unit.walk_lamps()
        return {"lamps": names, "each_s": WALK_S, "simulated": simulated}


def _within(value: Any, limits: tuple[float, float], what: str) -> float | None:
    if value is None:
        return None
    least, most = limits
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise RefusedError(f"{what}, {least:g} to {most:g}.")
    if not least <= value <= most:
        raise RefusedError(f"{what}, {least:g} to {most:g}, not {value:g}.")
    return float(value)
