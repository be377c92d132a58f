"""The plan "prepare to run": the coming weeks on one page to print, and as a calendar file."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from monitor.coach.ics import Event, calendar_file
from monitor.coach.ladder.entries import day_of
from monitor.coach.plan import (
    LEAST_WEEKS,
    MOST_MINUTES,
    MOST_WEEKS,
    PLANNED,
    Checks,
    Due,
    Exercises,
    Programme,
    Runs,
    Source,
    Week,
    What,
    Wishes,
    calendar,
    last_check,
    wishes,
)
from monitor.coach.programme import fold, next_step, runs_of
from monitor.vocabulary import Side
from web import words
from web.coach import Coached, coached, note
from web.errors import NotDoneError
from web.exercises import Climb, climb
from web.language import N_, _
from web.turns import in_turn

plan = Blueprint("plan", __name__)

WEEKDAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))


@plan.get("/runners/<runner_id>/plan")
@in_turn
def page(runner_id: str) -> str:
    """Show the coming weeks."""
    return _page(coached(runner_id))


@plan.post("/runners/<runner_id>/plan")
def choose(runner_id: str) -> AnyResponse:
    """Keep which days one wants to run on."""
    weekdays = sorted({day for value in request.form.getlist("day") if (day := _whole(value)) is not None})
    minutes, weeks = _whole(request.form.get("minutes", "")), _whole(request.form.get("weeks", ""))
    note(runner_id, PLANNED, weekdays=weekdays, minutes=minutes, weeks=weeks)
    return redirect(url_for("plan.page", runner_id=runner_id), 303)


@plan.get("/runners/<runner_id>/plan.ics")
@in_turn
def file(runner_id: str) -> Response:
    """Give the coming weeks as a calendar file."""
    of = coached(runner_id)
    wanted = wishes(of.diary) or Wishes()
    dues = _dues(_made(of, wanted, climb(of)).weeks)
    if not dues:
        raise NotDoneError(_("There is no calendar file"), _("Nothing is planned now."), 409)
    events = [Event(due.key, due.day, f"Medius: {title(due)}") for due in dues]
    body = calendar_file(UUID(of.runner.id), _("Medius: prepare to run"), events, of.now)
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="medius-plan.ics"'
    return response


@plan.app_template_global("due_title")
def title(due: Due) -> str:
    """What is to be done."""
    match due.what:
        case What.RUN:
            return _("Run, %(n)s min", n=due.minutes)
        case What.PROGRAMME if not due.number:
            return _("Programme, silent run of %(n)s min", n=due.minutes)
        case What.PROGRAMME:
            return _("Programme, session %(number)s, %(n)s min", number=due.number, n=due.minutes)
        case What.SILENT:
            return _("Programme, silent check %(number)s", number=due.number)
        case What.CHECK:
            return _("Control check")
        case What.REVIEW:
            return _("Look back on six weeks")
        case What.EXERCISES if len(due.sides) == len(Side):
            return _("Exercises, both legs")
        case What.EXERCISES:
            return _("Exercises, left leg") if due.sides[0] is Side.LEFT else _("Exercises, right leg")


@dataclass(frozen=True, slots=True)
class Made:
    """A plan."""

    weeks: tuple[Week, ...]
    running_rests: bool
    """Whether it has no runs because the programme is stopped for pain."""


def _made(of: Coached, wanted: Wishes, found: Climb) -> Made:
    """Plan all that is due: nothing while a red flag stands, no runs while the programme is stopped for pain."""
    course = fold(of.diary)
    step = next_step(course, runs_of(of.reader, of.runner.id, course.sessions, of.now), of.now)
    programme = Programme(course, step, wanted)
    runs: list[Source] = [] if programme.forbids_running else [Runs(wanted), programme]
    others: list[Source] = [Exercises(found.state, found.today), Checks(last_check(of.diary))]
    sources = [] if found.state.stopped else runs + others
    return Made(calendar(sources, day_of(of.now), wanted.weeks), programme.forbids_running)


def _dues(weeks: tuple[Week, ...]) -> list[Due]:
    return [due for week in weeks for _day, dues in week for due in dues]


def _page(of: Coached) -> str:
    wanted, found = wishes(of.diary) or Wishes(), climb(of)
    made = _made(of, wanted, found)
    return render_template(
        "plan.html",
        coached=of,
        wanted=wanted,
        weeks=made.weeks,
        running_rests=made.running_rests,
        has_file=bool(_dues(made.weeks)),
        today=day_of(of.now),
        weekdays=[_(day) for day in WEEKDAYS],
        short=[_(day) for day in words.DAYS],
        choices=range(LEAST_WEEKS, MOST_WEEKS + 1),
        most_minutes=MOST_MINUTES,
        climb=found,
    )


def _whole(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 4 else None
