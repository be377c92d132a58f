"""Beginning and end of every exercise, drawn for the right leg.

Who stands and is seen from the side faces right, so that the right side is towards us. Who lies on the back has the
head at the left. Who lies on a side is seen from the front.
"""

from dataclasses import replace

from monitor.coach.drawings.picture import Arrow, Box, Drawing, Panel, View
from monitor.coach.drawings.skeleton import ANKLE_HEIGHT, Along, Limb, Pose, Reach, Triple

RIGHT = frozenset({"right"})
BOTH = frozenset({"left", "right"})
FORWARD: Triple = (1.0, 0.0, 0.0)
UP: Triple = (0.0, 1.0, 0.0)
DOWN: Triple = (0.0, -1.0, 0.0)
NEAR: Triple = (0.0, 0.0, 1.0)
AWAY: Triple = (0.0, 0.0, -1.0)
FEETWARDS: Triple = (-1.0, 0.0, 0.0)
STRAIGHT_DOWN = Along(DOWN, DOWN)
HANGING = Along((0.02, -1.0, 0.05), (0.1, -1.0, 0.0))

# On a side, the right leg on top: head at the right, seen from the front.
SIDE_LOW = 0.1
"""Height of the hip that is on the floor."""


def _on_side(right_leg: Limb, left_leg: Limb, **more: object) -> Pose:
    """Lying on the left side, the head on the lower arm."""
    pose = Pose(
        pelvis=(0.0, SIDE_LOW + 0.09, 0.0),
        across=UP,
        trunk=(1.0, 0.0, 0.0),
        face=NEAR,
        left_leg=left_leg,
        right_leg=right_leg,
        left_arm=Along((1.0, -0.02, 0.12), (1.0, 0.0, 0.1)),
        right_arm=Along((-0.35, -0.75, 0.6), (0.45, -0.28, 0.5)),
        left_toes=(0.1, 0.0, 1.0),
        right_toes=(0.1, -0.25, 1.0),
        head=(1.0, -0.22, 0.0),
        shoulders=(0.0, 1.0, 0.08),
    )
    return replace(pose, **more)  # type: ignore[arg-type]


LOWER_BENT = Along((-0.8, -0.1, 0.6), (-0.75, -0.04, -0.65))
LYING_FRAME = (-1.08, 1.16, -0.18, 0.82)
MAT = (-1.02, 1.12, -0.28, 0.34)

WALL_HOLD = Drawing(
    View(0.0, 14.0),
    RIGHT,
    (
        Panel(
            _on_side(Along((-1.0, -0.14, -0.05), (-1.0, -0.14, -0.05)), LOWER_BENT),
            (Box((-1.02, 0.0, -0.3), (1.12, 0.62, -0.28), "wall"),),
        ),
        Panel(
            _on_side(Along((-1.0, 0.13, -0.1), (-1.0, 0.13, -0.1)), LOWER_BENT),
            (Box((-1.02, 0.0, -0.3), (1.12, 0.62, -0.28), "wall"),),
            (Arrow((-0.98, 0.14), (-0.98, 0.4)),),
        ),
    ),
    LYING_FRAME,
    stacked=True,
    floor=MAT,
)

SIDE_LYING_ABDUCTION = Drawing(
    View(0.0, 14.0),
    RIGHT,
    (
        Panel(_on_side(Along((-1.0, -0.14, -0.05), (-1.0, -0.14, -0.05)), LOWER_BENT)),
        Panel(
            _on_side(Along((-1.0, 0.5, -0.12), (-1.0, 0.5, -0.12)), LOWER_BENT),
            (),
            (Arrow((-1.0, 0.16), (-0.9, 0.62), -0.16),),
        ),
    ),
    LYING_FRAME,
    stacked=True,
    floor=MAT,
)


def _clam(knee: Limb) -> Pose:
    folded = Along((-0.72, -0.02, 0.7), (-0.72, -0.03, -0.7))
    return _on_side(knee, folded, right_arm=Along((-0.5, -0.7, 0.4), (0.75, -0.3, 0.5)))


