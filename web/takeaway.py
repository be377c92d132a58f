"""A session to take away: every stance as a table or as JSON, a FIT activity, and a page to print. And a diary."""

import json
from collections.abc import Iterable

from flask import Blueprint, Response, render_template

from monitor.export.activity import UndatedError, fit_activity
from monitor.export.document import json_parts
from monitor.export.session import Stances, file_stem, result_of, speeds_of
from monitor.export.table import csv_lines
from monitor.store import SessionRow
from web.errors import told
from web.heard import heard
from web.language import _
from web.runners import find as find_runner
from web.sessions import find, report_of
from web.turns import in_turn, one_of_few, together

takeaway = Blueprint("takeaway", __name__)

DIARY_SCHEMA = 1


@takeaway.get("/sessions/<session_id>/stances.csv")
@one_of_few
def table(session_id: str) -> Response:
    """Give every stance as a row."""
    reader, session = find(session_id)
    lines = csv_lines(session.started_at, Stances(reader, session), speeds_of(reader, session))
    return _download(session, together(lines), "csv", "text/csv; charset=utf-8; header=present")


@takeaway.get("/sessions/<session_id>/session.json")
@one_of_few
def document(session_id: str) -> Response:
    """Give everything as JSON of schema 1."""
    reader, session = find(session_id)
    return _download(session, together(json_parts(result_of(reader, session))), "json", "application/json")


@takeaway.get("/sessions/<session_id>/activity.fit")
@one_of_few
def activity(session_id: str) -> Response | tuple[str, int]:
    """Give a FIT activity."""
    reader, session = find(session_id)
    try:
        whole = fit_activity(result_of(reader, session), session.started_at)
    except UndatedError as error:
        return told(
            _("There is no FIT file of this session"),
            _("It has no date, for %(why)s: take the CSV", why=heard(str(error))),
        ), 409
    return _download(session, whole, "fit", "application/vnd.ant.fit")


@takeaway.get("/sessions/<session_id>/report")
@in_turn
def page_to_print(session_id: str) -> str:
    """Show the session on one page of paper."""
    reader, session = find(session_id)
    return render_template("report.html", report=report_of(reader, session))


@takeaway.get("/runners/<runner_id>/diary.json")
@in_turn
def diary(runner_id: str) -> Response:
    """Give all that a runner's coach remembers, as JSON."""
    reader, runner = find_runner(runner_id)
    entries = [{"at": e.at.isoformat(), "kind": e.kind, "body": e.body} for e in reader.diary(runner.id)]
    whole = {"schema": DIARY_SCHEMA, "nickname": runner.nickname, "entries": entries}
    response = Response(json.dumps(whole, ensure_ascii=False, indent=1), content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="medius-diary.json"'
    return response


def _download(session: SessionRow, body: bytes | Iterable[str], suffix: str, kind: str) -> Response:
    """Answer with a file; a body that comes piece by piece is cut off, and not ended, when the store fails."""
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_stem(session)}.{suffix}"'
    return response
