"""README.md's tables and drawings, kept as their sources have them."""

import re
from pathlib import Path

from hardware import diagram, sketch, tables
from hardware.parts import BUILDS

FOLDER = Path(__file__).parent
README = FOLDER / "README.md"


def generated() -> dict[Path, str]:
    """What every generated file should hold."""
    return {
        README: with_tables(README.read_text(encoding="utf-8")),
        FOLDER / "side-view.svg": sketch.side_view(),
        **{FOLDER / f"wiring-{build}.svg": diagram.draw(pins) for build, pins in BUILDS.items()},
    }


def with_tables(text: str) -> str:
    """The text with each table between its two marks made anew; what is between other marks is left alone."""
    for name, table in tables.SECTIONS.items():
        between = re.compile(rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- end of {name} -->)", re.S)
        text, count = between.subn(rf"\1\n{table()}\n\n\2", text)
        if count != 1:
            raise ValueError(f"the marks of the table {name} are in {README.name} {count} times, not once")
    return text


def write() -> list[Path]:
    """Bring every generated file up to date; return those that were not."""
    stale = {path: text for path, text in generated().items() if not path.exists() or path.read_text("utf-8") != text}
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8")
    return list(stale)