CLAM = Drawing(
    View(0.0, 30.0),
    RIGHT,
    (
        Panel(_clam(Along((-0.72, -0.02, 0.7), (-0.72, -0.1, -0.7)))),
        Panel(_clam(Reach((-0.58, 0.17, 0.0), (-0.1, 1.0, 0.45))), (), (Arrow((-0.66, 0.3), (-0.48, 0.56), -0.15),)),
    ),
    (-0.92, 1.16, -0.38, 0.66),
    stacked=True,
    floor=(-0.84, 1.12, -0.35, 0.45),
)

# On the back, the head at the left.
LYING_ARM = Along((1.0, -0.12, 0.25), (1.0, 0.0, 0.0))


def _on_back(pelvis: Triple, neck: Triple, right_leg: Limb, left_leg: Limb, left_toes: Triple = FORWARD) -> Pose:
    trunk = (neck[0] - pelvis[0], neck[1] - pelvis[1], 0.0)
    return Pose(
        pelvis=pelvis,
        across=NEAR,
        trunk=trunk,
        face=UP,
        left_leg=left_leg,
        right_leg=right_leg,
        left_arm=LYING_ARM,
        right_arm=LYING_ARM,
        left_toes=left_toes,
        right_toes=FORWARD,
        head=(-1.0, 0.1, 0.0),
    )


SUPINE = (0.2, 0.1, 0.0), (-0.28, 0.1, 0.0)
RAISED = (0.15, 0.32, 0.0), (-0.27, 0.13, 0.0)
BACK_FRAME = (-0.66, 1.18, -0.14, 0.72)
BACK_MAT = (-0.62, 1.14, -0.25, 0.3)
FLAT_RIGHT, FLAT_LEFT = Reach((0.56, ANKLE_HEIGHT, 0.11), UP), Reach((0.56, ANKLE_HEIGHT, -0.11), UP)

BRIDGE = Drawing(
    View(0.0, 10.0),
    BOTH,
    (
        Panel(_on_back(*SUPINE, FLAT_RIGHT, FLAT_LEFT)),
        Panel(_on_back(*RAISED, FLAT_RIGHT, FLAT_LEFT), (), (Arrow((-0.02, 0.42), (-0.02, 0.64)),)),
    ),
    BACK_FRAME,
    stacked=True,
    floor=BACK_MAT,
)

SINGLE_LEG_BRIDGE = Drawing(
    View(0.0, 10.0),
    RIGHT,
    (
        Panel(_on_back(*SUPINE, FLAT_RIGHT, Along((0.72, 0.69, 0.0), (0.72, 0.69, 0.0)), (-0.5, 0.86, 0.0))),
        Panel(
            _on_back(*RAISED, FLAT_RIGHT, Along((0.87, 0.5, 0.0), (0.87, 0.5, 0.0)), (-0.4, 0.9, 0.0)),
            (),
            (Arrow((-0.02, 0.42), (-0.02, 0.64)),),
        ),
    ),
    (-0.66, 1.18, -0.14, 0.92),
    stacked=True,
    floor=BACK_MAT,
)

# On the right side, on the forearm: head at the left, seen from the front.
PLANK_FRAME = (-1.06, 1.04, -0.18, 0.92)


def _on_forearm(pelvis: Triple, trunk: Triple, right_leg: Limb, left_leg: Limb, shoulders: Triple) -> Pose:
    return Pose(
        pelvis=pelvis,
        across=(-0.3, -0.954, 0.0),
        trunk=trunk,
        face=NEAR,
        left_leg=left_leg,
        right_leg=right_leg,
        left_arm=Along((0.72, -0.55, 0.35), (0.55, -0.75, 0.2)),
        right_arm=Along((0.0, -1.0, 0.02), (-0.8, 0.0, 0.6)),
        left_toes=(0.1, 0.0, 1.0),
        right_toes=(0.1, 0.0, 1.0),
        shoulders=shoulders,
        head=trunk,
    )


