"""Why an exercise is not to be done: asked before it is offered, and again before it is written down."""

from datetime import date

from monitor.coach.ladder.exercises import Exercise, Ladder
from monitor.coach.ladder.state import STOP_PAIN, LadderState, allowed, concerned, mastered
from monitor.vocabulary import Side


def refusal(exercise: Exercise, legs: frozenset[Side], state: LadderState, today: date, ladder: Ladder) -> str:
    """Return the sentence that says why an exercise is not to be done with these legs today; empty where it may be."""
    if state.stopped:
        return "The exercises are stopped. See a professional first."
    if not state.asked:
        return "Answer the questions first."
    own = [state.legs[side] for side in concerned(exercise, legs, state)]
    sessions = [leg.session_of(today) for leg in own]
    if any(session is not None and session.worst_pain >= STOP_PAIN for session in sessions):
        return "It hurt too much today. Leave it for today."
    if any(state.legs[side].stage < exercise.stage for side in legs):
        return "This leg is not at that stage yet."
    if not all(allowed(exercise, side, state) for side in legs):
        return "Leave this exercise out while the outer hip hurts."
    if not all(mastered(exercise.after, leg, ladder) for leg in own):
        return "Another exercise comes before this one."
    return ""
