"""WCAG 2.2 AA contrast of the style sheet's colours, dark and light."""

import re
from pathlib import Path

import pytest

import web

SHEET = (Path(web.__file__).parent / "static" / "medius.css").read_text("utf-8")
THEMES = dict(zip(("light", "dark", "print"), re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL), strict=True))

TEXT = [
    *((ink, back) for ink in ("ink", "soft", "link", "left", "right", "inside") for back in ("page", "card")),
    *((ink, "inside-back") for ink in ("ink", "soft", "left", "right", "inside", "link")),
    *((ink, "outside-back") for ink in ("ink", "soft", "left", "right", "outside")),
    ("alarm", "alarm-back"),
    ("ink", "line"),
]
SHAPES = [
    *((shape, back) for shape in ("edge", "outside", "inside", "left", "right") for back in ("page", "card")),
    ("left", "line"),
    ("right", "line"),
    ("ink", "left"),
    ("ink", "line"),
]


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(theme: str, a: str, b: str) -> float:
    colours = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", THEMES[theme]))
    light, dark = sorted((luminance(colours[a]), luminance(colours[b])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "back"), TEXT)
def test_text_can_be_read(theme: str, ink: str, back: str) -> None:
    assert contrast(theme, ink, back) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "back"), SHAPES)
def test_shapes_can_be_seen(theme: str, shape: str, back: str) -> None:
    assert contrast(theme, shape, back) >= (1.5 if (shape, back) == ("ink", "left") else 3.0)


def test_motion_is_asked_for_first() -> None:
    outside = re.sub(r"@media \(prefers-reduced-motion: no-preference\) \{.*?\n\}", "", SHEET, flags=re.DOTALL)
    assert not re.search(r"\b(animation|transition)\b", outside)
    assert "@keyframes" not in SHEET
