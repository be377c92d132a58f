"""What has been measured, kept: sessions, stances, cues, calibrations. No images, nothing per frame."""

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
from monitor.store.rows import Calibration, CueRow, SessionRow, SessionStart, StanceRow

__all__ = [
    "AlreadyRecordingError",
    "Calibration",
    "CueRow",
    "NewerStoreError",
    "NoStoreYetError",
    "OlderStoreError",
    "Reader",
    "SessionRow",
    "SessionStart",
    "StanceRow",
    "StoreDamagedError",
    "StoreError",
    "StoreUnreachableError",
]
