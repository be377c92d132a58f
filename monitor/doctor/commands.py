"""Other programs, asked with patience that ends."""

import subprocess

PATIENCE_S = 10.0


def output(*command: str, patience_s: float = PATIENCE_S) -> str | None:
    """What a program prints; None where there is no such program, it fails, or takes too long."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=patience_s, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
