"""The wiring of a running unit."""

import contextlib
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from monitor.camera import Camera
from monitor.claims import Claims
from monitor.commands import listening
from monitor.control.pin import owner_of
from monitor.cues.board import open_board
from monitor.cues.decision import Decider
from monitor.cues.settings import Band, CueSettings
from monitor.dashboard import Dashboard
from monitor.endings import CTRL_C, STOPPED, heeded
from monitor.errors import MediusError
from monitor.gait import GaitSettings, GaitTracker, summarise
from monitor.handover import Ending, OneSession, hand_over
from monitor.measurement import Measurement
from monitor.onlookers import BumpWarning
from monitor.pelvis import PelvicReader
from monitor.pose.pool import PosePool
from monitor.pose.weights import Model
from monitor.settings import Settings
from monitor.setup_file import roll_in_words, roll_of, setup_of, treadmill_of
from monitor.store import Keep, Recorder, SessionStart, SystemClock, recover
from monitor.terminal import Terminal, summary_table
from monitor.treadmill import in_words
from monitor.turns import Turns
from monitor.unit import Unit
from monitor.vocabulary import FASTEST_MPS, SLOWEST_MPS, SpeedUnit


def run_unit(
    settings: Settings,
    model: Model,
    model_path: Path,
    camera: Camera,
    source: str,
    console: Console,
    seconds: float | None = None,
    speed: float | None = None,
) -> None:
    """Run one session from camera to lamps, store and dashboard, until its end, an interrupt or `seconds`.

    `source` is the camera's name in the session, `speed` that of the belt in the owner's unit.

    Raises CameraError, LampError, MediusError, PoseFault, StoreError.
    """
    speed_mps = None if speed is None else _in_mps(settings.speed_unit, speed)
    setup = setup_of(settings, source, camera.size)
    treadmill, roll_deg = treadmill_of(settings, setup), roll_of(settings, setup)
    dashboard: Dashboard | None = None
    with ExitStack() as outer:
        made_folder(settings.state_dir)
        recovered = recover(settings.database, summarise)
        deleted: list[str] = []
        keep = Keep(settings.keep_days, settings.keep_mb)
        recorder = outer.enter_context(Recorder(settings.database, SystemClock(), keep=keep, on_deleted=deleted.append))
        claims = outer.enter_context(contextlib.closing(Claims(recorder)))
        turns = Turns(recorder, has_buzzer=lambda: settings.can_click, joins_within_s=math.inf, speed_mps=speed_mps)
        outer.enter_context(contextlib.closing(turns))
        turns.go_on(recovered)
        asked = OneSession(recorder, claims, turns, settings)
        stack = outer.enter_context(ExitStack())
        terminal = stack.enter_context(Terminal(console))
        for sentence in deleted:
            terminal.say(sentence)
        for session_id in recovered:
            terminal.say(f"Session {session_id} was cut off; it has been closed with what was stored.")
        if settings.dashboard:
            control = settings.control_socket
            outer.enter_context(listening(control, asked))
            dashboard = outer.enter_context(
                Dashboard(settings.database, settings.host, settings.port, settings.owner_folder, control)
            )
            terminal.say(f"Dashboard: {dashboard.address}")
            if dashboard.asks_for_pin:
                terminal.say(f"Owner's PIN, for all but the live page: {owner_of(settings.owner_folder).in_words}")
        board = stack.enter_context(open_board(settings.pins, sound=settings.sound, on_change=terminal.lamps))
        pool = stack.enter_context(
            PosePool(model_path, workers=settings.workers, size=camera.size, reader=PelvicReader(), treadmill=treadmill)
        )
        terminal.say(f"Camera: {camera.describe()}")
        terminal.say(f"Lamps: {board.describe()}")
        terminal.say(f"Treadmill: {in_words(treadmill)}")
        terminal.say(f"Roll: {roll_in_words(settings, setup)}")
        terminal.say(f"Pose: {model}, {settings.workers} process(es); {pool.isolation.reason}")
        terminal.say("Ctrl-C ends the session.")
        unit = Unit(
            camera,
            pool,
            lambda: measurement(settings, roll_deg),
            board.lamps,
            recorder,
            SessionStart(source, settings.view, str(model), roll_deg),
            terminal,
            onlookers=[BumpWarning(setup.still)] if setup is not None and setup.still is not None else [],
            host=turns,
        )
        asked.is_run_by(unit, board.lamps)
        if seconds is not None:
            stack.enter_context(_after(seconds, unit.stop))
        ending = Ending(unit)
        with heeded([CTRL_C], ending.ctrl_c), heeded(STOPPED, ending.stop):
            try:
                unit.run()
            finally:
                stack.close()
                console.print(summary_table(unit.summary))
                ending.unit_has_ended = True
            if dashboard is not None and dashboard.asks_for_pin and console.is_terminal and recorder.flush():
                hand_over(asked.claims, dashboard.address, console, ending.enough)
    if recorder.fault:
        raise MediusError(f"Not all of this session is stored: {recorder.fault}")


def measurement(settings: Settings, roll_deg: float) -> Measurement:
    """For the next session."""
    band = Band(settings.target_left_deg, settings.target_right_deg)
    return Measurement(GaitTracker(GaitSettings(settings.view, roll_deg)), Decider(CueSettings(band)))


def made_folder(folder: Path) -> None:
    """Make the folder of the sessions if it is not there. Raises MediusError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MediusError(
            f"The folder for the sessions, {folder}, cannot be made ({error.strerror}): "
            "choose another with MEDIUS_STATE_DIR."
        ) from error


def _in_mps(unit: SpeedUnit, speed: float) -> float:
    speed_mps = unit.mps(speed)
    if not SLOWEST_MPS <= speed_mps <= FASTEST_MPS:
        least, most = sorted(unit.shown(limit_mps) for limit_mps in (SLOWEST_MPS, FASTEST_MPS))
        raise MediusError(f"A treadmill runs at {least:.1f} to {most:.1f} {unit}, and not at {speed:g}: mend --speed.")
    return speed_mps


@contextlib.contextmanager
def _after(seconds: float, action: Callable[[], None]) -> Iterator[None]:
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
