"""`medius lamps`: the lamps, the buzzer and the button by themselves."""

import contextlib
import signal
from collections.abc import Iterator

import click

from monitor.cli.parts import in_one_sentence
from monitor.errors import MediusError
from monitor.settings import read_settings


@click.group()
def lamps() -> None:
    """Try out, darken or hold the lamps while no unit runs."""


@lamps.command()
def test() -> None:
    """Light every lamp in turn, sound the buzzer and wait for the button.

    Each line says what is to be seen or heard now. Stop the unit first: it holds the pins.
    """
    with _errors():
        from monitor.cues.board import open_factory
        from monitor.cues.check import try_out

        with contextlib.closing(open_factory(simulate=False)) as factory:
            try_out(read_settings({}).pins, factory, click.echo)
        click.echo("Done: what was not to be seen or heard is wired otherwise than the settings say.")


@lamps.command()
def dark() -> None:
    """Switch all lamps and the buzzer off, as after a unit that was killed.

    On a computer without pins there is nothing to do.
    """
    with _errors():
        from monitor.cues.board import is_raspberry_pi, open_factory
        from monitor.cues.check import darken

        if not is_raspberry_pi():
            click.echo("This computer has no pins for lamps: nothing to switch off.")
            return
        with contextlib.closing(open_factory()) as factory:
            darken(read_settings({}).pins, factory)


@lamps.command()
def fault() -> None:
    """Let the status lamp say "fault", all else dark, until Ctrl-C or the system stops it.

    The safe state of a unit that failed too often to be started again.
    """
    with _errors():
        from monitor.cues.board import open_board

        with open_board(read_settings({}).pins) as board, contextlib.suppress(KeyboardInterrupt):
            board.lamps.fault("the unit failed too often")
            click.echo(f"Fault: {board.describe()}.")
            while True:
                signal.pause()


@contextlib.contextmanager
def _errors() -> Iterator[None]:
    """As other commands do it, but without what they need: these work where OpenCV does not."""
    from monitor.cues.lamps import LampError

    with in_one_sentence(MediusError, LampError):
        yield
