"""Where the pose network's weights come from: the vendor's model store, or the vendor's own published packages.

The packages are fetched by the user's own `pip` and `npm`, from whatever index those are configured for. Nothing of a
package is installed or run: two files are read out of it, verified, and put into a bundle.
"""

import contextlib
import hashlib
import http.client
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from monitor.pose.bundle import add_normalization, pack

Progress = Callable[[str, int, int | None], None]
"""Called with what is being fetched, bytes so far, and bytes in all where that is known."""

Source = Callable[[Path, Progress], bytes]
"""Returns a bundle, not yet verified as a whole; the path is an empty folder to work in. Raises SourceFailed."""

CONNECT_TIMEOUT_S = 5.0
STALL_TIMEOUT_S = 30.0
PACKAGE_TIMEOUT_S = 1800.0

DETECTOR_MEAN, DETECTOR_STD = 127.5, 127.5
LANDMARKS_MEAN, LANDMARKS_STD = 0.0, 255.0

WHEEL, WHEEL_BYTES = "mediapipe==0.10.18", 36_120_504
WHEEL_DETECTOR = "mediapipe/modules/pose_detection/pose_detection.tflite"
WHEEL_FULL = "mediapipe/modules/pose_landmark/pose_landmark_full.tflite"
NPM_PACKAGE, NPM_BYTES = "@mediapipe/pose@0.5.1675469404", 40_985_403
NPM_DETECTOR = "package/pose_solution_packed_assets.data"
NPM_LITE = "package/pose_landmark_lite.tflite"
NPM_HEAVY = "package/pose_landmark_heavy.tflite"

SHA256 = {
    WHEEL_DETECTOR: "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    WHEEL_FULL: "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    NPM_DETECTOR: "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85",
    NPM_LITE: "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
    NPM_HEAVY: "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe",
}
"""Of the TFLite files in the packages. The two detectors have the same graph and weights; the wheel's has metadata."""

COMPLAINT = re.compile(r"^(?:ERROR:|npm err\w*[!:]?|\S*python\S*:) *(.+)$", re.IGNORECASE | re.MULTILINE)
"""The first line in which pip, npm or Python says what is wrong."""


class SourceFailed(Exception):  # noqa: N818 - reads as what happened
    """A source could not give the weights; the message is a clause that says why."""


def from_store(url: str, staging: Path, progress: Progress) -> bytes:  # noqa: ARG001 - needs no folder
    """Return the finished bundle that the vendor's model store serves at `url`. Raises SourceFailed."""
    opener = urllib.request.build_opener(_PatientHandler)
    content = bytearray()
    try:
        with opener.open(url, timeout=CONNECT_TIMEOUT_S) as response:
            length = response.headers["Content-Length"]
            while chunk := response.read(1 << 16):
                content += chunk
                progress("from the vendor's store", len(content), int(length) if length else None)
    except (OSError, ValueError, http.client.HTTPException) as error:
        why = getattr(error, "reason", error)
        raise SourceFailed(f"the vendor's store cannot be reached ({why})") from error
    return bytes(content)


def from_pip(staging: Path, progress: Progress) -> bytes:
    """Return the full network's bundle out of the vendor's last Python package with weights. Raises SourceFailed.

    One fixed platform's wheel serves every machine.
    """
    command = [sys.executable, "-m", "pip", "download", WHEEL, "--no-deps", "--only-binary=:all:"]
    command += ["--python-version", "3.11", "--platform", "manylinux2014_x86_64", "--no-cache-dir", "--no-input"]
    command += ["--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout", f"{STALL_TIMEOUT_S:.0f}"]
    _download(command, staging, "from the Python package index", WHEEL_BYTES, progress)
    try:
        with zipfile.ZipFile(_only_file(staging, "*.whl")) as wheel:
            detector, landmarks = (_verified(name, wheel.open(name)) for name in (WHEEL_DETECTOR, WHEEL_FULL))
    except (OSError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise SourceFailed(f"{WHEEL} from the Python package index is damaged ({error})") from error
    return pack(detector, add_normalization(landmarks, LANDMARKS_MEAN, LANDMARKS_STD))


def from_npm(landmarks_name: str, staging: Path, progress: Progress) -> bytes:
    """Return the bundle with the named landmark network out of the vendor's npm package. Raises SourceFailed."""
    npm = shutil.which("npm")
    if npm is None:
        raise SourceFailed("npm is not installed")
    command = [npm, "pack", NPM_PACKAGE, "--ignore-scripts", "--cache", "npm-cache", "--loglevel=error"]
    command += ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", f"--fetch-timeout={STALL_TIMEOUT_S * 1000:.0f}"]
    _download(command, staging, "from the npm registry", NPM_BYTES, progress)
    try:
        with tarfile.open(_only_file(staging, "*.tgz"), "r:gz") as package:
            detector, landmarks = (
                _verified(name, package.extractfile(name)) for name in (NPM_DETECTOR, landmarks_name)
            )
    except (OSError, EOFError, KeyError, tarfile.TarError, zlib.error) as error:
        raise SourceFailed(f"{NPM_PACKAGE} from the npm registry is damaged ({error})") from error
    return pack(
        add_normalization(detector, DETECTOR_MEAN, DETECTOR_STD),
        add_normalization(landmarks, LANDMARKS_MEAN, LANDMARKS_STD),
    )


class _PatientConnection(http.client.HTTPSConnection):
    """Gives up soon on connecting, late on a transfer that stalls."""

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(STALL_TIMEOUT_S)


class _PatientHandler(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_PatientConnection, req)


def _download(command: Sequence[str], staging: Path, label: str, total_bytes: int, progress: Progress) -> None:
    """Run a package manager in `staging`. Its progress is the size of what it has written there."""
    log = staging / "log.txt"
    deadline_s = time.monotonic() + PACKAGE_TIMEOUT_S
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command,
            cwd=staging,
            env={**os.environ, "TMPDIR": str(staging)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            while _still_running(process):
                progress(label, min(_size_bytes(staging), total_bytes), total_bytes)
                if time.monotonic() > deadline_s:
                    raise SourceFailed(f"fetching {label} took more than {PACKAGE_TIMEOUT_S / 60:.0f} minutes")
        finally:
            process.kill()
    if process.returncode != 0:
        complaint = COMPLAINT.search(log.read_text(errors="replace"))
        why = complaint[1] if complaint else f"exit status {process.returncode}"
        raise SourceFailed(f"nothing came {label} ({why})")


def _still_running(process: "subprocess.Popen[bytes]") -> bool:
    try:
        process.wait(timeout=0.1)
    except subprocess.TimeoutExpired:
        return True
    return False


def _size_bytes(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += Path(parent, name).stat().st_size
    return total


def _only_file(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise FileNotFoundError(f"{len(found)} files {pattern}")
    return found[0]


def _verified(name: str, file: IO[bytes] | None) -> bytes:
    content = file.read() if file else b""
    if hashlib.sha256(content).hexdigest() != SHA256[name]:
        raise SourceFailed(f"{name} is not the published file")
    return content
