"""The unit as a service: it waits for sessions, does what button and socket ask, and tells the service manager."""

import logging
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from monitor.camera import Camera
from monitor.control import Control, RefusedError
from monitor.control.preview import Preview
from monitor.cues.board import Board, Press, open_board
from monitor.endings import CTRL_C, STOPPED, heeded
from monitor.errors import MediusError
from monitor.gait import summarise
from monitor.pelvis import PelvicReader
from monitor.pose.pool import PosePool
from monitor.pose.weights import Model
from monitor.running import made_folder, measurement
from monitor.service import Service
from monitor.settings import Settings
from monitor.setup_file import roll_in_words, roll_of, setup_of, treadmill_of
from monitor.store import Keep, Recorder, SessionStart, SystemClock, recover
from monitor.treadmill import in_words
from monitor.unit import Begins, Progress, Unit
from monitor.vocabulary import Cue, Frame, LampState, Neutral, Observation, Stance

STUCK_S = 1.0
"""A write that takes longer keeps the watchdog's food back, so a hang is noticed within the service's 8 s and this one;
a card that is merely slow is done before [ours]."""
SHUTDOWN = "shutdown"
"""The file beside the socket that has the system switched off."""

log = logging.getLogger(__name__)


def run_appliance(
    settings: Settings, model: Model, model_path: Path, camera: Camera, source: str, service: Service
) -> None:
    """Run sessions until the service manager or an interrupt ends it.

    `source` is the camera's name in the sessions.

    Raises CameraError, LampError, MediusError, PoseFault, StoreError.
    """
    setup = setup_of(settings, source, camera.size)
    treadmill, roll_deg = treadmill_of(settings, setup), roll_of(settings, setup)
    with ExitStack() as stack:
        made_folder(settings.state_dir)
        for session_id in recover(settings.database, summarise):
            log.warning("session %s was cut off; it has been closed with what was stored", session_id)
        keep = Keep(settings.keep_days, settings.keep_mb)
        recorder = stack.enter_context(Recorder(settings.database, SystemClock(), keep=keep))
        commands = Commands(settings.control_socket.parent)
        board = stack.enter_context(open_board(settings.pins, sound=settings.sound, on_press=commands.pressed))
        pool = stack.enter_context(
            PosePool(model_path, workers=settings.workers, size=camera.size, reader=PelvicReader(), treadmill=treadmill)
        )
        unit = Unit(
            camera,
            pool,
            lambda: measurement(settings, roll_deg),
            board.lamps,
            recorder,
            SessionStart(source, settings.view, str(model), roll_deg),
            Journal(service),
            begins=_begins(settings),
            hold=False,
            onlookers=(commands.preview, Heartbeat(service, recorder)),
        )
        commands.attend(unit, board)
        stack.enter_context(_control(settings, commands))
        for line in (
            camera.describe(),
            board.describe(),
            f"treadmill: {in_words(treadmill)}",
            f"roll: {roll_in_words(settings, setup)}",
            f"{model}, {settings.workers} pose process(es); {pool.isolation.reason}",
        ):
            log.info(line)
        with heeded((CTRL_C, *STOPPED), unit.stop):
            unit.run()
        service.stopping()
    if recorder.fault:
        raise MediusError(f"Not all of the last session is stored: {recorder.fault}")


class Commands:
    """What button and socket may ask."""

    def __init__(self, runtime_dir: Path) -> None:
        self.preview = Preview()
        self._runtime_dir = runtime_dir
        self._unit: Unit | None = None
        self._board: Board | None = None
        self._known = {
            "begin": self._begin,
            "end": self._end,
            "mute": self._mute,
            "status": self._status,
            "setup": self._setup,
        }

    def attend(self, unit: Unit, board: Board) -> None:
        """From now on this unit is meant."""
        self._unit, self._board = unit, board

    def do(self, command: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Do what the socket asks. Raises RefusedError, LookupError."""
        if command == "preview":
            return {}, self.preview.look()
        return self._known[command](arguments) or {}, b""

    def pressed(self, press: Press) -> None:
        """Do what the button asks; what cannot be done is left alone."""
        try:
            if press is Press.SHUTDOWN:
                self._shut_down()
            elif press is Press.MUTE:
                self._mute({"on": not self._needed()[1].lamps.state.muted})
            elif self._needed()[0].session is None:
                self._begin({})
            else:
                self._end({})
        except RefusedError as error:
            log.info("the button: %s", error)

    def _needed(self) -> tuple[Unit, Board]:
        if self._unit is None or self._board is None:
            raise RefusedError("The unit is starting: wait a moment.")
        return self._unit, self._board

    def _begin(self, _: Mapping[str, Any]) -> None:
        if self.preview.is_open:
            raise RefusedError("The set-up is open: close it first.")
        self._needed()[0].begin()

    def _end(self, _: Mapping[str, Any]) -> None:
        self._needed()[0].end()

    def _mute(self, arguments: Mapping[str, Any]) -> None:
        self._needed()[1].lamps.mute(arguments.get("on") is True)

    def _setup(self, arguments: Mapping[str, Any]) -> None:
        if arguments.get("open") is not True:
            self.preview.close()
        elif self._needed()[0].session is not None:
            raise RefusedError("A session is open: end it first.")
        else:
            self.preview.open()

    def _status(self, _: Mapping[str, Any]) -> dict[str, Any]:
        unit, board = self._needed()
        state, reason = unit.state
        return {
            "state": state.value,
            "reason": reason,
            "session": unit.session,
            "muted": board.lamps.state.muted,
            "setup": self.preview.is_open,
        }

    def _shut_down(self) -> None:
        log.warning("the button was held: the system is shut down")
        (self._runtime_dir / SHUTDOWN).touch()
        if self._unit is not None:
            self._unit.stop()


class Heartbeat:
    """Feeds the watchdog with frames that were looked at, unless what is measured cannot be stored any more."""

    def __init__(self, service: Service, recorder: Recorder) -> None:
        self._service = service
        self._recorder = recorder
        self._ready = False

    def frame(self, frame: Frame) -> None:
        """A frame that has only arrived proves nothing."""

    def observation(self, observation: Observation) -> None:
        """A frame has gone all the way."""
        del observation
        if not self._ready:
            self._ready = True
            self._service.ready()
        if self._recorder.writing_s < STUCK_S:
            self._service.alive()

    def state(self) -> tuple[LampState, str] | None:
        """Nothing of its own."""
        return None


class Journal:
    """An audience that keeps the log and the service's status line."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def stance(self, stance: Stance) -> None:
        """Stances are in the store."""

    def cue(self, cue: Cue) -> None:
        """So are cues."""

    def neutral(self, neutral: Neutral) -> None:
        """And the zero."""

    def progress(self, progress: Progress) -> None:
        """Tell how it goes, and log a fault that is new."""
        said = f"{progress.state}{f': {progress.reason}' if progress.reason else ''}"
        if progress.state is LampState.FAULT:
            log.error(said)
        self._service.status(said)


def _begins(settings: Settings) -> Begins:
    if settings.sessions is not None:
        return Begins(settings.sessions)
    return Begins.RUNNING if settings.pins.button is None else Begins.ASKED


def _control(settings: Settings, commands: Commands) -> Control:
    path = settings.control_socket
    try:
        return Control(path, commands)
    except OSError as error:
        raise MediusError(
            f"The unit's socket {path} cannot be made ({error.strerror}): choose another folder for it with "
            "MEDIUS_RUNTIME_DIR."
        ) from error
