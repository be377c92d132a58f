"""The one socket between the services: what may be asked of a running unit, and the picture while it is set up."""

from monitor.control.client import UnitBusyError, UnitUnreachableError, ask, picture
from monitor.control.server import Control, Doer, RefusedError

__all__ = ["Control", "Doer", "RefusedError", "UnitBusyError", "UnitUnreachableError", "ask", "picture"]
