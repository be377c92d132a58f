"""The services under a real systemd: what `real_systemd.sh` runs as root inside, once the system has booted.

Every figure that is asked of the services is measured and printed; the exit status is the number of those missed.
"""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.systemd.services import (
    MONITOR,
    RUNTIME,
    SAFE,
    STATE,
    TARGET,
    WEB,
    Report,
    Watch,
    changed,
    interfaces,
    log_of,
    main_process,
    owner_and_mode,
    pose_workers,
    said,
    seconds_until,
    show,
    until,
    user_of,
)

READY_S, NOTICED_S, AGAIN_S, STOPPED_S = 10.0, 10.0, 20.0, 5.0
"""The figures to reach; the last is our own."""
PORT = 8420
DARKENED = "nothing to switch off"
"""What `medius lamps dark` says where there are no pins."""
HARMLESS = {"null", "zero", "full", "random", "urandom", "tty", "ptmx"}


def main() -> int:
    """Measure everything."""
    report = Report()
    boot(report)
    with Watch() as store:
        for part in PARTS:
            part(report, store)
    print(f"{report.checked - report.missed} reached, {report.missed} missed", flush=True)
    if report.missed == 0:  # the last one is seen from outside: the system ends
        subprocess.run(["touch", RUNTIME / "shutdown"], user="medius", group="medius", check=True)
    return report.missed


def boot(report: Report) -> None:
    """How long the services take from the system's first process on."""
    until(lambda: show(MONITOR, "ActiveState") == show(WEB, "ActiveState") == "active")
    began_us = int(said("systemctl", "show", "--property", "UserspaceTimestampMonotonic", "--value"))
    for unit in (MONITOR, WEB):
        started_us, ready_us = (
            int(show(unit, f"{name}Monotonic")) for name in ("ExecMainStartTimestamp", "ActiveEnterTimestamp")
        )
        report.figure(f"{unit}: ready after the boot began", (ready_us - began_us) / 1e6, READY_S)
        report.check(
            f"{unit}: its start lasts until it is ready",
            ready_us > started_us,
            f"{(ready_us - started_us) / 1e6:.1f} s",
        )


def users_and_files(report: Report, store: Watch) -> None:
    """Who the services are, and who may read what."""
    del store
    for unit, user in ((MONITOR, "medius"), (WEB, "medius-web")):
        report.check(f"{unit}: a user of its own", user_of(main_process(unit)) == user, user_of(main_process(unit)))
    wanted = {
        STATE: "medius:medius 750",
        RUNTIME: "medius:medius 750",
        RUNTIME / "monitor.sock": "medius:medius 660",
        Path("/var/lib/medius-web"): "medius-web:medius-web 700",
    } | dict.fromkeys(STATE.iterdir(), "medius:medius 640")
    found = {path: owner_and_mode(path) for path in wanted}
    report.check("every folder and file is whose it should be", found == wanted, len(found))


def network(report: Report, store: Watch) -> None:
    """The monitor has none, and its workers know."""
    monitor = main_process(MONITOR)
    report.check("the monitor's network is empty", interfaces(monitor) == ["lo"], interfaces(monitor))
    report.check("the system's is not", len(interfaces(os.getpid())) > 1, interfaces(os.getpid()))
    reach = "import socket; socket.create_connection(('192.0.2.1', 80), 2)"
    enter = ["nsenter", "--net", "--target", str(monitor), sys.executable, "-c", reach]
    tried = subprocess.run(enter, stderr=subprocess.PIPE, text=True, check=False).stderr.splitlines()[-1]
    report.check("nobody can be reached from it", tried.endswith("Network is unreachable"), tried)
    until(lambda: store.latest.get("isolation"))
    isolation = store.latest.get("isolation")
    report.check("the pose workers say so", isolation == "the process was started without a network", isolation)


