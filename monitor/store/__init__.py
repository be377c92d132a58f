"""What has been measured, kept: sessions, stances, cues, calibrations. No images, nothing per frame."""

from monitor.store.arrays import StanceColumns
from monitor.store.backup import back_up, restore
from monitor.store.clock import Clock, SystemClock
from monitor.store.deletion import delete_everything, delete_session
from monitor.store.errors import (
    AlreadyRecordingError,
    BackupExistsError,
    BackupUnusableError,
    NewerStoreError,
    NoStoreYetError,
    OlderStoreError,
    SessionOpenError,
    StoreDamagedError,
    StoreError,
    StoreUnreachableError,
)
from monitor.store.queries import Reader
from monitor.store.recorder import Recorder
from monitor.store.recovery import recover
from monitor.store.retention import Keep
from monitor.store.rows import Calibration, CueRow, SessionRow, SessionStart, StanceRow, UnitRow

__all__ = [
    "AlreadyRecordingError",
    "BackupExistsError",
    "BackupUnusableError",
    "Calibration",
    "Clock",
    "CueRow",
    "Keep",
    "NewerStoreError",
    "NoStoreYetError",
    "OlderStoreError",
    "Reader",
    "Recorder",
    "SessionOpenError",
    "SessionRow",
    "SessionStart",
    "StanceColumns",
    "StanceRow",
    "StoreDamagedError",
    "StoreError",
    "StoreUnreachableError",
    "SystemClock",
    "UnitRow",
    "back_up",
    "delete_everything",
    "delete_session",
    "recover",
    "restore",
]
