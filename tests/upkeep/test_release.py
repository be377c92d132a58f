"""What is handed over as a release, in whatever form."""

import io
import shutil
import tarfile
from pathlib import Path

import pytest

from monitor.upkeep.layout import UpkeepError
from monitor.upkeep.release import SHIPPED, Release, unpack
from tests.upkeep.made import make_release

ROOT = Path(__file__).resolve().parents[2]


def test_this_project_is_a_release_and_a_copy_of_it_is_the_same(tmp_path: Path) -> None:
    release = Release.read(ROOT)
    release.copy_to(tmp_path / "copy")
    copied = Release.read(tmp_path / "copy")
    assert copied.name() == release.name()
    assert sorted(path.name for path in copied.folder.iterdir()) == sorted(SHIPPED)
    paths = [path.relative_to(copied.folder) for path in copied.folder.rglob("*")]
    assert not {part for path in paths for part in path.parts} & {"__pycache__", "tests", ".git", ".venv"}
    assert Path("systemd/medius-update-guard.service") in paths


def test_whatever_is_changed_changes_the_name(tmp_path: Path) -> None:
    release = make_release(tmp_path / "a", "1.0")
    names = {release.name()}
    for change in (
        lambda: (release.folder / "web" / "page").write_text("other"),
        lambda: (release.folder / "web" / "page").rename(release.folder / "web" / "leaf"),
        lambda: (release.folder / "web" / "leaf").chmod(0o755),
        lambda: (release.folder / "web" / "more").touch(),
    ):
        change()
        names.add(release.name())
    assert len(names) == 5
    assert all(name.startswith("1.0-") for name in names)
    for ignored in (".venv", "tests", "monitor/__pycache__"):
        (release.folder / ignored).mkdir()
        (release.folder / ignored / "file").touch()
    assert release.name() in names


def test_a_copy_is_for_all_to_read_whatever_the_original_was(tmp_path: Path) -> None:
    release = make_release(tmp_path / "a", "1.0")
    (release.folder / "web").chmod(0o700)
    (release.folder / "web" / "page").chmod(0o600)
    release.copy_to(tmp_path / "b")
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "b").rglob("*")}
    assert modes == {0o644, 0o755}
    assert (tmp_path / "b" / "medius").stat().st_mode & 0o111


@pytest.mark.parametrize("inside", ["", "medius-1.0/"])
def test_unpacking(tmp_path: Path, inside: str) -> None:
    release = make_release(tmp_path / "a", "1.0")
    archive = tmp_path / "release.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(release.folder, inside or ".")
    assert Release.read(unpack(archive, tmp_path / "b")).name() == release.name()


def test_nothing_is_unpacked_elsewhere(tmp_path: Path) -> None:
    archive = tmp_path / "release.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for name in ("../outside", "/tmp/outside", "a/../../outside", "inside"):
            tar.addfile(tarfile.TarInfo(name), io.BytesIO())
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(link)
        through = tarfile.TarInfo("link/outside")
        tar.addfile(through, io.BytesIO())
    unpack(archive, tmp_path / "b")
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == [
        *("b", "b/inside", "b/link", "b/link/outside", "release.tar.gz"),
    ]


def test_what_is_no_release_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UpkeepError, match=r"holds no Medius, for it has no CHANGELOG\.md: give"):
        Release.read(tmp_path)
    release = make_release(tmp_path / "a", "1.0").folder
    for text, reason in (
        ('[project]\nname = "other"\nversion = "1"', "no Medius but other 1"),
        ('[project]\nname = "medius"\nversion = "../1"', "no Medius but medius ../1"),
        ("[project", "cannot be read"),
        ("[project]", "cannot be read"),
    ):
        (release / "pyproject.toml").write_text(text)
        with pytest.raises(UpkeepError, match=reason):
            Release.read(release)


def test_an_archive_that_is_cut_short_or_none(tmp_path: Path) -> None:
    make_release(tmp_path / "a", "1.0")
    archive = Path(shutil.make_archive(str(tmp_path / "whole"), "gztar", tmp_path / "a"))
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(archive.read_bytes()[:-200])
    (tmp_path / "text.tar.gz").write_text("no archive")
    for path in (cut, tmp_path / "text.tar.gz", tmp_path / "gone.tar.gz"):
        with pytest.raises(UpkeepError, match="cannot be unpacked"):
            unpack(path, tmp_path / f"from-{path.name}")
