"""What the unit's socket may ask, and what is answered: names and plain values on one side, the unit on the other."""

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from monitor.changes import WrongSettingsError, in_words
from monitor.checking import CheckWish, GuidedCheck
from monitor.claims import Claims
from monitor.coach.check.questions import answers
from monitor.coach.ladder.entries import DONE
from monitor.coach.ladder.state import STOP_PAIN
from monitor.coach.programme.entries import LEFT, PAIN
from monitor.coach.red_flags import ASKED, CHECK_REFUSED, SAID
from monitor.control import Control, RefusedError
from monitor.cues.patterns import WALK_S
from monitor.errors import MediusError
from monitor.setting_up import SetUpWish, WatchedSetUp
from monitor.settings import Settings
from monitor.store import PhoneKey
from monitor.turns import NOT_YOURS, SPEED_IS, Turns
from monitor.vocabulary import FASTEST_MPS, SLOWEST_MPS

Arguments = Mapping[str, Any]
Answer = dict[str, Any]
LONGEST_TEXT = 200
HEIGHTS_CM = 100.0, 230.0
LENSES_DEG = 20.0, 140.0


class Commanded(Protocol):
    """A unit that does what is asked, from any thread. All but `status` may raise RefusedError."""

    @property
    def claims(self) -> Claims:
        """Whose the sessions are."""

    def begin(self) -> None:
        """Begin a session soon."""

    def end(self) -> None:
        """End the session soon."""

    def mute(self, on: bool) -> None:
        """Silence the buzzer, or let it sound."""

    def mark(self) -> None:
        """Remember this moment of the session."""

    @property
    def turns(self) -> Turns:
        """Whose the next session is."""

    def say_speed(self, speed_mps: float) -> None:
        """Remember how fast the belt runs from now on."""

    def open_setup(self, wish: SetUpWish) -> None:
        """Be set up soon."""

    def setup(self) -> WatchedSetUp:
        """The set-up that is open."""

    def open_check(self, wish: CheckWish) -> None:
        """Guide a control check soon."""

    def check(self) -> GuidedCheck:
        """The control check that is on."""

    def status(self) -> dict[str, Any]:
        """How it is now."""

    def delete_session(self, session_id: str) -> None:
        """Delete a session that has ended, for good; one that is not there is no fault."""

    def delete_everything(self) -> None:
        """Delete all sessions, for good."""

    @property
    def settings(self) -> Settings:
        """As they are now."""

    @property
    def given_elsewhere(self) -> Mapping[str, str]:
        """Settings that cannot be changed here, and where they can."""

    def change(self, asked: Mapping[str, object]) -> None:
        """Keep other settings, and begin soon to measure with them. Raises WrongSettingsError too."""

    def walk_lamps(self) -> tuple[tuple[str, ...], bool]:
        """Light what is fitted, one after the other; its names, and whether it is simulated."""


