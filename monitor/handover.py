"""`medius run` as its dashboard knows it: one session, and whoever takes it home when it has ended."""

import threading
from collections.abc import Mapping
from typing import Any

from rich.console import Console

from monitor.checking import CheckWish, GuidedCheck
from monitor.claims import LASTS, Claims, refusing
from monitor.commands import finite
from monitor.control import RefusedError
from monitor.cues.lamps import Lamps
from monitor.qr import qr_text
from monitor.setting_up import SetUpWish, WatchedSetUp
from monitor.settings import Settings
from monitor.store import Recorder, link_to
from monitor.turns import Turns
from monitor.unit import Unit
from monitor.vocabulary import LampState

LOOKS_EVERY_S = 1.0
ONE_SESSION = "medius run measures one session, from its start to its end: start it again for another."
NO_SETUP = "This unit was started with medius run: set the camera up with medius setup."
NO_CHECK = "This unit was started with medius run, which measures runs: medius monitor guides a control check."
NO_SETTINGS = "This unit was started with medius run, whose options and settings file say how it works."


class OneSession:
    """What may be asked of a unit that was started by hand."""

    def __init__(self, recorder: Recorder, claims: Claims, turns: Turns, settings: Settings) -> None:
        self.claims = claims
        self.turns = turns
        self._recorder = recorder
        self._given = settings
        self._unit: Unit | None = None
        self._lamps: Lamps | None = None

    def is_run_by(self, unit: Unit, lamps: Lamps) -> None:
        """Let it be asked from now on."""
        self._unit, self._lamps = unit, lamps

    def begin(self) -> None:
        """Raises RefusedError."""
        raise RefusedError(ONE_SESSION)

    def end(self) -> None:
        """End the session, and the unit with it. Raises RefusedError."""
        self._needed().stop()

    def mute(self, on: bool) -> None:
        """Silence the buzzer, or let it sound. Raises RefusedError."""
        self._needed()
        if self._lamps is not None:
            self._lamps.mute(on)

    def mark(self) -> None:
        """Remember this moment of the session. Raises RefusedError."""
        self.claims.mark(*self._needed().moment())

    def say_speed(self, speed_mps: float) -> None:
        """Remember how fast the belt runs from now on. Raises RefusedError."""
        self.turns.say_speed(*self._needed().moment(), speed_mps)

    def open_setup(self, wish: SetUpWish) -> None:
        """Raises RefusedError."""
        del wish
        raise RefusedError(NO_SETUP)

    def setup(self) -> WatchedSetUp:
        """Raises RefusedError."""
        raise RefusedError(NO_SETUP)

    def open_check(self, wish: CheckWish) -> None:
        """Raises RefusedError."""
        del wish
        raise RefusedError(NO_CHECK)

    def check(self) -> GuidedCheck:
        """Raises RefusedError."""
        raise RefusedError(NO_CHECK)

    def delete_session(self, session_id: str) -> None:
        """Delete a session that has ended, for good. Raises RefusedError."""
        refusing(lambda: self._recorder.delete_session(session_id))

    def delete_everything(self) -> None:
        """Delete all sessions, for good. Raises RefusedError, with nothing deleted while a session is open."""
        refusing(self._recorder.delete_everything)

    @property
    def settings(self) -> Settings:
        """Raises RefusedError."""
        raise RefusedError(NO_SETTINGS)

    @property
    def given_elsewhere(self) -> Mapping[str, str]:
        """Raises RefusedError."""
        raise RefusedError(NO_SETTINGS)

    def change(self, asked: Mapping[str, object]) -> None:
        """Raises RefusedError."""
        del asked
        raise RefusedError(NO_SETTINGS)

    def walk_lamps(self) -> tuple[tuple[str, ...], bool]:
        """Raises RefusedError."""
        raise RefusedError(f"{NO_SETTINGS} The lamps are tried with medius lamps test.")

    def status(self) -> dict[str, Any]:
        """How it is now."""
        state, reason = self._unit.state if self._unit else (LampState.STARTING, "")
        return {
            "state": state.value,
            "reason": reason,
            "session": self._unit.session if self._unit else None,
            "muted": self._lamps is not None and self._lamps.state.muted,
            "setup": False,
            "check": None,
            "next_runner": self.turns.next_runner(),
            "runner_now": self.turns.runner_now(),
            "speed_unit": self._given.speed_unit.value,
            "can_click": self._given.can_click,
            "keep_days": finite(self._given.keep_days),
            "keep_mb": finite(self._given.keep_mb),
            "language": self._given.language,
        }

    def _needed(self) -> Unit:
        if self._unit is None:
            raise RefusedError("The unit is starting: wait a moment.")
        if self._unit.session is None:
            raise RefusedError("No session is open.")
        return self._unit


class Ending:
    """What Ctrl-C ends: the unit, and after it the wait for whoever takes the session home. A stop ends both."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.unit_has_ended = False
        self.enough = threading.Event()

    def ctrl_c(self) -> None:
        """However often."""
        self._unit.stop()
        if self.unit_has_ended:
            self.enough.set()

    def stop(self) -> None:
        """However often."""
        self._unit.stop()
        self.enough.set()


def hand_over(claims: Claims, address: str, console: Console, enough: threading.Event) -> None:
    """Show how to take the session home from the dashboard at an address.

    Until somebody has, and has had the time to read it there; or the time for it is over, or it is `enough`.
    """
    try:
        offer = claims.offer()
        if offer is None:
            return
        link = link_to(address, offer.token)
        console.print(qr_text(link))
        console.print(link, soft_wrap=True, highlight=False)
        console.print("The first phone that opens it keeps the session. Ctrl-C ends the dashboard.")
        while claims.offer() is not None:
            if enough.wait(LOOKS_EVERY_S):
                return
        console.print(f"The dashboard goes on for {LASTS.seconds // 60} minutes. Ctrl-C ends it.")
        enough.wait(LASTS.total_seconds())
    except RefusedError as error:
        console.print(str(error))