PLANK = (-0.954, 0.3, 0.0)
"""From the feet to the head, in a straight line."""
DOWN_THE_LINE = (0.954, -0.3, 0.0)
SIDE_PLANK_UP = _on_forearm(
    (0.0, 0.345, 0.0),
    PLANK,
    Along(DOWN_THE_LINE, DOWN_THE_LINE),
    Along((0.954, -0.33, 0.0), (0.954, -0.33, 0.0)),
    (-0.3, -0.954, 0.0),
)
SIDE_PLANK_DOWN = _on_forearm(
    (0.02, 0.19, 0.0),
    (-0.86, 0.52, 0.0),
    Along((1.0, -0.05, 0.0), (1.0, -0.05, 0.0)),
    Along((1.0, -0.13, 0.0), (1.0, -0.13, 0.0)),
    (-0.3, -0.954, 0.0),
)
SIDE_PLANK = Drawing(
    View(0.0, 12.0),
    RIGHT,
    (Panel(SIDE_PLANK_DOWN), Panel(SIDE_PLANK_UP, (), (Arrow((0.08, 0.62), (0.08, 0.85)),))),
    PLANK_FRAME,
    stacked=True,
    floor=(-1.02, 1.0, -0.25, 0.4),
)
SIDE_PLANK_LEG_RAISE = Drawing(
    View(0.0, 12.0),
    RIGHT,
    (
        Panel(SIDE_PLANK_UP),
        Panel(
            replace(SIDE_PLANK_UP, left_leg=Along((0.97, 0.26, 0.0), (0.97, 0.26, 0.0))),
            (),
            (Arrow((0.93, 0.24), (0.96, 0.56), -0.1),),
        ),
    ),
    PLANK_FRAME,
    stacked=True,
    floor=(-1.02, 1.0, -0.25, 0.4),
)

# Standing, seen from the side.
STAND_Y = ANKLE_HEIGHT + 0.825
NEAR_FOOT, FAR_FOOT = 0.1, -0.1


def _stand(pelvis: Triple, right_leg: Limb, left_leg: Limb, **more: object) -> Pose:
    pose = Pose(
        pelvis=pelvis,
        across=NEAR,
        trunk=UP,
        face=FORWARD,
        left_leg=left_leg,
        right_leg=right_leg,
        left_arm=HANGING,
        right_arm=HANGING,
        left_toes=FORWARD,
        right_toes=FORWARD,
    )
    return replace(pose, **more)  # type: ignore[arg-type]


def _foot(x: float, near: float, y: float = ANKLE_HEIGHT) -> Reach:
    """A foot on the floor, the knee bent to the front."""
    return Reach((x, y, near), FORWARD)


WALL_X = -0.36
BACK_TO_WALL = WALL_X + 0.115
SLIDE_FOOT = _foot(WALL_X + 0.47, NEAR_FOOT)
WALL = Box((WALL_X - 0.1, 0.0, -0.35), (WALL_X, 1.66, 0.3), "wall")
WALL_ARM = Along((0.1, -1.0, 0.15), (0.3, -1.0, 0.0))
UPRIGHT_AT_WALL: Triple = (0.22, 1.0, 0.0)
WALL_SLIDE = Drawing(
    View(0.0, 5.0),
    RIGHT,
    (
        Panel(
            _stand(
                (BACK_TO_WALL, 0.82, 0.0),
                SLIDE_FOOT,
                Along((0.5, -0.85, 0.0), (0.4, -0.9, 0.0)),
                left_arm=WALL_ARM,
                right_arm=WALL_ARM,
                head=UPRIGHT_AT_WALL,
            ),
            (WALL,),
        ),
        Panel(
            _stand(
                (BACK_TO_WALL, 0.62, 0.0),
                SLIDE_FOOT,
                Along((0.95, -0.3, 0.0), (0.75, -0.6, 0.0)),
                left_arm=WALL_ARM,
                right_arm=WALL_ARM,
                head=UPRIGHT_AT_WALL,
            ),
            (WALL,),
            (Arrow((0.14, 1.3), (0.14, 1.0)),),
        ),
    ),
    (-0.6, 0.7, -0.12, 1.72),
    floor=(-0.55, 0.66, -0.35, 0.3),
)

