"""A body of 16 joints, posed by where its hands and feet are, or by which way its limbs point.

Axes: x to the right of the picture, y up, z towards who looks; metres. Whoever faces right (+x) has their right side
towards us. Lengths are those of somebody 1.7 m tall [ours].
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Triple = tuple[float, float, float]

HIP_HALF = 0.09
SHOULDER_HALF = 0.165
TRUNK = 0.48
THIGH, SHANK = 0.42, 0.41
UPPER_ARM, FOREARM, HAND = 0.28, 0.24, 0.09
NECK_TO_HEAD = 0.2
ANKLE_HEIGHT = 0.075
"""Of a foot flat on the floor."""
SOLE, HEEL_BACK, TOE_AHEAD = 0.045, 0.05, 0.165


@dataclass(frozen=True, slots=True)
class Reach:
    """A limb that ends at a place; its middle joint bends to where `bend` points."""

    to: Triple
    bend: Triple


@dataclass(frozen=True, slots=True)
class Along:
    """A limb whose two parts point somewhere."""

    first: Triple
    second: Triple


Limb = Reach | Along


@dataclass(frozen=True)
class Pose:
    """How somebody lies or stands. Directions need no length."""

    pelvis: Triple
    """Middle of both hips."""
    across: Triple
    """From the left hip to the right one."""
    trunk: Triple
    """From the pelvis to the shoulders."""
    face: Triple
    left_leg: Limb
    right_leg: Limb
    left_arm: Limb
    right_arm: Limb
    left_toes: Triple
    right_toes: Triple
    shoulders: Triple | None = None
    """From the left to the right one; as `across` unless given."""
    head: Triple | None = None
    """From the shoulders to the head; as `trunk` unless given."""
    hands: Mapping[str, Triple] = field(default_factory=dict)
    """Which way a hand points; as its forearm unless given."""

    def joints(self) -> dict[str, Vector]:
        """Return where the joints are."""
        pelvis, across, trunk = _at(self.pelvis), _unit(self.across), _unit(self.trunk)
        neck = pelvis + TRUNK * trunk
        shoulders = _unit(self.shoulders) if self.shoulders else across
        head = _unit(self.head) if self.head else trunk
        found = {"pelvis": pelvis, "neck": neck, "head": neck + NECK_TO_HEAD * head, "face": _unit(self.face)}
        for side, sign, leg, arm, toes in (
            ("left", -1.0, self.left_leg, self.left_arm, self.left_toes),
            ("right", 1.0, self.right_leg, self.right_arm, self.right_toes),
        ):
            hip, shoulder = pelvis + sign * HIP_HALF * across, neck + sign * SHOULDER_HALF * shoulders
            knee, ankle = _bent(hip, leg, THIGH, SHANK)
            elbow, wrist = _bent(shoulder, arm, UPPER_ARM, FOREARM)
            ahead = _unit(toes)
            down = ankle - knee - ((ankle - knee) @ ahead) * ahead
            sole = ankle + SOLE * down / max(1e-9, float(np.linalg.norm(down)))
            points = _unit(self.hands[side]) if side in self.hands else _unit(wrist - elbow)
            found |= {
                f"{side} hip": hip,
                f"{side} knee": knee,
                f"{side} ankle": ankle,
                f"{side} heel": sole - HEEL_BACK * ahead,
                f"{side} toe": sole + TOE_AHEAD * ahead,
                f"{side} shoulder": shoulder,
                f"{side} elbow": elbow,
                f"{side} wrist": wrist,
                f"{side} hand": wrist + HAND * points,
            }
        return found


def _bent(start: Vector, limb: Limb, first: float, second: float) -> tuple[Vector, Vector]:
    """Return the middle and the end of a limb. One that cannot reach so far is stretched towards it."""
    if isinstance(limb, Along):
        middle = start + first * _unit(limb.first)
        return middle, middle + second * _unit(limb.second)
    way = _at(limb.to) - start
    length = float(np.linalg.norm(way))
    reach = min(max(length, abs(first - second) + 1e-6), first + second - 1e-6)
    along = way / length
    from_start = (first**2 - second**2 + reach**2) / (2.0 * reach)
    bend = _at(limb.bend) - (_at(limb.bend) @ along) * along
    middle = start + from_start * along + np.sqrt(max(0.0, first**2 - from_start**2)) * _unit(bend)
    return middle, start + reach * along


def _at(place: Triple | Vector) -> Vector:
    return np.asarray(place, dtype=np.float64)


def _unit(direction: Triple | Vector) -> Vector:
    vector = _at(direction)
    return vector / float(np.linalg.norm(vector))
