"""What is found out about one subject, and how many are found out at once."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

LIMIT_S = 30.0


class Verdict(StrEnum):
    """How it stands."""

    OK = "ok"
    LOOK = "look here"
    """The unit works, but worse than it could, or not for long."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the page."""

    verdict: Verdict
    found: str
    advice: str = ""
    """What to do, unless it is ok."""

    def __post_init__(self) -> None:
        if bool(self.advice) is (self.verdict is Verdict.OK):
            raise ValueError("advice is for what is not ok, and what is not ok needs it")


def ok(found: str) -> Finding:
    """Nothing is to be done."""
    return Finding(Verdict.OK, found)


def look(found: str, advice: str) -> Finding:
    """Somebody should look at it."""
    return Finding(Verdict.LOOK, found, advice)


def broken(found: str, advice: str) -> Finding:
    """The unit does not work for it."""
    return Finding(Verdict.BROKEN, found, advice)


Check = Callable[[], Finding]


def examine(checks: Mapping[str, Check], limit_s: float = LIMIT_S) -> dict[str, Finding]:
    """Do all checks at the same time. One that fails or does not come back within `limit_s` is a finding too."""
    found: dict[str, Finding] = {}

    def do(subject: str, check: Check) -> None:
        try:
            found[subject] = check()
        except Exception as error:  # noqa: BLE001 - whatever it is, the other checks are to be read
            found[subject] = look(f"could not be checked ({type(error).__name__}: {error})", "report this, please")

    # Not a pool of threads: Python would wait at its end for one that hangs.
    threads = [threading.Thread(target=do, args=item, daemon=True) for item in checks.items()]
    for thread in threads:
        thread.start()
    until_s = time.monotonic() + limit_s
    for thread in threads:
        thread.join(max(0.0, until_s - time.monotonic()))
    hanging = look(f"did not answer within {limit_s:g} s", "restart the computer and look again")
    return {subject: found.get(subject, hanging) for subject in checks}
