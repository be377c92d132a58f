"""Missing system libraries are named with the line that installs them."""

import os
import platform
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from monitor.pose import system
from monitor.pose.system import PACKAGES, apt_packages, library_hint, missing_libraries

BASE = re.compile(r"lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+|z)\.so|ld-linux")


def release(monkeypatch: pytest.MonkeyPatch, **fields: str) -> None:
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: fields)


@pytest.mark.parametrize(
    ("fields", "glib"),
    [
        ({"ID": "debian", "VERSION_CODENAME": "bookworm"}, "libglib2.0-0"),
        ({"ID": "debian", "VERSION_CODENAME": "trixie"}, "libglib2.0-0t64"),
        ({"ID": "raspbian", "ID_LIKE": "debian", "VERSION_CODENAME": "trixie"}, "libglib2.0-0t64"),
        ({"ID": "ubuntu", "ID_LIKE": "debian", "VERSION_CODENAME": "jammy"}, "libglib2.0-0"),
        ({"ID": "ubuntu", "ID_LIKE": "debian", "VERSION_CODENAME": "noble"}, "libglib2.0-0t64"),
    ],
)
def test_the_line_is_right_for_the_release(monkeypatch: pytest.MonkeyPatch, fields: dict[str, str], glib: str) -> None:
    release(monkeypatch, **fields)
    assert apt_packages(PACKAGES) == ("libegl1", "libgles2", "libgl1", glib, "libxcb1")


def test_the_sentence_names_only_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    release(monkeypatch, ID="debian", VERSION_CODENAME="trixie")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert library_hint(["libGL.so.1", "libxcb.so.1"]) == (
        "MediaPipe needs system libraries that are not here (libGL.so.1, libxcb.so.1): sudo apt install libgl1 libxcb1"
    )
    assert library_hint([]) is None


def test_elsewhere_the_sentence_names_the_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    release(monkeypatch, ID="fedora")
    hint = library_hint(["libGL.so.1"])
    assert hint is not None
    assert hint.endswith("that are not here (libGL.so.1): install them with your system's package manager")


def test_a_library_that_cannot_be_loaded_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "PACKAGES", {"libc.so.6": "libc6", "libnowhere.so.7": "libnowhere7"})
    assert missing_libraries() == ("libnowhere.so.7",)


def needed(binary: Path) -> set[str]:
    output = subprocess.run(["readelf", "-d", binary], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"\(NEEDED\).*\[(.+)\]", output))


def test_the_list_is_what_the_installed_wheels_need() -> None:
    if shutil.which("readelf") is None:
        pytest.skip("readelf is not installed")
    mediapipe, opencv = find_spec("mediapipe"), find_spec("cv2")
    assert mediapipe is not None
    assert mediapipe.origin is not None
    assert opencv is not None
    assert opencv.origin is not None
    bundled = {file.name: file for file in Path(opencv.origin).parents[1].glob("opencv*.libs/*")}
    to_read = [Path(mediapipe.origin).parent / "tasks" / "c" / "libmediapipe.so"]
    to_read += Path(opencv.origin).parent.glob("cv2*.so")
    outside: set[str] = set()
    seen: set[str] = set()
    while to_read:
        for library in needed(to_read.pop()) - seen:
            seen.add(library)
            if library in bundled:
                to_read.append(bundled[library])
            elif not BASE.match(library):
                outside.add(library)
    assert outside == set(PACKAGES)
