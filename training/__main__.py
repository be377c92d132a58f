"""`python -m training crops | clips | motion | fit`: see `--help`."""

from pathlib import Path

import click

FOLDER = click.Path(path_type=Path, file_okay=False)
THERE = click.Path(path_type=Path, file_okay=False, exists=True)


@click.group()
def main() -> None:
    """Make the network that reads the hip line, from rendered runners."""


@main.command()
@click.argument("source", type=THERE)
@click.argument("folder", type=FOLDER)
def motion(source: Path, folder: Path) -> None:
    """Convert the motion capture in SOURCE to the form that the renderer reads, into FOLDER."""
    from training.motion_capture import convert

    convert(source, folder)


@main.command()
@click.argument("renderer", type=THERE)
@click.argument("motion_capture", type=THERE)
@click.argument("folder", type=FOLDER)
@click.option("--first", type=int, default=1000, show_default=True, help="Seed of the first identity.")
@click.option("--count", type=int, default=1000, show_default=True, help="Identities.")
@click.option(
    "--tilt-sd", type=float, default=9.0, show_default=True, help="Degrees added to the tilt, from frame to frame."
)
def crops(renderer: Path, motion_capture: Path, folder: Path, first: int, count: int, tilt_sd: float) -> None:
    """Render crops about the hips of random runners into FOLDER: some 2.5 s an identity on one core."""
    from training import crops as making
    from training.renderer import load

    making.make(load(renderer.resolve()), motion_capture.resolve(), folder.resolve(), first, count, tilt_sd)


@main.command()
@click.argument("renderer", type=THERE)
@click.argument("motion_capture", type=THERE)
@click.argument("folder", type=FOLDER)
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True)
@click.option("--test", type=click.IntRange(0), default=0, show_default=True, help="Another number, other people.")
def clips(renderer: Path, motion_capture: Path, folder: Path, processes: int, test: int) -> None:
    """Render the clips of the test, which no training saw, into FOLDER: some 40 minutes on two cores."""
    from training import clips as making

    making.make(renderer.resolve(), motion_capture.resolve(), folder.resolve(), processes, test)


@main.command()
@click.argument("folder", type=THERE)
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--steps", type=click.IntRange(100), default=24000, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--loaders", type=click.IntRange(1), default=1, show_default=True, help="Processes that make batches.")
def fit(folder: Path, out: Path, steps: int, seed: int, loaders: int) -> None:
    """Train on the crops in FOLDER; write the network to OUT (ONNX) and its record beside it."""
    from training.fit import fit as fitting

    fitting(folder, out, steps, seed, loaders)


if __name__ == "__main__":
    main()
