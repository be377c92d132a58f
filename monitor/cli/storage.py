"""`medius backup` and `medius restore`: the sessions, taken away and put back."""

from pathlib import Path

import click

from monitor.cli.parts import one_sentence_errors
from monitor.settings import read_settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def backup(file: Path, force: bool) -> None:
    """Copy all sessions into FILE.

    A unit may record meanwhile: what it has measured until now is in the copy. FILE is checked before it appears.
    """
    with one_sentence_errors():
        from monitor.store import back_up

        count = back_up(read_settings({}).database, file, replace=force)
        click.echo(f"{file} holds {count} session{'' if count == 1 else 's'}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Put the sessions of FILE, made by backup, in the place of those that are here.

    No unit may run. What was here is moved aside, not deleted.
    """
    with one_sentence_errors():
        from monitor.store import restore as put_back

        aside = put_back(read_settings({}).database, file)
        click.echo(f"The sessions of {file} are in place.")
        if aside is not None:
            click.echo(f"Those that were here before are in {aside}.")
