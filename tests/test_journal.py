"""What the journal is told: priorities, on the stream that leads to it and on no other."""

import io
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.journal import JournalFormatter, leads_to_the_journal

ROOT = Path(__file__).parents[1]
SAY = """
import logging
from monitor.journal import begin_logging
begin_logging()
log = logging.getLogger("monitor.somewhere")
log.debug("never")
logging.getLogger("a.library").info("never")
log.info("a session began")
log.warning("two lines\\nof one record")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("the lamps failed")
"""


def _said(to_the_journal: bool, tmp_path: Path) -> list[str]:
    out = tmp_path / "out"
    with out.open("wb") as stream:
        found = os.fstat(stream.fileno())
        inode = found.st_ino if to_the_journal else found.st_ino + 1
        environment = os.environ | {"JOURNAL_STREAM": f"{found.st_dev}:{inode}"}
        subprocess.run([sys.executable, "-c", SAY], cwd=ROOT, env=environment, stderr=stream, check=True, timeout=60)
    return out.read_text().splitlines()


def test_every_line_has_its_priority_on_the_way_to_the_journal(tmp_path: Path) -> None:
    said = _said(True, tmp_path)
    assert said[:3] == [
        "<6>monitor.somewhere: a session began",
        "<4>monitor.somewhere: two lines",
        "<4>of one record",
    ]
    assert said[3] == "<3>monitor.somewhere: the lamps failed"
    assert said[-1] == "<3>ZeroDivisionError: division by zero"
    assert all(line.startswith("<3>") for line in said[3:])


def test_a_person_reads_words(tmp_path: Path) -> None:
    assert _said(False, tmp_path)[:4] == [
        "INFO monitor.somewhere: a session began",
        "WARNING monitor.somewhere: two lines",
        "of one record",
        "ERROR monitor.somewhere: the lamps failed",
    ]


@pytest.mark.parametrize(
    ("level", "priority"),
    [(logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (25, 6), (logging.INFO, 6), (logging.DEBUG, 7)],
)
def test_levels_become_the_priorities_of_syslog(level: int, priority: int) -> None:
    record = logging.LogRecord("x", level, "x.py", 1, "first\n\nthird", None, None)
    said = f"<{priority}>first\n<{priority}>\n<{priority}>third"
    assert JournalFormatter("%(message)s").format(record) == said


def test_a_stream_without_a_descriptor_leads_nowhere() -> None:
    assert not leads_to_the_journal(io.StringIO())