def sandbox(report: Report, store: Watch) -> None:
    """What systemd says of the units, and which devices the dashboard sees."""
    del store
    verify = ["systemd-analyze", "verify", "--man=no", MONITOR, WEB, SAFE, TARGET, "medius-shutdown.service"]
    verdict = subprocess.run(verify, stderr=subprocess.PIPE, text=True, check=False)
    report.check("systemd understands every line", verdict.returncode == 0 and not verdict.stderr, verdict.stderr)
    for unit, most in ((MONITOR, 0.7), (WEB, 1.0)):
        exposure = float(said("systemd-analyze", "security", "--no-pager", unit).split(f"{unit}: ")[1].split()[0])
        report.check(f"{unit}: exposure", exposure <= most, f"{exposure}, at most {most}")
    web = str(main_process(WEB))
    paths = said("nsenter", "--mount", "--target", web, "find", "/dev", "-type", "b", "-o", "-type", "c").split()
    devices = {Path(path).name for path in paths if not path.startswith("/dev/pts/")}
    report.check("the dashboard has no devices", devices <= HARMLESS, ", ".join(sorted(devices)))


def dashboard(report: Report, store: Watch) -> None:
    """What a browser gets, and what it does not."""
    del store
    report.check("the live page is answered", answer("/live") == 200, answer("/live"))
    report.check("the sessions are the owner's", answer("/") == 303, answer("/"))
    for address, served in (("10.9.8.7", True), ("192.0.2.7", False)):
        said("ip", "address", "add", f"{address}/32", "dev", "lo")
        try:
            found = answer("/live", address) == 200
        except OSError:
            found = False
        report.check(f"who comes from {address} is {'served' if served else 'not heard'}", found == served)


def measuring(report: Report, store: Watch) -> None:
    """Sessions and stances come by themselves."""
    report.figure("stances are stored", store.stance_after(time.monotonic()), AGAIN_S)
    report.check("one session is open", len(store.latest["open"]) == 1)
    report.check(
        "the service's line says so",
        until(lambda: show(MONITOR, "StatusText") == "measuring", 10.0),
        show(MONITOR, "StatusText"),
    )


def hangs(report: Report, store: Watch) -> None:
    """Everything that can hang does, and it is measured again."""
    dashboard_process = main_process(WEB)
    os.kill(dashboard_process, signal.SIGSTOP)
    worker = pose_workers()[0]
    hang(report, store, "a pose worker", partial(os.kill, worker, signal.SIGSTOP), lambda: worker not in pose_workers())
    hang(report, store, "the whole monitor", partial(os.kill, main_process(MONITOR), signal.SIGSTOP), left_running)
    hang(report, store, "the camera", partial(freeze, "camera"), left_running)
    hang(report, store, "the writer", partial(freeze, "writer"), left_running)
    anew = until(lambda: main_process(WEB) not in (0, dashboard_process) and show(WEB, "ActiveState") == "active")
    report.check("the dashboard hangs: it answers again", anew and answer("/live") == 200)


def left_running() -> bool:
    """Whether systemd has noticed."""
    return show(MONITOR, "SubState") != "running"


def freeze(thread: str) -> None:
    """Let one thread of the monitor hang."""
    program = Path(__file__).with_name("freeze.py")
    holding = subprocess.Popen([sys.executable, program, str(main_process(MONITOR)), thread], stdout=subprocess.PIPE)
    assert holding.stdout is not None
    if not holding.stdout.readline().startswith(b"frozen"):
        raise RuntimeError(f"the {thread} could not be frozen")


def hang(report: Report, store: Watch, what: str, begin: Callable[[], None], noticed: Callable[[], bool]) -> None:
    """Let something hang in the middle of a session, and wait for the next stance."""
    until(lambda: store.latest["state"] == "measuring")
    begin()
    began_s = time.monotonic()
    report.figure(f"{what} hangs: noticed", seconds_until(noticed, began_s), NOTICED_S)
    noticed_s = time.monotonic()
    after_s = store.stance_after(noticed_s)
    report.figure(
        f"{what} hangs: a stance stored again", None if after_s is None else after_s + noticed_s - began_s, AGAIN_S
    )


