"""A calendar file (RFC 5545) of events that last a day each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from unicodedata import category
from uuid import UUID, uuid5

LINE_OCTETS = 75
"""A longer line is folded (RFC 5545, 3.1)."""


@dataclass(frozen=True, slots=True)
class Event:
    """A day's entry."""

    key: str
    """What makes it the same event when the file is made anew."""
    day: date
    summary: str
    description: str = ""


def calendar_file(owner: UUID, name: str, events: Iterable[Event], now: datetime) -> bytes:
    """Return the file. `owner` makes the events' UIDs differ from everybody else's; they tell nothing of it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Medius//plan//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uuid5(owner, event.key)}",
            f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(event.summary)}",
            *([f"DESCRIPTION:{_text(event.description)}"] if event.description else []),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"]).encode()


def _text(value: str) -> str:
    """A text as the format wants it (RFC 5545, 3.3.11), every space a plain one, without other control characters."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = escaped.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    plain = ("".join(" " if category(c) == "Zs" else c for c in line) for line in lines)
    return "\\n".join("".join(c for c in line if c.isprintable()) for line in plain)


def _folded(line: str) -> str:
    """A line in pieces of at most 75 octets, never cut within a character."""
    pieces, piece, octets = [], "", 0
    for character in line:
        width = len(character.encode())
        if octets + width > LINE_OCTETS:
            pieces.append(piece)
            piece, octets = " ", 1
        piece, octets = piece + character, octets + width
    return "\r\n".join([*pieces, piece]) + "\r\n"
