"""A side view of treadmill, runner and camera, to scale, for README.md."""

import math

from hardware import aim, optics
from hardware.tables import TYPICAL_M

SCALE = 190.0
"""Of a metre in the picture."""
DECK_M, FLOOR_M, LEFT_M = 0.18, 2.15, 0.55
"""The belt above the floor; floor below the picture's top; lens from the picture's left."""
RUNNER_M = 1.75
STYLE = (
    "text{font:15px sans-serif;fill:#222}.l{stroke:#222;stroke-width:2;fill:none}.thin{stroke-width:1}"
    ".view{fill:#f3d9a8;fill-opacity:.5;stroke:#b86e00}.body{stroke-width:9;stroke:#5b7fb5;stroke-linecap:round}"
    ".bar{stroke:#b86e00;stroke-width:9}.dash{stroke-dasharray:5 5;stroke-width:1}.deck{fill:#666;stroke:none}"
)


def side_view() -> str:
    """The picture as SVG."""
    lens_m = DECK_M + aim.HIP_HEIGHT * RUNNER_M
    view = optics.view(optics.MODULE_3)
    down_deg, up_deg = aim.sight_deg(RUNNER_M, TYPICAL_M)
    tilt_deg, half_deg = (down_deg - up_deg) / 2.0, view.angles_deg[1] / 2.0
    far_m = TYPICAL_M + 0.45
    edges = [(far_m, lens_m - far_m * math.tan(math.radians(tilt_deg + turn * half_deg))) for turn in (-1.0, 1.0)]
    shoulder_m, head_m = DECK_M + aim.SHOULDER_HEIGHT * RUNNER_M, DECK_M + 0.94 * RUNNER_M
    knee_m = DECK_M + 0.285 * RUNNER_M  # Drillis and Contini 1966
    shapes = [
        f'<rect width="{_x(3.55):.0f}" height="{_y(-0.28):.0f}" fill="white"/>',
        _polygon("view", [(0.0, lens_m), *edges]),
        _line("l", [(-LEFT_M, 0.0), (3.5, 0.0)]),
        _polygon("deck", [(1.35, DECK_M), (3.3, DECK_M), (3.3, 0.05), (1.35, 0.05)]),
        _line("l", [(3.2, DECK_M), (3.38, 1.35), (3.2, 1.4)]),
        _line("l body", [(TYPICAL_M, shoulder_m), (TYPICAL_M, lens_m), (TYPICAL_M + 0.06, knee_m), (TYPICAL_M, 0.21)]),
        _line("l body", [(TYPICAL_M, lens_m), (TYPICAL_M + 0.2, knee_m + 0.1), (TYPICAL_M - 0.13, knee_m)]),
        f'<circle class="l body" cx="{_x(TYPICAL_M):.0f}" cy="{_y(head_m):.0f}" r="14"/>',
        _line("l", [(-0.28, 0.0), (-0.07, 0.6), (0.14, 0.0)]),
        _line("l", [(-0.07, 0.6), (-0.07, lens_m)]),
        _polygon("l", [(-0.14, lens_m - 0.06), (0.0, lens_m - 0.06), (0.0, lens_m + 0.06), (-0.14, lens_m + 0.06)]),
        _line("l dash", [(0.0, lens_m), (TYPICAL_M, lens_m)]),
        _line("l thin", [(0.62, DECK_M), (0.62, lens_m)]),
        _line("l dash", [(0.5, DECK_M), (1.35, DECK_M)]),
        _line("l thin", [(0.0, -0.12), (TYPICAL_M, -0.12)]),
        _line("l bar", [(3.16, 1.41), (3.24, 1.39)]),
        _text(3.2, 1.49, "cue bar", "middle"),
        _text(TYPICAL_M / 2.0, -0.22, f"2 to {TYPICAL_M:g} m", "middle"),
        _text(0.65, 0.42, f"{aim.HIP_HEIGHT * RUNNER_M:.2f} m above the belt"),
        _text(0.65, 0.32, f"for a runner of {RUNNER_M:g} m"),
        _text(1.0, lens_m + 0.03, "lens at the height of the hips"),
        _text(-0.4, lens_m + 0.75, f"{view.angles_deg[1]:.0f}° upright, tilted down by {tilt_deg:.0f}°"),
    ]
    size = f'width="{_x(3.55):.0f}" height="{_y(-0.28):.0f}"'
    return "\n".join(
        [f'<svg xmlns="http://www.w3.org/2000/svg" {size}>', f"<style>{STYLE}</style>", *shapes, "</svg>", ""]
    )


def _x(along_m: float) -> float:
    return SCALE * (LEFT_M + along_m)


def _y(above_m: float) -> float:
    return SCALE * (FLOOR_M - above_m)


def _points(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{_x(along_m):.1f},{_y(above_m):.1f}" for along_m, above_m in points)


def _line(kind: str, points: list[tuple[float, float]]) -> str:
    return f'<polyline class="{kind}" points="{_points(points)}"/>'


def _polygon(kind: str, points: list[tuple[float, float]]) -> str:
    return f'<polygon class="{kind}" points="{_points(points)}"/>'


def _text(along_m: float, above_m: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{_x(along_m):.0f}" y="{_y(above_m):.0f}" text-anchor="{anchor}">{words}</text>'
