"""What a page asks of the running unit, and what is answered when it is not done."""

from pathlib import Path
from typing import Any

from monitor.control import RefusedError, UnitBusyError, UnitUnreachableError, ask
from web.errors import NotDoneError, StillDoingError
from web.heard import heard
from web.language import _
from web.source import control


def unit_socket() -> Path:
    """Return where the unit takes commands. Raises UnitUnreachableError where it is not commanded from here."""
    path = control()
    if path is None:
        raise UnitUnreachableError(_("This dashboard commands no unit: it was started without --control."))
    return path


def asked(title: str, command: str, *, otherwise: str = "", **arguments: Any) -> dict[str, Any]:
    """Have the unit do something; return its answer.

    title: of the page that says why it was not done.
    otherwise: what to do while no unit can be reached.
    Raises NotDoneError and StillDoingError, each of which is answered with its page.
    """
    try:
        return ask(unit_socket(), command, **arguments)
    except UnitBusyError as error:
        raise StillDoingError(
            _("The unit has not answered yet"),
            _("%(said)s It may still do it: look again in a minute", said=heard(str(error))),
            503,
        ) from error
    except UnitUnreachableError as error:
        raise NotDoneError(title, f"{heard(str(error))} {otherwise}".rstrip(), 503) from error
    except RefusedError as error:
        raise NotDoneError(title, heard(str(error)), 409) from error
