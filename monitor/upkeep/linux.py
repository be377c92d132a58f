"""The computer: systemd, users, packages."""

import os
import pwd
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from monitor.upkeep.health import PROPERTIES, SERVICES, complaint, parse
from monitor.upkeep.layout import Layout, ToldError, UpkeepError
from monitor.upkeep.links import remove
from monitor.upkeep.units import GUARD, unit_names
from monitor.upkeep.update import Say

USER = "medius"
PYTHON = ("/usr/bin/python3", "-P", "-B", "-m", "monitor.upkeep")
HERE = Path(__file__).resolve().parents[2]
"""The tree that this code belongs to."""
HEALTHY_WITHIN_S = 60.0
LOOK_EVERY_S = 1.0
TRIAL = "medius-update.service"
TRIAL_LIMIT_S = 1200
PACKAGES_LIMIT_S = 3600.0
SELFTEST_LIMIT_S = 300.0
COMMAND_LIMIT_S = 120.0
SESSIONS_LIMIT_S = 600.0
"""A gigabyte of sessions is copied to a slow card."""


class Linux:
    """The computer that this runs on."""

    def __init__(self, layout: Layout, say: Say) -> None:
        self._layout = layout
        self._say = say

    def make_ready(self, tree: Path) -> None:
        """Packages, weights, self-test; what these say goes to the terminal."""
        self._say("installing its Python packages, which takes some minutes")
        command, env = [tree / "medius"], {"MEDIUS_SETUP": "run"}
        run(command, "its packages could not be installed", PACKAGES_LIMIT_S, env=env, tell=True)
        python, medius = tree / ".venv/bin/python", tree / ".venv/bin/medius"
        run([python, "-m", "compileall", "-q", tree / "monitor", tree / "web"], "it cannot be compiled")
        self._say("fetching the pose network's weights")
        self._as_owner([medius, "weights"], "the weights could not be had", PACKAGES_LIMIT_S)
        self._say("trying it: pose network, measurement, sessions")
        rehearsal = self._layout.cache / "rehearsal"
        self.own(rehearsal)
        try:
            copy = rehearsal / self._layout.database.name
            self._sessions(tree, "copy", copy)
            self._as_owner([python, "-P", "-m", "web", "--help"], "its dashboard does not start")
            self._as_owner([medius, "selftest", "--database", copy], "it fails its own test", SELFTEST_LIMIT_S)
        finally:
            remove(rehearsal)

    def stop(self) -> None:
        """Those that are running; at the start of the computer that is none of them."""
        names = [name for name in unit_names(self._layout.current) if name != GUARD]
        running = [shown["Id"] for shown in self._show(names) if shown["ActiveState"] not in ("inactive", "failed")]
        if running:
            run(["systemctl", "stop", *running], "the services cannot be stopped")

    def start(self) -> None:
        """By the units as they are on the disk now."""
        run(["systemctl", "daemon-reload"], "systemd does not read the units")
        run(["systemctl", "reset-failed", *SERVICES], None)
        run(["systemctl", "start", "--no-block", "medius.target"], "the services cannot be started")

    def wait_until_healthy(self) -> None:
        """For a minute at most."""
        deadline_s = time.monotonic() + HEALTHY_WITHIN_S
        while (reason := complaint(self._show(SERVICES), time.monotonic())) is not None:
            if time.monotonic() > deadline_s:
                words = last_words()
                raise UpkeepError(f"{reason}{f': {words}' if words else ''}")
            time.sleep(LOOK_EVERY_S)

    def copy_sessions(self) -> None:
        """As the database's owner."""
        self._sessions(HERE, "copy")

    def restore_sessions(self, name: str) -> None:
        """As the database's owner."""
        self._sessions(HERE, "restore", name)

    def forget_sessions(self) -> None:
        """As the database's owner."""
        self._sessions(HERE, "forget")

    def try_version(self, name: str) -> None:
        """Have the proven version try another one, in a service of its own: whatever ends that, the guard comes after.

        Raises ToldError when the proven one is in use again.
        """
        proven = self._layout.tree(str(self._layout.name_of(self._layout.proven)))
        command = ["systemd-run", "--quiet", "--wait", "--collect", "--pipe", f"--unit={TRIAL}"]
        command += [f"--property=ExecStopPost={' '.join(PYTHON)} guard"]
        command += [f"--property={limit}Sec={TRIAL_LIMIT_S}" for limit in ("RuntimeMax", "TimeoutStop")]
        command += [f"--setenv=PYTHONPATH={proven}", *PYTHON, "trial", name]
        try:
            run(command, "it is not in use", TRIAL_LIMIT_S + COMMAND_LIMIT_S, tell=True)
        except UpkeepError as error:
            raise ToldError(str(error)) from error
        except KeyboardInterrupt:
            self._say("It goes on by itself; medius doctor tells how it ended.")
            raise ToldError("nobody waits for it any more") from None

    def is_trying(self) -> bool:
        """Whether that goes on at this moment, though nobody may be waiting for it any more."""
        return self._show([TRIAL])[0]["ActiveState"] != "inactive"

    def own(self, folder: Path) -> None:
        """Have a folder, and all that is in it, belong to the services' user; others do not see into it."""
        owner = pwd.getpwnam(USER)
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_uid != owner.pw_uid:
            folder.chmod(0o750)
            for path in (folder, *folder.rglob("*")):
                os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)

    def _sessions(self, tree: Path, *arguments: str | Path) -> None:
        self._as_owner(
            [*PYTHON, "sessions", *arguments],
            "the sessions cannot be copied or put back",
            SESSIONS_LIMIT_S,
            env={"PYTHONPATH": str(tree)},
        )

    def _as_owner(
        self,
        command: Sequence[str | Path],
        failing: str,
        limit_s: float = COMMAND_LIMIT_S,
        env: Mapping[str, str] | None = None,
    ) -> None:
        own = {"HOME": str(self._layout.cache), "MPLCONFIGDIR": str(self._layout.cache / "matplotlib")}
        own |= {"MEDIUS_STATE_DIR": str(self._layout.state), "MEDIUS_CACHE_DIR": str(self._layout.cache)}
        run(command, failing, limit_s, env={**own, **(env or {})}, user=USER)

    def _show(self, units: Iterable[str]) -> list[Mapping[str, str]]:
        return parse(run(["systemctl", "show", "-p", ",".join(PROPERTIES), *units], "systemd does not answer"))


