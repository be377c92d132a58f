"""`medius export` and `medius delete`: what the session page does, without the dashboard."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.parts import one_sentence_errors
from monitor.errors import MediusError
from monitor.settings import Settings, read_settings

if TYPE_CHECKING:
    from monitor.store import Reader, SessionRow

PATIENCE_S = 600.0
LAST = "last"


@click.command()
@click.argument("session", metavar="SESSION")
@click.option("--csv", "csv_path", type=click.Path(path_type=Path), metavar="FILE", help="A row for every stance.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), metavar="FILE", help="Everything, schema 1.")
@click.option("--fit", "fit_path", type=click.Path(path_type=Path), metavar="FILE", help="A FIT activity.")
def export(session: str, csv_path: Path | None, json_path: Path | None, fit_path: Path | None) -> None:
    """Write a session into files.

    SESSION is what stands in the address of its page, or "last". A file that is there is replaced.
    """
    if not (csv_path or json_path or fit_path):
        raise click.UsageError("Say what to write: --csv, --json or --fit.")
    with one_sentence_errors():
        from monitor.export.activity import UndatedError, fit_activity
        from monitor.export.document import json_text
        from monitor.export.session import result_of
        from monitor.export.table import csv_lines
        from monitor.results import write_result
        from monitor.store import Reader

        with Reader.open(read_settings({}).database) as reader:
            found = _find(reader, session)
            result = result_of(reader, found)
            if csv_path:
                write_result(
                    "".join(csv_lines(found.started_at, result.stances, result.belt_speeds)), csv_path, "--csv"
                )
            if json_path:
                write_result(json_text(result), json_path, "--json")
            if fit_path:
                try:
                    write_result(fit_activity(result, found.started_at), fit_path, "--fit")
                except UndatedError as error:
                    raise MediusError(f"The session has no date for a FIT file, for {error}: take --csv.") from error


@click.command()
@click.argument("session", metavar="SESSION", required=False)
@click.option("--everything", is_flag=True, help="Every session, and the copies beside them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(session: str | None, everything: bool, yes: bool) -> None:
    """Delete a session, or everything, for good.

    SESSION is what stands in the address of its page, or "last". A unit that runs is asked to do it.
    """
    if (session is None) is not everything:
        raise click.UsageError("Say which: a SESSION, or --everything.")
    with one_sentence_errors():
        from monitor.store import Reader

        settings = read_settings({})
        with Reader.open(settings.database) as reader:
            found = None if session is None else _find(reader, session)
            what = f"{reader.session_count()} session(s)" if found is None else f"the session of {_when(found)}"
        if not yes:
            click.confirm(f"Delete {what} for good?", abort=True)
        _delete(settings, found)
        click.echo(f"Deleted: {what}.")


def _find(reader: "Reader", session: str) -> "SessionRow":
    found = next(iter(reader.sessions(limit=1)), None) if session == LAST else reader.session(session)
    if found is None:
        raise MediusError(f"There is no session {session}: take what stands in the address of its page, or {LAST}.")
    return found


def _when(session: "SessionRow") -> str:
    return f"{session.started_at.astimezone():%Y-%m-%d %H:%M}"


def _delete(settings: Settings, session: "SessionRow | None") -> None:
    from monitor.control import RefusedError, UnitBusyError, UnitUnreachableError, ask
    from monitor.store import delete_everything, delete_session

    what = {"everything": True} if session is None else {"session": session.id}
    try:
        ask(settings.control_socket, "delete", patience_s=PATIENCE_S, **what)
    except (RefusedError, UnitBusyError) as error:
        raise MediusError(str(error)) from error
    except UnitUnreachableError:  # none runs: the store is ours
        if session is None:
            delete_everything(settings.database)
        else:
            delete_session(settings.database, session.id)