class Commands:
    """Does what is asked of a unit."""

    def __init__(self, unit: Commanded) -> None:
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
            "check": self._check,
            "stage": lambda _: unit.check().stage(),
            "settings": self._settings,
            "change": self._change,
            "lamps": self._lamps,
            "mark": lambda _: unit.mark(),
            "run_as": lambda given: unit.turns.take(_text(given, "runner"), _speed(given)),
            "not_mine": lambda given: unit.turns.give_back(_text(given, "runner")),
            "belt_speed": self._belt_speed,
            "offer": self._offer,
            "accept": self._accept,
            "invite": lambda given: unit.claims.invite(_text(given, "runner"), _text(given, "link")),
            "join": self._join,
            "note": self._note,
            "rename": lambda given: unit.claims.rename(_text(given, "runner"), _text(given, "nickname")),
            "forget_phone": lambda given: unit.claims.forget_phone(_text(given, "phone")),
            "delete_runner": self._delete_runner,
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

    def _check(self, given: Arguments) -> None:
        if given.get("open") is not True:
            self._unit.check().stop()
            return
        said = given.get("answers")
        if not isinstance(said, dict) or not answers(said).may_begin:
            raise RefusedError("There is no control check with these answers.")
        self._unit.open_check(CheckWish(_text(given, "runner")))

    def _offer(self, _: Arguments) -> Answer:
        offer = self._unit.claims.offer()
        return {} if offer is None else {"session": offer.session_id, "token": offer.token}

    def _accept(self, given: Arguments) -> None:
        runner = _text(given, "runner") if given.get("runner") is not None else None
        phone = PhoneKey(_text(given, "phone"), _text(given, "key")) if runner is None else None
        self._unit.claims.accept(_text(given, "link"), runner, phone, _text(given, "nickname"))

    def _join(self, given: Arguments) -> None:
        self._unit.claims.join(PhoneKey(_text(given, "phone"), _text(given, "key")), _text(given, "nickname"))

    def _note(self, given: Arguments) -> Answer:
        body = given.get("body")
        if not isinstance(body, dict):
            raise RefusedError("A diary's entry is made of names and values.")
        runner, kind = _text(given, "runner"), _text(given, "kind")
        if given.get("of_what_runs") is True and self._unit.turns.is_somebody_elses(runner):
            raise RefusedError(NOT_YOURS)
        if _stops(kind, body):
            self._let_go(runner)
        entry = self._unit.claims.note(runner, kind, body)
        return {"seq": entry.seq, "body": dict(entry.body)}

    def _delete_runner(self, given: Arguments) -> None:
        runner = _text(given, "runner")
        self._unit.claims.delete_runner(runner)
        self._unit.turns.give_back(runner)

    def _let_go(self, runner: str) -> None:
        """Neither the next session nor the one that runs goes on as this runner's, whatever the store may say."""
        turns = self._unit.turns
        turns.give_back(runner)
        if turns.runner_now() == runner:
            with suppress(RefusedError):  # it has just ended
                self._unit.end()

    def _belt_speed(self, given: Arguments) -> None:
        speed_mps = _speed(given)
        if speed_mps is None:
            raise RefusedError("Say how fast the belt runs.")
        if given.get("runner") is not None and self._unit.turns.runner_now() != _text(given, "runner"):
            raise RefusedError(NOT_YOURS)
        self._unit.say_speed(speed_mps)

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


def finite(most: float | None) -> float | None:
    """A limit as JSON can hold it: one that is not there, or is infinite, is null."""
    return most if most is not None and math.isfinite(most) else None


def listening(path: Path, unit: Commanded) -> Control:
    """The socket at which a unit is asked. Raises MediusError."""
    try:
        return Control(path, Commands(unit))
    except OSError as error:
        raise MediusError(
            f"The unit's socket {path} cannot be made ({error.strerror or error}): choose another folder for it with "
            "MEDIUS_RUNTIME_DIR."
        ) from error


def _text(given: Arguments, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise RefusedError(f"The unit takes a text of at most {LONGEST_TEXT} characters as {name}.")
    return value


def _speed(given: Arguments) -> float | None:
    return _within(given.get("speed_mps"), (SLOWEST_MPS, FASTEST_MPS), SPEED_IS)


def _stops(kind: str, body: Arguments) -> bool:
    """Whether who says this is to run no further now: it hurts, a red flag holds, or they leave."""
    if kind == DONE:
        pain = body.get("pain")
        return isinstance(pain, int) and pain >= STOP_PAIN
    return kind in (PAIN, LEFT, CHECK_REFUSED, SAID) or (kind == ASKED and bool(body.get("flags")))


def _within(value: Any, limits: tuple[float, float], what: str) -> float | None:
    if value is None:
        return None
    least, most = limits
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise RefusedError(f"{what}, {least:g} to {most:g}.")
    if not least <= value <= most:
        raise RefusedError(f"{what}, {least:g} to {most:g}, not {value:g}.")
    return float(value)
