"""`python -m tests.bench NAME` prints figures."""

import sys

from tests.bench import cost, mocap, rendered

BENCHMARKS = {"mocap": mocap.main, "rendered": rendered.main, "cost": cost.main}


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1] not in BENCHMARKS:
        raise SystemExit(f"usage: python -m tests.bench {' | '.join(BENCHMARKS)}")
    BENCHMARKS[sys.argv[1]]()


if __name__ == "__main__":
    main()
