"""`medius pin`: the owner's PIN."""

import click

from monitor.cli.parts import one_sentence_errors
from monitor.control.pin import owner_of, renew
from monitor.errors import MediusError
from monitor.settings import read_settings


@click.command()
@click.option("--new", is_flag=True, help="Make another PIN; whoever was let in with the old one is asked again.")
def pin(new: bool) -> None:
    """Show the owner's PIN.

    From another computer or phone it opens everything of the dashboard but the live page.
    """
    with one_sentence_errors():
        folder = read_settings({}).owner_folder
        try:
            owner = renew(folder) if new else owner_of(folder)
        except OSError as error:
            raise MediusError(
                f"The owner's PIN in {folder} cannot be used ({error.strerror}): on a unit, ask with sudo medius pin."
            ) from error
    click.echo(owner.in_words)
