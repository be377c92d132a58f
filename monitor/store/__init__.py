"""What has been measured, kept: sessions, stances, cues, calibrations. No images, nothing per frame."""

from monitor.store.arrays import StanceColumns
from monitor.store.backup import back_up, restore, size_bytes
from monitor.store.clock import Clock, SystemClock
from monitor.store.deletion import delete_everything, delete_session
from monitor.store.diary import BODY_BYTES, Diary
from monitor.store.errors import (
    AlreadyRecordingError,
    BackupExistsError,
    BackupUnusableError,
    LinkDeadError,
    NewerStoreError,
    NoStoreYetError,
    OlderStoreError,
    RunnerGoneError,
    SessionOpenError,
    StoreDamagedError,
    StoreError,
    StoreUnreachableError,
    TooManyRunnersError,
)
from monitor.store.ownership import Ownership, PhoneKey
from monitor.store.queries import Reader
from monitor.store.recorder import Recorder
from monitor.store.recovery import recover
from monitor.store.retention import Keep
from monitor.store.rows import (
    Calibration,
    CueRow,
    LinkRow,
    PhoneRow,
    RunnerRow,
    SessionRow,
    SessionStart,
    StanceRow,
    UnitRow,
)
from monitor.store.tokens import LINK_PATH, digest_of, link_to, new_token, opens

__all__ = [
    "BODY_BYTES",
    "LINK_PATH",
    "AlreadyRecordingError",
    "BackupExistsError",
    "BackupUnusableError",
    "Calibration",
    "Clock",
    "CueRow",
    "Diary",
    "Keep",
    "LinkDeadError",
    "LinkRow",
    "NewerStoreError",
    "NoStoreYetError",
    "OlderStoreError",
    "Ownership",
    "PhoneKey",
    "PhoneRow",
    "Reader",
    "Recorder",
    "RunnerGoneError",
    "RunnerRow",
    "SessionOpenError",
    "SessionRow",
    "SessionStart",
    "StanceColumns",
    "StanceRow",
    "StoreDamagedError",
    "StoreError",
    "StoreUnreachableError",
    "SystemClock",
    "TooManyRunnersError",
    "UnitRow",
    "back_up",
    "delete_everything",
    "delete_session",
    "digest_of",
    "link_to",
    "new_token",
    "opens",
    "recover",
    "restore",
    "size_bytes",
]
