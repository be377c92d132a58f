"""Who may import whom: the rooms of the house."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "monitor.vocabulary": set[str](),
    "monitor.camera": {"monitor.vocabulary"},
    "monitor.pose": {"monitor.vocabulary"},
    "monitor.pelvis": {"monitor.vocabulary"},
    "monitor.gait": {"monitor.vocabulary"},
    "monitor.cues": {"monitor.vocabulary"},
    "monitor.coach": {"monitor.gait", "monitor.vocabulary"},
    "monitor.setup": {"monitor.vocabulary"},
    "monitor.store": {"monitor.vocabulary"},
    "monitor.control": {"monitor.vocabulary"},
    "monitor.export": {"monitor.store", "monitor.vocabulary"},
    "monitor.upkeep": {"monitor.files", "monitor.pose"},
    "monitor.doctor": {
        *("monitor.camera", "monitor.cues", "monitor.pose", "monitor.store", "monitor.upkeep"),
        *("monitor.errors", "monitor.machine", "monitor.settings", "monitor.setup_file"),
    },
    "web": {
        *("monitor.coach", "monitor.control", "monitor.export", "monitor.journal", "monitor.service", "monitor.store"),
        "monitor.vocabulary",
    },
}


def modules_in(room: str) -> list[Path]:
    return sorted((ROOT / room.replace(".", "/")).rglob("*.py"))


def room_of(module: str) -> str:
    """The room a module lies in; what lies at monitor's top is a room of its own name."""
    parts = module.split(".")
    return parts[0] if parts[0] == "web" else ".".join(parts[:2])


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names if node.module == "monitor"}
    return {name for name in names if name.split(".")[0] in ("monitor", "web")} - {"monitor"}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    found = {(path.name, name) for path in modules_in(room) for name in imported(path)}
    assert found, "the room is empty"
    allowed = MAY_IMPORT[room] | {room}
    assert {(file, name) for file, name in found if room_of(name) not in allowed} == set()


def test_nothing_of_the_monitor_imports_the_dashboard() -> None:
    importers = [path.name for path in modules_in("monitor") if any(n.split(".")[0] == "web" for n in imported(path))]
    assert importers == []


def test_nothing_that_runs_on_a_unit_imports_the_training() -> None:
    code = [path for room in ("monitor", "web") for path in modules_in(room)]
    assert [path.name for path in code if re.search(r"^\s*(import|from) training\b", path.read_text(), re.M)] == []


def test_only_the_pose_worker_imports_mediapipe() -> None:
    """The process that loads MediaPipe has no network; nothing else may load it."""
    importers = []
    for path in [*modules_in("monitor"), *modules_in("web")]:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] == "mediapipe" for name in names):
                importers.append(path.relative_to(ROOT).as_posix())
    assert set(importers) == {"monitor/pose/landmarker.py"}


def test_no_frame_is_written() -> None:
    """OpenCV writes pictures with these; nothing that ships may use them, but for the preview's picture in memory."""
    shipped = [*modules_in("monitor"), *modules_in("web")]
    assert [p.name for p in shipped if any(name in p.read_text() for name in ("imwrite", "VideoWriter("))] == []
    assert [p.name for p in shipped if "imencode" in p.read_text()] == ["preview.py"]


def test_a_folder_of_the_users_does_not_stand_in_for_ours(tmp_path: Path) -> None:
    """`python -m` looks into the folder it is started in first, where a user may have a `web` of their own."""
    for name in ("web", "monitor"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('not ours')")
    for command in (["web", "--help"], ["monitor.pose.worker"]):
        started = subprocess.run(
            [sys.executable, "-P", "-m", *command], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert "not ours" not in started.stderr
    starts = re.compile(r'"-m",\s*"(web|monitor)')
    lines = [line for path in modules_in("monitor") for line in path.read_text().splitlines() if starts.search(line)]
    assert len(lines) == 6, "the dashboard (twice), pose workers, the benchmark's bare network, upkeep, list of cameras"
    assert all('"-P"' in line for line in lines)


def test_upkeep_needs_nothing_but_python() -> None:
    """It works before a version has its packages, and when they are broken."""
    script = "import monitor.upkeep.__main__, sys; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-S", "-P", "-c", script],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) - sys.stdlib_module_names == {"__main__", "monitor"}
