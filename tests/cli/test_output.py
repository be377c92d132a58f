"""Where `medius analyze` writes: whole or not at all, and never over what it reads."""

import json
import os
import sys
import threading
from pathlib import Path

import pytest

from tests.cli.command import medius, unprivileged
from tests.store.namespace import run_with_mounts


def test_a_file_appears_whole(track: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("older")
    link = tmp_path / "link.json"
    link.symlink_to(target)
    done = medius("analyze", track, "--json", link)
    assert (done.status, done.err) == (0, "")
    assert json.loads(target.read_text())["schema"] == 1
    assert link.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.json", "out.json"]


def test_standard_output_is_nothing_but_the_document(track: Path) -> None:
    piped, shown = medius("analyze", track, "--json", "-"), medius("analyze", track)
    assert json.loads(piped.out)["source"] == track.name
    assert piped.err == shown.out
    assert shown.err == ""
    assert "Pelvis drop since contact" in shown.out


def test_a_pipe_is_written_and_not_replaced(track: Path, tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    assert medius("analyze", track, "--json", pipe).status == 0
    reader.join(10.0)
    assert json.loads(read[0])["source"] == track.name
    assert pipe.is_fifo()


def test_a_folder_that_is_not_there(track: Path, tmp_path: Path) -> None:
    sentence = medius("analyze", track, "--json", tmp_path / "new" / "out.json").sentence
    assert sentence == f"There is no folder {tmp_path / 'new'}: make it, or choose another place with --json."


def test_a_folder_in_place_of_a_file(track: Path, tmp_path: Path) -> None:
    sentence = medius("analyze", track, "--json", tmp_path).sentence
    assert sentence == f"{tmp_path} cannot be written (Is a directory): choose another place with --json."


def test_a_place_that_may_not_be_written(track: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.settings.SETTINGS_FILES", ())
    target = tmp_path / "out.json"
    target.write_text("older")
    target.chmod(0o444)
    tmp_path.chmod(0o555)
    with unprivileged():
        sentence = medius("analyze", track, "--json", target).sentence
    tmp_path.chmod(0o755)
    assert sentence == f"{target} cannot be written (Permission denied): choose another place with --json."
    assert target.read_text() == "older"


def test_the_recording_is_not_overwritten(track: Path, tmp_path: Path) -> None:
    before = track.read_bytes()
    (tmp_path / "out.json").symlink_to(track)
    for name in (track, tmp_path / "out.json"):
        sentence = medius("analyze", track, "--json", name).sentence
        assert sentence == f"{name} is the recording itself: choose another name with --json."
    assert track.read_bytes() == before


def test_a_full_disk_leaves_what_was_there(track: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f"""
        unset PYTHONUNBUFFERED; cd {disk}; echo older > out.json; cat /dev/zero > ballast 2>/dev/null
        {sys.executable} -m monitor analyze {track} --json out.json 2>&1 >/dev/full; echo $?
        {sys.executable} -m monitor analyze {track} 2>&1 >/dev/full; echo $?
        cat out.json; ls -A"""
    assert run_with_mounts(f"mount -t tmpfs -o size=40k tmpfs {disk}", "sh", "-c", script) == [
        "Error: out.json cannot be written (No space left on device): choose another place with --json.",
        "1",
        "Error: There is no room left to write to: free some space on the disk.",
        "1",
        "older",
        *("ballast", "out.json"),
    ]
