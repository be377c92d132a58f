"""`python -m monitor.coach.drawings`: make the exercises' drawings again from the skeleton."""

from pathlib import Path

from monitor.coach.drawings.picture import svg
from monitor.coach.drawings.poses import DRAWINGS


def drawn() -> dict[str, str]:
    """Return every drawing by its name: one for each leg, or one where both are trained."""
    found: dict[str, str] = {}
    for name, drawing in DRAWINGS.items():
        if len(drawing.work) == 1:
            found |= {f"{name}-right": svg(drawing), f"{name}-left": svg(drawing, mirrored=True)}
        else:
            found[name] = svg(drawing)
    return found


def main() -> None:
    """Write every drawing."""
    for name, text in drawn().items():
        Path(__file__).with_name(f"{name}.svg").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
