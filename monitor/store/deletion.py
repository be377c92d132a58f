"""Deleting sessions while no unit records; while one does, its `Recorder` does it."""

from pathlib import Path

from monitor.store.identity import canonical
from monitor.store.opening import open_writer
from monitor.store.queries import NO_SESSION


def delete_session(url_or_path: str | Path, session_id: str) -> None:
    """Delete a session for good. Raises `StoreError`, `AlreadyRecordingError` while a unit records."""
    with open_writer(url_or_path) as writer:
        writer.delete([canonical(session_id) or NO_SESSION])


def delete_everything(url_or_path: str | Path) -> None:
    """Delete all sessions for good. Raises `StoreError`, `AlreadyRecordingError` while a unit records."""
    with open_writer(url_or_path) as writer:
        writer.delete(None)
