"""One command that makes a computer a unit, brings a unit to another version, or finds that nothing is to be done."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.upkeep import provision
from monitor.upkeep.layout import Layout, UpkeepError
from monitor.upkeep.linux import PACKAGES_LIMIT_S, Linux, run
from monitor.upkeep.release import Release
from monitor.upkeep.units import link_units
from monitor.upkeep.update import Say, first_version, go_back, on_trial, stage

APT = ("apt-get", "-qq", "--yes", "-o", "DPkg::Lock::Timeout=300")


def install(layout: Layout, folder: Path, linux: Linux, say: Say) -> None:
    """Install the Medius in `folder`, beside what is installed, and use it. Raises UpkeepError."""
    release = Release.read(folder)
    if not (layout.root / "run/systemd/system").is_dir():
        raise UpkeepError(
            "systemd does not run here, and a unit's services need it: install on a Raspberry Pi OS that runs"
        )
    layout.versions.mkdir(parents=True, exist_ok=True)
    with _alone(layout):
        if linux.is_trying():
            raise UpkeepError("another version is on trial at this moment: wait two minutes")
        if on_trial(layout):
            go_back(layout, linux, "it was broken off")
        restart = _provide(layout, release, linux, say)
        name = stage(layout, release, linux, say)
        provision.link_command(layout)
        _use(layout, name, linux, say)
    say(f"Medius {name} is in use.")
    run([layout.current / ".venv/bin/medius", "where"], "it is installed, but its address cannot be told", tell=True)
    if restart:
        say("Restart the computer once, for its pins and its watchdog: sudo reboot")


def _provide(layout: Layout, release: Release, linux: Linux, say: Say) -> bool:
    """Give the computer what the version needs around it; whether that counts only after a restart."""
    packages = provision.packages_missing(layout, _is_installed)
    if packages:
        say(f"installing {' '.join(packages)}")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run([*APT, "update"], "apt cannot be brought up to date", PACKAGES_LIMIT_S, env=quiet)
        command = [*APT, "install", "--no-install-recommends", *packages]
        run(command, "packages are missing and cannot be installed", PACKAGES_LIMIT_S, env=quiet)
    if provision.write_system_files(layout, release.folder):
        run(["systemd-sysusers"], "the users cannot be made")
        run(["systemctl", "try-restart", "systemd-journald.service"], None)
    for folder in (layout.state, layout.cache):
        linux.own(folder)
    provision.write_settings(layout)
    return provision.write_firmware(layout)


def _use(layout: Layout, name: str, linux: Linux, say: Say) -> None:
    proven = layout.name_of(layout.proven)
    if proven not in (None, name):
        linux.try_version(name)
        return
    try:
        if proven is None:
            say("starting it")
            first_version(layout, linux, name)
        else:
            link_units(layout, name)
            linux.start()
            linux.wait_until_healthy()
    except UpkeepError as error:
        raise UpkeepError(
            f"Medius {name} is installed and does not work yet ({error}): it begins by itself once that is mended, "
            "and sudo medius doctor tells more"
        ) from error


def _is_installed(package: str) -> bool:
    return run(["dpkg-query", "-W", "-f", "${db:Status-Status}", package], None) == "installed"


@contextmanager
def _alone(layout: Layout) -> Iterator[None]:
    """Raises UpkeepError while another installation is under way; the lock ends with its process."""
    with (layout.home / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UpkeepError("another installation is under way: wait for it to end") from None
        yield
