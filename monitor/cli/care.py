"""What keeps a unit well: update and removal, the doctor, the bundle for whoever helps."""

import contextlib
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from monitor.cli.parts import DEMO_CLIP, one_sentence_errors, pose_weights
from monitor.control.pin import file_in, owner_of
from monitor.errors import MediusError
from monitor.pose.weights import Model, WeightsUnavailable, ensure_model
from monitor.settings import read_settings
from monitor.upkeep.layout import Layout, UpkeepError
from monitor.upkeep.linux import PYTHON
from monitor.upkeep.release import Release, unpack
from monitor.upkeep.scratch import scratch_in


@click.command()
@click.argument("release", type=click.Path(exists=True, path_type=Path))
def update(release: Path) -> None:
    """Bring this unit to another version, newer or older.

    RELEASE is a folder or a .tar.gz. The other version is put beside the one in use and tries itself; only then it is
    used, and if it does not work within a minute, the one before runs again, with all sessions.
    """
    layout = Layout()
    _require_unit(layout)
    try:
        with scratch_in(layout.home) as scratch:
            folder = release.absolute() if release.is_dir() else unpack(release, scratch.folder / "release")
            Release.read(folder)
            status = _upkeep(folder, "install", str(folder), keep_open=(scratch.lock,))
    except UpkeepError as error:
        raise click.ClickException(f"{error}.") from error
    sys.exit(status)


@click.command()
@click.option("--data", is_flag=True, help="Remove sessions and settings too.")
def uninstall(data: bool) -> None:
    """Remove Medius from this computer, but for sessions and settings."""
    layout = Layout()
    _require_unit(layout)
    sys.exit(_upkeep(layout.current.resolve(), "uninstall", *(["--data"] if data else [])))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(as_json: bool) -> None:
    """Look at everything that keeps a unit from working, and say what to do.

    Exit status 0 when nothing is broken, 1 otherwise. On a unit ask with sudo: some of it only root is told.
    """
    from monitor.doctor.page import json_text, look_at, write_page

    report = look_at(Layout())
    if as_json:
        click.echo(json_text(report), nl=False)
    else:
        write_page(report, Console())
    sys.exit(0 if report.is_well else 1)


@click.command("support-bundle")
@click.argument("path", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
def support_bundle(path: Path | None) -> None:
    """Make a file for whoever helps: what the doctor says, logs, settings, counts.

    There are no pictures and no measurements in it, and no names: of this computer, of people, of recordings. Default:
    medius-support-DATE.tar.gz, here.
    """
    from monitor.doctor.bundle import contents, write
    from monitor.doctor.page import look_at

    with one_sentence_errors():
        settings = read_settings({})
        now = datetime.now().astimezone()
        path = path or Path(f"medius-support-{now:%Y%m%d-%H%M%S}.tar.gz")
        files = contents(look_at(Layout()), settings)
        try:
            write(path, files, now)
        except OSError as error:
            raise MediusError(f"{path} cannot be written ({error.strerror}): give another name") from error
        click.echo(f"{path}, to be sent to whoever helps. In it:")
        for name, text in files.items():
            click.echo(f"  {name}: {len(text.splitlines())} lines")


@click.command()
def weights() -> None:
    """Fetch the pose network's weights, if they are not here already.

    Beside the lite network the full one is fetched, which a control check uses.
    """
    with one_sentence_errors():
        settings = read_settings({})
        model, path = pose_weights(settings)
        click.echo(f"The {model} pose network is here: {path}")
        if model is Model.LITE:
            try:
                path = ensure_model(Model.FULL, cache_dir=settings.cache_dir)
            except WeightsUnavailable as failure:
                click.echo(f"A control check will use the lite one: {failure}", err=True)
            else:
                click.echo(f"The full pose network is here: {path}")


@click.command()
@click.option(
    "--database",
    type=click.Path(path_type=Path),
    metavar="COPY",
    help="Open this copy of the sessions too, as this version would: it is changed.",
)
def selftest(database: Path | None) -> None:
    """Measure two seconds of the bundled clip, to see whether all of Medius is here."""
    with one_sentence_errors():
        from monitor.selftest import measure_clip, open_sessions

        _, model_path = pose_weights(read_settings({}))
        looked, seen = measure_clip(DEMO_CLIP, model_path)
        if database is not None:
            open_sessions(database)
        click.echo(f"It works: the runner was found in {seen} of {looked} pictures.")


@click.command()
def where() -> None:
    """Say where a phone finds this unit, with a code to be photographed; with sudo, the owner's PIN too."""
    import segno

    from monitor.doctor.network import PORT, addresses, name, url

    address = url(name(), PORT)
    click.echo(f"On a phone in the same network: {address}")
    segno.make(address, micro=False).terminal(compact=True)
    for found in addresses():
        click.echo(f"Where that name is not found: {url(found, PORT)}")
    with contextlib.suppress(OSError), one_sentence_errors():
        folder = read_settings({}).owner_folder
        if file_in(folder).exists():
            click.echo(f"The owner's PIN, for all pages but the live one: {owner_of(folder).in_words}")


def _require_unit(layout: Layout) -> None:
    if not layout.current.exists():
        raise click.ClickException("This computer is no unit yet: sudo ./install, in the folder of a release.")
    if os.geteuid() != 0:
        raise click.ClickException(f"Only root may do that: sudo {' '.join(['medius', *sys.argv[1:]])}.")


def _upkeep(folder: Path, *arguments: str, keep_open: tuple[int, ...] = ()) -> int:
    """Have the version in `folder` do what may end this one; it holds the descriptors `keep_open` too."""
    return subprocess.run(
        [*PYTHON, *arguments], env={**os.environ, "PYTHONPATH": str(folder)}, cwd="/", pass_fds=keep_open, check=False
    ).returncode