def last_words() -> str:
    """Why the monitor said that it cannot go on, in the last two minutes."""
    journal = ["journalctl", "--unit=medius-monitor.service", "--since=-2min", "--grep=^Error: ", "--lines=1"]
    return run([*journal, "--output=cat"], None).strip().removeprefix("Error: ").rstrip(".")


def run(
    command: Sequence[str | Path],
    failing: str | None,
    limit_s: float = COMMAND_LIMIT_S,
    *,
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    tell: bool = False,
) -> str:
    """Run a command and return what it prints; with `tell`, its user sees that instead.

    Raises UpkeepError with `failing` and the command's last words; with None for that a failure is none.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            env={**os.environ, **(env or {})},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=None if tell else subprocess.PIPE,
            stderr=None if tell else subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=limit_s,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            umask=0o027 if user is not None else -1,
            check=False,
        )
    except subprocess.TimeoutExpired:
        words = f"it took more than {limit_s:.0f} s"
    except OSError as error:
        words = str(error)
    else:
        if done.returncode == 0:
            return done.stdout or ""
        lines = [line for line in (done.stderr or "").splitlines() if line.strip()]
        words = lines[-1].removeprefix("Error: ") if lines else "the reason is above"
    if failing is None:
        return ""
    raise UpkeepError(f"{failing}: {words.rstrip('.')}")