STANDING = _stand((0.0, STAND_Y, 0.0), _foot(0.0, NEAR_FOOT), _foot(0.0, FAR_FOOT))
LUNGE_RIGHT, LUNGE_LEFT = _foot(0.3, NEAR_FOOT), Reach((-0.62, 0.17, FAR_FOOT), (1.0, -0.6, 0.0))
ON_TOES: Triple = (0.75, -0.75, 0.0)
LUNGE = _stand((-0.06, 0.56, 0.0), LUNGE_RIGHT, LUNGE_LEFT, left_toes=ON_TOES, trunk=(0.1, 1.0, 0.0))
LUNGE_START = replace(
    STANDING, pelvis=(0.25, STAND_Y, 0.0), right_leg=_foot(0.25, NEAR_FOOT), left_leg=_foot(0.25, FAR_FOOT)
)
LUNGE_FRAME = (-0.82, 0.62, -0.12, 1.72)
LUNGE_FLOOR = (-0.8, 0.6, -0.3, 0.3)
REVERSE_LUNGE = Drawing(
    View(0.0, 5.0),
    RIGHT,
    (
        Panel(
            LUNGE_START,
            (),
            (Arrow((0.05, 0.15), (-0.55, 0.15), -0.25),),
        ),
        Panel(LUNGE, (), (Arrow((-0.36, 1.2), (-0.36, 0.85)),)),
    ),
    LUNGE_FRAME,
    floor=LUNGE_FLOOR,
)
SPLIT_SQUAT = Drawing(
    View(0.0, 5.0),
    RIGHT,
    (
        Panel(
            _stand((-0.13, 0.81, 0.0), LUNGE_RIGHT, Reach((-0.62, 0.17, FAR_FOOT), (1.0, -0.6, 0.0)), left_toes=ON_TOES)
        ),
        Panel(LUNGE, (), (Arrow((-0.36, 1.2), (-0.36, 0.85)),)),
    ),
    LUNGE_FRAME,
    floor=LUNGE_FLOOR,
)

BOX = Box((-0.6, 0.0, -0.25), (-0.2, 0.42, 0.22))
ARMS_AHEAD = Along((0.97, -0.2, 0.0), (1.0, 0.05, 0.0))
BOX_SQUAT = Drawing(
    View(0.0, 8.0),
    RIGHT,
    (
        Panel(
            _stand(
                (0.0, STAND_Y, 0.0),
                _foot(0.02, NEAR_FOOT),
                Along((0.35, -0.93, 0.0), (0.2, -0.97, 0.0)),
                left_arm=ARMS_AHEAD,
                right_arm=ARMS_AHEAD,
            ),
            (BOX,),
        ),
        Panel(
            _stand(
                (-0.3, 0.53, 0.0),
                _foot(0.02, NEAR_FOOT),
                Along((1.0, -0.1, 0.0), (0.93, -0.36, 0.0)),
                trunk=(0.42, 0.9, 0.0),
                left_arm=ARMS_AHEAD,
                right_arm=ARMS_AHEAD,
                left_toes=(0.4, 0.9, 0.0),
            ),
            (BOX,),
            (Arrow((-0.42, 1.15), (-0.5, 0.75), 0.15),),
        ),
    ),
    (-0.66, 0.72, -0.12, 1.72),
    floor=(-0.64, 0.7, -0.3, 0.3),
)

