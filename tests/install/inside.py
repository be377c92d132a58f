"""Runs inside, as root, each time the computer is switched on: the next part of the test."""

import hashlib
import json
import os
import pwd
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

RELEASES = Path("/root/releases")
HOME = Path("/opt/medius")
DATABASE = Path("/var/lib/medius/medius.sqlite")
DATA = (DATABASE.parent, Path("/var/lib/medius-web"), Path("/etc/medius"))
PART, MISSED, CUT, OVER = (Path("/root") / name for name in ("part", "missed", "cut", "over"))
FIRMWARE = "[all]\ndtparam=i2c_arm=on\n"
COUNT = """
import json
from monitor.store import Reader
with Reader.open("/var/lib/medius/medius.sqlite") as reader:
    print(json.dumps({session.id: session.stance_count for session in reader.sessions(limit=10000)}))
"""
WATCHED = ("/boot", "/etc", "/opt", "/usr/local")


def check(what: str, holds: object) -> None:
    print(f"{'ok    ' if holds else 'MISSED'} {what}", flush=True)
    if not holds:
        MISSED.write_text(f"{MISSED.read_text() if MISSED.exists() else ''}{what}\n")


def run(*command: str) -> tuple[int, str, float]:
    """Exit status, what it said, seconds."""
    before_s = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout, time.monotonic() - before_s


def say(output: str) -> None:
    print("".join(f"         | {line}\n" for line in output.splitlines()), end="", flush=True)


def ask(*command: str) -> str:
    return run(*command)[1].strip()


def version(link: str = "current") -> str:
    return (HOME / link).resolve().name


def monitor_process() -> str:
    return ask("systemctl", "show", "-P", "MainPID", "medius-monitor.service")


def is_active(name: str) -> bool:
    return ask("systemctl", "is-active", name) == "active"


def wait_for(what: Callable[[], object], within_s: float = 60.0) -> bool:
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        if what():
            return True
        time.sleep(0.3)
    return False


def query(text: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True)) as connection:
        return connection.execute(text).fetchall()


def stored() -> dict[str, int]:
    """How many stances of each session, as the version in use counts them."""
    python = str(HOME / "current/.venv/bin/python")
    status, output, _ = run(python, "-P", "-c", COUNT)
    return dict(json.loads(output)) if status == 0 else {}


def holds_all_of(before: dict[str, int]) -> bool:
    now = stored()
    return bool(before) and all(now.get(session, 0) >= count for session, count in before.items())


def files() -> dict[str, str]:
    """Everything that an installation may change, by its content."""
    found = {}
    for top in WATCHED:
        for path in sorted(Path(top).rglob("*")):
            if path.is_symlink():
                found[str(path)] = str(path.readlink())
            elif path.is_file() and "__pycache__" not in path.parts:
                found[str(path)] = f"{path.stat().st_mtime_ns} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    return found


def update(name: str) -> tuple[int, str, float]:
    return run("medius", "update", str(RELEASES / name))


def sentence(output: str) -> str:
    return next((line for line in reversed(output.splitlines()) if line.startswith("Error")), "")


def works() -> bool:
    return wait_for(lambda: is_active("medius-monitor.service") and is_active("medius-web.service"))


def measures() -> bool:
    """Whether stances are added."""
    before = sum(stored().values())
    return wait_for(lambda: sum(stored().values()) > before)


def installing() -> None:
    status, output, seconds = run(str(RELEASES / "first/install"))
    say(output)
    check(f"one command installs ({seconds:.0f} s)", status == 0)
    check("the services run", works())
    check("it measures", measures())
    check("it says where it is found", f"http://{os.uname().nodename}.local:8420" in output and "█" in output)
    check("it tells the owner's PIN", f"live one: {ask('medius', 'pin')}" in output)
    check("the dashboard answers", answers())
    config = Path("/boot/firmware/config.txt").read_text()
    check(
        "the firmware is told", config.startswith("[all]\ndtparam=i2c_arm=on\n# Medius begins\n[all]\ndtparam=watchdog")
    )
    before, process = files(), monitor_process()
    status, output, seconds = run(str(RELEASES / "first/install"))
    say(output)
    check(f"a second time it is quick ({seconds:.1f} s)", status == 0 and seconds < 30.0)
    after = files()
    changed = {path for path in {**before, **after} if before.get(path) != after.get(path)}
    check(f"and changes nothing {sorted(changed) or ''}", not changed and monitor_process() == process)
    check("the doctor finds nothing broken", doctor())


def answers() -> bool:
    try:
        with urllib.request.urlopen("http://127.0.0.1:8420", timeout=5) as page:
            return bool(page.read(1))
    except OSError as error:
        print(error)
        return False


def doctor() -> bool:
    status, output, seconds = run("medius", "doctor")
    say(output)
    print(f"       (the doctor took {seconds:.1f} s)")
    return status == 0


def updating() -> None:
    old, before = version(), stored()
    status, output, seconds = update("good.tar.gz")
    say(output)
    check(f"an update out of a .tar.gz ({seconds:.0f} s)", status == 0 and version().startswith("0.1.1-"))
    check("the new version is proven", version("proven") == version())
    check("it works", works() and measures())
    check("sessions are kept", holds_all_of(before))
    check("the old version is kept", (HOME / "versions" / old).is_dir())


