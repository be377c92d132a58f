import subprocess
import sys


def test_a_kill_at_any_moment_costs_at_most_the_last_second() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.kills", "18"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "every database opened, every session closed" in done.stdout
