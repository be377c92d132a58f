"""The page of the unit: what it does now, and how its engine does."""

import json
from dataclasses import dataclass, replace

from flask import Blueprint, Response, current_app, g, render_template

from monitor.store import Clock, StoreError, UnitRow
from monitor.vocabulary import LampState
from web.engine import Entry, entries
from web.heard import heard
from web.language import _
from web.saying import Saying, is_heard, saying, unreadable
from web.source import source
from web.streams import follow
from web.words import sentence

unit = Blueprint("unit", __name__)

LOOK_S = 1.0
"""The unit writes every 2 s."""


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows."""

    says: Saying
    row: UnitRow | None
    engine: tuple[Entry, ...]

    @property
    def said(self) -> str:
        """What a screen reader is told when it changes."""
        return f"{sentence(self.says.headline)} {self.says.detail}"


@unit.get("/unit")
def page() -> str:
    """Show the unit; with a script it goes on by itself, without one the browser reloads it."""
    return render_template("unit.html", view=_look())


@unit.get("/unit/events")
def events() -> Response:
    """Tell every change of the unit, as server-sent events."""
    return follow(_told, replace(current_app.config["MEDIUS"], poll_s=LOOK_S))


@unit.app_template_global("unit_fault")
def fault() -> str:
    """Return the fault that the unit has now, as a sentence; nothing when it has none."""
    row = _heard()
    return (
        sentence(heard(row.reason) or _("no reason is known"))
        if row is not None and row.state is LampState.FAULT
        else ""
    )


@unit.app_template_global("unit_warning")
def warning() -> str:
    """Return what is not right with the unit though it goes on; nothing when all is well."""
    row = _heard()
    return sentence(heard(row.engine.warning or "")) if row is not None and row.engine is not None else ""


def _told() -> str:
    view = _look()
    html, below = (render_template(name, view=view) for name in ("_unit.html", "_engine.html"))
    return json.dumps({"html": html, "below": below, "said": view.said})


def _look() -> View:
    try:
        row = _row()
    except StoreError as error:
        return View(unreadable(error), None, ())
    engine = entries(row.engine) if row is not None and row.engine is not None else ()
    return View(saying(row, _clock().now()), row, engine)


def _heard() -> UnitRow | None:
    """The unit's last word, if it is still true; looked up once for a page."""
    if "unit_heard" not in g:
        row = _row()
        g.unit_heard = row if row is not None and is_heard(row, _clock().now()) else None
    heard: UnitRow | None = g.unit_heard
    return heard


def _row() -> UnitRow | None:
    reader = source().reader_if_any()
    return reader.unit() if reader else None


def _clock() -> Clock:
    clock: Clock = current_app.extensions["medius.clock"]
    return clock