BACK_ARM = Along((-0.65, -0.75, 0.0), (0.45, -0.87, 0.0))
HOP_FREE = Along((0.15, -1.0, 0.0), (-0.85, -0.5, 0.0))
HOP_BACK, HOP_AHEAD = Along((-0.3, -0.9, 0.05), (0.7, -0.7, 0.0)), Along((0.3, -0.9, 0.05), (0.8, -0.3, 0.0))
SKIPS = Drawing(
    View(0.0, 5.0),
    BOTH,
    (
        Panel(
            _stand(
                (-0.05, STAND_Y - 0.03, 0.0),
                _foot(-0.1, NEAR_FOOT),
                Along((0.93, -0.4, 0.0), (-0.15, -1.0, 0.0)),
                left_arm=BACK_ARM,
                right_arm=Along((0.6, -0.8, 0.1), (0.8, 0.6, 0.0)),
            )
        ),
        Panel(
            _stand(
                (0.0, STAND_Y + 0.2, 0.0),
                Along((-0.12, -1.0, 0.0), (-0.18, -1.0, 0.0)),
                Along((1.0, -0.1, 0.0), (-0.1, -1.0, 0.0)),
                right_toes=(0.6, -0.8, 0.0),
                left_arm=BACK_ARM,
                right_arm=Along((0.8, -0.5, 0.1), (0.5, 0.85, 0.0)),
            ),
            (),
            (Arrow((-0.42, 0.5), (-0.42, 0.9)),),
            shadow=(0.0, 0.0, 0.05),
        ),
    ),
    (-0.62, 0.62, -0.12, 1.92),
    floor=(-0.55, 0.55, -0.3, 0.3),
)
HOPS = Drawing(
    View(0.0, 5.0),
    RIGHT,
    (
        Panel(
            _stand(
                (-0.08, 0.83, 0.0),
                _foot(-0.02, NEAR_FOOT),
                HOP_FREE,
                trunk=(0.14, 1.0, 0.0),
                left_toes=(0.3, -0.95, 0.0),
                left_arm=Along((-0.3, -0.9, 0.0), (0.7, -0.7, 0.0)),
                right_arm=Along((-0.3, -0.9, 0.1), (0.7, -0.7, 0.0)),
            )
        ),
        Panel(
            _stand(
                (-0.02, STAND_Y + 0.18, 0.0),
                Along((0.03, -1.0, 0.0), (-0.1, -1.0, 0.0)),
                HOP_FREE,
                left_toes=(0.3, -0.95, 0.0),
                right_toes=(0.7, -0.7, 0.0),
                left_arm=Along((0.3, -0.9, 0.0), (0.8, -0.3, 0.0)),
                right_arm=Along((0.3, -0.9, 0.1), (0.8, -0.3, 0.0)),
            ),
            (),
            (Arrow((0.42, 0.45), (0.42, 0.8)), Arrow((0.54, 0.8), (0.54, 0.45))),
            shadow=(-0.02, 0.0, 0.05),
        ),
    ),
    (-0.62, 0.66, -0.12, 1.92),
    floor=(-0.55, 0.6, -0.3, 0.3),
)

# Standing, seen from behind: the right side is at the right.
BEHIND_FRAME = (-0.62, 0.66, -0.12, 1.72)


def _from_behind(pelvis: Triple, tilt: float, right_leg: Limb, left_leg: Limb, **more: object) -> Pose:
    """`tilt`: how much higher the right hip is than the left one, to a hip's distance."""
    pose = Pose(
        pelvis=pelvis,
        across=(1.0, tilt, 0.0),
        trunk=UP,
        face=AWAY,
        left_leg=left_leg,
        right_leg=right_leg,
        left_arm=Along((-0.25, -1.0, 0.0), (-0.05, -1.0, 0.0)),
        right_arm=Along((0.25, -1.0, 0.0), (0.05, -1.0, 0.0)),
        left_toes=(-0.15, 0.0, -1.0),
        right_toes=(0.15, 0.0, -1.0),
        shoulders=(1.0, 0.0, 0.0),
    )
    return replace(pose, **more)  # type: ignore[arg-type]


