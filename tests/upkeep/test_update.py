"""Updates, broken off wherever they can be: the version that worked runs again, and no session is lost."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.upkeep.layout import Layout, UpkeepError
from monitor.upkeep.release import Release
from monitor.upkeep.update import NEEDED_BYTES, READY, go_back, on_trial, stage, try_version
from tests.upkeep.breaks import Break, broken_off
from tests.upkeep.made import System, installed, make_release, sessions, silent


@pytest.fixture
def tmp_path(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """In memory: every one of some thousand updates would wait for the disk."""
    monkeypatch.setattr(os, "sync", lambda: None)
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="medius-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture
def old(tmp_path: Path) -> Release:
    return make_release(tmp_path / "old", "1.0")


def update(layout: Layout, release: Release) -> System:
    """As install() and the service of the trial do it, one after the other."""
    system = System(layout)
    try_version(layout, system, stage(layout, release, system, silent), silent)
    return system


def attempt(layout: Layout, release: Release) -> None:
    """The same, where an update that is undone is no surprise."""
    with contextlib.suppress(UpkeepError):
        update(layout, release)


def guard(layout: Layout) -> None:
    system = System(layout)
    if on_trial(layout):
        go_back(layout, system, "it was broken off")


def switched_on(layout: Layout) -> str:
    """The computer starts: first the guard, then the services. Returns the version that runs."""
    guard(layout)
    system = System(layout)
    system.start()
    return str(system.running)


def assert_whole(layout: Layout, name: str) -> None:
    """One version is in use, with its units and no others, and systemd finds each of them."""
    assert not on_trial(layout)
    assert layout.name_of(layout.current) == name
    assert (layout.current / READY).exists()
    links = {
        link.name: layout.root / str(link.readlink()).lstrip("/")
        for link in layout.units.iterdir()
        if link.is_symlink()
    }
    assert set(links) == {path.name for path in (layout.current / "systemd").iterdir()}
    assert all(target.exists() for target in links.values())


def kept_of(layout: Layout, version: str) -> list[str]:
    """The sessions of a version, in the database and beside it."""
    paths = [layout.database, *layout.state.glob("medius.sqlite.of-*")]
    return [name for path in paths for name in sessions(path) if name == version]


def test_an_update_that_works(tmp_path: Path, old: Release) -> None:
    layout = installed(tmp_path / "unit", old)
    new = make_release(tmp_path / "new", "1.1", schema=2, unit="medius-more.service")
    assert update(layout, new).running == new.name()
    assert_whole(layout, new.name())
    assert sessions(layout.database) == [old.name(), new.name()]
    assert sorted(path.name for path in layout.state.iterdir()) == ["medius.sqlite"]
    assert {path.name for path in layout.versions.iterdir()} == {old.name(), new.name()}


def test_the_last_two_versions_are_kept(tmp_path: Path, old: Release) -> None:
    layout = installed(tmp_path / "unit", old)
    names = [old.name()]
    for minor in (1, 2, 3):
        release = make_release(tmp_path / str(minor), f"1.{minor}")
        update(layout, release)
        names.append(release.name())
    assert {path.name for path in layout.versions.iterdir()} == set(names[-2:])


def test_back_to_the_version_before(tmp_path: Path, old: Release) -> None:
    layout = installed(tmp_path / "unit", old)
    update(layout, make_release(tmp_path / "new", "1.1"))
    before = Release.read(layout.tree(old.name()))
    assert before.name() == old.name()
    assert update(layout, before).running == old.name()
    assert_whole(layout, old.name())


@pytest.mark.parametrize("schema", [1, 2])
def test_an_update_that_does_not_work_is_undone_and_says_why(tmp_path: Path, old: Release, schema: int) -> None:
    layout = installed(tmp_path / "unit", old)
    new = make_release(tmp_path / "new", "1.1", healthy=False, schema=schema)
    with pytest.raises(UpkeepError) as caught:
        update(layout, new)
    assert str(caught.value) == (
        f"Medius {new.name()} does not work here (it never gets ready), so {old.name()} is in use again"
    )
    assert layout.undone.read_text() == f"The update to {new.name()} was undone: it never gets ready.\n"
    assert_whole(layout, old.name())
    assert sessions(layout.database) == [old.name(), old.name()]
    assert kept_of(layout, new.name()) == [new.name()]

    mended = make_release(tmp_path / "mended", "1.2", schema=schema)
    update(layout, mended)
    assert_whole(layout, mended.name())
    assert not layout.undone.exists()


def test_a_version_that_cannot_be_made_ready_leaves_nothing(tmp_path: Path, old: Release) -> None:
    layout = installed(tmp_path / "unit", old)
    system = System(layout)

    def fail(_tree: Path) -> None:
        raise UpkeepError("no such package")

    system.make_ready = fail  # type: ignore[method-assign]
    system.running = old.name()
    with pytest.raises(UpkeepError, match="no such package"):
        stage(layout, make_release(tmp_path / "new", "1.1"), system, silent)
    assert {path.name for path in layout.versions.iterdir()} == {old.name()}
    assert_whole(layout, old.name())
    assert system.running == old.name()


def test_where_there_is_no_room_nothing_is_begun(tmp_path: Path, old: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = installed(tmp_path / "unit", old)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=NEEDED_BYTES))
    with pytest.raises(UpkeepError, match=r"another version needs 1\.5 GB of room and the disk has 1\.5 GB: remove"):
        update(layout, make_release(tmp_path / "new", "1.1"))
    assert {path.name for path in layout.versions.iterdir()} == {old.name()}


@pytest.mark.parametrize("kind", Break)
@pytest.mark.parametrize("healthy", [True, False])
def test_broken_off_anywhere(tmp_path: Path, old: Release, healthy: bool, kind: Break) -> None:
    """Before every change to a file in turn; then the computer is switched on."""
    new = make_release(tmp_path / "new", "1.1", healthy=healthy, schema=2, unit="medius-more.service")
    layout = installed(tmp_path / "unit", old)
    shutil.copytree(tmp_path / "unit", tmp_path / "before", symlinks=True)
    versions = set()
    breaks = 0
    for at in broken_off(lambda: attempt(layout, new), kind):
        first = switched_on(layout)
        versions.add(first)
        assert_whole(layout, first)
        in_use = sessions(layout.database)
        assert in_use[0] == old.name(), at  # what was there before the update
        assert in_use[-1] == first, at
        assert switched_on(layout) == first, at
        breaks += 1
        put_back(tmp_path)
    assert breaks > 60
    assert versions == ({old.name(), new.name()} if healthy else {old.name()})


def put_back(tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "unit")
    shutil.copytree(tmp_path / "before", tmp_path / "unit", symlinks=True)


@pytest.mark.parametrize("kind", Break)
def test_going_back_broken_off_anywhere(tmp_path: Path, old: Release, kind: Break) -> None:
    """The power goes while a version that has migrated is on trial, and again before any change of the guard's."""
    new = make_release(tmp_path / "new", "1.1", healthy=True, schema=2, unit="medius-more.service")
    layout = installed(tmp_path / "unit", old)
    breaks = 0
    left_on_trial(layout, new)
    shutil.copytree(tmp_path / "unit", tmp_path / "before", symlinks=True)
    for at in broken_off(lambda: guard(layout), kind):
        assert switched_on(layout) == old.name(), at
        assert_whole(layout, old.name())
        assert set(sessions(layout.database)) == {old.name()}, at
        assert kept_of(layout, new.name()), at
        breaks += 1
        put_back(tmp_path)
    assert breaks > 10


def left_on_trial(layout: Layout, new: Release) -> None:
    """The power goes while a new version is watched."""

    class Watched(System):
        def wait_until_healthy(self) -> None:
            os._exit(0)

    if os.fork() == 0:
        system = Watched(layout)
        try_version(layout, system, stage(layout, new, system, silent), silent)
        os._exit(1)
    assert os.wait()[1] == 0
    assert on_trial(layout)
    assert sessions(layout.database)[-1] == new.name()
