from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store import Reader, Recorder
from tests.store.made import HandClock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "medius.db"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def recorder(path: Path, clock: HandClock) -> Iterator[Recorder]:
    with Recorder(path, clock, commit_every_s=0.01) as recorder:
        yield recorder


@pytest.fixture
def reader(recorder: Recorder) -> Iterator[Reader]:
    with Reader.open(recorder.url_or_path) as reader:
        yield reader
