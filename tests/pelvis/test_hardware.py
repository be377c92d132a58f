"""The belt that `hardware/` describes is one that the reader takes."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

from monitor.pelvis.trace import HIGHEST, LOWEST, THICKEST, THINNEST

HARDWARE = Path(__file__).resolve().parents[2] / "hardware"
HIP_JOINTS_MM = 178.0
"""Between the hip joint centres of the runner whom the reader's limits are given for."""
SVG = "{http://www.w3.org/2000/svg}"


def test_the_pattern_is_a_strap_at_full_scale() -> None:
    root = ET.parse(HARDWARE / "belt.svg").getroot()
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("210mm", "297mm", "0 0 210 297")
    pieces = root.findall(f"{SVG}g[@id='strap']/{SVG}rect")
    widths = {float(piece.attrib["width"]) for piece in pieces}
    assert len(widths) == 1
    assert THINNEST * 1.25 < widths.pop() / HIP_JOINTS_MM < THICKEST * 0.8, "one width for narrow and for wide hips"
    assert "join them at the dashed lines (10 mm over each other): 950 mm" in "".join(root.itertext())
    assert sum(float(piece.attrib["height"]) for piece in pieces) - 3 * 10.0 == 950.0
    ruler = next(path.attrib["d"] for path in root.findall(f"{SVG}path"))
    assert re.match(r"M\d+ \d+ h100 ", ruler)


def test_the_text_gives_the_readers_limits() -> None:
    text = (HARDWARE / "README.md").read_text(encoding="utf-8")
    assert f"narrower than {THINNEST * HIP_JOINTS_MM:.0f} mm" in text
    assert f"wider than {THICKEST * HIP_JOINTS_MM:.0f} mm" in text
    assert f"{LOWEST} hip widths below the hip joints to {-HIGHEST:.2f}" in text.replace("\n", " ")
