"""The whole unit under a tracer: MediaPipe looks for its vendor's server within seconds, and must not reach it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PATIENCE_S = 300.0
SEND_TO_MYSELF = """
import socket
receiver, sender = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
receiver.bind(("127.0.0.1", 0))
sender.sendto(b"", receiver.getsockname())
"""


def traced(tmp_path: Path, *command: str, **environment: str) -> tuple[str, list[str]]:
    """What a command prints, and its calls that have to do with the network or with other programs."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    strace = ["strace", "-f", "-o", str(trace), "-e", "trace=%network,execve", *command]
    done = subprocess.run(strace, env=os.environ | environment, capture_output=True, text=True, timeout=PATIENCE_S)
    if "ptrace" in done.stderr:
        pytest.skip(f"strace may not trace here: {done.stderr.splitlines()[0]}")
    assert done.returncode == 0, done.stderr
    return done.stdout, trace.read_text(encoding="utf-8").splitlines()


def internet_uses(calls: list[str]) -> list[str]:
    """Successful calls that connect, bind or send through an internet socket."""
    pattern = re.compile(r"\b(connect|bind|sendto|sendmsg|sendmmsg)\(.*(AF_INET|sin_addr|sin6_addr)")
    return [call for call in calls if pattern.search(call) and "= -1" not in call]


def test_a_real_run_reaches_no_network_and_starts_no_other_program(lite_model: Path, tmp_path: Path) -> None:
    run = "run", "--no-dashboard", "--workers", "2", "--seconds", "12"
    folders = {"MEDIUS_STATE_DIR": str(tmp_path), "MEDIUS_CACHE_DIR": str(lite_model.parent)}
    said, calls = traced(tmp_path, sys.executable, "-m", "monitor", *run, **folders)
    if "does not let a process leave the network" in said:
        pytest.skip("this system does not let a process leave the network")
    assert "an empty network namespace" in said
    programs = [call for call in calls if "execve(" in call and "= -1" not in call]
    assert ["monitor.pose.worker" in program for program in programs] == [False, True, True]
    assert internet_uses(calls) == []


def test_the_tracer_would_see_a_datagram(tmp_path: Path) -> None:
    _, calls = traced(tmp_path, sys.executable, "-c", SEND_TO_MYSELF)
    assert ["sendto" in call for call in internet_uses(calls)] == [False, True]
