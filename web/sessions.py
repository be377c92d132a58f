"""The list of sessions, a session, and every stance of it."""

from dataclasses import dataclass

from flask import Blueprint, abort, current_app, render_template, request

from monitor.export.session import speeds_of
from monitor.store import Reader, RunnerRow, SessionRow
from monitor.vocabulary import VARIABLES, Summary
from web.comparison import FIRST_SESSIONS
from web.feed import Feed
from web.report import Answer, Report, answers, report
from web.source import source
from web.speed import in_words
from web.turns import in_turn

sessions = Blueprint("sessions", __name__)

SESSIONS_A_PAGE = 30
STANCES_A_PAGE = 300
LAST_SEQ = 2**31 - 1
"""What the store's integers hold."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A session in the list."""

    session: SessionRow
    status: str
    answers: tuple[Answer, ...]
    whose: RunnerRow | None


@sessions.get("/")
def index() -> str:
    """List the sessions, the newest first."""
    reader = source().reader_if_any()
    before = request.args.get("before")
    rows = reader.sessions(SESSIONS_A_PAGE + 1, before) if reader else []
    shown = rows[:SESSIONS_A_PAGE]
    whose = reader.runners_of([row.id for row in shown]) if reader else {}
    return render_template(
        "sessions.html",
        entries=[Entry(row, _status(row), answers(row), whose.get(row.id)) for row in shown],
        older=shown[-1].id if len(rows) > SESSIONS_A_PAGE else None,
        newest=before is None,
    )


@sessions.get("/sessions/<session_id>")
@in_turn
def page(session_id: str) -> str:
    """Show one session."""
    reader, session = find(session_id)
    return render_template(
        "session.html",
        report=report_of(reader, session),
        status=_status(session),
        whose=reader.runner_of(session.id),
        belt=in_words(speeds_of(reader, session)),
    )


@sessions.get("/sessions/<session_id>/stances")
@in_turn
def every_stance(session_id: str) -> str:
    """Show every stance with every value."""
    reader, session = find(session_id)
    after = min(max(0, request.args.get("after", default=0, type=int)), LAST_SEQ)
    rows = reader.stances(session.id, after, STANCES_A_PAGE + 1)
    return render_template(
        "stances.html",
        session=session,
        variables=VARIABLES,
        rows=rows[:STANCES_A_PAGE],
        more=rows[STANCES_A_PAGE - 1].seq if len(rows) > STANCES_A_PAGE else None,
        first=after == 0,
    )


def find(session_id: str) -> tuple[Reader, SessionRow]:
    """Return a session and the store it is in, or answer that there is none."""
    reader = source().reader_if_any()
    session = reader.session(session_id) if reader else None
    if reader is None or session is None:
        abort(404)
    return reader, session


def report_of(reader: Reader, session: SessionRow) -> Report:
    """Put together what is told of a session, whether on its page or on paper."""
    return report(
        session,
        reader.stance_columns(session.id),
        reader.cues(session.id),
        reader.calibration(session.id),
        reader.curves(session.id),
        _earlier(reader, session),
    )


def _earlier(reader: Reader, session: SessionRow) -> list[Summary] | None:
    """Summaries of the same runner's first sessions, as far as they were before this one; None if it is nobody's."""
    whose = reader.runner_of(session.id)
    if whose is None:
        return None
    first = reader.sessions_of(whose.id, FIRST_SESSIONS, oldest=True)
    return [row.summary for row in first if row.id < session.id and row.summary is not None]


def _status(session: SessionRow) -> str:
    """What is unusual about a session; empty when it ended as it should."""
    if session.ended_at is None:
        feed: Feed = current_app.extensions["medius.feed"]
        return "running" if feed.is_running(session) else "not closed"
    return {"recovered": "cut off", "fault": "ended by a fault"}.get(session.ended_how or "", "")
