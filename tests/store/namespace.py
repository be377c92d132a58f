"""Mounts of a test's own, which root is as bound by as anybody and which vanish with the process."""

import shutil
import subprocess

import pytest

REFUSED = 77


def run_with_mounts(mount: str, *command: str) -> list[str]:
    """Run a command after a line of `sh` that mounts, in a namespace of its own, and return its lines of output.

    Skips where the system allows no such namespace.
    """
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed, so no disk could be mounted")
    script = f'{mount} || exit {REFUSED}; exec "$@"'
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", *command],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == REFUSED or done.stderr.startswith("unshare:"):
        pytest.skip("this system lets a test mount nothing, so the disk was not tried")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
