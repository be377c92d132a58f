"""A set-up from beginning to end: the wizard at a camera, and what is kept of it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.camera import Camera, PiCamera
from monitor.control import RefusedError
from monitor.control.preview import WATCHED, Preview
from monitor.cues.lamps import Lamps
from monitor.errors import MediusError
from monitor.onlookers import Heartbeat
from monitor.pose.pool import PosePool
from monitor.pose.region import Region
from monitor.settings import Settings
from monitor.setup import Lens, Report, Stature, Verdict, Wizard
from monitor.setup_file import SetUp, keep, turn_of
from monitor.store import Recorder
from monitor.treadmill import treadmill_under
from monitor.vocabulary import LampState

REPORT_EVERY_S = 1.0


def wizard_for(camera: Camera, lens_deg: float | None = None, height_cm: float | None = None) -> Wizard:
    """The wizard for a camera.

    :param lens_deg: field of view along the picture's long side, if somebody told it; a Pi camera's is known.
    :param height_cm: of who will stand on the treadmill, if told.
    """
    lens, exposure_ms = Lens.of(lens_deg), None
    if isinstance(camera, PiCamera):
        lens, exposure_ms = Lens.of(lens_deg, *camera.sensor), camera.exposure_ms
    return Wizard(lens, Stature.of(height_cm), exposure_ms)


def outcome(
    wizard: Wizard, report: Report, camera: str, size: tuple[int, int], turn_deg: int, date: datetime
) -> tuple[SetUp, str]:
    """What is kept, and why the treadmill was not found, if it was not; `camera` as sessions name it."""
    treadmill: Region | None = None
    complaint = ""
    try:
        treadmill = treadmill_under(wizard.seen().on_belt)
    except MediusError as error:
        complaint = str(error)
    found = SetUp(camera, size, date, wizard.lens.long_side_deg, report.placement, treadmill, wizard.still(), turn_deg)
    return found, complaint


class SettingUp:
    """Runs the wizard on the frames of a camera; `pool` has `lone_person` for a landmarker."""

    def __init__(self, camera: Camera, pool: PosePool, *, lens_deg: float | None, height_cm: float | None) -> None:
        self._camera = camera
        self._pool = pool
        self._wizard = wizard_for(camera, lens_deg, height_cm)
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End `run` soon; from any thread."""
        self._stopped.set()

    def run(self, show: Callable[[Report], None], seconds: float | None = None) -> Report:
        """Look until all was seen and nothing has to be put right, or the camera, the time or somebody ends it.

        Raises:
            CameraError, PoseFault: it cannot go on.
            MediusError: nobody was seen.
        """
        give = self._pool.offer if self._camera.live else self._pool.submit
        began_s = shown_s = None
        for frame in self._camera:
            began_s = frame.time_s if began_s is None else began_s
            if self._stopped.is_set() or (seconds is not None and frame.time_s - began_s > seconds):
                break
            self._wizard.frame(frame)
            give(frame)
            self._observe(drain=False)
            if shown_s is None or frame.time_s - shown_s >= REPORT_EVERY_S:
                shown_s = frame.time_s
                report = self._wizard.report()
                show(report)
                if report.complete and all(f.verdict is not Verdict.BAD for f in report.findings):
                    break
        self._observe(drain=True)
        report = self._wizard.report()
        if report.placement is None:
            treadmill_under(self._wizard.seen().on_belt)  # says why
        return report

    def outcome(self, report: Report, camera: str, turn_deg: int, date: datetime) -> tuple[SetUp, str]:
        """What is kept, and why the treadmill was not found, if it was not; `camera` as sessions name it."""
        return outcome(self._wizard, report, camera, self._camera.size, turn_deg, date)

    def _observe(self, *, drain: bool) -> None:
        for observation in self._pool.drain() if drain else self._pool.poll():
            self._wizard.observation(observation)


@dataclass(frozen=True, slots=True)
class SetUpWish:
    """A set-up that was asked for."""

    height_cm: float | None
    """Of who will stand on the treadmill, if told."""
    lens_deg: float | None
    """Field of view along the picture's long side, if told."""


class WatchedSetUp:
    """The wizard while somebody looks at its picture from elsewhere: ends when nobody looks, or it is stopped.

    :param camera_name: as sessions name it.
    :param pool: has `lone_person` for a landmarker.
    """

    def __init__(
        self,
        camera: Camera,
        pool: PosePool,
        wizard: Wizard,
        preview: Preview,
        heartbeat: Heartbeat,
        camera_name: str,
        settings: Settings,
    ) -> None:
        self.preview = preview
        self._camera = camera
        self._pool = pool
        self._wizard = wizard
        self._heartbeat = heartbeat
        self._camera_name = camera_name
        self._settings = settings
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End `run` soon; from any thread."""
        self._stopped.set()

    def report(self) -> Report:
        """How the set-up is now; from any thread. Who asks keeps it open."""
        self.preview.open()
        return self._wizard.report()

    def keep(self) -> str:
        """Keep what was found, end soon, and return why the treadmill was not found, if it was not.

        Raises RefusedError: nobody was seen yet, or it cannot be written.
        """
        report = self._wizard.report()
        if report.placement is None:
            raise RefusedError(f"There is nothing to keep yet. {report.advice}")
        turn_deg = turn_of(self._settings, self._camera_name)
        found, complaint = outcome(
            self._wizard, report, self._camera_name, self._camera.size, turn_deg, datetime.now(UTC)
        )
        try:
            keep(found, self._settings.state_dir)
        except MediusError as error:
            raise RefusedError(str(error)) from error
        self.stop()
        return complaint

    def run(self, lamps: Lamps, recorder: Recorder) -> None:
        """Show and look until it is stopped or nobody looks any more. Raises CameraError, PoseFault."""
        give = self._pool.offer if self._camera.live else self._pool.submit
        recorder.state(LampState.SETUP, WATCHED)
        self.preview.open()
        for frame in self._camera:
            if self._stopped.is_set() or not self.preview.is_open:
                break
            self.preview.frame(frame)
            self._wizard.frame(frame)
            give(frame)
            for observation in self._pool.poll():
                self._wizard.observation(observation)
                self._heartbeat.observation(observation)
            lamps.status(LampState.SETUP, WATCHED)
            recorder.alive()
        self.preview.close()
