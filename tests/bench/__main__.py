"""`python -m tests.bench NAME` prints figures."""

import sys

from tests.bench import cameras, cost, mocap, modes, pelvis, pictures, rendered, squats

USAGE = (
    "usage: python -m tests.bench mocap | cost | (rendered | modes | squats) [FOLDER [lite | full | heavy]]"
    " | (pelvis | cameras) FOLDER [lite | full | heavy] | pictures FOLDER OUT.png"
)
BENCHMARKS = {"mocap": mocap.main, "cost": cost.main}
ON_CLIPS = {"rendered": rendered.main, "modes": modes.main, "squats": squats.main}
ON_TEST_CLIPS = {"pelvis": pelvis.main, "cameras": cameras.main}


def main() -> None:
    name, *arguments = sys.argv[1:] or [""]
    if name in ON_CLIPS and len(arguments) <= 2:
        ON_CLIPS[name](*arguments)
    elif name in ON_TEST_CLIPS and 1 <= len(arguments) <= 2:
        ON_TEST_CLIPS[name](*arguments)
    elif name == "pictures" and len(arguments) == 2:
        pictures.main(*arguments)
    elif name in BENCHMARKS and not arguments:
        BENCHMARKS[name]()
    else:
        raise SystemExit(USAGE)


if __name__ == "__main__":
    main()