SIDE_WALL = Box((0.52, 0.0, -0.3), (0.62, 1.66, 0.3), "wall")
HAND_ON_WALL = Reach((0.49, 1.2, -0.05), (0.3, -1.0, 0.0))
STANDING_HITCH = Drawing(
    View(0.0, 5.0),
    RIGHT,
    (
        Panel(
            _from_behind(
                (0.0, STAND_Y, 0.0),
                0.0,
                STRAIGHT_DOWN,
                Reach((-0.1, 0.15, 0.1), AWAY),
                right_arm=HAND_ON_WALL,
                hands={"right": UP},
            ),
            (SIDE_WALL,),
        ),
        Panel(
            _from_behind(
                (-0.01, STAND_Y + 0.02, 0.0),
                -0.36,
                STRAIGHT_DOWN,
                Reach((-0.12, 0.23, 0.1), AWAY),
                right_arm=HAND_ON_WALL,
                hands={"right": UP},
            ),
            (SIDE_WALL,),
            (Arrow((-0.4, 0.72), (-0.4, 1.02)),),
        ),
    ),
    BEHIND_FRAME,
    floor=(-0.55, 0.52, -0.3, 0.3),
    belt=True,
)
ON_STEP, BESIDE_STEP = Reach((0.18, 0.275, 0.0), AWAY), Along((-0.06, -1.0, 0.0), (-0.04, -1.0, 0.0))
STEP = Box((0.07, 0.0, -0.25), (0.47, 0.2, 0.25))
STEP_HITCH = Drawing(
    View(0.0, 5.0),
    RIGHT,
    (
        Panel(
            _from_behind(
                (0.09, STAND_Y + 0.18, 0.0),
                0.4,
                Reach((0.18, 0.275, 0.0), AWAY),
                Along((-0.06, -1.0, 0.0), (-0.04, -1.0, 0.0)),
            ),
            (STEP,),
        ),
        Panel(
            _from_behind(
                (0.09, STAND_Y + 0.22, 0.0),
                0.0,
                Reach((0.18, 0.275, 0.0), AWAY),
                Along((-0.06, -1.0, 0.0), (-0.04, -1.0, 0.0)),
            ),
            (STEP,),
            (Arrow((-0.36, 0.85), (-0.36, 1.15)),),
        ),
    ),
    (-0.62, 0.62, -0.12, 1.92),
    floor=(-0.55, 0.55, -0.3, 0.3),
    belt=True,
)

# Standing, seen from the front: the right side is at the left.
FRONT_STEP = Box((-0.5, 0.0, -0.2), (-0.04, 0.18, 0.3))
ON_FRONT_STEP = Reach((-0.17, 0.255, 0.03), NEAR)
ON_HIPS = {
    "right_arm": Along((-0.75, -0.7, 0.0), (0.75, -0.62, 0.1)),
    "left_arm": Along((0.75, -0.7, 0.0), (-0.75, -0.62, 0.1)),
}


def _from_front(pelvis: Triple, right_leg: Limb, left_leg: Limb, **more: object) -> Pose:
    pose = _from_behind(pelvis, 0.0, right_leg, left_leg)
    facing = replace(pose, across=FEETWARDS, shoulders=FEETWARDS, face=NEAR, left_toes=NEAR, right_toes=NEAR)
    return replace(facing, **{**ON_HIPS, **more})  # type: ignore[arg-type]


LATERAL_STEP_DOWN = Drawing(
    View(-32.0, 4.0),
    RIGHT,
    (
        Panel(
            _from_front(
                (-0.08, STAND_Y + 0.17, 0.0),
                ON_FRONT_STEP,
                Along((0.0, -1.0, 0.1), (0.0, -1.0, 0.05)),
            ),
            (FRONT_STEP,),
        ),
        Panel(
            _from_front(
                (-0.08, STAND_Y - 0.03, -0.12),
                ON_FRONT_STEP,
                Reach((0.02, 0.07, 0.22), NEAR),
                trunk=(0.0, 1.0, 0.25),
                left_toes=(0.0, 0.5, 0.9),
            ),
            (FRONT_STEP,),
            (Arrow((0.45, 1.1), (0.45, 0.75)),),
        ),
    ),
    (-0.66, 0.62, -0.2, 1.92),
    floor=(-0.55, 0.5, -0.3, 0.45),
    belt=True,
)

DRAWINGS: dict[str, Drawing] = {
    "wall-hold": WALL_HOLD,
    "bridge": BRIDGE,
    "standing-hitch": STANDING_HITCH,
    "side-lying-abduction": SIDE_LYING_ABDUCTION,
    "clam": CLAM,
    "single-leg-bridge": SINGLE_LEG_BRIDGE,
    "side-plank": SIDE_PLANK,
    "side-plank-leg-raise": SIDE_PLANK_LEG_RAISE,
    "wall-slide": WALL_SLIDE,
    "step-hitch": STEP_HITCH,
    "lateral-step-down": LATERAL_STEP_DOWN,
    "reverse-lunge": REVERSE_LUNGE,
    "split-squat": SPLIT_SQUAT,
    "box-squat": BOX_SQUAT,
    "skips": SKIPS,
    "hops": HOPS,
}
