"""A printed part as OpenSCAD wrote it: its triangles, and whether a printer can make it."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt


def read_stl(path: Path) -> npt.NDArray[np.float64]:
    """Triangles (n, 3 corners, 3 axes) of a text STL, mm."""
    numbers = re.findall(r"vertex (\S+) (\S+) (\S+)", path.read_text())
    return np.array(numbers, dtype=float).reshape(-1, 3, 3)


def open_edges(triangles: npt.NDArray[np.float64]) -> int:
    """How many edges lack their opposite: 0 for a closed surface whose every triangle faces outwards."""
    corners = [[tuple(np.round(corner, 4)) for corner in triangle] for triangle in triangles]
    edges = Counter((one[i], one[(i + 1) % 3]) for one in corners for i in range(3))
    return sum(abs(count - edges[(end, start)]) for (start, end), count in edges.items())


def volume_cm3(triangles: npt.NDArray[np.float64]) -> float:
    """Enclosed; negative when it is inside out."""
    return float(np.einsum("ij,ij->i", triangles[:, 0], np.cross(triangles[:, 1], triangles[:, 2])).sum()) / 6000.0


def holes(triangles: npt.NDArray[np.float64], diameter: float, z: float) -> set[tuple[float, float]]:
    """Centres (x, y) of the upright round holes of a diameter that have a rim at height z, rounded to 0.1 mm."""
    found = set()
    rim = {(x, y) for x, y, height in np.round(triangles.reshape(-1, 3), 3).tolist() if abs(height - z) < 0.02}
    points = np.array(sorted(rim))
    for x, y in points:
        centre = np.array([x - diameter / 2.0, y])  # the first corner of a circle in OpenSCAD lies at +x
        around = np.abs(np.hypot(*(points - centre).T) - diameter / 2.0) < 0.01
        if around.sum() >= 24:
            found.add((round(float(centre[0]), 1) + 0.0, round(float(centre[1]), 1) + 0.0))
    return found


def widest_bridge_mm(triangles: npt.NDArray[np.float64]) -> float:
    """The narrow side of the widest patch that hangs in the air, flatter than 45° and not on the bed."""
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    flat = normals[:, 2] < -0.72 * np.linalg.norm(normals, axis=1)
    hanging = triangles[flat & (triangles[..., 2].max(axis=1) > triangles[..., 2].min() + 0.01)]
    patches: list[list[npt.NDArray[np.float64]]] = []
    for triangle in hanging:
        corners = {tuple(np.round(corner, 3)) for corner in triangle}
        near = [p for p in patches if any(corners & {tuple(np.round(c, 3)) for c in other} for other in p)]
        patches = [p for p in patches if not any(p is other for other in near)]
        patches.append([triangle, *(one for patch in near for one in patch)])
    sides = [np.ptp(np.concatenate(patch)[:, :2], axis=0).min() for patch in patches]
    return float(max(sides, default=0.0))