def refusing(name: str) -> None:
    """Updates that fail before anything is switched."""
    old, process, before = version(), monitor_process(), stored()
    status, output, seconds = update(name)
    say(output)
    check(f"{name}: refused in a sentence ({seconds:.0f} s)", status == 1 and sentence(output))
    check(f"{name}: the old version did not notice", version() == old and monitor_process() == process)
    check(f"{name}: nothing is left of it", len(list((HOME / "versions").iterdir())) == 2)
    check(f"{name}: sessions are kept", holds_all_of(before) and measures())


def undoing(name: str) -> None:
    """Updates that turn out not to work."""
    old, before, schema = version(), stored(), query("SELECT version_num FROM alembic_version")
    status, output, seconds = update(name)
    say(output)
    check(f"{name}: undone in a sentence ({seconds:.0f} s)", status == 1 and "is in use again" in sentence(output))
    check(f"{name}: the old version runs again", version() == version("proven") == old and works() and measures())
    check(f"{name}: sessions are kept", holds_all_of(before))
    check(f"{name}: the schema is the old one", query("SELECT version_num FROM alembic_version") == schema)


def starting_a_trial() -> "subprocess.Popen[bytes]":
    """The new version is in use, has migrated the sessions, and has not proven itself."""
    command = ["medius", "update", str(RELEASES / "migrating_and_never_ready")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert wait_for(lambda: version() != version("proven"), 600.0)
    assert wait_for(lambda: query("SELECT version_num FROM alembic_version") == [("9999",)])
    return process


def killing_the_trial() -> None:
    old, before = version(), stored()
    process = starting_a_trial()
    ask("systemctl", "kill", "--kill-whom=main", "--signal=KILL", "medius-update.service")
    check("trial killed: the update ends", process.wait(120) == 1)
    check("trial killed: the old version runs again", version() == old and works() and measures())
    check("trial killed: sessions are kept", holds_all_of(before))


def before_the_cut() -> None:
    before = {"version": version(), "sessions": stored()}
    Path("/root/before.json").write_text(json.dumps(before))
    starting_a_trial()
    os.sync()
    PART.write_text("after the cut")
    print("       the power goes", flush=True)
    CUT.touch()
    time.sleep(600)


def after_the_cut() -> None:
    before = json.loads(Path("/root/before.json").read_text())
    check("power cut: the guard went back", version() == version("proven") == before["version"])
    check("power cut: the old version works", works() and measures())
    check("power cut: sessions are kept", holds_all_of(before["sessions"]))
    check("power cut: the doctor tells", "was undone: it was broken off" in ask("medius", "doctor", "--json"))


def the_rest() -> None:
    status, output, _ = update("migrating")
    say(output)
    check("an update that migrates", status == 0 and works() and measures())
    before = stored()
    refusing_downgrade()
    bundle = ask("medius", "support-bundle", "/root/bundle.tar.gz")
    say(bundle)
    check("the bundle names no host", os.uname().nodename not in ask("tar", "-xzOf", "/root/bundle.tar.gz"))
    status, output, _ = run("medius", "uninstall")
    say(output)
    left = leftovers()
    check(f"it is removed {left or ''}", status == 0 and not HOME.exists() and not left)
    check("the firmware's settings are as before", Path("/boot/firmware/config.txt").read_text() == FIRMWARE)
    check("sessions and settings stay", DATABASE.exists() and Path("/etc/medius/medius.toml").exists())
    status, output, _ = run(str(RELEASES / "migrating/install"))
    say(output)
    check("installed again, it goes on with them", status == 0 and holds_all_of(before) and measures())
    status, output, _ = run("medius", "uninstall", "--data")
    say(output)
    left = [*leftovers(), *(str(path) for path in DATA if path.exists())]
    check(f"with --data nothing stays {left or ''}", status == 0 and not left)


def refusing_downgrade() -> None:
    old = version()
    status, output, _ = update("first")
    say(output)
    check("an older one that does not know the sessions is refused", status == 1 and version() == old)


def leftovers() -> list[str]:
    skipped = ("/proc", "/sys", "/root", "/run/systemd", "/var/log", "/dev", *map(str, DATA))
    prune = [part for path in skipped for part in ("-path", path, "-prune", "-o")]
    users = [user.pw_name for user in pwd.getpwall() if "medius" in user.pw_name]
    return [*ask("find", "/", *prune, "-iname", "*medius*", "-print").splitlines(), *users]


def first_part() -> None:
    installing()
    updating()
    for name in ("without_packages", "with_half_a_network", "breaking_a_migration"):
        refusing(name)
    for name in ("never_ready", "never_alive", "migrating_and_never_ready"):
        undoing(name)
    killing_the_trial()
    before_the_cut()


def second_part() -> None:
    after_the_cut()
    the_rest()
    missed = MISSED.read_text().splitlines() if MISSED.exists() else []
    print(f"{len(missed)} missed", *missed, sep="\n", flush=True)
    OVER.touch()


if __name__ == "__main__":
    try:
        second_part() if PART.exists() else first_part()
    except BaseException as error:
        print(f"MISSED {type(error).__name__}: {error}", flush=True)
        print(ask("journalctl", "-u", "medius*", "-n", "60", "-o", "cat"), flush=True)
        print("the test ended early", flush=True)
        OVER.touch()
        raise
