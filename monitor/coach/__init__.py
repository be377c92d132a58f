"""The coach: retraining programme, control check, exercise ladder: pure functions of what happened.

What happened is a runner's diary (`monitor.store.Diary`): entries that are added and never changed, each of a kind in
`KINDS`, whose rule sees the entries before it and says what the new one holds, or why there can be none.
"""

from monitor.coach.kinds import KINDS, CoachError, Kind

__all__ = ["KINDS", "CoachError", "Kind"]
