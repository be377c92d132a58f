"""The unit as a service: it measures, is set up or guides a control check, does what button and socket ask, and tells
the service manager."""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from monitor.audience import Onlooker, Progress
from monitor.camera import Camera
from monitor.changes import changed, given_elsewhere, keep_changes
from monitor.checking import ON, CheckWish, GuidedCheck
from monitor.claims import Claims, refusing
from monitor.coach.check.kinds import CHECK
from monitor.commands import finite, listening
from monitor.control import RefusedError
from monitor.control.preview import WATCHED, Preview
from monitor.cues.board import Board, Press, open_board
from monitor.endings import CTRL_C, STOPPED, heeded
from monitor.errors import MediusError
from monitor.gait import GaitSettings, summarise
from monitor.onlookers import BumpWarning, Heartbeat, Notice
from monitor.pelvis import PelvicReader
from monitor.pose.pool import PosePool
from monitor.pose.serving import lone_person
from monitor.pose.weights import Model, model_here
from monitor.running import made_folder, measurement
from monitor.service import Service
from monitor.setting_up import SetUpWish, WatchedSetUp, wizard_for
from monitor.settings import Settings
from monitor.setup_file import SetUp, roll_in_words, roll_of, roll_sd_of, setup_of, treadmill_of
from monitor.store import Keep, Recorder, SessionStart, SystemClock, recover
from monitor.treadmill import in_words
from monitor.turns import Turns
from monitor.unit import Begins, Unit
from monitor.vocabulary import Cue, LampState, Neutral, Stance

CHANGING_S = 60.0
"""So long the watchdog waits while camera and workers are opened for something else [ours]."""
SHUTDOWN = "shutdown"
"""The file beside the socket that has the system switched off."""

log = logging.getLogger(__name__)


