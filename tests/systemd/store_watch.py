"""Says ten times a second what the store holds, until its input is closed: what the dashboard's user may see.

A line of JSON each time: when (seconds, monotonic and by the wall clock), how many stances in all, which sessions are
open, when the last stance ended by the wall clock, and what the unit says of itself; or why the store cannot be read.
"""

import json
import select
import sys
import time
from pathlib import Path
from typing import Any

from monitor.store import NoStoreYetError, Reader, StoreError

EVERY_S = 0.1
MOST_SESSIONS = 1000


def main() -> None:
    """Look and tell."""
    path = Path(sys.argv[1])
    over = False
    while not over:
        print(json.dumps({"at_s": time.monotonic(), "wall_s": time.time()} | found_in(path)), flush=True)
        over = bool(select.select([sys.stdin], [], [], EVERY_S)[0])


def found_in(path: Path) -> dict[str, Any]:
    """What is there now."""
    try:
        with Reader.open(path) as reader:
            unit, sessions = reader.unit(), reader.sessions(MOST_SESSIONS)
            newest = sessions[0] if sessions else None
            last = reader.stances(newest.id, newest.stance_count - 1) if newest else []
    except NoStoreYetError:
        return {"stances": 0, "open": [], "state": ""}
    except (StoreError, OSError) as error:
        return {"error": str(error)}
    return {
        "stances": sum(session.stance_count for session in sessions),
        "open": [session.id for session in sessions if session.ended_at is None],
        "ended_s": newest.when(last[-1].stance.toe_off_s).timestamp() if newest and last else None,
        "state": str(unit.state) if unit else "",
        "reason": unit.reason if unit else "",
        "isolation": unit.engine.isolation if unit and unit.engine else "",
    }


if __name__ == "__main__":
    main()
