"""What has been measured, kept: sessions, stances, cues, calibrations. No images, nothing per frame."""

from monitor.store.clock import Clock, SystemClock
from monitor.store.errors import (
    AlreadyRecordingError,
    NewerStoreError,
    NoStoreYetError,
    OlderStoreError,
    StoreDamagedError,
    StoreError,
    StoreUnreachableError,
)
from monitor.store.queries import Reader
from monitor.store.recorder import Recorder
from monitor.store.recovery import recover
from monitor.store.rows import Calibration, CueRow, SessionRow, SessionStart, StanceRow, UnitRow

__all__ = [
    "AlreadyRecordingError",
    "Calibration",
    "Clock",
    "CueRow",
    "NewerStoreError",
    "NoStoreYetError",
    "OlderStoreError",
    "Reader",
    "Recorder",
    "SessionRow",
    "SessionStart",
    "StanceRow",
    "StoreDamagedError",
    "StoreError",
    "StoreUnreachableError",
    "SystemClock",
    "UnitRow",
    "recover",
]
