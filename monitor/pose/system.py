"""The system libraries that the wheels of MediaPipe and OpenCV expect to find, and how to install them.

A desktop has them, a minimal Debian or Raspberry Pi OS Lite does not. Read from the ELF headers of mediapipe 1.2.2 and
opencv-contrib-python 5.0.0 for x86-64 and aarch64; what every Debian with Python has is left out.
"""

import ctypes
import os
import platform
import sys
from collections.abc import Iterable

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0t64",
    "libgthread-2.0.so.0": "libglib2.0-0t64",
    "libxcb.so.1": "libxcb1",
}
"""Library and the package of Debian 13 that holds it: the first two are MediaPipe's own wish, the others OpenCV's."""

BEFORE_T64 = frozenset({"bullseye", "bookworm", "focal", "jammy"})
"""Releases whose packages do not have the suffix of the 64-bit time transition."""


def missing_libraries() -> tuple[str, ...]:
    """Return the libraries that cannot be loaded, such as `libGL.so.1`."""
    if sys.platform != "linux":
        return ()
    return tuple(library for library in PACKAGES if not _loads(library))


def apt_packages(missing: Iterable[str]) -> tuple[str, ...]:
    """Return this release's packages that hold the `missing` libraries; empty where packages are not apt's."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return ()
    if not {"debian", "ubuntu"} & {release["ID"], *release.get("ID_LIKE", "").split()}:
        return ()
    names = dict.fromkeys(PACKAGES[library] for library in missing)
    if release.get("VERSION_CODENAME") in BEFORE_T64:
        return tuple(name.removesuffix("t64") for name in names)
    return tuple(names)


def library_hint(missing: Iterable[str]) -> str | None:
    """Return one sentence naming the `missing` libraries and what installs them; None where none is missing."""
    missing = tuple(missing)
    if not missing:
        return None
    if packages := apt_packages(missing):
        sudo = "" if os.geteuid() == 0 else "sudo "
        remedy = f"{sudo}apt install {' '.join(packages)}"
    else:
        remedy = "install them with your system's package manager"
    return f"MediaPipe needs system libraries that are not here ({', '.join(missing)}): {remedy}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