class Appliance:
    """Measures, unless a set-up or a control check is asked for; between them, and for other settings, all is opened
    anew.

    `source` is the camera's name in the sessions; `open_for_check` opens what a control check looks at, where that is
    something else.
    """

    def __init__(
        self,
        settings: Settings,
        model: Model,
        model_path: Path,
        open_camera: Callable[[Settings], Camera],
        source: str,
        service: Service,
        open_for_check: Callable[[Settings], Camera] | None = None,
    ) -> None:
        self._settings = settings
        self._model = model
        self._model_path = model_path
        self._open_camera = open_camera
        self._open_for_check = open_for_check or open_camera
        self._source = source
        self._service = service
        self.given_elsewhere = given_elsewhere()
        """Settings that cannot be changed here, and where they can."""
        self._changing = threading.Lock()
        self._stopped = threading.Event()
        self._preview = Preview()
        self._recorder: Recorder | None = None
        self._unit: Unit | None = None
        self._setup: WatchedSetUp | None = None
        self._check: GuidedCheck | None = None
        self._board: Board | None = None
        self._wish: SetUpWish | CheckWish | None = None
        self._claims: Claims | None = None
        self._turns: Turns | None = None

    def run(self) -> None:
        """Until `stop`, or until it cannot go on.

        Raises CameraError, LampError, MediusError, PoseFault, StoreError.
        """
        first = self._settings
        made_folder(first.state_dir)
        cut_off = recover(first.database, summarise)
        for session_id in cut_off:
            log.warning("session %s was cut off; it has been closed with what was stored", session_id)
        with (
            Recorder(first.database, SystemClock(), keep=_keep(first), on_deleted=log.info) as recorder,
            closing(Claims(recorder)) as self._claims,
            closing(Turns(recorder, has_buzzer=lambda: self._settings.can_click)) as self._turns,
            listening(first.control_socket, self),
            heeded((CTRL_C, *STOPPED), self.stop),
        ):
            self._recorder = recorder
            self._turns.go_on(cut_off)
            while not self._stopped.is_set():
                recorder.state(LampState.STARTING, "")
                recorder.keep(_keep(self._settings))
                wish = self._wish
                if wish is None:
                    self._measure(recorder)
                elif isinstance(wish, SetUpWish):
                    self._be_set_up(recorder, wish)
                else:
                    self._guide(recorder, self._claims, wish)
            self._service.stopping()
            self._recorder = None
        if recorder.fault:
            raise MediusError(f"Not all of the last session is stored: {recorder.fault}")

    def stop(self) -> None:
        """End `run` soon; from any thread."""
        self._stopped.set()
        for at_work in (self._unit, self._setup, self._check):
            if at_work is not None:
                at_work.stop()

    def begin(self) -> None:
        """Begin a session soon. Raises RefusedError."""
        self._needed_unit().begin()

    def end(self) -> None:
        """End the session soon. Raises RefusedError."""
        self._needed_unit().end()

    def mute(self, on: bool) -> None:
        """Silence the buzzer, or let it sound. Raises RefusedError."""
        self._needed_board().lamps.mute(on)

    def mark(self) -> None:
        """Remember this moment of the session. Raises RefusedError."""
        self.claims.mark(*self._needed_unit().moment())

    def say_speed(self, speed_mps: float) -> None:
        """Remember how fast the belt runs from now on. Raises RefusedError."""
        self.turns.say_speed(*self._needed_unit().moment(), speed_mps)

    @property
    def turns(self) -> Turns:
        """Whose the next session is. Raises RefusedError."""
        if self._turns is None:
            raise RefusedError("The unit is starting: wait a moment.")
        return self._turns

    @property
    def claims(self) -> Claims:
        """Whose the sessions are. Raises RefusedError."""
        if self._claims is None:
            raise RefusedError("The unit is starting: wait a moment.")
        return self._claims

    def walk_lamps(self) -> tuple[tuple[str, ...], bool]:
        """Light what is fitted, one after the other; its names, and whether it is simulated. Raises RefusedError."""
        self._unit_without_session()
        board = self._needed_board()
        return board.lamps.walk(), board.simulated

    @property
    def settings(self) -> Settings:
        """As they are now."""
        return self._settings

    def change(self, asked: Mapping[str, object]) -> None:
        """Keep other settings, and begin soon to measure with them. Raises RefusedError, WrongSettingsError."""
        with self._changing:
            unit = self._unit_without_session()
            try:
                settings = changed(self._settings, asked, self.given_elsewhere)
                if settings == self._settings:
                    return
                keep_changes(settings, self.given_elsewhere)
            except MediusError as error:
                raise RefusedError(str(error)) from error
            except OSError as error:
                where = self._settings.state_dir
                raise RefusedError(f"The settings cannot be kept in {where} ({error.strerror}).") from error
            before, self._settings = self._settings, settings
            try:
                unit.leave()
            except RefusedError:
                self._settings = before
                keep_changes(before, self.given_elsewhere)
                raise
            log.warning("the settings were changed on the dashboard")

    def delete_session(self, session_id: str) -> None:
        """Delete a session that has ended, for good; one that is not there is no fault. Raises RefusedError."""
        self._delete(lambda recorder: recorder.delete_session(session_id))

    def delete_everything(self) -> None:
        """Delete all sessions, for good. Raises RefusedError, with nothing deleted while a session is open."""
        self._delete(lambda recorder: recorder.delete_everything())

    def press(self, press: Press) -> None:
        """Do what the button asks; what cannot be done is left alone."""
        try:
            if press is Press.SHUTDOWN:
                log.warning("the button was held: the system is shut down")
                (self._settings.control_socket.parent / SHUTDOWN).touch()
                self.stop()
            elif press is Press.MUTE:
                self.mute(not self._needed_board().lamps.state.muted)
            elif self._check is not None:
                self._check.stop()
            elif self._needed_unit().session is None:
                self.begin()
            else:
                self.end()
        except RefusedError as error:
            log.info("the button: %s", error)

    def open_setup(self, wish: SetUpWish) -> None:
        """Be set up soon. Raises RefusedError."""
        self._leave_for(wish)

    def open_check(self, wish: CheckWish) -> None:
        """Guide a control check soon. Raises RefusedError."""
        self._leave_for(wish)

    def check(self) -> GuidedCheck:
        """The control check that is on. Raises RefusedError."""
        if self._check is None:
            on = isinstance(self._wish, CheckWish)
            raise RefusedError("The control check begins: wait a moment." if on else "No control check is on.")
        return self._check

    def setup(self) -> WatchedSetUp:
        """The set-up that is open. Raises RefusedError."""
        if self._setup is None:
            opens = isinstance(self._wish, SetUpWish)
            raise RefusedError("The set-up opens." if opens else "The set-up is closed: open it first.")
        return self._setup

    def status(self) -> dict[str, Any]:
        """How it is now."""
        unit, board = self._unit, self._board
        state, reason = unit.state if unit else (LampState.STARTING, "")
        if self._setup or self._check:
            state, reason = LampState.SETUP if self._setup else LampState.CHECKING, ""
        wish = self._wish
        return {
            "state": state.value,
            "reason": reason,
            "session": unit.session if unit else None,
            "muted": board is not None and board.lamps.state.muted,
            "setup": isinstance(wish, SetUpWish),
            "check": wish.runner_id if isinstance(wish, CheckWish) else None,
            "next_runner": self._turns.next_runner() if self._turns else None,
            "runner_now": self._turns.runner_now() if self._turns else None,
            "speed_unit": self._settings.speed_unit.value,
            "can_click": self._settings.can_click,
            "keep_days": finite(self._settings.keep_days),
            "keep_mb": finite(self._settings.keep_mb),
            "language": self._settings.language,
        }

    def _delete(self, what: Callable[[Recorder], None]) -> None:
        if self._recorder is None:
            raise RefusedError("The unit is starting or stopping: wait a moment.")
        recorder = self._recorder
        refusing(lambda: what(recorder))

    def _leave_for(self, wish: SetUpWish | CheckWish) -> None:
        with self._changing:
            unit = self._unit_without_session()
            self._wish = wish
            try:
                unit.leave()
            except RefusedError:
                self._wish = None
                raise

    def _needed_unit(self) -> Unit:
        if isinstance(self._wish, SetUpWish):
            raise RefusedError("The set-up is open: close it first.")
        if self._wish is not None:
            raise RefusedError("A control check is on: stop it first.")
        if self._unit is None:
            raise RefusedError("The unit is starting: wait a moment.")
        return self._unit

    def _unit_without_session(self) -> Unit:
        unit = self._needed_unit()
        if unit.session is not None:
            raise RefusedError("A session is open: end it first.")
        return unit

    def _needed_board(self) -> Board:
        if self._board is None:
            raise RefusedError("The unit is starting: wait a moment.")
        return self._board

    def _measure(self, recorder: Recorder) -> None:
        settings = self._settings
        with ExitStack() as stack:
            camera = stack.enter_context(self._open_camera(settings))
            onlookers: list[Onlooker] = [Heartbeat(self._service, recorder)]
            setup, complaint = self._set_up_as(camera)
            if complaint:  # the set-up page is where this is mended, and needs a unit that runs
                onlookers.append(Notice(complaint))
            treadmill, roll_deg = treadmill_of(settings, setup), roll_of(settings, setup)
            board = self._open_board(stack)
            pool = stack.enter_context(
                PosePool(
                    self._model_path,
                    workers=settings.workers,
                    size=camera.size,
                    reader=PelvicReader(),
                    treadmill=treadmill,
                )
            )
            if setup is not None and setup.still is not None:
                onlookers.append(BumpWarning(setup.still))
            unit = Unit(
                camera,
                pool,
                lambda: measurement(settings, roll_deg),
                board.lamps,
                recorder,
                SessionStart(self._source, settings.view, str(self._model), roll_deg),
                Journal(self._service),
                begins=_begins(settings),
                hold=False,
                onlookers=onlookers,
                host=self._turns,
            )
            for line in (
                camera.describe(),
                board.describe(),
                f"treadmill: {in_words(treadmill)}",
                f"roll: {roll_in_words(settings, setup)}",
                f"{self._model}, {settings.workers} pose process(es); {pool.isolation.reason}",
            ):
                log.info(line)
            self._unit = unit
            stack.callback(self._service.watch_every, CHANGING_S)  # closing all of it takes a while
            stack.callback(self._forget)
            if not self._stopped.is_set():
                unit.run()

    def _be_set_up(self, recorder: Recorder, wish: SetUpWish) -> None:
        with ExitStack() as stack:
            stack.callback(self._forget_wish)
            camera = stack.enter_context(self._open_camera(self._settings))
            board = self._open_board(stack)
            pool = stack.enter_context(
                PosePool(self._model_path, workers=1, size=camera.size, reader=PelvicReader(), landmarker=lone_person)
            )
            self._setup = WatchedSetUp(
                camera,
                pool,
                wizard_for(camera, wish.lens_deg, wish.height_cm),
                self._preview,
                Heartbeat(self._service, recorder),
                self._source,
                self._settings,
            )
            stack.callback(self._service.watch_every, CHANGING_S)
            stack.callback(self._forget)
            log.warning("the set-up is open: the camera's picture can be seen")
            self._service.status(WATCHED)
            if not self._stopped.is_set():
                self._setup.run(board.lamps, recorder)
            log.warning("the set-up is closed")

    def _guide(self, recorder: Recorder, claims: Claims, wish: CheckWish) -> None:
        settings, model, model_path = self._settings, self._model, self._model_path
        full = model_here(Model.FULL, settings.cache_dir) if model is Model.LITE else None
        if full is not None:  # a squat is slow enough for it, and its knee is read better
            model, model_path = Model.FULL, full
        with ExitStack() as stack:
            stack.callback(self._forget_wish)
            camera = stack.enter_context(self._open_for_check(settings))
            setup, _ = self._set_up_as(camera)
            board = self._open_board(stack)
            pool = stack.enter_context(
                PosePool(
                    model_path,
                    workers=settings.workers,
                    size=camera.size,
                    reader=PelvicReader(),
                    treadmill=treadmill_of(settings, setup),
                )
            )
            self._check = GuidedCheck(
                camera,
                pool,
                GaitSettings(settings.view, roll_of(settings, setup)),
                roll_sd_of(settings, setup),
                str(model),
                Heartbeat(self._service, recorder),
                lambda result: claims.note(wish.runner_id, CHECK, result),
            )
            stack.callback(self._service.watch_every, CHANGING_S)
            stack.callback(self._forget)
            self._service.status(ON)
            if not self._stopped.is_set():
                self._check.run(board.lamps, recorder)

    def _set_up_as(self, camera: Camera) -> tuple[SetUp | None, str]:
        """The set-up that fits a camera, and why there is none though there should be."""
        try:
            return setup_of(self._settings, self._source, camera.size), ""
        except MediusError as error:
            return None, str(error)

    def _open_board(self, stack: ExitStack) -> Board:
        board = open_board(self._settings.pins, sound=self._settings.sound, on_press=self.press)
        self._board = stack.enter_context(board)
        return board

    def _forget(self) -> None:
        self._unit = self._setup = self._check = self._board = None

    def _forget_wish(self) -> None:
        self._wish = None


class Journal:
    """An audience that keeps the log and the service's status line."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._said = ""
        self._warning: str | None = None

    def stance(self, stance: Stance) -> None:
        """Stances are in the store."""

    def cue(self, cue: Cue) -> None:
        """So are cues."""

    def neutral(self, neutral: Neutral) -> None:
        """And the zero."""

    def progress(self, progress: Progress) -> None:
        """Tell how it goes, and log what is not right."""
        said = f"{progress.state}{f': {progress.reason}' if progress.reason else ''}"
        if progress.state is LampState.FAULT and said != self._said:
            log.error(said)
        self._said = said
        warning = progress.engine.warning
        if warning != self._warning:
            self._warning = warning
            log.warning(warning or "the set-up fits again")
        self._service.status(said)


def _keep(settings: Settings) -> Keep:
    return Keep(settings.keep_days, settings.keep_mb)


def _begins(settings: Settings) -> Begins:
    if settings.sessions is not None:
        return Begins(settings.sessions)
    return Begins.RUNNING if settings.pins.button is None else Begins.ASKED
