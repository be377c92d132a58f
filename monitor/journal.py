"""The log: lines that say how grave they are, on standard error.

The system's journal takes the priority of a line from a prefix such as <4> (sd-daemon(3)), and is known by the variable
JOURNAL_STREAM, which names the device and inode of the stream that leads to it (systemd.exec(5)). Anywhere else, where
a person reads along, the level is a word.
"""

import logging
import os
import sys
from collections.abc import Mapping
from typing import TextIO

PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
"""From which level on a record has which of syslog's priorities, the gravest first."""
DEBUG_PRIORITY = 7


class JournalFormatter(logging.Formatter):
    """Puts the priority before every line of a record: the journal keeps each as an entry of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's lines."""
        priority = next((number for level, number in PRIORITIES if record.levelno >= level), DEBUG_PRIORITY)
        return "\n".join(f"<{priority}>{line}" for line in super().format(record).splitlines() or [""])


def leads_to_the_journal(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether what is written to `stream` goes to the journal."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return environment.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"


def begin_logging() -> None:
    """Let this process's log go to standard error: what our own code does, and of the libraries what is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    if leads_to_the_journal(sys.stderr):
        handler.setFormatter(JournalFormatter("%(name)s: %(message)s"))
    else:
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    for room in ("monitor", "web"):
        logging.getLogger(room).setLevel(logging.INFO)