def kills(report: Report, store: Watch) -> None:
    """SIGKILL costs seconds, closes the session and darkens the lamps; what was stored can be read at once."""
    session = store.latest["open"][0]
    darkened = log_of(MONITOR).count(DARKENED)
    began_s = time.monotonic()
    os.kill(main_process(MONITOR), signal.SIGKILL)
    report.figure("killed: a stance stored again", store.stance_after(began_s), AGAIN_S)
    report.check("killed: the session was closed", session not in store.latest["open"], store.latest["open"])
    report.check("killed: one sentence of the log says so", f"{session} was cut off" in log_of(MONITOR))
    report.check("killed: the lamps were darkened", log_of(MONITOR).count(DARKENED) == darkened + 1)
    session, stances = store.latest["open"], store.latest["stances"]
    os.kill(main_process(MONITOR), signal.SIGKILL)
    said("systemctl", "stop", MONITOR)
    found = store.next()
    report.check("what a crash left is read by the other user", found.get("open") == session, found)
    report.check("all of it", found.get("stances", 0) >= stances, f"{found.get('stances')}, {stances} before")


def stop_and_start(report: Report, store: Watch) -> None:
    """In any order."""
    said("systemctl", "start", TARGET)
    store.stance_after(time.monotonic())
    began_s = time.monotonic()
    said("systemctl", "stop", MONITOR)
    report.figure("stopped", time.monotonic() - began_s, STOPPED_S)
    report.check("stopped: cleanly", show(MONITOR, "Result") == "success", show(MONITOR, "Result"))
    found = store.next()
    report.check("stopped: the other user reads that no session is open", found.get("open") == [], found)
    report.check("stopped: the dashboard answers", answer("/live") == 200)
    said("systemctl", "stop", TARGET)
    report.check(
        "the target stops all", until(lambda: show(MONITOR, "ActiveState") == show(WEB, "ActiveState") == "inactive")
    )
    aside = STATE.with_name("medius-aside")
    STATE.rename(aside)
    said("systemctl", "start", WEB)
    report.check("alone, with nothing recorded yet, the dashboard answers", answer("/live") == 200)
    said("rm", "-rf", str(STATE))
    aside.rename(STATE)
    began_s = time.monotonic()
    said("systemctl", "start", TARGET)
    report.figure("and the monitor joins it: a stance stored", store.stance_after(began_s), AGAIN_S)


def crash_loop(report: Report, store: Watch) -> None:
    """What fails again and again ends in the safe state, and is tried again later."""
    with changed(SAFE, "[Service]\nEnvironment=RETRY_S=10\n"):
        with changed(MONITOR, "[Service]\nEnvironment=MEDIUS_CAMERA=/nowhere.mp4\n"):
            began_s = time.monotonic()
            os.kill(main_process(MONITOR), signal.SIGKILL)
            report.figure(
                "crash loop: the safe state",
                seconds_until(lambda: show(SAFE, "ActiveState") == "activating", began_s),
                60.0,
            )
            rests = show(MONITOR, "SubState")
            report.check("crash loop: the monitor rests", rests in ("dead", "failed"), rests)
            until(lambda: "Next attempt" in log_of(SAFE, "--priority", "crit"))
            report.check("crash loop: the log says so, gravely", "Next attempt" in log_of(SAFE, "--priority", "crit"))
            report.check(
                "crash loop: the monitor's own sentence is an error",
                "/nowhere.mp4" in log_of(MONITOR, "--priority", "err"),
            )
            report.check("crash loop: the dashboard answers", answer("/live") == 200)
        report.figure("mended: measuring without a person", store.stance_after(time.monotonic()), 10.0 + AGAIN_S)
        report.check(
            "mended: the safe state is over", show(SAFE, "ActiveState") == "inactive", show(SAFE, "ActiveState")
        )


def answer(path: str, caller: str = "127.0.0.1") -> int:
    """Status of a page, for who calls from an address."""
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5, source_address=(caller, 0))
    with contextlib.closing(line):
        line.request("GET", path)
        return line.getresponse().status


PARTS = (users_and_files, network, sandbox, dashboard, measuring, hangs, kills, stop_and_start, crash_loop)

if __name__ == "__main__":
    sys.exit(main())
