"""`python -m tests.bench NAME` prints figures."""

import sys

from tests.bench import cost, mocap, rendered

BENCHMARKS = {"mocap": mocap.main, "rendered": rendered.main, "cost": cost.main}


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in BENCHMARKS or (len(sys.argv) > 2 and sys.argv[1] != "rendered"):
        raise SystemExit("usage: python -m tests.bench mocap | cost | rendered [FOLDER [lite | full | heavy]]")
    BENCHMARKS[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()
