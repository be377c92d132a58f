"""All that is asked, and the page that it makes."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor import machine
from monitor import settings as unit_settings
from monitor.doctor import camera, computer, network, pins, services, sessions
from monitor.doctor.finding import Check, Finding, Verdict, broken, examine, ok
from monitor.errors import MediusError
from monitor.pose.system import library_hint, missing_libraries
from monitor.settings import Settings, read_settings
from monitor.store import SystemClock
from monitor.upkeep.layout import Layout
from monitor.upkeep.provision import is_raspberry_pi

STYLES = {Verdict.OK: "green", Verdict.LOOK: "bold yellow", Verdict.BROKEN: "bold red"}


@dataclass(frozen=True, slots=True)
class Report:
    """What the doctor says."""

    computer: str
    date: datetime
    findings: Mapping[str, Finding]

    @property
    def is_well(self) -> bool:
        """Whether nothing is broken."""
        return all(finding.verdict is not Verdict.BROKEN for finding in self.findings.values())

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        findings = {subject: asdict(finding) for subject, finding in self.findings.items()}
        date = self.date.isoformat(timespec="seconds")
        return {"computer": self.computer, "date": date, "well": self.is_well, "findings": findings}


def look_at(layout: Layout) -> Report:
    """Look at everything. Takes some seconds, whatever hangs."""
    return Report(machine.describe_machine(), datetime.now(UTC), examine(checks(layout)))


def checks(layout: Layout) -> dict[str, Check]:
    """Every subject, in the order of the page."""
    settings, error = _settings(layout)
    installed = layout.current.exists()
    port = network.PORT if installed else settings.port
    on_a_pi = is_raspberry_pi(layout)

    def the_camera() -> Finding:
        source = settings.camera
        cameras = camera.list_cameras() if camera.is_pi(source) else None
        users = camera.users_of(["/dev/video", "/dev/media"])
        return camera.camera(source, cameras, users, camera.device_of(source).exists())

    def the_network() -> Finding:
        announced = network.is_announced() if installed else None
        return network.network(network.name(), network.addresses(), announced)

    return {
        "versions": lambda: services.versions(layout),
        "services": lambda: services.services(services.shown_services()),
        "update": lambda: services.last_update(layout),
        "settings": lambda: services.settings(error, unit_settings.SETTINGS_FILES),
        "libraries": _libraries,
        "weights": lambda: sessions.weights(settings.model, sessions.read_weights(settings.cache_dir)),
        "camera": the_camera,
        "set-up": lambda: sessions.set_up(settings.state_dir),
        "pins": lambda: pins.pins(settings.pins, pins.read_access() if on_a_pi else None),
        "power": lambda: computer.power(machine.throttled()),
        "heat": lambda: computer.temperature(machine.temperature_c()),
        "memory": lambda: computer.memory(Path("/proc/meminfo").read_text(encoding="ascii")),
        "disk": lambda: computer.disk_of(settings.state_dir),
        "clock": lambda: computer.clock(SystemClock().synchronised()),
        "network": the_network,
        "dashboard": lambda: network.dashboard(port, network.ask_dashboard(port), installed),
        "database": lambda: sessions.database(sessions.read_database(settings.database)),
    }


def write_page(report: Report, console: Console) -> None:
    """A line for each subject, and below it what to do."""
    table = Table.grid(padding=(0, 2))
    for subject, finding in report.findings.items():
        advice = Text(f"\n→ {finding.advice}", "bold") if finding.advice else Text()
        table.add_row(
            Text(finding.verdict, STYLES[finding.verdict]), Text(subject), Text.assemble(finding.found, advice)
        )
    console.print(Text(f"{report.computer}, {report.date.astimezone():%Y-%m-%d %H:%M}", "bold"), table, sep="\n")


def json_text(report: Report) -> str:
    """The report for programs."""
    return json.dumps(report.as_json(), indent=1, ensure_ascii=False) + "\n"


def _settings(layout: Layout) -> tuple[Settings, str | None]:
    """The settings, or what is built in for a unit and what is wrong with its own."""
    try:
        return read_settings({}), None
    except MediusError as error:
        runtime_dir = layout.root / "run/medius"
        built_in = Settings.model_construct(state_dir=layout.state, cache_dir=layout.cache, runtime_dir=runtime_dir)
        return built_in, str(error)


def _libraries() -> Finding:
    found, _, advice = (library_hint(missing_libraries()) or "").partition(": ")
    return broken(found, advice) if found else ok("all that MediaPipe and OpenCV want")
